// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "records/safety_record.hpp"
#include "safety_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::records {
namespace {

using protocols::shippedAdverseEffects;
using testing::HasSubstr;
using namespace tests;

/// A recording that holds nothing but what is given here.
RecordedTest recorded(std::vector<TestEvent> events, const std::string& outcome = "finished") {
    RecordedTest test;
    test.meta = {{"outcome", outcome}, {"active_sites", "forearm,foot"}};
    test.events = std::move(events);
    return test;
}

SafetyRecord of(const RecordedTest& test) {
    return safetyRecordOf(test, shippedAdverseEffects());
}

TEST(SafetyRecord, HasTheAnswerThatCountsWithWhoAndWhen) {
    const auto found =
        of(recorded({safetyAnswer(3, "pregnancy", "Pregnancy?", true, false),
                     safetyAnswer(5, "implant", "Pacemaker?", false, true),
                     safetyAnswer(9, "pregnancy", "Pregnancy?", true, false, "Dr. B", "cannot wait")}));
    ASSERT_EQ(found.answers.size(), 2U);
    EXPECT_EQ(found.answers[0].id, "pregnancy");
    EXPECT_TRUE(found.answers[0].yes);
    EXPECT_FALSE(found.answers[0].safe);
    EXPECT_EQ(found.answers[0].at, Seconds{9});
    EXPECT_EQ(found.answers[0].physician, "Dr. B");
    EXPECT_EQ(found.answers[0].reason, "cannot wait");
    EXPECT_EQ(found.answers[0].by, "A. Op");
    EXPECT_EQ(found.answers[1].question, "Pacemaker?");
    EXPECT_FALSE(found.answers[1].yes);
    EXPECT_TRUE(found.answers[1].safe);
    EXPECT_TRUE(found.unansweredBecause.empty());
}

TEST(SafetyRecord, HasTheSkinOfEachSiteAndWhatThePersonFelt) {
    RecordedTest test;
    answerAll(test, "grade_1", "grade_3", "pain_4", "yes");
    const auto found = of(test);
    EXPECT_TRUE(found.currentGiven);
    ASSERT_EQ(found.skin.size(), 2U);
    EXPECT_EQ(found.skin[0].site, "forearm");
    EXPECT_EQ(found.skin[0].answer, "grade_1");
    EXPECT_EQ(found.skin[1].answer, "grade_3");
    EXPECT_EQ(found.skin[1].at, Seconds{920});
    EXPECT_EQ(found.skin[1].by, "A. Op");
    ASSERT_EQ(found.signs.size(), 3U);
    EXPECT_EQ(found.signs[0].answer, "pain_4");
    EXPECT_EQ(found.signs[1].answer, "yes");
    EXPECT_EQ(found.signs[2].answer, "no");
    for (const auto& sign : found.signs)
        EXPECT_TRUE(sign.answered());
}

TEST(SafetyRecord, SaysWhyAnAnswerIsMissing) {
    const TestEvent baseline = enteredStep(0, "baseline"), current = currentFlows(200);
    const TestEvent stepInspect = enteredStep(900, "inspect");
    const auto why = [](const RecordedTest& test) { return of(test).skin.at(0).absentBecause; };
    EXPECT_THAT(why(recorded({})), HasSubstr("does not tell of the steps"));
    EXPECT_THAT(why(recorded({baseline, current})), HasSubstr("the protocol does not ask"));
    EXPECT_THAT(why(recorded({baseline, current}, "stopped")), HasSubstr("ended before it was asked"));
    EXPECT_THAT(why(recorded({baseline}, "stopped")), HasSubstr("no current had been given"));
    EXPECT_THAT(why(recorded({baseline, current, stepInspect}, "stopped")), HasSubstr("before the answer"));
    auto cutOff = recorded({baseline, current}, "");
    cutOff.interrupted = true;
    EXPECT_THAT(why(cutOff), HasSubstr("ended before it was asked"));
    EXPECT_THAT(why(recorded({baseline,
                              current,
                              {Seconds{300}, "site_void", "forearm", R"({"reason":"blister"})"},
                              stepInspect})),
                HasSubstr("no further part (blister)"));
}

TEST(SafetyRecord, SaysWhyNoQuestionWasAnswered) {
    auto test = recorded({enteredStep(0, "safety")}, "stopped");
    EXPECT_THAT(of(test).unansweredBecause, HasSubstr("no questions"));
    test.meta["checklist.id"] = "checklist-qsart";
    EXPECT_THAT(of(test).unansweredBecause, HasSubstr("ended before one was answered"));
    EXPECT_EQ(of(test).checklistId, "checklist-qsart");
}

TEST(SafetyRecord, HasTheSoftLimitsAndTheWordsOfARelease) {
    auto test = recorded(
        {{Seconds{0}, "soft_limit_confirmed", "",
          R"({"parameter":"current_ma","value":2.25,"limit":2,"unit":"mA","reason":"study","by":"Dr. B"})"}});
    test.meta["previous_trip"] = "Over-current.";
    test.meta["previous_trip.cause"] = "loose lead, skin looked at";
    const auto found = of(test);
    ASSERT_EQ(found.crossed.size(), 1U);
    EXPECT_EQ(found.crossed[0].parameter, "current_ma");
    EXPECT_EQ(found.crossed[0].value, 2.25);
    EXPECT_EQ(found.crossed[0].limit, 2.0);
    EXPECT_EQ(found.crossed[0].reason, "study");
    EXPECT_EQ(found.crossed[0].by, "Dr. B");
    EXPECT_EQ(found.formerTrip, "Over-current.");
    EXPECT_EQ(found.releasedWith, "loose lead, skin looked at");
}

TEST(SafetyRecord, TellsOfAnEventThatCannotBeReadInsteadOfGuessing) {
    const auto found = of(recorded({{Seconds{1}, "safety_answer", "", R"({"id":"implant","answer":"maybe"})"},
                                    {Seconds{2}, "operator_step", "foot", "{"}}));
    EXPECT_EQ(found.unreadable.size(), 2U);
    EXPECT_TRUE(found.answers.empty());
}

TEST(SafetyRecord, OfAFileWithoutTheKeyOfSitesLooksAtEverySite) {
    auto test = exampleResult().test;
    ASSERT_EQ(of(test).skin.size(), 1U);
    EXPECT_EQ(of(test).skin[0].site, "forearm");
    EXPECT_FALSE(of(test).skin[0].answered());
}

} // namespace
} // namespace eccrine::records
