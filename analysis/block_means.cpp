// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/block_means.hpp"

#include "analysis/four.hpp"
#include "analysis/lanes.hpp"
#include "analysis/vector_clones.hpp"

#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

/// The sum of four lanes and the fewer than four values behind them. No lane is -0, so that adding nothing
/// leaves its bits.
[[gnu::always_inline]] inline double withRest(const Four& lane, const double* values,
                                              std::size_t n) noexcept {
    const double first = n > 0 ? values[0] : 0.0, second = n > 1 ? values[1] : 0.0;
    const double third = n > 2 ? values[2] : 0.0;
    return ((lane[0] + first) + (lane[1] + second)) + ((lane[2] + third) + lane[3]);
}

/// The sum of a block in the order of laneSums(); NaN when a value is missing.
[[gnu::always_inline]] inline double sumOfWhole(const double* values, std::size_t n) noexcept {
    Four lane{};
    for (; n >= lanesOfFour; n -= lanesOfFour, values += lanesOfFour)
        lane += fourAt(values);
    return withRest(lane, values, n);
}

/// The mean of what is there, once the sum of all is known.
[[gnu::always_inline]] inline double meanOf(const double* values, std::size_t n, double sum) noexcept {
    const double mean = sum / static_cast<double>(n);
    if (!std::isnan(mean)) return mean; // a missing value is rare
    const LaneSums lanes = laneSums(values, n);
    const double count = lanes.count();
    return count > 0.0 ? lanes.total() / count : std::numeric_limits<double>::quiet_NaN();
}

[[gnu::always_inline]] inline double meanOf(const double* values, std::size_t n) noexcept {
    return meanOf(values, n, sumOfWhole(values, n));
}

/// Means of two values each, as of 100 Hz nearly all are. No sum of lanes is -0.
[[gnu::always_inline]] inline void meansOfPairs(const double* values, std::size_t pairs,
                                                double* out) noexcept {
    const Four nothing{};
    std::size_t b = 0;
    for (; b + lanesOfFour <= pairs; b += lanesOfFour) {
        const Four low = fourAt(values + 2 * b), high = fourAt(values + 2 * b + lanesOfFour);
        const Four first = __builtin_shufflevector(low, high, 0, 2, 4, 6);
        const Four second = __builtin_shufflevector(low, high, 1, 3, 5, 7);
        const Four mean = 0.5 * ((nothing + first) + (nothing + second));
        fourAt(out + b) = mean;
        if (anyOf(mean != mean))
            for (std::size_t k = b; k < b + lanesOfFour; ++k)
                out[k] = meanOf(values + 2 * k, 2);
    }
    for (; b < pairs; ++b)
        out[b] = meanOf(values + 2 * b, 2);
}

/// How many blocks of two samples follow one another.
[[gnu::always_inline]] inline std::size_t pairsFrom(const std::size_t* ends, std::size_t blocks,
                                                    std::size_t begin) noexcept {
    std::size_t pairs = 0;
    while (pairs < blocks && ends[pairs] == begin + 2 * (pairs + 1))
        ++pairs;
    return pairs;
}

/// A column's means are a chain of additions each of which waits for the one before: four columns at once are
/// four chains.
[[gnu::always_inline]] inline void meansOfFour(const double* const* columns, std::size_t begin, std::size_t n,
                                               std::size_t b, double* const* out) noexcept {
    const double *p = columns[0] + begin, *q = columns[1] + begin, *r = columns[2] + begin,
                 *s = columns[3] + begin;
    Four first{}, second{}, third{}, fourth{};
    std::size_t i = 0;
    for (; i + lanesOfFour <= n; i += lanesOfFour) {
        first += fourAt(p + i);
        second += fourAt(q + i);
        third += fourAt(r + i);
        fourth += fourAt(s + i);
    }
    out[0][b] = meanOf(p, n, withRest(first, p + i, n - i));
    out[1][b] = meanOf(q, n, withRest(second, q + i, n - i));
    out[2][b] = meanOf(r, n, withRest(third, r + i, n - i));
    out[3][b] = meanOf(s, n, withRest(fourth, s + i, n - i));
}

} // namespace

ECCRINE_VECTOR_CLONES void blockMeans(const double* const* columns, std::size_t count, std::size_t first,
                                      const std::size_t* ends, std::size_t blocks,
                                      double* const* out) noexcept {
    for (std::size_t b = 0, begin = first; b < blocks;) {
        if (const std::size_t pairs = pairsFrom(ends + b, blocks - b, begin); pairs > 0) {
            for (std::size_t c = 0; c < count; ++c)
                meansOfPairs(columns[c] + begin, pairs, out[c] + b);
            b += pairs;
            begin += 2 * pairs;
            continue;
        }
        const std::size_t n = ends[b] - begin;
        std::size_t c = 0;
        for (; c + 4 <= count; c += 4)
            meansOfFour(columns + c, begin, n, b, out + c);
        for (; c < count; ++c)
            out[c][b] = meanOf(columns[c] + begin, n);
        begin = ends[b++];
    }
}

} // namespace eccrine::analysis
