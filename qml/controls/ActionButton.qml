// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// A button to be hit with a glove. One "primary" on a page: the next action.
Button {
    id: root

    property string kind: "secondary" // "primary", "secondary", "quiet", "danger"

    readonly property color fill: kind === "primary" ? (down ? Theme.accentPressed : Theme.accent) : kind === "danger" ? (down ? Theme.dangerPressed : Theme.danger) : down ? Theme.line : kind === "quiet" ? "transparent" : Theme.surface
    readonly property color inkColor: kind === "primary" ? Theme.accentText : kind === "danger" ? Theme.dangerText : kind === "quiet" ? Theme.accent : Theme.ink

    implicitHeight: Theme.target
    leftPadding: kind === "quiet" ? 12 : 22
    rightPadding: leftPadding
    font.pixelSize: Theme.body
    font.weight: Font.DemiBold
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    Accessible.name: text

    contentItem: Text {
        text: root.text
        font: root.font
        color: root.enabled ? root.inkColor : Theme.faint
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
        elide: Text.ElideRight
        wrapMode: Text.Wrap
        maximumLineCount: 2
    }
    background: Rectangle {
        radius: Theme.radius
        color: root.enabled ? root.fill : root.kind === "quiet" ? "transparent" : Theme.raised
        border.width: root.kind === "secondary" || !root.enabled ? (root.kind === "quiet" ? 0 : 1) : 0
        border.color: root.enabled ? Theme.edge : Theme.line

        Rectangle {
            anchors.fill: parent
            radius: parent.radius
            visible: root.enabled && root.hovered && !root.down
            color: Theme.ink
            opacity: 0.06
        }
        FocusRing {
            visible: root.visualFocus
        }
    }

    // once for a press, however long it is held; a handler of the button's own would be run beside this one
    Keys.onReturnPressed: event => {
        if (!event.isAutoRepeat)
            root.clicked();
    }
    Keys.onEnterPressed: event => {
        if (!event.isAutoRepeat)
            root.clicked();
    }
}
