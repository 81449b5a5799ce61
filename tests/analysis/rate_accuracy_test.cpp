// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"
#include "analysis/rate_accuracy.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace eccrine::analysis {
namespace {

using testing::HasSubstr;
using tests::spoilt;

RecordedTest healthy() {
    auto test = spoilt([](double, HumidityReading&) {});
    auto& h = test.sites[0].humidity;
    h.pressure_kpa.assign(h.time_s.size(), 101.325);
    return test;
}

SiteAnalysis analyzed(const RecordedTest& test) {
    auto result = analyzeTest(test, {});
    EXPECT_TRUE(result) << result.error().sentence();
    return result ? result->sites.at(0) : SiteAnalysis{};
}

// A flow read by volume

/// The gas of the healthy test, 100 sccm at 0 °C and 101.325 kPa, as a meter behind (32 °C, moist) or before
/// (24 °C, dry) the capsule reads it by volume.
RecordedTest readByVolume(VolumeMeter meter) {
    auto test = healthy();
    auto& h = test.sites[0].humidity;
    h.temperatureIn_c.assign(h.time_s.size(), 24.0);
    for (std::size_t i = 0; i < h.time_s.size(); ++i) {
        const double e = vapourPressure({h.humidityOut_pct[i]}, {32.0}, {101325.0}, true).value;
        h.flow_ml_per_min.push_back(meter == VolumeMeter::Inlet
                                        ? 100.0 * 297.15 / 273.15
                                        : 100.0 * 305.15 / 273.15 * 101325.0 / (101325.0 - e));
    }
    h.flow_sccm.clear();
    test.sites[0].flowReference.reset();
    test.sites[0].volumeMeter = meter;
    return test;
}

TEST(FlowByVolume, GivesTheVolumeOfTheSameGasInSccm) {
    const double volume = analyzed(healthy()).measures->volume.value;
    for (const VolumeMeter meter : {VolumeMeter::Inlet, VolumeMeter::Outlet})
        EXPECT_NEAR(analyzed(readByVolume(meter)).measures->volume.value, volume, 1e-6 * volume);
    // taken for the other place it is 2.6 % off by the temperature, and up to 0.4 % by the water
    auto wrong = readByVolume(VolumeMeter::Inlet);
    wrong.sites[0].volumeMeter = VolumeMeter::Outlet;
    EXPECT_NEAR(analyzed(wrong).measures->volume.value / volume, 297.15 / 305.15, 0.004);
}

TEST(FlowByVolume, WithoutItsPlaceIsRefused) {
    auto test = readByVolume(VolumeMeter::Inlet);
    test.sites[0].volumeMeter.reset();
    const auto refused = analyzeTest(test, {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("mL/min"));
    EXPECT_THAT(refused.error().remedy, HasSubstr("volumetric_outlet"));
}

TEST(FlowByVolume, AFlowInSccmNeedsASccmReference) {
    auto test = healthy();
    test.sites[0].flowReference.reset();
    test.sites[0].volumeMeter = VolumeMeter::Outlet;
    const auto refused = analyzeTest(test, {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().what, HasSubstr("sccm"));
}

// What the data sheets leave open

SiteAnalysis withAccuracy(const SensorAccuracy& accuracy) {
    auto test = healthy();
    test.sites[0].capsule.accuracy = accuracy;
    return analyzed(test);
}

constexpr SensorAccuracy exact{0.0, 0.0, 0.0, 0.0, 0.0};

TEST(RateAccuracy, AFlowErrorIsAGainOfRateAndVolume) {
    SensorAccuracy a = exact;
    a.flow_part = 0.01;
    const auto site = withAccuracy(a);
    const double gain = 0.01 / std::numbers::sqrt3;
    ASSERT_TRUE(site.rateAccuracy.gain);
    EXPECT_NEAR(*site.rateAccuracy.gain, gain, 1e-9);
    EXPECT_NEAR(site.rateAccuracy.atRest->value, gain * 40.0, 0.05); // the curve rests at 40 nL/min
    EXPECT_NEAR(site.measures->gainUncertainty->value, gain * site.measures->volume.value, 1e-9);
    const double without = withAccuracy(exact).measures->uncertainty.value;
    EXPECT_NEAR(site.measures->uncertainty.value, std::hypot(without, site.measures->gainUncertainty->value),
                1e-12);
    EXPECT_GT(site.measures->uncertainty.value, without);
}

TEST(RateAccuracy, ATemperatureErrorIsTheGainOfTheSaturationPressure) {
    SensorAccuracy a = exact;
    a.temperature_k = 0.2; // 1.1 % of gain at 32 °C
    EXPECT_NEAR(*withAccuracy(a).rateAccuracy.gain, 0.0112 / std::numbers::sqrt3, 2e-4);
}

TEST(RateAccuracy, AnOffsetOfTheHumidityIsInTheRateButNotInTheVolume) {
    SensorAccuracy a = exact;
    a.humidity_pct = 1.5; // 58 nL/min at 100 sccm, of each sensor
    const auto site = withAccuracy(a);
    EXPECT_NEAR(site.rateAccuracy.atRest->value, 58.0 * std::numbers::sqrt2 / std::numbers::sqrt3, 1.0);
    EXPECT_LT(*site.rateAccuracy.gain, 0.002);
    a = exact;
    a.humidityGain_part = 0.045;
    EXPECT_NEAR(*withAccuracy(a).rateAccuracy.gain, 0.045 / std::numbers::sqrt3, 5e-4);
}

TEST(RateAccuracy, IsAbsentWithItsReasonAndTheVolumeKeepsItsNoise) {
    const auto site = analyzed(healthy());
    EXPECT_FALSE(site.rateAccuracy.atRest || site.rateAccuracy.gain || site.measures->gainUncertainty);
    EXPECT_THAT(site.rateAccuracy.absentBecause, HasSubstr("accuracy_flow_pct"));
    EXPECT_EQ(site.measures->uncertainty.value, withAccuracy(exact).measures->uncertainty.value);
    auto noPressure = healthy();
    noPressure.sites[0].humidity.pressure_kpa.clear();
    noPressure.sites[0].capsule.accuracy = exact;
    EXPECT_THAT(analyzed(noPressure).rateAccuracy.absentBecause, HasSubstr("pressure"));
    const auto imported = analyzed(tests::testOf(tests::siteOf({}, {.white = 1.0}), 200.0));
    EXPECT_THAT(imported.rateAccuracy.absentBecause, HasSubstr("imported"));
}

} // namespace
} // namespace eccrine::analysis
