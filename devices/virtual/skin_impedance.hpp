// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

namespace eccrine::devices::virtual_instrument {

/// Constants of the skin under an electrode; the areas belong to the pair of electrodes.
struct SkinParameters {
    double resistance_kOhmCm2 = 0.0; ///< R0 = 1/g0 at rest
    double knee_v = 0.0;             ///< V_k: conductance grows by J/V_k
    double adaptation_s = 0.0;       ///< tau0
    double breakdown_v = 0.0;        ///< V_b: above it the skin adapts faster
    double recovery_s = 0.0;         ///< tau_r, without current
    double capacitance_uFPerCm2 = 0.0;
    double series_kOhm = 0.0;               ///< leads, gel and body
    double sweatDoublesConductance_s = 0.0; ///< after sweating has begun
    double anode_cm2 = 0.0;
    double return_cm2 = 0.0;
    double voltageNoise = 0.0; ///< as a fraction of the voltage
    double compliance_v = 0.0; ///< what the source can give
    double dummyLoad_kOhm = 0.0;
};

/// Two electrodes on skin in series with a resistance. Per electrode, with g in mS/cm2, J in mA/cm2, v in V:
///   dg/dt = (g0 + J/V_k - g) / tau,  tau = tau0 / (1 + (v/V_b)^2)  with current;  (g0 - g) / tau_r  without
///   dv/dt = 1000 (J - g v) / C
/// and V = I R_s + v_anode + v_return. Solved by implicit steps: the RC is stiff (10 kOhm cm2 x 0.03 uF/cm2 =
/// 0.3 ms). Polarity does not matter here: the current is taken by its amount.
class SkinImpedance {
public:
    explicit SkinImpedance(const SkinParameters& parameters);

    /// Advances by dt with this current; returns the voltage across the leads.
    Volts step(Milliamperes current, Seconds dt, bool sweating);
    [[nodiscard]] Volts voltage() const { return {voltage_v_}; }
    /// The part of both electrodes that touches the skin, above 0 and at most 1.
    void setContact(double part) { contact_ = part; }
    /// Of the whole load, as the skin is now and without its capacitors.
    [[nodiscard]] double resistance_kOhm() const;

private:
    struct Electrode {
        double area_cm2 = 0.0;
        double conductance = 0.0; ///< mS/cm2
        double voltage_v = 0.0;
    };
    void stepElectrode(Electrode& e, double current_mA, double dt_s) const;

    SkinParameters p_;
    double rest_; ///< g0
    double contact_ = 1.0;
    double wet_ = 0.0; ///< 0 dry ... 1 sweating for long
    Electrode anode_;
    Electrode return_;
    double voltage_v_ = 0.0;
};

} // namespace eccrine::devices::virtual_instrument
