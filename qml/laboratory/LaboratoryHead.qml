// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// The head of a page of the laboratory: its name, what it is about, actions, and the way back.
Item {
    id: root

    property string title
    property string aside
    default property alias actions: slot.data
    signal leaveAsked

    implicitHeight: 76

    Heading {
        id: heading
        x: 20
        anchors.verticalCenter: parent.verticalCenter
        text: root.title
    }
    Caption {
        anchors.left: heading.right
        anchors.leftMargin: 16
        anchors.right: slot.left
        anchors.rightMargin: 12
        anchors.baseline: heading.baseline
        text: root.aside
    }
    Row {
        id: slot
        anchors.right: back.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 12
    }
    ActionButton {
        id: back
        objectName: "laboratoryBackButton"
        anchors.right: parent.right
        anchors.rightMargin: 20
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("Back to the test")
        onClicked: root.leaveAsked()
    }
}
