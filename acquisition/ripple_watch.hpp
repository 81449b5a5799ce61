// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/delivery_thresholds.hpp"
#include "acquisition/trip.hpp"
#include "analysis/fourier.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace eccrine::acquisition {

/// Alternating current on top of the direct current of one site, by a Fourier transform of the last second in
/// hold, ten times a second: 1 to 500 Hz in all, and the lines of 50 and 60 Hz by themselves. Samples faster
/// than 1 kHz are averaged down to it; a device slower than that is not judged.
///
/// Pure: samples and what is expected come in. The constructor plans the transform and allocates; after it
/// nothing does, or waits or throws.
class RippleWatch {
public:
    RippleWatch();

    /// `sample` is valid and later than the one before.
    [[nodiscard]] std::optional<Finding> observe(const CurrentSample& sample,
                                                 const Expected& expected) noexcept;
    /// Of the last second.
    [[nodiscard]] std::optional<WarningFinding> ripple() const noexcept { return rippleWarning_; }
    [[nodiscard]] std::optional<WarningFinding> line() const noexcept { return lineWarning_; }
    void clear() noexcept;

private:
    static constexpr std::size_t window = 1000; ///< of 1 ms: coefficient k is k Hz
    static constexpr std::size_t every = 100;   ///< of them a transform

    [[nodiscard]] std::optional<Finding> judge(double set_uA) noexcept;
    /// Around its own mean, from a place in the ring.
    [[nodiscard]] double rmsOf(std::size_t from, std::size_t length) const noexcept;

    analysis::RealTransform transform_{window};
    /// The last second, the oldest at filled_ % window: where it begins makes no difference to the powers.
    std::vector<double> signal_ = std::vector<double>(window);
    std::vector<double> alternating_ = std::vector<double>(window);
    std::vector<double> powers_ = std::vector<double>(window / 2 + 1);
    std::size_t filled_ = 0;
    double sum_uA_ = 0.0; ///< of the millisecond that is being averaged
    unsigned summed_ = 0;
    std::optional<DeviceTime> last_;
    std::optional<WarningFinding> rippleWarning_, lineWarning_;
};

} // namespace eccrine::acquisition
