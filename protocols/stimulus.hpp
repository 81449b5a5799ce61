// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <optional>
#include <string>

namespace eccrine::protocols {

/// What the source may do during a stimulation step. Limits in code win over these.
struct Stimulus {
    Milliamperes current{};
    Millicoulombs charge{}; ///< ends the step per site, ramp-down share included
    Seconds rampUp{}, rampDown{};
    Seconds atMost{}; ///< cap by time
    Volts voltageLimit{};
    SquareCentimetres electrodeArea{};       ///< of the electrode with the drug
    SquareCentimetres returnElectrodeArea{}; ///< of the other one
};

/// At the smaller of the two electrodes.
[[nodiscard]] MilliamperesPerCm2 densestOf(const Stimulus& stimulus);

struct HardObjection {
    const char* parameter; ///< as a protocol file names it: "current_ma"
    std::string what;      ///< part of a sentence: "\"current_ma\" is 3, above the hard limit of 2.5 mA"
};
/// Why this may not flow whatever a file or a person says; the first reason. Exactly at a limit is allowed.
[[nodiscard]] std::optional<HardObjection> beyondHardLimits(const Stimulus& stimulus);

} // namespace eccrine::protocols
