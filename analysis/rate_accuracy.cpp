// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/rate_accuracy.hpp"

#include "analysis/sweat_rate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace eccrine::analysis {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// The gain is that of a difference; of rates that hardly differ it is taken at this one, in %RH.
constexpr double leastDifference_pct = 1.0;

/// Mean of the samples in the span; NaN without one.
double meanOf(const HumiditySignals& h, const std::vector<double>& column, const TimeSpan& span) {
    double sum = 0.0;
    std::size_t n = 0;
    const auto first = std::lower_bound(h.time_s.begin(), h.time_s.end(), span.from_s);
    for (auto i = static_cast<std::size_t>(first - h.time_s.begin());
         i < column.size() && h.time_s[i] <= span.to_s; ++i) {
        if (std::isnan(column[i])) continue;
        sum += column[i];
        ++n;
    }
    return n > 0 ? sum / static_cast<double>(n) : missing;
}

/// The sensors' means over a span as one reading, with the flow as dry gas at the reference. NaN where
/// something was not read.
HumidityReading readingOf(const SiteSignals& site, const TimeSpan& span, bool enhancement) {
    const HumiditySignals& h = site.humidity;
    HumidityReading r;
    r.humidityOut = {meanOf(h, h.humidityOut_pct, span)};
    r.temperatureOut = {meanOf(h, h.temperatureOut_c, span)};
    r.humidityIn = {h.humidityIn_pct.empty() ? 0.0 : meanOf(h, h.humidityIn_pct, span)};
    r.temperatureIn =
        h.temperatureIn_c.empty() ? r.temperatureOut : Celsius{meanOf(h, h.temperatureIn_c, span)};
    r.pressure = {1000.0 * meanOf(h, h.pressure_kpa, span)};
    if (!h.flow_sccm.empty()) {
        r.flow = {meanOf(h, h.flow_sccm, span)};
        return r;
    }
    const bool inlet = site.volumeMeter == VolumeMeter::Inlet;
    const Celsius meter = inlet ? r.temperatureIn : r.temperatureOut;
    const Pascals vapour =
        vapourPressure(inlet ? r.humidityIn : r.humidityOut, meter, r.pressure, enhancement);
    r.flow = standardFlowOf(meanOf(h, h.flow_ml_per_min, span), kelvinsOf(meter), r.pressure, vapour,
                            FlowReference{});
    return r;
}

/// What keeps the uncertainty from being known; empty: nothing.
std::string reasonAgainst(const SiteSignals& site) {
    const HumiditySignals& h = site.humidity;
    const SensorAccuracy& a = site.capsule.accuracy;
    if (!h.rate_nl_per_min.empty()) return "the rate was imported, without the readings it was made of";
    if (h.pressure_kpa.empty()) return "the pressure was not recorded";
    std::string lacking;
    const auto need = [&](const std::optional<double>& stated, const char* name) {
        if (!stated) lacking += (lacking.empty() ? "" : ", ") + std::string(name);
    };
    need(a.humidity_pct, "accuracy_rh_pct");
    need(a.humidityGain_part, "accuracy_rh_gain_pct");
    need(a.temperature_k, "accuracy_t_k");
    need(a.pressure_kpa, "accuracy_pressure_kpa");
    need(a.flow_part, "accuracy_flow_pct");
    return lacking.empty() ? "" : "the accuracy of the sensors is not stated: " + lacking;
}

SensorUncertainty standardOf(const SensorAccuracy& a, bool byVolume, const HumidityReading& at) {
    const auto standard = [](const std::optional<double>& stated) { return *stated / std::numbers::sqrt3; };
    SensorUncertainty u;
    u.humidity_pct = standard(a.humidity_pct);
    u.humidityGain = standard(a.humidityGain_part);
    u.temperature_k = standard(a.temperature_k);
    u.pressure_pa = 1000.0 * standard(a.pressure_kpa);
    u.flow_relative = standard(a.flow_part);
    if (byVolume) // the gas law turns the volume into an amount: n = P V / (R T)
        u.flow_relative = std::hypot(u.flow_relative, u.pressure_pa / at.pressure.value,
                                     u.temperature_k / kelvinsOf(at.temperatureOut).value);
    return u;
}

} // namespace

RateAccuracy rateAccuracyOf(const SiteSignals& site, const TimeSpan& rest, const TimeSpan& peak,
                            const AnalysisParameters& p) {
    RateAccuracy out;
    out.absentBecause = reasonAgainst(site);
    if (!out.absentBecause.empty()) return out;
    const FlowReference reference = site.flowReference.value_or(FlowReference{});
    const HumidityReading atRest = readingOf(site, rest, p.enhancement);
    const HumidityReading atPeak = readingOf(site, peak, p.enhancement);
    const SensorUncertainty u = standardOf(site.capsule.accuracy, site.humidity.flow_sccm.empty(), atRest);
    const auto low = rateUncertainty(atRest, reference, p.enhancement, u);
    const auto high = rateUncertainty(atPeak, reference, p.enhancement, u);
    HumidityReading response = atPeak;
    if (!(response.humidityOut.value - atRest.humidityOut.value > leastDifference_pct))
        response.humidityOut.value = atRest.humidityOut.value + leastDifference_pct;
    const auto gain = gainUncertainty(atRest, response, reference, p.enhancement, u);
    if (!low || !high || !gain) {
        out.absentBecause = !low ? low.error().what : !high ? high.error().what : gain.error().what;
        return out;
    }
    out.atRest = *low;
    out.atPeak = *high;
    out.gain = *gain;
    return out;
}

} // namespace eccrine::analysis
