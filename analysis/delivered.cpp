// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/delivered.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace eccrine::analysis {
namespace {
constexpr double leastCurrent_ma = 0.020; // a contact probe is no stimulus
// A hole in the record is bridged by its ends up to this length; over a longer one nothing is booked.
constexpr double longestBridge_s = 1.0;
} // namespace

namespace {

/// Middle of the currents above half of the highest; of a long record, of some twenty thousand samples spread
/// over it.
double plateauOf(const std::vector<double>& current_ma, double highest) {
    constexpr std::size_t enough = 20'000;
    const std::size_t stride = std::max<std::size_t>(1, current_ma.size() / enough);
    std::vector<double> high;
    for (std::size_t i = 0; i < current_ma.size(); i += stride)
        if (current_ma[i] > 0.5 * highest) high.push_back(current_ma[i]);
    if (high.empty()) return highest; // a stimulus shorter than the stride
    const auto middle = high.begin() + static_cast<std::ptrdiff_t>(high.size() / 2);
    std::nth_element(high.begin(), middle, high.end());
    return *middle;
}

} // namespace

std::optional<Delivered> deliveredOf(const CurrentSignals& c, double fraction) {
    const std::size_t n = c.time_s.size();
    double highest = 0.0;
    for (std::size_t i = 0; i < n; ++i)
        highest = c.current_ma[i] > highest ? c.current_ma[i] : highest; // NaN is never more
    if (highest < leastCurrent_ma) return std::nullopt;

    Delivered d;
    d.plateau = {plateauOf(c.current_ma, highest)};
    const double threshold = fraction * d.plateau.value;
    std::size_t first = 0, last = n - 1; // the plateau itself is above the threshold: both are found
    while (!(c.current_ma[first] >= threshold))
        ++first;
    while (!(c.current_ma[last] >= threshold))
        --last;
    d.start = Seconds{c.time_s[first]};
    d.stop = Seconds{last + 1 < n ? c.time_s[last + 1] : c.time_s[last]};
    d.duration = d.stop - d.start;
    // Everything above the probe limit counts, the ramps' feet included; the noise of an idle source does
    // not.
    double sum = 0.0;
    double lastTime = -std::numeric_limits<double>::infinity(), lastCurrent = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        const double now = c.current_ma[i];
        if (std::isnan(now)) continue;
        const double dt = c.time_s[i] - lastTime;
        const double mean = 0.5 * (now + lastCurrent);
        sum += dt <= longestBridge_s && mean >= leastCurrent_ma ? mean * dt : 0.0;
        lastTime = c.time_s[i];
        lastCurrent = now;
    }
    d.charge = {sum};
    if (d.duration.count() > 0) d.meanCurrent = {d.charge.value / d.duration.count()};
    return d;
}

} // namespace eccrine::analysis
