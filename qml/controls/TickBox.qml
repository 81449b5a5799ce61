// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Eccrine

CheckBox {
    id: root

    implicitHeight: Math.max(Theme.target, contentItem.implicitHeight + 12)
    spacing: 12
    leftPadding: 0
    rightPadding: 0
    font.pixelSize: Theme.body
    Accessible.name: text

    indicator: Rectangle {
        x: 0
        anchors.verticalCenter: parent.verticalCenter
        width: 28
        height: 28
        radius: Theme.smallRadius
        color: root.checked ? Theme.accent : Theme.surface
        border.width: root.checked ? 0 : 2
        border.color: Theme.edge

        Glyph {
            anchors.centerIn: parent
            width: 30
            height: 30
            visible: root.checked
            shape: Glyph.Tick
            color: Theme.accentText
        }
        FocusRing {
            visible: root.visualFocus
            radius: Theme.smallRadius + 4
        }
    }
    contentItem: Text {
        leftPadding: 28 + root.spacing
        text: root.text
        font: root.font
        color: Theme.ink
        wrapMode: Text.Wrap
        verticalAlignment: Text.AlignVCenter
    }
    // Space ticks. Return goes on to the page: who presses it once too often confirms nothing.
}
