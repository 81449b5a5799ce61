// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sweat_rate.hpp"

#include "analysis/psychrometrics.hpp"

#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

constexpr double gasConstant_j_per_mol_k = 8.314462618;
constexpr double waterMolarMass_g_per_mol = 18.015268;
constexpr double waterDensity20C_g_per_l = 998.2065;

double molesPerSccm(const FlowReference& r) {
    return 1e-6 * r.pressure.value / (gasConstant_j_per_mol_k * r.temperature.value);
}

bool plausible(RelativeHumidity rh) {
    return rh.value >= -5.0 && rh.value <= 105.0;
}
bool plausible(Celsius t) {
    return t.value >= 0.0 && t.value <= 80.0;
}

/// `false` and an unfinished `out` when the reading cannot be.
bool balance(const HumidityReading& in, double moles, bool enhancement, SweatRate& out) noexcept {
    // written so that NaN fails
    if (!(plausible(in.humidityIn) && plausible(in.humidityOut) && plausible(in.temperatureIn) &&
          plausible(in.temperatureOut) && in.flow.value > 0.0 && in.pressure.value > 0.0))
        return false;
    const double p = in.pressure.value;
    out.enhancement = enhancement ? enhancementFactor(in.pressure) : 1.0;
    out.saturationIn = saturationPressure(kelvinsOf(in.temperatureIn));
    out.saturationOut = saturationPressure(kelvinsOf(in.temperatureOut));
    out.vapourIn = in.humidityIn.value / 100.0 * out.enhancement * out.saturationIn;
    out.vapourOut = in.humidityOut.value / 100.0 * out.enhancement * out.saturationOut;
    if (!(out.vapourIn.value < p && out.vapourOut.value < p)) return false;
    out.ratioIn = out.vapourIn.value / (p - out.vapourIn.value);
    out.ratioOut = out.vapourOut.value / (p - out.vapourOut.value);
    out.molarFlow_mol_per_min = in.flow.value * moles;
    out.mass_g_per_min = out.molarFlow_mol_per_min * waterMolarMass_g_per_mol * (out.ratioOut - out.ratioIn);
    out.rate = {out.mass_g_per_min / waterDensity20C_g_per_l * 1e9};
    return true;
}

} // namespace

Result<SweatRate> sweatRateOf(const HumidityReading& in, const FlowReference& reference, bool enhancement) {
    const auto refused = [](const char* what, const char* where, const char* remedy) {
        return failed(what, where, remedy, Failure::Kind::Data);
    };
    if (!plausible(in.humidityIn))
        return refused("the humidity is outside -5 to 105 %RH", "inlet", "check the inlet sensor");
    if (!plausible(in.humidityOut))
        return refused("the humidity is outside -5 to 105 %RH", "outlet", "check the outlet sensor");
    if (!plausible(in.temperatureIn))
        return refused("the temperature is outside 0 to 80 °C", "inlet", "check the inlet sensor");
    if (!plausible(in.temperatureOut))
        return refused("the temperature is outside 0 to 80 °C", "outlet", "check the outlet sensor");
    if (!(in.flow.value > 0.0))
        return refused("the gas flow is not above zero", "flow", "check the gas supply and the flow meter");
    if (!(in.pressure.value > 0.0))
        return refused("the pressure is not above zero", "pressure", "give the absolute pressure in kPa");
    if (!(reference.temperature.value > 0.0 && reference.pressure.value > 0.0))
        return refused("the flow reference is not a temperature and a pressure", "flow reference",
                       "see the flow meter's data sheet");
    SweatRate out;
    if (!balance(in, molesPerSccm(reference), enhancement, out))
        return refused("the vapour pressure is not below the total pressure", "humidity",
                       "check pressure, temperature and humidity");
    return out;
}

RateConverter::RateConverter(const FlowReference& reference, bool enhancement) noexcept
    : molesPerSccm_(molesPerSccm(reference)), enhancement_(enhancement) {}

double RateConverter::nanolitresPerMin(const HumidityReading& reading) const noexcept {
    SweatRate out;
    if (!balance(reading, molesPerSccm_, enhancement_, out)) return std::numeric_limits<double>::quiet_NaN();
    return out.rate.value;
}

} // namespace eccrine::analysis
