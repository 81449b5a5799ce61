// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/delivered.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace eccrine::analysis {
namespace {
constexpr double leastCurrent_ma = 0.020; // a contact probe is no stimulus
// A hole in the record is bridged by its ends up to this length; over a longer one nothing is booked.
constexpr double longestBridge_s = 1.0;
} // namespace

std::optional<Delivered> deliveredOf(const CurrentSignals& c, double fraction) {
    const std::size_t n = c.time_s.size();
    double highest = 0.0;
    for (std::size_t i = 0; i < n; ++i)
        if (!std::isnan(c.current_ma[i])) highest = std::max(highest, c.current_ma[i]);
    if (highest < leastCurrent_ma) return std::nullopt;
    std::vector<double> high;
    for (std::size_t i = 0; i < n; ++i)
        if (c.current_ma[i] > 0.5 * highest) high.push_back(c.current_ma[i]);
    const auto middle = high.begin() + static_cast<std::ptrdiff_t>(high.size() / 2);
    std::nth_element(high.begin(), middle, high.end());

    Delivered d;
    d.plateau = {*middle};
    const double threshold = fraction * d.plateau.value;
    std::size_t first = n, last = 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (!(c.current_ma[i] >= threshold)) continue;
        first = std::min(first, i);
        last = i;
    }
    d.start = Seconds{c.time_s[first]};
    d.stop = Seconds{last + 1 < n ? c.time_s[last + 1] : c.time_s[last]};
    d.duration = d.stop - d.start;
    // Everything above the probe limit counts, the ramps' feet included; the noise of an idle source does
    // not.
    double sum = 0.0;
    std::optional<std::size_t> before;
    for (std::size_t i = 0; i < n; ++i) {
        if (std::isnan(c.current_ma[i])) continue;
        if (before) {
            const double dt = c.time_s[i] - c.time_s[*before];
            const double mean = 0.5 * (c.current_ma[i] + c.current_ma[*before]);
            if (dt <= longestBridge_s && mean >= leastCurrent_ma) sum += mean * dt;
        }
        before = i;
    }
    d.charge = {sum};
    if (d.duration.count() > 0) d.meanCurrent = {d.charge.value / d.duration.count()};
    return d;
}

} // namespace eccrine::analysis
