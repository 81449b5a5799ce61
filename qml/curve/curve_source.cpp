// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/curve/curve_source.hpp"

#include <cmath>
#include <limits>

namespace eccrine::ui {

void CurveSource::append(std::span<const double> times_s, std::span<const double> values) {
    const std::size_t n = std::min(times_s.size(), values.size());
    if (n == 0) return;
    for (std::size_t i = 0; i < n; ++i) {
        samples_.append(times_s[i], static_cast<float>(values[i]));
        lowest_ = std::fmin(lowest_, values[i]);
        highest_ = std::fmax(highest_, values[i]);
    }
    emit appended();
}

void CurveSource::clear() {
    samples_.clear();
    lowest_ = 0.0;
    highest_ = 0.0;
    emit cleared();
}

double CurveSource::lastTimeS() const {
    return samples_.empty() ? std::numeric_limits<double>::quiet_NaN() : samples_.time(samples_.size() - 1);
}

} // namespace eccrine::ui
