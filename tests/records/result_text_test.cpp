// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "records/result_text.hpp"
#include "safety_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

namespace eccrine::records {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using tests::exampleResult;

std::string textOf(const tests::ExampleResult& example) {
    return resultText(example.test, example.result);
}

TEST(ResultText, IsTheHandWrittenTable) {
    const auto example = exampleResult();
    const std::string expected =
        "SIMULATED: not a patient's result\n"
        "\n"
        "Site     Onset latency    Peak  Time to peak  Volume    ± u  Volume  Baseline  Charge  Mean "
        "current\n"
        "                     s  nL/min             s      µL     µL  µL/cm²    nL/min      mC            "
        "mA\n"
        "Forearm    104.5 ± 1.5   300.0           300   1.500  0.016   1.875      40.5   600.2         "
        "1.938\n"
        "Foot                 –       –             –       –      –       –         –       –             "
        "–\n"
        "\n"
        "Site           Peak  Absolute peak  Peak without lag  Onset to peak  Steepest rise  During stimulus "
        " "
        "After stimulus  Resting output  Residual  T50 after off  Expulsions          Shape\n"
        "         nL/min/cm²         nL/min            nL/min              s        nL/min²               µL "
        " "
        "            µL          nL/min   of peak              s        /min               \n"
        "Forearm       375.0          340.5             312.0            196          150.5            0.500 "
        " "
        "         1.000            40.2      0.06             88         7.5  normal return\n"
        "Foot              –              –                 –              –              –                – "
        " "
        "             –               –         –              –           –        unknown\n"
        "\n"
        "  Foot over forearm: 0.38 ± 0.02.\n"
        "  Foot, right over left: 1.25 ± 0.03; right minus left +22.2 % of their mean; resting output -4.5 "
        "nL/min.\n"
        "  Forearm, right over left: no ratio, the left side cannot be used.\n"
        "\n"
        "  Forearm: u(rate) 57.5 nL/min at rest, 58.2 at the peak; gain 3.1 %.\n"
        "\n"
        "  Skin, pain, shock and fainting after the current: not known; the recording does not tell of the "
        "steps of a test.\n"
        "  Safety questions: the recording does not tell of the steps of a test.\n"
        "\n"
        "  Foot: The delivered current was not recorded. [NO_CURRENT]\n"
        "  Foot: There is no baseline. [NO_BASELINE, −8 to 0 s]\n"
        "  column foot.ph is not known and was not used\n"
        "\n"
        "two sites.eccrine, SHA-256 b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9\n";
    EXPECT_EQ(textOf(example), expected);
}

TEST(ResultText, TellsOfSkinPainAndWhoDecided) {
    auto example = exampleResult();
    tests::answerAll(example.test, "grade_1", "grade_0");
    const std::string text = textOf(example);
    EXPECT_THAT(
        text, HasSubstr("Skin after the current: Forearm faint redness (grade 1); Foot nothing (grade 0)."));
    EXPECT_THAT(text,
                HasSubstr("Worst pain: 2 of 10; electric shock: not felt; fainting: no. Answered by A. Op."));
    EXPECT_THAT(text, HasSubstr("Safety questions: 2 answered by A. Op; one stood against current:"));
    EXPECT_THAT(text, HasSubstr("Pregnancy? Yes. Dr. B decided to go on: cannot wait."));
    EXPECT_THAT(text, HasSubstr("After-care: "));
    EXPECT_THAT(text, Not(HasSubstr("HELD")));
}

TEST(ResultText, BeginsWithTheHoldOfABlister) {
    auto example = exampleResult();
    example.test.simulated = false;
    tests::answerAll(example.test, "grade_0", "grade_3");
    EXPECT_THAT(textOf(example), StartsWith("HELD FOR A PHYSICIAN: Foot: skin grade 3, vesicle or blister. A "
                                            "physician looks at the skin before this result is used"));
    example.test.simulated = true;
    EXPECT_THAT(textOf(example), HasSubstr("\n\nHELD FOR A PHYSICIAN: Foot"));
}

TEST(ResultText, SaysSimulatedFirstAndOnlyWhenItIs) {
    auto example = exampleResult();
    EXPECT_THAT(textOf(example), StartsWith("SIMULATED"));
    example.test.simulated = false;
    EXPECT_THAT(textOf(example), Not(HasSubstr("SIMULATED")));
}

TEST(ResultText, HasNoColumnPerAreaWhenNoAreaIsKnown) {
    auto example = exampleResult();
    example.result.sites[0].volumePerArea.reset();
    example.test.sites[0].capsule.area.reset();
    EXPECT_THAT(textOf(example), Not(HasSubstr("cm²")));
}

TEST(ResultText, GivesNoFurtherMeasuresOfASiteThatCannotBeUsed) {
    auto example = exampleResult();
    example.result.sites[0].usable = false;
    EXPECT_THAT(textOf(example), Not(HasSubstr("Steepest rise")));
    EXPECT_THAT(textOf(example), Not(HasSubstr("375.0")));
}

TEST(ResultText, SaysThatARecordingWasNotClosed) {
    auto example = exampleResult();
    example.test.interrupted = true;
    EXPECT_THAT(textOf(example), HasSubstr("not closed by its writer"));
}

TEST(ResultText, GivesTheFindingInPlaceOfALatency) {
    auto site = exampleResult().result.sites[0];
    EXPECT_EQ(latencyText(site), "104.5 ± 1.5");
    site.onset = {};
    EXPECT_EQ(latencyText(site), "no onset");
    site.onset.verdict = analysis::Onset::Verdict::Indeterminate;
    EXPECT_EQ(latencyText(site), "indeterminate");
    site.measures.reset();
    EXPECT_EQ(latencyText(site), "–");
}

TEST(ResultText, GivesNoPeakOfASaturatedSensor) {
    auto site = exampleResult().result.sites[0];
    EXPECT_EQ(peakText(site), "300.0");
    site.peakReliable = false;
    EXPECT_EQ(peakText(site), "–");
}

TEST(FixedNumber, RoundsToTheDecimalsAskedFor) {
    EXPECT_EQ(fixed(1.2349, 3), "1.235");
    EXPECT_EQ(fixed(-1.26, 1), "-1.3");
    EXPECT_EQ(fixed(767.2635, 0), "767");
}

TEST(FixedNumber, HasNoMinusZero) {
    EXPECT_EQ(fixed(-0.0004, 3), "0.000");
    EXPECT_EQ(fixed(-0.0, 0), "0");
}

TEST(FixedNumber, IsADashForWhatIsAbsent) {
    EXPECT_EQ(fixed(std::nullopt, 1), "–");
    EXPECT_EQ(fixed(std::numeric_limits<double>::quiet_NaN(), 1), "–");
}

TEST(SiteTitle, IsReadByAPerson) {
    EXPECT_EQ(siteTitle("proximal_leg"), "Proximal leg");
    EXPECT_EQ(siteTitle("forearm"), "Forearm");
    EXPECT_EQ(siteTitle(""), "");
}

TEST(ResultText, SaysBeforeAnyNumberWhatEndedTheCurrent) {
    auto example = exampleResult();
    example.test.events = {tests::tripped(400, "The link to the instrument was lost.")};
    const std::string text = textOf(example);
    const auto told =
        text.find("THE CURRENT WAS STOPPED BEFORE ITS TIME, 200 s after the stimulus start: The link "
                  "to the instrument was lost.\n");
    ASSERT_NE(told, std::string::npos) << text;
    EXPECT_LT(told, text.find("Onset latency"));
    EXPECT_THAT(textOf(exampleResult()), Not(HasSubstr("STOPPED")));
}

TEST(ResultText, TheEndOfATestAfterItsCurrentIsNotToldAsAnInterruptedCurrent) {
    auto example = exampleResult(); // current from 200 s to 500 s
    example.test.events = {
        {Seconds{650.0}, "trip", "", R"({"sentence":"STOP was pressed.","stimulation":false})"}};
    const std::string text = textOf(example);
    EXPECT_THAT(text, HasSubstr("THE TEST WAS ENDED, 450 s after the stimulus start: STOP was pressed.\n"));
    EXPECT_THAT(text, Not(HasSubstr("BEFORE ITS TIME")));
    example.test.events = {{Seconds{650.0}, "trip", "", R"({"sentence":"STOP was pressed."})"},
                           {Seconds{200.0}, "stimulus_start", "", ""},
                           {Seconds{500.0}, "stimulus_stop", "", ""}};
    EXPECT_THAT(textOf(example), Not(HasSubstr("BEFORE ITS TIME")))
        << "nor in a recording that does not tell";
    example.test.events[0].at = Seconds{400.0};
    EXPECT_THAT(textOf(example), HasSubstr("BEFORE ITS TIME"));
}

TEST(ResultText, SaysForEachReasonOnceWhichSitesHaveNoNorm) {
    auto example = exampleResult();
    example.result.sites.push_back(example.result.sites[0]);
    example.result.sites[2].site = "distal_leg";
    example.result.sites[0].norm.reason = example.result.sites[2].norm.reason = "The stimulation was paused.";
    example.result.sites[0].norm.noNorm = analysis::NoNorm::OtherStimulus;
    example.result.sites[1].norm.reason = "The sex is not known.";
    const std::string text = textOf(example);
    EXPECT_THAT(text, HasSubstr("No norm for Forearm, Distal leg: The stimulation was paused.\n"));
    EXPECT_THAT(text, HasSubstr("No norm for Foot: The sex is not known.\n"));
    EXPECT_EQ(normText(example.result.sites[0].norm), "not compared");
    example.result.sites[0].norm.noNorm = analysis::NoNorm::DoseUnknown;
    EXPECT_EQ(normText(example.result.sites[0].norm), "not compared");
    EXPECT_EQ(normText(example.result.sites[1].norm), "no norm");
}

} // namespace
} // namespace eccrine::records
