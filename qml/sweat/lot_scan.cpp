// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/lot_scan.hpp"

#include "qml/session/typed_date.hpp"

#include <QtCore/QDate>

#include <algorithm>
#include <cctype>

namespace eccrine::ui {

namespace {

constexpr char groupSeparator = '\x1d';
constexpr std::size_t gtinDigits = 14; // (01)
constexpr std::size_t dateDigits = 6;  // (11), (15), (17): YYMMDD

bool digits(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

std::optional<Date> gs1Date(std::string_view text) {
    if (text.size() != dateDigits || !digits(text)) return std::nullopt;
    const auto two = [&](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
    const int year = 2000 + two(0);
    const int month = two(2);
    const int day = two(4);
    if (month < 1 || month > 12) return std::nullopt;
    if (day == 0) return Date::ofDays(Date{year, month, 1}.plusMonths(1).days() - 1);
    const Date date{year, month, day};
    if (Date::ofDays(date.days()) != date) return std::nullopt;
    return date;
}

/// Removes and returns the next `count` characters, or up to the next separator or bracket when 0.
std::string_view take(std::string_view& rest, std::size_t count) {
    std::size_t n = count;
    if (n == 0) {
        n = rest.find_first_of("\x1d(");
        if (n == std::string_view::npos) n = rest.size();
    }
    n = std::min(n, rest.size());
    const std::string_view taken = rest.substr(0, n);
    rest.remove_prefix(n);
    return taken;
}

} // namespace

std::optional<Date> expiryOf(std::string_view text) {
    const QString typed = QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())).trimmed();
    if (const auto day = typedDate(typed)) return day;
    for (const char* format : {"yyyy-MM", "M.yyyy"})
        if (const QDate first = QDate::fromString(typed, QLatin1String(format)); first.isValid())
            return Date::ofDays(Date{first.year(), first.month(), 1}.plusMonths(1).days() - 1);
    return std::nullopt;
}

LotScan readLotScan(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == groupSeparator))
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    LotScan plain{std::string(text), std::nullopt};
    std::string_view rest = text;
    if (rest.size() > 3 && rest[0] == ']') rest.remove_prefix(3); // symbology identifier, "]d2"
    LotScan found;
    while (!rest.empty()) {
        if (rest.front() == groupSeparator) {
            rest.remove_prefix(1);
            continue;
        }
        const bool brackets = rest.front() == '(';
        if (brackets) rest.remove_prefix(1);
        const std::string_view key = take(rest, 2);
        if (brackets && (rest.empty() || rest.front() != ')')) return plain;
        if (brackets) rest.remove_prefix(1);
        if (key == "01") {
            if (!digits(take(rest, gtinDigits))) return plain;
        } else if (key == "17") {
            found.expiry = gs1Date(take(rest, dateDigits));
            if (!found.expiry) return plain;
        } else if (key == "11" || key == "15") {
            if (!gs1Date(take(rest, dateDigits))) return plain;
        } else if (key == "10") {
            found.number = std::string(take(rest, 0));
        } else if (key == "21") {
            take(rest, 0);
        } else {
            return plain;
        }
    }
    if (found.number.empty() && !found.expiry) return plain;
    return found;
}

} // namespace eccrine::ui
