// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/delivered.hpp"

#include <algorithm>
#include <array>
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

/// Middle of the currents above half of the highest, as nth_element of them would give it. A histogram says
/// in which narrow range it lies; only that is sorted.
double plateauOf(const std::vector<double>& current_ma, double highest) {
    constexpr std::size_t bins = 1024;
    const double low = 0.5 * highest;
    const double perBin = static_cast<double>(bins) / (highest - low);
    const auto binOf = [&](double c) {
        return std::min(bins - 1, static_cast<std::size_t>((c - low) * perBin));
    };
    std::array<std::size_t, bins> counts{};
    std::size_t all = 0;
    for (const double c : current_ma) {
        if (!(c > low)) continue;
        ++counts[binOf(c)];
        ++all;
    }
    std::size_t rank = all / 2, bin = 0;
    while (rank >= counts[bin])
        rank -= counts[bin++];
    std::vector<double> there;
    there.reserve(counts[bin]);
    for (const double c : current_ma)
        if (c > low && binOf(c) == bin) there.push_back(c);
    const auto middle = there.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(there.begin(), middle, there.end());
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
