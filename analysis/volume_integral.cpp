// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/volume_integral.hpp"

#include "analysis/four.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::analysis {
namespace {

/// Whether all values are there and no time lies further than `gap_s` behind the one before.
ECCRINE_VECTOR_CLONES void lookFor(const double* time, const double* net, std::size_t n, double gap_s,
                                   bool* unusual) noexcept {
    long found = net[0] != net[0] ? 1 : 0;
    for (std::size_t i = 1; i < n; ++i) {
        const double span = time[i] - time[i - 1];
        found |= static_cast<long>(!(span > 0.0)) | static_cast<long>(span > gap_s) |
                 static_cast<long>(net[i] != net[i]);
    }
    *unusual = found != 0;
}

/// The intervals that end at samples 1 to n − 1, n − 1 a multiple of four; the first goes to lane 0.
ECCRINE_VECTOR_CLONES void addIntervals(const double* time, const double* net, std::size_t n, double* sum,
                                        double* covered) noexcept {
    Four s = fourAt(sum), c = fourAt(covered);
    for (std::size_t i = 1; i + lanesOfFour <= n; i += lanesOfFour) {
        const Four span = fourAt(time + i) - fourAt(time + i - 1);
        s += 0.5 * (fourAt(net + i - 1) + fourAt(net + i)) * span;
        c += span;
    }
    fourAt(sum) = s;
    fourAt(covered) = c;
}

} // namespace

void VolumeIntegral::addUnusual(double time_s, double net) noexcept {
    if (std::isnan(net)) return;
    const double span = time_s - lastTime_;
    if (begun_ && span > 0.0) {
        const double a = std::max(lastTime_, from_);
        const double b = std::min(time_s, to_);
        if (b > a) {
            const bool within = a == lastTime_ && b == time_s; // wholly, as nearly all are
            const auto value = [&](double t) {
                return lastValue_ + (net - lastValue_) * (t - lastTime_) / span;
            };
            sum_[lane_] += 0.5 * (within ? lastValue_ + net : value(a) + value(b)) * (b - a);
            covered_[lane_] += b - a;
            lane_ = (lane_ + 1) % sum_.size();
            if (span > gap_) gaps_ += b - a;
        }
    }
    begun_ = true;
    lastTime_ = time_s;
    lastValue_ = net;
}

bool VolumeIntegral::usual(std::span<const double> time, std::span<const double> net) const noexcept {
    if (time.size() < 2 || time.front() < from_ || time.back() > to_) return false;
    bool unusual = false;
    lookFor(time.data(), net.data(), time.size(), gap_, &unusual);
    return !unusual;
}

void VolumeIntegral::add(std::span<const double> time, std::span<const double> net) noexcept {
    std::size_t next = 0;
    // wholly before or behind the window: what counts is the last value, which may begin an interval
    const bool outside = !time.empty() && (time.back() <= from_ || (begun_ && lastTime_ >= to_));
    if (outside && !std::isnan(net.back())) {
        next = time.size() - 1;
    } else if (usual(time, net)) {
        add(time[0], net[0]);
        for (next = 1; next < time.size() && lane_ != 0; ++next)
            add(time[next], net[next]);
        const std::size_t left = (time.size() - next) / 4 * 4;
        if (left > 0) {
            addIntervals(time.data() + next - 1, net.data() + next - 1, left + 1, sum_.data(),
                         covered_.data());
            next += left;
            lastTime_ = time[next - 1];
            lastValue_ = net[next - 1];
        }
    }
    for (; next < time.size(); ++next)
        add(time[next], net[next]);
}

} // namespace eccrine::analysis
