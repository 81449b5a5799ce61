// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "records/result_document.hpp"
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
    const auto example = exampleResult();
    EXPECT_EQ(resultJson(example.test, example.result), expected);
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
