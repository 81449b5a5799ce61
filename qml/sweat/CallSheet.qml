// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A telephone call about the result: who was told, by whom, when, and whether it was read back.
Sheet {
    id: root

    required property SweatDesk desk

    title: qsTr("Telephone call")
    firstFocus: whomField

    function ask(): void {
        whomField.text = desk.requester;
        byField.text = desk.analyst !== "" ? desk.analyst : desk.patient.operatorName;
        atField.text = desk.clockNow();
        readBackBox.checked = false;
        open();
        whomField.selectAll();
    }
    function give(): void {
        if (giveButton.enabled && desk.logCall(whomField.text, byField.text, atField.text, readBackBox.checked))
            close();
    }

    Column {
        width: parent.width
        spacing: 14
        EntryField {
            id: whomField
            objectName: "callWhomField"
            width: parent.width
            label: qsTr("Who was told")
            onAccepted: byField.forceActiveFocus()
        }
        Row {
            width: parent.width
            spacing: 16
            EntryField {
                id: byField
                objectName: "callByField"
                width: (parent.width - 16) * 0.62
                label: qsTr("Told by")
                onAccepted: atField.forceActiveFocus()
            }
            EntryField {
                id: atField
                objectName: "callAtField"
                width: (parent.width - 16) * 0.38
                label: qsTr("At")
                placeholderText: qsTr("15:20")
                onAccepted: readBackBox.forceActiveFocus()
            }
        }
        TickBox {
            id: readBackBox
            objectName: "callReadBackBox"
            width: parent.width
            text: qsTr("The result was read back")
        }
    }
    buttons: [
        ActionButton {
            id: giveButton
            objectName: "callGiveButton"
            kind: "primary"
            enabled: whomField.text.trim() !== "" && byField.text.trim() !== "" && atField.text.trim() !== ""
            text: qsTr("Note it")
            onClicked: root.give()
        },
        ActionButton {
            objectName: "callCancelButton"
            kind: "quiet"
            text: qsTr("Cancel")
            onClicked: root.close()
        }
    ]
}
