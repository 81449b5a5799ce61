// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"
#include "recording/csv_reader.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

namespace eccrine::recording {
namespace {

using testing::Contains;
using testing::Not;

/// A response as the synthetic curves have it, with 2 mA for 300 s, at 1 kHz; rh_out_pct repeats itself from
/// `stuck_s` on for 15 s.
std::string csvOf(double stuck_s = -1.0) {
    std::string text = "# eccrine-csv: 1\n# stimulus_start_s: 200\n# stimulus_stop_s: 500\n"
                       "# flow_reference: sccm_0C\n# pressure_kpa: 101.325\n"
                       "time_s,forearm.rh_out_pct,forearm.t_out_c,forearm.flow_sccm,forearm.current_ma\n";
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0.0, 0.05);
    const analysis::tests::Shape shape;
    std::string last;
    for (int i = 0; i < 810'000; ++i) {
        const double t = 0.001 * i;
        const bool stuck = stuck_s > 0.0 && t >= stuck_s && t < stuck_s + 15.0;
        if (!stuck) last = std::to_string(shape.at(t - 200.0) / 38.36 + noise(random));
        text += std::to_string(t) + "," + last + ",32,100," + (t >= 200.0 && t < 500.0 ? "2\n" : "0\n");
    }
    return text;
}

analysis::SiteAnalysis analyzed(const std::string& text, std::size_t mostValues) {
    const auto test = parseCsv(text, "a.csv", {.mostValues = mostValues});
    EXPECT_TRUE(test) << test.error().sentence();
    const auto result = analysis::analyzeTest(*test, {});
    EXPECT_TRUE(result) << result.error().sentence();
    return result->sites.at(0);
}

std::vector<std::string> codesOf(const analysis::SiteAnalysis& site) {
    std::vector<std::string> codes;
    for (const auto& flag : site.flags)
        codes.push_back(flag.code);
    return codes;
}

TEST(LongRecording, ReducedItGivesTheNumbersThatItGivesAtFullRate) {
    const std::string text = csvOf();
    const auto whole = analyzed(text, mostValuesHeld);
    // 5.7 million values into 320 000 and into 80 000: rows at some 60 and some 15 Hz
    for (const std::size_t most : {320'000U, 80'000U}) {
        const auto reduced = analyzed(text, most);
        ASSERT_TRUE(whole.measures && reduced.measures && whole.onset.latency && reduced.onset.latency);
        // the tolerances of thinning_test, wider by the interval of the rows where a time is read off
        EXPECT_NEAR(reduced.measures->volume.value, whole.measures->volume.value,
                    1e-4 * whole.measures->volume.value);
        EXPECT_NEAR(reduced.measures->peak.value, whole.measures->peak.value,
                    1e-3 * whole.measures->peak.value);
        EXPECT_NEAR(reduced.onset.latency->count(), whole.onset.latency->count(), 0.1);
        ASSERT_TRUE(whole.delivered && reduced.delivered);
        EXPECT_NEAR(reduced.delivered->charge.value, 600.0, 0.05);
        EXPECT_NEAR(reduced.delivered->start.count(), 200.0, 0.1);
        EXPECT_TRUE(reduced.usable);
        EXPECT_THAT(codesOf(reduced), Contains("NOT_ASSESSED")) << "ripple";
    }
    EXPECT_THAT(codesOf(whole), Not(Contains("NOT_ASSESSED")));
    EXPECT_THAT(codesOf(analyzed(text, 320'000)), Not(Contains("REDUCED")));
    EXPECT_THAT(codesOf(analyzed(text, 80'000)), Contains("REDUCED"));
}

TEST(LongRecording, ReducedAStuckHygrometerIsStillFound) {
    const std::string text = csvOf(300.0);
    for (const std::size_t most : {mostValuesHeld, std::size_t{320'000}, std::size_t{80'000}}) {
        const auto site = analyzed(text, most);
        EXPECT_THAT(codesOf(site), Contains("FROZEN")) << most;
        EXPECT_FALSE(site.usable);
    }
}

} // namespace
} // namespace eccrine::recording
