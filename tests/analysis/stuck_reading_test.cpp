// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/stuck_reading.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr double nan_ = std::numeric_limits<double>::quiet_NaN();

struct Sensor {
    std::vector<double> time, value;
    /// 10 Hz for 800 s: a response of 7 %RH over a resting 0.3 %RH, rounded to `step` (0: not at all).
    explicit Sensor(double step, double noise = 0.013) {
        std::mt19937 random(1);
        std::normal_distribution<double> normal(0.0, noise);
        for (int i = 0; i < 8000; ++i) {
            const double t = 0.1 * i;
            const double rise = t < 300.0 ? 0.0 : 1.0 - std::exp(-(std::min(t, 508.0) - 300.0) / 75.0);
            const double rh = 0.3 + 7.0 * rise * std::exp(-std::max(0.0, t - 508.0) / 90.0) + normal(random);
            time.push_back(t);
            value.push_back(step > 0.0 ? std::round(rh / step) * step : rh);
        }
    }
    void stick(double from_s, double to_s) {
        const double held = value[static_cast<std::size_t>(from_s * 10.0)];
        for (std::size_t i = 0; i < time.size(); ++i)
            if (time[i] >= from_s && time[i] < to_s) value[i] = held;
    }
    [[nodiscard]] std::optional<Repetition> look(double from_s = -180.0, double to_s = 600.0) const {
        return repeatedReading(time, value, 200.0, from_s, to_s, {}, 8.0);
    }
};

TEST(StuckReading, AFineSensorThatRepeatsItselfIsStuck) {
    Sensor s(0.0);
    EXPECT_FALSE(s.look());
    s.stick(530.0, 800.0); // to the end, as a sensor that died
    const auto found = s.look();
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->stuck);
    EXPECT_NEAR(found->from_s, 330.0, 0.11);
    EXPECT_NEAR(found->to_s, 599.9, 0.11);
}

TEST(StuckReading, ASensorThatRoundsIsCoarseAndNotStuck) {
    const auto found = Sensor(0.1).look();
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->stuck);
    EXPECT_FALSE(Sensor(0.01).look()) << "the noise shows through steps of its own size";
}

TEST(StuckReading, ACoarseSensorThatComesBackWithAJumpWasStuck) {
    Sensor s(0.1);
    s.stick(320.0, 380.0); // through the rise
    const auto found = s.look();
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->stuck);
    EXPECT_NEAR(found->from_s, 120.0, 1.5); // the same code was read a little before
}

TEST(StuckReading, OneReadingThroughoutIsStuck) {
    Sensor s(0.0);
    s.stick(0.0, 800.0);
    ASSERT_TRUE(s.look());
    EXPECT_TRUE(s.look()->stuck && s.look()->throughout);
}

TEST(StuckReading, CountsOnlyWithinTheTimesThatMatter) {
    Sensor s(0.0);
    s.stick(3.0, 28.0); // 8 s of it after -180 s
    EXPECT_FALSE(s.look());
    EXPECT_TRUE(s.look(-200.0));
}

TEST(StuckReading, MissingSamplesDoNotEndARepetition) {
    Sensor s(0.0);
    s.stick(530.0, 800.0);
    for (std::size_t i = 5300; i < 8000; i += 7)
        s.value[i] = nan_;
    ASSERT_TRUE(s.look());
    EXPECT_TRUE(s.look()->stuck);
}

} // namespace
} // namespace eccrine::analysis
