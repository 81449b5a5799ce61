// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace eccrine::analysis {

/// Trapezoid over raw time stamps in a window; holes are bridged by a straight line and counted. nL/min over
/// seconds gives µL. Sample by sample or in blocks of any size: the bits are the same.
class VolumeIntegral {
public:
    VolumeIntegral(double from_s, double to_s, double gap_s) : from_(from_s), to_(to_s), gap_(gap_s) {}
    /// Times rising; a NaN value is a missing sample.
    void add(double time_s, double net_nl_per_min) noexcept {
        const double span = time_s - lastTime_;
        const bool plain = begun_ && lastTime_ >= from_ && time_s <= to_ && span > 0.0 && span <= gap_ &&
                           net_nl_per_min == net_nl_per_min;
        if (!plain) {
            addUnusual(time_s, net_nl_per_min);
            return;
        }
        sum_[lane_] += 0.5 * (lastValue_ + net_nl_per_min) * span;
        covered_[lane_] += span;
        lane_ = (lane_ + 1) % sum_.size();
        lastTime_ = time_s;
        lastValue_ = net_nl_per_min;
    }
    void add(std::span<const double> time_s, std::span<const double> net_nl_per_min) noexcept;
    /// The integral so far as one that ends earlier: nothing behind `to_s` may have been added yet.
    [[nodiscard]] VolumeIntegral endingAt(double to_s) const noexcept {
        VolumeIntegral part = *this;
        part.to_ = to_s;
        return part;
    }
    [[nodiscard]] bool over() const noexcept { return begun_ && lastTime_ >= to_; } ///< nothing adds to it
    [[nodiscard]] double microlitres() const noexcept { return total(sum_) / 60.0 / 1000.0; }
    [[nodiscard]] double gaps_s() const noexcept { return gaps_; } ///< bridged within the window
    [[nodiscard]] double covered_s() const noexcept { return total(covered_); }

private:
    /// In four lanes, interval by interval in turn: a processor adds four at once, and the bits are the same.
    using Lanes = std::array<double, 4>;
    static double total(const Lanes& l) noexcept { return (l[0] + l[1]) + (l[2] + l[3]); }
    void addUnusual(double time_s, double net_nl_per_min) noexcept;
    /// An interval that lies within the window and is no gap.
    [[nodiscard]] bool usual(std::span<const double> time_s, std::span<const double> net) const noexcept;

    double from_, to_, gap_;
    Lanes sum_{}, covered_{};
    std::size_t lane_ = 0; ///< of the next interval
    double gaps_ = 0.0;
    bool begun_ = false;
    double lastTime_ = 0.0, lastValue_ = 0.0;
};

} // namespace eccrine::analysis
