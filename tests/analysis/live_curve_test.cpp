// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/live_curve.hpp"
#include "analysis/qsart_analysis.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace eccrine::analysis {
namespace {

/// Through humidity, so that the conversion takes part, with noise and a hole.
SiteSignals recorded(double rate_hz = 10.0) {
    tests::Chain chain;
    chain.rate_hz = rate_hz;
    chain.white = 2.0;
    chain.slow = 0.6;
    chain.drift = 0.7;
    chain.sensor_s = 4.0;
    SiteSignals site = tests::siteOf(tests::Shape{}, chain);
    HumiditySignals h;
    for (std::size_t i = 0; i < site.humidity.time_s.size(); ++i) {
        const double t = site.humidity.time_s[i];
        if (t > 400.0 && t < 403.0) continue;
        h.time_s.push_back(t);
        h.humidityOut_pct.push_back(site.humidity.rate_nl_per_min[i] / 38.4);
        h.temperatureOut_c.push_back(32.0);
        h.flow_sccm.push_back(100.0);
    }
    site.humidity = h;
    site.flowReference = FlowReference{};
    return site;
}

/// The first samples of a site.
SiteSignals until(const SiteSignals& whole, std::size_t n) {
    SiteSignals part = whole;
    part.humidity.time_s.resize(n);
    part.humidity.humidityOut_pct.resize(n);
    part.humidity.temperatureOut_c.resize(n);
    part.humidity.flow_sccm.resize(n);
    if (!part.humidity.pressure_kpa.empty()) part.humidity.pressure_kpa.resize(n);
    return part;
}

class Pieces : public testing::TestWithParam<std::size_t> {};

TEST_P(Pieces, EndWithTheBitsOfTheWholeRecording) {
    const SiteSignals site = recorded();
    const tests::Chain chain;
    const auto result = analyzeTest(tests::testOf(site, chain.before_s), {});
    ASSERT_TRUE(result);
    const SiteAnalysis& offline = result->sites[0];

    LiveCurve live;
    const std::size_t n = site.humidity.time_s.size();
    for (std::size_t end = GetParam(); end < n + GetParam(); end += GetParam()) {
        const SiteSignals part = until(site, std::min(end, n));
        ASSERT_TRUE(live.extend(part));
        if (part.humidity.time_s.back() >= chain.before_s) live.startStimulus(chain.before_s);
    }
    ASSERT_TRUE(live.baseline() && live.volume());
    EXPECT_EQ(live.baseline()->level.value, offline.baseline->level.value);
    EXPECT_EQ(live.baseline()->slope_nl_per_min2, offline.baseline->slope_nl_per_min2);
    EXPECT_EQ(live.volume()->value, offline.measures->volume.value);
    const auto onset = live.onset(site.capsule);
    ASSERT_TRUE(onset && onset->latency && offline.onset.latency);
    EXPECT_EQ(onset->latency->count(), offline.onset.latency->count());
    EXPECT_EQ(onset->halfWidth->count(), offline.onset.halfWidth->count());
    const auto& rates = live.curve().rate_nl_per_min;
    ASSERT_EQ(rates.size(), offline.curve.rate_nl_per_min.size());
    for (std::size_t i = 0; i < rates.size(); ++i)
        ASSERT_EQ(rates[i], offline.curve.rate_nl_per_min[i]) << i;
}

INSTANTIATE_TEST_SUITE_P(Samples, Pieces, testing::Values(97U, 100U, 1000U, 100000U));

TEST(LiveCurve, ThinsFastReadingsAsTheWholeRecordingDoes) {
    const SiteSignals site = recorded(400.0);
    const tests::Chain chain;
    const auto result = analyzeTest(tests::testOf(site, chain.before_s), {});
    ASSERT_TRUE(result);
    LiveCurve live;
    const std::size_t n = site.humidity.time_s.size();
    for (std::size_t end = 997; end < n + 997; end += 997) {
        const SiteSignals part = until(site, std::min(end, n));
        ASSERT_TRUE(live.extend(part));
        if (part.humidity.time_s.back() >= chain.before_s + 1.0) live.startStimulus(chain.before_s);
    }
    const SiteAnalysis& offline = result->sites[0];
    EXPECT_EQ(offline.curve.time_s.size(), live.curve().time_s.size());
    EXPECT_LT(offline.curve.time_s.size(), n / 7); // 400 Hz to 50 Hz
    EXPECT_EQ(live.volume()->value, offline.measures->volume.value);
    EXPECT_EQ(live.onset(site.capsule)->latency->count(), offline.onset.latency->count());
}

TEST(LiveCurve, LeavesOutAndAssumesWhatTheWholeRecordingDoes) {
    SiteSignals site = recorded();
    auto& h = site.humidity;
    h.pressure_kpa.assign(h.time_s.size(), 98.0);
    for (std::size_t i = 3000; i < 3400; ++i)
        h.pressure_kpa[i] = std::nan(""); // assumed
    for (std::size_t i = 4300; i < 4320; ++i)
        h.pressure_kpa[i] = 1013.25; // left out
    h.flow_sccm[5000] = 5000.0;
    const tests::Chain chain;
    const auto result = analyzeTest(tests::testOf(site, chain.before_s), {});
    ASSERT_TRUE(result);
    LiveCurve live;
    const std::size_t n = h.time_s.size();
    for (std::size_t end = 97; end < n + 97; end += 97) {
        const SiteSignals part = until(site, std::min(end, n));
        ASSERT_TRUE(live.extend(part));
        if (part.humidity.time_s.back() >= chain.before_s) live.startStimulus(chain.before_s);
    }
    EXPECT_EQ(live.volume()->value, result->sites[0].measures->volume.value);
    EXPECT_EQ(live.onset(site.capsule)->latency, result->sites[0].onset.latency);
    EXPECT_FALSE(std::isnan(live.curve().rate_nl_per_min[3200]));
    EXPECT_TRUE(std::isnan(live.curve().rate_nl_per_min[4310]));
    EXPECT_TRUE(std::isnan(live.curve().rate_nl_per_min[5000]));
}

/// Every 70th reading a spike of one, in turn up and down, at the beginning, in the baseline, in the rise.
SiteSignals withSpikes(SiteSignals site) {
    std::vector<double>& humidity = site.humidity.humidityOut_pct;
    for (std::size_t i = 0; i < humidity.size(); i += 70)
        humidity[i] += i % 140 == 0 ? 8.0 : -5.0;
    return site;
}

TEST(LiveCurve, ReplacesTheSpikesThatTheWholeRecordingDoesInWhateverPiecesTheyCome) {
    const tests::Chain chain;
    for (const double rate_hz : {10.0, 400.0}) {
        const SiteSignals site = withSpikes(recorded(rate_hz));
        const auto result = analyzeTest(tests::testOf(site, chain.before_s), {});
        ASSERT_TRUE(result);
        const SiteAnalysis& offline = result->sites[0];
        ASSERT_TRUE(std::any_of(offline.flags.begin(), offline.flags.end(),
                                [](const QualityFlag& f) { return f.code == "SPIKES"; }));
        const auto factor = static_cast<std::size_t>(rate_hz / 10.0);
        for (const std::size_t piece : {70 * factor, 71 * factor, std::size_t{1000}}) {
            LiveCurve live;
            const std::size_t n = site.humidity.time_s.size();
            for (std::size_t end = piece; end < n + piece; end += piece) {
                // a piece that ends with a spike, whose neighbour is not there yet, and one more
                for (const std::size_t now : {end, end + 1}) {
                    const SiteSignals part = until(site, std::min(now, n));
                    ASSERT_TRUE(live.extend(part));
                    if (part.humidity.time_s.back() >= chain.before_s + 1.0)
                        live.startStimulus(chain.before_s);
                }
            }
            ASSERT_TRUE(live.baseline() && live.volume());
            EXPECT_EQ(live.baseline()->level.value, offline.baseline->level.value) << rate_hz << ' ' << piece;
            EXPECT_EQ(live.volume()->value, offline.measures->volume.value) << rate_hz << ' ' << piece;
            const auto& rates = live.curve().rate_nl_per_min;
            ASSERT_EQ(rates.size(), offline.curve.rate_nl_per_min.size());
            for (std::size_t i = 0; i < rates.size(); ++i)
                ASSERT_EQ(rates[i], offline.curve.rate_nl_per_min[i]) << i;
        }
    }
}

TEST(LiveCurve, AReadingThatMayBeASpikeWaitsForTheNextOne) {
    SiteSignals site = until(recorded(), 502);
    site.humidity.humidityOut_pct[500] += 8.0;
    LiveCurve live;
    ASSERT_TRUE(live.extend(until(site, 501)));
    EXPECT_EQ(live.curve().time_s.size(), 500U);
    ASSERT_TRUE(live.extend(site));
    ASSERT_EQ(live.curve().time_s.size(), 502U);
    EXPECT_NEAR(live.curve().rate_nl_per_min[500], live.curve().rate_nl_per_min[499], 15.0);
}

TEST(LiveCurve, HasNoOnsetAndNoVolumeBeforeTheStimulus) {
    LiveCurve live;
    ASSERT_TRUE(live.extend(until(recorded(), 1500)));
    EXPECT_FALSE(live.volume());
    EXPECT_FALSE(live.onset({}));
}

TEST(LiveCurve, TheProvisionalOnsetIsThereSoonAfterTheRiseAndNearTheFinalOne) {
    const SiteSignals site = recorded();
    const tests::Chain chain;
    LiveCurve live;
    ASSERT_TRUE(live.extend(until(site, static_cast<std::size_t>((chain.before_s + 180.0) * chain.rate_hz))));
    live.startStimulus(chain.before_s);
    const auto onset = live.onset(site.capsule);
    ASSERT_TRUE(onset && onset->latency);
    EXPECT_NEAR(onset->latency->count(), 105.0, 10.0); // the shape's latency
}

TEST(LiveCurve, ASiteWithoutAFlowReferenceIsRefusedAndTakesNothing) {
    SiteSignals site = recorded();
    site.flowReference.reset();
    LiveCurve live;
    const auto done = live.extend(site);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), testing::HasSubstr("reference"));
    EXPECT_TRUE(live.curve().time_s.empty());
}

} // namespace
} // namespace eccrine::analysis
