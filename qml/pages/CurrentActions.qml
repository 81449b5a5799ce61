// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// While a current flows or rests: a pause, and going on after it. STOP is beside them, as always.
Row {
    id: root

    required property TestSession session
    property bool free: true
    signal resumeAsked

    readonly property bool flows: session.running && session.phase === TestSession.Stimulation && session.currentFlowing && !session.paused

    spacing: 12

    ActionButton {
        objectName: "pauseButton"
        visible: root.flows
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Pause")
        Accessible.name: qsTr("Pause: current to zero, the test goes on")
        onClicked: root.session.pauseCurrent()
    }
    ActionButton {
        objectName: "resumeButton"
        visible: root.session.paused
        enabled: root.free
        kind: "primary"
        width: 270
        height: Theme.bigTarget
        font.pixelSize: 20
        text: qsTr("Go on …")
        onClicked: root.resumeAsked()
    }
}
