// SPDX-License-Identifier: GPL-3.0-or-later
// The acceptance tests of the analysis, one for each row of docs/analysis.md, "Acceptance". Expected values
// are those of the row; where a row is a table, the test of the unit reproduces it in full and is named
// there.
#include "analysis/live_curve.hpp"
#include "analysis/norms/comparison.hpp"
#include "analysis/psychrometrics.hpp"
#include "analysis/qsart_analysis.hpp"
#include "analysis/sweat_rate.hpp"
#include "tests/analysis/norms/example_norms.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace eccrine::analysis {
namespace {

using testing::HasSubstr;

bool flagged(const SiteAnalysis& s, const char* code) {
    return std::any_of(s.flags.begin(), s.flags.end(), [&](const auto& f) { return f.code == code; });
}

double meanOf(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double v : values)
        sum += v;
    return sum / static_cast<double>(values.size());
}
double deviationOf(const std::vector<double>& values) {
    const double mean = meanOf(values);
    double sum = 0.0;
    for (const double v : values)
        sum += (v - mean) * (v - mean);
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

SiteAnalysis analyse(RecordedTest test) {
    const auto result = analyzeTest(test, {});
    EXPECT_TRUE(result) << result.error().sentence();
    return result ? result->sites.at(0) : SiteAnalysis{};
}

// 1. Saturation pressure, enhancement factor, mole ratio and rate within 1e-6. The whole tables:
// SaturationTable, SaturationPressure, WaterDensity (psychrometrics_test), SweatRate (sweat_rate_test).
TEST(Acceptance, Row1PsychrometricsAgreeWithTheReferenceTableTo1e6) {
    EXPECT_NEAR(saturationPressure(kelvinsOf({32.0})).value / 4759.555, 1.0, 1e-6);
    EXPECT_NEAR(enhancementFactor({101325.0}), 1.004719, 1e-6);
    const HumidityReading in{.humidityIn = {2.0},
                             .temperatureIn = {24.0},
                             .humidityOut = {35.0},
                             .temperatureOut = {32.0},
                             .pressure = {101325.0},
                             .flow = {100.0}};
    const auto rate = sweatRateOf(in, FlowReference{}, true);
    ASSERT_TRUE(rate);
    EXPECT_NEAR(rate->ratioIn / 0.00059246, 1.0, 1e-5); // as many digits as the table prints
    EXPECT_NEAR(rate->ratioOut / 0.01679562, 1.0, 1e-6);
    EXPECT_NEAR(rate->rate.value / 1304.6715, 1.0, 1e-6);
}

// 2. A constant rate through a chain with a time constant of 5 s and a delay of 2 s: volume within 0.1 %.
TEST(Acceptance, Row2LagDoesNotChangeTheVolume) {
    tests::Shape plateau; // 100 nL/min from 60 s to 308 s, all but at once, and back as quickly
    plateau.amplitude = 100.0;
    plateau.latency_s = 60.0;
    plateau.rise_s = 0.01;
    plateau.decay_s = 0.01;
    tests::Chain chain;
    chain.sensor_s = 5.0;
    chain.delay_s = 2.0;
    const auto s = analyse(tests::testOf(tests::siteOf(plateau, chain), chain.before_s));
    ASSERT_TRUE(s.measures);
    const double expected_ul = 100.0 * (308.0 - 60.0) / 60.0 / 1000.0;
    EXPECT_NEAR(s.measures->volume.value / expected_ul, 1.0, 1e-3);
}

struct Kind {
    const char* name;
    bool sigmoid;
    double volume_nl;
};
class Row3 : public testing::TestWithParam<Kind> {};

/// 200 curves with 180 s of baseline, white 2 and slow 0.6 nL/min, drift of -1 to 1 nL/min per min.
std::vector<std::optional<double>> onsetErrors(const Kind& kind, std::vector<double>* truths = nullptr) {
    tests::Shape shape;
    shape.rise_s = kind.sigmoid ? 120.0 : 75.0;
    shape.exponent = kind.sigmoid ? 2.0 : 1.0;
    // amplitude per µL of a response from 105 s on
    shape.amplitude = (kind.sigmoid ? 333.4 : 280.7) * kind.volume_nl / 1000.0;
    std::mt19937 random(7);
    std::uniform_real_distribution<double> latency(60.0, 150.0), drift(-1.0, 1.0);
    std::vector<std::optional<double>> errors;
    for (unsigned seed = 1; seed <= 200; ++seed) {
        shape.latency_s = latency(random);
        tests::Chain chain;
        chain.before_s = 180.0;
        chain.white = 2.0;
        chain.slow = 0.6;
        chain.sensor_s = 5.0;
        chain.drift = drift(random);
        chain.seed = seed;
        const auto site = tests::siteOf(shape, chain);
        const RateCurve curve{site.humidity.time_s, site.humidity.rate_nl_per_min};
        const SecondMeans means = secondMeans(curve, chain.before_s);
        const AnalysisParameters p;
        const auto baseline = estimateBaseline(means, p);
        const auto measures = measureCurve(curve, chain.before_s, 300.0, *baseline, p);
        const Onset onset = findOnset(means, *baseline, measures->peak.value, site.capsule, p);
        errors.push_back(onset.latency ? std::optional(onset.latency->count() - shape.latency_s)
                                       : std::nullopt);
        if (truths) truths->push_back(shape.latency_s);
    }
    return errors;
}

// 3. Synthetic set, 200 seeds: bias of the onset within 15 s, none early (30 s) from 203 nL on.
TEST_P(Row3, TheOnsetIsUnbiasedAndNotEarly) {
    std::vector<double> found;
    for (const auto& error : onsetErrors(GetParam()))
        if (error) found.push_back(*error);
    EXPECT_GE(found.size(), 190U);
    EXPECT_LE(std::abs(meanOf(found)), 15.0);
    EXPECT_EQ(std::count_if(found.begin(), found.end(), [](double e) { return e < -30.0; }), 0);
}
INSTANTIATE_TEST_SUITE_P(Acceptance, Row3,
                         testing::Values(Kind{"Sharp1079", false, 1079.0}, Kind{"Sigmoid1079", true, 1079.0},
                                         Kind{"Sharp203", false, 203.0}, Kind{"Sigmoid203", true, 203.0}),
                         [](const auto& each) { return std::string(each.param.name); });

// 3, second half: false onsets on curves without sweat in 2.5 % at the most; the product asks for 1 %.
TEST(Acceptance, Row3BlankCurvesHaveNoOnset) {
    const auto errors = onsetErrors({"Blank", false, 0.0});
    EXPECT_LE(std::count_if(errors.begin(), errors.end(), [](const auto& e) { return e.has_value(); }), 2);
}

// 4. Baseline of 180 s, drift of -3 to 3 nL/min per min: standard deviation of the volume 20 nL at the most.
TEST(Acceptance, Row4DriftScattersTheVolumeByTwentyNanolitresAtTheMost) {
    std::mt19937 random(11);
    std::uniform_real_distribution<double> drift(-3.0, 3.0);
    std::vector<double> volumes_nl;
    for (unsigned seed = 1; seed <= 200; ++seed) {
        tests::Chain chain;
        chain.before_s = 180.0;
        chain.white = 2.0;
        chain.slow = 0.6;
        chain.sensor_s = 5.0;
        chain.drift = drift(random);
        chain.seed = seed;
        const auto site = tests::siteOf(tests::Shape{}, chain);
        const RateCurve curve{site.humidity.time_s, site.humidity.rate_nl_per_min};
        const AnalysisParameters p;
        const auto baseline = estimateBaseline(secondMeans(curve, chain.before_s), p);
        volumes_nl.push_back(measureCurve(curve, chain.before_s, 300.0, *baseline, p)->volume.value * 1000.0);
    }
    EXPECT_LE(deviationOf(volumes_nl), 20.0);
}

// 5. The reference of the flow, 0 or 20 °C, changes the rate by 6.82 %; without one the channel is refused.
TEST(Acceptance, Row5TheFlowReferenceMattersAndHasToBeStated) {
    const HumidityReading in{.humidityIn = {2.0},
                             .temperatureIn = {24.0},
                             .humidityOut = {35.0},
                             .temperatureOut = {32.0},
                             .pressure = {101325.0},
                             .flow = {100.0}};
    const auto cold = sweatRateOf(in, FlowReference{Kelvins{273.15}, Pascals{101325.0}}, true);
    const auto warm = sweatRateOf(in, FlowReference{Kelvins{293.15}, Pascals{101325.0}}, true);
    ASSERT_TRUE(cold && warm);
    EXPECT_NEAR(warm->rate.value / cold->rate.value - 1.0, -0.0682, 5e-5);

    SiteSignals site;
    site.site = "forearm";
    for (int i = 0; i < 3000; ++i) {
        site.humidity.time_s.push_back(0.1 * i);
        site.humidity.humidityOut_pct.push_back(2.0);
        site.humidity.temperatureOut_c.push_back(32.0);
        site.humidity.flow_sccm.push_back(100.0);
    }
    const auto refused = analyzeTest(tests::testOf(site, 200.0), {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().sentence(), HasSubstr("reference"));
}

NormLibrary published() {
    NormLibrary library;
    for (const char* name : {"qsweat-adults.toml", "qsweat-children.toml"})
        library.sets.push_back(eccrine::tests::shipped(name));
    return library;
}

/// A foot (and nothing else) of a girl or woman of `age` years.
RecordedTest footOf(int age, const char* family, const tests::Shape& shape) {
    tests::Chain chain;
    chain.white = 1.0;
    auto site = tests::siteOf(shape, chain);
    site.site = "foot";
    auto test = tests::testOf(site, chain.before_s);
    test.meta["device.family"] = family;
    test.meta["patient.sex"] = "female";
    test.meta["started_utc"] = "2026-06-15T10:00:00Z";
    test.meta["patient.birth_date"] = std::to_string(2026 - age) + "-01-01";
    return test;
}

NormResult normOf(const RecordedTest& test) {
    auto result = analyzeTest(test, {});
    EXPECT_TRUE(result) << result.error().sentence();
    compareWithNorms(*result, test, published());
    return result->sites.at(0).norm;
}

// 6. At 15 years a foot of 0.00 µL is never "reduced": an absent foot response is normal under 20.
TEST(Acceptance, Row6AnAbsentFootResponseInYouthIsNotReduced) {
    tests::Shape still;
    still.amplitude = 0.0;
    EXPECT_EQ(normOf(footOf(15, "q-sweat", still)).normClass, NormClass::Unclassified);
    EXPECT_EQ(normOf(footOf(40, "q-sweat", still)).normClass, NormClass::Reduced);
}

// 7. The norm of another family of devices is no norm.
TEST(Acceptance, Row7ANormOfAnotherDeviceFamilyIsNone) {
    const NormResult other = normOf(footOf(40, "mayo-qsart", {}));
    EXPECT_EQ(other.normClass, NormClass::None);
    EXPECT_EQ(other.noNorm, NoNorm::OtherFamily);
    EXPECT_EQ(normOf(footOf(40, "q-sweat", {})).normClass, NormClass::Within);
}

// 8. A dose of 94 % is STIM_LOW, and has no class; 96 % has one.
TEST(Acceptance, Row8ALowDoseHasNoClass) {
    auto test = footOf(40, "q-sweat", {});
    test.meta["protocol.charge_mc"] = "600"; // 2 mA for 300 s
    for (double& milliamperes : test.sites[0].current.current_ma)
        milliamperes *= 0.94;
    EXPECT_TRUE(flagged(analyse(test), "STIM_LOW"));
    EXPECT_EQ(normOf(test).normClass, NormClass::None);
    for (double& milliamperes : test.sites[0].current.current_ma)
        milliamperes *= 0.96 / 0.94;
    EXPECT_FALSE(flagged(analyse(test), "STIM_LOW"));
    EXPECT_EQ(normOf(test).normClass, NormClass::Within);
}

// 9. NaN, gaps, saturation and lift-off each void or flag as listed.
struct Fault {
    const char* name;
    void (*apply)(HumiditySignals&);
    const char* code;
    bool usable;
};
void forTimes(HumiditySignals& h, double from, double to, double value) {
    for (std::size_t i = 0; i < h.time_s.size(); ++i)
        if (h.time_s[i] >= from && h.time_s[i] < to) h.humidityOut_pct[i] = value;
}
constexpr double missing = std::numeric_limits<double>::quiet_NaN();
class Row9 : public testing::TestWithParam<Fault> {};

TEST_P(Row9, IsAnsweredAsListed) {
    tests::Chain chain;
    chain.white = 1.0;
    SiteSignals site = tests::siteOf(tests::Shape{}, chain);
    auto& h = site.humidity;
    for (const double rate : h.rate_nl_per_min)
        h.humidityOut_pct.push_back(rate / 38.4); // 100 sccm, 32 °C, dry inlet
    h.rate_nl_per_min.clear();
    h.temperatureOut_c.assign(h.time_s.size(), 32.0);
    h.flow_sccm.assign(h.time_s.size(), 100.0);
    site.flowReference = FlowReference{};
    GetParam().apply(h);
    const auto s = analyse(tests::testOf(site, chain.before_s));
    EXPECT_TRUE(flagged(s, GetParam().code)) << GetParam().code;
    EXPECT_EQ(s.usable, GetParam().usable);
    ASSERT_TRUE(s.measures);
    EXPECT_TRUE(std::isfinite(s.measures->volume.value));
    if (std::string(GetParam().code) == "SAT") {
        EXPECT_FALSE(s.peakReliable);
    }
}
// The stimulus begins at 200 s.
INSTANTIATE_TEST_SUITE_P(
    Acceptance, Row9,
    testing::Values(Fault{"AShortGapIsBridged", [](HumiditySignals& h) { forTimes(h, 500, 505, missing); },
                          "GAP_BRIDGED", true},
                    Fault{"MoreThanTenSecondsMissingVoid",
                          [](HumiditySignals& h) { forTimes(h, 500, 511.5, missing); }, "GAP", false},
                    Fault{"SaturationTakesThePeak", [](HumiditySignals& h) { forTimes(h, 499, 501, 96.0); },
                          "SAT", false},
                    Fault{"LiftOffVoids", [](HumiditySignals& h) { forTimes(h, 500, 760, 40.0); }, "DETACH",
                          false}),
    [](const auto& each) { return std::string(each.param.name); });

// 10. The live, incremental volume equals the one of the whole recording, to the bit.
TEST(Acceptance, Row10TheLiveVolumeIsTheOfflineOne) {
    tests::Chain chain;
    chain.white = 2.0;
    const SiteSignals site = tests::siteOf(tests::Shape{}, chain);
    LiveCurve live;
    for (std::size_t end = 50; end <= site.humidity.time_s.size(); end += 50) {
        SiteSignals part = site;
        part.humidity.time_s.resize(end);
        part.humidity.rate_nl_per_min.resize(end);
        ASSERT_TRUE(live.extend(part));
        if (part.humidity.time_s.back() >= chain.before_s) live.startStimulus(chain.before_s);
    }
    const auto s = analyse(tests::testOf(site, chain.before_s));
    ASSERT_TRUE(live.volume());
    EXPECT_EQ(live.volume()->value, s.measures->volume.value);
}

// 11. Eight channels of 10 Hz over 20 min are analysed; that it takes less than 100 ms is for
// bench_analysis (EightChannels) to measure.
TEST(Acceptance, Row11EightChannelsAreAnalysed) {
    tests::Chain chain;
    chain.white = 2.0;
    chain.after_s = 1000.0;
    const SiteSignals one = tests::siteOf(tests::Shape{}, chain);
    auto test = tests::testOf(one, chain.before_s);
    test.sites.assign(8, test.sites[0]);
    for (std::size_t i = 0; i < test.sites.size(); ++i)
        test.sites[i].site = "site_" + std::to_string(i + 1);
    const auto result = analyzeTest(test, {});
    ASSERT_TRUE(result);
    EXPECT_EQ(result->sites.size(), 8U);
    for (const auto& site : result->sites)
        EXPECT_NEAR(site.measures->volume.value, 1.0, 0.02);
}

} // namespace
} // namespace eccrine::analysis
