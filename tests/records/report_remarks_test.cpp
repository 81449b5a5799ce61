// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "records/report_remarks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::records {
namespace {

using testing::ElementsAre;

TEST(ReportRemarks, PutsWhatVoidsFirstThenWhatTakesAwayAndAFlagThatIsNewIsNoMinorOne) {
    auto example = tests::exampleResult();
    example.test.remarks.clear();
    example.result.sites.resize(1);
    example.result.sites[0].flags = {{"DRIFT", "The baseline drifts.", {}, {}, false},
                                     {"NO_CURRENT", "No current was recorded.", {}, {}, false},
                                     {"OF_TOMORROW", "Nobody knows this one.", {}, {}, false},
                                     {"LEAK", "There is a leak.", {}, {}, true}};
    const auto groups = remarksOf(example.test, example.result);
    ASSERT_EQ(groups.size(), 1U);
    std::vector<std::string> texts;
    std::vector<Weight> weights;
    for (const Remark& remark : groups[0].remarks) {
        texts.push_back(remark.text);
        weights.push_back(remark.weight);
    }
    EXPECT_THAT(texts, ElementsAre("There is a leak.", "No current was recorded.", "Nobody knows this one.",
                                   "The baseline drifts."));
    EXPECT_THAT(weights, ElementsAre(Weight::Voids, Weight::TakesAway, Weight::TakesAway, Weight::Mind));
}

TEST(ReportRemarks, WritesAPlaceBeforeTheStimulusWithTheSignOfANumberAndNoOther) {
    auto example = tests::exampleResult();
    example.test.remarks.clear();
    example.result.sites[0].site = "leg-2";
    example.result.sites[1].site = "leg-3";
    example.result.sites[0].flags = {{"LEAK", "A leak.", Seconds{-3.0}, Seconds{4.0}, false}};
    example.result.sites[1].flags = {{"LEAK", "A leak.", Seconds{5.0}, Seconds{6.0}, false}};
    const auto groups = remarksOf(example.test, example.result);
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].remarks.at(0).place, "Leg-2 \u22123 to 4 s, Leg-3 5 to 6 s");
}

} // namespace
} // namespace eccrine::records
