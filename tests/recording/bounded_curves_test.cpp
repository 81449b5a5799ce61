// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/bounded_curves.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace eccrine::recording {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// One site with outlet humidity and current, rows as they come.
struct Long {
    explicit Long(std::size_t mostValues) : curves(mostValues), sites(1) {
        sites[0].site = "forearm";
        gas = curves.addBase(0, {{&HumiditySignals::humidityOut_pct, nullptr}});
        current = curves.addBase(0, {{nullptr, &CurrentSignals::current_ma}});
    }
    void addGas(double t, double v) { add(gas, t, v); }
    void addCurrent(double t, double v) { add(current, t, v); }
    void add(std::size_t base, double t, double v) {
        curves.addRow(sites, base, t, &v);
        mostHeld = std::max(mostHeld, curves.held());
    }
    [[nodiscard]] const HumiditySignals& humidity() const { return sites[0].humidity; }

    BoundedCurves curves;
    std::vector<SiteSignals> sites;
    std::size_t gas = 0, current = 0, mostHeld = 0;
};

TEST(BoundedCurves, KeepsEverySampleUpToTheBound) {
    Long recording(2000); // 1000 times and as many readings
    for (int i = 0; i < 1000; ++i)
        recording.addGas(0.001 * i, 20.0 + i);
    recording.curves.finish(recording.sites);
    ASSERT_EQ(recording.humidity().time_s.size(), 1000U);
    EXPECT_EQ(recording.humidity().time_s[999], 0.001 * 999);
    EXPECT_EQ(recording.humidity().humidityOut_pct[999], 1019.0);
    EXPECT_EQ(recording.humidity().samplesPerRow, 1U);
    EXPECT_TRUE(recording.curves.remarks(recording.sites).empty());
}

TEST(BoundedCurves, HoldsNoMoreThanTheBoundHoweverLongTheRecordingIs) {
    constexpr std::size_t bound = 200'000;
    for (const int minutes : {1, 10, 60}) {
        Long recording(bound);
        for (int i = 0; i < minutes * 60 * 5000; ++i) {
            recording.addGas(i / 5000.0, 20.0);
            recording.addCurrent(i / 5000.0, 2.0);
        }
        recording.curves.finish(recording.sites);
        EXPECT_LE(recording.mostHeld, bound) << minutes << " min";
        EXPECT_GT(recording.curves.held(), bound / 4) << "it is not reduced more than it has to be";
        EXPECT_NEAR(recording.humidity().time_s.front(), 0.0, 0.25);
        EXPECT_NEAR(recording.humidity().time_s.back(), 60.0 * minutes, 0.25);
        EXPECT_FALSE(recording.curves.tooLong());
    }
}

TEST(BoundedCurves, ARowIsTheMeanOfItsSamplesAtTheMeanOfTheirTimes) {
    Long recording(1000);
    for (int i = 0; i < 20'000; ++i)
        recording.addGas(0.001 * i, 3.0 * 0.001 * i + 1.0);
    recording.curves.finish(recording.sites);
    const HumiditySignals& h = recording.humidity();
    ASSERT_EQ(h.samplesPerRow, 64U); // 20 000 / 500 samples is 40, the next power of 2
    ASSERT_EQ(h.time_s.size(), 313U);
    EXPECT_NEAR(h.time_s[0], 0.0315, 1e-9);    // of samples 0 to 63
    EXPECT_NEAR(h.time_s[1], 0.0955, 1e-9);    // of samples 64 to 127
    EXPECT_NEAR(h.time_s[312], 19.9835, 1e-9); // the rest, samples 19968 to 19999
    for (std::size_t i = 0; i < h.time_s.size(); ++i)
        EXPECT_NEAR(h.humidityOut_pct[i], 3.0 * h.time_s[i] + 1.0, 1e-9);
}

TEST(BoundedCurves, WhatWouldAliasIsAveragedAway) {
    Long recording(4000);
    for (int i = 0; i < 60'000; ++i) // a tone just beside the rate of the rows, 1000 / 32 Hz
        recording.addGas(0.001 * i, 50.0 + 10.0 * std::sin(2.0 * std::numbers::pi * 31.0 * 0.001 * i));
    recording.curves.finish(recording.sites);
    ASSERT_EQ(recording.humidity().samplesPerRow, 32U);
    // every 32nd sample would swing by 10; the mean over 32 ms by 10 sin(x)/x, x = 31 * 0.032 pi: 0.08
    for (const double v : recording.humidity().humidityOut_pct)
        EXPECT_NEAR(v, 50.0, 0.09);
}

TEST(BoundedCurves, AHoleStaysAHole) {
    Long recording(2000);
    for (int i = 0; i < 40'000; ++i) {
        const double t = 0.001 * i;
        if (t >= 10.0 && t < 17.0) continue;
        recording.addGas(t, t < 10.0 ? 1.0 : 2.0);
    }
    recording.curves.finish(recording.sites);
    const HumiditySignals& h = recording.humidity();
    ASSERT_GT(h.samplesPerRow, 16U);
    for (std::size_t i = 0; i < h.time_s.size(); ++i) {
        EXPECT_TRUE(h.time_s[i] < 10.0 || h.time_s[i] >= 17.0);
        EXPECT_EQ(h.humidityOut_pct[i], h.time_s[i] < 10.0 ? 1.0 : 2.0) << "nothing is averaged across it";
    }
}

TEST(BoundedCurves, AMissingSampleDoesNotCountAndAMeanOfNoneIsMissing) {
    Long recording(1000);
    for (int i = 0; i < 20'000; ++i) {
        const double t = 0.001 * i;
        recording.addGas(t, (t >= 5.0 && t < 9.0) || i % 3 == 0 ? missing : 7.0);
    }
    recording.curves.finish(recording.sites);
    const HumiditySignals& h = recording.humidity();
    std::size_t gone = 0;
    for (std::size_t i = 0; i < h.time_s.size(); ++i) {
        if (std::isnan(h.humidityOut_pct[i]))
            ++gone;
        else
            EXPECT_EQ(h.humidityOut_pct[i], 7.0);
        if (h.time_s[i] > 5.1 && h.time_s[i] < 8.9) {
            EXPECT_TRUE(std::isnan(h.humidityOut_pct[i])) << h.time_s[i];
        }
    }
    EXPECT_NEAR(static_cast<double>(gone), 4.0 / 0.064, 2.0);
}

TEST(BoundedCurves, WhatIsFastIsReducedAndWhatIsSlowStaysAsItIs) {
    Long recording(40'000);
    for (int i = 0; i < 300'000; ++i) { // 300 s of current at 1 kHz, gas at 10 Hz
        recording.addCurrent(0.001 * i, 2.0);
        if (i % 100 == 0) recording.addGas(0.001 * i, 20.0);
    }
    recording.curves.finish(recording.sites);
    EXPECT_EQ(recording.humidity().samplesPerRow, 1U);
    EXPECT_EQ(recording.humidity().time_s.size(), 3000U);
    EXPECT_EQ(recording.sites[0].current.samplesPerRow, 32U); // 600 000 values into 34 000: 1/18
    EXPECT_THAT(recording.curves.remarks(recording.sites),
                testing::ElementsAre(testing::HasSubstr("of forearm were reduced from 1000 Hz to 31.25 Hz")));
}

TEST(BoundedCurves, IsTooLongWhenFourRowsASecondDoNotFit) {
    Long recording(1000); // 500 rows, at 4 a second 125 s
    for (int i = 0; i < 200'000; ++i) {
        recording.addGas(0.001 * i, 20.0);
        if (0.001 * i < 60.0) {
            ASSERT_FALSE(recording.curves.tooLong());
        }
    }
    EXPECT_TRUE(recording.curves.tooLong());
    EXPECT_LE(recording.mostHeld, 1000U + 2U);
}

TEST(BoundedCurves, SamplesThatComeSlowerThanAtTheBeginAreBoundedToo) {
    Long recording(2000);
    double t = 0.0;
    for (int i = 0; i < 30'000; ++i) { // 1 kHz for 0.02 s, then 50 Hz for 10 min
        recording.addGas(t, 20.0);
        t += i < 20 ? 0.001 : 0.02;
    }
    EXPECT_LE(recording.mostHeld, 2000U + 2U);
    EXPECT_TRUE(recording.curves.tooLong()) << "10 min at 4 Hz are 4800 values";
    Long more(8000);
    t = 0.0;
    for (int i = 0; i < 30'000; ++i) {
        more.addGas(t, 20.0);
        t += i < 20 ? 0.001 : 0.02;
    }
    EXPECT_LE(more.mostHeld, 8000U);
    EXPECT_FALSE(more.curves.tooLong());
}

TEST(BoundedCurves, RowsInRunsAreTheSameAsOneByOne) {
    Long single(3000), runs(3000);
    std::vector<double> time, value;
    for (int i = 0; i < 50'000; ++i) {
        single.addGas(0.001 * i, i % 7);
        time.push_back(0.001 * i);
        value.push_back(i % 7);
        if (time.size() < 100) continue;
        const std::array<std::span<const double>, 1> columns{value};
        runs.curves.add(runs.sites, runs.gas, time, columns);
        time.clear();
        value.clear();
    }
    single.curves.finish(single.sites);
    runs.curves.finish(runs.sites);
    ASSERT_EQ(single.humidity().time_s.size(), runs.humidity().time_s.size());
    for (std::size_t i = 0; i < single.humidity().time_s.size(); ++i) {
        EXPECT_NEAR(single.humidity().time_s[i], runs.humidity().time_s[i], 1e-9);
        EXPECT_NEAR(single.humidity().humidityOut_pct[i], runs.humidity().humidityOut_pct[i], 1e-9);
    }
}

} // namespace
} // namespace eccrine::recording
