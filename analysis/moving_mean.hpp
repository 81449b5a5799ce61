// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace eccrine::analysis {

/// Centred moving mean over the samples within ± half the width; missing ones (NaN) left out. The samples of
/// a stream are evenly spaced, so that a mean over samples is a mean over time. What lies alone in a hole is
/// no mean of the time around it: there the mean is missing. What the ends of the record cut off is not
/// missed.
class MovingMean {
public:
    /// \param time_s strictly rising; both have to outlive it
    /// \param leastShare of the samples that a window would hold without holes
    MovingMean(std::span<const double> time_s, std::span<const double> values, double width_s,
               double leastShare);

    static constexpr std::size_t block = 512;
    /// The means around the samples from `first` on, as many as `out` holds, at most a block; NaN where the
    /// window holds too few samples. Call with rising `first`.
    void means(std::size_t first, std::span<double> out);

private:
    void start(std::size_t first);
    void step(std::size_t sample);
    bool evenly(std::size_t first, std::size_t n, std::size_t at);

    std::span<const double> time_, value_;
    double half_, leastShare_, perSecond_ = 0.0;
    bool begun_ = false;
    // of the last window: its first sample, the one behind it, and what it holds
    std::size_t from_ = 0, to_ = 0;
    double sum_ = 0.0, count_ = 0.0;
    std::array<double, block> sums_{}, counts_{};
};

} // namespace eccrine::analysis
