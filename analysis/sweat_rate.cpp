// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sweat_rate.hpp"

#include "analysis/psychrometrics.hpp"
#include "analysis/saturation_polynomial.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace eccrine::analysis {
namespace {

constexpr double gasConstant_j_per_mol_k = 8.314462618;
constexpr double waterMolarMass_g_per_mol = 18.015268;
constexpr double waterDensity20C_g_per_l = 998.2065;
constexpr double leastHumidity_pct = -5.0, mostHumidity_pct = 105.0;
constexpr double leastTemperature_c = 0.0, mostTemperature_c = 80.0;
constexpr double seaLevel_kpa = 101.325;

double molesPerSccm(const FlowReference& r) {
    return 1e-6 * r.pressure.value / (gasConstant_j_per_mol_k * r.temperature.value);
}

bool plausible(RelativeHumidity rh) {
    return rh.value >= leastHumidity_pct && rh.value <= mostHumidity_pct;
}
bool plausible(Celsius t) {
    return t.value >= leastTemperature_c && t.value <= mostTemperature_c;
}

/// The columns of a run of samples, each as long as the run.
struct Columns {
    const double *humidityIn, *temperatureIn, *humidityOut, *temperatureOut, *pressure, *flow;
};

struct Terms {
    double gain;                        ///< nL/min per sccm and mol/mol
    double toPascals;                   ///< of the pressure column
    double constant, linear, quadratic; ///< of f(p)·p, which unlike f(p) needs no division
};

Terms termsOf(double gain, double toPascals, bool enhancement) {
    // f(p) = 1.0016 + 3.15e-6 p − 0.074/p with p in hPa (psychrometrics.hpp), here in Pa
    if (enhancement) return {gain, toPascals, -7.4, 1.0016, 3.15e-8};
    return {gain, toPascals, 0.0, 1.0, 0.0};
}

/// rate = gain · flow · (w_out − w_in). With E = e·P the mole ratio is w = e/(P − e) = E/(P² − E), and the
/// difference of the two costs one division. Invalid samples become NaN; written so that NaN is invalid.
ECCRINE_VECTOR_CLONES void convertRun(const Columns& in, const Terms& terms, std::size_t n,
                                      double* out) noexcept {
    const double* const humidityIn = in.humidityIn;
    const double* const temperatureIn = in.temperatureIn;
    const double* const humidityOut = in.humidityOut;
    const double* const temperatureOut = in.temperatureOut;
    const double* const pressure = in.pressure;
    const double* const flow = in.flow;
    const Terms k = terms;
    for (std::size_t i = 0; i < n; ++i) {
        const double p = pressure[i] * k.toPascals;
        const double square = p * p;
        const double enhanced = k.constant + k.linear * p + k.quadratic * square;
        const double eIn = humidityIn[i] * 0.01 * enhanced * saturationPolynomial_pa(temperatureIn[i]);
        const double eOut = humidityOut[i] * 0.01 * enhanced * saturationPolynomial_pa(temperatureOut[i]);
        const double leftIn = square - eIn;
        const double leftOut = square - eOut;
        const double rate = k.gain * flow[i] * (square * (eOut - eIn)) / (leftIn * leftOut);
        const bool valid =
            (humidityIn[i] >= leastHumidity_pct) & (humidityIn[i] <= mostHumidity_pct) &
            (humidityOut[i] >= leastHumidity_pct) & (humidityOut[i] <= mostHumidity_pct) &
            (temperatureIn[i] >= leastTemperature_c) & (temperatureIn[i] <= mostTemperature_c) &
            (temperatureOut[i] >= leastTemperature_c) & (temperatureOut[i] <= mostTemperature_c) &
            (flow[i] > 0.0) & (p > 0.0) & (leftIn > 0.0) & (leftOut > 0.0);
        out[i] = valid ? rate : std::numeric_limits<double>::quiet_NaN();
    }
}

double gainOf(const FlowReference& reference) {
    return molesPerSccm(reference) * waterMolarMass_g_per_mol / waterDensity20C_g_per_l * 1e9;
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
    const double p = in.pressure.value;
    out.enhancement = enhancement ? enhancementFactor(in.pressure) : 1.0;
    out.saturationIn = {saturationPolynomial_pa(in.temperatureIn.value)};
    out.saturationOut = {saturationPolynomial_pa(in.temperatureOut.value)};
    out.vapourIn = in.humidityIn.value / 100.0 * out.enhancement * out.saturationIn;
    out.vapourOut = in.humidityOut.value / 100.0 * out.enhancement * out.saturationOut;
    if (!(out.vapourIn.value < p && out.vapourOut.value < p))
        return refused("the vapour pressure is not below the total pressure", "humidity",
                       "check pressure, temperature and humidity");
    out.ratioIn = out.vapourIn.value / (p - out.vapourIn.value);
    out.ratioOut = out.vapourOut.value / (p - out.vapourOut.value);
    out.molarFlow_mol_per_min = in.flow.value * molesPerSccm(reference);
    out.mass_g_per_min = out.molarFlow_mol_per_min * waterMolarMass_g_per_mol * (out.ratioOut - out.ratioIn);
    out.rate = {RateConverter(reference, enhancement).nanolitresPerMin(in)};
    return out;
}

RateConverter::RateConverter(const FlowReference& reference, bool enhancement) noexcept
    : gain_(gainOf(reference)), enhancement_(enhancement) {}

double RateConverter::nanolitresPerMin(const HumidityReading& in) const noexcept {
    double out = 0.0;
    convertRun({&in.humidityIn.value, &in.temperatureIn.value, &in.humidityOut.value,
                &in.temperatureOut.value, &in.pressure.value, &in.flow.value},
               termsOf(gain_, 1.0, enhancement_), 1, &out);
    return out;
}

void RateConverter::convert(const HumiditySignals& h, std::size_t first,
                            std::span<double> out) const noexcept {
    constexpr std::size_t run = 256; // the stand-ins for absent columns stay in the fastest cache
    const std::size_t longest = std::min(run, out.size());
    std::array<double, run> dry{}, sea{};
    if (h.humidityIn_pct.empty()) std::fill_n(dry.begin(), longest, 0.0);
    if (h.pressure_kpa.empty()) std::fill_n(sea.begin(), longest, seaLevel_kpa);
    const Terms terms = termsOf(gain_, 1000.0, enhancement_);
    const double* const temperatureIn =
        h.temperatureIn_c.empty() ? h.temperatureOut_c.data() : h.temperatureIn_c.data();
    for (std::size_t done = 0; done < out.size(); done += run) {
        const std::size_t at = first + done;
        convertRun({h.humidityIn_pct.empty() ? dry.data() : h.humidityIn_pct.data() + at, temperatureIn + at,
                    h.humidityOut_pct.data() + at, h.temperatureOut_c.data() + at,
                    h.pressure_kpa.empty() ? sea.data() : h.pressure_kpa.data() + at,
                    h.flow_sccm.data() + at},
                   terms, std::min(run, out.size() - done), out.data() + done);
    }
}

} // namespace eccrine::analysis
