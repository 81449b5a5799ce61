// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

Bench {
    name: "ReviewPage"

    property var desk: null
    property string file
    readonly property var site: desk ? desk.sites[0] : null

    // An item of a view is no child of its object, only of its item.
    function seen(name: string): var {
        const found = all(part("reviewPage"), item => item.objectName === name);
        verify(found.length > 0, name);
        return found[0];
    }
    function cleanup() {
        desk = null;
        clear();
    }
    function open() {
        desk = rig.session.review;
        rig.attach();
        file = rig.writeRecording("2026-03-15_101500_qsart.eccrine");
        rig.session.openRecording(file);
        tryCompare(rig.session, "page", TestSession.Result, 20000);
        review();
    }
    function review() {
        press("reviewButton");
        tryVerify(() => desk.available && desk.sites.length === 1, 20000);
        tryVerify(() => part("reviewPage").visible);
        settle();
        part("reviewPage").forceActiveFocus();
    }
    function settle() {
        tryVerify(() => !desk.analysing && !desk.busy, 20000);
    }
    function key(code, modifiers = Qt.NoModifier) {
        keyClick(code, modifiers);
        settle();
    }
    function save(reason: string) {
        key(Qt.Key_S, Qt.ControlModifier);
        tryVerify(() => part("saveSheet").opened);
        if (reason !== "")
            typeInto("reviewReason", reason);
        if (desk.reader === "")
            typeInto("reviewReader", "Dr Gray");
        press("reviewSaveButton");
        tryVerify(() => !desk.dirty);
    }
    function curve(): var {
        return seen("curve");
    }

    function test_aMovedOnsetChangesTheLatencyTheVolumeAndTheNormAndTheFoundOnesStayBeside() {
        open();
        const found = site.onsetS;
        const volume = site.volumeUl;
        compare(site.normKind, "good", site.normAside + site.remarks);
        key(Qt.Key_O);
        for (let i = 0; i < 15; ++i)
            key(Qt.Key_Right, Qt.ShiftModifier);
        fuzzyCompare(site.onsetS, found + 150, 0.1);
        verify(site.volumeUl < volume);
        compare(site.normKind, "bad");
        fuzzyCompare(site.automaticOnsetS, found, 1e-9);
        fuzzyCompare(site.automaticVolumeUl, volume, 1e-9);
    }
    function test_theOnsetIsDraggedWithTheMouse() {
        open();
        const found = site.onsetS;
        const panel = curve();
        const grip = all(seen("onsetMarker"), item => item.objectName === "grip")[0];
        const start = grip.mapToItem(panel, 12, 60);
        const pixels = 80;
        mousePress(panel, start.x, start.y);
        for (let x = 10; x <= pixels; x += 10)
            mouseMove(panel, start.x + x, start.y, -1, Qt.LeftButton);
        mouseRelease(panel, start.x + pixels, start.y);
        settle();
        // within the tenth that a marker is placed to
        fuzzyCompare(site.onsetS, found + pixels * panel.perPixelS, 0.2);
        verify(desk.canUndo);
        key(Qt.Key_Z, Qt.ControlModifier); // the whole drag is one step
        fuzzyCompare(site.onsetS, found, 1e-9);
        verify(!desk.canUndo);
    }
    function test_bothValuesAndTheReasonAreFoundAfterReopening() {
        open();
        const found = site.onsetS;
        key(Qt.Key_O);
        key(Qt.Key_Right, Qt.ShiftModifier);
        const placed = site.onsetS;
        save("artefact");
        press("leaveReviewButton");
        tryVerify(() => !part("reviewPage").visible);
        tryVerify(() => rig.session.result.circumstances.includes("Dr Gray"), 20000);
        const shown = rig.session.result.sites[0];
        compare(shown.placedText, "onset by Dr Gray: artefact");
        verify(/^± .+, found /.test(shown.volumeBeside) || shown.automaticVolumeText === shown.volumeText, shown.volumeBeside);
        review();
        compare(desk.version, 1);
        const saved = JSON.parse(rig.text(file + ".review-1.json"));
        fuzzyCompare(site.onsetS, placed, 1e-9);
        fuzzyCompare(site.automaticOnsetS, found, 1e-9);
        // in the window too: beside the remarks, and at the marker
        key(Qt.Key_O);
        const sentence = seen("markSentence").text;
        for (const piece of ["artefact", "Dr Gray", placed.toFixed(1) + " s", found.toFixed(1) + " s", "Saved"])
            verify(sentence.includes(piece), piece + " in " + sentence);
        const grip = all(seen("onsetMarker"), item => item.objectName === "grip")[0];
        mouseMove(grip, 20, 14); // over the flag
        mouseMove(grip, 21, 14);
        tryVerify(() => all(seen("onsetMarker"), item => item.objectName === "markerNote").length === 1);
        const note = seen("markerNote");
        verify(note.children[0].text === sentence);
        verify(note.x + note.width <= grip.mapToItem(note.parent, grip.width, 0).x, "before the rise");
        compare(saved.marks[0].reason, "artefact");
        compare(saved.marks[0].by, "Dr Gray");
        fuzzyCompare(saved.marks[0].manual.latency_s, placed, 1e-9);
        fuzzyCompare(saved.marks[0].automatic.latency_s, found, 1e-9);
    }
    function test_aReviewIsNotSavedWithoutAReasonOrAReader() {
        open();
        key(Qt.Key_O);
        key(Qt.Key_Right);
        key(Qt.Key_S, Qt.ControlModifier);
        tryVerify(() => part("saveSheet").opened);
        verify(!part("reviewSaveButton").enabled);
        verify(part("missingText").text.includes("reason"));
        typeInto("reviewReason", "why");
        verify(!part("reviewSaveButton").enabled);
        verify(!part("missingText").text.includes("reason"));
        verify(part("missingText").text.includes("who"));
        typeInto("reviewReader", "who");
        verify(part("reviewSaveButton").enabled);
        compare(part("missingText").text, "");
    }
    function test_arrowsMoveTheMarkerByTheirStep_data() {
        return [{
                tag: "right",
                key: Qt.Key_Right,
                modifiers: Qt.NoModifier,
                by: 1
            }, {
                tag: "left",
                key: Qt.Key_Left,
                modifiers: Qt.NoModifier,
                by: -1
            }, {
                tag: "shift",
                key: Qt.Key_Right,
                modifiers: Qt.ShiftModifier,
                by: 10
            }, {
                tag: "control",
                key: Qt.Key_Right,
                modifiers: Qt.ControlModifier,
                by: 0.1
            }];
    }
    function test_arrowsMoveTheMarkerByTheirStep(row) {
        open();
        key(Qt.Key_O);
        const before = site.onsetS;
        key(row.key, row.modifiers);
        fuzzyCompare(site.onsetS, Math.round((before + row.by) * 10) / 10, 1e-6);
    }
    function test_theBaselineAndTheEndAreMovedWithTheirKeys() {
        open();
        key(Qt.Key_B);
        key(Qt.Key_Right, Qt.ShiftModifier);
        verify(site.baselinePlaced);
        const from = site.baselineFromS;
        key(Qt.Key_B); // its other end
        key(Qt.Key_Left, Qt.ShiftModifier);
        fuzzyCompare(site.baselineFromS, from, 1e-9);
        fuzzyCompare(site.baselineToS, -10, 1e-9);
        key(Qt.Key_E);
        key(Qt.Key_Left, Qt.ShiftModifier);
        fuzzyCompare(site.endS, 590, 1e-9);
        verify(site.endPlaced);
    }
    function test_deleteGivesTheMarkerBackAndRedoTakesItAgain() {
        open();
        const found = site.onsetS;
        key(Qt.Key_O);
        key(Qt.Key_Right, Qt.ShiftModifier);
        key(Qt.Key_Delete);
        verify(!site.onsetPlaced);
        fuzzyCompare(site.onsetS, found, 1e-9);
        key(Qt.Key_Z, Qt.ControlModifier);
        verify(site.onsetPlaced);
        key(Qt.Key_Y, Qt.ControlModifier);
        verify(!site.onsetPlaced);
    }
    function test_aReaderMaySayThatThereIsNoOnset() {
        open();
        key(Qt.Key_N);
        verify(isNaN(site.onsetS));
        verify(part("cursorReading").text.endsWith("no onset"));
        verify(site.onsetPlaced);
        verify(isFinite(site.automaticOnsetS));
    }
    function test_withoutAnOnsetTheKeyTakesAMarkerInTheMiddleOfTheView() {
        open();
        key(Qt.Key_N);
        key(Qt.Key_O);
        const page = part("reviewPage");
        const middle = page.startS + page.spanS / 2;
        fuzzyCompare(seen("onsetMarker").timeS, middle, 1e-6);
        verify(isNaN(site.onsetS)); // not placed before it is moved
        key(Qt.Key_Right);
        fuzzyCompare(site.onsetS, Math.round((middle + 1) * 10) / 10, 1e-6);
    }
    function test_theKeysGoOnWorkingAfterAButton_data() {
        return ["pictureButton", "rawButton"].map(name => ({
                    tag: name
                }));
    }
    function test_theKeysGoOnWorkingAfterAButton(row) {
        open();
        press(row.tag);
        key(Qt.Key_O);
        key(Qt.Key_Right);
        verify(site.onsetPlaced);
    }
    function test_theFoundLatencyIsNeverCut() {
        open();
        key(Qt.Key_O);
        key(Qt.Key_Right);
        const aside = seen("latencyAside");
        verify(aside.text.startsWith("found "));
        verify(!aside.truncated, aside.text);
    }
    function test_theFoundValuesStandBesideThePlacedOnesAlsoWhereCurvesAreOverlaid() {
        open();
        key(Qt.Key_V);
        const isBeside = item => item.objectName === "overlayAutomatic";
        compare(all(part("reviewPage"), isBeside).length, 0);
        const found = site.latencyText;
        key(Qt.Key_O);
        key(Qt.Key_Right);
        tryVerify(() => all(part("reviewPage"), isBeside).length === 1);
        const beside = seen("overlayAutomatic");
        verify(beside.text.startsWith("found " + found.split(" ")[0]), beside.text);
        verify(!beside.truncated, beside.text);
    }
    function test_theSavedMessageCoversNoButton() {
        open();
        key(Qt.Key_O);
        key(Qt.Key_Right);
        save("artefact");
        const toast = part("toast");
        tryVerify(() => toast.visible);
        const top = toast.mapToItem(null, 0, 0).y;
        const left = toast.mapToItem(null, 0, 0).x;
        for (const name of ["undoButton", "redoButton", "saveReviewButton", "layoutChoice", "reviewNotes", "reviewCurves"]) {
            const other = part(name);
            const at = other.mapToItem(null, 0, 0);
            verify(at.y + other.height <= top || at.y >= top + toast.height || at.x + other.width <= left, name);
        }
        key(Qt.Key_Right);
        tryVerify(() => !toast.visible); // "saved" no longer holds
    }
    function test_noMinusStandsBeforeNothingButZeros() {
        compare(Format.number(-0.0004, 3), Format.number(0, 3));
        verify(Format.number(-0.001, 3) !== Format.number(0.001, 3));
    }
    function test_theViewZoomsFrom60SecondsToTheWholeTest() {
        open();
        const page = part("reviewPage");
        const whole = page.spanS;
        fuzzyCompare(whole, desk.toS - desk.fromS, 1e-9);
        for (let i = 0; i < 20; ++i)
            key(Qt.Key_Plus);
        fuzzyCompare(page.spanS, 60, 1e-9);
        key(Qt.Key_0);
        fuzzyCompare(page.spanS, whole, 1e-9);
        const middle = curve().width / 2;
        mouseWheel(curve(), middle, 50, 0, 120);
        verify(page.spanS < whole);
        for (let i = 0; i < 50; ++i)
            mouseWheel(curve(), middle, 50, 0, -120);
        fuzzyCompare(page.spanS, whole, 1e-9);
    }
    function test_theCursorReadsTimeAndRate() {
        open();
        const panel = curve();
        const x = panel.gutter + (300 - panel.startS) / panel.perPixelS;
        mouseMove(panel, x - 5, 40);
        mouseMove(panel, x, 40);
        tryVerify(() => /^(299|300|301) s: .+ \d+ nL\/min$/.test(part("cursorReading").text), 2000, part("cursorReading").text);
    }
    function test_theRawSignalsOfTheSiteAreShown() {
        open();
        press("rawButton");
        const lanes = desk.rawLanes(0);
        compare(lanes.length, 6); // humidity out and in, temperature, flow, current, voltage
        compare(lanes[0].unit, "%RH");
    }
    function test_anEarlierRecordingIsLaidBesideAndTakenAway() {
        open();
        desk.compareWith(rig.writeRecording("earlier.eccrine"));
        tryVerify(() => desk.earlierTitle.startsWith("test of "), 20000); // its date
        verify(desk.ownAxis(0, desk.fromS, desk.toS).upper >= desk.earlierCurve(0).highest);
        verify(desk.earlierCurve(0) !== null);
        press("earlierButton");
        compare(desk.earlierTitle, "");
        compare(desk.earlierCurve(0), null);
    }
    // In a frame of its own, so that no register of the test keeps the curve from the collector.
    function earlierHighest(): double {
        return desk.earlierCurve(0).highest;
    }
    function test_anEarlierRecordingOutlivesTheGarbageCollection() {
        open();
        desk.compareWith(rig.writeRecording("earlier.eccrine"));
        tryVerify(() => desk.earlierTitle !== "", 20000);
        const highest = earlierHighest();
        verify(highest > 100);
        for (let i = 0; i < 5; ++i) {
            gc();
            wait(20); // what it gave up is deleted in the next round of events
        }
        fuzzyCompare(earlierHighest(), highest, 1e-9);
        verify(seen("curve").visible);
        part("reviewPage").forceActiveFocus();
        key(Qt.Key_L);
        compare(desk.earlierTitle, "");
        gc();
        wait(20);
        compare(desk.earlierCurve(0), null);
    }
    function test_leavingWithUnsavedMarksAsks() {
        open();
        key(Qt.Key_O);
        key(Qt.Key_Right);
        press("leaveReviewButton");
        verify(part("leaveSheet").opened);
        press("discardButton");
        verify(!part("reviewPage").visible);
    }
    function test_closingTheWindowWithUnsavedMarksAsks() {
        open();
        key(Qt.Key_O);
        key(Qt.Key_Right);
        window.close();
        verify(window.visible);
        verify(part("leaveSheet").opened);
        press("goOnReadingButton");
        verify(window.visible);
        verify(desk.dirty);
        window.close();
        press("discardButton");
        tryVerify(() => !window.visible);
    }
    function test_afterGoingOnTheBackButtonLeavesThePageAndNotTheWindow() {
        open();
        key(Qt.Key_O);
        key(Qt.Key_Right);
        window.close();
        press("goOnReadingButton");
        press("leaveReviewButton");
        press("discardButton");
        verify(!part("reviewPage").visible);
        verify(window.visible);
    }
    function test_theNumbersAreCopiedAsATableUnderAHeadThatSaysWhoseTheyAre() {
        open();
        const before = desk.numbersText().replace(/\n$/, "").split("\n");
        verify(before[0].startsWith("SIMULATED"));
        const head = before.slice(0, before.findIndex(line => line.startsWith("site\t"))).join("\n");
        for (const piece of ["Doe, Jane", "10023", "2026", "2026-03-15_101500_qsart.eccrine", "SHA-256 ", "automatic analysis"])
            verify(head.includes(piece), piece + " in " + head);
        const lines = before.slice(-2);
        compare(lines[0].split("\t").length, lines[1].split("\t").length);
        fuzzyCompare(Number(lines[1].split("\t")[1]), site.onsetS, 0.05);
        fuzzyCompare(Number(lines[1].split("\t")[2]), site.onsetHalfWidthS, 0.05);
        key(Qt.Key_O);
        key(Qt.Key_Right, Qt.ShiftModifier);
        verify(desk.numbersText().includes("not saved"));
        save("artefact");
        const read = desk.numbersText();
        for (const piece of ["version 1 by Dr Gray", "onset: Dr Gray, artefact"])
            verify(read.includes(piece), piece + " in " + read);
        verify(!read.includes("not saved"));
    }
    function test_aMovedEndSaysWhyThereIsNoNorm() {
        open();
        key(Qt.Key_E);
        key(Qt.Key_Left, Qt.ShiftModifier);
        compare(site.normKind, "none");
        compare(site.normText, "not compared");
        verify(site.normAside !== "");
        verify(seen("normCaption").text.includes(site.normAside));
        for (const sentence of desk.pattern)
            verify(!sentence.startsWith("There is no norm for"), sentence);
    }
    function test_aLaterRecordingIsNotTakenForAnEarlierOneInSilence() {
        open();
        desk.compareWith(rig.writeRecording("later.eccrine", "2026-09-01T08:00:00Z"));
        tryVerify(() => desk.earlierTitle !== "", 20000);
        verify(desk.earlierCaution.includes("LATER"));
        verify(seen("earlierLegend").text.includes("LATER"));
        desk.compareWith(rig.writeRecording("before.eccrine", "2025-09-01T08:00:00Z"));
        tryCompare(desk, "earlierCaution", "", 20000);
        desk.compareWith(file);
        tryVerify(() => desk.earlierCaution.includes("itself"), 20000);
    }
    function test_theSheetOfEarlierRecordingsTakesKeysAtOnce() {
        const older = rig.writeRecording("a.eccrine", "2025-09-01T08:00:00Z");
        open();
        key(Qt.Key_L);
        tryVerify(() => part("openSheet").opened);
        compare(part("recordingList").count, 1); // not the one under review
        verify(part("recordingList").activeFocus);
        keyClick(Qt.Key_Return);
        tryVerify(() => desk.earlierTitle !== "", 20000);
        compare(desk.earlierCaution, "");
    }
    function test_theScaleFollowsWhatIsSeen() {
        open();
        const whole = curve().upper;
        key(Qt.Key_O);
        for (let i = 0; i < 20; ++i)
            key(Qt.Key_Plus);
        const page = part("reviewPage");
        fuzzyCompare(page.startS + page.spanS / 2, site.onsetS, 0.1); // the marker in the middle
        verify(curve().upper < whole);
        key(Qt.Key_0);
        compare(curve().upper, whole);
    }
}
