// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

Bench {
    name: "LivePage"

    function start(phase, time_s) {
        rig.makeReady();
        rig.session.start();
        rig.tell(phase, time_s);
        compare(rig.session.page, TestSession.Live);
        rig.forget();
    }
    function test_stopIsPressedWithTheMouse() {
        start(4, 210);
        mousePress(part("stopButton"));
        compare(rig.commands, ["stop"]); // at the press
        mouseRelease(part("stopButton"));
        compare(rig.commands, ["stop"]);
    }
    function test_stopIsTheEscapeKey() {
        start(4, 210);
        keyClick(Qt.Key_Escape);
        compare(rig.commands, ["stop"]);
    }
    function test_escapeTwiceAtOnceIsTheEmergencyStop() {
        start(4, 210);
        keyClick(Qt.Key_Escape);
        keyClick(Qt.Key_Escape);
        compare(rig.commands, ["stop", "emergency stop"]);
    }
    function test_stopIsFreeWhileADialogIsOpen_data() {
        return [{
                tag: "mouse"
            }, {
                tag: "keyboard"
            }];
    }
    function test_stopIsFreeWhileADialogIsOpen(row) {
        start(3, 60);
        press("overrideSheetButton");
        tryVerify(() => part("reasonSheet").opened);
        rig.forget();
        if (row.tag === "mouse")
            mousePress(part("stopButton"));
        else
            keyClick(Qt.Key_Escape);
        compare(rig.commands, ["stop"]);
    }
    function test_stopIsInTheSamePlaceInEveryPhase() {
        start(3, 60);
        const stop = part("stopButton");
        const place = stop.mapToItem(null, 0, 0);
        for (const phase of [4, 5, 3]) {
            rig.tell(phase, 210);
            verify(stop.visible);
            compare(stop.mapToItem(null, 0, 0), place);
        }
        verify(stop.width >= 150 && stop.height >= 60);
    }
    function test_stimulationWaitsForTheBaseline() {
        start(3, 60);
        verify(!part("stimulateButton").enabled);
        rig.settle(true);
        press("stimulateButton");
        compare(rig.commands, ["stimulate "]);
    }
    function test_anUnsettledBaselineNeedsAReason() {
        start(3, 60);
        press("overrideSheetButton");
        verify(!part("overrideButton").enabled);
        for (const letter of "Shivers")
            keyClick(letter);
        press("overrideButton");
        compare(rig.commands, ["stimulate Shivers"]);
        tryVerify(() => !part("reasonSheet").opened);
    }
    function test_theRecordingIsExtended() {
        start(5, 510);
        press("extendButton");
        compare(rig.commands, ["extend 300"]);
    }
    function test_noticesTakeNoRoomWhenThereAreNone() {
        start(3, 60);
        const rows = part("liveRows");
        const free = rows.height;
        rig.trip("Over-current at the foot: 2.31 mA.");
        tryVerify(() => rows.height < free - 40);
        rig.trip("");
        tryCompare(rows, "height", free);
    }
    function test_anAlarmIsSeenOnEveryPageUntilItIsUnderstood() {
        start(4, 210);
        rig.alarm("skin", 2, "Look at the skin.");
        rig.alarm("link", 1, "Check the cable.");
        rig.alarm("clock", 1, "Have the clock checked.");
        const bar = part("alarmBar");
        tryVerify(() => bar.visible && bar.height > 80);
        verify(part("alarm-skin").text.includes("Look at the skin."));
        verify(part("alarm-skin").flashes);
        verify(!part("alarm-clock").flashes);
        wait(600); // what has just come nobody has read
        compare(part("moreAlarms").text, "and one more");
        keyClick(Qt.Key_F9);
        compare(rig.commands, ["acknowledge 1", "acknowledge 3"]); // what is shown
        verify(part("acknowledgeButton").visible);
        verify(part("alarm-link").visible);
        keyClick(Qt.Key_F9);
        compare(rig.commands[2], "acknowledge 2");
        verify(!part("alarm-skin").flashes); // steady as long as it is so
        verify(!part("acknowledgeButton").visible);
        for (const kind of ["skin", "link", "clock"])
            rig.alarm(kind, 1, "");
        tryVerify(() => !bar.visible && bar.height === 0);
    }
    function test_anAlarmIsUnderstoodWhileADialogIsOpen() {
        start(4, 210);
        window.close();
        tryVerify(() => part("closeSheet").opened);
        rig.trip("Over-current at the foot: 2.31 mA.");
        tryVerify(() => part("alarm-current_off").visible);
        wait(600);
        press("acknowledgeButton");
        compare(rig.commands, ["acknowledge 1"]);
        verify(part("closeSheet").opened);
    }
    function test_stopWhileTheSkinIsAskedForAsksFirst() {
        start(5, 510);
        rig.askAfter("inspect", "foot");
        rig.forget();
        keyClick(Qt.Key_Escape);
        tryVerify(() => part("endSheet").opened);
        compare(rig.commands, []);
        press("endTestNowButton");
        compare(rig.commands, ["endTest"]);
        rig.forget();
        wait(1100);
        keyClick(Qt.Key_Escape);
        keyClick(Qt.Key_Escape); // twice at once is the emergency stop, here too
        compare(rig.commands, ["emergency stop"]);
        verify(!part("endSheet").opened);
    }
    function test_lostSamplesAreTold() {
        start(3, 60);
        rig.loseSamples(12);
        tryVerify(() => part("lostNotice").visible);
        verify(part("lostNotice").title.includes("12"));
    }
    function test_closingTheWindowAsks() {
        start(4, 210);
        window.close();
        tryVerify(() => part("closeSheet").opened);
        verify(window.visible);
        press("stayButton");
        verify(window.visible);
        compare(rig.commands, []);
    }
    function test_theTestGoesOnWithoutTheWindow() {
        start(4, 210);
        window.close();
        tryVerify(() => part("closeSheet").opened);
        press("leaveButton");
        tryVerify(() => !window.visible);
        verify(!rig.commands.includes("stop"));
        verify(!rig.commands.includes("release"));
    }
    function test_theResultFollowsTheEnd() {
        start(5, 700);
        rig.finish();
        tryCompare(rig.session, "page", TestSession.Result, 20000);
        verify(!part("stopButton").visible);
    }
    function stepWords() {
        return all(part("stepTrack"), item => item.Accessible.role === Accessible.StaticText && item.Accessible.name.includes(",")).map(item => item.Accessible.name.split(", ")[1]);
    }
    function test_aTestStoppedBeforeTheCurrentSaysSoAndIsNotAnalysed() {
        start(3, 60);
        rig.stopAt(70);
        tryVerify(() => part("messageSheet").opened);
        compare(part("messageSheet").title, "The test was stopped");
        verify(part("messageText").text.startsWith("No stimulation current was started. What was recorded is kept: "), part("messageText").text);
        compare(stepWords(), ["done", "ended here", "not reached", "not reached"]);
        press("understoodButton");
        compare(rig.session.page, TestSession.Live);
        verify(part("backButton").visible);
    }
    function test_aTestStoppedInTheSafetyQuestionsHasNotPassedThem() {
        rig.makeReady();
        rig.session.start();
        rig.askSafety();
        compare(stepWords(), ["running", "to come", "to come", "to come"]);
        rig.noStep(); // the process ends the recording: no step runs any more
        rig.stopAt(12);
        tryVerify(() => part("messageSheet").opened);
        compare(stepWords(), ["ended here", "not reached", "not reached", "not reached"]);
    }
    function test_aTestStoppedInTheBaselineHasPassedTheSafetyQuestions() {
        start(3, 10);
        rig.noStep();
        rig.stopAt(12);
        compare(stepWords(), ["done", "ended here", "not reached", "not reached"]);
    }
    function test_aTestThatEndsInItsRampHasStartedACurrent() {
        start(4, 190);
        rig.stopAt(195);
        tryVerify(() => part("messageSheet").opened);
        verify(part("messageText").text.startsWith("The stimulation current was not reached. "), part("messageText").text);
    }
    function shownAtSites(name, what) {
        return all(part("liveRows"), item => item.objectName === name).map(what);
    }
    function test_aSiteThatTellsNothingPlausibleShowsNothingMadeOfIt() {
        start(5, 700);
        compare(shownAtSites("siteRate", item => item.value !== Format.none), [true, true, true, true]);
        compare(shownAtSites("siteVolume", item => item.label), ["volume", "volume", "volume", "volume"]);
        compare(shownAtSites("provisionalOnset", item => item.visible), [true]);
        rig.wet("forearm");
        compare(shownAtSites("siteRate", item => item.value !== Format.none), [false, true, true, true]);
        compare(shownAtSites("siteRate", item => item.label)[0], "Condensation: dry the capsule");
        compare(shownAtSites("siteVolume", item => item.label), ["volume", "volume", "volume"]);
        compare(shownAtSites("provisionalOnset", item => item.visible), []);
    }
    function test_aSiteSaysWhetherItsCurrentHasReallyEnded() {
        start(4, 210);
        rig.pause("The patient asked for it.");
        compare(shownAtSites("siteState", item => item.text)[0], "current paused");
        rig.tell(4, 211);
        rig.flow("forearm", 2.0);
        rig.trip("Current flows although none is commanded; take the leads off the patient now.");
        compare(shownAtSites("siteState", item => item.text)[0], "current flows");
        rig.flow("forearm", 0.0);
        compare(shownAtSites("siteState", item => item.text)[0], "current off");
        rig.flow("forearm", NaN);
        compare(shownAtSites("siteState", item => item.text)[0], "current not known");
    }
    function test_aTestStoppedInTheCurrentHasNotReachedItsRecording() {
        start(4, 210);
        rig.askAfter("inspect", "forearm");
        compare(stepWords(), ["done", "done", "ended here", "not reached"]);
        rig.stopAt(215);
        tryVerify(() => part("messageSheet").opened);
        verify(part("messageText").text.startsWith("The current is off. What was recorded is kept: "), part("messageText").text);
        compare(stepWords(), ["done", "done", "ended here", "not reached"]);
    }
    function test_aTestThatFailedSaysWhy() {
        start(4, 210);
        rig.fail("Over-current at the foot: 2.31 mA.", 215);
        tryVerify(() => part("messageSheet").opened);
        compare(part("messageSheet").title, "The test ended early");
        verify(part("messageText").text.startsWith("Over-current at the foot: 2.31 mA. What was recorded is kept: "), part("messageText").text);
    }
    function test_noStepIsDoneWhereNoneIsKnown() {
        start(3, 60);
        rig.tell(2, 60);
        compare(stepWords(), ["to come", "to come", "to come", "to come"]);
    }
    function test_curvesArePainted() {
        start(4, 400);
        const image = grabImage(window.contentItem);
        const ink = Theme.siteInk(0);
        let found = 0;
        for (let x = 80; x < 420; x += 3)
            for (let y = 160; y < 280; ++y)
                if (Math.abs(image.red(x, y) / 255 - ink.r) + Math.abs(image.green(x, y) / 255 - ink.g) + Math.abs(image.blue(x, y) / 255 - ink.b) < 0.05) {
                    ++found;
                    break;
                }
        verify(found > 60, "columns with the forearm's colour: " + found);
    }
}
