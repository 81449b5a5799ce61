// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

// The safety questions of the QSART on its page.
Bench {
    name: "SafetyQuestions"

    function start() {
        rig.makeReady();
        rig.session.start();
        rig.tell(3, 5);
        rig.askSafety();
        rig.forget();
        tryVerify(() => part("safetyQuestions").visible);
        waitForRendering(window.contentItem);
    }
    function question(id) {
        for (let i = 0; i < rig.session.questions.list.length; ++i)
            if (rig.session.questions.list[i].id === id)
                return rig.session.questions.list[i];
        return null;
    }
    function choice(id, yes) {
        const buttons = all(part("question-" + id), item => item.text === (yes ? "Yes" : "No"));
        compare(buttons.length, 2); // the button and its words
        return buttons[0];
    }
    function answerAllButLast() {
        for (let i = 0; i < rig.session.questions.list.length - 1; ++i)
            answerSafely(rig.session.questions.list[i]);
    }
    function answerSafely(asked) {
        asked.say(true);
        if (!asked.safe)
            asked.say(false);
    }
    // Each key once for the question that it was meant for; it may have to be brought into sight first.
    function pressKeys(safe) {
        for (let guard = 0; guard < 60 && part("safetyQuestions").next >= 0; ++guard) {
            const now = part("safetyQuestions").next;
            const yes = ["identity", "sites", "current_path", "skin", "electrodes"].includes(rig.session.questions.list[now].id);
            keyClick(yes ? Qt.Key_Y : Qt.Key_N);
        }
    }

    function test_nothingIsAnsweredByItself() {
        start();
        compare(rig.session.questions.list.length, 17);
        compare(rig.session.questions.open, 17);
        verify(!part("answer-settled").enabled);
        compare(rig.commands, []);
    }
    function test_theCurrentCannotBeStartedFromHere() {
        start();
        rig.settle(true);
        verify(!part("stimulateButton").visible);
        verify(!part("overrideSheetButton").visible);
    }
    function test_stopIsWhereItAlwaysIs() {
        start();
        const stop = part("stopButton");
        verify(stop.visible);
        const place = stop.mapToItem(null, 0, 0);
        press("answer-not_today");
        compare(rig.commands, ["answer safety  not_today"]);
        rig.tell(4, 210);
        compare(stop.mapToItem(null, 0, 0), place);
    }
    function test_escapeStopsWhileThePhysicianIsAsked() {
        start();
        question("pregnancy").say(true);
        tryVerify(() => all(part("safetyQuestions"), item => item.objectName === "physicianButton").length === 1);
        bringToSight("pregnancy");
        mouseClick(all(part("safetyQuestions"), item => item.objectName === "physicianButton")[0]);
        tryVerify(() => part("physicianSheet").opened);
        rig.forget();
        keyClick(Qt.Key_Escape);
        compare(rig.commands, ["stop"]);
    }
    function bringToSight(id) {
        const page = part("safetyQuestions");
        for (let i = 0; i < rig.session.questions.list.length; ++i)
            if (rig.session.questions.list[i].id === id)
                page.seen(i);
        waitForRendering(window.contentItem);
    }
    function test_aQuestionIsAnsweredByMouse() {
        start();
        mouseClick(choice("implant", false));
        compare(rig.commands, ["say implant no"]);
        verify(question("implant").settled);
        mouseClick(choice("implant", true));
        compare(rig.commands, ["say implant no", "say implant yes"]);
        verify(!question("implant").settled);
    }
    function test_allIsAnsweredByKeyboardAndReturnGoesOn() {
        start();
        keyClick(Qt.Key_Return);
        compare(rig.commands, []); // nothing is answered, nothing goes on
        pressKeys();
        compare(rig.session.questions.open, 0);
        compare(rig.commands.length, 17);
        verify(part("answer-settled").enabled);
        keyClick(Qt.Key_Return);
        compare(rig.commands[17], "answer safety  settled");
    }
    function test_impairedSensationNeedsAPhysician() {
        start();
        for (let i = 0; i < rig.session.questions.list.length; ++i)
            if (rig.session.questions.list[i].id !== "sensation")
                answerSafely(rig.session.questions.list[i]);
        bringToSight("sensation");
        mouseClick(choice("sensation", true));
        compare(rig.session.questions.open, 1);
        verify(!part("answer-settled").enabled);
        bringToSight("sensation");
        mouseClick(all(part("safetyQuestions"), item => item.objectName === "physicianButton")[0]);
        tryVerify(() => part("physicianSheet").opened);
        for (const letter of "Dr A")
            keyClick(letter);
        keyClick(Qt.Key_Return);
        for (const letter of "tested")
            keyClick(letter);
        rig.forget();
        keyClick(Qt.Key_Return);
        compare(rig.commands, ["say sensation yes Dr A tested"]);
        compare(question("sensation").overriddenBy, "Dr A");
        tryVerify(() => part("answer-settled").enabled);
    }
    function test_anAnswerThatAnAlarmHasMovedUnderTheHandIsNotTaken() {
        start();
        tryVerify(() => part("safetyQuestions").placed);
        mouseClick(choice("implant", false));
        verify(question("implant").answered);
        rig.alarm("link", 1, "Frames from the instrument were damaged.");
        mouseClick(choice("pregnancy", false));
        verify(!question("pregnancy").answered);
        tryVerify(() => !part("movedAnswers").visible); // the hand has had the time to look
        mouseClick(choice("pregnancy", false));
        verify(question("pregnancy").answered);
    }
    function test_anAnswerThatANoticeHasMovedUnderTheHandIsNotTaken() {
        start();
        tryVerify(() => part("safetyQuestions").placed);
        rig.loseSamples(10);
        mouseClick(choice("pregnancy", false));
        verify(!question("pregnancy").answered);
        tryVerify(() => !part("movedAnswers").visible);
        mouseClick(choice("pregnancy", false));
        verify(question("pregnancy").answered);
    }
    function test_whatWasNotTakenIsNotShownAsAnswered() {
        start();
        rig.lose = true;
        question("implant").say(false);
        verify(question("implant").answered);
        rig.refuse("The safety questions are not being asked now.");
        verify(!question("implant").answered);
    }
    function test_theSkinOfASiteIsGradedOnItsOwn() {
        rig.makeReady();
        rig.session.start();
        rig.tell(5, 700);
        rig.askAfter("inspect", "distal_leg");
        rig.forget();
        verify(part("stepNotice").visible);
        verify(part("stepNotice").title.includes("Distal leg"));
        verify(!part("extendButton").visible);
        keyClick(Qt.Key_Return);
        compare(rig.commands, []); // no grade is found by a key for the next action
        press("answer-grade_3");
        compare(rig.commands, ["answer inspect distal_leg grade_3"]);
    }
    function test_aDoubleClickAnswersOneQuestion() {
        rig.makeReady();
        rig.session.start();
        rig.tell(5, 700);
        rig.askAfter("inspect", "forearm");
        rig.forget();
        press("answer-grade_0");
        rig.askAfter("inspect", "proximal_leg");
        waitForRendering(window.contentItem);
        mouseClick(part("answer-grade_0"));
        compare(rig.commands, ["answer inspect forearm grade_0"]);
        press("answer-grade_0"); // once the time of a double click is over
        compare(rig.commands, ["answer inspect forearm grade_0", "answer inspect proximal_leg grade_0"]);
    }
    function test_elevenDegreesOfPainLeaveStopItsPlace() {
        window.width = window.minimumWidth;
        rig.makeReady();
        rig.session.start();
        rig.tell(5, 700);
        rig.askAfter("pain", "");
        rig.forget();
        waitForRendering(window.contentItem);
        const stop = part("stopButton");
        const least = part("answer-pain_0");
        verify(least.mapToItem(null, 0, 0).x >= stop.mapToItem(null, stop.width, 0).x + 8);
        press("answer-pain_10");
        compare(rig.commands, ["answer pain  pain_10"]);
    }
    function test_pictures_data() {
        return [{
                tag: "light-1280",
                theme: "light",
                width: 1280,
                height: 800
            }, {
                tag: "dark-1280",
                theme: "dark",
                width: 1280,
                height: 800
            }, {
                tag: "light-1920",
                theme: "light",
                width: 1920,
                height: 1080
            }, {
                tag: "dark-1920",
                theme: "dark",
                width: 1920,
                height: 1080
            }];
    }
    // Each question is wholly in its column at each size, and in sight once it is due.
    function test_pictures(row) {
        window.width = row.width;
        window.height = row.height;
        window.themeMode = row.theme;
        start();
        if (rig.pictures() !== "")
            grabImage(window.contentItem).save(rig.pictures() + "/safety-open-" + row.tag + ".png");
        for (let i = 0; i < rig.session.questions.list.length; ++i) {
            const asked = rig.session.questions.list[i];
            bringToSight(asked.id);
            const line = part("question-" + asked.id);
            const place = line.mapToItem(part("safetyQuestions"), 0, 0);
            verify(place.y >= 0 && place.y + line.height <= part("safetyQuestions").height, asked.id);
            if (i < 10)
                answerSafely(asked);
        }
        question("oxygen").say(true);
        question("sensation").say(true);
        question("pregnancy").say(true);
        question("pregnancy").lift("Dr. A. Example", "the diagnosis cannot wait");
        bringToSight("identity");
        if (rig.pictures() !== "")
            grabImage(window.contentItem).save(rig.pictures() + "/safety-some-" + row.tag + ".png");
        rig.tell(5, 700);
        for (const step of ["inspect", "pain"]) {
            rig.askAfter(step, step === "inspect" ? "distal_leg" : "");
            waitForRendering(window.contentItem);
            if (rig.pictures() !== "")
                grabImage(window.contentItem).save(rig.pictures() + "/after-" + step + "-" + row.tag + ".png");
        }
    }
}
