// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

namespace eccrine::analysis {

/// Four samples at once as the compiler's own vector type (g++ and clang): loops with several sums, extremes
/// and findings that it would not turn into vector code by itself. One AVX register, or two of SSE2; lane by
/// lane the arithmetic of a double, so that the bits are the same everywhere. Comparisons give 0 or -1 in
/// each lane, `truth ? a : b` chooses in each lane. To be used inside functions with ECCRINE_VECTOR_CLONES.
using Four = double __attribute__((vector_size(32)));
using FourTruths = long __attribute__((vector_size(32)));
/// The same wherever it lies in an array.
using FourInArray = double __attribute__((vector_size(32), aligned(8), may_alias));

constexpr std::size_t lanesOfFour = 4;

// By reference: how such a value is passed depends on the processor.
[[gnu::always_inline]] inline const FourInArray& fourAt(const double* from) noexcept {
    return *reinterpret_cast<const FourInArray*>(from);
}
[[gnu::always_inline]] inline FourInArray& fourAt(double* to) noexcept {
    return *reinterpret_cast<FourInArray*>(to);
}
[[gnu::always_inline]] inline double totalOf(const Four& v) noexcept {
    return (v[0] + v[1]) + (v[2] + v[3]);
}
[[gnu::always_inline]] inline bool anyOf(const FourTruths& t) noexcept {
    return ((t[0] | t[1]) | (t[2] | t[3])) != 0;
}
[[gnu::always_inline]] inline double lowestOf(const Four& v) noexcept {
    const double a = v[1] < v[0] ? v[1] : v[0], b = v[3] < v[2] ? v[3] : v[2];
    return b < a ? b : a;
}
[[gnu::always_inline]] inline double highestOf(const Four& v) noexcept {
    const double a = v[1] > v[0] ? v[1] : v[0], b = v[3] > v[2] ? v[3] : v[2];
    return b > a ? b : a;
}

} // namespace eccrine::analysis
