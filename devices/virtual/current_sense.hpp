// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/virtual/delivery.hpp"
#include "devices/virtual/electrode_trouble.hpp"
#include "devices/virtual/site_mask.hpp"

namespace eccrine::devices::virtual_instrument {

/// From what is at the electrodes to what the converters read: leads exchanged, a leak to earth, a converter
/// that repeats its last codes.
class CurrentSense {
public:
    [[nodiscard]] const PerSite<ElectrodeReading>& read(const PerSite<ElectrodeReading>& present,
                                                        const PerSite<ElectrodeTrouble>& troubles);

private:
    PerSite<ElectrodeReading> last_{};
};

} // namespace eccrine::devices::virtual_instrument
