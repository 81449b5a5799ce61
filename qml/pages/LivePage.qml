// SPDX-License-Identifier: GPL-3.0-or-later
pragma ComponentBehavior: Bound

import QtQuick
import Eccrine

// The test while it runs.
FocusScope {
    id: root

    required property TestSession session
    property real place: 0 // of its top in the window
    readonly property bool questioning: session.asking && session.questions.any
    signal physicianAsked(question: SafetyQuestion)

    // The key for the next action: the step that waits goes on when nothing stands against it.
    function forward(): void {
        const answers = session.answers;
        let going = [];
        for (let i = 0; i < answers.length; ++i)
            if (!answers[i].endsTest)
                going.push(answers[i].id);
        if (going.length === 1 && session.questions.open === 0)
            session.answer(going[0]);
    }
    Keys.onReturnPressed: event => {
        if (!event.isAutoRepeat)
            forward();
    }
    Keys.onEnterPressed: event => {
        if (!event.isAutoRepeat)
            forward();
    }
    onQuestioningChanged: if (questioning && visible)
        questions.forceActiveFocus()

    StepTrack {
        id: steps
        objectName: "stepTrack"
        x: 16
        y: 12
        width: parent.width - 32
        session: root.session
    }
    Column {
        id: notices
        readonly property bool any: root.session.asking && !root.questioning || root.session.lostSamples > 0
        anchors.top: steps.bottom
        anchors.topMargin: any ? 10 : 0
        x: 16
        width: parent.width - 32
        spacing: 8

        Notice {
            objectName: "stepNotice"
            width: parent.width
            visible: root.session.asking && !root.questioning
            title: root.session.stepSite === "" ? root.session.stepTitle : root.session.stepTitle + " · " + root.session.stepSite
            text: root.session.stepInstruction
        }
        Notice {
            width: parent.width
            objectName: "lostNotice"
            visible: root.session.lostSamples > 0
            title: qsTr("%1 samples lost").arg(root.session.lostSamples)
            text: qsTr("They are marked as gaps in the curves.")
        }
    }
    SafetyQuestions {
        id: questions
        objectName: "safetyQuestions"
        anchors.top: notices.any ? notices.bottom : steps.bottom
        anchors.topMargin: 10
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 8
        x: 16
        width: parent.width - 32
        visible: root.questioning
        questions: root.session.asked
        place: root.place
        onPhysicianAsked: question => root.physicianAsked(question)
    }
    Item {
        id: rows
        visible: !root.questioning
        objectName: "liveRows"
        readonly property int count: shown.count
        anchors.top: notices.any ? notices.bottom : steps.bottom
        anchors.topMargin: 10
        anchors.bottom: axis.top
        x: 16
        width: parent.width - 32

        Repeater {
            id: shown
            model: root.session.sites
            LiveRow {
                required property SiteView modelData
                required property int index
                readonly property int place: root.placeOf(index)
                session: root.session
                site: modelData
                visible: modelData.selected
                width: rows.width
                height: (rows.height + 8) / Math.max(1, root.shownSites) - 8
                y: place * (height + 8)
                side: rows.width > 1500 ? 520 : 430
            }
        }
    }
    TimeAxis {
        id: axis
        visible: !root.questioning
        anchors.bottom: parent.bottom
        x: 24
        width: rows.width - (rows.width > 1500 ? 520 : 430) - 8
        spanS: root.session.viewSpanS
        zeroS: isFinite(root.session.stimulusStartS) ? root.session.stimulusStartS : 0
    }

    property int shownSites: 4
    function placeOf(index: int): int {
        let place = 0;
        for (let i = 0; i < index; ++i)
            if (root.session.sites[i].selected)
                ++place;
        return place;
    }
    function countSites(): void {
        let n = 0;
        for (let i = 0; i < root.session.sites.length; ++i)
            if (root.session.sites[i].selected)
                ++n;
        shownSites = n;
    }
    onVisibleChanged: countSites()
    Component.onCompleted: countSites()
}
