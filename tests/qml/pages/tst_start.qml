// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

Bench {
    name: "StartPage"

    function test_startIsClosedAndSaysWhy() {
        rig.attach();
        verify(!part("startButton").enabled);
        verify(rig.session.obstacles > 3);
    }
    function test_aTestIsStartedWithMouseAndKeyboard() {
        rig.attach();
        typeInto("urlField", "tcp://127.0.0.1:4001");
        press("connectButton");
        typeInto("identifierField", "10023");
        keyClick(Qt.Key_Tab);
        for (const letter of "Doe, Jane")
            keyClick(letter);
        keyClick(Qt.Key_Tab);
        for (const letter of "1979-04-30")
            keyClick(letter);
        keyClick(Qt.Key_Tab);
        keyClick(Qt.Key_Space); // female
        typeInto("operatorField", "MK");
        keyClick(Qt.Key_Tab);
        keyClick(Qt.Key_Space); // left
        compare(rig.session.patient.side, "left");
        compare(rig.session.patient.name, "Doe, Jane");
        compare(rig.session.patient.sex, "female");
        verify(!part("startButton").enabled); // not confirmed yet
        for (let i = 0; i < rig.session.checks.length; ++i)
            rig.session.checks[i].confirm(true);
        press("startButton");
        verify(rig.commands.includes("start"));
        compare(rig.session.page, TestSession.Live);
    }
    function test_withoutALoudspeakerAPersonIsTold() { // F-55
        rig.makeReady();
        const checks = rig.session.checks;
        let sound = null;
        for (let i = 0; i < checks.length; ++i)
            if (checks[i].title === "Alarm sound")
                sound = checks[i];
        verify(sound.warned);
        verify(sound.remark.includes("keep the screen in sight"));
        verify(part("startButton").enabled); // a warning, no obstacle
    }
    function test_aLatchedInstrumentIsReleasedByWordsOnly() {
        rig.makeReady();
        verify(!part("latchNotice").visible);
        rig.latch("Current stopped: 80 µA of the current at left foot do not come back through its other electrode.");
        verify(part("latchNotice").visible);
        verify(!part("startButton").enabled);
        verify(!part("releaseLatchButton").enabled);
        typeInto("latchCauseField", "gel bridge to the ground lead, skin without marks");
        press("releaseLatchButton");
        verify(rig.commands.includes("release latch: gel bridge to the ground lead, skin without marks"));
        verify(!part("startButton").enabled); // the bedside process has the last word
        rig.latch("");
        tryVerify(() => part("startButton").enabled);
        verify(!part("latchNotice").visible);
    }
    function test_everythingIsReachedByTheTabKey() {
        rig.makeReady();
        window.contentItem.forceActiveFocus();
        const seen = new Set();
        for (let i = 0; i < 60; ++i) {
            keyClick(Qt.Key_Tab);
            if (window.activeFocusItem)
                seen.add(window.activeFocusItem);
        }
        const buttons = all(window.contentItem, item => item.enabled && item.down !== undefined && item.text !== undefined);
        verify(buttons.length > 8);
        for (const button of buttons)
            verify(seen.has(button), button.text + " is reached");
    }
    function test_everyTargetIsLargeAndHasAName() {
        rig.makeReady();
        const buttons = all(window.contentItem, item => item.down !== undefined && item.text !== undefined);
        for (const button of buttons) {
            verify(button.height >= 48 && button.width >= 48, button.text + ": " + button.width + " x " + button.height);
            verify(button.Accessible.name !== "", "a name for " + button);
        }
    }
    function test_aListWithoutRecordingsSaysSo() {
        rig.attach();
        press("openButton");
        tryVerify(() => part("openSheet").opened);
        compare(part("recordingList").count, 0);
        keyClick(Qt.Key_Escape);
        tryVerify(() => !part("openSheet").opened);
    }
    function test_aRecordingIsOpenedFromTheList() {
        rig.attach();
        rig.writeRecording("2026-03-15_101500_qsart.eccrine");
        press("openButton");
        tryCompare(part("recordingList"), "count", 1);
        keyClick(Qt.Key_Return);
        tryCompare(rig.session, "page", TestSession.Result, 20000);
    }
    function test_aFileThatIsNoneIsRefusedInADialog() {
        rig.attach();
        rig.session.openRecording(rig.folder + "/missing.eccrine");
        tryVerify(() => part("messageSheet").opened, 20000);
        verify(part("messageText").text.includes("missing.eccrine"));
        press("understoodButton");
        tryVerify(() => !part("messageSheet").opened);
    }
}
