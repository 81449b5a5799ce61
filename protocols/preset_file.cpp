// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/preset_file.hpp"

#include "core/calendar.hpp"
#include "core/hard_limits.hpp"
#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"
#include "protocols/source_table.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <locale>
#include <sstream>
#include <utility>

namespace eccrine::protocols {

extern const char* const shippedPresetsText;

namespace {

using datafiles::StrictTable;
using datafiles::TomlRefusal;

/// What a preset limits, how a stimulus has it, and what no preset may go beyond.
struct Parameter {
    const char* name;
    const char* unit;
    double (*of)(const Stimulus&);
    double least;
    double most;
};

constexpr std::array parameters{
    Parameter{"current_ma", "mA", [](const Stimulus& s) { return s.current.value; }, 0.0,
              milliamperesOf(hard::current).value},
    Parameter{"charge_mc", "mC", [](const Stimulus& s) { return s.charge.value; }, 0.0, hard::charge.value},
    Parameter{"density_ma_per_cm2", "mA/cm²", [](const Stimulus& s) { return densestOf(s).value; }, 0.0,
              hard::density.value},
    Parameter{"electrode_area_cm2", "cm²", [](const Stimulus& s) { return s.electrodeArea.value; }, 0.0,
              hard::widestElectrode.value},
    Parameter{"ramp_up_s", "s", [](const Stimulus& s) { return s.rampUp.count(); },
              hard::shortestRampUp.count(), std::numeric_limits<double>::max()},
    Parameter{"ramp_down_s", "s", [](const Stimulus& s) { return s.rampDown.count(); }, 0.0,
              std::numeric_limits<double>::max()},
    Parameter{"at_most_s", "s", [](const Stimulus& s) { return s.atMost.count(); }, 0.0,
              std::numeric_limits<double>::max()},
    Parameter{"voltage_limit_v", "V", [](const Stimulus& s) { return s.voltageLimit.value; }, 0.0,
              hard::voltage.value},
};

std::string numberText(double value) {
    std::ostringstream text;
    text.imbue(std::locale::classic());
    text << value;
    return text.str();
}

std::string crossing(const Parameter& p, double value, const char* side, double limit) {
    return '"' + std::string(p.name) + "\" is " + numberText(value) + ' ' + p.unit + ", " + side + ' ' +
           numberText(limit) + ' ' + p.unit;
}

ParameterLimits limitsOf(const Parameter& p, const toml::table& table, const std::vector<Source>& sources) {
    const std::string name = p.name;
    StrictTable in(table, "[preset." + name + "]");
    ParameterLimits limits;
    limits.parameter = name;
    limits.unit = p.unit;
    const auto number = [&](const char* key) {
        constexpr double any = std::numeric_limits<double>::max();
        return in.number(key, -any, any);
    };
    limits.lowerHard = number("lower_hard");
    limits.lowerSoft = number("lower_soft");
    limits.typical = number("typical");
    limits.upperSoft = number("upper_soft");
    limits.upperHard = number("upper_hard");
    limits.typicalSource = citedSource(sources, table, in, "typical_source", "\"" + name + "\"");
    limits.limitsSource = citedSource(sources, table, in, "limits_source", "\"" + name + "\"");
    in.refuseUnknownKeys();
    const std::array order{limits.lowerHard, limits.lowerSoft, limits.typical, limits.upperSoft,
                           limits.upperHard};
    if (!std::is_sorted(order.begin(), order.end()))
        throw TomlRefusal{"the limits of \"" + name +
                              "\" are not in order (lower_hard, lower_soft, typical, upper_soft, upper_hard)",
                          table.source().begin};
    if (limits.upperHard > p.most)
        throw TomlRefusal{"\"upper_hard\" of \"" + name + "\" is above the hard limit of " +
                              numberText(p.most) + ' ' + p.unit,
                          table.get("upper_hard")->source().begin};
    if (limits.lowerHard < p.least)
        throw TomlRefusal{"\"lower_hard\" of \"" + name + "\" is below the least of " + numberText(p.least) +
                              ' ' + p.unit,
                          table.get("lower_hard")->source().begin};
    return limits;
}

Preset presetOf(const toml::node& node, const PresetLibrary& library) {
    const toml::table& table = *node.as_table();
    StrictTable in(table, "[[preset]]");
    Preset preset;
    preset.id = in.text("id");
    preset.title = in.text("title");
    preset.drug = in.text("drug");
    const std::string polarity = in.text("polarity");
    if (polarity != "anode" && polarity != "cathode")
        throw TomlRefusal{"the polarity \"" + polarity + "\" is not one of anode, cathode",
                          table.get("polarity")->source().begin};
    preset.polarity = polarity == "anode" ? Electrode::Anode : Electrode::Cathode;
    preset.polaritySource = citedSource(library.sources, table, in, "polarity_source", "the polarity");
    preset.reviewedBy = in.textOrEmpty("reviewed_by");
    preset.reviewedOn = in.textOrEmpty("reviewed_on");
    if (preset.reviewedBy.empty() != preset.reviewedOn.empty() ||
        (!preset.reviewedOn.empty() && !Date::parse(preset.reviewedOn, "reviewed_on")))
        throw TomlRefusal{"a review of the polarity has a name in \"reviewed_by\" and a date (YYYY-MM-DD) in "
                          "\"reviewed_on\"",
                          table.get("reviewed_on")->source().begin};
    if (table.contains("remark")) preset.remark = in.text("remark");
    for (const Parameter& p : parameters)
        preset.parameters.push_back(limitsOf(p, in.table(p.name), library.sources));
    in.refuseUnknownKeys();
    return preset;
}

PresetLibrary libraryOf(const toml::table& root) {
    StrictTable in(root, "the file");
    static_cast<void>(in.number("schema", 1, 1));
    PresetLibrary library;
    library.id = in.text("id");
    library.version = in.text("version");
    library.title = in.text("title");
    for (const toml::node& node : in.tables("sources"))
        library.sources.push_back(sourceOf(node));
    const toml::table& insensate = in.table("insensate_skin");
    StrictTable skin(insensate, "[insensate_skin]");
    library.insensateDensity = {skin.number("density_ma_per_cm2", 0.01, hard::density.value)};
    library.insensateSource =
        citedSource(library.sources, insensate, skin, "source", "the density of insensate skin");
    skin.refuseUnknownKeys();
    const auto holdApart = [&](const std::string& id, const toml::node& node) {
        const auto& others = library.undeliverable;
        if (library.find(id) != nullptr ||
            std::any_of(others.begin(), others.end(), [&](const auto& u) { return u.id == id; }))
            throw TomlRefusal{"two presets have the id \"" + id + "\"", node.source().begin};
    };
    for (const toml::node& node : in.tables("preset")) {
        Preset preset = presetOf(node, library);
        holdApart(preset.id, node);
        library.presets.push_back(std::move(preset));
    }
    if (root.contains("undeliverable"))
        for (const toml::node& node : in.tables("undeliverable")) {
            StrictTable each(*node.as_table(), "[[undeliverable]]");
            UndeliverablePreset preset{each.text("id"), each.text("title"), each.text("reason")};
            each.refuseUnknownKeys();
            holdApart(preset.id, node);
            library.undeliverable.push_back(std::move(preset));
        }
    in.refuseUnknownKeys();
    return library;
}

const ParameterLimits* limitsIn(const Preset& preset, std::string_view parameter) {
    const auto found = std::find_if(preset.parameters.begin(), preset.parameters.end(),
                                    [&](const ParameterLimits& l) { return l.parameter == parameter; });
    return found == preset.parameters.end() ? nullptr : &*found;
}

} // namespace

const char* nameOf(Electrode electrode) {
    return electrode == Electrode::Anode ? "anode" : "cathode";
}

const Preset* PresetLibrary::find(std::string_view name) const {
    const auto found =
        std::find_if(presets.begin(), presets.end(), [&](const Preset& p) { return p.id == name; });
    return found == presets.end() ? nullptr : &*found;
}

Result<PresetLibrary> parsePresets(const std::string& text, const std::string& name) {
    auto library = datafiles::readStrictly<PresetLibrary>(text, name, libraryOf);
    if (library) library->hash = datafiles::sha256Of(text);
    return library;
}

Result<PresetLibrary> loadPresets(const std::filesystem::path& file) {
    const auto text = datafiles::smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parsePresets(*text, file.string());
}

const Result<PresetLibrary>& shippedPresets() {
    static const Result<PresetLibrary> library = parsePresets(shippedPresetsText, "presets.toml");
    return library;
}

Result<PresetLibrary> presetsFor(const std::filesystem::path& protocolFile) {
    const auto beside = protocolFile.parent_path() / "presets.toml";
    std::error_code error;
    // a file that is there and cannot be looked at is no reason for other limits
    if (std::filesystem::status(beside, error).type() == std::filesystem::file_type::not_found)
        return shippedPresets();
    return loadPresets(beside);
}

std::optional<HardObjection> beyondPreset(const Stimulus& stimulus, const Preset& preset) {
    const std::string of = ", which the preset \"" + preset.id + "\" does not allow";
    for (const Parameter& p : parameters) {
        const ParameterLimits* limits = limitsIn(preset, p.name);
        const double value = p.of(stimulus);
        if (limits == nullptr) continue;
        if (!(value <= limits->upperHard))
            return HardObjection{p.name, crossing(p, value, "above", limits->upperHard) + of};
        if (!(value >= limits->lowerHard))
            return HardObjection{p.name, crossing(p, value, "below", limits->lowerHard) + of};
    }
    return std::nullopt;
}

std::vector<SoftCrossing> softCrossings(const Stimulus& stimulus, const PresetInUse& use,
                                        bool insensateSkin) {
    std::vector<SoftCrossing> out;
    for (const Parameter& p : parameters) {
        const ParameterLimits* limits = limitsIn(use.preset, p.name);
        if (limits == nullptr) continue;
        const double value = p.of(stimulus);
        const bool density = std::string_view(p.name) == "density_ma_per_cm2";
        const bool skin = density && insensateSkin && use.insensateDensity.value < limits->upperSoft;
        const double upper = skin ? use.insensateDensity.value : limits->upperSoft;
        const bool above = value > upper;
        if (!above && !(value < limits->lowerSoft)) continue;
        const double limit = above ? upper : limits->lowerSoft;
        out.push_back({p.name, p.unit, value, limit,
                       crossing(p, value, above ? "above" : "below", limit) + ", the soft limit " +
                           (skin && above ? std::string("where the skin does not feel")
                                          : "of the preset \"" + use.preset.id + "\"")});
    }
    return out;
}

} // namespace eccrine::protocols
