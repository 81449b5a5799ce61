// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "records/report_pdf.hpp"
#include "safety_events.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <regex>
#include <sstream>

namespace eccrine::records {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::exampleResult;

struct Output {
    int code = -1;
    std::string text;
};

/// What an independent reader of PDF (poppler, qpdf) says of the file.
Output ask(const std::string& program, const std::filesystem::path& file, const std::string& rest = {}) {
    Output output;
    FILE* pipe = ::popen((program + " '" + file.string() + "' " + rest + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return output;
    std::array<char, 4096> block{};
    for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;)
        output.text.append(block.data(), n);
    output.code = ::pclose(pipe);
    return output;
}

class ReportPdf : public testing::Test {
protected:
    std::string textOf(const tests::ExampleResult& example) {
        const Done done = writeReport(example.test, example.result, file_, true);
        EXPECT_TRUE(done) << done.error().sentence();
        return ask("pdftotext -layout", file_, "-").text;
    }
    tests::TemporaryFolder folder_;
    std::filesystem::path file_ = folder_.file("report.pdf");
};

TEST_F(ReportPdf, NamesPatientValuesUnitsAndTheRecording) {
    auto example = exampleResult();
    example.test.meta.insert({{"patient.id", "4711"},
                              {"patient.birth_date", "1979-04-30"},
                              {"patient.sex", "female"},
                              {"operator", "B. Tester"},
                              {"side", "left"},
                              {"device.serial", "EFE-0042"},
                              {"device.firmware", "1.4.2"},
                              {"protocol.current_ma", "2"},
                              {"protocol.charge_mc", "600"}});
    const std::string text = textOf(example);
    for (const char* word : {"Ann Other",
                             "4711",
                             "1979-04-30",
                             "female",
                             "B. Tester",
                             "left",
                             "EFE-0042",
                             "1.4.2",
                             "2 mA to 600 mC",
                             "2026-03-04 09:30:00 UTC",
                             "Forearm",
                             "Foot",
                             "104.5 ± 1.5",
                             "300.0",
                             "1.500 ± 0.016",
                             "600.2",
                             "1.94",
                             "nL/min",
                             "µL",
                             "mC",
                             "mA",
                             "qsart-1",
                             "The delivered current was not recorded.",
                             "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9",
                             "a physician interprets"})
        EXPECT_THAT(text, HasSubstr(word));
}

TEST_F(ReportPdf, SaysSimulatedTwiceOnASimulatedRecordingAndNeverElse) {
    auto example = exampleResult();
    const std::string simulated = textOf(example);
    const std::regex word("SIMULATED");
    EXPECT_GE(std::distance(std::sregex_iterator(simulated.begin(), simulated.end(), word), {}), 1);
    EXPECT_THAT(simulated, HasSubstr("not a patient's result"));
    example.test.simulated = false;
    EXPECT_THAT(textOf(example), Not(HasSubstr("SIMULATED")));
}

TEST_F(ReportPdf, TellsSitesAndSidesAgainstEachOtherAndWhatTheSensorsLeaveOpen) {
    auto example = exampleResult();
    const std::string text = textOf(example);
    EXPECT_THAT(text, HasSubstr("Foot over forearm: 0.38"));
    EXPECT_THAT(text, HasSubstr("Foot, right over left: 1.25"));
    EXPECT_THAT(text, HasSubstr("57.5 nL/min at rest"));
    example.result.ratios.clear();
    example.result.sides.clear();
    example.result.sites[0].rateAccuracy = {};
    EXPECT_THAT(textOf(example), Not(HasSubstr("Ratios of volumes")));
}

TEST_F(ReportPdf, IsOneA4PageThatAnotherProgramAccepts) {
    textOf(exampleResult());
    const std::string info = ask("pdfinfo", file_).text;
    EXPECT_TRUE(std::regex_search(info, std::regex("Pages: +1\n"))) << info;
    EXPECT_THAT(info, HasSubstr("(A4)"));
    const Output check = ask("qpdf --check", file_);
    EXPECT_EQ(check.code, 0) << check.text;
}

TEST_F(ReportPdf, EmbedsEveryFont) {
    textOf(exampleResult());
    std::istringstream fonts(ask("pdffonts", file_).text);
    std::string line;
    std::getline(fonts, line); // two lines of heading
    std::getline(fonts, line);
    int count = 0;
    while (std::getline(fonts, line)) {
        ++count;
        EXPECT_TRUE(std::regex_search(line, std::regex(" yes (yes|no ) (yes|no )"))) << line;
    }
    EXPECT_GE(count, 1);
}

TEST_F(ReportPdf, HasNoTransparencyAsArchivesRequire) {
    textOf(exampleResult());
    const std::string objects = ask("qpdf --qdf --object-streams=disable", file_, "-").text;
    EXPECT_THAT(objects, HasSubstr("pdfaid:part"));
    EXPECT_FALSE(std::regex_search(objects, std::regex("/(ca|CA) 0?\\.[0-9]"))) << "a fill that lets through";
    EXPECT_FALSE(std::regex_search(objects, std::regex("/SMask [0-9]"))) << "an image with an alpha channel";
}

TEST_F(ReportPdf, DrawsCurvesAsLinesAndNotAsPictures) {
    textOf(exampleResult());
    const std::string images = ask("pdfimages -list", file_).text;
    EXPECT_EQ(std::count(images.begin(), images.end(), '\n'), 2) << images; // the heading only
}

/// Line ends of the page are no part of a sentence.
std::string flowing(const std::string& text) {
    return std::regex_replace(text, std::regex("\\s+"), " ");
}

TEST_F(ReportPdf, PrintsEveryRemarkOnItsOwnPageAndSaysOnTheFirstHowManyAndWhere) {
    auto example = exampleResult();
    example.test.simulated = false; // its mark lies between the lines
    example.test.meta["patient.name"] = std::string(300, 'W');
    example.test.meta["operator"] = std::string(300, 'W');
    for (int i = 0; i < 40; ++i)
        example.result.sites[1].flags.push_back(
            {"F" + std::to_string(i), "Remark number " + std::to_string(i) + ".", {}, {}});
    example.result.sites[1].flags.back().voids = true;
    textOf(example);
    const std::string first = flowing(ask("pdftotext -layout -l 1", file_, "-").text);
    const std::string second = flowing(ask("pdftotext -layout -f 2", file_, "-").text);
    EXPECT_THAT(first, HasSubstr("Cannot be used: Foot."));
    EXPECT_THAT(first, HasSubstr("43 remarks stand against these results: all of them are on page 2"));
    EXPECT_THAT(first, Not(HasSubstr("Remark number")));
    EXPECT_THAT(first, HasSubstr("a physician interprets")); // the foot is not overwritten
    for (int i = 0; i < 40; ++i)
        EXPECT_THAT(second, HasSubstr("Remark number " + std::to_string(i) + "."));
    EXPECT_LT(second.find("Remark number 39."), second.find("Remark number 0.")) << "what voids comes first";
}

TEST_F(ReportPdf, GroupsRemarksBySiteAndSaysTheSameOfSeveralSitesOnce) {
    auto example = exampleResult();
    example.test.simulated = false;
    example.result.sites[0].flags = {{"SAME", "At both.", Seconds{1.0}, Seconds{2.0}, false},
                                     {"OWN", "At the forearm.", Seconds{-3.0}, Seconds{4.0}, false}};
    example.result.sites[1].flags = {{"SAME", "At both.", Seconds{1.0}, Seconds{2.0}, false},
                                     {"NO_BASELINE", "There is no baseline.", {}, {}, true}};
    const std::string text = flowing(textOf(example));
    EXPECT_THAT(text, HasSubstr("Foot: cannot be used – There is no baseline."));
    EXPECT_THAT(text, HasSubstr("All sites – 1 to 2 s: At both."));
    EXPECT_THAT(text, HasSubstr("Forearm – −3 to 4 s: At the forearm."));
    EXPECT_EQ(text.find("At both."), text.rfind("At both."));
    EXPECT_LT(text.find("There is no baseline."), text.find("At both.")) << "the worst first";
    EXPECT_TRUE(std::regex_search(ask("pdfinfo", file_).text, std::regex("Pages: +1\n")));
}

TEST_F(ReportPdf, SaysOnTheFirstPageWhatEndedTheCurrent) {
    auto example = exampleResult();
    example.test.meta["outcome"] = "tripped";
    example.test.events = {tests::tripped(400, "The emergency stop of the instrument is pressed.")};
    const std::string text = flowing(textOf(example));
    const auto told = text.find("THE CURRENT WAS STOPPED BEFORE ITS TIME 200 s after the stimulus start: The "
                                "emergency stop of the instrument is pressed.");
    ASSERT_NE(told, std::string::npos) << text;
    EXPECT_LT(told, text.find("Onset latency"));
    EXPECT_THAT(text, HasSubstr("the numbers are of a partial test"));
}

TEST_F(ReportPdf, SaysAtTheNormWhyAVolumeIsNotCompared) {
    auto example = exampleResult();
    example.result.sites[0].norm.noNorm = analysis::NoNorm::OtherStimulus;
    example.result.sites[0].norm.reason = "The stimulation was paused for 60 s.";
    const std::string text = flowing(textOf(example));
    EXPECT_THAT(text, HasSubstr("not compared"));
    EXPECT_THAT(text,
                HasSubstr("Comparison with norms No norm for Forearm: The stimulation was paused for 60 s."));
}

TEST_F(ReportPdf, FillsThePagesOfALongReportFromTheirTop) {
    auto example = exampleResult();
    example.test.simulated = false;
    for (int i = 0; i < 150; ++i)
        example.result.sites[1].flags.push_back(
            {"F" + std::to_string(i), "Remark number " + std::to_string(i) + ".", {}, {}});
    const std::string text = flowing(textOf(example));
    EXPECT_TRUE(std::regex_search(ask("pdfinfo", file_).text, std::regex("Pages: +4\n"))) << text;
    for (int i = 0; i < 150; ++i)
        EXPECT_THAT(text, HasSubstr("Remark number " + std::to_string(i) + "."));
    EXPECT_THAT(text, HasSubstr("153 remarks stand against these results: all of them are from page 2 on,"));
    EXPECT_THAT(text, HasSubstr("Continued on page 3."));
    EXPECT_THAT(text, HasSubstr("Remarks, the worst first, continued"));
}

/// A physician lets the test go on, with a reason of so many words; the reason.
std::string decidedAtLength(RecordedTest& test, int words) {
    std::string reason;
    for (int i = 0; i < words; ++i)
        reason += "because" + std::to_string(i) + " ";
    reason += "end";
    test.events[1] = tests::safetyAnswer(30, "pregnancy", "Pregnancy?", true, false, "Dr. B", reason);
    return reason;
}

TEST_F(ReportPdf, WhatHasNoRoomOnTheFirstPageGoesOnBehindTheRemarksAndSaysSo) {
    auto example = exampleResult();
    example.test.simulated = false;
    tests::answerAll(example.test, "grade_0", "grade_0");
    decidedAtLength(example.test, 300);
    for (int i = 0; i < 150; ++i)
        example.result.sites[1].flags.push_back(
            {"F" + std::to_string(i), "Remark number " + std::to_string(i) + ".", {}, {}});
    const std::string text = flowing(textOf(example));
    const std::string first = flowing(ask("pdftotext -layout -l 1", file_, "-").text);
    EXPECT_THAT(first, HasSubstr("Continued after the remarks."));
    EXPECT_THAT(first, Not(HasSubstr("Continued on page 2.")));
    EXPECT_LT(text.rfind("Remark number"), text.find("Skin and safety, continued"));
    EXPECT_THAT(text, HasSubstr("because299 end."));
}

TEST_F(ReportPdf, SaysOfWhichCurrentTheShadeIs) {
    auto example = exampleResult(); // the forearm's current was not recorded, nor the foot's
    EXPECT_THAT(flowing(textOf(example)),
                HasSubstr("shaded where current flowed or, where current was not recorded, was to flow; "
                          "baseline dashed, one scale"));
    SiteSignals foot;
    foot.site = "foot";
    example.test.sites.push_back(foot);
    for (SiteSignals& site : example.test.sites) { // an electrode without contact
        site.current.time_s = {0.0, 300.0, 600.0};
        site.current.current_ma = {0.0, 0.0, 0.0};
    }
    EXPECT_THAT(flowing(textOf(example)), Not(HasSubstr("was to flow")));
}

TEST_F(ReportPdf, TellsOfSkinPainAndWhoDecidedAndWhatToDoAtHome) {
    auto example = exampleResult();
    tests::answerAll(example.test, "grade_1", "grade_0");
    const std::string text = flowing(textOf(example));
    EXPECT_THAT(text, HasSubstr("Skin and safety"));
    EXPECT_THAT(
        text, HasSubstr("Skin after the current: Forearm faint redness (grade 1); Foot nothing (grade 0)."));
    EXPECT_THAT(text,
                HasSubstr("Worst pain: 2 of 10; electric shock: not felt; fainting: no. Answered by A. Op."));
    EXPECT_THAT(text, HasSubstr("Pregnancy? Yes. Dr. B decided to go on: cannot wait."));
    EXPECT_THAT(text, HasSubstr("Rinse the skin and dry it;"));
    EXPECT_THAT(text, Not(HasSubstr("HELD")));
}

TEST_F(ReportPdf, ABurnHoldsTheResultBeforeAnyNumber) {
    auto example = exampleResult();
    tests::answerAll(example.test, "grade_0", "grade_4");
    const std::string text = flowing(textOf(example));
    const auto held =
        text.find("HELD FOR A PHYSICIAN Foot: skin grade 4, burn. A physician looks at the skin at once;");
    ASSERT_NE(held, std::string::npos) << text;
    EXPECT_LT(held, text.find("Onset latency"));
    EXPECT_TRUE(std::regex_search(ask("pdfinfo", file_).text, std::regex("Pages: +1\n")));
}

TEST_F(ReportPdf, WritesALongReasonToItsEnd) {
    auto example = exampleResult();
    example.test.simulated = false; // its mark lies between the lines
    tests::answerAll(example.test, "grade_0", "grade_0");
    const std::string reason = decidedAtLength(example.test, 60);
    EXPECT_THAT(flowing(textOf(example)), HasSubstr("decided to go on: " + reason + "."));
    for (auto& site : example.result.sites)
        site.flags.push_back({"LONG", reason, {}, {}});
    EXPECT_THAT(flowing(textOf(example)), HasSubstr(reason)) << "nor is a remark cut after one line";
}

TEST_F(ReportPdf, WhatSafetyNeedsMoreGoesOnAnotherPage) {
    auto example = exampleResult();
    tests::answerAll(example.test, "grade_0", "grade_0");
    decidedAtLength(example.test, 300);
    const std::string text = flowing(textOf(example));
    EXPECT_THAT(text, HasSubstr("Continued after the remarks."));
    EXPECT_THAT(text, HasSubstr("because299 end."));
    EXPECT_TRUE(std::regex_search(ask("pdfinfo", file_).text, std::regex("Pages: +2\n")));
    EXPECT_EQ(ask("qpdf --check", file_).code, 0);
    const std::string second = ask("pdftotext -layout -f 2 -l 2", file_, "-").text;
    EXPECT_THAT(second, HasSubstr("Ann Other")) << "a page of its own can be lost from the others";
    EXPECT_THAT(second, HasSubstr("not a patient's result"));
    EXPECT_THAT(second, HasSubstr("b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9"));
}

TEST_F(ReportPdf, SaysThatACurveIsEmpty) {
    EXPECT_THAT(textOf(exampleResult()), HasSubstr("no samples"));
}

TEST_F(ReportPdf, SaysThatTheTestWasStopped) {
    auto example = exampleResult();
    example.test.meta["outcome"] = "stopped";
    EXPECT_THAT(textOf(example), HasSubstr("The test was stopped before its end"));
}

TEST_F(ReportPdf, ShowsEightSitesAndNamesTheRest) {
    auto example = exampleResult();
    const auto site = example.result.sites[0];
    example.result.sites.clear();
    for (int i = 1; i <= 10; ++i) {
        example.result.sites.push_back(site);
        example.result.sites.back().site = "place_" + std::to_string(i);
    }
    const std::string text = textOf(example);
    EXPECT_TRUE(std::regex_search(ask("pdfinfo", file_).text, std::regex("Pages: +1\n")));
    EXPECT_THAT(text, HasSubstr("Place 8"));
    EXPECT_THAT(text, Not(HasSubstr("Place 9 ")));
    EXPECT_THAT(text, HasSubstr("2 more sites are in the result document"));
}

TEST_F(ReportPdf, DoesNotReplaceAFileUnlessItMay) {
    tests::writeText(file_, "precious");
    const auto example = exampleResult();
    const Done done = writeReport(example.test, example.result, file_, false);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), HasSubstr("report.pdf"));
    EXPECT_EQ(tests::readText(file_), "precious");
}

TEST_F(ReportPdf, LeavesNothingBehindWhenItCannotBeWritten) {
    const auto example = exampleResult();
    const Done done =
        writeReport(example.test, example.result, folder_.file("missing") / "report.pdf", false);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), HasSubstr("missing/report.pdf"));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(ReportPdf, LeavesOnlyTheReportInItsFolder) {
    textOf(exampleResult());
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_.path()), {}), 1);
}

} // namespace
} // namespace eccrine::records
