// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/alarms/alarm_burst.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

namespace eccrine::ui {
namespace {

constexpr int rate = 44100;

/// Amplitude of one frequency, by definition of the Fourier sum.
double amplitude(std::span<const std::int16_t> samples, double hz) {
    double re = 0.0;
    double im = 0.0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double phase = 2.0 * std::numbers::pi * hz * static_cast<double>(i) / rate;
        re += samples[i] * std::cos(phase);
        im += samples[i] * std::sin(phase);
    }
    return 2.0 * std::hypot(re, im) / static_cast<double>(samples.size());
}

/// Where it sounds, in ms: begin and end of each pulse. Silence is 5 ms without a sample.
std::vector<std::pair<double, double>> pulsesOf(const std::vector<std::int16_t>& burst) {
    std::vector<std::pair<double, double>> out;
    std::size_t quiet = rate;
    for (std::size_t i = 0; i < burst.size(); ++i) {
        if (burst[i] == 0) {
            ++quiet;
            continue;
        }
        const double at = 1000.0 * static_cast<double>(i) / rate;
        if (quiet > rate / 200) out.emplace_back(at, at);
        out.back().second = at;
        quiet = 0;
    }
    return out;
}

TEST(AlarmBurst, ItsPulsesAreWhereTheFileHasThem) {
    protocols::AlarmSignals file = protocols::shippedAlarmSignals();
    file.high.pulse = std::chrono::milliseconds{100};
    file.high.gaps = {std::chrono::milliseconds{50}, std::chrono::milliseconds{400}};
    const auto pulses = pulsesOf(alarmBurst(file.high, file, rate));
    ASSERT_EQ(pulses.size(), 3U);
    const double begins[] = {0.0, 150.0, 650.0};
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_NEAR(pulses[i].first, begins[i], 1.0);
        EXPECT_NEAR(pulses[i].second - pulses[i].first, 100.0, 2.0);
    }
}

TEST(AlarmBurst, HasItsPitchAndFourHarmonicsWithinFifteenDecibels) {
    const protocols::AlarmSignals& file = protocols::shippedAlarmSignals();
    const auto burst = alarmBurst(file.medium, file, rate);
    const std::span<const std::int16_t> pulse(burst.data(), static_cast<std::size_t>(0.2 * rate));
    const double pitch = amplitude(pulse, file.pitch_hz);
    ASSERT_GT(pitch, 1000.0);
    for (int n = 2; n <= 5; ++n)
        EXPECT_LT(std::abs(20.0 * std::log10(amplitude(pulse, n * file.pitch_hz) / pitch)), 15.0) << n;
    EXPECT_LT(amplitude(pulse, 2.5 * file.pitch_hz), 0.1 * pitch) << "and nothing between them";
}

TEST(AlarmBurst, BeginsAndEndsWithoutAClick) {
    const protocols::AlarmSignals& file = protocols::shippedAlarmSignals();
    const auto burst = alarmBurst(file.low, file, rate);
    int steepest = 0;
    for (std::size_t i = 0; i < rate / 1000; ++i) // the first millisecond
        steepest = std::max(steepest, std::abs(int{burst[i]}));
    EXPECT_LT(steepest, 2000);
    EXPECT_LE(*std::max_element(burst.begin(), burst.end()), 32767 * 0.81);
}

} // namespace
} // namespace eccrine::ui
