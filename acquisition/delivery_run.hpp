// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/current_interlock.hpp"
#include "acquisition/delivery_machine.hpp"
#include "devices/front_end.hpp"

#include <array>
#include <cstdint>

namespace eccrine::acquisition {

/// Everything a run needs before current may flow.
struct RunLimits {
    devices::DeliveryLimits device; ///< stored in and enforced by the device (SR-5)
    InterlockLimits host;
    /// What the session knows of the conditions of arming; limits, battery and contact are found out here.
    ArmConditions conditions;
    std::uint32_t fall_uA_per_s = 0; ///< to zero, where nobody says how fast; 0: as the limit of the rise
    std::uint8_t siteMask = 0;
    devices::DeliveryMode mode = devices::DeliveryMode::Patient;
};

/// Under which a run that was paused or refused goes on.
struct ResumeOrder {
    ArmConditions conditions;
    std::uint8_t siteMask = 0; ///< the sites that are still to deliver
};

/// Absolute demand, held under leases until the next one.
struct Demand {
    std::array<std::int32_t, maxSites> current_uA{};
    std::uint32_t ramp_uA_per_s = 0;
};

} // namespace eccrine::acquisition
