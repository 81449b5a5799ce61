// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/calendar.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace eccrine {
namespace {

constexpr int leastYear = 1850, mostYear = 2200; // outside: a typing error

bool leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int daysOfMonth(int year, int month) {
    constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

/// Exactly `count` digits from `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    if (text.size() < at + count) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

} // namespace

Result<Date> Date::parse(std::string_view text, const std::string& name) {
    const Date date{digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2)};
    const std::string quoted = "\"" + std::string(text.substr(0, 40)) + "\"";
    if (text.size() != 10 || text[4] != '-' || text[7] != '-' || date.year < 0 || date.month < 0 ||
        date.day < 0)
        return failed(quoted + " is not a date", name, "write YYYY-MM-DD, for instance 2026-03-02");
    if (date.year < leastYear || date.year > mostYear || date.month < 1 || date.month > 12 || date.day < 1 ||
        date.day > daysOfMonth(date.year, date.month))
        return failed(quoted + " is a day that does not exist", name, "check the date");
    return date;
}

std::string Date::text() const {
    std::array<char, 40> out{};
    static_cast<void>(std::snprintf(out.data(), out.size(), "%04d-%02d-%02d", year, month, day));
    return out.data();
}

// Day count and its inverse after Howard Hinnant, "chrono-compatible low-level date algorithms".
std::int64_t Date::days() const {
    const std::int64_t y = month <= 2 ? year - 1 : year;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const std::int64_t yearOfEra = y - era * 400;
    const std::int64_t dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * 146097 + dayOfEra - 719468;
}

Date Date::ofDays(std::int64_t days) {
    const std::int64_t z = days + 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const std::int64_t dayOfEra = z - era * 146097;
    const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const std::int64_t shifted = (5 * dayOfYear + 2) / 153;
    const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
    return {static_cast<int>(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)), month,
            static_cast<int>(dayOfYear - (153 * shifted + 2) / 5 + 1)};
}

Date Date::plusMonths(int months) const {
    const int index = year * 12 + month - 1 + months;
    const int y = index >= 0 ? index / 12 : (index - 11) / 12;
    const int m = index - y * 12 + 1;
    return {y, m, std::min(day, daysOfMonth(y, m))};
}

Result<Moment> Moment::parse(std::string_view text, const std::string& name) {
    auto date = Date::parse(text.substr(0, 10), name);
    if (!date) {
        if (text.size() > 10)
            return failed("\"" + std::string(text.substr(0, 40)) + "\" is not a date", name,
                          "write YYYY-MM-DD or YYYY-MM-DDTHH:MM");
        return tl::unexpected(date.error());
    }
    if (text.size() == 10) return Moment{*date, {}};
    const int hour = digits(text, 11, 2), minute = digits(text, 14, 2);
    const bool seconds =
        text.size() == 19 && text[16] == ':' && digits(text, 17, 2) >= 0 && digits(text, 17, 2) < 60;
    if ((text[10] != 'T' && text[10] != ' ') || (text.size() != 16 && !seconds) || text[13] != ':' ||
        hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return failed("\"" + std::string(text.substr(0, 40)) + "\" is not a time", name,
                      "write YYYY-MM-DDTHH:MM, for instance 2026-03-02T14:05");
    return Moment{*date, hour * 60 + minute};
}

std::string Moment::text() const {
    if (!minuteOfDay) return date.text();
    std::array<char, 40> out{};
    static_cast<void>(
        std::snprintf(out.data(), out.size(), "T%02d:%02d", *minuteOfDay / 60, *minuteOfDay % 60));
    return date.text() + out.data();
}

std::int64_t daysBetween(const Date& from, const Date& to) {
    return to.days() - from.days();
}

HoursPassed hoursBetween(const Moment& from, const Moment& to) {
    constexpr double lastMinute = 24.0 * 60.0;
    const double days = 24.0 * static_cast<double>(daysBetween(from.date, to.date));
    const double fromEarliest = from.minuteOfDay ? *from.minuteOfDay : 0.0;
    const double fromLatest = from.minuteOfDay ? *from.minuteOfDay : lastMinute;
    const double toEarliest = to.minuteOfDay ? *to.minuteOfDay : 0.0;
    const double toLatest = to.minuteOfDay ? *to.minuteOfDay : lastMinute;
    return {days + (toEarliest - fromLatest) / 60.0, days + (toLatest - fromEarliest) / 60.0};
}

int completedMonths(const Date& born, const Date& on) {
    int months = (on.year - born.year) * 12 + on.month - born.month;
    if (born.plusMonths(months) > on) --months;
    return months;
}

int completedYears(const Date& born, const Date& on) {
    const int months = completedMonths(born, on);
    return months >= 0 ? months / 12 : (months - 11) / 12;
}

std::string ageText(const Date& born, const Date& on) {
    const auto say = [](std::int64_t n, const char* unit) {
        return std::to_string(n) + " " + unit + (n == 1 ? "" : "s");
    };
    const int months = completedMonths(born, on);
    if (months < 3) return say(daysBetween(born, on), "day");
    return months < 36 ? say(months, "month") : say(months / 12, "year");
}

} // namespace eccrine
