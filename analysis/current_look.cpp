// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/current_look.hpp"

#include "analysis/four.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::analysis {
namespace {

constexpr std::size_t block = 1024;
constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double leastCurrent_ma = 0.020; // a contact probe is no stimulus
// A hole in the record is bridged by its ends up to this length; over a longer one nothing is booked.
constexpr double longestBridge_s = 1.0;

struct Look {
    double lowest = infinite, highest = -infinite;
    double charge = 0.0; ///< of the intervals that end at samples 1 to n − 1, if none is missing
    bool falls = false;  ///< some time is not more than the one before
    bool missing = false;
};

[[gnu::always_inline]] inline double chargeBetween(double dt, double now, double before) noexcept {
    const double mean = 0.5 * (now + before);
    const bool counts = (dt <= longestBridge_s) & (mean >= leastCurrent_ma);
    return counts ? mean * dt : 0.0;
}

ECCRINE_VECTOR_CLONES void look(const double* time, const double* current, std::size_t n,
                                Look* out) noexcept {
    const double first = current[0];
    Four sum{}, low = Four{} + first, high = low;
    FourTruths falls{}, missing{};
    if (first != first) {
        low = Four{} + infinite;
        high = -low;
        missing = ~missing;
    }
    std::size_t i = 1;
    for (; i + lanesOfFour <= n; i += lanesOfFour) {
        const Four dt = fourAt(time + i) - fourAt(time + i - 1), now = fourAt(current + i);
        const Four mean = 0.5 * (now + fourAt(current + i - 1));
        const FourTruths counts = (dt <= longestBridge_s) & (mean >= leastCurrent_ma);
        sum += counts ? mean * dt : Four{};
        low = now < low ? now : low; // NaN is neither less nor more
        high = now > high ? now : high;
        falls |= ~(dt > 0.0);
        missing |= now != now;
    }
    Look found{lowestOf(low), highestOf(high), 0.0, anyOf(falls), anyOf(missing)};
    for (; i < n; ++i) {
        const double now = current[i], dt = time[i] - time[i - 1];
        sum[0] += chargeBetween(dt, now, current[i - 1]);
        found.lowest = now < found.lowest ? now : found.lowest;
        found.highest = now > found.highest ? now : found.highest;
        found.falls = found.falls || !(dt > 0.0);
        found.missing = found.missing || now != now;
    }
    found.charge = totalOf(sum);
    *out = found;
}

} // namespace

CurrentLook::CurrentLook(const CurrentSignals& c) : current_(c) {
    const std::size_t size = std::min(c.time_s.size(), c.current_ma.size());
    blocks_.reserve(size / block + 1);
    double lastTime = -infinite, lastCurrent = 0.0; // of the reading before
    const auto book = [&](double time, double now) {
        charge_mc_ += chargeBetween(time - lastTime, now, lastCurrent);
        lastTime = time;
        lastCurrent = now;
    };
    for (std::size_t begin = 0; begin < size; begin += block) {
        const std::size_t n = std::min(block, size - begin);
        const double* const time = c.time_s.data() + begin;
        const double* const current = c.current_ma.data() + begin;
        Look found;
        look(time, current, n, &found);
        timesRise_ = timesRise_ && !found.falls && (begin == 0 || time[0] > time[-1]);
        // a missing reading may be anything
        blocks_.push_back({found.missing ? -infinite : found.lowest, found.highest});
        highest_ma_ = std::max(highest_ma_, found.highest);
        if (!found.missing) {
            book(time[0], current[0]);
            charge_mc_ += found.charge;
            lastTime = time[n - 1];
            lastCurrent = current[n - 1];
            continue;
        }
        for (std::size_t i = 0; i < n; ++i)
            if (!std::isnan(current[i])) book(time[i], current[i]);
    }
}

std::size_t CurrentLook::firstFrom(double least_ma) const {
    const std::vector<double>& c = current_.current_ma;
    const auto found = std::find_if(blocks_.begin(), blocks_.end(),
                                    [=](const Block& b) { return b.highest_ma >= least_ma; });
    if (found == blocks_.end()) return c.size();
    auto i = static_cast<std::size_t>(found - blocks_.begin()) * block;
    while (!(c[i] >= least_ma))
        ++i;
    return i;
}

std::size_t CurrentLook::behindLastFrom(double least_ma) const {
    const std::vector<double>& c = current_.current_ma;
    const auto found = std::find_if(blocks_.rbegin(), blocks_.rend(),
                                    [=](const Block& b) { return b.highest_ma >= least_ma; });
    if (found == blocks_.rend()) return c.size();
    auto i = std::min(static_cast<std::size_t>(found.base() - blocks_.begin()) * block, c.size());
    while (!(c[i - 1] >= least_ma))
        --i;
    return i;
}

std::size_t CurrentLook::noneBelowUntil(std::size_t begin, double limit_ma) const {
    std::size_t b = begin / block;
    while (b < blocks_.size() && blocks_[b].lowest_ma >= limit_ma)
        ++b;
    return std::max(begin, std::min(b * block, current_.current_ma.size()));
}

std::vector<std::pair<std::size_t, std::size_t>>
CurrentLook::stretchesFrom(double least_ma, double patience_s, std::size_t first, std::size_t last) const {
    const std::vector<double>&time = current_.time_s, &c = current_.current_ma;
    last = std::min(last, c.size());
    std::vector<std::pair<std::size_t, std::size_t>> out;
    bool flows = false;
    for (std::size_t i = first; i < last;) {
        const std::size_t until = std::min(last, std::max(i + 1, noneBelowUntil(i, least_ma)));
        const bool enough = until > i + 1 || c[i] >= least_ma;
        if (enough && !flows) out.emplace_back(i, i);
        flows = flows || enough;
        if (enough)
            out.back().second = until;
        else if (flows && c[i] < least_ma && time[i] - time[out.back().second - 1] >= patience_s)
            flows = false;
        i = until;
    }
    return out;
}

} // namespace eccrine::analysis
