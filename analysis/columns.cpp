// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/columns.hpp"

#include "analysis/four.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

ECCRINE_VECTOR_CLONES void lookAbove(const double* v, std::size_t n, double limit, long* found) noexcept {
    long any = 0;
    for (std::size_t i = 0; i < n; ++i)
        any |= static_cast<long>(v[i] > limit);
    *found = any;
}

ECCRINE_VECTOR_CLONES void lookBelow(const double* v, std::size_t n, double limit, long* found) noexcept {
    long any = 0;
    for (std::size_t i = 0; i < n; ++i)
        any |= static_cast<long>(v[i] < limit);
    *found = any;
}

ECCRINE_VECTOR_CLONES void lookMissing(const double* v, std::size_t n, long* found) noexcept {
    long any = 0;
    for (std::size_t i = 0; i < n; ++i)
        any |= static_cast<long>(v[i] != v[i]);
    *found = any;
}

ECCRINE_VECTOR_CLONES void lookRepeated(const double* v, std::size_t n, long* found) noexcept {
    long any = static_cast<long>(n > 0 && v[0] != v[0]);
    for (std::size_t i = 1; i < n; ++i)
        any |= static_cast<long>(v[i] == v[i - 1]) | static_cast<long>(v[i] != v[i]);
    *found = any;
}

ECCRINE_VECTOR_CLONES void lookForAFall(const double* v, std::size_t n, long* found) noexcept {
    long any = 0;
    for (std::size_t i = 1; i < n; ++i)
        any |= static_cast<long>(!(v[i] > v[i - 1]));
    *found = any;
}

ECCRINE_VECTOR_CLONES void lookForAJump(const double* v, std::size_t n, double most, long* found) noexcept {
    long any = 0;
    for (std::size_t i = 1; i < n; ++i)
        any |= static_cast<long>(std::abs(v[i] - v[i - 1]) > most);
    *found = any;
}

ECCRINE_VECTOR_CLONES void lookHighest(const double* v, std::size_t n, double* highest) noexcept {
    Four most = Four{} + *highest, others = most; // two chains, neither of which waits for the other
    std::size_t i = 0;
    for (; i + 2 * lanesOfFour <= n; i += 2 * lanesOfFour) {
        const Four now = fourAt(v + i), next = fourAt(v + i + lanesOfFour);
        most = now > most ? now : most; // NaN is never more
        others = next > others ? next : others;
    }
    most = others > most ? others : most;
    double found = highestOf(most);
    for (; i < n; ++i)
        found = v[i] > found ? v[i] : found;
    *highest = found;
}

ECCRINE_VECTOR_CLONES void addMoments(const double* v, std::size_t n, double middle, Moments* out) noexcept {
    Four sum{}, squares{};
    std::size_t i = 0;
    for (; i + lanesOfFour <= n; i += lanesOfFour) {
        const Four off = fourAt(v + i) - middle;
        sum += off;
        squares += off * off;
    }
    Moments found{totalOf(sum), totalOf(squares)};
    for (; i < n; ++i) {
        found.sum += v[i] - middle;
        found.squares += (v[i] - middle) * (v[i] - middle);
    }
    *out = found;
}

} // namespace

bool anyAbove(std::span<const double> values, double limit) noexcept {
    long found = 0;
    lookAbove(values.data(), values.size(), limit, &found);
    return found != 0;
}

bool anyBelow(std::span<const double> values, double limit) noexcept {
    long found = 0;
    lookBelow(values.data(), values.size(), limit, &found);
    return found != 0;
}

bool anyMissing(std::span<const double> values) noexcept {
    long found = 0;
    lookMissing(values.data(), values.size(), &found);
    return found != 0;
}

bool anyRepeated(std::span<const double> values) noexcept {
    long found = 0;
    lookRepeated(values.data(), values.size(), &found);
    return found != 0;
}

bool allRise(std::span<const double> values) noexcept {
    long found = 0;
    lookForAFall(values.data(), values.size(), &found);
    return found == 0;
}

bool anyJump(std::span<const double> values, double most) noexcept {
    long found = 0;
    lookForAJump(values.data(), values.size(), most, &found);
    return found != 0;
}

double highestOf(std::span<const double> values) noexcept {
    double highest = -std::numeric_limits<double>::infinity();
    lookHighest(values.data(), values.size(), &highest);
    return highest;
}

Moments momentsAbout(double middle, std::span<const double> values) noexcept {
    Moments out;
    addMoments(values.data(), values.size(), middle, &out);
    return out;
}

std::pair<std::size_t, std::size_t> samplesWithin(std::span<const double> time, double from_s,
                                                  double to_s) noexcept {
    const auto first = std::lower_bound(time.begin(), time.end(), from_s);
    const auto end = std::upper_bound(first, time.end(), to_s);
    return {static_cast<std::size_t>(first - time.begin()), static_cast<std::size_t>(end - time.begin())};
}

} // namespace eccrine::analysis
