// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/adverse_finding.hpp"
#include "safety_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::records {
namespace {

using protocols::shippedAdverseEffects;
using testing::HasSubstr;
using namespace tests;

std::vector<AdverseFinding> findings(const std::string& forearm, const std::string& foot,
                                     const std::string& pain = "pain_2", const std::string& shock = "no",
                                     const std::string& faint = "no") {
    RecordedTest test;
    answerAll(test, forearm, foot, pain, shock, faint);
    return adverseFindings(safetyRecordOf(test, shippedAdverseEffects()), shippedAdverseEffects());
}

// Grade 3 and above, a shock and fainting: iontophoresis notes 2.2; pain from 7 of 10: proposed.
TEST(AdverseFinding, HoldsFromABlisterOn) {
    EXPECT_TRUE(findings("grade_0", "grade_2").empty()) << "welts and marked redness fade";
    const auto blister = findings("grade_0", "grade_3");
    ASSERT_EQ(blister.size(), 1U);
    EXPECT_EQ(blister[0].site, "foot");
    EXPECT_EQ(blister[0].grade, 3);
    EXPECT_THAT(blister[0].sentence(),
                HasSubstr("Foot: skin grade 3, vesicle or blister. A physician looks"));
}

TEST(AdverseFinding, ABurnStandsBeforeABlister) {
    const auto both = findings("grade_3", "grade_4");
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].site, "foot");
    EXPECT_THAT(both[0].advice, HasSubstr("at once"));
}

TEST(AdverseFinding, HoldsAfterAShockFaintingAndSeverePain) {
    EXPECT_TRUE(findings("grade_0", "grade_0", "pain_6").empty());
    EXPECT_THAT(findings("grade_0", "grade_0", "pain_7").at(0).text, "Worst pain: 7 of 10");
    EXPECT_THAT(findings("grade_0", "grade_0", "pain_10").at(0).text, "Worst pain: 10 of 10");
    EXPECT_THAT(findings("grade_0", "grade_0", "pain_0", "yes").at(0).text, "Electric shock: felt");
    EXPECT_THAT(findings("grade_0", "grade_0", "pain_0", "no", "yes").at(0).text,
                "Fainting: fainted or nearly");
}

TEST(AdverseFinding, NothingIsHeldByAnAnswerThatIsMissing) {
    RecordedTest test;
    test.meta["active_sites"] = "forearm";
    test.events = {currentFlows(200), enteredStep(900, "inspect")};
    const auto record = safetyRecordOf(test, shippedAdverseEffects());
    EXPECT_TRUE(adverseFindings(record, shippedAdverseEffects()).empty());
    const auto sentences = safetySentences(record, shippedAdverseEffects());
    EXPECT_EQ(sentences.at(0),
              "Skin after the current: not known; asked, but the recording ended before the answer.");
}

TEST(AdverseFinding, AnAnswerThatTheScaleDoesNotKnowIsShownAsItIs) {
    RecordedTest test;
    answerAll(test, "normal", "grade_0");
    const auto record = safetyRecordOf(test, shippedAdverseEffects());
    EXPECT_THAT(safetySentences(record, shippedAdverseEffects()).at(0),
                HasSubstr("Forearm \"normal\", not graded; Foot nothing (grade 0)."));
}

TEST(AdverseFinding, AfterCareIsForWhoHasHadCurrent) {
    RecordedTest test;
    EXPECT_EQ(afterCareText(safetyRecordOf(test, shippedAdverseEffects()), shippedAdverseEffects()), "");
    test.events = {currentFlows(200)};
    const std::string care =
        afterCareText(safetyRecordOf(test, shippedAdverseEffects()), shippedAdverseEffects());
    for (const auto& line : shippedAdverseEffects().afterCare)
        EXPECT_THAT(care, HasSubstr(line.text));
}

} // namespace
} // namespace eccrine::records
