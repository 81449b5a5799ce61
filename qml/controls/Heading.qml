// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

Text {
    color: Theme.ink
    font.pixelSize: Theme.title
    font.weight: Font.DemiBold
    elide: Text.ElideRight
    Accessible.role: Accessible.Heading
    Accessible.name: text
}
