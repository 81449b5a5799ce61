// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// A lot of a control material, from its sheet: a new one, or one that was listed wrongly and is put right.
Sheet {
    id: root

    required property QcDesk desk

    property var corrected: null // a QcLevel; null: a new lot
    readonly property bool complete: person.text.trim() !== "" && level.text.trim() !== "" && lot.text.trim() !== "" && target.text.trim() !== "" && sd.text.trim() !== "" && expiry.text.trim() !== "" && (corrected === null || reason.text.trim() !== "")
    title: corrected === null ? qsTr("New lot of a control") : qsTr("Correct a lot of a control")
    wide: 620
    firstFocus: person

    // of: the lot that is put right, or null
    function ask(of: var): void {
        corrected = of;
        level.text = of ? of.name : "";
        lot.text = of ? of.lot : "";
        target.text = of ? of.target : "";
        sd.text = of ? of.sd : "";
        expiry.text = of ? of.expiry : "";
        reason.text = "";
        for (const field of [level, lot, target, sd, expiry, reason])
            field.showRemark = false;
        open();
    }
    function add(): void {
        if (!complete)
            return;
        if (corrected === null ? desk.addLot(level.text, lot.text, target.text, sd.text, expiry.text) : desk.correctLot(level.text, lot.text, target.text, sd.text, expiry.text, reason.text))
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
                readOnly: root.corrected !== null
                placeholderText: qsTr("low")
            }
            EntryField {
                id: lot
                objectName: "lotNumber"
                width: (parent.width - 16) / 2
                label: qsTr("Lot")
                readOnly: root.corrected !== null
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
            hint: root.corrected === null ? "" : qsTr("A day in the past takes the lot out of use.")
            onAccepted: root.corrected === null ? root.add() : reason.forceActiveFocus(Qt.TabFocusReason)
        }
        EntryField {
            id: reason
            objectName: "lotReason"
            visible: root.corrected !== null
            width: parent.width
            label: qsTr("What was wrong")
            onAccepted: root.add()
        }
        BodyText {
            visible: root.corrected !== null
            width: parent.width
            color: Theme.muted
            text: qsTr("What was listed stays in the book. All values of the lot are judged by the corrected numbers, also those of before.")
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
            enabled: root.complete
            text: root.corrected === null ? qsTr("Add") : qsTr("Correct")
            onClicked: root.add()
        }
    ]
}
