// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A state by shape, word and colour, in this order of importance.
Row {
    id: root

    property string state_: "good" // "good", "wait", "bad", "plain": nothing is known of it yet
    property string text
    property int pixelSize: Theme.caption
    property real available: 400

    readonly property color ink: state_ === "good" ? Theme.goodInk : state_ === "wait" ? Theme.warningInk : state_ === "plain" ? Theme.muted : Theme.dangerInk

    spacing: 6
    Accessible.role: Accessible.StaticText
    Accessible.name: text

    Glyph {
        width: root.pixelSize + 4
        height: width
        anchors.verticalCenter: parent.verticalCenter
        shape: root.state_ === "good" ? Glyph.Check : root.state_ === "wait" ? Glyph.Clock : root.state_ === "plain" ? Glyph.Circle : Glyph.Warning
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
