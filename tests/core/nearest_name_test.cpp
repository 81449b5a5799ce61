// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nearest_name.hpp"

#include <gtest/gtest.h>

#include <array>

namespace eccrine {
namespace {

TEST(EditDistance, CountsInsertionsOmissionsChangesAndSwaps) {
    EXPECT_EQ(editDistance("jobs", "jobs"), 0U);
    EXPECT_EQ(editDistance("jbos", "jobs"), 1U);
    EXPECT_EQ(editDistance("analyse", "analyze"), 1U);
    EXPECT_EQ(editDistance("kitten", "sitting"), 3U); // the textbook's pair
    EXPECT_EQ(editDistance("", "abc"), 3U);
    EXPECT_EQ(editDistance("abc", ""), 3U);
}

TEST(NearestName, IsTheOneThatWasProbablyMeant) {
    constexpr std::array<std::string_view, 4> names{"analyze", "calc", "calibrate", "run"};
    EXPECT_EQ(nearestName("analyse", names), "analyze");
    EXPECT_EQ(nearestName("calibarte", names), "calibrate");
    EXPECT_EQ(nearestName("rnu", names), "run");
}

TEST(NearestName, IsNoneWhenNothingIsNear) {
    constexpr std::array<std::string_view, 2> names{"analyze", "run"};
    EXPECT_EQ(nearestName("rates.csv", names), "");
    EXPECT_EQ(nearestName("", names), "");
}

} // namespace
} // namespace eccrine
