// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/skin_impedance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace eccrine::devices::virtual_instrument {
namespace {

constexpr Seconds tick{0.001};

SkinParameters skinOf(double resistance_kOhmCm2, double anode_cm2, double return_cm2, double knee_v = 5.0) {
    SkinParameters p;
    p.resistance_kOhmCm2 = resistance_kOhmCm2;
    p.knee_v = knee_v;
    p.adaptation_s = 25.0;
    p.breakdown_v = 10.0;
    p.recovery_s = 1600.0;
    p.capacitance_uFPerCm2 = 0.03;
    p.series_kOhm = 1.0;
    p.sweatDoublesConductance_s = 60.0;
    p.anode_cm2 = anode_cm2;
    p.return_cm2 = return_cm2;
    return p;
}

struct Course {
    double peak_v = 0.0, at60_v = 0.0, at300_v = 0.0;
};

Course rampAndHold(const SkinParameters& parameters, double current_mA, double ramp_s) {
    SkinImpedance skin{parameters};
    Course c;
    for (int k = 1; k <= 300'000; ++k) {
        const double t = k * tick.count();
        const double i = std::min(1.0, t / ramp_s) * current_mA;
        const double v = skin.step({i}, tick, false).value;
        if (t <= ramp_s) c.peak_v = std::max(c.peak_v, v);
        if (k == 60'000) c.at60_v = v;
        c.at300_v = v;
    }
    return c;
}

// The check runs of the skin model: peak during a 20 s ramp, then the voltage at 60 s and 300 s. They are
// printed to 0.1 V, so half a digit and a little for the step of the integration: 0.15 V.
struct CheckRun {
    double current_mA, anode_cm2, return_cm2, resistance, peak, at60, at300;
};
class SkinCheckRun : public testing::TestWithParam<CheckRun> {};

TEST_P(SkinCheckRun, VoltageFollowsThePublishedCourse) {
    const auto& run = GetParam();
    const Course c = rampAndHold(skinOf(run.resistance, run.anode_cm2, run.return_cm2), run.current_mA, 20.0);
    EXPECT_NEAR(c.peak_v, run.peak, 0.15);
    EXPECT_NEAR(c.at60_v, run.at60, 0.15);
    EXPECT_NEAR(c.at300_v, run.at300, 0.15);
}

INSTANTIATE_TEST_SUITE_P(PilocarpinePads, SkinCheckRun,
                         testing::Values(CheckRun{1.5, 7, 7, 10, 5.3, 4.6, 4.5},
                                         CheckRun{1.5, 7, 7, 100, 16.7, 10.1, 9.6},
                                         CheckRun{1.5, 7, 7, 300, 22.5, 11.3, 10.8},
                                         CheckRun{1.5, 7, 7, 1000, 31.8, 11.8, 11.3}));
INSTANTIATE_TEST_SUITE_P(QsartCapsule, SkinCheckRun,
                         testing::Values(CheckRun{2.0, 5, 20, 100, 16.2, 10.3, 9.8},
                                         CheckRun{2.0, 5, 20, 300, 20.8, 11.6, 11.1},
                                         CheckRun{2.0, 5, 20, 1000, 28.9, 12.2, 11.7}));

TEST(SkinImpedance, TapWaterOnThePalmReachesThePublishedVoltage) {
    // 15 mA, 150 + 150 cm2, R0 500, V_k 12: 34.7 V peak, 28.7 V at 60 s. Palms: 30 s ramp, R_s at the lower
    // end of its range, 0.6 kOhm.
    auto palm = skinOf(500, 150, 150, 12.0);
    palm.series_kOhm = 0.6;
    const Course c = rampAndHold(palm, 15.0, 30.0);
    EXPECT_NEAR(c.peak_v, 34.7, 0.15);
    EXPECT_NEAR(c.at60_v, 28.7, 0.15);
}

TEST(SkinImpedance, AShortRampMeetsDrySkinAtAHigherVoltage) {
    // 0.1 mA on 0.8 cm2 with a 0.5 s ramp: 30.9 V at 0.5 s.
    SkinImpedance skin{skinOf(300, 0.8, 0.8)};
    double fast = 0.0;
    for (int k = 1; k <= 500; ++k)
        fast = skin.step({0.1 * k / 500.0}, tick, false).value;
    SkinImpedance other{skinOf(300, 0.8, 0.8)};
    double slow = 0.0;
    for (int k = 1; k <= 20'000; ++k)
        slow = other.step({0.1 * k / 20'000.0}, tick, false).value;
    EXPECT_GT(fast, 1.5 * slow);
}

TEST(SkinImpedance, SweatHalvesTheElectrodesShareOfTheVoltage) {
    SkinImpedance dry{skinOf(100, 5, 20)};
    SkinImpedance wet{skinOf(100, 5, 20)};
    for (int k = 0; k < 300'000; ++k) {
        dry.step({2.0}, tick, false);
        wet.step({2.0}, tick, k > 100'000);
    }
    const double series_v = 2.0 * 1.0;
    EXPECT_NEAR(wet.voltage().value - series_v, 0.5 * (dry.voltage().value - series_v), 0.05);
}

TEST(SkinImpedance, ConductanceIsMostlyStillThereHalfAnHourLater) {
    // Curdy 2000: 30 min after the end the resistance is about three times its value at the end.
    SkinImpedance skin{skinOf(100, 5, 20)};
    for (int k = 0; k < 300'000; ++k)
        skin.step({2.0}, tick, false);
    const double atEnd = skin.step({0.02}, tick, false).value; // a 20 uA probe; the RC needs some ms
    for (int k = 0; k < 18'000; ++k)
        skin.step({}, Seconds{0.1}, false);
    SkinImpedance rested{skinOf(100, 5, 20)};
    double later = 0.0;
    double fresh = 0.0;
    for (int k = 0; k < 200; ++k) {
        later = skin.step({0.02}, tick, false).value;
        fresh = rested.step({0.02}, tick, false).value;
    }
    EXPECT_GT(later, 1.2 * 0.02 * 1.0);
    EXPECT_LT(later, 0.6 * fresh);
    EXPECT_GT(atEnd, 0.0);
}

TEST(SkinImpedance, PolarityDoesNotMatter) {
    SkinImpedance plus{skinOf(120, 5, 20)};
    SkinImpedance minus{skinOf(120, 5, 20)};
    for (int k = 0; k < 1000; ++k)
        EXPECT_EQ(plus.step({1.0}, tick, false).value, minus.step({-1.0}, tick, false).value);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
