// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/current_interlock.hpp"
#include "core/sample.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

namespace eccrine::acquisition {

/// What was wrong with a load that a small known current was sent through.
enum class LoadFault : std::uint8_t {
    NoReading = 1, ///< of current or voltage
    TooLittle,     ///< no contact
    TooMuch,       ///< more current than was asked for
    Reversed,      ///< the current flows the other way round: leads swapped
    LoadTooSmall,  ///< electrodes are bridged
    LoadTooLarge,  ///< the contact is too poor
};

struct LoadFinding {
    LoadFault fault{};
    std::uint8_t site = noSite;
    double value = 0.0; ///< µA, or Ω for the last two
};

/// What a current has to look like to be accepted.
struct LoadWindow {
    double set_uA = 0.0;
    double currentTolerance = 0.0; ///< part of it
    double leastOhm = 0.0, mostOhm = 0.0;
};

/// Averages current and voltage of each site over a stretch of device time, after a stretch in which the
/// source settles, and judges them. One thread; nothing allocates or throws.
class LoadCheck {
public:
    /// From the next sample on. `siteMask`: which sites have to be seen.
    void begin(std::uint8_t siteMask, std::chrono::microseconds settle,
               std::chrono::microseconds measure) noexcept;
    void add(const CurrentSample& sample) noexcept;
    /// Every site has been seen for long enough.
    [[nodiscard]] bool complete() const noexcept;
    /// The first site that is not as it should be; empty: all are.
    [[nodiscard]] std::optional<LoadFinding> judge(const LoadWindow& window) const noexcept;

private:
    struct Site {
        std::optional<DeviceTime> first;
        DeviceTime last{};
        double current_uA = 0.0, voltage_mV = 0.0;
        unsigned samples = 0, voltages = 0;
    };
    std::array<Site, maxSites> sites_{};
    std::chrono::microseconds settle_{}, measure_{};
    std::uint8_t siteMask_ = 0;
};

} // namespace eccrine::acquisition
