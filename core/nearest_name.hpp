// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string_view>
#include <utility>
#include <vector>

namespace eccrine {

/// How many letters have to be put in, left out, changed or swapped with their neighbour to make one word the
/// other (optimal string alignment).
[[nodiscard]] inline std::size_t editDistance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before, last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, changed});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::exchange(last, row);
    }
    return last.back();
}

/// The name that was probably meant: the nearest one, if at most a third of its letters are others. Empty:
/// none.
template <class Names>
[[nodiscard]] std::string_view nearestName(std::string_view written, const Names& names) {
    std::string_view nearest;
    std::size_t least = 0;
    for (const std::string_view name : names) {
        const std::size_t distance = editDistance(written, name);
        if (distance > std::max<std::size_t>(1, name.size() / 3)) continue;
        if (!nearest.empty() && distance >= least) continue;
        nearest = name;
        least = distance;
    }
    return nearest;
}

} // namespace eccrine
