// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/output_stage.hpp"

#include <cmath>
#include <numbers>

namespace eccrine::devices::virtual_instrument {

double drivenCurrent_uA(double asked_uA, bool relayClosed, double sourceMaximum_uA,
                        const ElectrodeTrouble& trouble, DeviceTime at) {
    if (trouble.unconfessed_uA != 0.0) return trouble.unconfessed_uA;
    if (!relayClosed) return trouble.welded_uA;
    const double direct = trouble.stuck ? sourceMaximum_uA : asked_uA * trouble.gain;
    if (trouble.ripple == 0.0) return direct;
    const double t = Seconds{at.time_since_epoch()}.count();
    const double phase = 2.0 * std::numbers::pi * std::fmod(trouble.ripple_hz * t, 1.0);
    return direct * (1.0 + std::numbers::sqrt2 * trouble.ripple * std::sin(phase));
}

ElectrodeReading believed(const ElectrodeReading& read, double asked_uA, const ElectrodeTrouble& trouble) {
    if (trouble.unconfessed_uA == 0.0) return read;
    return {asked_uA, -asked_uA, asked_uA * 5e-3};
}

} // namespace eccrine::devices::virtual_instrument
