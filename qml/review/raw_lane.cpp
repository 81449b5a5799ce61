// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/review/raw_lane.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::ui {

namespace {

constexpr double restShare = 0.05; // of the highest value

/// An axis around the values, not from zero: a temperature of 32 to 32.4 °C has to show its course.
NiceScale scaleAround(double low, double high) {
    const double least = std::max(1e-3, 0.01 * std::max(std::abs(low), std::abs(high)));
    if (high - low < least) {
        const double middle = 0.5 * (low + high);
        low = middle - 0.5 * least;
        high = middle + 0.5 * least;
    }
    NiceScale scale;
    scale.step = niceStep((high - low) / 2.0);
    scale.lower = std::floor(low / scale.step + 1e-9) * scale.step;
    scale.upper = std::ceil(high / scale.step - 1e-9) * scale.step;
    return scale;
}

} // namespace

RawLane::RawLane(QString title, QString unit, const std::vector<double>& time_s,
                 const std::vector<double>& values, double origin_s, bool fromZero, QObject* parent)
    : QObject(parent), title_(std::move(title)), unit_(std::move(unit)) {
    std::vector<double> times(time_s.size());
    std::transform(time_s.begin(), time_s.end(), times.begin(), [&](double t) { return t - origin_s; });
    curve_.append(times, values);
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (const double v : values) {
        if (!std::isfinite(v)) continue;
        low = std::min(low, v);
        high = std::max(high, v);
    }
    if (low > high) return;
    // what a meter shows at rest is no negative value
    scale_ =
        fromZero ? niceScale(low < -restShare * high ? low : 0.0, high, 1e-3, 2) : scaleAround(low, high);
}

} // namespace eccrine::ui
