// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nice_scale.hpp"

#include <gtest/gtest.h>

namespace eccrine {
namespace {

TEST(NiceScale, EndsOnRoundNumbersAboveTheCurve) {
    EXPECT_EQ(niceScale(0.0, 262.0, 50.0, 3), (NiceScale{0.0, 300.0, 100.0}));
    EXPECT_EQ(niceScale(0.0, 61.0, 50.0, 3), (NiceScale{0.0, 100.0, 50.0}));
    EXPECT_EQ(niceScale(0.0, 1.4, 0.1, 3), (NiceScale{0.0, 1.5, 0.5}));
}

TEST(NiceScale, DoesNotBlowUpAFlatCurve) {
    EXPECT_EQ(niceScale(0.0, 2.0, 50.0, 3).upper, 60.0);
}

TEST(NiceScale, HoldsZeroAndNegativeRates) {
    const NiceScale scale = niceScale(-12.0, 90.0, 50.0, 3);
    EXPECT_LE(scale.lower, -12.0);
    EXPECT_GE(scale.upper, 90.0);
    EXPECT_EQ(niceScale(5.0, 90.0, 50.0, 3).lower, 0.0);
}

TEST(NiceScale, KeepsAMaximumThatLiesOnALabel) {
    EXPECT_EQ(niceScale(0.0, 300.0, 50.0, 3).upper, 300.0);
}

} // namespace
} // namespace eccrine
