// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>

namespace eccrine::analysis {

/// Sums over every fourth value, and how many of them are there (not NaN). In four lanes whatever the
/// processor has, so that a sum has the same bits everywhere.
struct LaneSums {
    std::array<double, 4> sum{}, seen{};
    [[nodiscard]] double total() const { return (sum[0] + sum[1]) + (sum[2] + sum[3]); }
    [[nodiscard]] double count() const { return (seen[0] + seen[1]) + (seen[2] + seen[3]); }
};

/// To be inlined into functions with ECCRINE_VECTOR_CLONES.
[[gnu::always_inline]] inline LaneSums laneSums(const double* values, std::size_t n) noexcept {
    LaneSums out;
    std::size_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (std::size_t k = 0; k < 4; ++k) {
            const double v = values[i + k];
            const bool there = v == v;
            out.sum[k] += there ? v : 0.0;
            out.seen[k] += there ? 1.0 : 0.0;
        }
    for (std::size_t k = 0; i < n; ++i, ++k) {
        const bool there = values[i] == values[i];
        out.sum[k] += there ? values[i] : 0.0;
        out.seen[k] += there ? 1.0 : 0.0;
    }
    return out;
}

} // namespace eccrine::analysis
