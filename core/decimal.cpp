// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/decimal.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace eccrine {
namespace {

__extension__ using Wide = __int128;

constexpr std::array<std::int64_t, 7> tens{1, 10, 100, 1'000, 10'000, 100'000, 1'000'000};

/// Towards minus infinity.
Wide floorDivide(Wide a, Wide b) {
    const Wide q = a / b;
    return q * b > a ? q - 1 : q;
}

} // namespace

Result<Decimal> Decimal::parse(std::string_view text, const std::string& name) {
    const std::string quoted = "\"" + std::string(text.substr(0, 40)) + "\"";
    const auto refuse = [&](const char* why, const char* remedy) {
        return failed(quoted + " " + why, name, remedy);
    };
    if (text.find(',') != std::string_view::npos)
        return refuse("has a comma", "write the number with a decimal point and without separators");
    const bool negative = text.starts_with('-');
    std::string_view digits = text.substr(negative || text.starts_with('+') ? 1 : 0);
    const std::size_t point = digits.find('.');
    const std::string_view whole = digits.substr(0, point);
    const std::string_view part =
        point == std::string_view::npos ? std::string_view() : digits.substr(point + 1);
    const auto onlyDigits = [](std::string_view s) {
        return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (whole.empty() || !onlyDigits(whole) || !onlyDigits(part) ||
        (point != std::string_view::npos && part.empty()))
        return refuse("is not a number", "write digits with a decimal point, for instance 14.9");
    if (part.size() > 5 && part.find_first_not_of('0', 5) != std::string_view::npos)
        return refuse("has more than five decimals", "write the reading as the instrument shows it");
    std::int64_t millionths = 0;
    for (const char c : whole) {
        millionths = millionths * 10 + (c - '0');
        if (millionths > largest) return refuse("is too large", "check the number");
    }
    millionths *= one;
    for (std::size_t i = 0; i < std::min<std::size_t>(part.size(), 5); ++i)
        millionths += (part[i] - '0') * tens[5 - i];
    return ofMillionths(negative ? -millionths : millionths);
}

Decimal Decimal::roundedHalfUp(int places) const {
    const std::int64_t step = tens[static_cast<std::size_t>(6 - std::clamp(places, 0, 6))];
    return ofMillionths(static_cast<std::int64_t>(floorDivide(Wide{millionths_} + step / 2, step)) * step);
}

std::string Decimal::text(int places) const {
    const std::int64_t m = millionths_ < 0 ? -millionths_ : millionths_;
    std::array<char, 8> part{};
    static_cast<void>(std::snprintf(part.data(), part.size(), "%06d", static_cast<int>(m % one)));
    std::string decimals(part.data(), 6);
    while (decimals.size() > static_cast<std::size_t>(std::clamp(places, 0, 6)) && decimals.back() == '0')
        decimals.pop_back();
    return (millionths_ < 0 ? "-" : "") + std::to_string(m / one) + (decimals.empty() ? "" : "." + decimals);
}

std::strong_ordering compareProducts(Decimal a, Decimal b, Decimal c, Decimal d) {
    const Wide left = Wide{a.millionths()} * b.millionths();
    const Wide right = Wide{c.millionths()} * d.millionths();
    return left < right ? std::strong_ordering::less
                        : (left > right ? std::strong_ordering::greater : std::strong_ordering::equal);
}

std::optional<Decimal> quotientOfProducts(Decimal a, Decimal b, Decimal c, Decimal d, int places) {
    Wide numerator = Wide{a.millionths()} * b.millionths();
    Wide denominator = Wide{c.millionths()} * d.millionths();
    if (denominator == 0) return std::nullopt;
    if (denominator < 0) {
        numerator = -numerator;
        denominator = -denominator;
    }
    const std::int64_t scale = tens[static_cast<std::size_t>(std::clamp(places, 0, 6))];
    constexpr Wide most = (Wide{1} << 126) / 2'000'000;
    if (numerator > most || numerator < -most || denominator > most) return std::nullopt;
    const Wide rounded = floorDivide(2 * numerator * scale + denominator, 2 * denominator);
    const Wide millionths = rounded * (Decimal::one / scale);
    if (millionths > Wide{Decimal::largest} * Decimal::one ||
        millionths < -Wide{Decimal::largest} * Decimal::one)
        return std::nullopt;
    return Decimal::ofMillionths(static_cast<std::int64_t>(millionths));
}

} // namespace eccrine
