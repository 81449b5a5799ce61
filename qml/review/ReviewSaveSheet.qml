// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// What was moved by hand is saved with who moved it and why.
Sheet {
    id: root

    required property ReviewDesk desk

    title: qsTr("Save the review")
    wide: 680
    firstFocus: needsReason ? reason : reader
    readonly property bool needsReason: desk.newMarks.length > 0

    Column {
        width: parent.width
        spacing: 14

        BodyText {
            width: parent.width
            visible: !root.needsReason
            text: qsTr("No marker was moved since the last version.")
        }
        Column {
            width: parent.width
            spacing: 4
            Repeater {
                model: root.desk.newMarks
                BodyText {
                    required property string modelData
                    required property int index
                    visible: index < 6
                    width: parent.width
                    wrapMode: Text.Wrap
                    text: modelData
                }
            }
            Caption {
                visible: root.desk.newMarks.length > 6
                text: qsTr("and %1 more").arg(root.desk.newMarks.length - 6)
            }
        }
        Flow {
            width: parent.width
            spacing: 8
            visible: root.needsReason
            Repeater {
                model: [qsTr("Artefact before the onset"), qsTr("Baseline not settled"), qsTr("Rise seen earlier"), qsTr("Capsule moved")]
                ActionButton {
                    required property string modelData
                    height: 44
                    text: modelData
                    onClicked: reason.text = modelData
                }
            }
        }
        EntryField {
            id: reason
            objectName: "reviewReason"
            visible: root.needsReason
            width: parent.width
            label: qsTr("Reason")
            onAccepted: if (go.enabled)
                go.clicked()
        }
        EntryField {
            id: reader
            objectName: "reviewReader"
            width: parent.width
            label: qsTr("Read by")
            onAccepted: if (go.enabled)
                go.clicked()
        }
        EntryField {
            id: comment
            objectName: "reviewComment"
            width: parent.width
            label: qsTr("Comment (optional)")
            onAccepted: if (go.enabled)
                go.clicked()
        }
        Caption {
            objectName: "missingText"
            visible: text !== ""
            width: parent.width
            color: Theme.warningInk
            text: {
                const missing = [];
                if (root.needsReason && reason.text.trim() === "")
                    missing.push(qsTr("the reason"));
                if (reader.text.trim() === "")
                    missing.push(qsTr("who reads"));
                if (missing.length > 0)
                    return qsTr("To save, enter %1.").arg(missing.join(qsTr(" and ")));
                return root.desk.analysing ? qsTr("The numbers are still being worked out.") : "";
            }
        }
    }
    buttons: [
        ActionButton {
            id: go
            objectName: "reviewSaveButton"
            kind: "primary"
            text: qsTr("Save version %1").arg(root.desk.version + 1)
            enabled: reader.text.trim() !== "" && (!root.needsReason || reason.text.trim() !== "") && !root.desk.analysing
            onClicked: {
                root.close();
                root.desk.save(reader.text, reason.text, comment.text);
            }
        },
        ActionButton {
            text: qsTr("Go on reading")
            onClicked: root.close()
        }
    ]
    onOpenedChanged: if (opened) {
        reason.text = "";
        comment.text = "";
        reader.text = desk.reader;
    }
}
