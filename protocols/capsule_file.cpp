// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/capsule_file.hpp"

#include "datafiles/strict_toml.hpp"

namespace eccrine::protocols {
namespace {

using datafiles::readStrictly;
using datafiles::smallFile;
using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr int knownSchema = 1;

/// What the sensors' data sheets state, whole or not at all.
void accuracyOf(StrictTable& capsule, SensorAccuracy& out) {
    constexpr double percent = 0.01;
    static_cast<void>(capsule.text("accuracy_source"));
    out.humidity_pct = capsule.number("accuracy_rh_pct", 0, 20);
    out.humidityGain_part = percent * capsule.number("accuracy_rh_gain_pct", 0, 50);
    out.temperature_k = capsule.number("accuracy_t_k", 0, 5);
    out.pressure_kpa = capsule.number("accuracy_pressure_kpa", 0, 10);
    out.flow_part = percent * capsule.number("accuracy_flow_pct", 0, 50);
}

CapsuleSet capsulesOf(const toml::table& root) {
    StrictTable in(root, "the file");
    if (in.number("schema", 0, 1e6) != knownSchema)
        throw TomlRefusal{"the schema version is not " + std::to_string(knownSchema),
                          root.get("schema")->source().begin};
    CapsuleSet set;
    for (const toml::node& node : in.tables("capsule")) {
        const toml::table& table = *node.as_table();
        StrictTable capsule(table, "[[capsule]]");
        CapsuleConstants constants;
        static_cast<void>(capsule.text("source"));
        constants.washout = capsule.seconds("washout_s", 0, 60);
        constants.transportDelay = capsule.seconds("transport_delay_s", 0, 60);
        constants.sensorLag = capsule.seconds("sensor_lag_s", 0, 120);
        if (table.contains("area_cm2"))
            constants.area = SquareCentimetres{capsule.number("area_cm2", 0.01, 100)};
        if (table.contains("accuracy_source")) accuracyOf(capsule, constants.accuracy);
        for (const std::string& site : capsule.texts("sites"))
            if (!set.emplace(site, constants).second)
                throw TomlRefusal{"the site \"" + site + "\" stands in two capsules", node.source().begin};
        capsule.refuseUnknownKeys();
    }
    in.refuseUnknownKeys();
    return set;
}

} // namespace

Result<CapsuleSet> parseCapsules(const std::string& text, const std::string& name) {
    return readStrictly<CapsuleSet>(text, name, capsulesOf);
}

Result<CapsuleSet> loadCapsules(const std::filesystem::path& file) {
    const auto text = smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseCapsules(*text, file.string());
}

} // namespace eccrine::protocols
