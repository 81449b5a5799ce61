// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/current_sense.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::devices::virtual_instrument {

namespace {

ElectrodeReading throughTheLeads(ElectrodeReading r, const ElectrodeTrouble& t) {
    if (t.earthLeak_uA != 0.0)
        r.cathode_uA += std::copysign(std::min(t.earthLeak_uA, std::abs(r.anode_uA)), r.anode_uA);
    if (t.swapped) return {-r.anode_uA, -r.cathode_uA, -r.voltage_v};
    return r;
}

} // namespace

const PerSite<ElectrodeReading>& CurrentSense::read(const PerSite<ElectrodeReading>& present,
                                                    const PerSite<ElectrodeTrouble>& troubles) {
    for (std::size_t i = 0; i < maxSites; ++i) {
        const ElectrodeReading before = last_[i];
        last_[i] = throughTheLeads(present[i], troubles[i]);
        const FrozenSense frozen = troubles[i].frozen;
        if (frozen != FrozenSense::None) last_[i].anode_uA = before.anode_uA;
        if (frozen >= FrozenSense::BothCurrents) last_[i].cathode_uA = before.cathode_uA;
        if (frozen == FrozenSense::All) last_[i].voltage_v = before.voltage_v;
    }
    return last_;
}

} // namespace eccrine::devices::virtual_instrument
