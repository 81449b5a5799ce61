// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <utility>

namespace eccrine::analysis {

/// Quick looks at a whole column: nearly all columns have nothing to find, and need no look at each sample.

/// A missing value (NaN) is neither above nor below.
[[nodiscard]] bool anyAbove(std::span<const double> values, double limit) noexcept;
[[nodiscard]] bool anyBelow(std::span<const double> values, double limit) noexcept;
[[nodiscard]] bool anyMissing(std::span<const double> values) noexcept;
/// Whether a value is missing, or the same as the one before.
[[nodiscard]] bool anyRepeated(std::span<const double> values) noexcept;
/// Whether each value is more than the one before; not when one is missing.
[[nodiscard]] bool allRise(std::span<const double> values) noexcept;
/// Whether a value differs from the one before by more than `most`; a missing value does not.
[[nodiscard]] bool anyJump(std::span<const double> values, double most) noexcept;
/// The highest value; negative infinity without one.
[[nodiscard]] double highestOf(std::span<const double> values) noexcept;

/// Sums of the values' distances from `middle` and of the squares of these; NaN when a value is missing.
struct Moments {
    double sum = 0.0, squares = 0.0;
};
[[nodiscard]] Moments momentsAbout(double middle, std::span<const double> values) noexcept;

/// Numbers of the first sample at or after `from_s` and of the first after `to_s`.
[[nodiscard]] std::pair<std::size_t, std::size_t> samplesWithin(std::span<const double> time_s, double from_s,
                                                                double to_s) noexcept;

} // namespace eccrine::analysis
