// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// The bottom of every page: STOP at the left while a test runs, always in this place; what comes next at the right.
Rectangle {
    id: root

    required property TestSession session
    property string hint
    property string hintKind: "plain" // "plain", "wait", "good", "bad"
    default property alias actions: actionRow.data
    signal stopAsked

    implicitHeight: 88
    color: Theme.surface

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.line
    }
    ActionButton {
        id: stopButton
        objectName: "stopButton"
        kind: "danger"
        visible: root.session.running
        x: 16
        anchors.verticalCenter: parent.verticalCenter
        width: 208
        height: Theme.bigTarget
        text: qsTr("STOP")
        font.pixelSize: 26
        font.weight: Font.Bold
        font.letterSpacing: 2
        Accessible.name: qsTr("Stop: current to zero at once. Key: Escape")
        onPressed: root.stopAsked() // on the press, not on the release

        contentItem: Item {
            Row {
                anchors.centerIn: parent
                spacing: 12
                Glyph {
                    width: 30
                    height: 30
                    anchors.verticalCenter: parent.verticalCenter
                    shape: Glyph.Stop
                    color: Theme.dangerText
                }
                Column {
                    anchors.verticalCenter: parent.verticalCenter
                    Text {
                        text: stopButton.text
                        font: stopButton.font
                        color: Theme.dangerText
                    }
                }
                Text {
                    text: qsTr("Esc")
                    font.pixelSize: Theme.caption
                    color: Theme.dangerText
                    anchors.verticalCenter: parent.verticalCenter
                }
            }
        }
    }
    Row {
        anchors.left: parent.left
        anchors.leftMargin: root.session.running ? 248 : 20
        anchors.right: actionRow.left
        anchors.rightMargin: 20
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12

        Glyph {
            id: sign
            visible: root.hintKind !== "plain"
            width: 22
            height: 22
            anchors.verticalCenter: parent.verticalCenter
            shape: root.hintKind === "good" ? Glyph.Check : root.hintKind === "bad" ? Glyph.Warning : Glyph.Clock
            color: root.hintKind === "good" ? Theme.goodInk : root.hintKind === "bad" ? Theme.dangerInk : Theme.warningInk
        }
        Text {
            objectName: "actionHint"
            width: parent.width - (sign.visible ? sign.width + 12 : 0)
            anchors.verticalCenter: parent.verticalCenter
            text: root.hint
            font.pixelSize: Theme.body
            color: Theme.ink
            wrapMode: Text.Wrap
            maximumLineCount: 3
            elide: Text.ElideRight
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
    Row {
        id: actionRow
        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12
    }
}
