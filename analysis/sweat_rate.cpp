// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sweat_rate.hpp"

#include "analysis/four.hpp"
#include "analysis/psychrometrics.hpp"
#include "analysis/saturation_polynomial.hpp"
#include "analysis/vector_clones.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

constexpr double gasConstant_j_per_mol_k = 8.314462618;
constexpr double waterMolarMass_g_per_mol = 18.015268;
constexpr double waterDensity20C_g_per_l = 998.2065;
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
    double gain = 0.0;      ///< nL/min per sccm and mol/mol
    double toPascals = 1.0; ///< of the pressure column
    // of f(p)·p, which unlike f(p) needs no division
    double constant = 0.0, linear = 1.0, quadratic = 0.0;
    double assumedPressure = std::numeric_limits<double>::quiet_NaN(); ///< where it is missing, as the column
    PlausibleRanges plausible{};
};

Terms termsOf(double gain, double toPascals, bool enhancement) {
    Terms terms{.gain = gain, .toPascals = toPascals};
    // f(p) = 1.0016 + 3.15e-6 p − 0.074/p with p in hPa (psychrometrics.hpp), here in Pa
    if (enhancement) {
        terms.constant = -7.4;
        terms.linear = 1.0016;
        terms.quadratic = 3.15e-8;
    }
    return terms;
}

template <class Number>
[[gnu::always_inline]] inline void sort(const Number& a, const Number& b, Number& less,
                                        Number& more) noexcept {
    less = a < b ? a : b;
    more = a < b ? b : a;
}

/// rate = gain · flow · (w_out − w_in). With E = e·P the mole ratio is w = e/(P − e) = E/(P² − E), and the
/// difference of the two costs one division. Invalid samples become NaN.
/// \tparam Number double, or several at once
template <class Number, class Saturation>
[[gnu::always_inline]] inline void convertOne(const Number& humidityIn, const Number& temperatureIn,
                                              const Number& humidityOut, const Number& temperatureOut,
                                              const Number& recorded, const Number& flow, const Terms& k,
                                              Number& out, const Saturation& saturation_pa) noexcept {
    constexpr double missing = std::numeric_limits<double>::quiet_NaN();
    Number ofIn, ofOut, driest, wettest, coldest, warmest, less, more;
    saturation_pa(temperatureIn, ofIn);
    saturation_pa(temperatureOut, ofOut);
    const Number nothing = flow * 0.0;
    const Number p = (recorded == recorded ? recorded : nothing + k.assumedPressure) * k.toPascals;
    const Number square = p * p;
    const Number enhanced = k.constant + k.linear * p + k.quadratic * square;
    const Number eIn = humidityIn * 0.01 * enhanced * ofIn;
    const Number eOut = humidityOut * 0.01 * enhanced * ofOut;
    const Number leftIn = square - eIn;
    const Number leftOut = square - eOut;
    const Number rate = k.gain * flow * (square * (eOut - eIn)) / (leftIn * leftOut);
    // of a reading that is missing the rate is missing, whatever is said here
    sort(humidityIn, humidityOut, driest, wettest);
    sort(temperatureIn, temperatureOut, coldest, warmest);
    sort(leftIn, leftOut, less, more);
    const auto& plausible = k.plausible;
    const auto valid =
        (driest >= leastHumidity_pct) & (wettest <= mostHumidity_pct) & (coldest >= leastTemperature_c) &
        (warmest <= mostTemperature_c) & (flow > 0.0) & (p > 0.0) & (less > 0.0) &
        (((recorded >= plausible.pressure_kpa.least) & (recorded <= plausible.pressure_kpa.most)) |
         (recorded != recorded)) &
        (flow >= plausible.flow.least) & (flow <= plausible.flow.most) &
        (rate >= plausible.rate_nl_per_min.least) & (rate <= plausible.rate_nl_per_min.most);
    out = valid ? rate : nothing + missing;
}

ECCRINE_VECTOR_CLONES void convertByPolynomial(const Columns& in, const Terms& terms, std::size_t n,
                                               double* out) noexcept {
    const Terms k = terms;
    const auto saturation = [](const auto& celsius, auto& pascals) {
        saturationPolynomial_pa(celsius, pascals);
    };
    std::size_t i = 0;
    for (; i + lanesOfFour <= n; i += lanesOfFour) {
        const Four humidityIn = fourAt(in.humidityIn + i), temperatureIn = fourAt(in.temperatureIn + i);
        const Four humidityOut = fourAt(in.humidityOut + i), temperatureOut = fourAt(in.temperatureOut + i);
        const Four pressure = fourAt(in.pressure + i), flow = fourAt(in.flow + i);
        Four rate;
        convertOne(humidityIn, temperatureIn, humidityOut, temperatureOut, pressure, flow, k, rate,
                   saturation);
        fourAt(out + i) = rate;
    }
    for (; i < n; ++i)
        convertOne(in.humidityIn[i], in.temperatureIn[i], in.humidityOut[i], in.temperatureOut[i],
                   in.pressure[i], in.flow[i], k, out[i], saturation);
}

double saturation_pa(double celsius, SaturationFormula formula) {
    return formula == SaturationFormula::Iapws ? saturationPolynomial_pa(celsius)
                                               : saturationPressure(kelvinsOf({celsius}), formula).value;
}

void convertRun(const Columns& in, const Terms& terms, std::size_t n, double* out,
                SaturationFormula formula) noexcept {
    if (formula == SaturationFormula::Iapws) {
        convertByPolynomial(in, terms, n, out);
        return;
    }
    const auto saturation = [formula](double celsius, double& pascals) {
        pascals = saturation_pa(celsius, formula);
    };
    for (std::size_t i = 0; i < n; ++i)
        convertOne(in.humidityIn[i], in.temperatureIn[i], in.humidityOut[i], in.temperatureOut[i],
                   in.pressure[i], in.flow[i], terms, out[i], saturation);
}

double gainOf(const FlowReference& reference) {
    return molesPerSccm(reference) * waterMolarMass_g_per_mol / waterDensity20C_g_per_l * 1e9;
}

/// Calls `add` with the shift of each sensor by so many of its standard uncertainties.
void shiftEachSensor(const SensorUncertainty& u, auto&& add) {
    add([&](HumidityReading& r, double s) { r.humidityIn.value += s * u.humidity_pct; });
    add([&](HumidityReading& r, double s) { r.humidityOut.value += s * u.humidity_pct; });
    add([&](HumidityReading& r, double s) { r.temperatureIn.value += s * u.temperature_k; });
    add([&](HumidityReading& r, double s) { r.temperatureOut.value += s * u.temperature_k; });
    add([&](HumidityReading& r, double s) { r.pressure.value += s * u.pressure_pa; });
    add([&](HumidityReading& r, double s) { r.flow.value *= 1.0 + s * u.flow_relative; });
}

} // namespace

Result<SweatRate> sweatRateOf(const HumidityReading& in, const FlowReference& reference, bool enhancement,
                              SaturationFormula formula) {
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
    out.saturationIn = {saturation_pa(in.temperatureIn.value, formula)};
    out.saturationOut = {saturation_pa(in.temperatureOut.value, formula)};
    out.vapourIn = in.humidityIn.value / 100.0 * out.enhancement * out.saturationIn;
    out.vapourOut = in.humidityOut.value / 100.0 * out.enhancement * out.saturationOut;
    if (!(out.vapourIn.value < p && out.vapourOut.value < p))
        return refused("the vapour pressure is not below the total pressure", "humidity",
                       "check pressure, temperature and humidity");
    out.ratioIn = out.vapourIn.value / (p - out.vapourIn.value);
    out.ratioOut = out.vapourOut.value / (p - out.vapourOut.value);
    out.molarFlow_mol_per_min = in.flow.value * molesPerSccm(reference);
    out.mass_g_per_min = out.molarFlow_mol_per_min * waterMolarMass_g_per_mol * (out.ratioOut - out.ratioIn);
    out.rate = {RateConverter(reference, enhancement, formula).nanolitresPerMin(in)};
    return out;
}

StandardCm3PerMin standardFlowOf(double wetFlow_ml_per_min, Kelvins meter, Pascals pressure, Pascals vapour,
                                 const FlowReference& reference) {
    const double dryMoles = pressure.value * wetFlow_ml_per_min * 1e-6 /
                            (gasConstant_j_per_mol_k * meter.value) * (1.0 - vapour.value / pressure.value);
    return {dryMoles / molesPerSccm(reference)};
}

Result<NanolitresPerMin> rateUncertainty(const HumidityReading& in, const FlowReference& reference,
                                         bool enhancement, const SensorUncertainty& u) {
    const auto whole = sweatRateOf(in, reference, enhancement);
    if (!whole) return tl::unexpected(whole.error());
    const RateConverter converter(reference, enhancement);
    double sum = 0.0;
    // half a standard uncertainty to both sides: the balance is all but linear over so little
    const auto add = [&](auto&& shift) {
        HumidityReading low = in, high = in;
        shift(low, -0.5);
        shift(high, +0.5);
        const double change = converter.nanolitresPerMin(high) - converter.nanolitresPerMin(low);
        sum += change * change;
    };
    shiftEachSensor(u, add);
    if (!std::isfinite(sum))
        return failed("the uncertainty reaches beyond what the sensors can read", "humidity",
                      "check the sensors' data sheets");
    return NanolitresPerMin{std::sqrt(sum)};
}

Result<double> gainUncertainty(const HumidityReading& rest, const HumidityReading& response,
                               const FlowReference& reference, bool enhancement, const SensorUncertainty& u) {
    for (const HumidityReading* reading : {&rest, &response})
        if (const auto whole = sweatRateOf(*reading, reference, enhancement); !whole)
            return tl::unexpected(whole.error());
    const RateConverter converter(reference, enhancement);
    const auto net = [&](const HumidityReading& from, const HumidityReading& to) {
        return converter.nanolitresPerMin(to) - converter.nanolitresPerMin(from);
    };
    const double whole = net(rest, response);
    if (whole == 0.0)
        return failed("the two rates are the same", "gain", "take two that differ", Failure::Kind::Call);
    double sum = 0.0;
    const auto add = [&](auto&& shift) {
        HumidityReading lowRest = rest, lowResponse = response, highRest = rest, highResponse = response;
        shift(lowRest, -0.5);
        shift(lowResponse, -0.5);
        shift(highRest, +0.5);
        shift(highResponse, +0.5);
        const double change = net(highRest, highResponse) - net(lowRest, lowResponse);
        sum += change * change;
    };
    shiftEachSensor(u, add);
    add([&](HumidityReading& r, double s) {
        r.humidityOut.value += s * u.humidityGain * (r.humidityOut.value - rest.humidityOut.value);
    });
    if (!std::isfinite(sum))
        return failed("the uncertainty reaches beyond what the sensors can read", "humidity",
                      "check the sensors' data sheets");
    return std::sqrt(sum) / std::abs(whole);
}

RateConverter::RateConverter(const FlowReference& reference, bool enhancement,
                             SaturationFormula formula) noexcept
    : reference_(reference), gain_(gainOf(reference)), enhancement_(enhancement), formula_(formula) {}

double RateConverter::nanolitresPerMin(const HumidityReading& in) const noexcept {
    double out = 0.0;
    convertRun({&in.humidityIn.value, &in.temperatureIn.value, &in.humidityOut.value,
                &in.temperatureOut.value, &in.pressure.value, &in.flow.value},
               termsOf(gain_, 1.0, enhancement_), 1, &out, formula_);
    return out;
}

void RateConverter::standardFlow(const HumiditySignals& h, std::size_t first,
                                 std::span<double> out) const noexcept {
    const bool inlet = *meter_ == VolumeMeter::Inlet;
    const std::vector<double>& humidity = inlet ? h.humidityIn_pct : h.humidityOut_pct;
    const std::vector<double>& temperature =
        inlet && !h.temperatureIn_c.empty() ? h.temperatureIn_c : h.temperatureOut_c;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double recorded_kpa = h.pressure_kpa.empty() ? seaLevel_kpa : h.pressure_kpa[first + i];
        const Pascals pressure{1000.0 * (std::isnan(recorded_kpa) ? seaLevel_kpa : recorded_kpa)};
        const Celsius meter{temperature[first + i]};
        const double rh = humidity.empty() ? 0.0 : humidity[first + i]; // an absent inlet is dry gas
        const double f = enhancement_ ? enhancementFactor(pressure) : 1.0;
        const Pascals vapour{rh * 0.01 * f * saturation_pa(meter.value, formula_)};
        out[i] = standardFlowOf(h.flow_ml_per_min[first + i], kelvinsOf(meter), pressure, vapour, reference_)
                     .value;
    }
}

void RateConverter::convert(const HumiditySignals& h, std::size_t first, std::span<double> out,
                            const PlausibleRanges& plausible) const noexcept {
    constexpr std::size_t run = 256; // the stand-ins for what is absent stay in the fastest cache
    const std::size_t longest = std::min(run, out.size());
    std::array<double, run> dry, sea, standard; // NOLINT(cppcoreguidelines-pro-type-member-init): as needed
    if (h.humidityIn_pct.empty()) std::fill_n(dry.begin(), longest, 0.0);
    if (h.pressure_kpa.empty()) std::fill_n(sea.begin(), longest, seaLevel_kpa);
    Terms terms = termsOf(gain_, 1000.0, enhancement_);
    terms.assumedPressure = seaLevel_kpa;
    terms.plausible = plausible;
    if (h.pressure_kpa.empty()) terms.plausible.pressure_kpa = {};
    if (meter_) terms.plausible.flow = {}; // of the column, not of the standard flow
    const double* const temperatureIn =
        h.temperatureIn_c.empty() ? h.temperatureOut_c.data() : h.temperatureIn_c.data();
    const std::size_t step =
        !meter_ && !h.humidityIn_pct.empty() && !h.pressure_kpa.empty() ? out.size() : run;
    for (std::size_t done = 0; done < out.size(); done += step) {
        const std::size_t at = first + done;
        const std::size_t n = std::min(step, out.size() - done);
        if (meter_) standardFlow(h, at, {standard.data(), n});
        convertRun({h.humidityIn_pct.empty() ? dry.data() : h.humidityIn_pct.data() + at, temperatureIn + at,
                    h.humidityOut_pct.data() + at, h.temperatureOut_c.data() + at,
                    h.pressure_kpa.empty() ? sea.data() : h.pressure_kpa.data() + at,
                    meter_ ? standard.data() : h.flow_sccm.data() + at},
                   terms, n, out.data() + done, formula_);
        for (std::size_t i = 0; i < n && meter_; ++i)
            if (plausible.flow.excludes(h.flow_ml_per_min[at + i]))
                out[done + i] = std::numeric_limits<double>::quiet_NaN();
    }
}

} // namespace eccrine::analysis
