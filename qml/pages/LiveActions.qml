// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// What can be done while the test runs, and at its end: the answers of the step that waits, the start of the current, more time.
Row {
    id: root

    required property TestSession session
    property bool free: true // no sheet is open
    signal overrideAsked
    signal newAsked

    spacing: 12

    Timer {
        // The next question stands where the last one was: the second half of a double click is no answer to it.
        id: answerRest
        interval: 400 // ms, the usual time of a double click
    }
    Repeater {
        model: root.session.answers
        ActionButton {
            required property var modelData
            objectName: "answer-" + modelData.id
            readonly property bool next: !modelData.endsTest && root.session.answers.length < 3
            kind: next ? "primary" : "secondary"
            enabled: root.free && !answerRest.running && (modelData.endsTest || root.session.questions.open === 0)
            width: text.length > 2 ? implicitWidth : 54 // eleven of them stand in a row
            height: Theme.bigTarget
            leftPadding: text.length > 2 ? 22 : 4
            rightPadding: leftPadding
            font.pixelSize: next ? 20 : Theme.body
            text: modelData.text
            onClicked: {
                answerRest.restart();
                root.session.answer(modelData.id);
            }
        }
    }
    ActionButton {
        objectName: "extendButton"
        visible: root.session.phase === TestSession.Recording && !root.session.asking
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Still sweating: 5 min more")
        onClicked: root.session.extendRecording(300)
    }
    ActionButton {
        objectName: "overrideSheetButton"
        visible: root.session.phase === TestSession.Baseline && !root.session.asking && !root.session.readyForStimulation
        enabled: root.free
        height: Theme.bigTarget
        text: qsTr("Start anyway …")
        onClicked: root.overrideAsked()
    }
    ActionButton {
        objectName: "stimulateButton"
        visible: root.session.phase === TestSession.Baseline && !root.session.asking
        enabled: root.session.readyForStimulation && root.free
        kind: "primary"
        width: 270
        height: Theme.bigTarget
        font.pixelSize: 20
        text: qsTr("Start stimulation")
        onClicked: root.session.startStimulation("")
    }
    ActionButton {
        objectName: "backButton"
        visible: root.session.ended && !root.session.result.busy
        enabled: root.free
        kind: "primary"
        width: 250
        height: Theme.bigTarget
        font.pixelSize: 20
        text: qsTr("New test")
        onClicked: root.newAsked()
    }
}
