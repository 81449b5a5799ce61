// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "devices/virtual/delivery.hpp"
#include "devices/virtual/electrode_trouble.hpp"

namespace eccrine::devices::virtual_instrument {

/// What the source of one site really drives, uA. `asked_uA` is what its control asks for, `relayClosed` what
/// the control commands; the troubles know better.
[[nodiscard]] double drivenCurrent_uA(double asked_uA, bool relayClosed, double sourceMaximum_uA,
                                      const ElectrodeTrouble& trouble, DeviceTime at);

/// What the device's own rules and STATUS take for the reading of a site: the reading, unless the device lies
/// to itself; then what it has asked for, as on a load of 5 kOhm.
[[nodiscard]] ElectrodeReading believed(const ElectrodeReading& read, double asked_uA,
                                        const ElectrodeTrouble& trouble);

} // namespace eccrine::devices::virtual_instrument
