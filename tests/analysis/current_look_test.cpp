// SPDX-License-Identifier: GPL-3.0-or-later
// One look at the current against plain loops over it, and the power that a spectrum cannot exceed.
#include "analysis/columns.hpp"
#include "analysis/current_look.hpp"
#include "analysis/fourier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>
#include <random>
#include <vector>

namespace eccrine::analysis {
namespace {

/// 100 s of which the current flows for 40; \param missing every so many samples is not there, 0: none
CurrentSignals pulse(std::size_t missing) {
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0.0, 0.01);
    CurrentSignals c;
    for (std::size_t i = 0; i < 10'007; ++i) {
        const double t = static_cast<double>(i) / 100.0;
        c.time_s.push_back(t);
        c.current_ma.push_back((t >= 30.0 && t < 70.0 ? 2.0 : 0.0) + noise(random));
        if (missing > 0 && i % missing == 0) c.current_ma.back() = std::nan("");
    }
    return c;
}

class Looks : public testing::TestWithParam<std::size_t> {};

TEST_P(Looks, FindsWhatAPlainLoopFinds) {
    const CurrentSignals c = pulse(GetParam());
    const std::size_t n = c.time_s.size();
    double charge = 0.0, highest = -std::numeric_limits<double>::infinity(), last = 0.0;
    double since = -highest;
    std::size_t first = n, behind = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const double ma = c.current_ma[i], t = c.time_s[i];
        if (std::isnan(ma)) continue;
        highest = std::max(highest, ma);
        if (t - since <= 1.0 && t > since && 0.5 * (ma + last) >= 0.02)
            charge += 0.5 * (ma + last) * (t - since);
        since = t;
        last = ma;
        if (ma < 1.0) continue;
        first = std::min(first, i);
        behind = i + 1;
    }
    if (first == n) behind = n;
    const CurrentLook look(c);
    EXPECT_TRUE(look.timesRise());
    EXPECT_EQ(look.highest_ma(), highest);
    EXPECT_NEAR(look.charge_mc(), charge, 1e-9);
    EXPECT_EQ(look.firstFrom(1.0), first);
    EXPECT_EQ(look.behindLastFrom(1.0), behind);
    EXPECT_EQ(look.firstFrom(5.0), n);
    for (std::size_t i = 0; i < n; i += 97) {
        const std::size_t until = look.noneBelowUntil(i, 1.0);
        ASSERT_GE(until, i);
        for (std::size_t k = i; k < until; ++k)
            ASSERT_GE(c.current_ma[k], 1.0) << k;
    }
    if (GetParam() == 0) {
        EXPECT_GT(look.noneBelowUntil(first + 100, 1.0), first + 1000);
    }
}

INSTANTIATE_TEST_SUITE_P(Missing, Looks, testing::Values(0U, 1U, 3U, 1000U));

TEST(CurrentLook, SeesATimeThatDoesNotRise) {
    for (const std::size_t at : {1U, 2U, 1023U, 1024U, 1025U, 10'006U}) {
        CurrentSignals c = pulse(0);
        c.time_s[at] = c.time_s[at - 1];
        EXPECT_FALSE(CurrentLook(c).timesRise()) << at;
    }
}

TEST(WelchPower, IsNeverMoreThanWhatIsSaidBeforehand) {
    std::mt19937 random(11);
    std::normal_distribution<double> noise(0.0, 0.02);
    for (const double hz : {0.1, 3.0, 50.0, 110.0}) {
        std::vector<double> signal;
        for (int i = 0; i < 5000; ++i)
            signal.push_back(2.0 + 0.1 * std::sin(2.0 * std::numbers::pi * hz * i / 500.0) + noise(random));
        for (const std::size_t window : {512U, 1024U, 4096U}) {
            const double most =
                mostWelchPower(momentsAbout(signal.front(), signal).squares, signal.size(), window);
            EXPECT_LE(welch(signal, 500.0, window).power(0.0, 250.0), most) << hz << " " << window;
        }
    }
    EXPECT_EQ(mostWelchPower(1.0, 100, 128), 0.0);
}

TEST(CurrentLook, StretchesEndWhereTheCurrentStaysAway) {
    CurrentSignals c;
    for (int i = 0; i < 6000; ++i) { // 10 Hz; gone from 100 to 200 s, and once for 0.3 s
        const double t = 0.1 * i;
        c.time_s.push_back(t);
        c.current_ma.push_back(t < 10.0 || (t >= 100.0 && t < 200.0) || t > 400.0 ? 0.0 : 2.0);
    }
    c.current_ma[3000] = c.current_ma[3001] = c.current_ma[3002] = 0.0;
    c.current_ma[2500] = std::numeric_limits<double>::quiet_NaN();
    const CurrentLook look(c);
    using Stretch = std::pair<std::size_t, std::size_t>;
    EXPECT_THAT(look.stretchesFrom(1.0, 1.0, 0, c.time_s.size()),
                testing::ElementsAre(Stretch{100, 1000}, Stretch{2000, 4001}));
    EXPECT_THAT(look.stretchesFrom(1.0, 0.1, 2900, 3100),
                testing::ElementsAre(Stretch{2900, 3000}, Stretch{3003, 3100}));
    EXPECT_TRUE(look.stretchesFrom(1.0, 1.0, 1100, 1900).empty());
    EXPECT_TRUE(look.stretchesFrom(3.0, 1.0, 0, c.time_s.size()).empty());
}

} // namespace
} // namespace eccrine::analysis
