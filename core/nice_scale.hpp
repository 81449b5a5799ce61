// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cmath>

namespace eccrine {

/// An axis that ends on round numbers.
struct NiceScale {
    double lower = 0.0;
    double upper = 1.0;
    double step = 0.5; ///< between labels

    friend bool operator==(const NiceScale&, const NiceScale&) = default;
};

/// The smallest of 1, 2 or 5 times a power of ten that is not below `raw`.
[[nodiscard]] inline double niceStep(double raw) {
    const double decade = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0})
        if (factor * decade >= raw * (1.0 - 1e-9)) return factor * decade;
    return 10.0 * decade;
}

/// An axis over [low, high] that holds zero, is never narrower than `atLeast` above zero, and has `labels`
/// intervals or fewer.
[[nodiscard]] inline NiceScale niceScale(double low, double high, double atLeast, int labels) {
    const double top = std::max({high, atLeast, 1e-9});
    const double bottom = std::min(low, 0.0);
    NiceScale scale;
    scale.step = niceStep((top - bottom) / labels);
    scale.upper = std::ceil(top / scale.step - 1e-9) * scale.step;
    scale.lower = std::floor(bottom / scale.step + 1e-9) * scale.step;
    return scale;
}

} // namespace eccrine
