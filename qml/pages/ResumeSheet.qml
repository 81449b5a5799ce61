// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// The current goes on by a button of its own that nothing leads to by itself: Return, however often, says "not yet".
Sheet {
    id: root

    required property TestSession session

    title: qsTr("Let the current go on?")
    firstFocus: notYet

    // What it asks about is over: gone on, stopped, or ended by itself
    readonly property bool due: session.paused
    onDueChanged: if (!due && opened)
        close()

    Column {
        width: parent.width
        spacing: 10
        BodyText {
            objectName: "resumeReason"
            width: parent.width
            font.weight: Font.DemiBold
            text: root.session.pauseReason
        }
        BodyText {
            width: parent.width
            text: qsTr("Go on when you have seen to it, have looked at the skin and stay with the patient. The contact is measured first, then the current rises by its whole ramp. What was delivered so far counts.")
        }
    }
    buttons: [
        ActionButton {
            objectName: "goOnButton"
            height: Theme.bigTarget
            text: qsTr("It is seen to: go on")
            onClicked: {
                root.close();
                root.session.resumeCurrent();
            }
        },
        ActionButton {
            id: notYet
            objectName: "resumeNotYetButton"
            kind: "primary"
            height: Theme.bigTarget
            text: qsTr("Not yet")
            onClicked: root.close()
        }
    ]
}
