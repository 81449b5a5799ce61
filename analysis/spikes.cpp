// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/spikes.hpp"

#include <cmath>
#include <limits>

namespace eccrine::analysis {

std::vector<std::size_t> spikesOf(const HumiditySignals& gas, double jump_pct) {
    constexpr double slowest_s = 0.25; // from the sample before to the one after
    std::vector<std::size_t> found;
    const std::vector<double>& x = gas.humidityOut_pct;
    for (std::size_t i = 1; i + 1 < x.size(); ++i) {
        const double before = x[i] - x[i - 1];
        if (!(std::abs(before) > jump_pct)) continue; // of nearly all; also where one is missing
        const double after = x[i] - x[i + 1];
        const bool back = std::abs(after) > jump_pct && std::signbit(after) == std::signbit(before) &&
                          std::abs(x[i + 1] - x[i - 1]) <= 0.5 * jump_pct;
        if (back && gas.time_s[i + 1] - gas.time_s[i - 1] <= slowest_s) found.push_back(i);
    }
    return found;
}

std::optional<SiteSignals> withoutReadings(const SiteSignals& site, const std::vector<std::size_t>& numbers) {
    if (numbers.empty()) return std::nullopt;
    SiteSignals out{site.site, site.humidity, {}, site.capsule, site.flowReference, site.volumeMeter};
    for (const std::size_t i : numbers)
        out.humidity.humidityOut_pct[i] = std::numeric_limits<double>::quiet_NaN();
    return out;
}

} // namespace eccrine::analysis
