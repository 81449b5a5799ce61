// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace eccrine::devices::virtual_instrument {

/// What comes in at the front end beside the electrodes.
struct DeviceInputs {
    bool emergencyStop = false; ///< the line is broken
    bool patientButton = false; ///< pressed
    bool memoryDamaged = false;
    std::uint8_t battery_pct = 100;
    friend bool operator==(const DeviceInputs&, const DeviceInputs&) = default;
};

} // namespace eccrine::devices::virtual_instrument
