// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <sstream>

namespace eccrine::analysis {
namespace {

/// Everything that the parameters can change, as text.
std::string fingerprint(const RecordedTest& test, const AnalysisParameters& p) {
    const auto result = analyzeTest(test, p);
    if (!result) return result.error().sentence();
    std::ostringstream out;
    out.precision(12);
    for (const SiteAnalysis& s : result->sites) {
        out << s.usable << ' ' << static_cast<int>(s.normBar.cause) << ' ';
        for (const auto& f : s.flags)
            out << f.code << ' ';
        if (s.baseline)
            out << s.baseline->level.value << ' ' << s.baseline->noise.value << ' ' << s.baseline->drifting
                << ' ';
        out << static_cast<int>(s.onset.verdict) << ' ' << (s.onset.latency ? s.onset.latency->count() : -1.0)
            << ' ';
        if (s.measures)
            out << s.measures->peak.value << ' ' << s.measures->volume.value << ' ' << s.peakReliable << ' ';
        if (s.delivered) out << s.delivered->duration.count() << ' ';
    }
    return out.str();
}

/// On the ways of gas and current of both sites, nothing that a default limit would take for a fault, and
/// something that a stricter one does: a loss of 2 %, a room that the first outlet follows a little and the
/// second one among other things, a humid second outlet, a regular disturbance, a break of 0.3 s and a source
/// at 50 V.
void doubtfulWays(RecordedTest& test) {
    const double toOutlet = 0.627; // of %RH at 24 °C to %RH at 32 °C
    for (SiteSignals& site : test.sites) {
        const bool second = &site == &test.sites[1];
        HumiditySignals& h = site.humidity;
        for (std::size_t i = 0; i < h.time_s.size(); ++i) {
            const double t = h.time_s[i], room = 10.0 * std::sin(t / 13.0);
            const bool stuck = t > 750.0 && t < 753.0;
            if (!stuck) h.humidityOut_pct[i] += (second ? 0.012 : 0.002) * toOutlet * room;
            if (second)
                h.humidityOut_pct[i] += 12.0 + 0.15 * std::sin(t / 9.1 + 0.5) +
                                        1.0 / 38.4 * std::sin(2.0 * std::numbers::pi * 1.7 * t);
            h.roomHumidity_pct.push_back(45.0 + room);
            h.roomTemperature_c.push_back(24.0);
            h.flowOut_sccm.push_back(0.98 * h.flow_sccm[i]);
        }
    }
    CurrentSignals& c = test.sites[1].current;
    for (std::size_t i = 0; i < c.time_s.size(); ++i) {
        const double t = c.time_s[i] - 200.0;
        if (t > 50.0 && t < 50.3) c.current_ma[i] = 0.0;
        if (t > 60.0 && t < 70.0) c.current_ma[i] = 1.7;
        c.voltage_v.push_back(t > 60.0 && t < 70.0 ? 49.5 : 15.0);
    }
    test.meta["protocol.voltage_limit_v"] = "60";
}

/// Two sites with humidity instead of a rate, and something for every parameter to act on: a hole, a wet
/// moment, a dry one, a spike, a stop of the gas, a burst, a warm minute, a reading that repeats itself,
/// current with ramps and ripple.
RecordedTest humidityTest(double noise) {
    tests::Chain chain;
    chain.white = noise;
    chain.slow = 0.1 * noise;
    chain.drift = 0.1;
    chain.sensor_s = 4.0;
    auto site = tests::siteOf(tests::Shape{}, chain);
    const auto& h = site.humidity;
    HumiditySignals out;
    for (std::size_t i = 0; i < h.time_s.size(); ++i) {
        const double t = h.time_s[i];
        if (t > 400.0 && t < 403.0) continue; // a hole of 3 s
        const bool alone = std::abs(t - 505.0) < 0.05;
        if (t > 503.5 && t < 506.5 && !alone) continue; // one sample in another
        const bool gasStopped = t > 4.0 && t < 16.0;
        double humidity = h.rate_nl_per_min[i] / 38.4;    // 100 sccm, 32 °C
        if (t > 639.85 && t < 640.05) humidity += 50.0;   // in two seconds, a lift-off of neither
        if (std::abs(t - 450.0) < 0.05) humidity += 12.0; // a spike of one reading
        if (alone) humidity += 6.0;
        if (t > 600.0 && t < 610.0) humidity += 20.0 / 38.4;
        if (gasStopped) humidity += 0.25 * (t - 4.0);
        if (t > 750.0 && t < 753.0) humidity = 2.0;
        if (t > 765.0 && t < 778.0) humidity -= 2.0; // drier than the inlet
        out.time_s.push_back(t);
        out.humidityOut_pct.push_back(humidity);
        out.temperatureOut_c.push_back(32.0 + 1e-4 * t + (t > 700.0 && t < 760.0 ? 0.3 : 0.0));
        out.pressure_kpa.push_back(101.0);
        out.flow_sccm.push_back(gasStopped ? 0.5 : t > 780.0 ? 102.0 : 100.0);
    }
    site.humidity = out;
    site.flowReference = FlowReference{};
    auto test = tests::testOf(site, chain.before_s);
    auto& c = test.sites[0].current;
    c = {};
    for (int i = 0; i < 240'000; ++i) { // ramps of 20 s
        const double at = i / 300.0;
        const double t = at - chain.before_s;
        const double mains = 1.0 + 0.01 * std::sin(2.0 * std::numbers::pi * 50.0 * at);
        c.time_s.push_back(at);
        c.current_ma.push_back(
            t < 0 || t >= 300 ? 0.0 : mains * std::min({2.0, 0.1 * (t + 0.1), 0.1 * (300.1 - t)}));
    }
    test.meta["protocol.charge_mc"] = "570";
    test.sites.push_back(test.sites[0]);
    test.sites[1].site = "foot";
    doubtfulWays(test);
    return test;
}

struct Change {
    const char* name;
    const char* value;
    OnsetMethod method = OnsetMethod::Rise; ///< under which the parameter means something
    double noise = 1.0;                     ///< nL/min, at which it can be seen
};

class EachParameter : public testing::TestWithParam<Change> {};

TEST_P(EachParameter, ChangesTheAnswer) {
    const auto test = humidityTest(GetParam().noise);
    AnalysisParameters before, after;
    before.onsetMethod = after.onsetMethod = GetParam().method;
    const auto done = setParameter(after, GetParam().name, GetParam().value);
    ASSERT_TRUE(done) << done.error().sentence();
    EXPECT_NE(fingerprint(test, before), fingerprint(test, after));
}

const Change changes[]{{"enhancement.on", "off"},
                       {"saturation.formula", "magnus"},
                       {"rate.most_hz", "2"},
                       {"window.s", "480"},
                       {"volume.from", "onset"},
                       {"baseline.window_s", "100"},
                       {"baseline.level_s", "30"},
                       {"baseline.slope_limit_nl_per_min2", "0"},
                       {"peak.smoothing_s", "20"},
                       {"peak.least_share", "0"},
                       {"onset.method", "threshold-sd"},
                       {"onset.min_f", "1e12"},
                       {"onset.rise_fraction", "0.4"},
                       {"onset.noise_correlation", "50"},
                       {"onset.rounded_prior", "1e-6", OnsetMethod::Rise, 10.0},
                       {"onset.course_s", "30"},
                       {"onset.indeterminate_s", "0"},
                       {"onset.sd", "20", OnsetMethod::ThresholdSd},
                       {"onset.hold_s", "100", OnsetMethod::ThresholdSd},
                       {"onset.cusum_slack", "5", OnsetMethod::Cusum},
                       {"onset.cusum_limit", "0.1", OnsetMethod::Cusum},
                       {"onset.earliest_s", "200"},
                       {"onset.latest_s", "50"},
                       {"onset.least_filled", "1", OnsetMethod::Rise, 1000.0}, // no onset in such noise
                       {"lag.correction", "off"},
                       {"gap.s", "5"},
                       {"gap.total_s", "1"},
                       {"plausible.pressure_least_kpa", "105"},
                       {"plausible.pressure_most_kpa", "100"},
                       {"plausible.flow_least_sccm", "101"},
                       {"plausible.flow_most_sccm", "99"},
                       {"plausible.rate_nl_per_min", "200"},
                       {"spikes.least_pct", "20"},
                       {"spikes.noise_factor", "1000"},
                       {"spikes.response_s", "0.02"},
                       {"spikes.share", "0"},
                       {"saturation.pct", "50"},
                       {"frozen.s", "2"},
                       {"detach.jump_pct", "2"},
                       {"wet.pct", "6"},
                       {"leak.rise_pct", "20"},
                       {"leak.flow_mismatch", "0.01"},
                       {"ingress.correlation", "0.2"},
                       {"ingress.share", "0.0002"},
                       {"condensation.margin_k", "-20"},
                       {"noise.white_nl_per_min", "0.1"},
                       {"noise.line_nl_per_min", "0.1"},
                       {"detach.open_s", "0.1"},
                       {"detach.compliance_share", "0.5"},
                       {"stimulus.compliance_v", "50"},
                       {"flow.tolerance", "0.01"},
                       {"thermal.drift_k_per_min", "0.001"},
                       {"thermal.range_k", "0.1"},
                       {"unsettled.spread_nl_per_min", "0.1"},
                       {"unsettled.range_nl_per_min", "0.1"},
                       {"unsettled.slope_nl_per_min2", "0.01"},
                       {"resting.high_nl_per_min", "10"},
                       {"flooded.nl_per_min", "100"},
                       {"dry_inlet.share", "0"},
                       {"burst.nl_per_min", "900"},
                       {"ripple.limit", "0.001"},
                       {"stimulus.fraction", "0.5"},
                       {"stimulus.low", "1"},
                       {"stimulus.start_tolerance_s", "1"},
                       {"stimulus.planned_charge_mc", "900"},
                       {"persistent.residual", "0"},
                       {"persistent.off_t50_s", "10"},
                       {"norm.window_s", "500"}};

INSTANTIATE_TEST_SUITE_P(Table, EachParameter, testing::ValuesIn(changes), [](const auto& change) {
    std::string name = change.param.name;
    std::replace_if(
        name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
    return name;
});

TEST(Parameters, TheTableAboveCoversEveryOne) {
    for (const auto& p : parameterList({})) {
        const bool covered = std::any_of(std::begin(changes), std::end(changes),
                                         [&](const Change& c) { return p.name == c.name; });
        EXPECT_TRUE(covered) << p.name;
    }
}

TEST(Parameters, EachIsListedWithTheValueThatSetItAgain) {
    for (const auto& p : parameterList({})) {
        AnalysisParameters copy;
        if (!p.value.empty()) {
            EXPECT_TRUE(setParameter(copy, p.name, p.value)) << p.name;
        }
        EXPECT_FALSE(p.meaning.empty());
    }
}

TEST(Parameters, AMistypedNameIsAnsweredWithTheNearest) {
    AnalysisParameters p;
    const auto done = setParameter(p, "onset.minf", "3");
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().exitCode(), 2);
    EXPECT_THAT(done.error().sentence(), testing::HasSubstr("onset.min_f"));
}

TEST(Parameters, AValueThatCannotBeIsRefusedAndChangesNothing) {
    AnalysisParameters p;
    for (const char* value : {"", "much", "1,5", "nan", "-1", "1e9"})
        EXPECT_FALSE(setParameter(p, "window.s", value)) << value;
    EXPECT_FALSE(setParameter(p, "lag.correction", "yes"));
    EXPECT_FALSE(setParameter(p, "onset.method", "eye"));
    EXPECT_EQ(p.window_s, AnalysisParameters{}.window_s);
}

} // namespace
} // namespace eccrine::analysis
