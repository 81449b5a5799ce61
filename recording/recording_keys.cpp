// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/recording_keys.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>

namespace eccrine::recording {
namespace {

constexpr std::array<std::string_view, 10> perSiteKeys{
    "capsule_area_cm2", "capsule_tau_s", "sensor_tau_s", "transport_delay_s", "pressure_kpa",
    // what the sensors' data sheets state, each as ±
    "accuracy_rh_pct", "accuracy_rh_gain_pct", "accuracy_t_k", "accuracy_pressure_kpa", "accuracy_flow_pct"};

struct Known {
    std::string_view stem, quantity;
    KnownColumn column;
};
constexpr std::array<Known, 13> knownColumns{
    {{"rh_in", "rh_in_pct", {&HumiditySignals::humidityIn_pct, nullptr}},
     {"t_in", "t_in_c", {&HumiditySignals::temperatureIn_c, nullptr}},
     {"rh_out", "rh_out_pct", {&HumiditySignals::humidityOut_pct, nullptr}},
     {"t_out", "t_out_c", {&HumiditySignals::temperatureOut_c, nullptr}},
     {"flow_out", "flow_out_sccm", {&HumiditySignals::flowOut_sccm, nullptr}},
     {"flow", "flow_sccm", {&HumiditySignals::flow_sccm, nullptr}},
     {"flow", "flow_ml_per_min", {&HumiditySignals::flow_ml_per_min, nullptr}},
     {"rh_room", "rh_room_pct", {&HumiditySignals::roomHumidity_pct, nullptr}},
     {"t_room", "t_room_c", {&HumiditySignals::roomTemperature_c, nullptr}},
     {"pressure", "pressure_kpa", {&HumiditySignals::pressure_kpa, nullptr}},
     {"sweat_rate", "sweat_rate_nl_per_min", {&HumiditySignals::rate_nl_per_min, nullptr}},
     {"current", "current_ma", {nullptr, &CurrentSignals::current_ma}},
     {"voltage", "voltage_v", {nullptr, &CurrentSignals::voltage_v}}}};

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t'))
        s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t'))
        s.remove_suffix(1);
    return s;
}

double number(std::string_view value) {
    const auto n = finiteNumber(value);
    if (!n)
        throw KeyRefusal{"the value " + inQuotes(value) + " is not a number",
                         "write it with a decimal point"};
    return *n;
}

double positive(std::string_view value) {
    const double n = number(value);
    if (n < 0) throw KeyRefusal{"the value is negative", "correct it"};
    return n;
}

std::map<std::string, double> perSite(std::string_view value) {
    std::map<std::string, double> out;
    if (value.find('=') == std::string_view::npos) {
        out[""] = positive(value);
        return out;
    }
    while (!value.empty()) {
        const auto end = value.find(';');
        const auto pair = trimmed(value.substr(0, end));
        const auto equals = pair.find('=');
        if (equals == std::string_view::npos)
            throw KeyRefusal{inQuotes(pair) + " is not a site=number pair", "write forearm=0.9;foot=0.9"};
        out[std::string(trimmed(pair.substr(0, equals)))] = positive(trimmed(pair.substr(equals + 1)));
        value.remove_prefix(end == std::string_view::npos ? value.size() : end + 1);
    }
    return out;
}

FlowReference flowReference(std::string_view value) {
    constexpr std::array<std::pair<std::string_view, double>, 3> known{
        {{"sccm_0C", 273.15}, {"sccm_20C", 293.15}, {"sccm_25C", 298.15}}};
    const auto found =
        std::find_if(known.begin(), known.end(), [&](const auto& k) { return k.first == value; });
    if (found == known.end())
        throw KeyRefusal{
            "the flow reference " + inQuotes(value) +
                " is not one of sccm_0C, sccm_20C, sccm_25C, volumetric_inlet, volumetric_outlet",
            "see the flow meter's data sheet"};
    return {Kelvins{found->second}, Pascals{101325.0}};
}

/// Of a meter that reads by volume, where it stands; empty: the flow is stated otherwise.
std::optional<VolumeMeter> volumeMeter(std::string_view value) {
    if (value == "volumetric_inlet") return VolumeMeter::Inlet;
    if (value == "volumetric_outlet") return VolumeMeter::Outlet;
    return std::nullopt;
}

} // namespace

std::optional<double> finiteNumber(std::string_view s) {
    if (s.starts_with('+')) s.remove_prefix(1);
    double value = 0.0;
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
    if (error != std::errc{} || end != s.data() + s.size() || !std::isfinite(value)) return std::nullopt;
    return value;
}

std::string inQuotes(std::string_view s) {
    constexpr std::size_t shown = 40;
    std::string text = "\"";
    for (const char c : s.substr(0, shown))
        text += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    if (s.size() > shown) text += "...";
    return text + "\"";
}

void RecordingKeys::set(const std::string& key, std::string_view value) {
    if (key == "protocol") {
        protocol_ = value;
    } else if (key == "simulated") {
        simulated_ = value != "no" && value != "0";
    } else if (key == "stimulus_start_s") {
        stimulusStart_ = Seconds{number(value)};
    } else if (key == "stimulus_stop_s") {
        stimulusStop_ = Seconds{number(value)};
    } else if (key == "flow_reference") {
        flowReference_.reset();
        volumeMeter_ = volumeMeter(value);
        if (!volumeMeter_) flowReference_ = flowReference(value);
    } else if (std::find(perSiteKeys.begin(), perSiteKeys.end(), key) != perSiteKeys.end()) {
        perSite_[key] = perSite(value);
    } else {
        meta_[key] = value;
    }
}

void RecordingKeys::applyTo(RecordedTest& test) const {
    if (protocol_) test.protocol = *protocol_;
    if (test.simulated && simulated_ == false)
        throw KeyRefusal{"the recording is simulated, and nobody can state that it is not",
                         "leave simulated out"};
    if (simulated_) test.simulated = *simulated_;
    if (stimulusStart_) test.stimulusStart = stimulusStart_;
    if (stimulusStop_) test.stimulusStop = stimulusStop_;
    for (const auto& [key, value] : meta_)
        test.meta[key] = value;
    const auto apply = [&](const std::string& key, const std::function<void(SiteSignals&, double)>& put) {
        const auto found = perSite_.find(key);
        if (found == perSite_.end()) return;
        for (const auto& [name, value] : found->second) {
            bool used = false;
            for (SiteSignals& site : test.sites) {
                if (!name.empty() && site.site != name) continue;
                put(site, value);
                used = true;
            }
            if (!used)
                throw KeyRefusal{"the key " + key + " names the site " + inQuotes(name) +
                                     ", which has no column",
                                 "correct the name"};
        }
    };
    apply("capsule_area_cm2", [](SiteSignals& s, double v) { s.capsule.area = SquareCentimetres{v}; });
    apply("capsule_tau_s", [](SiteSignals& s, double v) { s.capsule.washout = Seconds{v}; });
    apply("sensor_tau_s", [](SiteSignals& s, double v) { s.capsule.sensorLag = Seconds{v}; });
    apply("transport_delay_s", [](SiteSignals& s, double v) { s.capsule.transportDelay = Seconds{v}; });
    constexpr double percent = 0.01;
    apply("accuracy_rh_pct", [](SiteSignals& s, double v) { s.capsule.accuracy.humidity_pct = v; });
    apply("accuracy_rh_gain_pct",
          [](SiteSignals& s, double v) { s.capsule.accuracy.humidityGain_part = percent * v; });
    apply("accuracy_t_k", [](SiteSignals& s, double v) { s.capsule.accuracy.temperature_k = v; });
    apply("accuracy_pressure_kpa", [](SiteSignals& s, double v) { s.capsule.accuracy.pressure_kpa = v; });
    apply("accuracy_flow_pct", [](SiteSignals& s, double v) { s.capsule.accuracy.flow_part = percent * v; });
    apply("pressure_kpa", [](SiteSignals& s, double v) {
        if (s.humidity.pressure_kpa.empty()) s.humidity.pressure_kpa.assign(s.humidity.time_s.size(), v);
    });
    for (SiteSignals& site : test.sites) {
        if (flowReference_ && !site.humidity.flow_sccm.empty()) site.flowReference = flowReference_;
        if (volumeMeter_ && !site.humidity.flow_ml_per_min.empty()) site.volumeMeter = volumeMeter_;
    }
}

bool isAccuracyKey(std::string_view key) {
    return key.starts_with("accuracy_") &&
           std::find(perSiteKeys.begin(), perSiteKeys.end(), key) != perSiteKeys.end();
}

KnownColumn columnOf(std::string_view quantity) {
    const auto found = std::find_if(knownColumns.begin(), knownColumns.end(),
                                    [&](const Known& k) { return k.quantity == quantity; });
    return found == knownColumns.end() ? KnownColumn{} : found->column;
}

std::string_view otherUnitOf(std::string_view quantity) {
    for (const Known& k : knownColumns)
        if (quantity.starts_with(k.stem) && quantity.size() > k.stem.size() && quantity[k.stem.size()] == '_')
            return k.quantity;
    return {};
}

std::size_t siteIn(RecordedTest& test, std::string_view name) {
    const auto at =
        std::find_if(test.sites.begin(), test.sites.end(), [&](const auto& s) { return s.site == name; });
    if (at != test.sites.end()) return static_cast<std::size_t>(at - test.sites.begin());
    test.sites.emplace_back();
    test.sites.back().site = name;
    return test.sites.size() - 1;
}

} // namespace eccrine::recording
