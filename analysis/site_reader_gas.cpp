// SPDX-License-Identifier: GPL-3.0-or-later
// What the gas readings say of themselves: what was assumed for want of a sensor, what cannot be, what cuts
// off the curve.
#include "analysis/columns.hpp"
#include "analysis/flag_place.hpp"
#include "analysis/gas_survey.hpp"
#include "analysis/site_reader.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

namespace eccrine::analysis {
namespace {

constexpr double dryInletLimit_nl_per_min = -5.0;
constexpr double dryInletTime_s = 10.0;
constexpr double hottest_c = 80.0; // as devices and recordings have it: beyond, the sensor is broken

} // namespace

void SiteReader::assumptions(const GasSurvey& survey) {
    const HumiditySignals& h = signals_.humidity;
    // Thinned readings are fast enough; of what was averaged to less than that, something is lost.
    if (h.samplesPerRow > 1 && h.time_s.size() > 1)
        if (const double hz = static_cast<double>(h.time_s.size() - 1) / (h.time_s.back() - h.time_s.front());
            hz < p_.mostHz)
            flag("REDUCED", "The recording is so long that its gas readings were averaged to " + whole(hz) +
                                " a second while reading: a reading that is stuck or saturated for less than "
                                "some of these is not seen. Cut the recording to the test.");
    if (!h.rate_nl_per_min.empty()) return;
    constexpr std::string_view low =
        "101.325 kPa was assumed, which makes the rate 3.6 % too low per 300 m above the sea. Connect a "
        "barometer, or state pressure_kpa.";
    const auto [first, end] = thatMatter();
    Span missing, all;
    if (first < end)
        all = {h.time_s[first] - start_, h.time_s[end - 1] - start_};
    else if (!h.time_s.empty())
        all = {h.time_s.front() - start_, h.time_s.back() - start_};
    if (survey.pressure.missing)
        for (std::size_t i = first; i < end; ++i)
            if (std::isnan(h.pressure_kpa[i])) missing.add(h.time_s[i] - start_);
    if (h.pressure_kpa.empty())
        flag("NO_PRESSURE", "The pressure was not recorded; " + std::string(low), all.from, all.to);
    else if (missing.from)
        flag("NO_PRESSURE",
             "The pressure was not recorded all the time; where it is missing " + std::string(low),
             missing.from, missing.to);
    if (h.humidityIn_pct.empty())
        flag("NO_INLET",
             "The inlet humidity was not recorded; dry gas was assumed. Check that the gas is dry.", all.from,
             all.to);
}

void SiteReader::implausible(const GasSurvey& survey, const SiteRate& rate) {
    const HumiditySignals& h = signals_.humidity;
    Span pressure, flow, rates, temperature;
    const auto [first, end] = thatMatter();
    for (const auto& [column, seen] : {std::pair{&h.temperatureOut_c, &survey.temperatureOut},
                                       std::pair{&h.temperatureIn_c, &survey.temperatureIn}}) {
        if (!(seen->highest > hottest_c)) continue;
        for (std::size_t i = first; i < end; ++i)
            if ((*column)[i] > hottest_c) temperature.add(h.time_s[i] - start_);
    }
    for (std::size_t i = first; i < end && survey.rateMissing; ++i) {
        const double t = h.time_s[i] - start_;
        if (!std::isnan(survey.curve.rate_nl_per_min[i])) continue;
        switch (rate.implausible(h, i)) {
        case Implausible::No:
            break;
        case Implausible::Pressure:
            pressure.add(t);
            break;
        case Implausible::Flow:
            // gas that is stopped before the stimulus is the test for a leak
            if (const double sccm = (h.flow_sccm.empty() ? h.flow_ml_per_min : h.flow_sccm)[i];
                t >= 0.0 || sccm > p_.leastFlow_sccm || sccm < 0.0)
                flow.add(t);
            break;
        case Implausible::Rate:
            rates.add(t);
            break;
        }
    }
    const auto outside = [&](const Span& span, const std::string& what, const char* remedy) {
        if (span.from)
            flag("IMPLAUSIBLE", what + "; those samples were left out. " + remedy, span.from, span.to);
    };
    if (temperature.from)
        flag("IMPLAUSIBLE",
             "The recorded temperature of the gas is above " + whole(hottest_c) +
                 " °C: there is no skin that warm. Check its unit: 305 K are 32 °C.",
             temperature.from, temperature.to);
    outside(pressure,
            "The recorded pressure is outside " + whole(p_.leastPressure_kpa) + " to " +
                whole(p_.mostPressure_kpa) + " kPa",
            "Check its unit: 1013 hPa are 101.3 kPa.");
    outside(flow,
            "The recorded gas flow is outside " + whole(p_.leastFlow_sccm) + " to " +
                whole(p_.mostFlow_sccm) + " sccm",
            "Check its unit and the meter.");
    outside(rates, "The rate is larger than " + whole(p_.mostRate) + " nL/min", "Check the recording.");
}

/// Counted as they were recorded, before and after the stimulus start: a share of one must not hide in the
/// other.
void SiteReader::spikes() {
    if (spikes_.empty()) return;
    const std::vector<double>& time = recorded_.time_s;
    const auto [zero, end] = samplesWithin(time, start_, start_ + p_.window_s);
    const std::size_t first = std::min(samplesWithin(time, start_ - p_.baselineWindow_s, start_).first, zero);
    Span span;
    bool many = false;
    const auto counted = [&](std::size_t from, std::size_t to) {
        const auto begin = std::lower_bound(spikes_.begin(), spikes_.end(), from);
        const auto last = std::lower_bound(begin, spikes_.end(), to);
        for (auto i = begin; i != last; ++i)
            span.add(time[*i] - start_);
        const auto count = last - begin;
        if (static_cast<double>(count) > p_.spikeShare * static_cast<double>(to - from)) many = true;
        return std::to_string(count) + " of " + std::to_string(to - from);
    };
    const std::string before = counted(first, zero), after = counted(zero, end);
    if (!span.from) return;
    const std::string text =
        "Of the readings of the outlet humidity " + before + " in the baseline and " + after +
        " in the window were spikes of one reading, faster than gas can be; they were "
        "replaced by the mean of their neighbours. Check cable and plug of the hygrometer";
    if (many)
        unusable("SPIKES", text + " and repeat the test: so many void the channel.", span.from, span.to);
    else
        flag("SPIKES", text + ".", span.from, span.to);
}

void SiteReader::gasPath(const GasSurvey& survey) {
    if (!signals_.humidity.rate_nl_per_min.empty()) return;
    for (QualityFlag& f : gasPathFlags(signals_.humidity, survey, stimulus_.tube_c, p_)) {
        if (f.code == "CONDENSATION") {
            site_.peakReliable = false;
            bar(NoNorm::LowerBound, "Water condensed before the hygrometer: the volume is at least the one "
                                    "that is given, and may "
                                    "be more.");
        }
        take(std::move(f));
    }
}

void SiteReader::saturation(const GasSurvey& survey) {
    const HumiditySignals& h = signals_.humidity;
    if (!(survey.humidityOut.highest > p_.saturation_pct)) return;
    Span wet;
    for (std::size_t i = 0; i < h.humidityOut_pct.size(); ++i) {
        const double t = h.time_s[i] - start_;
        if (t >= 0.0 && t <= p_.window_s && h.humidityOut_pct[i] > p_.saturation_pct) wet.add(t);
    }
    if (!wet.from) return;
    site_.peakReliable = false;
    flag("SAT",
         "The outlet hygrometer was saturated: the volume is at least the one that is given, and the peak is "
         "not given. Raise the gas flow.",
         wet.from, wet.to);
    bar(NoNorm::LowerBound, "The outlet hygrometer was saturated: the volume is at least the one that is "
                            "given, and may be more.");
}

void SiteReader::dryInlet(const SecondMeans& means) {
    Span first, all;
    double began = 0.0, length = 0.0, inWindow = 0.0;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        const double t = means.timeOf(i);
        if (!(means.mean[i] < dryInletLimit_nl_per_min)) {
            length = 0.0;
            continue;
        }
        if (t >= 0.0 && t <= p_.window_s) {
            inWindow += 1.0;
            all.add(t);
        }
        if (length == 0.0) began = t;
        length += 1.0;
        if (length > dryInletTime_s && !first.from) first = {began, t};
    }
    if (!first.from) return;
    if (inWindow > p_.dryInletShare * p_.window_s)
        unusable("DRY_INLET",
                 "The outlet is drier than the inlet over most of the window: the sensors or the tubes are "
                 "exchanged, or a calibration is wrong. There is no sweat rate to read.",
                 all.from, all.to);
    else
        flag("DRY_INLET",
             "The outlet is drier than the inlet for a while: check the sensors' calibration and the tubes.",
             first.from, first.to);
}

} // namespace eccrine::analysis
