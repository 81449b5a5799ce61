// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// Somebody answers for a decision: by name, mostly with a reason.
Sheet {
    id: root

    property string words
    property bool withReason: true
    property var done: null // (name, reason) => what happens then

    firstFocus: nameField

    function ask(title: string, words: string, withReason: bool, done): void {
        root.title = title;
        root.words = words;
        root.withReason = withReason;
        root.done = done;
        nameField.text = "";
        reasonField.text = "";
        open();
    }
    function give(): void {
        if (!giveButton.enabled)
            return;
        const given = done;
        const name = nameField.text;
        const reason = reasonField.text;
        close();
        given(name, reason);
    }

    Column {
        width: parent.width
        spacing: 14
        BodyText {
            width: parent.width
            text: root.words
        }
        EntryField {
            id: nameField
            objectName: "sheetNameField"
            width: parent.width
            label: qsTr("Name")
            onAccepted: root.withReason ? reasonField.forceActiveFocus() : root.give()
        }
        EntryField {
            id: reasonField
            objectName: "sheetReasonField"
            visible: root.withReason
            width: parent.width
            label: qsTr("Reason")
            onAccepted: root.give()
        }
    }
    buttons: [
        ActionButton {
            id: giveButton
            objectName: "sheetGiveButton"
            kind: "primary"
            enabled: nameField.text.trim() !== "" && (!root.withReason || reasonField.text.trim() !== "")
            text: qsTr("Confirm")
            onClicked: root.give()
        },
        ActionButton {
            objectName: "sheetCancelButton"
            kind: "quiet"
            text: qsTr("Cancel")
            onClicked: root.close()
        }
    ]
}
