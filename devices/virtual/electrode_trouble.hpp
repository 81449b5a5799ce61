// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

namespace eccrine::devices::virtual_instrument {

/// Which codes a frozen converter repeats.
enum class FrozenSense : std::uint8_t { None, Anode, BothCurrents, All };

/// What is wrong with contact, leads, source and sense of one site at an instant.
struct ElectrodeTrouble {
    // Contact and leads: what the current meets.
    bool open = false;
    bool swapped = false;
    double area = 1.0;                 ///< part of the electrode that still touches the skin
    double resistance = 1.0;           ///< factor on the resistance of the load
    std::optional<double> bridge_kOhm; ///< beside the skin
    double earthLeak_uA = 0.0;         ///< enters at the anode and comes back elsewhere
    // Source: what it delivers instead of what it is told.
    double gain = 1.0;
    bool stuck = false;          ///< at its own maximum while the relay is closed
    double ripple = 0.0;         ///< root mean square, as a part of the current
    double ripple_hz = 50.0;     ///< of the mains
    double welded_uA = 0.0;      ///< flows while the relay is commanded open
    double unconfessed_uA = 0.0; ///< flows while the device takes its output for zero
    // Sense: what the device reads.
    FrozenSense frozen = FrozenSense::None;
    bool comparatorOff = false; ///< the device's over-current rules do not see this site
    friend bool operator==(const ElectrodeTrouble&, const ElectrodeTrouble&) = default;
};

} // namespace eccrine::devices::virtual_instrument
