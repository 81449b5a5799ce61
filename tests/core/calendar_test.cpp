// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calendar.hpp"

#include <gtest/gtest.h>

namespace eccrine {
namespace {

Date day(const char* text) {
    return Date::parse(text, "date").value();
}
Moment at(const char* text) {
    return Moment::parse(text, "date").value();
}

TEST(Calendar, CountsDaysOfTheGregorianCalendar) {
    EXPECT_EQ(day("1970-01-01").days(), 0);
    EXPECT_EQ(day("2000-03-01").days() - day("2000-02-28").days(), 2);  // leap
    EXPECT_EQ(day("1900-03-01").days() - day("1900-02-28").days(), 1);  // no leap
    EXPECT_EQ(daysBetween(day("2020-01-15"), day("2026-03-02")), 2238); // sweat-test reference table, V01
    EXPECT_EQ(daysBetween(day("2005-06-01"), day("2026-03-02")), 7579); // V22
    for (const std::int64_t days : {-40000LL, -1LL, 0LL, 11016LL, 20514LL, 80000LL})
        EXPECT_EQ(Date::ofDays(days).days(), days);
}

TEST(Calendar, SixMonthsEndOnTheLastDayOfAShorterMonth) { // sweat-test reference table, P2
    EXPECT_EQ(day("2025-08-31").plusMonths(6), day("2026-02-28"));
    EXPECT_EQ(day("2023-08-31").plusMonths(6), day("2024-02-29"));
    EXPECT_EQ(day("2025-03-31").plusMonths(-1), day("2025-02-28"));
    EXPECT_EQ(day("2025-11-30").plusMonths(3), day("2026-02-28"));
}

TEST(Calendar, AgesAreCompletedOnes) {
    EXPECT_EQ(completedMonths(day("2025-09-10"), day("2026-03-09")), 5);
    EXPECT_EQ(completedMonths(day("2025-09-10"), day("2026-03-10")), 6);
    EXPECT_EQ(completedYears(day("2008-02-29"), day("2026-02-28")), 18); // clamped to the last of February
    EXPECT_EQ(completedYears(day("2008-03-01"), day("2026-02-28")), 17);
}

TEST(Calendar, TellsAgesAsPeopleSayThem) {
    EXPECT_EQ(ageText(day("2026-01-10"), day("2026-02-07")), "28 days");
    EXPECT_EQ(ageText(day("2026-01-10"), day("2026-01-11")), "1 day");
    EXPECT_EQ(ageText(day("2025-08-10"), day("2026-02-10")), "6 months");
    EXPECT_EQ(ageText(day("2020-01-15"), day("2026-03-02")), "6 years");
}

TEST(Calendar, HoursAreKnownAsFarAsTheTimesAre) {
    const HoursPassed exact = hoursBetween(at("2026-01-10T08:00"), at("2026-01-12T07:00"));
    EXPECT_DOUBLE_EQ(exact.atLeast, 47.0);
    EXPECT_DOUBLE_EQ(exact.atMost, 47.0);
    const HoursPassed days = hoursBetween(at("2026-01-10"), at("2026-01-12"));
    EXPECT_DOUBLE_EQ(days.atLeast, 24.0);
    EXPECT_DOUBLE_EQ(days.atMost, 72.0);
}

class CalendarRefuses : public testing::TestWithParam<const char*> {};
TEST_P(CalendarRefuses, WhatIsNoDay) {
    const auto refused = Moment::parse(GetParam(), "dob");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "dob");
    EXPECT_FALSE(refused.error().remedy.empty());
}
INSTANTIATE_TEST_SUITE_P(Table, CalendarRefuses,
                         testing::Values("", "2026", "2026-2-3", "02/03/2026", "2026-02-30", "2025-02-29",
                                         "2026-13-01", "2026-00-10", "2026-01-00", "0026-01-01",
                                         "2026-01-10T24:00", "2026-01-10T12:60", "2026-01-10T12",
                                         "2026-01-10 noon", "2026-01-1O"));

} // namespace
} // namespace eccrine
