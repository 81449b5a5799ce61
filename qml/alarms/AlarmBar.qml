// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// The alarms in their fixed place, on every page and over every sheet: the most urgent ones, and how many more.
Item {
    id: root

    required property AlarmDesk desk
    property bool testRuns: false
    readonly property bool any: desk.top.length > 0

    implicitHeight: any ? Math.max(rows.implicitHeight + 10, buttons.visible ? buttons.height + 10 : 0) : 0
    visible: any

    function titleOf(kind: string): string {
        switch (kind) {
        case "current_without_command":
            return qsTr("Take the leads off");
        case "current_off":
            return qsTr("Current switched off");
        case "current_paused":
            return qsTr("Current paused");
        case "storage":
            return qsTr("Recording");
        case "instrument":
            return qsTr("Instrument");
        case "skin":
            return qsTr("Look at the skin");
        case "no_news":
            return qsTr("No news from the instrument");
        case "process_gone":
            return qsTr("Bedside process");
        case "connection":
            return qsTr("Connection");
        case "question":
            return qsTr("Decide");
        default:
            return qsTr("Attention");
        }
    }

    Rectangle {
        anchors.fill: parent
        color: Theme.ground
    }
    Column {
        id: rows
        x: 16
        y: 6
        width: parent.width - 32 - (buttons.visible ? buttons.width + 12 : root.desk.more > 0 ? 120 : 0)
        spacing: 6

        Repeater {
            model: root.desk.top
            AlarmRow {
                required property var modelData
                objectName: "alarm-" + modelData.kind
                width: rows.width
                desk: root.desk
                priority: modelData.priority
                acknowledged: modelData.acknowledged
                title: root.titleOf(modelData.kind)
                text: modelData.sentence + (modelData.kind === "current_off" && root.testRuns ? " " + qsTr("It stays off for the rest of this test. Look at the skin, the electrodes and the leads.") : "")
            }
        }
    }
    Caption {
        objectName: "moreAlarms"
        readonly property int more: root.desk.more
        visible: more > 0
        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 8
        text: more === 1 ? qsTr("and one more") : qsTr("and %1 more").arg(more)
    }
    Row {
        id: buttons
        anchors.right: parent.right
        anchors.rightMargin: 16
        y: 6
        visible: root.desk.open > 0
        spacing: 8

        ActionButton {
            objectName: "pauseSoundButton"
            visible: root.desk.soundAvailable
            enabled: root.desk.soundPausedS === 0
            width: 168
            text: root.desk.soundPausedS > 0 ? qsTr("Silent %1 s").arg(root.desk.soundPausedS) : qsTr("Silence (F10)")
            Accessible.name: qsTr("Pause the sound of the alarms for two minutes")
            onClicked: root.desk.pauseSound()
        }
        ActionButton {
            objectName: "acknowledgeButton"
            kind: "primary"
            text: qsTr("Understood (F9)")
            Accessible.name: qsTr("Acknowledge the alarms")
            onClicked: root.desk.acknowledge()
        }
    }
}
