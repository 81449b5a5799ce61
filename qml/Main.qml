// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Qt 6.4 cannot load a bound component in a Loader, so that ids of the file stay unqualified in them.
// qmllint disable unqualified

ApplicationWindow {
    id: window

    required property TestSession session
    property SweatDesk sweat: null // without one there is no choice: QSART
    property QcDesk qc: null
    property QnsDesk qns: null
    // "qc", "qns": a page of the laboratory over the sweat test's; empty: none
    property string laboratoryPage
    onLaboratoryPageChanged: toast.hide()
    property string themeMode: "system"
    // "qsart", "sweat"; empty: the choice between them
    property string test: sweat ? "" : "qsart"

    readonly property bool asking: openSheet.opened || reasonSheet.opened || detailSheet.opened || messageSheet.opened || closeSheet.opened || newSheet.opened || saveSheet.opened || keysSheet.opened || leaveSheet.opened || endSheet.opened || resumeSheet.opened || physicianSheet.opened
    // The neurologist's page, in place of the result's
    property bool reviewing: false
    readonly property bool qsart: test === "qsart"
    readonly property bool sweating: test === "sweat" && sweatPage.item !== null
    readonly property bool atStart: qsart && session.page === TestSession.Start
    readonly property bool live: qsart && session.page === TestSession.Live
    readonly property bool atResult: qsart && session.page === TestSession.Result

    width: 1280
    height: 800
    minimumWidth: 1024
    minimumHeight: 640
    visible: true
    title: qsTr("Eccrine")
    color: Theme.ground

    Binding {
        target: Theme
        property: "mode"
        value: window.themeMode
    }
    Shortcut {
        // STOP from the keyboard, whatever has the focus and whatever is open
        sequence: "Escape"
        context: Qt.ApplicationShortcut
        autoRepeat: false // a key that is held is one press
        onActivated: {
            if (endSheet.opened && window.skinAsked && Date.now() - window.escapedAt < 1000)
                window.escapePressed();
            else if (endSheet.opened)
                endSheet.close();
            else if (window.session.running)
                window.escapePressed();
            else if (window.asking)
                window.closeSheets();
            else if (window.laboratoryPage !== "") {
                const page = laboratory.item as QcPage;
                if (page === null || !page.closeSheets())
                    window.leaveLaboratory();
            } else if (window.sweating && window.sweatTest.asking)
                window.sweatTest.closeSheets();
            else if (window.reviewing && !reviewPage.letGo())
                window.leaveReview();
        }
    }
    // STOP is at once. Only where no current can flow, not yet or not any more, it is asked whether the test is to end.
    readonly property bool beforeCurrent: sweating && sweat.beforeCurrent
    readonly property bool afterCurrent: sweating && sweat.running && sweat.step > SweatDesk.Skin && !session.currentFlowing && session.trip === ""
    // What is asked after every current has not been answered yet
    readonly property bool skinAsked: live && session.asking && session.phase === TestSession.Recording && !session.currentFlowing && !session.alarms.leadsOff
    readonly property bool endIsAsked: beforeCurrent || afterCurrent || skinAsked
    onEndIsAskedChanged: if (!endIsAsked && endSheet.opened)
        endSheet.close()
    // Escape is STOP; twice at once it is the emergency stop, without a ramp.
    property double escapedAt: 0
    function escapePressed(): void {
        const now = Date.now();
        if ((!endIsAsked || skinAsked) && now - escapedAt < 1000) {
            session.emergencyStop();
            endSheet.close();
        } else
            stop();
        escapedAt = now;
    }
    function stop(): void {
        if (endIsAsked && !endSheet.opened) {
            closeSheets();
            if (sweatTest !== null)
                sweatTest.closeSheets();
            endSheet.open();
        } else {
            session.stop();
        }
    }
    // The control that had the focus has gone or can be pressed no more: the keys go to the page, not to nothing.
    function homeForFocus(): void {
        if (!sweating || asking || sweatTest.asking || laboratoryPage !== "")
            return;
        const item = activeFocusItem;
        if (item === null || item === contentItem || !item.visible || !item.enabled)
            sweatTest.forceActiveFocus();
    }
    onActiveFocusItemChanged: focusHome.restart()
    Timer {
        id: focusHome
        interval: 0 // once everything has its place again
        onTriggered: window.homeForFocus()
    }
    // What the loaders hold, typed
    readonly property SweatPage sweatTest: sweatPage.item as SweatPage
    function closeSheets(): void {
        for (const sheet of [openSheet, reasonSheet, detailSheet, messageSheet, closeSheet, newSheet, saveSheet, keysSheet, leaveSheet, endSheet, resumeSheet, physicianSheet])
            if (sheet.opened)
                sheet.close();
    }
    function leaveLaboratory(): void {
        laboratoryPage = "";
        if (sweat.step === SweatDesk.Laboratory)
            sweat.refreshQc();
        sweatTest.forceActiveFocus();
    }
    function review(): void {
        session.review.open(session.result.file);
        reviewing = true;
        reviewPage.marker = -1;
        reviewPage.forceActiveFocus();
    }
    // The keys belong to the curves whenever no sheet has them.
    function backToCurves(): void {
        if (reviewing && !asking)
            reviewPage.forceActiveFocus();
    }
    onAskingChanged: backToCurves()
    function leaveReview(): void {
        if (session.review.dirty) {
            leaveSheet.closes = false;
            leaveSheet.open();
            return;
        }
        reviewing = false;
        session.review.close();
    }
    onClosing: close => {
        if (session.running && !closeSheet.sure) {
            close.accepted = false;
            closeSheet.open();
        } else if (reviewing && session.review.dirty) {
            close.accepted = false;
            closeSheets();
            leaveSheet.closes = true;
            leaveSheet.open();
        } else {
            session.release();
        }
    }
    Connections {
        target: window.session
        function onProblem(title, sentence) {
            messageSheet.title = title;
            messageText.text = sentence;
            messageSheet.open();
        }
        function onPageChanged() {
            if (window.session.page !== TestSession.Start)
                window.test = "qsart"; // a running test was found, or a recording opened
            if (window.session.page !== TestSession.Result)
                window.reviewing = false;
            reasonSheet.opened = false;
            toast.hide();
        }
    }
    Connections {
        target: window.sweat
        function onProblem(title, sentence) {
            messageSheet.title = title;
            messageText.text = sentence;
            messageSheet.open();
        }
        function onStepChanged() {
            toast.hide(); // what it said was of the page before
        }
        function onChanged() {
            focusHome.restart();
        }
        function onAdopted() {
            window.test = "sweat";
        }
        function onAlarm() {
            window.alert(0);
            window.sweat.ring();
        }
        function onSaved(sentence, file) {
            toast.tell(sentence, file, "good");
        }
    }
    function tellProblem(title: string, sentence: string): void {
        messageSheet.title = title;
        messageText.text = sentence;
        messageSheet.open();
    }
    Connections {
        target: window.qc
        function onProblem(title, sentence) {
            window.tellProblem(title, sentence);
        }
        function onSaved(sentence, file) {
            toast.tell(sentence, file, "good");
        }
        function onWarned(sentence) {
            toast.tell(sentence, "", "warning");
        }
    }
    Connections {
        target: window.qns
        function onProblem(title, sentence) {
            window.tellProblem(title, sentence);
        }
        function onSaved(sentence, file) {
            toast.tell(sentence, file, "good");
        }
    }
    onQcAsked: if (qc)
        laboratoryPage = "qc"
    onQnsAsked: if (qns)
        laboratoryPage = "qns"
    Connections {
        target: window.session.result
        function onSaved(sentence, file) {
            toast.tell(sentence, file, "good");
        }
    }
    Connections {
        target: window.session.review
        function onSaved(sentence) {
            toast.tell(sentence, "", "good");
        }
        function onMarksChanged() {
            if (window.reviewing && window.session.review.dirty)
                toast.hide(); // what it said no longer holds
        }
    }
    TopBar {
        id: topBar
        width: parent.width
        session: window.session
        enabled: !window.asking
        title: window.test === "" ? qsTr("Choose the test") : window.test === "sweat" ? qsTr("Pilocarpine sweat test") : window.atStart ? qsTr("New acetylcholine sudomotor test (QSART)") : window.live || window.session.result.patientId !== "" ? "" : window.session.result.patient
        readonly property PatientForm patient: window.test === "sweat" ? (window.sweat.step !== SweatDesk.Patient ? window.sweat.patient : null) : window.live ? window.session.patient : null
        patientId: patient ? patient.identifier.trim() : window.atResult ? window.session.result.patientId : ""
        patientName: patient ? patient.name.trim() : window.atResult ? window.session.result.patientName : ""
        patientAge: patient ? (window.test === "sweat" ? window.sweat.ageText : patient.ageText) : window.atResult ? window.session.result.patientAge : ""
        onThemeChosen: mode => {
            window.themeMode = mode;
            if (window.reviewing)
                reviewPage.forceActiveFocus(); // the keys of the review go on working
        }
    }
    AlarmBar {
        id: alarmBar
        objectName: "alarmBar"
        anchors.top: topBar.bottom
        width: parent.width
        height: implicitHeight
        z: 11 // over the sheets: an alarm is seen whatever is asked
        desk: window.session.alarms
        testRuns: window.session.running
    }
    Shortcut {
        sequence: "F9"
        context: Qt.ApplicationShortcut
        autoRepeat: false
        onActivated: window.session.alarms.acknowledge()
    }
    Shortcut {
        sequence: "F10"
        context: Qt.ApplicationShortcut
        autoRepeat: false
        onActivated: window.session.alarms.pauseSound()
    }
    Connections {
        target: window.session.alarms
        function onRaised() {
            window.alert(0); // the task bar shows it when the window is not in front
        }
    }
    FocusScope {
        id: pages
        focus: true
        anchors.top: alarmBar.bottom
        anchors.bottom: actionBar.top
        // where nothing is entered the page makes room for a message: it covers none of its words
        readonly property bool making: window.sweating && toast.visible && (window.laboratoryPage !== "" || window.sweat.step === SweatDesk.Result)
        anchors.bottomMargin: making ? toast.height + 6 : 0
        width: parent.width
        enabled: !window.asking

        StartPage {
            anchors.fill: parent
            session: window.session
            visible: window.atStart
            focus: visible
        }
        ChoicePage {
            objectName: "choicePage"
            anchors.fill: parent
            visible: window.test === ""
            focus: visible
            unfinishedSweatTests: window.sweat ? window.sweat.unfinished.length : 0
            onChosen: test => window.test = test
        }
        Loader {
            id: sweatPage
            objectName: "sweatLoader"
            anchors.fill: parent
            active: window.test === "sweat"
            visible: !laboratory.active
            focus: active && visible
            sourceComponent: SweatPage {
                objectName: "sweatPage"
                desk: window.sweat
                session: window.session
            }
            onLoaded: (item as FocusScope).forceActiveFocus()
        }
        Loader {
            id: laboratory
            objectName: "laboratoryLoader"
            anchors.fill: parent
            active: window.sweating && window.laboratoryPage !== ""
            focus: active
            sourceComponent: window.laboratoryPage === "qc" ? qcPage : qnsPage
            onLoaded: (item as FocusScope).forceActiveFocus()

            Component {
                id: qcPage
                QcPage {
                    desk: window.qc
                    onLeaveAsked: window.leaveLaboratory()
                }
            }
            Component {
                id: qnsPage
                QnsPage {
                    desk: window.qns
                    onLeaveAsked: window.leaveLaboratory()
                }
            }
        }
        LivePage {
            objectName: "livePage"
            anchors.fill: parent
            place: pages.y
            session: window.session
            visible: window.live
            focus: visible
            onPhysicianAsked: question => physicianSheet.ask(qsTr("A physician decides"), question.question + "\n" + question.advice, true, (by, reason) => question.lift(by, reason))
        }
        ResultPage {
            anchors.fill: parent
            session: window.session
            visible: window.atResult && !window.reviewing
        }
        ReviewPage {
            id: reviewPage
            objectName: "reviewPage"
            anchors.fill: parent
            desk: window.session.review
            visible: window.reviewing && window.session.review.available
            focus: visible
            onSaveAsked: saveSheet.open()
            onKeysAsked: keysSheet.open()
            onEarlierAsked: window.chooseRecording(true)
        }
        Heading {
            anchors.centerIn: parent
            visible: window.reviewing && !window.session.review.available
            text: qsTr("Reading and analysing the recording …")
        }
    }
    function chooseRecording(forComparison: bool): void {
        session.recordings.refresh(forComparison ? session.review.file : "");
        openSheet.forComparison = forComparison;
        openSheet.open();
    }
    ActionBar {
        id: actionBar
        anchors.bottom: parent.bottom
        width: parent.width
        session: window.session
        onStopAsked: window.stop()
        hintKind: window.laboratoryPage !== "" ? (window.laboratoryPage === "qc" && !window.qc.mayRecord ? "wait" : "plain") : window.sweating ? window.sweatTest.hintKind : window.test === "" ? "plain" : window.atStart ? (window.session.readyToStart ? "good" : "wait") : window.live && window.session.phase === TestSession.Baseline ? ((window.session.asking ? window.session.questions.open === 0 : window.session.readyForStimulation) ? "good" : "wait") : window.live && window.session.trip !== "" ? "bad" : window.live && window.session.paused ? "wait" : "plain"
        hint: window.hintText()

        CurrentActions {
            session: window.session
            visible: (window.live || window.sweating) && window.laboratoryPage === ""
            free: !window.asking && !(window.sweating && window.sweatTest.asking)
            onResumeAsked: resumeSheet.open()
        }
        Loader {
            active: window.sweating
            visible: active && window.laboratoryPage === ""
            sourceComponent: SweatActions {
                desk: window.sweat
                page: window.sweatTest
                enabled: !window.asking
                onLeaveAsked: window.test = ""
                onNewAsked: {
                    window.sweat.newTest();
                    window.sweatTest.forceActiveFocus();
                }
                onQcAsked: window.qcAsked()
                onQnsAsked: window.qnsAsked()
            }
        }
        StartActions {
            visible: window.atStart
            session: window.session
            free: !window.asking
            otherTests: window.sweat !== null
            onOtherAsked: window.test = ""
            onOpenAsked: window.chooseRecording(false)
        }
        LiveActions {
            visible: window.live
            session: window.session
            free: !window.asking
            onOverrideAsked: reasonSheet.open()
            onNewAsked: newSheet.open()
        }
        ReviewActions {
            visible: window.reviewing
            desk: window.session.review
            page: reviewPage
            free: !window.asking
            onKeysAsked: keysSheet.open()
            onEarlierAsked: window.chooseRecording(true)
            onLeaveAsked: window.leaveReview()
            onSaveAsked: saveSheet.open()
        }
        ResultActions {
            visible: window.atResult && !window.reviewing
            result: window.session.result
            free: !window.asking
            onReviewAsked: window.review()
            onDetailsAsked: detailSheet.open()
            onNewAsked: newSheet.open()
        }
    }
    signal qcAsked
    signal qnsAsked

    function hintText(): string {
        const s = session;
        if (sweating && laboratoryPage !== "") // what the page of the test below asks for is no matter here
            return laboratoryPage === "qc" ? (qc.mayRecord ? qsTr("The values can be recorded.") : qc.hindrance) : "";
        if (sweating)
            return sweatTest.hint;
        if (test === "")
            return "";
        if (s.page === TestSession.Start)
            return s.readyToStart ? qsTr("Everything is ready.") : s.obstacles === 1 ? s.firstObstacle : qsTr("%1 things before you can start: %2").arg(s.obstacles).arg(s.firstObstacle);
        if (reviewing)
            return s.review.dirty ? qsTr("Changes are not saved.") : s.review.version > 0 ? s.review.versions[s.review.version - 1] : "";
        if (s.page === TestSession.Result)
            return "";
        switch (s.phase) {
        case TestSession.Baseline:
            if (s.asking && s.questions.any)
                return s.questions.open === 0 ? qsTr("Nothing stands against the test.") : s.questions.open === 1 ? qsTr("1 question to settle. Keys: Y, N") : qsTr("%1 questions to settle. Keys: Y, N").arg(s.questions.open);
            if (s.asking)
                return qsTr("Answer: %1").arg(s.stepTitle);
            return s.readyForStimulation ? qsTr("The baseline has settled. Start the stimulation when the patient is ready.") : qsTr("Wait until the baseline has settled at every site. The patient sits still and does not talk.");
        case TestSession.Stimulation:
            return s.paused ? qsTr("No current. The curves are still being recorded; the stimulation waits, for ten minutes at most.") : s.trip !== "" ? qsTr("No current. The curves are still being recorded.") : qsTr("Stimulating. A light prickling is normal; at pain press STOP.");
        case TestSession.Recording:
            if (s.asking)
                return s.trip === "" ? (s.stepSite === "" ? s.stepTitle : s.stepSite) : qsTr("%1 · The test ends after these questions.").arg(s.stepSite === "" ? s.stepTitle : s.stepSite);
            return qsTr("The current is off. Leave the capsules where they are until the test ends.");
        }
        if (s.result.busy)
            return qsTr("The result is being worked out …");
        if (!s.ended)
            return qsTr("The bedside process is being asked where the test is …");
        return qsTr("The test has ended without a result. The recording is kept: %1").arg(s.recordingFile);
    }

    Rectangle {
        // The veil of a sheet goes on over the action bar, unless STOP is there
        anchors.fill: actionBar
        objectName: "barVeil"
        visible: window.asking && !window.session.running
        color: Theme.veil
        MouseArea {
            anchors.fill: parent
            hoverEnabled: true
        }
    }
    // Sheets lie over the page and not over the action bar: STOP stays free.
    Item {
        anchors.top: parent.top
        anchors.bottom: actionBar.top
        width: parent.width
        z: 10

        OpenSheet {
            id: openSheet
            objectName: "openSheet"
            session: window.session
            onChosen: file => forComparison ? window.session.review.compareWith(file) : window.session.openRecording(file)
        }
        ResumeSheet {
            id: resumeSheet
            objectName: "resumeSheet"
            session: window.session
        }
        NameReasonSheet {
            id: physicianSheet
            objectName: "physicianSheet"
            readonly property bool due: window.session.running // after the end nothing is decided any more
            onDueChanged: if (!due && opened)
                close()
        }
        ReviewSaveSheet {
            id: saveSheet
            objectName: "saveSheet"
            desk: window.session.review
            onClosed: reviewPage.forceActiveFocus()
        }
        ReviewKeysSheet {
            id: keysSheet
            objectName: "keysSheet"
            onClosed: reviewPage.forceActiveFocus()
        }
        Sheet {
            id: leaveSheet
            objectName: "leaveSheet"
            property bool closes: false // the window was to close, not only the page
            title: qsTr("The review is not saved")
            firstFocus: goOn
            BodyText {
                width: parent.width
                text: qsTr("Without saving, the markers that you moved are lost.")
            }
            buttons: [
                ActionButton {
                    id: goOn
                    objectName: "goOnReadingButton"
                    kind: "primary"
                    text: qsTr("Go on reading")
                    onClicked: leaveSheet.close()
                },
                ActionButton {
                    objectName: "discardButton"
                    text: leaveSheet.closes ? qsTr("Close without saving") : qsTr("Leave without saving")
                    onClicked: {
                        leaveSheet.close();
                        window.reviewing = false;
                        window.session.review.close();
                        if (leaveSheet.closes)
                            window.close();
                    }
                }
            ]
        }
        Sheet {
            id: endSheet
            objectName: "endSheet"
            title: qsTr("End the test?")
            firstFocus: goOnTesting
            BodyText {
                width: parent.width
                text: window.skinAsked && !window.session.skinDue ? qsTr("Not every question after the current has been answered. Ending now, the result tells that.") : window.skinAsked ? qsTr("The skin has not been recorded yet. Ending now, the next test with this instrument is held back until somebody says what was seen, or why nobody could look.") : window.afterCurrent ? qsTr("The current is over. Ending now takes every collector off at this minute, for good; what was collected until now counts.") : qsTr("No current has flowed yet. What was entered is kept, and the test can be started again.")
            }
            buttons: [
                ActionButton {
                    id: goOnTesting
                    objectName: "goOnTestingButton"
                    kind: "primary"
                    text: qsTr("Go on with the test")
                    onClicked: endSheet.close()
                },
                ActionButton {
                    objectName: "endTestNowButton"
                    text: qsTr("End the test")
                    onClicked: {
                        const unasked = window.skinAsked;
                        endSheet.close();
                        if (unasked)
                            window.session.endTest();
                        else
                            window.session.stop();
                    }
                }
            ]
        }
        ReasonSheet {
            id: reasonSheet
            objectName: "reasonSheet"
            session: window.session
        }
        DetailSheet {
            id: detailSheet
            result: window.session.result
        }
        Sheet {
            id: newSheet
            objectName: "newSheet"
            title: qsTr("New test")
            BodyText {
                width: parent.width
                text: qsTr("The recording and its result stay in the recording folder.")
            }
            firstFocus: otherPatient
            buttons: [
                ActionButton {
                    id: otherPatient
                    objectName: "otherPatientButton"
                    kind: "primary"
                    text: qsTr("Another patient")
                    onClicked: {
                        newSheet.close();
                        window.session.newTest(false);
                    }
                },
                ActionButton {
                    text: qsTr("Same patient")
                    onClicked: {
                        newSheet.close();
                        window.session.newTest(true);
                    }
                },
                ActionButton {
                    kind: "quiet"
                    text: qsTr("Cancel")
                    onClicked: newSheet.close()
                }
            ]
        }
        Sheet {
            id: closeSheet
            objectName: "closeSheet"
            property bool sure: false
            title: qsTr("A test is running")
            firstFocus: stayButton
            BodyText {
                width: parent.width
                text: window.session.currentFlowing ? qsTr("Without this window the stimulation current is ramped down after 2 seconds. The recording goes on, and opening Eccrine again shows it.") : qsTr("The recording goes on without this window, and opening Eccrine again shows it. To end the test, press STOP.")
            }
            buttons: [
                ActionButton {
                    id: stayButton
                    objectName: "stayButton"
                    kind: "primary"
                    text: qsTr("Stay")
                    onClicked: closeSheet.close()
                },
                ActionButton {
                    objectName: "leaveButton"
                    text: qsTr("Close the window")
                    onClicked: {
                        closeSheet.sure = true;
                        window.close();
                    }
                }
            ]
        }
        Sheet {
            id: messageSheet
            objectName: "messageSheet"
            firstFocus: understood
            BodyText {
                id: messageText
                objectName: "messageText"
                width: parent.width
                wrapMode: Text.Wrap
            }
            buttons: [
                ActionButton {
                    id: understood
                    objectName: "understoodButton"
                    kind: "primary"
                    text: qsTr("OK")
                    onClicked: messageSheet.close()
                }
            ]
        }
    }
    Toast {
        id: toast
        objectName: "toast"
        brief: window.reviewing
        // on the review page beside its tools: below are the notes, and they are to be read
        x: window.reviewing ? parent.width - width - 16 : (parent.width - width) / 2
        // over the sweat test at the bottom: at the top is the name of the step
        y: window.sweating ? actionBar.y - height - 6 : topBar.height + (window.reviewing ? 6 : 4)
        z: 5
        onShowAsked: file => window.session.result.show(file)
    }
    Rectangle {
        anchors.fill: pages
        visible: window.session.result.busy && window.session.page !== TestSession.Result
        color: Theme.ground
        opacity: 0.7
        Heading {
            anchors.centerIn: parent
            text: qsTr("Reading and analysing the recording …")
        }
    }
    DropArea {
        anchors.fill: parent
        // not over a review: the head would name the patient of the new file above the curves of the old one
        enabled: window.test !== "sweat" && window.session.page !== TestSession.Live && !window.reviewing
        onDropped: drop => {
            if (drop.hasUrls)
                window.session.openRecording(drop.urls[0]);
        }
    }
}
