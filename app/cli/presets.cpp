// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/data_files.hpp"
#include "protocols/preset_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <memory>
#include <string>

namespace eccrine::app {
namespace {

using Json = nlohmann::ordered_json;
using protocols::ParameterLimits;
using protocols::Preset;
using protocols::PresetLibrary;

struct Options {
    std::string id, file;
    bool json = false;
};

/// The laboratory's own, or those that came with the program.
Result<PresetLibrary> library(const Options& o) {
    if (!o.file.empty()) return protocols::loadPresets(o.file);
    const auto file = findProtocol("presets");
    return file ? audited(protocols::loadPresets(*file), "presets", *file) : protocols::shippedPresets();
}

std::string reviewOf(const Preset& preset) {
    return preset.reviewedBy.empty() ? "reviewed by nobody"
                                     : "reviewed by " + preset.reviewedBy + " on " + preset.reviewedOn;
}

const protocols::Source* sourceOf(const PresetLibrary& all, const std::string& id) {
    const auto found = std::find_if(all.sources.begin(), all.sources.end(),
                                    [&](const protocols::Source& s) { return s.id == id; });
    return found == all.sources.end() ? nullptr : &*found;
}

Json jsonOf(const PresetLibrary& all, const std::string& id) {
    const protocols::Source* source = sourceOf(all, id);
    if (source == nullptr) return nullptr;
    return {{"id", source->id}, {"text", source->text}, {"certainty", source->certainty}};
}

Json jsonOf(const PresetLibrary& all, const Preset& preset) {
    Json parameters = Json::object();
    for (const ParameterLimits& l : preset.parameters)
        parameters[l.parameter] = {{"unit", l.unit},
                                   {"lower_hard", l.lowerHard},
                                   {"lower_soft", l.lowerSoft},
                                   {"typical", l.typical},
                                   {"upper_soft", l.upperSoft},
                                   {"upper_hard", l.upperHard},
                                   {"typical_source", jsonOf(all, l.typicalSource)},
                                   {"limits_source", jsonOf(all, l.limitsSource)}};
    const auto orNull = [](const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); };
    return {{"id", preset.id},
            {"title", preset.title},
            {"drug", preset.drug},
            {"polarity", protocols::nameOf(preset.polarity)},
            {"polarity_source", jsonOf(all, preset.polaritySource)},
            {"reviewed_by", orNull(preset.reviewedBy)},
            {"reviewed_on", orNull(preset.reviewedOn)},
            {"remark", orNull(preset.remark)},
            {"parameters", parameters}};
}

int list(const Options& o) {
    const auto all = library(o);
    if (!all) return reportFailure(all.error(), o.json);
    std::string text;
    Json presets = Json::array();
    Json undeliverable = Json::array();
    for (const Preset& p : all->presets) {
        text += p.id + ": " + p.title + "; " + p.drug + " under the " + protocols::nameOf(p.polarity) + ", " +
                reviewOf(p) + "\n";
        presets.push_back({{"id", p.id},
                           {"title", p.title},
                           {"drug", p.drug},
                           {"polarity", protocols::nameOf(p.polarity)},
                           {"reviewed_by", p.reviewedBy.empty() ? Json(nullptr) : Json(p.reviewedBy)}});
    }
    if (!all->undeliverable.empty()) text += "not deliverable with this program:\n";
    for (const auto& u : all->undeliverable) {
        text += "  " + u.id + ": " + u.title + ": " + u.reason + "\n";
        undeliverable.push_back({{"id", u.id}, {"title", u.title}, {"reason", u.reason}});
    }
    return print(o.json ? Json{{"version", all->version},
                               {"sha256", all->hash},
                               {"presets", presets},
                               {"undeliverable", undeliverable}}
                                  .dump(2) +
                              "\n"
                        : text);
}

std::string rowOf(const ParameterLimits& l) {
    std::array<char, 160> line{};
    static_cast<void>(std::snprintf(line.data(), line.size(),
                                    "%-20s %-8s %10.6g %10.6g %10.6g %10.6g %10.6g\n", l.parameter.c_str(),
                                    l.unit == "mA/cm²" ? "mA/cm2"
                                    : l.unit == "cm²"  ? "cm2"
                                                       : l.unit.c_str(),
                                    l.lowerHard, l.lowerSoft, l.typical, l.upperSoft, l.upperHard));
    return line.data();
}

int show(const Options& o) {
    const auto all = library(o);
    if (!all) return reportFailure(all.error(), o.json);
    const Preset* preset = all->find(o.id);
    if (preset == nullptr) {
        for (const auto& u : all->undeliverable)
            if (u.id == o.id)
                return reportFailure({"the preset cannot be delivered: " + u.reason, o.id, "choose another",
                                      Failure::Kind::Call},
                                     o.json);
        return reportFailure({"there is no preset \"" + o.id + "\"", "presets show",
                              "see eccrine presets list", Failure::Kind::Call},
                             o.json);
    }
    if (o.json) return print(jsonOf(*all, *preset).dump(2) + "\n");
    std::string text =
        preset->title + "\n" + preset->drug + " under the " + protocols::nameOf(preset->polarity) + ", " +
        reviewOf(*preset) + "\n\n" +
        "parameter            unit     lower hard lower soft    typical upper soft upper hard\n";
    for (const ParameterLimits& l : preset->parameters)
        text += rowOf(l);
    std::array<char, 96> skin{};
    static_cast<void>(std::snprintf(skin.data(), skin.size(),
                                    "Where the skin does not feel, above %.6g mA/cm2 asks for a reason.\n",
                                    all->insensateDensity.value));
    text.append("\n").append(skin.data());
    if (!preset->remark.empty()) text += preset->remark + "\n";
    text += "\nSources:\n";
    const auto cite = [&](const std::string& what, const std::string& id) {
        if (const protocols::Source* s = sourceOf(*all, id))
            text.append("  ")
                .append(what)
                .append(": ")
                .append(s->text)
                .append(" [")
                .append(s->certainty)
                .append("]\n");
    };
    cite("polarity", preset->polaritySource);
    for (const ParameterLimits& l : preset->parameters) {
        cite(l.parameter + ", typical", l.typicalSource);
        cite(l.parameter + ", limits", l.limitsSource);
    }
    return print(text);
}

} // namespace

void addPresets(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand(
        "presets", "The drug library: what may flow with which drug, soft and hard limits, polarity");
    verb->require_subcommand(1);
    const auto common = [o](CLI::App* sub) {
        sub->add_option("--file", o->file, "another presets.toml (docs/formats/presets.md)")
            ->type_name("FILE");
        sub->add_flag("--json", o->json, "print JSON");
    };
    auto* listing = verb->add_subcommand("list", "The presets, and those that cannot be delivered");
    common(listing);
    listing->callback([o, &chosen] { chosen = [o] { return list(*o); }; });
    auto* showing = verb->add_subcommand("show", "One preset: limits, polarity, sources");
    showing->add_option("ID", o->id, "for instance qsart-ach")->required();
    common(showing);
    showing->callback([o, &chosen] { chosen = [o] { return show(*o); }; });
}

} // namespace eccrine::app
