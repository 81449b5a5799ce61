// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/delivery_thresholds.hpp"
#include "acquisition/sliding_mean.hpp"
#include "acquisition/trip.hpp"

#include <array>
#include <optional>

namespace eccrine::acquisition {

/// What the readings of one site say about the instrument: current that nobody asked for, current that does
/// not come back, that flows the other way round, or a converter that is stuck. Pure: samples and what is
/// expected come in. Nothing allocates or throws.
class ReadingRules {
public:
    /// `sample` is valid and later than the one before. The worst finding.
    [[nodiscard]] std::optional<Finding> observe(const CurrentSample& sample,
                                                 const Expected& expected) noexcept;
    void clear() noexcept { *this = ReadingRules{}; }

private:
    [[nodiscard]] std::optional<Finding> withoutCommand(const CurrentSample& sample,
                                                        const Expected& expected) noexcept;
    [[nodiscard]] std::optional<Finding> frozen(const CurrentSample& sample,
                                                const Expected& expected) noexcept;
    [[nodiscard]] std::optional<Finding> leaks(const CurrentSample& sample) noexcept;
    [[nodiscard]] std::optional<Finding> reversed(const CurrentSample& sample,
                                                  const Expected& expected) noexcept;

    SlidingMean<1, threshold::meanBins> idleMean_{threshold::meanBinWidth};
    std::optional<DeviceTime> sameSince_, sameCurrentsSince_;
    double sameCurrent_uA_ = 0.0;
    std::optional<double> sameCathode_uA_, sameVoltage_mV_;
    std::optional<DeviceTime> leaksSince_;
    unsigned reversed_ = 0; ///< in a row
};

/// Samples of one site that never came (SR-18), from the gaps between those that did.
///
/// The requirement counts frames, and up to five lost ones are to be ridden through (F-3). A device sends a
/// frame every 10 ms or more often, so each gap counts as the frames of 10 ms that it may have been, and the
/// share of samples is taken of time.
class LostSamples {
public:
    /// `missing`: nominal time of the samples between this and the last one that did not come.
    [[nodiscard]] std::optional<Finding> observe(DeviceTime at, std::chrono::microseconds missing) noexcept;
    void clear() noexcept { *this = LostSamples{}; }

private:
    static constexpr std::chrono::microseconds binWidth{100'000};
    static constexpr std::size_t bins = 100, binsOfASecond = 10;
    struct Bin {
        std::int64_t index = -1;
        unsigned frames = 0;
        std::chrono::microseconds missing{};
    };
    std::array<Bin, bins> bins_{};
};

} // namespace eccrine::acquisition
