// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/block_means.hpp"

#include "analysis/lanes.hpp"
#include "analysis/vector_clones.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

/// The sum of a block in the order of laneSums(); NaN when a value is missing.
[[gnu::always_inline]] inline double sumOfWhole(const double* values, std::size_t n) noexcept {
    std::array<double, 4> lane{};
    for (; n >= 4; n -= 4, values += 4)
        for (std::size_t k = 0; k < 4; ++k)
            lane[k] += values[k];
    if (n > 0) lane[0] += values[0];
    if (n > 1) lane[1] += values[1];
    if (n > 2) lane[2] += values[2];
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

} // namespace

ECCRINE_VECTOR_CLONES void blockMeans(const double* values, const std::size_t* ends, std::size_t blocks,
                                      double* out) noexcept {
    for (std::size_t b = 0, begin = 0; b < blocks; begin = ends[b++]) {
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
