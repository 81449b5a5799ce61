// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// Small text beside a value.
Text {
    color: Theme.muted
    font.pixelSize: Theme.caption
    elide: Text.ElideRight
}
