// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A site's name with its marker, in its colour.
Row {
    id: root

    required property int site
    required property string title
    property int pixelSize: Theme.strong

    spacing: 8

    Glyph {
        width: 20
        height: 20
        anchors.verticalCenter: parent.verticalCenter
        shape: root.site
        color: Theme.siteInk(root.site)
    }
    Text {
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, root.width - 28)
        text: root.title
        font.pixelSize: root.pixelSize
        font.weight: Font.DemiBold
        color: Theme.siteInk(root.site)
        elide: Text.ElideRight
    }
}
