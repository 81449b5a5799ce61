// SPDX-License-Identifier: GPL-3.0-or-later
import QtQuick
import Eccrine

Bench {
    name: "ResultPage"

    function open() {
        rig.attach();
        rig.session.openRecording(rig.writeRecording("2026-03-15_101500_qsart.eccrine"));
        tryCompare(rig.session, "page", TestSession.Result, 20000);
    }
    function test_itNamesThePatientAndShowsARowForEachSite() {
        open();
        verify(rig.session.result.patient.includes("Doe, Jane"));
        compare(part("patientIdText").text, "10023");
        compare(part("patientNameText").text, " · Doe, Jane");
        compare(rig.session.result.sites.length, 1);
        compare(rig.session.result.sites[0].title, "Forearm");
    }
    function test_whatEndedTheCurrentStandsAboveTheNumbersAndInTheReview() {
        const file = rig.writeTripped("tripped.eccrine", 400, "No contact at the forearm.");
        rig.session.openRecording(file);
        tryCompare(rig.session, "page", TestSession.Result, 20000);
        const told = "THE CURRENT WAS STOPPED BEFORE ITS TIME, 200 s after the stimulus start: No contact at the forearm.";
        verify(part("recordingNotice").visible);
        verify(part("recordingNotice").text.startsWith(told), part("recordingNotice").text);
        press("reviewButton");
        tryVerify(() => rig.session.review.available, 20000);
        const lines = part("tripLines");
        compare(all(lines, item => item.text !== undefined).map(item => item.text), [told]);
        tryVerify(() => lines.height > 0 && part("reviewCurves").height > 200);
        verify(part("reviewCurves").y + part("reviewCurves").height <= lines.y, "over no curve and no axis");
        verify(lines.y + lines.height <= part("reviewNotes").y, "over no remark");
    }
    function shades(): var {
        return all(window.contentItem, item => item.objectName === "shade").map(item => Math.round(item.fromS) + " to " + Math.round(item.toS)).sort();
    }
    function test_aPauseIsNotShadedAndTheVolumeIsNotCompared() {
        rig.session.openRecording(rig.writePaused("paused.eccrine", 300, 303));
        tryCompare(rig.session, "page", TestSession.Result, 20000);
        const site = rig.session.result.sites[0];
        verify(site.usable, site.voidReason);
        compare(part("normCaption").text, "not compared");
        verify(part("remarkText").text.startsWith("The stimulation was paused for 3 s"), part("remarkText").text);
        compare(shades(), ["0 to 100", "103 to 300"]);
        press("reviewButton");
        tryVerify(() => rig.session.review.available, 20000);
        tryVerify(() => part("reviewPage").visible);
        compare(shades(), ["0 to 100", "103 to 300"]);
        if (rig.pictures() !== "")
            grabImage(window.contentItem).save(rig.pictures() + "/paused.png");
    }
    function test_theReportIsSavedAndThePlaceIsTold() {
        open();
        press("reportButton");
        tryVerify(() => part("toast").visible, 20000);
        verify(part("toast").file.endsWith(".pdf"));
    }
    function test_csvAndJsonAreExported_data() {
        return [{
                tag: "csv"
            }, {
                tag: "json"
            }];
    }
    function test_csvAndJsonAreExported(row) {
        open();
        press(row.tag + "Button");
        tryVerify(() => part("toast").visible, 20000);
        verify(part("toast").file.endsWith("." + row.tag));
    }
    function test_aNewTestBeginsWithAnEmptyForm() {
        open();
        press("newTestButton");
        tryVerify(() => part("newSheet").opened);
        press("otherPatientButton");
        compare(rig.session.page, TestSession.Start);
        compare(rig.session.patient.name, "");
    }
}
