// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rate_curve.hpp"
#include "analysis/sweat_rate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr FlowReference zeroCelsius{};
constexpr FlowReference twentyCelsius{Kelvins{293.15}, Pascals{101325.0}};
constexpr FlowReference twentyFiveCelsius{Kelvins{298.15}, Pascals{101325.0}};

HumidityReading reading(double rhIn, double tIn, double rhOut, double tOut, double pa, double sccm) {
    return {{rhIn}, {tIn}, {rhOut}, {tOut}, {pa}, {sccm}};
}

struct Vector {
    HumidityReading in;
    FlowReference reference;
    bool enhancement;
    double ratioIn, ratioOut, rate;
};

TEST(SweatRate, AgreesWithTheReferenceVectors) {
    // end-to-end vectors of an independent evaluation (IAPWS pressure, WMO factor)
    const Vector vectors[]{
        {reading(0, 32, 20, 32, 101325, 100), zeroCelsius, true, 0.0, 0.00952891, 767.2635},
        {reading(0, 32, 20, 32, 101325, 100), zeroCelsius, false, 0.0, 0.00948373, 763.6258},
        {reading(2, 24, 35, 32, 101325, 100), zeroCelsius, true, 0.00059246, 0.01679562, 1304.6715},
        {reading(2, 24, 35, 32, 101325, 100), twentyCelsius, true, 0.00059246, 0.01679562, 1215.6609},
        {reading(1.5, 25, 12.5, 34, 98000, 60), zeroCelsius, true, 0.00048765, 0.00687039, 308.3614},
        {reading(0, 24, 5, 24, 101325, 300), zeroCelsius, true, 0.0, 0.00148247, 358.1032},
        {reading(3, 22, 80, 36, 84000, 50), twentyFiveCelsius, true, 0.00094955, 0.06031355, 2189.5812},
    };
    for (const Vector& v : vectors) {
        const auto got = sweatRateOf(v.in, v.reference, v.enhancement);
        ASSERT_TRUE(got) << got.error().sentence();
        EXPECT_NEAR(got->ratioIn, v.ratioIn, 6e-9);
        EXPECT_NEAR(got->ratioOut, v.ratioOut, 6e-9);
        EXPECT_NEAR(got->rate.value / v.rate, 1.0, 1e-6);
    }
}

TEST(SweatRate, SwappingTheFlowReferenceChangesItBySevenPercent) {
    const auto in = reading(0, 32, 20, 32, 101325, 100);
    const double ratio =
        sweatRateOf(in, twentyCelsius, true)->rate / sweatRateOf(in, zeroCelsius, true)->rate;
    EXPECT_NEAR(ratio - 1.0, -0.0682, 5e-5); // 273.15/293.15
}

TEST(SweatRate, OfAnOutletDrierThanTheInletIsNegativeAndNotClipped) {
    EXPECT_LT(sweatRateOf(reading(10, 32, 9, 32, 101325, 100), zeroCelsius, true)->rate,
              NanolitresPerMin{0.0});
}

TEST(SweatRate, EachInputThatCannotBeIsRefusedByName) {
    const auto good = reading(2, 24, 35, 32, 101325, 100);
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const auto refused = [&](auto change, const char* where) {
        auto in = good;
        change(in);
        const auto got = sweatRateOf(in, zeroCelsius, true);
        ASSERT_FALSE(got) << where;
        EXPECT_THAT(got.error().where, testing::HasSubstr(where));
    };
    refused([&](auto& r) { r.humidityIn = {105.1}; }, "inlet");
    refused([&](auto& r) { r.humidityOut = {nan}; }, "outlet");
    refused([&](auto& r) { r.temperatureIn = {-0.1}; }, "inlet");
    refused([&](auto& r) { r.temperatureOut = {80.1}; }, "outlet");
    refused([&](auto& r) { r.flow = {0.0}; }, "flow");
    refused([&](auto& r) { r.pressure = {-1.0}; }, "pressure");
    refused([&](auto& r) { r.pressure = {1000.0}; }, "humidity"); // vapour pressure above the total
}

TEST(StandardFlow, AMeterBehindTheCapsuleReadsMoistGasByVolume) {
    // 100 sccm (0 °C) of dry gas with 4 kPa of water, read at 25 °C and 101.325 kPa: (298.15/273.15)·P/(P −
    // e)
    const double wet = 100.0 * 298.15 / 273.15 * 101325.0 / (101325.0 - 4000.0);
    EXPECT_NEAR(standardFlowOf(wet, {298.15}, {101325.0}, {4000.0}, zeroCelsius).value, 100.0, 1e-9);
}

TEST(RateUncertainty, FollowsTheSensitivitiesOfTheTable) {
    // 32 °C, dry inlet, 20 %RH, 100 sccm: 0.387 nL/min per 0.01 %RH and 4.39 nL/min per 0.1 K
    const auto in = reading(0, 32, 20, 32, 101325, 100);
    SensorUncertainty humidity, temperature, flow;
    humidity.humidity_pct = 0.01;
    temperature.temperature_k = 0.1;
    flow.flow_relative = 0.01;
    // the inlet's hundredth counts as well: at 0 %RH as much as at the outlet, less its wetter gas
    EXPECT_NEAR(rateUncertainty(in, zeroCelsius, true, humidity)->value, 0.387 * std::sqrt(2.0), 0.02);
    EXPECT_NEAR(rateUncertainty(in, zeroCelsius, true, temperature)->value, 4.39, 0.05);
    EXPECT_NEAR(rateUncertainty(in, zeroCelsius, true, flow)->value, 7.672635, 1e-4);
}

TEST(SweatRate, AnotherSaturationFormulaChangesItByWhatTheFormulasDiffer) {
    const auto in = reading(0, 32, 20, 32, 101325, 100);
    const double iapws = sweatRateOf(in, zeroCelsius, true)->rate.value;
    const double magnus = sweatRateOf(in, zeroCelsius, true, SaturationFormula::Magnus)->rate.value;
    EXPECT_NEAR(magnus / iapws - 1.0, -0.00305, 5e-5); // e/(P − e) adds a hundredth of it
}

TEST(RateConverter, GivesTheSameBitsAsTheBenchCheck) {
    const RateConverter stream(twentyCelsius, true);
    for (double rh = 1.0; rh < 100.0; rh += 3.7) {
        const auto in = reading(1.5, 24.1, rh, 33.3, 99000, 97.0);
        EXPECT_EQ(stream.nanolitresPerMin(in), sweatRateOf(in, twentyCelsius, true)->rate.value);
    }
}

TEST(RateConverter, AnInvalidSampleIsMissingAndNeverClipped) {
    const RateConverter stream(zeroCelsius, true);
    EXPECT_TRUE(std::isnan(stream.nanolitresPerMin(reading(0, 32, 106, 32, 101325, 100))));
    EXPECT_TRUE(std::isnan(stream.nanolitresPerMin(reading(0, 32, 20, 32, 101325, -1))));
}

/// Every column of its own, 1000 samples: longer than one run of the block conversion, no multiple of a
/// vector.
SiteSignals wholeSite() {
    SiteSignals site;
    site.site = "foot";
    site.flowReference = zeroCelsius;
    auto& h = site.humidity;
    for (int i = 0; i < 1003; ++i) {
        h.time_s.push_back(0.1 * i);
        h.humidityIn_pct.push_back(1.0 + 0.001 * i);
        h.temperatureIn_c.push_back(22.0 + 0.003 * i);
        h.humidityOut_pct.push_back(10.0 + 0.05 * i);
        h.temperatureOut_c.push_back(31.0 + 0.002 * i);
        h.flow_sccm.push_back(100.0 - 0.01 * i);
        h.pressure_kpa.push_back(98.0 + 0.003 * i);
    }
    return site;
}

TEST(RateCurve, SampleBySampleInBlocksOrWholeGivesTheSameBits) {
    const auto site = wholeSite();
    const auto& h = site.humidity;
    const auto whole = rateCurve(site, {});
    const auto stream = SiteRate::forSite(site, {});
    ASSERT_TRUE(whole && stream);
    std::vector<double> blocks(h.time_s.size());
    for (std::size_t i = 0; i < blocks.size(); i += 7)
        stream->convert(h, i, std::span(blocks).subspan(i, std::min<std::size_t>(7, blocks.size() - i)));
    const RateConverter converter(*site.flowReference, true);
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        EXPECT_EQ(whole->rate_nl_per_min[i], stream->at(h, i));
        EXPECT_EQ(whole->rate_nl_per_min[i], blocks[i]);
        const auto one = reading(h.humidityIn_pct[i], h.temperatureIn_c[i], h.humidityOut_pct[i],
                                 h.temperatureOut_c[i], h.pressure_kpa[i] * 1000.0, h.flow_sccm[i]);
        EXPECT_EQ(whole->rate_nl_per_min[i], converter.nanolitresPerMin(one));
    }
}

TEST(RateCurve, AbsentColumnsMeanDryGasAtSeaLevel) {
    auto given = wholeSite();
    std::fill(given.humidity.humidityIn_pct.begin(), given.humidity.humidityIn_pct.end(), 0.0);
    std::fill(given.humidity.pressure_kpa.begin(), given.humidity.pressure_kpa.end(), 101.325);
    auto absent = given;
    absent.humidity.humidityIn_pct.clear();
    absent.humidity.temperatureIn_c.clear();
    absent.humidity.pressure_kpa.clear();
    EXPECT_EQ(rateCurve(given, {})->rate_nl_per_min, rateCurve(absent, {})->rate_nl_per_min);
}

TEST(RateCurve, OneInvalidSampleIsMissingAndItsNeighboursAreNot) {
    auto site = wholeSite();
    const double nan = std::numeric_limits<double>::quiet_NaN();
    auto& h = site.humidity;
    h.humidityIn_pct[100] = nan;
    h.temperatureIn_c[201] = nan;
    h.humidityOut_pct[302] = 105.1;
    h.temperatureOut_c[403] = 80.1;
    h.flow_sccm[504] = 0.0;
    h.pressure_kpa[605] = -1.0;
    h.pressure_kpa[706] = 1.0; // below the vapour pressure
    const auto curve = rateCurve(site, {});
    for (std::size_t i = 0; i < h.time_s.size(); ++i) {
        const bool spoilt = i % 101 == 100 && i < 710;
        EXPECT_EQ(std::isnan(curve->rate_nl_per_min[i]), spoilt) << i;
    }
}

TEST(RateCurve, AFlowWithoutAStatedReferenceIsRefused) {
    SiteSignals site;
    site.site = "foot";
    site.humidity.time_s = {0.0};
    site.humidity.humidityOut_pct = site.humidity.temperatureOut_c = site.humidity.flow_sccm = {30.0};
    const auto curve = rateCurve(site, {});
    ASSERT_FALSE(curve);
    EXPECT_THAT(curve.error().sentence(), testing::HasSubstr("no stated reference"));
}

TEST(RateCurve, TimesThatGoBackAreRefused) {
    SiteSignals site;
    site.humidity.time_s = {0.0, 1.0, 0.5};
    site.humidity.rate_nl_per_min = {1.0, 1.0, 1.0};
    EXPECT_FALSE(rateCurve(site, {}));
}

} // namespace
} // namespace eccrine::analysis
