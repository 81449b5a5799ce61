// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/patient_library.hpp"

#include "devices/virtual/patients_toml.hpp"
#include "devices/virtual/strict_table.hpp"

#include <algorithm>

namespace eccrine::devices::virtual_instrument {

namespace {

PerSite<double> perSite(const StrictTable& table, double least, double most) {
    PerSite<double> values{};
    for (std::size_t i = 0; i < maxSites; ++i)
        values[i] = table.number(standardSites[i], least, most);
    return values;
}

template <class T>
std::string namesOf(const std::vector<T>& entries) {
    std::string names;
    for (const auto& entry : entries)
        names += (names.empty() ? "" : ", ") + entry.name;
    return names;
}

std::vector<std::string> listOf(const std::vector<ShapeRange>& shapes) {
    std::vector<std::string> names;
    names.reserve(shapes.size());
    for (const auto& s : shapes)
        names.push_back(s.name);
    return names;
}

StimulusRule readStimulus(const StrictTable& t, bool drugStays) {
    return {{t.number("current_ma", 0.1, 5.0)},         Seconds{t.number("duration_s", 1.0, 3600.0)},
            t.number("onset_fraction", 0.01, 1.0),      Seconds{t.number("after_effect_s", 0.0, 3600.0)},
            Seconds{t.number("window_s", 1.0, 3600.0)}, drugStays};
}

SkinParameters readSkin(const StrictTable& t) {
    SkinParameters p;
    p.resistance_kOhmCm2 = t.number("resistance_kohm_cm2", 0.1, 1e5);
    p.knee_v = t.number("knee_v", 0.1, 100.0);
    p.adaptation_s = t.number("adaptation_s", 0.1, 1000.0);
    p.breakdown_v = t.number("breakdown_v", 0.1, 1000.0);
    p.recovery_s = t.number("recovery_s", 1.0, 1e5);
    p.capacitance_uFPerCm2 = t.number("capacitance_uf_per_cm2", 1e-4, 100.0);
    p.series_kOhm = t.number("series_kohm", 0.0, 100.0);
    p.sweatDoublesConductance_s = t.number("sweat_doubles_conductance_s", 1.0, 1e5);
    p.anode_cm2 = t.number("anode_cm2", 0.1, 400.0);
    p.return_cm2 = t.number("return_cm2", 0.1, 400.0);
    p.voltageNoise = t.number("voltage_noise_fraction", 0.0, 0.1);
    p.compliance_v = t.number("compliance_v", 1.0, 80.0);
    p.dummyLoad_kOhm = t.number("dummy_load_kohm", 0.1, 1000.0);
    return p;
}

SourceParameters readSource(const StrictTable& t, double compliance_v) {
    SourceParameters p;
    p.gainSpread = t.number("current_gain_spread", 0.0, 0.02);
    p.currentNoise_uA = t.number("current_noise_ua", 0.0, 10.0);
    p.maxCurrent_uA = static_cast<std::int32_t>(t.number("max_current_ua", 1.0, 25000.0));
    p.maxTime_s = t.number("max_time_s", 1.0, 3600.0);
    p.stopRamp_s = t.number("stop_ramp_s", 0.01, 0.5);
    p.compliance_v = compliance_v;
    return p;
}

CapsuleParameters readCapsule(const StrictTable& t) {
    CapsuleParameters p;
    p.flow_sccm = t.number("flow_sccm", 10.0, 1000.0);
    p.flowFluctuation = t.number("flow_fluctuation", 0.0, 0.1);
    p.flowNoise_sccm = t.number("flow_noise_sccm", 0.0, 10.0);
    p.volume_cm3 = t.number("volume_cm3", 0.01, 100.0);
    p.tubeLength_m = t.number("tube_length_m", 0.0, 20.0);
    p.tubeBore_mm = t.number("tube_bore_mm", 0.1, 20.0);
    p.pressure_kPa = t.number("pressure_kpa", 50.0, 120.0);
    p.pressureNoise_kPa = t.number("pressure_noise_kpa", 0.0, 1.0);
    p.inletHumidity_pct = t.number("inlet_humidity_pct", 0.0, 50.0);
    p.inletTemperature_c = t.number("inlet_temperature_c", 5.0, 50.0);
    p.outletTemperature_c = t.number("outlet_temperature_c", 5.0, 60.0);
    p.temperatureFluctuation_c = t.number("temperature_fluctuation_c", 0.0, 1.0);
    return p;
}

HygrometerParameters readHygrometer(const StrictTable& t) {
    HygrometerParameters p;
    p.lag_s = t.number("lag_s", 0.01, 60.0);
    p.humidityNoise_pct = t.number("humidity_noise_pct", 0.0, 5.0);
    p.temperatureNoise_c = t.number("temperature_noise_c", 0.0, 1.0);
    p.slowNoise_nLPerMin = t.number("slow_noise_nl_per_min", 0.0, 50.0);
    p.slowNoiseTime_s = t.number("slow_noise_time_s", 0.1, 1000.0);
    return p;
}

Result<PatientLibrary> read(const Result<StrictTable>& file) {
    if (!file) return tl::unexpected<Failure>(file.error());
    const StrictTable& root = *file;
    PatientLibrary lib;
    (void)root.number("schema", 1, 1);
    lib.title = root.text("title");
    lib.stimulus = readStimulus(root.table("stimulus"), false);
    lib.pilocarpine = readStimulus(root.table("pilocarpine"), true);
    const auto volumes = root.table("volume_ul");
    lib.femaleVolume_uL = perSite(volumes.table("female"), 0.0, 20.0);
    lib.maleVolume_uL = perSite(volumes.table("male"), 0.0, 20.0);
    lib.baseline_nLPerMin = perSite(root.table("baseline_nl_per_min"), 0.0, 1000.0);

    double youngest = -1.0;
    for (const auto& band : root.tables("age_band")) {
        const double from = band.number("from_years", 0.0, 130.0);
        if (from <= youngest || (youngest < 0.0 && from != 0.0))
            band.object("from_years", "the age bands are not in order from 0 years upwards", "sort them");
        youngest = from;
        lib.ageBands.push_back({from, perSite(band, 0.0, 10.0)});
    }
    if (lib.ageBands.empty()) root.object("", "there is no [[age_band]]", "add one from 0 years");

    const auto shapes = root.table("shape");
    for (const auto& name : shapes.keys()) {
        const auto t = shapes.table(name);
        lib.shapes.push_back({name, t.range("latency_s", 0.0, 600.0), t.number("rise_s", 1.0, 1000.0),
                              t.number("exponent", 0.5, 4.0), t.number("decay_s", 1.0, 10000.0)});
    }
    const auto spread = root.table("spread");
    lib.spread = {spread.number("rise", 0.0, 1.0), spread.number("decay", 0.0, 1.0),
                  spread.number("volume", 0.0, 1.0), spread.number("baseline", 0.0, 1.0)};
    const auto presets = root.table("preset");
    for (const auto& name : presets.keys()) {
        const auto t = presets.table(name);
        Preset p{name,
                 t.text("title"),
                 t.text("shape"),
                 perSite(t.table("volume_factor"), 0.0, 10.0),
                 perSite(t.table("latency_factor"), 0.1, 5.0),
                 std::nullopt};
        if (t.has("pilocarpine_ul_per_cm2"))
            p.pilocarpineVolume_uL = t.number("pilocarpine_ul_per_cm2", 0.0, 100.0);
        (void)t.oneOf("shape", listOf(lib.shapes));
        lib.presets.push_back(std::move(p));
    }
    const auto skin = root.table("skin");
    lib.skin = readSkin(skin);
    lib.skinSpread = skin.number("resistance_spread", 0.0, 3.0);
    lib.skinRange_kOhmCm2 = skin.range("resistance_range_kohm_cm2", 0.1, 1e5);
    lib.source = readSource(root.table("source"), lib.skin.compliance_v);
    lib.capsule = readCapsule(root.table("capsule"));
    lib.hygrometer = readHygrometer(root.table("hygrometer"));
    if (const auto done = root.finish(); !done) return tl::unexpected<Failure>(done.error());
    return lib;
}

} // namespace

std::string PatientLibrary::presetNames() const {
    return namesOf(presets);
}

std::string PatientLibrary::shapeNames() const {
    return namesOf(shapes);
}

Result<PatientLibrary> parsePatientLibrary(std::string_view toml, const std::string& name) {
    return read(StrictTable::parseText(toml, name));
}

Result<PatientLibrary> readPatientLibrary(const std::filesystem::path& file) {
    return read(StrictTable::parseFile(file));
}

Result<PatientLibrary> builtInPatientLibrary() {
    return read(StrictTable::parseText(patientsToml, "patients.toml"));
}

} // namespace eccrine::devices::virtual_instrument
