// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// Starting the current on a baseline that has not settled needs a reason, which the recording keeps.
Sheet {
    id: root

    required property TestSession session

    title: qsTr("The baseline has not settled")
    firstFocus: reason

    Column {
        width: parent.width
        spacing: 14
        BodyText {
            width: parent.width
            text: qsTr("Latency and volume may be wrong when the rate still drifts. To start all the same, say why; the reason is stored with the recording.")
        }
        Flow {
            width: parent.width
            spacing: 8
            Repeater {
                model: [qsTr("Patient cannot wait longer"), qsTr("Resting sweat is high"), qsTr("Training")]
                ActionButton {
                    required property string modelData
                    text: modelData
                    onClicked: reason.text = modelData
                }
            }
        }
        EntryField {
            id: reason
            objectName: "reasonField"
            width: parent.width
            label: qsTr("Reason")
            onAccepted: if (go.enabled)
                go.clicked()
        }
    }
    buttons: [
        ActionButton {
            id: go
            objectName: "overrideButton"
            kind: "primary"
            text: qsTr("Start stimulation")
            enabled: reason.text.trim() !== ""
            onClicked: {
                root.session.startStimulation(reason.text.trim());
                root.close();
            }
        },
        ActionButton {
            text: qsTr("Wait for the baseline")
            onClicked: root.close()
        }
    ]
    onOpenedChanged: if (opened)
        reason.text = ""
}
