// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/early_response.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace eccrine::analysis {
namespace {

using State = EarlyResponse::State;
using testing::HasSubstr;

/// 100 nL/min/cm² is the physiological minimum of 1 g/m²/min (domain file, section 1.4).
constexpr EarlyResponseLimits limits{.meanOver = Seconds{30},
                                     .onsetRise = 30.0,
                                     .onsetHold = Seconds{10},
                                     .noResponseAfter = Seconds{360},
                                     .poorBelow = 100.0,
                                     .poorJudgedAfter = Seconds{600}};

/// Test seconds at 10 readings a second.
struct Bench {
    EarlyResponse watch{limits};
    double now = 0.0;
    void run(double seconds, double rate) {
        for (int i = 0; i < static_cast<int>(seconds * 10.0); ++i) {
            watch.add(Seconds{now}, rate);
            now += 0.1;
        }
    }
    void rest() { run(60.0, 20.0); }
    void stimulate() { watch.stimulusStarted(Seconds{now}); }
};

TEST(EarlyResponse, BeforeTheStimulusItSaysNothing) {
    Bench bench;
    bench.run(60.0, 500.0);
    EXPECT_EQ(bench.watch.verdict().state, State::Waiting);
    EXPECT_TRUE(bench.watch.verdict().remark.empty());
}

TEST(EarlyResponse, ReportsTheStartOfTheFirstSustainedRise) {
    Bench bench;
    bench.rest();
    bench.stimulate();
    bench.run(90.0, 20.0);
    bench.run(30.0, 270.0);
    const auto verdict = bench.watch.verdict();
    EXPECT_EQ(verdict.state, State::Sweating);
    ASSERT_TRUE(verdict.onset && verdict.rise);
    EXPECT_NEAR(verdict.onset->count(), 90.0, 1.0);
    EXPECT_NEAR(*verdict.rise, 250.0, 10.0);
}

TEST(EarlyResponse, AShortBurstIsNoOnset) {
    Bench bench;
    bench.rest();
    bench.stimulate();
    bench.run(60.0, 20.0);
    bench.run(8.0, 270.0);
    bench.run(60.0, 20.0);
    EXPECT_EQ(bench.watch.verdict().state, State::NoResponseYet);
    EXPECT_FALSE(bench.watch.verdict().warns());
}

TEST(EarlyResponse, WarnsWhenNoSweatHasComeInTime) {
    Bench bench;
    bench.rest();
    bench.stimulate();
    bench.run(359.0, 20.0);
    EXPECT_EQ(bench.watch.verdict().state, State::NoResponseYet);
    bench.run(2.0, 20.0);
    EXPECT_EQ(bench.watch.verdict().state, State::NoResponse);
    EXPECT_TRUE(bench.watch.verdict().warns());
    EXPECT_THAT(bench.watch.verdict().remark, HasSubstr("no sweat 6 min"));
}

TEST(EarlyResponse, JudgesAPoorResponseNotBeforeItsTimeAndTakesItBack) {
    Bench bench;
    bench.rest();
    bench.stimulate();
    bench.run(90.0, 20.0);
    bench.run(505.0, 100.0); // 80 above rest
    EXPECT_EQ(bench.watch.verdict().state, State::Sweating);
    bench.run(10.0, 100.0);
    EXPECT_EQ(bench.watch.verdict().state, State::Poor);
    EXPECT_THAT(bench.watch.verdict().remark, HasSubstr("80 nL/min/cm², less than 100"));
    bench.run(40.0, 140.0);
    EXPECT_EQ(bench.watch.verdict().state, State::Sweating);
}

TEST(EarlyResponse, MissingReadingsAreLeftOut) {
    Bench bench;
    bench.rest();
    bench.stimulate();
    bench.run(60.0, 270.0);
    bench.run(20.0, std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(bench.watch.verdict().state, State::Sweating);
    EXPECT_NEAR(*bench.watch.verdict().rise, 250.0, 1e-6);
}

TEST(EarlyResponse, WithoutARateAtRestNothingIsJudged) {
    Bench bench;
    bench.stimulate();
    bench.run(700.0, 20.0);
    EXPECT_EQ(bench.watch.verdict().state, State::Waiting);
    EXPECT_FALSE(bench.watch.verdict().warns());
    EXPECT_THAT(bench.watch.verdict().remark, HasSubstr("not judged"));
}

} // namespace
} // namespace eccrine::analysis
