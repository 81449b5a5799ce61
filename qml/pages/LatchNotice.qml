// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// The last test with this instrument ended with a fault, or was cut off: no current before a person has said what it was.
Column {
    id: root

    required property TestSession session

    spacing: 10

    Notice {
        objectName: "latchNotice"
        width: parent.width
        kind: "danger"
        title: qsTr("No current")
        text: root.session.latch
    }
    Row {
        width: parent.width
        spacing: 12
        EntryField {
            id: cause
            objectName: "latchCauseField"
            width: parent.width - releaseButton.width - 12
            label: qsTr("What it was, and how the skin looks under both electrodes")
            placeholderText: qsTr("The recording of the next test keeps it")
            onAccepted: if (releaseButton.enabled)
                releaseButton.clicked()
        }
        ActionButton {
            id: releaseButton
            objectName: "releaseLatchButton"
            anchors.bottom: parent.bottom
            text: qsTr("Release")
            enabled: cause.text.trim() !== ""
            onClicked: {
                root.session.releaseLatch(cause.text.trim());
                cause.text = "";
            }
        }
    }
}
