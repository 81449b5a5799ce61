// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// What has been done, in a sentence that goes by itself; with a file, the way to it.
Rectangle {
    id: root

    property string file
    property string kind: "good" // "good", "warning"
    property bool brief: false // it goes soon, and by itself
    readonly property color ink: kind === "good" ? Theme.goodInk : Theme.warningInk
    signal showAsked(file: string)

    function tell(sentence: string, about: string, how: string): void {
        kind = how;
        file = about;
        toastText.text = sentence;
        opacity = 1;
        going.restart();
    }
    function hide(): void {
        opacity = 0;
    }
    Timer {
        id: going
        interval: root.brief ? 5000 : 15000
        onTriggered: root.hide()
    }

    width: Math.min(parent.width - 80, toastRow.implicitWidth + 40)
    height: 52
    radius: Theme.radius
    color: kind === "good" ? Theme.goodTint : Theme.warningTint
    border.width: 1
    border.color: ink
    opacity: 0
    visible: opacity > 0
    Accessible.role: Accessible.AlertMessage
    Accessible.name: toastText.text

    Row {
        id: toastRow
        anchors.centerIn: parent
        spacing: 14
        Glyph {
            anchors.verticalCenter: parent.verticalCenter
            width: 24
            height: 24
            shape: root.kind === "good" ? Glyph.Check : Glyph.Warning
            color: root.ink
        }
        Text {
            id: toastText
            objectName: "toastText"
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, root.parent.width - 360)
            elide: Text.ElideMiddle
            font.pixelSize: Theme.body
            color: Theme.ink
        }
        ActionButton {
            kind: "quiet"
            text: qsTr("Show")
            visible: root.file !== ""
            onClicked: root.showAsked(root.file)
        }
        ActionButton {
            kind: "quiet"
            visible: !root.brief // where it goes by itself
            text: qsTr("Close")
            onClicked: root.hide()
        }
    }
}
