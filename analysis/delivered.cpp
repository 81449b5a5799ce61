// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/delivered.hpp"

#include "analysis/columns.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace eccrine::analysis {
namespace {
constexpr double leastCurrent_ma = 0.020; // a contact probe is no stimulus
// A hole in the record is bridged by its ends up to this length; over a longer one nothing is booked.
constexpr double longestBridge_s = 1.0;

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

/// Charge of the intervals that end at samples 1 to n − 1, none of them missing.
ECCRINE_VECTOR_CLONES void addCharge(const double* time, const double* current, std::size_t n,
                                     double* sum) noexcept {
    constexpr std::size_t lanes = 4;
    std::array<double, lanes> s{};
    const auto of = [&](std::size_t i) {
        const double dt = time[i] - time[i - 1];
        const double mean = 0.5 * (current[i] + current[i - 1]);
        const bool counts = (dt <= longestBridge_s) & (mean >= leastCurrent_ma);
        return counts ? mean * dt : 0.0;
    };
    std::size_t i = 1;
    for (; i + lanes <= n; i += lanes)
        for (std::size_t k = 0; k < lanes; ++k)
            s[k] += of(i + k);
    for (; i < n; ++i)
        s[0] += of(i);
    *sum += (s[0] + s[1]) + (s[2] + s[3]);
}

/// Everything above the probe limit counts, the ramps' feet included; the noise of an idle source does not.
double chargeOf(const CurrentSignals& c) {
    constexpr std::size_t block = 1024;
    double sum = 0.0;
    double lastTime = -std::numeric_limits<double>::infinity(), lastCurrent = 0.0;
    for (std::size_t begin = 0; begin < c.time_s.size(); begin += block) {
        const std::size_t n = std::min(block, c.time_s.size() - begin);
        const std::span current(c.current_ma.data() + begin, n);
        const bool whole = !anyMissing(current);
        for (std::size_t k = 0; k < (whole ? 1 : n); ++k) {
            const double now = current[k];
            if (std::isnan(now)) continue;
            const double dt = c.time_s[begin + k] - lastTime;
            const double mean = 0.5 * (now + lastCurrent);
            sum += dt <= longestBridge_s && mean >= leastCurrent_ma ? mean * dt : 0.0;
            lastTime = c.time_s[begin + k];
            lastCurrent = now;
        }
        if (!whole) continue;
        addCharge(c.time_s.data() + begin, current.data(), n, &sum);
        lastTime = c.time_s[begin + n - 1];
        lastCurrent = current.back();
    }
    return sum;
}

} // namespace

std::optional<Delivered> deliveredOf(const CurrentSignals& c, double fraction) {
    const std::size_t n = c.time_s.size();
    const double highest = highestOf(c.current_ma);
    if (!(highest >= leastCurrent_ma)) return std::nullopt;

    Delivered d;
    d.plateau = {plateauOf(c.current_ma, highest)};
    // the plateau itself is above the threshold: both ends are found
    const auto reaches = [threshold = fraction * d.plateau.value](double ma) { return ma >= threshold; };
    const auto first = std::find_if(c.current_ma.begin(), c.current_ma.end(), reaches);
    const auto last = std::find_if(c.current_ma.rbegin(), c.current_ma.rend(), reaches);
    const auto after = static_cast<std::size_t>(last.base() - c.current_ma.begin());
    d.start = Seconds{c.time_s[static_cast<std::size_t>(first - c.current_ma.begin())]};
    d.stop = Seconds{after < n ? c.time_s[after] : c.time_s.back()};
    d.duration = d.stop - d.start;
    d.charge = {chargeOf(c)};
    if (d.duration.count() > 0) d.meanCurrent = {d.charge.value / d.duration.count()};
    return d;
}

} // namespace eccrine::analysis
