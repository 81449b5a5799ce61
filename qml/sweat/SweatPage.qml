// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import QtQuick.Controls.Basic
import Eccrine

// Qt 6.4 cannot load a bound component in a Loader, so that ids of the file stay unqualified in them.
// qmllint disable unqualified

// The pilocarpine sweat test: the track of its steps and the page of the one that is due.
FocusScope {
    id: root

    required property SweatDesk desk
    required property TestSession session

    readonly property bool asking: currentSheet.opened || earlySheet.opened || abandonSheet.opened || profileSheet.opened || nameSheet.opened || conditionSheet.opened || callSheet.opened || signedSheet.opened
    // Until the skin has been seen; where STOP left enough charge the page of the skin says it in its own words.
    readonly property bool tripShown: session.running && session.trip !== "" && desk.step <= SweatDesk.Skin && !desk.interrupted
    // The limb whose collector is asked for before its own time is up: it was attached after the first one
    readonly property SweatSiteModel early: desk.early >= 0 && desk.sites[desk.early].remainingS > 0 ? desk.sites[desk.early] : null
    readonly property bool startsCurrent: desk.startsCurrent
    readonly property string hint: {
        if (desk.step === SweatDesk.Result)
            return desk.validatedBy !== "" ? qsTr("Validated by %1.").arg(desk.validatedBy) : desk.result.known ? (desk.result.held ? desk.result.meaning : qsTr("A second person validates the result.")) : qsTr("There is no report to save: %1").arg(desk.result.meaning);
        if (desk.hindrance !== "")
            return desk.hindrance;
        if (session.paused)
            return qsTr("No current. The stimulation waits, for ten minutes at most.");
        if (tripShown)
            return qsTr("No current. The recording goes on.");
        if (early !== null)
            return qsTr("%1 still has %2. Coming off now it is collected for less.").arg(early.sideName).arg(Format.clock(early.remainingS));
        return "";
    }
    readonly property string hintKind: desk.step === SweatDesk.Result ? (desk.validatedBy !== "" ? "good" : "wait") : desk.hindrance !== "" ? "wait" : tripShown ? "bad" : session.paused ? "wait" : early !== null ? "wait" : "plain"

    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Pilocarpine sweat test")

    function closeSheets(): void {
        for (const sheet of [currentSheet, earlySheet, abandonSheet, profileSheet, nameSheet, conditionSheet, callSheet, signedSheet])
            if (sheet.opened)
                sheet.close();
    }
    // The key for the next action: in a field that is not the last one it goes to the next field.
    function forward(event): void {
        if (event.isAutoRepeat || asking)
            return;
        if (early !== null) // a Return too many ends no collection: the button asks
            return;
        const yieldPage = page.item as YieldStep, laboratoryPage = page.item as LaboratoryStep;
        if ((yieldPage && yieldPage.nextLimb()) || (laboratoryPage && laboratoryPage.nextLimb()))
            return;
        if (desk.primaryEnabled)
            desk.primary();
        else
            nextField();
    }
    // Return leads from field to field and to nothing that it could press: no tick, no answer, no finding is its doing.
    function nextField(): void {
        const begin = Window.activeFocusItem;
        let item = begin;
        for (let tried = 0; item && tried < 200; ++tried) {
            item = item.nextItemInFocusChain(true);
            if (!item || item === begin)
                return;
            const field = item as TextInput;
            if (field && !field.readOnly && field.enabled) {
                field.forceActiveFocus(Qt.TabFocusReason);
                return;
            }
        }
    }
    signal validateAsked
    onValidateAsked: nameSheet.ask(qsTr("Validate the result"), qsTr("The second pair of eyes belongs to somebody who did not run this test and entered or changed nothing of it."), false, (by, reason) => root.desk.validate(by))

    // Somebody answers for testing against a rule, or for what the rule asks to be done first.
    function askToLift(): void {
        const form = desk.eligibility;
        const done = (by, reason) => form.lift(by, reason);
        if (form.confirmable)
            nameSheet.ask(qsTr("It has been done"), form.firstReason + "\n" + qsTr("Name who approved it, and say what was done; both go into the record and the report."), true, done);
        else
            nameSheet.ask(qsTr("Test all the same"), qsTr("The rules of the profile advise against this test. A clinician may decide otherwise; name and reason go into the record and the report."), true, done);
    }
    function acceptTime(site: SweatSiteModel): void {
        nameSheet.ask(qsTr("Accept the collection time: %1").arg(site.title), qsTr("A supervisor answers for using a sample that was collected outside the time of the profile. The other limb is not touched by it."), true, (by, reason) => root.desk.acceptTime(site.index, by, reason));
    }

    function correct(): void {
        if (!desk.correctable) {
            desk.correct("", ""); // says why not
            return;
        }
        nameSheet.ask(qsTr("Correct a signed result"), desk.correctableText + "\n" + qsTr("A new version is opened; the signed one stays in its record. Name and reason go into the record and the report, and two people sign again."), true, (by, reason) => root.desk.correct(by, reason));
    }

    Connections {
        target: root.desk
        function onCurrentAsked() {
            currentSheet.open();
            notYetButton.focusReason = Qt.TabFocusReason; // what Return would do is seen
        }
        function onEarlyAsked(site) {
            earlySheet.site = site;
            earlySheet.open();
            stayOnButton.focusReason = Qt.TabFocusReason;
        }
    }
    // what was asked has gone away: a trip, the end of the test, or of the time that was left
    onStartsCurrentChanged: if (!startsCurrent && currentSheet.opened)
        currentSheet.close()
    onEarlyChanged: if (early === null && earlySheet.opened)
        earlySheet.close()
    Keys.onReturnPressed: event => forward(event)
    Keys.onEnterPressed: event => forward(event)

    FocusScope {
        id: content
        anchors.fill: parent
        enabled: !root.asking
        focus: true

        SweatTrack {
            id: track
            x: 16
            y: 8
            width: parent.width - 32
            desk: root.desk
            onProfileAsked: profileSheet.open()
        }
        Column {
            id: notices
            // while a test runs a message has its place before it comes: nothing jumps under a finger
            height: Math.max(implicitHeight, root.session.running || root.desk.step === SweatDesk.Yield ? Theme.target - 4 : 0)
            anchors.top: track.bottom
            anchors.topMargin: height > 0 ? 8 : 0
            x: 16
            width: parent.width - 32
            spacing: 8
            Notice {
                objectName: "foundRunningNotice"
                width: parent.width
                visible: root.desk.foundRunning !== ""
                title: qsTr("This test was running already.")
                text: root.desk.foundRunning
            }
            Notice {
                objectName: "endedBeforeCurrentNotice"
                width: parent.width
                visible: root.desk.endedBeforeCurrent
                title: qsTr("The test was ended before any current flowed.")
                text: qsTr("There is nothing to look at on the skin. Start it again, or begin a new test.")
            }
            Notice {
                objectName: "reminderNotice"
                width: parent.width
                // that the time is over each limb says for itself
                visible: root.desk.reminder !== "" && !root.desk.timeIsUp && root.desk.askedStep !== "remove"
                title: qsTr("Now")
                text: root.desk.reminder
            }
        }
        Caption {
            objectName: "noMessageText"
            visible: notices.height > 0 && notices.implicitHeight === 0 // the place that is kept is not a hole
            anchors.verticalCenter: notices.verticalCenter
            x: 32
            text: root.desk.running ? qsTr("No message from the instrument.") : qsTr("Nothing runs at the bedside any more.")
        }
        Loader {
            id: page
            objectName: "sweatStepLoader"
            anchors.top: notices.bottom
            anchors.topMargin: 8
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 8
            x: 16
            width: parent.width - 32
            focus: true
            sourceComponent: [patientStep, safetyStep, kitStep, preparationStep, stimulationStep, skinStep, collectorStep, collectionStep, yieldStep, laboratoryStep, resultStep][root.desk.step]
            onLoaded: (item as FocusScope).forceActiveFocus()
        }
    }
    Component {
        id: patientStep
        PatientStep {
            desk: root.desk
            onConditionsAsked: conditionSheet.open()
            onAbandonAsked: test => {
                abandonSheet.test = test;
                abandonSheet.open();
            }
            onSignedAsked: {
                root.desk.refreshSignedResults();
                signedFilter.text = "";
                signedSheet.open();
            }
            onLiftAsked: root.askToLift()
        }
    }
    Component {
        id: safetyStep
        SafetyQuestions {
            questions: root.desk.questions
            onPhysicianAsked: question => nameSheet.ask(qsTr("A physician decides"), question.question, true, (by, reason) => question.lift(by, reason))
        }
    }
    Component {
        id: kitStep
        KitStep {
            desk: root.desk
        }
    }
    Component {
        id: preparationStep
        PreparationStep {
            desk: root.desk
            session: root.session
        }
    }
    Component {
        id: stimulationStep
        StimulationStep {
            desk: root.desk
            session: root.session
        }
    }
    Component {
        id: skinStep
        SkinStep {
            desk: root.desk
        }
    }
    Component {
        id: collectorStep
        CollectorStep {
            desk: root.desk
        }
    }
    Component {
        id: collectionStep
        CollectionStep {
            desk: root.desk
            session: root.session
        }
    }
    Component {
        id: yieldStep
        YieldStep {
            desk: root.desk
        }
    }
    Component {
        id: laboratoryStep
        LaboratoryStep {
            desk: root.desk
        }
    }
    Component {
        id: resultStep
        ResultStep {
            desk: root.desk
            onAcceptAsked: site => root.acceptTime(site)
            onCallAsked: callSheet.ask()
            onCorrectAsked: root.correct()
        }
    }
    Sheet {
        // The current starts by a button of its own that nothing leads to by itself: Return, however often, says "not yet".
        id: currentSheet
        objectName: "currentSheet"
        title: qsTr("Start the current?")
        firstFocus: notYetButton
        Column {
            width: parent.width
            spacing: 10
            Repeater {
                model: root.desk.sites
                BodyText {
                    required property SweatSiteModel modelData
                    visible: modelData.takesPart
                    width: parent.width
                    font.weight: Font.DemiBold
                    text: modelData.sideName + " · " + modelData.title
                }
            }
            BodyText {
                width: parent.width
                text: qsTr("%1 mA until %2 mC have been delivered. Tingling is usual, pain is not: press STOP.").arg(Format.number(root.desk.targetCurrentMa, 1)).arg(Format.number(root.desk.targetChargeMc, 0))
            }
        }
        buttons: [
            ActionButton {
                objectName: "startCurrentButton"
                kind: "primary"
                height: Theme.bigTarget
                text: qsTr("Start the current")
                onClicked: {
                    currentSheet.close();
                    root.desk.startCurrent();
                }
            },
            ActionButton {
                id: notYetButton
                objectName: "notYetButton"
                height: Theme.bigTarget
                text: qsTr("Not yet")
                onClicked: currentSheet.close()
            }
        ]
    }
    Sheet {
        // As the current: Return, however often, leaves the collector on.
        id: earlySheet
        objectName: "earlySheet"
        property int site: -1
        title: qsTr("Take the collector off before its time?")
        firstFocus: stayOnButton
        BodyText {
            objectName: "earlyText"
            width: parent.width
            text: root.early === null ? "" : qsTr("%1 still has %2. Once it is off it cannot be collected on, and the sample is one of the shorter time.").arg(root.early.sideName).arg(Format.clock(root.early.remainingS))
        }
        buttons: [
            ActionButton {
                objectName: "takeOffButton"
                height: Theme.bigTarget
                text: qsTr("It is off")
                onClicked: {
                    const site = earlySheet.site;
                    earlySheet.close();
                    root.desk.takeOffEarly(site);
                }
            },
            ActionButton {
                id: stayOnButton
                objectName: "stayOnButton"
                kind: "primary"
                height: Theme.bigTarget
                text: qsTr("Not yet")
                onClicked: earlySheet.close()
            }
        ]
    }
    Sheet {
        id: abandonSheet
        objectName: "abandonSheet"
        property var test: null
        title: qsTr("Give this test up?")
        firstFocus: keepTestButton
        BodyText {
            objectName: "abandonText"
            width: parent.width
            text: abandonSheet.test && abandonSheet.test.skinOpen ? qsTr("Current may have flowed in it, and nobody has looked at the skin under the electrodes. Burns are mostly painless: go on with the test and look at it first.") : qsTr("It is offered no more. Its file stays.")
        }
        buttons: [
            ActionButton {
                objectName: "giveUpButton"
                text: qsTr("Give it up")
                onClicked: {
                    abandonSheet.close();
                    root.desk.abandon(abandonSheet.test.file);
                }
            },
            ActionButton {
                id: keepTestButton
                objectName: "keepTestButton"
                kind: "primary"
                text: qsTr("Not yet")
                onClicked: abandonSheet.close()
            }
        ]
    }
    ProfileSheet {
        id: profileSheet
        objectName: "profileSheet"
        desk: root.desk
    }
    NameReasonSheet {
        id: nameSheet
        objectName: "nameSheet"
    }
    CallSheet {
        id: callSheet
        objectName: "callSheet"
        desk: root.desk
    }
    Sheet {
        id: signedSheet
        objectName: "signedSheet"
        title: qsTr("Finished tests")
        wide: 760
        firstFocus: signedFilter
        readonly property var shown: matching(signedFilter.text.trim().toLowerCase())
        function matching(words: string): var {
            const found = [];
            for (let i = 0; i < root.desk.signedResults.length; ++i)
                if (root.desk.signedResults[i].patient.toLowerCase().includes(words))
                    found.push(root.desk.signedResults[i]);
            return found;
        }
        Column {
            width: parent.width
            spacing: 8
            EntryField {
                id: signedFilter
                objectName: "signedFilter"
                width: parent.width
                label: qsTr("Name, number or order")
            }
            BodyText {
                visible: signedSheet.shown.length === 0
                width: parent.width
                text: root.desk.signedResults.length === 0 ? qsTr("There is no finished test here.") : qsTr("No finished test is of this name, number or order.")
            }
            ListView {
                id: signedList
                width: parent.width
                height: Math.min(contentHeight, Math.max(Theme.target, signedSheet.height - 320))
                clip: true
                spacing: 8
                boundsBehavior: Flickable.StopAtBounds
                model: signedSheet.shown
                ScrollBar.vertical: ScrollBar {
                    policy: ScrollBar.AlwaysOn // a result below the edge must not be missed
                    visible: signedList.contentHeight > signedList.height
                }
                delegate: ActionButton {
                    required property var modelData
                    required property int index
                    objectName: "signed-" + index
                    width: signedList.width - 14
                    text: [modelData.patient, modelData.when, modelData.step].filter(part => part !== "").join(" · ")
                    onActiveFocusChanged: if (activeFocus)
                        signedList.positionViewAtIndex(index, ListView.Contain)
                    onClicked: {
                        const file = modelData.file;
                        signedSheet.close();
                        root.desk.resume(file);
                    }
                }
            }
        }
        buttons: [
            ActionButton {
                id: signedCancel
                objectName: "signedCancelButton"
                kind: "quiet"
                text: qsTr("Cancel")
                onClicked: signedSheet.close()
            }
        ]
    }
    Sheet {
        id: conditionSheet
        objectName: "conditionSheet"
        title: qsTr("Conditions of the patient")
        wide: 1040
        firstFocus: conditionsDone
        Grid {
            width: parent.width
            columns: 3
            columnSpacing: 16
            Repeater {
                model: root.desk.eligibility.offered
                TickBox {
                    required property var modelData
                    width: (1040 - 48 - 32) / 3
                    text: modelData.title
                    checked: root.desk.eligibility.conditions.includes(modelData.code)
                    onToggled: root.desk.eligibility.tick(modelData.code, checked)
                }
            }
        }
        buttons: [
            ActionButton {
                id: conditionsDone
                objectName: "conditionsDoneButton"
                kind: "primary"
                text: qsTr("Done")
                onClicked: conditionSheet.close()
            }
        ]
    }
}
