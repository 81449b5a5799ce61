// SPDX-License-Identifier: GPL-3.0-or-later
// Expected: F-8 of the fault catalogue, spikes of one reading; what a first-order hygrometer can do,
// exp(-t/τ).
#include "analysis/spike_filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <string>

namespace eccrine::analysis {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Rows = std::vector<std::size_t>;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double noise_pct = 0.05; // of a hygrometer, white, per reading

/// Readings about 5 %RH with the noise of a hygrometer, 50 a second.
HumiditySignals quiet(std::size_t n = 400, double rate_hz = 50.0, double noise = noise_pct,
                      double level = 5.0) {
    std::mt19937 random(11);
    std::normal_distribution<double> normal;
    HumiditySignals gas;
    for (std::size_t i = 0; i < n; ++i) {
        gas.time_s.push_back(static_cast<double>(i) / rate_hz);
        gas.humidityOut_pct.push_back(level + noise * normal(random));
    }
    return gas;
}

/// Quiet readings with others in their place from number 200 on.
HumiditySignals with(const std::vector<double>& values, double rate_hz = 50.0) {
    HumiditySignals gas = quiet(400, rate_hz);
    std::copy(values.begin(), values.end(), gas.humidityOut_pct.begin() + 200);
    return gas;
}

Rows spikesOf(const HumiditySignals& gas, const AnalysisParameters& p = {}) {
    SpikeFilter filter(p);
    const auto clean = filter.whole(gas);
    EXPECT_EQ(clean.has_value(), !filter.rows().empty());
    return filter.rows();
}

/// Each reading `times` times, as a recording that is faster than the sensor has it.
HumiditySignals held(const HumiditySignals& sensor, const std::vector<std::size_t>& times, double rate_hz) {
    HumiditySignals gas;
    for (std::size_t i = 0; i < sensor.time_s.size(); ++i)
        for (std::size_t k = 0; k < times[i % times.size()]; ++k) {
            gas.time_s.push_back(static_cast<double>(gas.time_s.size()) / rate_hz);
            gas.humidityOut_pct.push_back(sensor.humidityOut_pct[i]);
        }
    return gas;
}

TEST(SpikeFilter, FindsOneReadingThatLeavesBothNeighboursUpOrDown) {
    EXPECT_THAT(spikesOf(with({10.0})), ElementsAre(200));
    EXPECT_THAT(spikesOf(with({2.0})), ElementsAre(200));
    EXPECT_THAT(spikesOf(with({5.0, 10.0, 5.0, 10.0, 5.0, 1.0})), ElementsAre(201, 203, 205));
}

TEST(SpikeFilter, PutsTheMeanOfTheNeighboursThereAndLeavesEveryOtherBit) {
    HumiditySignals gas = with({5.0, 10.0, 5.2});
    gas.flow_sccm.assign(gas.time_s.size(), 100.0);
    gas.samplesPerRow = 2;
    const auto clean = SpikeFilter(AnalysisParameters{}).whole(gas);
    ASSERT_TRUE(clean);
    EXPECT_DOUBLE_EQ(clean->humidityOut_pct[201], 5.1);
    EXPECT_EQ(clean->time_s, gas.time_s);
    EXPECT_EQ(clean->flow_sccm, gas.flow_sccm);
    EXPECT_EQ(clean->samplesPerRow, 2U);
    EXPECT_THAT(clean->pressure_kpa, IsEmpty());
    for (std::size_t i = 0; i < gas.time_s.size(); ++i) {
        if (i == 201) continue;
        ASSERT_EQ(clean->humidityOut_pct[i], gas.humidityOut_pct[i]) << i;
    }
}

TEST(SpikeFilter, AnExcursionOfTwoReadingsIsNone) {
    EXPECT_THAT(spikesOf(with({10.0, 10.1})), IsEmpty());
    EXPECT_THAT(spikesOf(with({10.0, 10.0})), IsEmpty()) << "the others are not repeated";
    EXPECT_THAT(spikesOf(with({12.0, 8.0})), IsEmpty());
}

TEST(SpikeFilter, AStepIsNone) {
    HumiditySignals gas = quiet();
    for (std::size_t i = 200; i < gas.humidityOut_pct.size(); ++i)
        gas.humidityOut_pct[i] += 20.0;
    EXPECT_THAT(spikesOf(gas), IsEmpty());
}

TEST(SpikeFilter, NoPulseOfGasHoweverShortIsOneAtAnyRate) {
    // Saturated gas for one interval in dry gas, seen by a hygrometer as fast as there is none
    const AnalysisParameters p;
    for (const double rate_hz : {1.5, 4.0, 10.0, 50.0, 100.0, 1000.0}) {
        HumiditySignals gas = quiet(400, rate_hz, 0.01, 0.5);
        const double keep = std::exp(-1.0 / rate_hz / p.spikeResponse_s);
        double element = 0.0;
        for (std::size_t i = 200; i < 400; ++i) {
            element = keep * element + (1.0 - keep) * (i == 200 ? 100.0 : 0.0);
            gas.humidityOut_pct[i] += element;
        }
        EXPECT_THAT(spikesOf(gas), IsEmpty()) << rate_hz;
    }
}

TEST(SpikeFilter, AFastRiseIsNoneAndASpikeOnItIsFound) {
    // a capsule that lifts off: 40 %RH more, first order of 1 s
    HumiditySignals gas = quiet();
    for (std::size_t i = 200; i < gas.humidityOut_pct.size(); ++i)
        gas.humidityOut_pct[i] += 40.0 * (1.0 - std::exp(-static_cast<double>(i - 200) / 50.0));
    EXPECT_THAT(spikesOf(gas), IsEmpty());
    gas.humidityOut_pct[220] *= 2.0;
    EXPECT_THAT(spikesOf(gas), ElementsAre(220));
}

TEST(SpikeFilter, NoiseOfAnySizeIsNone) {
    for (const double noise : {0.02, 0.075, 0.2, 0.5, 1.0, 3.0, 10.0})
        for (const double rate_hz : {4.0, 10.0, 50.0, 400.0})
            EXPECT_THAT(spikesOf(quiet(20'000, rate_hz, noise, 30.0)), IsEmpty()) << noise << ' ' << rate_hz;
}

TEST(SpikeFilter, WhatStandsOutOfNoNoiseDoesNotStandOutOfMuch) {
    HumiditySignals gas = quiet(400, 50.0, 0.5, 30.0);
    gas.humidityOut_pct[200] = 34.0; // 8 standard deviations
    EXPECT_THAT(spikesOf(gas), IsEmpty());
    gas.humidityOut_pct[200] = 60.0;
    EXPECT_THAT(spikesOf(gas), ElementsAre(200));
}

TEST(SpikeFilter, ACoarseSensorThatHopsBetweenItsStepsHasNone) {
    for (const double step : {0.1, 0.5, 1.0, 2.0}) {
        HumiditySignals gas = quiet(20'000, 10.0, 0.4 * step, 20.0);
        for (double& value : gas.humidityOut_pct)
            value = step * std::round(value / step);
        EXPECT_THAT(spikesOf(gas), IsEmpty()) << step;
    }
}

TEST(SpikeFilter, ASensorAtRestOnOneStepHasItsSpikesFoundHoweverMany) {
    HumiditySignals gas = quiet(4000, 50.0, 0.0);
    Rows expected;
    for (std::size_t i = 100; i < 4000; i += 9) {
        gas.humidityOut_pct[i] = 10.0;
        expected.push_back(i);
    }
    EXPECT_EQ(spikesOf(gas), expected);
}

TEST(SpikeFilter, OneReadingInFiveThatIsASpikeIsStillSeenAsOne) {
    HumiditySignals gas = quiet(4000);
    std::mt19937 random(3);
    std::size_t put = 0;
    for (std::size_t i = 100; i + 1 < 4000; ++i)
        if (random() % 5 == 0 && gas.humidityOut_pct[i - 1] < 6.0) { // not two in a row
            gas.humidityOut_pct[i] *= 2.0;
            ++put;
        }
    EXPECT_EQ(spikesOf(gas).size(), put);
}

TEST(SpikeFilter, AReadingThatIsRepeatedIsOne) {
    HumiditySignals sensor = quiet(400, 10.0);
    sensor.humidityOut_pct[100] = 10.0;
    EXPECT_THAT(spikesOf(held(sensor, {5}, 50.0)), ElementsAre(500, 501, 502, 503, 504));
    // 20 readings a second in 50 rows: three and two in turn
    EXPECT_THAT(spikesOf(held(sensor, {3, 2}, 50.0)), ElementsAre(250, 251, 252));
    // two readings are two, however often they are repeated
    sensor.humidityOut_pct[101] = 10.0;
    EXPECT_THAT(spikesOf(held(sensor, {5}, 50.0)), IsEmpty());
    // and of noise that is repeated there is no spike either
    EXPECT_THAT(spikesOf(held(quiet(5000, 10.0, 1.0, 30.0), {5}, 50.0)), IsEmpty());
}

TEST(SpikeFilter, TheFirstReadingsAndTheLastOneAreNone) {
    HumiditySignals gas = quiet();
    gas.humidityOut_pct.front() = 10.0;
    gas.humidityOut_pct[63] = 10.0; // what the noise is is not known yet
    gas.humidityOut_pct.back() = 10.0;
    EXPECT_THAT(spikesOf(gas), IsEmpty());
    gas.humidityOut_pct[63] = 5.0;
    gas.humidityOut_pct[64] = 10.0;
    gas.humidityOut_pct[398] = 5.0;
    gas.humidityOut_pct[397] = 10.0;
    EXPECT_THAT(spikesOf(gas), ElementsAre(64, 397));
    EXPECT_THAT(spikesOf(quiet(0)), IsEmpty());
    EXPECT_THAT(spikesOf(quiet(1)), IsEmpty());
}

TEST(SpikeFilter, BesideWhatIsMissingOrCannotBeThereIsNoEvidence) {
    EXPECT_THAT(spikesOf(with({missing, 10.0, 5.0})), IsEmpty());
    EXPECT_THAT(spikesOf(with({5.0, 10.0, missing})), IsEmpty());
    EXPECT_THAT(spikesOf(with({5.0, 106.0, 5.0})), IsEmpty()) << "which is left out as it is";
    EXPECT_THAT(spikesOf(with({106.0, 50.0, 106.0})), IsEmpty());
    HumiditySignals hole = with({10.0});
    for (std::size_t i = 200; i < hole.time_s.size(); ++i)
        hole.time_s[i] += 1.0;
    EXPECT_THAT(spikesOf(hole), IsEmpty()) << "in a second a hygrometer can go anywhere";
    for (std::size_t i = 201; i < hole.time_s.size(); ++i)
        hole.time_s[i] += 1.0;
    EXPECT_THAT(spikesOf(hole), IsEmpty());
}

TEST(SpikeFilter, ARecordingOfRatesHasNoHumidityToLookAt) {
    HumiditySignals rates = quiet();
    rates.rate_nl_per_min = std::move(rates.humidityOut_pct);
    rates.humidityOut_pct.clear();
    EXPECT_THAT(spikesOf(rates), IsEmpty());
}

TEST(SpikeFilter, InSlowReadingsOnlyWhatGasCannotDo) {
    // one second after a reading a hygrometer of 2 s has 61 % of it left in dry gas
    AnalysisParameters p;
    p.spikeResponse_s = 2.0;
    EXPECT_THAT(spikesOf(with({5.0, 5.0 / 0.62, 5.0}, 1.0), p), IsEmpty());
    EXPECT_THAT(spikesOf(with({5.0, 5.0 / 0.60, 5.0}, 1.0), p), ElementsAre(201));
}

/// A spike that is one with the defaults, and is none when one of them changes.
struct Limit {
    const char* name;
    const char* holds;  ///< with this the spike is one
    const char* misses; ///< with that not
};

class EachLimit : public testing::TestWithParam<Limit> {};

TEST_P(EachLimit, IsThatOfTheParameter) {
    // from 5 %RH to 9 and back, 20 times the changes before it
    HumiditySignals gas = quiet(400, 10.0, 0.0);
    for (std::size_t i = 0; i < 200; i += 2)
        gas.humidityOut_pct[i] = 5.2;
    gas.humidityOut_pct[200] = 9.0;
    ASSERT_THAT(spikesOf(gas), ElementsAre(200));
    AnalysisParameters p;
    ASSERT_TRUE(setParameter(p, GetParam().name, GetParam().holds));
    EXPECT_THAT(spikesOf(gas, p), ElementsAre(200));
    ASSERT_TRUE(setParameter(p, GetParam().name, GetParam().misses));
    EXPECT_THAT(spikesOf(gas, p), IsEmpty());
}

// 9 %RH falls to 5 within 0.1 s: of a hygrometer of 0.170 s (0.1 / ln(9/5)) that is what dry gas does
INSTANTIATE_TEST_SUITE_P(Table, EachLimit,
                         testing::Values(Limit{"spikes.least_pct", "3.9", "4.1"},
                                         Limit{"spikes.noise_factor", "19", "21"},
                                         Limit{"spikes.response_s", "0.18", "0.16"}),
                         [](const auto& limit) {
                             std::string name = limit.param.name;
                             std::replace(name.begin(), name.end(), '.', '_');
                             return name;
                         });

TEST(SpikeFilter, InPiecesOfAnySizeTheRowsAndTheBitsAreThoseOfTheWhole) {
    HumiditySignals sensor = quiet(700);
    for (std::size_t i = 5; i < 700; i += 23)
        sensor.humidityOut_pct[i] *= i % 2 == 0 ? 2.0 : 0.3;
    for (std::size_t i = 300; i < 310; ++i)
        sensor.humidityOut_pct[i] += 20.0;
    for (const HumiditySignals& gas : {sensor, held(sensor, {4}, 200.0)}) {
        SpikeFilter filter{AnalysisParameters{}};
        const auto clean = filter.whole(gas);
        ASSERT_TRUE(clean);
        const Rows rows = filter.rows();
        ASSERT_GT(rows.size(), 20U);
        for (const std::size_t piece : {1U, 2U, 3U, 23U, 64U, 1000U, 100000U}) {
            SpikeFilter live{AnalysisParameters{}};
            HumiditySignals part, seen;
            for (std::size_t end = piece; end < gas.time_s.size() + piece; end += piece) {
                const auto n = static_cast<std::ptrdiff_t>(std::min(end, gas.time_s.size()));
                part.time_s.assign(gas.time_s.begin(), gas.time_s.begin() + n);
                part.humidityOut_pct.assign(gas.humidityOut_pct.begin(), gas.humidityOut_pct.begin() + n);
                const std::vector<double>& now = live.extend(part).humidityOut_pct;
                ASSERT_TRUE(std::equal(seen.humidityOut_pct.begin(), seen.humidityOut_pct.end(), now.begin()))
                    << "what was given once stays";
                seen.humidityOut_pct = now;
            }
            EXPECT_EQ(live.rows(), rows) << piece;
            EXPECT_EQ(seen.humidityOut_pct, clean->humidityOut_pct) << piece;
        }
    }
}

} // namespace
} // namespace eccrine::analysis
