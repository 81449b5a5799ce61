// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/delivery_thresholds.hpp"
#include "acquisition/sliding_mean.hpp"
#include "acquisition/trip.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace eccrine::acquisition {

/// What current and voltage of one site say about the contact of its electrodes: bridged, lifting or drying,
/// or passing less than is asked for. Pure: samples and what is expected come in. Nothing allocates or
/// throws.
class ContactRules {
public:
    /// `sample` is valid and later than the one before. The worst finding.
    [[nodiscard]] std::optional<Finding> observe(const CurrentSample& sample,
                                                 const Expected& expected) noexcept;
    /// Of the last sample, each as long as it is so; at most one of a kind.
    [[nodiscard]] std::optional<WarningFinding> drift() const noexcept { return driftWarning_; }
    [[nodiscard]] std::optional<WarningFinding> underCurrent() const noexcept { return underWarning_; }
    /// Old evidence is of no account any more.
    void clear() noexcept { *this = ContactRules{}; }

private:
    [[nodiscard]] std::optional<Finding> bridged(const CurrentSample& sample) noexcept;
    [[nodiscard]] std::optional<Finding> drifts(const CurrentSample& sample,
                                                const Expected& expected) noexcept;
    [[nodiscard]] std::optional<Finding> tooLittle(const CurrentSample& sample,
                                                   const Expected& expected) noexcept;
    void leaveHold() noexcept;

    std::optional<DeviceTime> shortSince_;

    // drift: the load bin by bin
    std::int64_t bin_ = -1;
    bool binIsWhole_ = false; ///< seen from its beginning
    double current_uA_ = 0.0, voltage_mV_ = 0.0;
    unsigned samples_ = 0;
    std::array<double, threshold::driftBins> loads_ohm_{}; ///< 0: none
    std::size_t next_ = 0;
    double least_ohm_ = 0.0; ///< since hold began; 0: none yet
    std::optional<WarningFinding> driftWarning_;

    // under-current: current, its limit, voltage
    SlidingMean<3, threshold::meanBins> mean_{threshold::meanBinWidth};
    std::optional<DeviceTime> underSince_;
    std::optional<WarningFinding> underWarning_;
};

} // namespace eccrine::acquisition
