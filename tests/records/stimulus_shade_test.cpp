// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/stimulus_shade.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace eccrine::records {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// A stimulus that is stated from 200 s to 500 s, with a reading of the current each second.
class Shade : public testing::Test {
protected:
    template <class Current>
    StimulusShade of(Current current) {
        RecordedTest test;
        test.sites.resize(1);
        test.sites[0].site = "foot";
        for (int t = 0; t < 800; ++t) {
            test.sites[0].current.time_s.push_back(t);
            test.sites[0].current.current_ma.push_back(current(t));
        }
        return stimulusShade(test, result, "foot");
    }
    void SetUp() override {
        result.stimulusStart = Seconds{200.0};
        result.stimulusStop = Seconds{500.0};
    }
    analysis::TestAnalysis result;
};

TEST_F(Shade, LeavesOutAPause) {
    const auto shade = of([](int t) { return (t >= 200 && t < 300) || (t >= 360 && t < 560) ? 2.0 : 0.0; });
    EXPECT_TRUE(shade.recorded);
    EXPECT_THAT(shade.spans, ElementsAre(Pair(0.0, 99.0), Pair(160.0, 359.0)));
}

TEST_F(Shade, IsNowhereWhenTheCurrentWasRecordedAsNone) {
    const auto shade = of([](int) { return 0.0; });
    EXPECT_TRUE(shade.recorded);
    EXPECT_THAT(shade.spans, IsEmpty());
}

TEST_F(Shade, IsThatOfTheStatedStimulusWhenNoCurrentWasRecorded) {
    const auto shade = of([](int) { return missing; });
    EXPECT_FALSE(shade.recorded);
    EXPECT_THAT(shade.spans, ElementsAre(Pair(0.0, 300.0)));
    EXPECT_THAT(stimulusShade({}, result, "foot").spans, ElementsAre(Pair(0.0, 300.0))) << "nor the site";
    result.stimulusStop.reset();
    EXPECT_THAT(of([](int) { return missing; }).spans, IsEmpty());
}

} // namespace
} // namespace eccrine::records
