// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// One alarm: colour and flash by its priority, always with a sign and words beside them. What is acknowledged is steady.
Rectangle {
    id: root

    required property AlarmDesk desk
    required property int priority // as AlarmDesk.Priority
    required property bool acknowledged
    property string title
    property string text
    readonly property bool flashes: !acknowledged && root.desk.flashHz(priority) > 0
    property bool lit: true

    readonly property color strong: priority === AlarmDesk.High ? Theme.alarmHigh : priority === AlarmDesk.Medium ? Theme.alarmMedium : priority === AlarmDesk.Low ? Theme.alarmLow : Theme.edge
    readonly property color strongText: priority === AlarmDesk.High ? Theme.dangerText : Theme.trainingText

    implicitHeight: Math.max(40, words.implicitHeight + 12)
    color: priority === AlarmDesk.High ? Theme.dangerTint : priority === AlarmDesk.Medium ? Theme.warningTint : Theme.raised
    radius: Theme.radius
    border.width: acknowledged ? 1 : 2
    border.color: strong
    Accessible.role: Accessible.AlertMessage
    Accessible.name: (priority === AlarmDesk.High ? qsTr("Alarm of high priority. ") : "") + title + ". " + text

    onFlashesChanged: lit = true
    Timer {
        // the two parts of a flash take turns
        running: root.flashes && root.visible
        repeat: true
        interval: running ? 1000 / root.desk.flashHz(root.priority) * (root.lit ? root.desk.litPart(root.priority) : 1 - root.desk.litPart(root.priority)) : 1000
        onTriggered: root.lit = !root.lit
    }
    Rectangle {
        id: lamp
        objectName: "alarmLamp"
        width: 52
        height: parent.height
        radius: root.radius
        visible: !root.acknowledged
        color: root.lit ? root.strong : "transparent"
    }
    Glyph {
        x: 14
        width: 24
        height: 24
        anchors.verticalCenter: parent.verticalCenter
        shape: Glyph.Warning
        color: root.acknowledged || !root.lit ? (root.priority === AlarmDesk.High ? Theme.dangerInk : root.priority === AlarmDesk.Medium ? Theme.warningInk : Theme.muted) : root.strongText
    }
    Text {
        id: words
        objectName: "alarmText"
        anchors.left: parent.left
        anchors.leftMargin: 64
        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        textFormat: Text.StyledText
        text: "<b>" + root.escaped(root.title) + "</b>&nbsp;&nbsp;" + root.escaped(root.text)
        color: Theme.ink
        font.pixelSize: Theme.body
        wrapMode: Text.Wrap
        maximumLineCount: 3
        elide: Text.ElideRight
        Accessible.ignored: true
    }

    function escaped(words: string): string {
        return words.replace(/&/g, "&amp;").replace(/</g, "&lt;");
    }
}
