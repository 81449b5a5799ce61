// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>

namespace eccrine::analysis {

/// A number in the words of a flag, without decimals.
inline std::string whole(double value) {
    return std::to_string(std::lround(value));
}

/// From the earliest to the latest time that was added: where in the curve a flag holds.
struct Span {
    std::optional<double> from, to;
    void add(double t) {
        from = std::min(from.value_or(t), t);
        to = std::max(to.value_or(t), t);
    }
};

} // namespace eccrine::analysis
