// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/onset.hpp"
#include "analysis/sweat_curve.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

using tests::Chain;
using tests::Shape;

struct Found {
    Onset onset;
    double peak = 0.0;
};

Found find(const Shape& shape, const Chain& chain, const AnalysisParameters& p = {}) {
    const auto site = tests::siteOf(shape, chain);
    const RateCurve curve{site.humidity.time_s, site.humidity.rate_nl_per_min};
    const auto means = secondMeans(curve, chain.before_s);
    const auto baseline = estimateBaseline(means, p);
    const auto measures = measureCurve(curve, chain.before_s, 300.0, *baseline, p);
    return {findOnset(means, *baseline, measures->peak.value, site.capsule, p), measures->peak.value};
}

Chain noisy(unsigned seed) {
    Chain c;
    c.white = 2.0;
    c.slow = 0.6;
    c.seed = seed;
    return c;
}

Shape scaled(double microlitres, bool sigmoid) {
    Shape s;
    s.amplitude = (sigmoid ? 333.4 : 280.7) * microlitres;
    if (sigmoid) {
        s.rise_s = 120.0;
        s.exponent = 2.0;
    }
    return s;
}

struct Case {
    double volume_ul;
    bool sigmoid;
    double worstBias_s;
};

class RiseOverSeeds : public testing::TestWithParam<Case> {};

TEST_P(RiseOverSeeds, HasABiasOfAtMostFifteenSecondsAndNoEarlyOnset) {
    // acceptance: bias <= 15 s, nothing more than 30 s early at 203 nL and above
    constexpr unsigned seeds = 40;
    double sum = 0.0;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        const auto onset = find(scaled(GetParam().volume_ul, GetParam().sigmoid), noisy(seed)).onset;
        ASSERT_EQ(onset.verdict, Onset::Verdict::Found) << "seed " << seed;
        EXPECT_GT(onset.latency->count(), 105.0 - 30.0) << "seed " << seed;
        sum += onset.latency->count() - 105.0;
    }
    EXPECT_LE(std::abs(sum / seeds), GetParam().worstBias_s);
}

INSTANTIATE_TEST_SUITE_P(Shapes, RiseOverSeeds,
                         testing::Values(Case{1.079, false, 1.0}, Case{1.079, true, 5.0},
                                         Case{0.203, false, 3.0}, Case{0.203, true, 8.0}));

TEST(Rise, FindsNoOnsetInABlankCurve) {
    // at most 1 % false onsets with a baseline of 180 s
    int falseOnsets = 0;
    Shape still;
    still.amplitude = 0.0;
    for (unsigned seed = 1; seed <= 200; ++seed)
        falseOnsets += find(still, noisy(seed)).onset.verdict == Onset::Verdict::Found ? 1 : 0;
    EXPECT_LE(falseOnsets, 2);
}

TEST(Rise, SeesTheSkinThroughCapsuleTubeAndSensor) {
    for (const double sensor : {0.0, 5.0, 10.0}) {
        Chain chain;
        chain.white = 0.5;
        chain.washout_s = 0.6;
        chain.sensor_s = sensor;
        chain.delay_s = 2.0;
        const auto onset = find(Shape{}, chain).onset;
        ASSERT_TRUE(onset.latency) << sensor;
        EXPECT_NEAR(onset.latency->count(), 105.0, 5.0) << "sensor lag " << sensor << " s";
        EXPECT_TRUE(onset.lagCorrected);
    }
}

TEST(Rise, WithoutLagCorrectionTheLatencyContainsTheDelay) {
    Chain chain;
    chain.white = 0.5;
    chain.delay_s = 8.0;
    AnalysisParameters off;
    off.lagCorrection = false;
    const double with = find(Shape{}, chain).onset.latency->count();
    const double without = find(Shape{}, chain, off).onset.latency->count();
    EXPECT_NEAR(without - with, 8.0, 1.0);
}

TEST(Rise, SaysIndeterminateWhenTheStartIsNotKnownWellEnough) {
    AnalysisParameters strict;
    strict.onsetIndeterminate_s = 0.1;
    const auto onset = find(scaled(0.203, true), noisy(3), strict).onset;
    EXPECT_EQ(onset.verdict, Onset::Verdict::Indeterminate);
    EXPECT_FALSE(onset.latency);
    EXPECT_TRUE(onset.halfWidth);
}

TEST(Rise, FollowsTheLatencyOverTheWholeRange) {
    for (const double latency : {60.0, 90.0, 120.0, 150.0}) {
        Shape s;
        s.latency_s = latency;
        EXPECT_NEAR(find(s, noisy(1)).onset.latency->count(), latency, 5.0);
    }
}

TEST(Rise, IsFoundWhereSecondsAreMissing) {
    Chain chain;
    chain.white = 0.5;
    auto site = tests::siteOf(Shape{}, chain);
    auto& rate = site.humidity.rate_nl_per_min;
    for (std::size_t i = 0; i < rate.size(); ++i)
        if (i % 700 < 40) rate[i] = std::numeric_limits<double>::quiet_NaN(); // 4 s of every 70 s
    const RateCurve curve{site.humidity.time_s, rate};
    const auto means = secondMeans(curve, chain.before_s);
    const auto baseline = estimateBaseline(means, {});
    const auto onset = findOnset(means, *baseline, 259.0, site.capsule, {});
    ASSERT_TRUE(onset.latency);
    EXPECT_NEAR(onset.latency->count(), 105.0, 2.0);
}

TEST(Rise, ItsIntervalHoldsTheTruthAboutAsOftenAsItSays) {
    struct Kind {
        double scale;
        bool sigmoid;
        int leastInside; ///< of 100; a weak response with a rounded beginning is the known weakness
                         ///< (docs/analysis.md)
    };
    for (const Kind kind :
         {Kind{1.0, false, 95}, Kind{1.0, true, 80}, Kind{0.203, false, 90}, Kind{0.203, true, 55}}) {
        int inside = 0, found = 0;
        for (unsigned seed = 1; seed <= 100; ++seed) {
            const auto onset = find(scaled(kind.scale, kind.sigmoid), noisy(seed)).onset;
            if (!onset.latency) continue;
            ++found;
            inside += std::abs(onset.latency->count() - 105.0) <= onset.halfWidth->count() ? 1 : 0;
        }
        EXPECT_GE(found, 95) << kind.scale << kind.sigmoid;
        EXPECT_GE(inside, kind.leastInside) << kind.scale << kind.sigmoid;
    }
}

AnalysisParameters by(OnsetMethod method) {
    AnalysisParameters p;
    p.onsetMethod = method;
    return p;
}

TEST(Hinge, IsALittleEarlyOnASharpResponseAndLateOnARoundedOne) {
    // the reason why it is not the default; biases of the simulation in docs/analysis.md
    EXPECT_NEAR(find(scaled(1.079, false), noisy(1), by(OnsetMethod::Hinge)).onset.latency->count(), 102.7,
                1.5);
    EXPECT_NEAR(find(scaled(1.079, true), noisy(1), by(OnsetMethod::Hinge)).onset.latency->count(), 112.2,
                2.0);
}

TEST(Segmented, IsLateOnARoundedResponse) {
    EXPECT_NEAR(find(scaled(1.079, true), noisy(1), by(OnsetMethod::Segmented)).onset.latency->count(), 127.4,
                2.0);
}

TEST(Cusum, FindsAStrongOnsetButAlsoOnsetsInBlankCurves) {
    Chain quiet;
    quiet.white = 0.5;
    EXPECT_NEAR(find(Shape{}, quiet, by(OnsetMethod::Cusum)).onset.latency->count(), 105.0, 3.0);
    Shape still;
    still.amplitude = 0.0;
    int falseOnsets = 0;
    for (unsigned seed = 1; seed <= 40; ++seed)
        falseOnsets += find(still, noisy(seed), by(OnsetMethod::Cusum)).onset.latency.has_value() ? 1 : 0;
    EXPECT_GT(falseOnsets, 5) << "hygrometer noise is correlated; published: about half";
}

TEST(EveryMethod, GivesNoOnsetToACurveThatFalls) {
    Shape falling;
    falling.amplitude = -20.0;
    for (const auto method : {OnsetMethod::Rise, OnsetMethod::Hinge, OnsetMethod::Segmented,
                              OnsetMethod::ThresholdSd, OnsetMethod::Cusum})
        EXPECT_FALSE(find(falling, noisy(2), by(method)).onset.latency) << nameOf(method);
}

TEST(ThresholdSd, ReportsTheFirstSecondThatStaysAboveTheNoise) {
    AnalysisParameters p;
    p.onsetMethod = OnsetMethod::ThresholdSd;
    Chain quiet;
    quiet.white = 0.5;
    const auto onset = find(Shape{}, quiet, p).onset;
    ASSERT_TRUE(onset.latency);
    EXPECT_NEAR(onset.latency->count(), 105.0, 2.0);
}

TEST(ThresholdSd, IsLateOnASmallRoundedResponse) {
    // the reason why it is not the default: published late by 17 to 48 s
    AnalysisParameters p;
    p.onsetMethod = OnsetMethod::ThresholdSd;
    EXPECT_GT(find(scaled(0.070, true), noisy(2), p).onset.latency->count(), 105.0 + 15.0);
}

} // namespace
} // namespace eccrine::analysis

namespace eccrine::analysis {
namespace {

class FittedTo : public testing::TestWithParam<OnsetMethod> {};

TEST_P(FittedTo, TheCourseLeavesWhatTheNoiseIs) {
    // white noise of 2 nL/min at 10 Hz: one-second means scatter by 2/sqrt(10)
    tests::Chain chain;
    chain.white = 2.0;
    chain.sensor_s = 4.0;
    const auto site = tests::siteOf(tests::Shape{}, chain);
    const RateCurve curve{site.humidity.time_s, site.humidity.rate_nl_per_min};
    AnalysisParameters p;
    p.onsetMethod = GetParam();
    const auto means = secondMeans(curve, chain.before_s);
    const auto baseline = estimateBaseline(means, p);
    const Onset onset = findOnset(means, *baseline, 262.0, site.capsule, p);
    ASSERT_TRUE(onset.course);
    double squares = 0.0;
    const auto& fitted = onset.course->rate_nl_per_min;
    for (std::size_t i = 0; i < fitted.size(); ++i) {
        const auto at =
            static_cast<std::size_t>(onset.course->first_s + static_cast<double>(i) - means.timeOf(0));
        squares += (means.mean[at] - fitted[i]) * (means.mean[at] - fitted[i]);
    }
    const double scatter = std::sqrt(squares / static_cast<double>(fitted.size() - 4));
    // A rise is the shape itself; a hinge is a power law that bends away from it by some nL/min.
    EXPECT_NEAR(scatter, 2.0 / std::sqrt(10.0), GetParam() == OnsetMethod::Rise ? 0.1 : 2.0);
}
INSTANTIATE_TEST_SUITE_P(Methods, FittedTo, testing::Values(OnsetMethod::Rise, OnsetMethod::Hinge));

} // namespace
} // namespace eccrine::analysis
