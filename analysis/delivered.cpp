// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/delivered.hpp"

#include <algorithm>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr double leastCurrent_ma = 0.020; // a contact probe is no stimulus

/// Middle of the currents above half of the highest; of a long record, of some twenty thousand samples spread
/// over it.
double plateauOf(const CurrentLook& look) {
    constexpr std::size_t enough = 20'000;
    const std::vector<double>& current_ma = look.current().current_ma;
    const double half = 0.5 * look.highest_ma();
    const std::size_t stride = std::max<std::size_t>(1, current_ma.size() / enough);
    const std::size_t first = (look.firstFrom(half) + stride - 1) / stride * stride;
    const std::size_t end = look.behindLastFrom(half);
    std::vector<double> high;
    for (std::size_t i = first; i < end; i += stride)
        if (current_ma[i] > half) high.push_back(current_ma[i]);
    if (high.empty()) return look.highest_ma(); // a stimulus shorter than the stride
    const auto middle = high.begin() + static_cast<std::ptrdiff_t>(high.size() / 2);
    std::nth_element(high.begin(), middle, high.end());
    return *middle;
}

} // namespace

std::optional<Delivered> deliveredOf(const CurrentSignals& c, double fraction) {
    return deliveredOf(CurrentLook(c), fraction);
}

std::optional<Delivered> deliveredOf(const CurrentLook& look, double fraction) {
    if (!(look.highest_ma() >= leastCurrent_ma)) return std::nullopt;
    const std::vector<double>& time = look.current().time_s;
    Delivered d;
    d.plateau = {plateauOf(look)};
    // the plateau itself is above the threshold: both ends are found
    const double threshold = fraction * d.plateau.value;
    const std::size_t after = look.behindLastFrom(threshold);
    d.start = Seconds{time[look.firstFrom(threshold)]};
    d.stop = Seconds{after < time.size() ? time[after] : time.back()};
    d.duration = d.stop - d.start;
    d.charge = {look.charge_mc()};
    if (d.duration.count() > 0) d.meanCurrent = {d.charge.value / d.duration.count()};
    return d;
}

} // namespace eccrine::analysis
