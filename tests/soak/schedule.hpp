// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/virtual/scenario.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace eccrine::tests {

/// What a person or the computer does in the middle of a run.
struct Act {
    enum class Kind : std::uint8_t { Pause, Stop, EmergencyStop, SessionDies, HostStalls, HostDies };
    Kind kind{};
    double at_s = 0.0;     ///< after the current began to rise
    double length_s = 0.0; ///< of a stall
};

/// All that happens in one run, drawn from its seed: the same seed, the same run.
struct Schedule {
    devices::virtual_instrument::Scenario scenario; ///< faults of the device, its link and its electrodes
    std::vector<Act> acts;
    double patience_s = 0.0; ///< until the person resumes after a pause

    [[nodiscard]] static Schedule draw(std::uint64_t seed);
    /// No faults, one to three pauses: what the charge of a run is compared with.
    [[nodiscard]] static Schedule drawPauses(std::uint64_t seed);

    [[nodiscard]] bool has(devices::virtual_instrument::FaultKind kind) const;
    [[nodiscard]] bool has(Act::Kind kind) const;
    /// The device's output is not what it was told: only to be noticed, not to be prevented, by a host.
    [[nodiscard]] bool sourceDisobeys() const;
    [[nodiscard]] std::string text() const; ///< a line for each fault and act
};

} // namespace eccrine::tests
