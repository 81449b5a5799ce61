// SPDX-License-Identifier: GPL-3.0-or-later
// Expected: F-8 of the fault catalogue, spikes of one sample.
#include "analysis/spikes.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace eccrine::analysis {
namespace {

using Numbers = std::vector<std::size_t>;

HumiditySignals gas(std::vector<double> values, double interval_s = 0.02) {
    HumiditySignals out;
    out.humidityOut_pct = std::move(values);
    for (std::size_t i = 0; i < out.humidityOut_pct.size(); ++i)
        out.time_s.push_back(static_cast<double>(i) * interval_s);
    return out;
}

TEST(Spikes, AreSamplesThatLeaveTheirNeighboursAndAreBackWithTheNext) {
    EXPECT_EQ(spikesOf(gas({5.0, 5.1, 10.2, 5.0, 5.1, 5.0, 3.2, 5.1}), 1.5), (Numbers{2, 6}));
}

TEST(Spikes, AStepARampAndNoiseAreNone) {
    EXPECT_EQ(spikesOf(gas({5.0, 5.0, 9.0, 9.0, 9.0}), 1.5), Numbers{});
    EXPECT_EQ(spikesOf(gas({5.0, 7.0, 9.0, 11.0, 13.0}), 1.5), Numbers{});
    EXPECT_EQ(spikesOf(gas({5.0, 6.5, 5.0, 6.5, 5.0}), 1.5), Numbers{});
    EXPECT_EQ(spikesOf(gas({5.0, 9.0, 9.0, 5.0, 5.0}), 1.5), Numbers{}) << "two samples";
}

TEST(Spikes, InSlowReadingsTheGasCouldBeIt) {
    EXPECT_EQ(spikesOf(gas({5.0, 5.0, 10.0, 5.0, 5.0}, 0.13), 1.5), Numbers{});
    EXPECT_EQ(spikesOf(gas({5.0, 5.0, 10.0, 5.0, 5.0}, 0.1), 1.5), Numbers{2});
}

TEST(Spikes, AMissingNeighbourIsNoEvidence) {
    EXPECT_EQ(spikesOf(gas({5.0, std::nan(""), 10.0, 5.0}), 1.5), Numbers{});
    EXPECT_EQ(spikesOf(gas({5.0, 10.0, std::nan(""), 5.0}), 1.5), Numbers{});
    EXPECT_EQ(spikesOf(gas({}), 1.5), Numbers{});
    EXPECT_EQ(spikesOf(gas({5.0}), 1.5), Numbers{});
}

TEST(Spikes, LeftOutTheOthersStayToTheBit) {
    SiteSignals site;
    site.site = "foot";
    site.humidity = gas({5.0, 5.1, 10.2, 5.0});
    EXPECT_FALSE(withoutReadings(site, {}));
    const auto rest = withoutReadings(site, {2});
    ASSERT_TRUE(rest);
    EXPECT_EQ(rest->site, "foot");
    EXPECT_TRUE(std::isnan(rest->humidity.humidityOut_pct[2]));
    for (const std::size_t i : {0U, 1U, 3U})
        EXPECT_EQ(rest->humidity.humidityOut_pct[i], site.humidity.humidityOut_pct[i]);
}

} // namespace
} // namespace eccrine::analysis
