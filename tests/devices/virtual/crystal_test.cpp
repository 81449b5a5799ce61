// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/crystal.hpp"

#include <gtest/gtest.h>

namespace eccrine::devices::virtual_instrument {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime begin{1h};

std::int64_t microseconds(const Crystal& c, MonotonicTime host) {
    return c.at(host).time_since_epoch().count();
}

// F-31: +-500 ppm
TEST(Crystal, FiveHundredPpmAreHalfAMillisecondASecond) {
    for (const double ppm : {500.0, -500.0}) {
        Crystal c{1.0};
        c.startAt(begin);
        c.setError(ppm, begin);
        EXPECT_NEAR(static_cast<double>(microseconds(c, begin + 100s)), 100e6 * (1.0 + ppm * 1e-6), 1.0);
    }
}

TEST(Crystal, AChangeOfItsErrorIsNoJump) {
    Crystal c{20.0};
    c.startAt(begin);
    const auto before = microseconds(c, begin + 10s);
    c.setError(1000.0, begin + 10s);
    EXPECT_EQ(microseconds(c, begin + 10s), before);
    EXPECT_NEAR(static_cast<double>(microseconds(c, begin + 20s) - before), 200e6 * 1.001, 1.0);
    c.setError(0.0, begin + 20s);
    EXPECT_NEAR(static_cast<double>(microseconds(c, begin + 30s) - microseconds(c, begin + 20s)), 200e6, 1.0);
}

TEST(Crystal, StandingStillLeavesTheTimeOut) {
    Crystal c{2.0};
    c.startAt(begin);
    c.standStill(3s);
    EXPECT_EQ(microseconds(c, begin + 10s), 14'000'000);
}

TEST(Crystal, RunsInRealTimeForAWhileAndThenFasterAgainWithoutAJump) {
    Crystal c{20.0};
    c.startAt(begin);
    c.runInRealTime(true, begin + 1s);
    EXPECT_EQ(microseconds(c, begin + 3s), 22'000'000);
    c.runInRealTime(true, begin + 3s); // still
    c.runInRealTime(false, begin + 3s);
    EXPECT_EQ(microseconds(c, begin + 3s), 22'000'000);
    EXPECT_EQ(microseconds(c, begin + 4s), 42'000'000);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
