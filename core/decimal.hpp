// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace eccrine {

/// A number as a person writes it, without binary rounding: millionths in 64 bits. Sums, half of a sum and
/// comparisons are exact. For laboratory values (mmol/L, µL, mg, min), which have few digits and meet limits
/// exactly: 14.96 is below 15, 29.45 rounds to 29.
class Decimal {
public:
    static constexpr std::int64_t one = 1'000'000;
    static constexpr std::int64_t largest = 1'000'000'000; ///< in units; a larger one is refused when read

    constexpr Decimal() = default;
    /// A whole number.
    constexpr Decimal(int whole)
        : millionths_(std::int64_t{whole} * one) {} // NOLINT(google-explicit-constructor): 60 is 60
    [[nodiscard]] static constexpr Decimal ofMillionths(std::int64_t millionths) {
        Decimal d;
        d.millionths_ = millionths;
        return d;
    }
    /// Digits, at most one point, at most five decimals (so that half of a sum is exact), an optional sign.
    /// A comma, an exponent, a space or a word is refused, and the sentence says what was wrong.
    /// \param name what the number is, for the sentence ("left_chloride")
    [[nodiscard]] static Result<Decimal> parse(std::string_view text, const std::string& name);

    [[nodiscard]] constexpr std::int64_t millionths() const { return millionths_; }
    [[nodiscard]] constexpr double toDouble() const { return static_cast<double>(millionths_) / 1e6; }
    /// To the nearest number of `places` decimals (0..6); a half goes up.
    [[nodiscard]] Decimal roundedHalfUp(int places) const;
    /// The whole part towards zero.
    [[nodiscard]] constexpr std::int64_t whole() const { return millionths_ / one; }
    /// Without trailing zeros, but at least `places` decimals: "14.9", "30".
    [[nodiscard]] std::string text(int places = 0) const;
    [[nodiscard]] constexpr Decimal half() const { return ofMillionths(millionths_ / 2); }
    [[nodiscard]] constexpr Decimal magnitude() const {
        return millionths_ < 0 ? ofMillionths(-millionths_) : *this;
    }

    friend constexpr auto operator<=>(Decimal, Decimal) = default;
    friend constexpr Decimal operator+(Decimal a, Decimal b) {
        return ofMillionths(a.millionths_ + b.millionths_);
    }
    friend constexpr Decimal operator-(Decimal a, Decimal b) {
        return ofMillionths(a.millionths_ - b.millionths_);
    }

    friend constexpr Decimal operator*(Decimal a, std::int64_t n) { return ofMillionths(a.millionths_ * n); }

private:
    std::int64_t millionths_ = 0;
};

/// a·b compared with c·d, exactly, for magnitudes up to Decimal::largest.
[[nodiscard]] std::strong_ordering compareProducts(Decimal a, Decimal b, Decimal c, Decimal d);
/// a·b·10^shift / (c·d) rounded half up to `places` decimals; empty when c·d is 0 or the result is too large.
[[nodiscard]] std::optional<Decimal> quotientOfProducts(Decimal a, Decimal b, Decimal c, Decimal d,
                                                        int places);

} // namespace eccrine
