// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "protocols/adverse_effect_file.hpp"
#include "records/result_document.hpp"
#include "safety_events.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <clocale>
#include <limits>

namespace eccrine::records {
namespace {

using Json = nlohmann::ordered_json;
using tests::exampleResult;

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();

Json documentOf(const tests::ExampleResult& example) {
    return Json::parse(resultJson(example.test, example.result));
}

TEST(ResultDocument, IsTheHandWrittenDocumentByteForByte) {
    std::string expected = tests::readText(ECCRINE_EXPECTED "/two_sites.json");
    const std::string placeholder = "\"VERSION\"";
    expected.replace(expected.find(placeholder), placeholder.size(), "\"" ECCRINE_VERSION "\"");
    const std::string scale = "\"SCALE\"";
    expected.replace(expected.find(scale), scale.size(), '"' + protocols::shippedAdverseEffects().hash + '"');
    const auto example = exampleResult();
    EXPECT_EQ(resultJson(example.test, example.result), expected);
}

TEST(ResultDocument, HasWhatWasFoundAtTheSkinWithWhoAndWhen) {
    auto example = exampleResult();
    tests::answerAll(example.test, "grade_1", "grade_2");
    const Json document = documentOf(example), safety = document["safety"];
    EXPECT_TRUE(document["held"].is_null());
    EXPECT_EQ(safety["skin"][0], Json::parse(R"({"site": "forearm", "grade": 1, "answer": "grade_1",
        "text": "faint redness", "answered_by": "A. Op", "at_s": 710.0, "reason": null})"));
    EXPECT_EQ(safety["skin"][1]["grade"], 2);
    EXPECT_EQ(safety["pain"]["text"], "2 of 10");
    EXPECT_EQ(safety["shock"]["answer"], "no");
    EXPECT_EQ(safety["faint"]["answered_by"], "A. Op");
    EXPECT_EQ(safety["questions"]["checklist"], "checklist-qsart");
    EXPECT_EQ(safety["questions"]["answers"][1],
              Json::parse(R"({"id": "pregnancy", "question": "Pregnancy?", "answer": "yes", "safe": false,
        "answered_by": "A. Op", "at_s": -170.0, "physician": "Dr. B", "physician_reason": "cannot wait"})"));
    EXPECT_EQ(safety["after_care"].size(), protocols::shippedAdverseEffects().afterCare.size());
}

TEST(ResultDocument, NamesWhatEndedTheCurrentWhereAndWhen) {
    auto example = exampleResult(); // the stimulus began at 200 s
    example.test.sites.resize(2);
    example.test.sites[0].site = "leg";
    example.test.sites[1].site = "distal_leg";
    example.test.meta["outcome"] = "tripped";
    example.test.events = {
        tests::tripped(410.5,
                       "Current stopped: 2.126 mA at distal leg over half a second; look at the skin."),
        tests::tripped(411, "The emergency stop of the instrument is pressed."),
        tests::tripped(412, "The emergency stop of the instrument is pressed."),
        {Seconds{413.0}, "trip", "leg", "{"}};
    const Json recording = documentOf(example)["recording"];
    EXPECT_EQ(recording["trips"], Json::parse(R"([
        {"at_s": 210.5, "site": "distal_leg", "of_stimulation": true,
         "sentence": "Current stopped: 2.126 mA at distal leg over half a second; look at the skin."},
        {"at_s": 211.0, "site": null, "of_stimulation": true,
         "sentence": "The emergency stop of the instrument is pressed."},
        {"at_s": 213.0, "site": "leg", "of_stimulation": false, "sentence": "The recording does not say why."}])"));
}

TEST(ResultDocument, IsHeldAfterABurnAndSaysWhatToDo) {
    auto example = exampleResult();
    tests::answerAll(example.test, "grade_3", "grade_4", "pain_7");
    const Json held = documentOf(example)["held"];
    EXPECT_EQ(held["for"], "physician");
    ASSERT_EQ(held["because"].size(), 3U);
    EXPECT_EQ(held["because"][0]["site"], "foot") << "the worst first";
    EXPECT_EQ(held["because"][0]["grade"], 4);
    EXPECT_EQ(held["because"][0]["advice"], protocols::shippedAdverseEffects().grades[4].advice);
    EXPECT_EQ(held["because"][1]["site"], "forearm");
    EXPECT_EQ(held["because"][2]["step"], "pain");
    EXPECT_TRUE(held["because"][2]["grade"].is_null());
}

TEST(ResultDocument, HasSoftLimitsAndTheWordsOfARelease) {
    auto example = exampleResult();
    example.test.meta["previous_trip"] = "Over-current.";
    example.test.meta["previous_trip.cause"] = "loose lead";
    example.test.events = {
        {Seconds{0}, "soft_limit_confirmed", "",
         R"({"parameter":"current_ma","value":2.25,"limit":2,"unit":"mA","reason":"study","by":"Dr. B"})"}};
    const Json safety = documentOf(example)["safety"];
    EXPECT_EQ(safety["former_test"],
              Json::parse(R"({"ended_with": "Over-current.", "released_with": "loose lead"})"));
    EXPECT_EQ(safety["soft_limits"], Json::parse(R"([{"parameter": "current_ma", "value": 2.25, "limit": 2.0,
        "unit": "mA", "reason": "study", "by": "Dr. B"}])"));
}

TEST(ResultDocument, WritesEachParameterThatWasChanged) {
    auto example = exampleResult();
    auto& p = example.result.parameters;
    for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"window.s", "480"}, {"onset.method", "threshold-sd"}, {"lag.correction", "off"}})
        ASSERT_TRUE(analysis::setParameter(p, name, value));
    ASSERT_TRUE(analysis::setParameter(p, "stimulus.planned_charge_mc", "300.5"));
    const Json method = documentOf(example)["method"];
    EXPECT_EQ(method["window.s"], 480);
    EXPECT_EQ(method["onset.method"], "threshold-sd");
    EXPECT_EQ(method["lag.correction"], false);
    EXPECT_EQ(method["stimulus.planned_charge_mc"], 300.5);
}

TEST(ResultDocument, HoldsEveryParameterThatSetTakes) {
    const Json method = documentOf(exampleResult())["method"];
    for (const auto& parameter : analysis::parameterList({}))
        EXPECT_TRUE(method.contains(parameter.name)) << parameter.name;
}

TEST(ResultDocument, GivesNoPeakOfASaturatedSensorButStillTheVolume) {
    auto example = exampleResult();
    example.result.sites[0].peakReliable = false;
    const Json site = documentOf(example)["sites"][0];
    EXPECT_TRUE(site["peak_nl_per_min"].is_null());
    EXPECT_TRUE(site["peak_absolute_nl_per_min"].is_null());
    EXPECT_TRUE(site["peak_time_s"].is_null());
    EXPECT_EQ(site["volume_ul"], 1.5);
}

TEST(ResultDocument, WritesNullForWhatIsNotANumber) {
    auto example = exampleResult();
    example.result.sites[0].measures->volume = {notANumber};
    example.result.sites[0].baseline->level = {std::numeric_limits<double>::infinity()};
    const std::string text = resultJson(example.test, example.result);
    const Json site = Json::parse(text)["sites"][0];
    EXPECT_TRUE(site["volume_ul"].is_null());
    EXPECT_TRUE(site["baseline_nl_per_min"].is_null());
}

TEST(ResultDocument, NamesTheLineWhenTheBaselineDrifts) {
    auto example = exampleResult();
    example.result.sites[0].baseline->drifting = true;
    EXPECT_EQ(documentOf(example)["sites"][0]["baseline_model"], "line");
}

TEST(ResultDocument, SaysIndeterminateInsteadOfALatency) {
    auto example = exampleResult();
    example.result.sites[0].onset = {};
    example.result.sites[0].onset.verdict = analysis::Onset::Verdict::Indeterminate;
    const Json site = documentOf(example)["sites"][0];
    EXPECT_EQ(site["onset_verdict"], "indeterminate");
    EXPECT_TRUE(site["onset_latency_s"].is_null());
}

TEST(ResultDocument, NamesTheFileWithoutTheFolder) {
    EXPECT_EQ(documentOf(exampleResult())["recording"]["file"], "two sites.eccrine");
}

TEST(ResultDocument, HasNoPatientIdentity) {
    const auto example = exampleResult();
    EXPECT_EQ(resultJson(example.test, example.result).find("Ann Other"), std::string::npos);
}

TEST(ResultDocument, LeavesUnknownFactsOfTheRecordingNull) {
    auto example = exampleResult();
    example.test.meta.clear();
    example.test.protocol.clear();
    example.result.stimulusStop.reset();
    const Json document = documentOf(example);
    EXPECT_TRUE(document["recording"]["id"].is_null());
    EXPECT_TRUE(document["recording"]["outcome"].is_null());
    EXPECT_TRUE(document["recording"]["stimulus_stop_s"].is_null());
    EXPECT_TRUE(document["protocol"].is_null());
}

TEST(ResultDocument, MarksARecordingThatWasNotClosed) {
    auto example = exampleResult();
    example.test.interrupted = true;
    EXPECT_EQ(documentOf(example)["recording"]["interrupted"], true);
}

TEST(ResultDocument, SurvivesTextThatIsNotUtf8) {
    auto example = exampleResult();
    example.test.remarks = {"caf\xe9"};
    EXPECT_EQ(documentOf(example)["recording"]["remarks"][0], "caf\xef\xbf\xbd");
}

TEST(ResultDocument, IsTheSameInALocaleWithADecimalComma) {
    const auto example = exampleResult();
    const std::string before = resultJson(example.test, example.result);
    const std::string old = std::setlocale(LC_ALL, nullptr);
    std::setlocale(LC_ALL, "de_DE.UTF-8"); // where it is not installed this is the same locale again
    EXPECT_EQ(resultJson(example.test, example.result), before);
    std::setlocale(LC_ALL, old.c_str());
}

} // namespace
} // namespace eccrine::records
