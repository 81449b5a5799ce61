// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// What can be done on the first page: another kind of test, an earlier recording, the start.
Row {
    id: root

    required property TestSession session
    property bool free: true // no sheet is open
    property bool otherTests: false
    signal otherAsked
    signal openAsked

    spacing: 12

    ActionButton {
        objectName: "otherTestButton"
        visible: root.otherTests
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Other test")
        onClicked: root.otherAsked()
    }
    ActionButton {
        objectName: "openButton"
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Open recording …")
        onClicked: root.openAsked()
    }
    ActionButton {
        objectName: "startButton"
        enabled: root.session.readyToStart && root.free
        kind: "primary"
        width: 250
        height: Theme.bigTarget
        font.pixelSize: 20
        text: qsTr("Start test")
        onClicked: root.session.start()
    }
}
