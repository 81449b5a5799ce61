// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/truth.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace eccrine::devices::virtual_instrument {

namespace {

using Json = nlohmann::ordered_json;

double rounded(double value) {
    return std::round(value * 1e6) / 1e6;
}

Json patientJson(const PatientChoice& c) {
    return {{"preset", c.preset},
            {"sex", c.sex == Sex::Female ? "female" : "male"},
            {"age_years", c.age_years},
            {"seed", c.seed}};
}

Json measureJson(std::size_t site, const ResponseMeasure& m, NanolitresPerMin baseline) {
    Json j{{"site", standardSites[site]}};
    j["latency_s"] = m.latency ? Json(rounded(m.latency->count())) : Json(nullptr);
    j["peak_nl_per_min"] = rounded(m.peak.value);
    j["peak_time_s"] = m.latency ? Json(rounded(m.peakTime.count())) : Json(nullptr);
    j["volume_ul"] = rounded(m.volume.value);
    j["baseline_nl_per_min"] = rounded(baseline.value);
    j["charge_mc"] = rounded(m.charge.value);
    return j;
}

} // namespace

std::string expectedJson(const PatientModel& patient) {
    Json out{
        {"patient", patientJson(patient.choice)},
        {"stimulus",
         {{"current_ma", patient.stimulus.nominal.value}, {"duration_s", patient.stimulus.duration.count()}}},
        {"sites", Json::array()}};
    for (std::size_t i = 0; i < maxSites; ++i) {
        const SitePhysiology& p = patient.sites[i];
        out["sites"].push_back(
            measureJson(i, nominalResponse(p.shape, p.amplitude, patient.stimulus), p.baseline));
    }
    return out.dump();
}

std::string truthJson(const MeasuredPatient& patient, const std::string& scenario) {
    Json out{{"patient", patientJson(patient.patient().choice)}, {"sites", Json::array()}};
    for (std::size_t i = 0; i < maxSites; ++i) {
        const auto truth = patient.truth(i);
        Json site = measureJson(i, truth.measure, truth.baseline);
        if (truth.stimulus) {
            site["t0_device_us"] = truth.stimulus->time_since_epoch().count();
        } else {
            for (const char* key : {"latency_s", "peak_nl_per_min", "peak_time_s", "volume_ul", "charge_mc"})
                site[key] = nullptr;
            site["t0_device_us"] = nullptr;
        }
        out["sites"].push_back(std::move(site));
    }
    out["scenario"] = scenario.empty() ? Json(nullptr) : Json(scenario);
    return out.dump();
}

} // namespace eccrine::devices::virtual_instrument
