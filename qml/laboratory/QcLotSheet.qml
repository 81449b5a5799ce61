// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A new lot of a control material, from its sheet.
Sheet {
    id: root

    required property QcDesk desk

    title: qsTr("New lot of a control")
    wide: 620
    firstFocus: person

    function ask(): void {
        for (const field of [level, lot, target, sd, expiry]) {
            field.text = "";
            field.showRemark = false;
        }
        open();
    }
    function add(): void {
        if (desk.addLot(level.text, lot.text, target.text, sd.text, expiry.text))
            close();
    }

    Column {
        width: parent.width
        spacing: 12
        EntryField {
            id: person
            objectName: "lotPerson"
            width: parent.width
            label: qsTr("Your name")
            text: root.desk.operatorName
            onEdited: text => root.desk.operatorName = text
        }
        Row {
            width: parent.width
            spacing: 16
            EntryField {
                id: level
                objectName: "lotLevel"
                width: (parent.width - 16) / 2
                label: qsTr("Level")
                placeholderText: qsTr("low")
            }
            EntryField {
                id: lot
                objectName: "lotNumber"
                width: (parent.width - 16) / 2
                label: qsTr("Lot")
            }
        }
        Row {
            width: parent.width
            spacing: 16
            EntryField {
                id: target
                objectName: "lotTarget"
                width: (parent.width - 16) / 2
                label: qsTr("Target, mmol/L")
            }
            EntryField {
                id: sd
                objectName: "lotSd"
                width: (parent.width - 16) / 2
                label: qsTr("SD, mmol/L")
            }
        }
        EntryField {
            id: expiry
            objectName: "lotExpiry"
            width: parent.width
            label: qsTr("Last day of use")
            placeholderText: qsTr("2026-12-31")
            onAccepted: root.add()
        }
    }
    buttons: [
        ActionButton {
            text: qsTr("Cancel")
            onClicked: root.close()
        },
        ActionButton {
            objectName: "lotAddButton"
            kind: "primary"
            enabled: person.text.trim() !== "" && level.text.trim() !== "" && lot.text.trim() !== "" && target.text.trim() !== "" && sd.text.trim() !== "" && expiry.text.trim() !== ""
            text: qsTr("Add")
            onClicked: root.add()
        }
    ]
}
