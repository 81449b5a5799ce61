// SPDX-License-Identifier: GPL-3.0-or-later
// Limits: 2.1 of the reference of the sweat test (CFF-2017: 60 to 160; COND-UK: above 90, to 500 in its
// file).
#include "example_sweat.hpp"
#include "records/decision_scale.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace eccrine::records {
namespace {

double endOf(const char* profile, const std::vector<double>& values) {
    return decisionBarEnd(tests::guidelineNamed(profile).bands.front().classes, values);
}

TEST(DecisionBarEnd, IsThatOfTheLastClass) {
    EXPECT_EQ(endOf("CFF-2017", {}), 160.0);
    EXPECT_EQ(endOf("CFF-2017", {33.1, 159.9}), 160.0);
}

TEST(DecisionBarEnd, ALastClassOfMoreThanTwiceTheOthersIsCut) {
    EXPECT_EQ(endOf("COND-UK", {}), 3 * 91.0);
    EXPECT_EQ(endOf("COND-UK", {273.0}), 3 * 91.0);
}

TEST(DecisionBarEnd, ReachesToAValueBeyondAndNotForEver) {
    EXPECT_EQ(endOf("COND-UK", {400.0}), 420.0);  // 5 % of room
    EXPECT_EQ(endOf("CFF-2017", {165.0}), 174.0); // 173.25, a whole number is printed
    EXPECT_EQ(endOf("CFF-2017", {900.0, 20.0}), 200.0);
}

TEST(DecisionBarEnd, WithoutClassesIsThatOfTheValues) {
    EXPECT_EQ(decisionBarEnd({}, std::vector{20.0, 100.0}), 105.0);
    EXPECT_EQ(decisionBarEnd({}, {}), 0.0);
}

} // namespace
} // namespace eccrine::records
