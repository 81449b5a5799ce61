// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/skin_impedance.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::devices::virtual_instrument {

SkinImpedance::SkinImpedance(const SkinParameters& parameters)
    : p_(parameters), rest_(1.0 / parameters.resistance_kOhmCm2), anode_{parameters.anode_cm2, rest_, 0.0},
      return_{parameters.return_cm2, rest_, 0.0} {}

void SkinImpedance::stepElectrode(Electrode& e, double current_mA, double dt_s) const {
    const double density = current_mA / (e.area_cm2 * contact_);
    // Sweat in the ducts: another path beside the one that the current has opened.
    const double target = (rest_ + density / p_.knee_v) * (1.0 + wet_);
    const double overBreakdown = e.voltage_v / p_.breakdown_v;
    const double tau =
        density > 0.0 ? p_.adaptation_s / (1.0 + overBreakdown * overBreakdown) : p_.recovery_s;
    const double k = dt_s / tau;
    e.conductance = (e.conductance + k * target) / (1.0 + k);
    const double h = 1000.0 * dt_s / p_.capacitance_uFPerCm2;
    e.voltage_v = (e.voltage_v + h * density) / (1.0 + h * e.conductance);
}

double SkinImpedance::resistance_kOhm() const {
    return p_.series_kOhm + 1.0 / (anode_.conductance * anode_.area_cm2 * contact_) +
           1.0 / (return_.conductance * return_.area_cm2 * contact_);
}

Volts SkinImpedance::step(Milliamperes current, Seconds dt, bool sweating) {
    const double i = std::abs(current.value);
    if (sweating) wet_ = std::min(1.0, wet_ + dt.count() / p_.sweatDoublesConductance_s);
    stepElectrode(anode_, i, dt.count());
    stepElectrode(return_, i, dt.count());
    voltage_v_ = i * p_.series_kOhm + anode_.voltage_v + return_.voltage_v;
    return {voltage_v_};
}

} // namespace eccrine::devices::virtual_instrument
