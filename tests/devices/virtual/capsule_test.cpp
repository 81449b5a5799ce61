// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/capsule.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace eccrine::devices::virtual_instrument {
namespace {

constexpr Seconds period{0.02};

CapsuleParameters gas() {
    CapsuleParameters p;
    p.flow_sccm = 100.0;
    p.flowFluctuation = 0.001;
    p.flowNoise_sccm = 0.02;
    p.volume_cm3 = 1.0;
    p.tubeLength_m = 1.0;
    p.tubeBore_mm = 1.6;
    p.pressure_kPa = 101.325;
    p.pressureNoise_kPa = 0.002;
    p.inletHumidity_pct = 2.0;
    p.inletTemperature_c = 24.0;
    p.outletTemperature_c = 32.0;
    p.temperatureFluctuation_c = 0.01;
    return p;
}

HygrometerParameters sensor(double lag_s = 4.0) {
    HygrometerParameters p;
    p.lag_s = lag_s;
    p.humidityNoise_pct = 0.075;
    p.temperatureNoise_c = 0.02;
    p.slowNoise_nLPerMin = 0.1;
    p.slowNoiseTime_s = 20.0;
    return p;
}

NoiseChoice quiet() {
    NoiseChoice n;
    n.factor = 0.0;
    return n;
}

Capsule ideal(const CapsuleParameters& g, const HygrometerParameters& s, double atRest = 0.0) {
    return Capsule{g, s, quiet(), {atRest}, period, 1, "test"};
}

TEST(Capsule, AConstantRateShowsTheHumidityOfTheReferenceVector) {
    // 100 sccm (0 degC), inlet 24 degC 2 %, outlet 32 degC, 101 325 Pa: 1304.6715 nL/min is 35 %RH.
    auto capsule = ideal(gas(), sensor(), 1304.6715);
    for (int k = 0; k < 1000; ++k) {
        const auto r = capsule.step({1304.6715});
        ASSERT_NEAR(r.humidityOut_pct, 35.0, 35e-6);
        ASSERT_EQ(r.humidityIn_pct, 2.0);
        ASSERT_EQ(r.flow_sccm, 100.0);
        ASSERT_EQ(r.temperatureOut_c, 32.0);
        ASSERT_EQ(r.pressure_kPa, 101.325);
    }
}

TEST(Capsule, WashoutIsVolumeOverFlowAndTheTubeDelaysByItsVolume) {
    // 1 cm3 at 100 mL/min: 0.6 s. 1 m x 1.6 mm: 2.01 cm3, 1.21 s; 2 m at 60 mL/min: 4.0 s; 3.2 mm: 4.8 s.
    EXPECT_NEAR(gas().washout().count(), 0.6, 1e-12);
    EXPECT_NEAR(gas().transportDelay().count(), 1.21, 0.005);
    auto longer = gas();
    longer.tubeLength_m = 2.0;
    longer.flow_sccm = 60.0;
    EXPECT_NEAR(longer.transportDelay().count(), 4.0, 0.05);
    auto wider = gas();
    wider.tubeBore_mm = 3.2;
    EXPECT_NEAR(wider.transportDelay().count(), 4.8, 0.05);
}

/// Humidity after a step from 0 to 100 nL/min, as a share of the whole change, at each reading.
std::vector<double> stepResponse(const CapsuleParameters& g, const HygrometerParameters& s, int readings) {
    auto capsule = ideal(g, s);
    const double before = capsule.step({0.0}).humidityOut_pct;
    const double after = ideal(g, s, 100.0).step({100.0}).humidityOut_pct;
    std::vector<double> share;
    for (int k = 0; k < readings; ++k)
        share.push_back((capsule.step({100.0}).humidityOut_pct - before) / (after - before));
    return share;
}

TEST(Capsule, NothingArrivesBeforeTheTransportDelay) {
    auto g = gas();
    g.volume_cm3 = 1e-6;
    const auto share = stepResponse(g, sensor(1e-6), 200);
    const auto delay = static_cast<std::size_t>(g.transportDelay() / period);
    EXPECT_NEAR(share[delay - 1], 0.0, 1e-9);
    EXPECT_NEAR(share[delay + 2], 1.0, 1e-6);
}

TEST(Capsule, TheSensorReaches63PercentAfterItsLag) {
    auto g = gas();
    g.volume_cm3 = 1e-6;
    g.tubeLength_m = 0.0;
    const auto share = stepResponse(g, sensor(4.0), 1000);
    EXPECT_NEAR(share[199], 1.0 - std::exp(-1.0), 0.003); // 4 s = 200 readings
    EXPECT_NEAR(share[399], 1.0 - std::exp(-2.0), 0.003);
}

TEST(Capsule, TheCapsuleReaches63PercentAfterItsWashout) {
    auto g = gas();
    g.tubeLength_m = 0.0;
    const auto share = stepResponse(g, sensor(1e-6), 200);
    EXPECT_NEAR(share[29], 1.0 - std::exp(-1.0), 0.003); // 0.6 s = 30 readings
}

TEST(Capsule, LagsDoNotChangeTheTotal) {
    // 60 s at 100 nL/min: 0.1 uL. With all lags the humidity above rest has the same integral (to the
    // curvature of humidity over rate, under 1 %).
    auto capsule = ideal(gas(), sensor());
    const double rest = capsule.step({0.0}).humidityOut_pct;
    const double full = ideal(gas(), sensor(), 100.0).step({100.0}).humidityOut_pct - rest;
    double sum = 0.0;
    for (int k = 0; k < 6000; ++k)
        sum += (capsule.step({k < 3000 ? 100.0 : 0.0}).humidityOut_pct - rest) * period.count();
    EXPECT_NEAR(sum, 60.0 * full, 0.01 * 60.0 * full);
}

TEST(Capsule, NoiseOfAReadingIsTheSensors) {
    Capsule capsule{gas(), sensor(), {}, {50.0}, period, 1, "test"};
    double sum = 0.0;
    double squares = 0.0;
    constexpr int n = 20'000;
    for (int k = 0; k < n; ++k) {
        const double in = capsule.step({50.0}).humidityIn_pct - 2.0;
        sum += in;
        squares += in * in;
    }
    EXPECT_NEAR(sum / n, 0.0, 0.003);
    EXPECT_NEAR(std::sqrt(squares / n), 0.075, 0.003);
}

TEST(Capsule, DriftRaisesTheBaselineByTheGivenSlope) {
    auto choice = quiet();
    choice.drift_nLPerMinPerMin = 10.0;
    Capsule drifting{gas(), sensor(), choice, {50.0}, period, 1, "test"};
    double last = 0.0;
    for (int k = 0; k < 3000; ++k) // one minute
        last = drifting.step({50.0}).humidityOut_pct;
    EXPECT_NEAR(last, ideal(gas(), sensor(), 60.0).step({60.0}).humidityOut_pct, 1e-3);
}

TEST(Capsule, SlowNoiseCanBeRaised) {
    const auto wander = [](double slow) {
        auto s = sensor();
        s.humidityNoise_pct = 0.0;
        NoiseChoice choice;
        choice.slow_nLPerMin = slow;
        Capsule capsule{gas(), s, choice, {50.0}, period, 1, "test"};
        double least = 1e9;
        double most = 0.0;
        for (int k = 0; k < 20'000; ++k) {
            const double rh = capsule.step({50.0}).humidityOut_pct;
            least = std::min(least, rh);
            most = std::max(most, rh);
        }
        return most - least;
    };
    EXPECT_GT(wander(5.0), 5.0 * wander(0.1));
}

/// The outlet humidity after so many seconds of a constant rate with an artefact, an ideal instrument.
double outletAfter(double seconds, double rate, const Artefacts& artefacts, double atRest = 0.0) {
    auto capsule = ideal(gas(), sensor(), atRest);
    HumidityReading r;
    for (int k = 0; k < seconds / period.count(); ++k)
        r = capsule.step({rate}, artefacts);
    return r.humidityOut_pct;
}

TEST(Artefact, AStepIsAddedToTheReadingAtOnce) {
    Artefacts lifted;
    lifted.humidityStep_pct = 8.0;
    auto capsule = ideal(gas(), sensor(), 300.0);
    const double before = capsule.step({300.0}).humidityOut_pct;
    EXPECT_NEAR(capsule.step({300.0}, lifted).humidityOut_pct, before + 8.0, 1e-9);
    EXPECT_NEAR(capsule.step({300.0}).humidityOut_pct, before, 1e-9);
}

TEST(Artefact, ADropoutReadsWhatNoHygrometerCan) {
    Artefacts out;
    out.dropout = true;
    EXPECT_LT(outletAfter(1.0, 300.0, out), -5.0);
}

TEST(Artefact, ALeakLetsItsPartThrough) {
    Artefacts leak;
    leak.seen = 0.6;
    EXPECT_NEAR(outletAfter(120.0, 500.0, leak), outletAfter(120.0, 300.0, {}), 1e-6); // 0.6 of 500
}

TEST(Artefact, ABurstIsThatMuchMoreSweat) {
    Artefacts burst;
    burst.burst_nLPerMin = 20.0;
    EXPECT_NEAR(outletAfter(120.0, 300.0, burst), outletAfter(120.0, 320.0, {}), 1e-6);
}

TEST(Artefact, AFilmClipsTheHumidityAndGivesBackEveryDropLater) {
    Artefacts film;
    film.evaporationLimit_pct = 20.0;
    auto clipped = ideal(gas(), sensor());
    auto whole = ideal(gas(), sensor());
    double most = 0.0, clippedSum = 0.0, wholeSum = 0.0;
    for (int k = 0; k < 900 / period.count(); ++k) {
        const double rate = k < 100 / period.count() ? 1500.0 : 0.0; // 1500 nL/min would be some 39 %RH
        const double c = clipped.step({rate}, film).humidityOut_pct;
        most = std::max(most, c);
        // the humidity ratio is all but linear in what evaporates: rest humidity taken away, its sum is the
        // water
        clippedSum += c / (1.0 - c / 100.0 * 4759.555 * 1.004719 / 101325.0);
        const double w = whole.step({rate}).humidityOut_pct;
        wholeSum += w / (1.0 - w / 100.0 * 4759.555 * 1.004719 / 101325.0);
    }
    EXPECT_NEAR(most, 20.0, 0.1);
    EXPECT_LT(clipped.film_nL(), 5.0); // of 2500 nL
    EXPECT_NEAR(clippedSum / wholeSum, 1.0, 0.002);
}

TEST(Capsule, TheSameSeedGivesTheSameReadingsAndAnotherSeedOthers) {
    Capsule a{gas(), sensor(), {}, {50.0}, period, 1, "capsule.foot"};
    Capsule b{gas(), sensor(), {}, {50.0}, period, 1, "capsule.foot"};
    Capsule c{gas(), sensor(), {}, {50.0}, period, 2, "capsule.foot"};
    Capsule d{gas(), sensor(), {}, {50.0}, period, 1, "capsule.forearm"};
    for (int k = 0; k < 100; ++k) {
        const double reading = a.step({50.0}).humidityOut_pct;
        EXPECT_EQ(reading, b.step({50.0}).humidityOut_pct);
        EXPECT_NE(reading, c.step({50.0}).humidityOut_pct);
        EXPECT_NE(reading, d.step({50.0}).humidityOut_pct);
    }
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
