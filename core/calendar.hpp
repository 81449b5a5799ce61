// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eccrine {

/// A day of the Gregorian calendar. Ages are computed from two of them, never typed.
struct Date {
    int year = 0, month = 1, day = 1;
    friend constexpr auto operator<=>(const Date&, const Date&) = default;

    /// "2026-03-02". A day that does not exist is refused.
    [[nodiscard]] static Result<Date> parse(std::string_view text, const std::string& name);
    [[nodiscard]] std::string text() const;
    /// Days since 1970-01-01.
    [[nodiscard]] std::int64_t days() const;
    [[nodiscard]] static Date ofDays(std::int64_t days);
    /// The same day of a later (earlier) month; a day that this month does not have becomes its last one:
    /// 2025-08-31 and six months give 2026-02-28.
    [[nodiscard]] Date plusMonths(int months) const;
};

/// A day with or without the time of day, local time of the laboratory: a birth is often known by its day
/// only.
struct Moment {
    Date date;
    std::optional<int> minuteOfDay; ///< 0..1439
    friend constexpr auto operator<=>(const Moment&, const Moment&) = default;

    /// "2026-03-02" or "2026-03-02T14:05" (seconds may follow and are dropped).
    [[nodiscard]] static Result<Moment> parse(std::string_view text, const std::string& name);
    [[nodiscard]] std::string text() const;
};

/// Whole days from one day to the other.
[[nodiscard]] std::int64_t daysBetween(const Date& from, const Date& to);
/// Hours that have surely passed from one moment to the other, and that can have passed at most: the same
/// number when both have a time of day, else what the days leave open.
struct HoursPassed {
    double atLeast = 0.0, atMost = 0.0;
};
[[nodiscard]] HoursPassed hoursBetween(const Moment& from, const Moment& to);
/// Completed years, by the calendar.
[[nodiscard]] int completedYears(const Date& born, const Date& on);
/// Completed months, by the calendar (plusMonths()).
[[nodiscard]] int completedMonths(const Date& born, const Date& on);
/// "28 days", "5 months", "6 years": as people say it (days below 3 months, months below 3 years).
[[nodiscard]] std::string ageText(const Date& born, const Date& on);

} // namespace eccrine
