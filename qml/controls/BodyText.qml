// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

Text {
    color: Theme.ink
    font.pixelSize: Theme.body
    wrapMode: Text.Wrap
}
