// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A state by shape, word and colour, in this order of importance.
Row {
    id: root

    property string state_: "good" // "good", "wait", "bad"
    property string text
    property int pixelSize: Theme.caption
    property real available: 400

    readonly property color ink: state_ === "good" ? Theme.goodInk : state_ === "wait" ? Theme.warningInk : Theme.dangerInk

    spacing: 6
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Glyph {
        width: root.pixelSize + 4
        height: width
        anchors.verticalCenter: parent.verticalCenter
        shape: root.state_ === "good" ? Glyph.Check : root.state_ === "wait" ? Glyph.Clock : Glyph.Warning
        color: root.ink
    }
    Text {
        anchors.verticalCenter: parent.verticalCenter
        width: Math.min(implicitWidth, root.available - root.pixelSize - 10)
        text: root.text
        color: root.ink
        font.pixelSize: root.pixelSize
        font.weight: Font.Medium
        elide: Text.ElideRight
        Accessible.ignored: true
    }
}
