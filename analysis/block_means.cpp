// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/block_means.hpp"

#include "analysis/four.hpp"
#include "analysis/lanes.hpp"
#include "analysis/vector_clones.hpp"

#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

/// The sum of a block in the order of laneSums(); NaN when a value is missing. No lane is -0, so that adding
/// nothing leaves its bits.
[[gnu::always_inline]] inline double sumOfWhole(const double* values, std::size_t n) noexcept {
    Four lane{};
    for (; n >= lanesOfFour; n -= lanesOfFour, values += lanesOfFour)
        lane += fourAt(values);
    const double first = n > 0 ? values[0] : 0.0, second = n > 1 ? values[1] : 0.0;
    const double third = n > 2 ? values[2] : 0.0;
    return ((lane[0] + first) + (lane[1] + second)) + ((lane[2] + third) + lane[3]);
}

} // namespace

ECCRINE_VECTOR_CLONES void blockMeans(const double* values, std::size_t first, const std::size_t* ends,
                                      std::size_t blocks, double* out) noexcept {
    for (std::size_t b = 0, begin = first; b < blocks; begin = ends[b++]) {
        const std::size_t n = ends[b] - begin;
        if (n == 2) {                                                           // of 100 Hz, nearly all
            out[b] = 0.5 * ((0.0 + values[begin]) + (0.0 + values[begin + 1])); // no sum of lanes is -0
            if (!std::isnan(out[b])) continue;
        }
        out[b] = sumOfWhole(values + begin, n) / static_cast<double>(n);
        if (!std::isnan(out[b])) continue; // a missing value is rare
        const LaneSums lanes = laneSums(values + begin, n);
        const double count = lanes.count();
        out[b] = count > 0.0 ? lanes.total() / count : std::numeric_limits<double>::quiet_NaN();
    }
}

} // namespace eccrine::analysis
