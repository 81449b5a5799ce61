// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace eccrine::analysis {

/// The median of the values at most `half` places away from each one, as far as they are there (not NaN); of
/// an even number of them the upper one; NaN without any. The window is kept sorted while it slides.
[[nodiscard]] std::vector<double> runningMedian(std::span<const double> values, std::size_t half);

} // namespace eccrine::analysis
