// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// What can be done on a page of the sweat test, at the right of the bottom bar; the next action last.
Row {
    id: root

    required property SweatDesk desk
    required property SweatPage page
    signal leaveAsked
    signal qcAsked
    signal qnsAsked
    signal newAsked

    readonly property bool free: !page.asking

    spacing: 12

    ActionButton {
        objectName: "qcButton"
        visible: root.desk.step === SweatDesk.Patient || root.desk.step === SweatDesk.Laboratory
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Quality control")
        onClicked: root.qcAsked()
    }
    ActionButton {
        objectName: "qnsButton"
        visible: root.desk.step === SweatDesk.Patient
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("QNS rates")
        onClicked: root.qnsAsked()
    }
    ActionButton {
        objectName: "chooseTestButton"
        visible: root.desk.step === SweatDesk.Patient
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Other test")
        onClicked: root.leaveAsked()
    }
    ActionButton {
        objectName: "sweatBackButton"
        visible: root.desk.canGoBack
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Back")
        onClicked: root.desk.back()
    }
    ActionButton {
        objectName: "sweatNewButton"
        visible: (root.desk.step === SweatDesk.Result || root.desk.endedBeforeCurrent) && !root.desk.running
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("New test")
        onClicked: root.newAsked()
    }
    ActionButton {
        objectName: "validateButton"
        visible: root.desk.step === SweatDesk.Result && root.desk.result.known && !root.desk.result.held && root.desk.validatedBy === ""
        enabled: root.free
        kind: root.desk.canReport ? "secondary" : "primary"
        height: Theme.bigTarget
        text: qsTr("Validate …")
        onClicked: root.page.validateAsked()
    }
    ActionButton {
        objectName: "sweatPrimaryButton"
        visible: (root.desk.step !== SweatDesk.Result || root.desk.canReport) && !root.page.session.paused
        enabled: root.free && root.desk.primaryEnabled
        kind: "primary"
        width: Math.max(220, Math.min(420, implicitWidth))
        height: Theme.bigTarget
        font.pixelSize: 20
        text: root.desk.primaryText
        onClicked: root.desk.primary()
    }
}
