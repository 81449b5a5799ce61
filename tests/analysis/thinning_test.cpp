// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"
#include "analysis/thinning.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

HumiditySignals ramp(double rate_hz, int n) {
    HumiditySignals h;
    for (int i = 0; i < n; ++i) {
        h.time_s.push_back(i / rate_hz);
        h.rate_nl_per_min.push_back(i);
    }
    return h;
}

TEST(Thinning, LeavesReadingsAloneThatAreSlowEnough) {
    EXPECT_EQ(Thinning(50.0).factor(ramp(50.0, 20)), 1U);
    EXPECT_EQ(Thinning(50.0).factor(ramp(99.0, 20)), 1U);
    EXPECT_EQ(Thinning(50.0).factor(ramp(100.0, 20)), 2U);
    EXPECT_EQ(Thinning(50.0).factor(ramp(1000.0, 20)), 20U);
    EXPECT_EQ(Thinning(50.0).factor(ramp(1000.0, 10)), std::nullopt);
}

TEST(Thinning, GivesTheMeansOfBlocksAndWaitsForTheLastOne) {
    HumiditySignals out;
    Thinning thinning(25.0);
    ASSERT_TRUE(thinning.extend(ramp(100.0, 14), 4, out));
    EXPECT_THAT(out.rate_nl_per_min, ElementsAre(1.5, 5.5, 9.5));
    EXPECT_THAT(out.time_s, ElementsAre(DoubleEq(0.015), DoubleEq(0.055), DoubleEq(0.095)));
    ASSERT_TRUE(thinning.extend(ramp(100.0, 16), 4, out));
    EXPECT_THAT(out.rate_nl_per_min, ElementsAre(1.5, 5.5, 9.5, 13.5));
}

TEST(Thinning, AMissingSampleDoesNotCountAndABlockOfThemIsMissing) {
    HumiditySignals in = ramp(100.0, 12), out;
    in.rate_nl_per_min[1] = std::numeric_limits<double>::quiet_NaN();
    for (std::size_t i = 4; i < 8; ++i)
        in.rate_nl_per_min[i] = std::numeric_limits<double>::quiet_NaN();
    ASSERT_TRUE(Thinning(25.0).extend(in, 4, out));
    EXPECT_DOUBLE_EQ(out.rate_nl_per_min[0], 5.0 / 3.0);
    EXPECT_TRUE(std::isnan(out.rate_nl_per_min[1]));
    EXPECT_DOUBLE_EQ(out.rate_nl_per_min[2], 9.5);
}

TEST(Thinning, ABlockEndsAtAHole) {
    HumiditySignals in = ramp(100.0, 16), out;
    for (std::size_t i = 6; i < in.time_s.size(); ++i)
        in.time_s[i] += 3.0; // samples 4 and 5 stand before the hole
    ASSERT_TRUE(Thinning(25.0).extend(in, 4, out));
    EXPECT_THAT(out.rate_nl_per_min, ElementsAre(1.5, 4.5, 7.5, 11.5));
}

TEST(Thinning, ATimeThatDoesNotRiseIsRefusedByItsNumber) {
    for (const std::size_t bad : {4U, 6U, 11U}) {
        HumiditySignals in = ramp(100.0, 16), out;
        in.time_s[bad] = in.time_s[bad - 1];
        Thinning thinning(25.0);
        EXPECT_FALSE(thinning.extend(in, 4, out));
        EXPECT_EQ(thinning.refusedAt(), bad);
    }
}

TEST(Thinning, ChangesNoNumberByMoreThanTheNoiseItTakesAway) {
    tests::Chain chain;
    chain.rate_hz = 500.0;
    chain.sensor_s = 4.0;
    const auto test = tests::testOf(tests::siteOf(tests::Shape{}, chain), chain.before_s);
    AnalysisParameters whole;
    whole.mostHz = 1e6;
    const auto a = analyzeTest(test, whole), b = analyzeTest(test, {});
    ASSERT_TRUE(a && b);
    const SiteAnalysis &x = a->sites[0], &y = b->sites[0];
    EXPECT_NEAR(y.measures->volume.value / x.measures->volume.value, 1.0, 1e-6);
    EXPECT_NEAR(y.measures->peak.value / x.measures->peak.value, 1.0, 1e-4);
    EXPECT_NEAR(y.onset.latency->count(), x.onset.latency->count(), 0.05);
}

} // namespace
} // namespace eccrine::analysis
