// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/protocol_file.hpp"

#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"

#include <set>
#include <utility>

namespace eccrine::protocols {
namespace {

using datafiles::readStrictly;
using datafiles::smallFile;
using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr int knownSchema = 1;

SettlingRule settlingOf(const toml::table& table) {
    StrictTable in(table, "[step.settling]");
    SettlingRule rule;
    rule.atLeast = in.seconds("at_least_s", 1, 3600);
    rule.window = in.seconds("window_s", 1, 3600);
    rule.slopeLimit_nl_per_min2 = in.number("slope_limit_nl_per_min2", 0, 1000);
    rule.spreadLimit = {in.number("spread_limit_nl_per_min", 0, 1000)};
    rule.rangeLimit = {in.number("range_limit_nl_per_min", 0, 10000)};
    rule.temperatureDriftPerMin = {in.number("temperature_drift_k_per_min", 0, 10)};
    rule.flowTolerance = in.number("flow_tolerance", 0, 1);
    in.refuseUnknownKeys();
    return rule;
}

/// The ranges are what a file may say at all; the interlock's hard limits are enforced where current is made.
Stimulus stimulusOf(const toml::table& table) {
    StrictTable in(table, "[step.stimulus]");
    Stimulus s;
    s.current = {in.number("current_ma", 0.02, 5)};
    s.charge = {in.number("charge_mc", 1, 1500)};
    s.rampUp = in.seconds("ramp_up_s", 10, 120); // at least 10 s above 0.5 mA (SR-10)
    s.rampDown = in.seconds("ramp_down_s", 0.5, 120);
    s.atMost = in.seconds("at_most_s", 10, 3600);
    s.voltageLimit = {in.number("voltage_limit_v", 1, 60)};
    s.electrodeArea = {in.number("electrode_area_cm2", 0.1, 400)};
    in.refuseUnknownKeys();
    const Millicoulombs ramps = 0.5 * chargeOf(s.current, s.rampUp + s.rampDown);
    if (s.charge < ramps)
        throw TomlRefusal{"\"charge_mc\" is less than the ramps alone deliver", table.source().begin};
    if (s.rampUp + s.rampDown + Seconds{(s.charge - ramps).value / s.current.value} > s.atMost)
        throw TomlRefusal{"\"at_most_s\" is too short to deliver \"charge_mc\" at \"current_ma\"",
                          table.source().begin};
    return s;
}

Step stepOf(const toml::table& table, const std::set<std::string>& sources) {
    StrictTable in(table, "[[step]]");
    Step step;
    step.id = in.text("id");
    step.title = in.text("title");
    const auto source = in.text("source");
    if (!sources.contains(source))
        throw TomlRefusal{"the step \"" + step.id + "\" cites \"" + source +
                              "\", which [[sources]] does not list",
                          table.get("source")->source().begin};
    const auto kind = in.text("kind");
    if (kind == "baseline") {
        step.kind = Step::Kind::Baseline;
        step.settling = settlingOf(in.table("settling"));
        step.waitAtMost = in.seconds("wait_at_most_s", step.settling->atLeast.count(), 7200);
    } else if (kind == "stimulation") {
        step.kind = Step::Kind::Stimulation;
        step.stimulus = stimulusOf(in.table("stimulus"));
    } else if (kind == "recording") {
        step.kind = Step::Kind::Recording;
        step.afterStimulusStop = in.seconds("after_stimulus_stop_s", 0, 7200);
        step.afterStimulusStart = in.seconds("after_stimulus_start_s", 0, 7200);
    } else {
        throw TomlRefusal{"the kind \"" + kind + "\" is not one of baseline, stimulation, recording",
                          table.get("kind")->source().begin};
    }
    in.refuseUnknownKeys();
    return step;
}

Protocol protocolOf(const toml::table& root) {
    StrictTable in(root, "the file");
    Protocol protocol;
    protocol.schema = static_cast<int>(in.number("schema", 0, 1e6));
    if (protocol.schema != knownSchema)
        throw TomlRefusal{"the schema version is " + std::to_string(protocol.schema) +
                              ", this program reads version " + std::to_string(knownSchema),
                          root.get("schema")->source().begin};
    protocol.id = in.text("id");
    protocol.version = in.text("version");
    protocol.title = in.text("title");
    protocol.drug = in.text("drug");
    std::set<std::string> sources;
    for (const toml::node& node : in.tables("sources")) {
        StrictTable source(*node.as_table(), "[[sources]]");
        sources.insert(source.text("id"));
        static_cast<void>(source.text("text"));
        const auto certainty = source.text("certainty");
        if (certainty != "read" && certainty != "memory" && certainty != "policy")
            throw TomlRefusal{"the certainty \"" + certainty + "\" is not one of read, memory, policy",
                              node.source().begin};
        source.refuseUnknownKeys();
    }
    std::set<std::string> ids;
    bool stimulated = false;
    for (const toml::node& node : in.tables("step")) {
        Step step = stepOf(*node.as_table(), sources);
        if (!ids.insert(step.id).second)
            throw TomlRefusal{"two steps have the id \"" + step.id + "\"", node.source().begin};
        if (step.kind == Step::Kind::Stimulation) {
            if (stimulated)
                throw TomlRefusal{"a second stimulation step is not supported", node.source().begin};
            stimulated = true;
        }
        if (step.kind == Step::Kind::Recording && !stimulated)
            throw TomlRefusal{"a recording step has to follow the stimulation", node.source().begin};
        if (step.kind == Step::Kind::Baseline && stimulated)
            throw TomlRefusal{"a baseline step has to come before the stimulation", node.source().begin};
        protocol.steps.push_back(std::move(step));
    }
    in.refuseUnknownKeys();
    return protocol;
}

} // namespace

Result<Protocol> parseProtocol(const std::string& text, const std::string& name) {
    auto protocol = readStrictly<Protocol>(text, name, protocolOf);
    if (protocol) protocol->hash = datafiles::sha256Of(text);
    return protocol;
}

Result<Protocol> loadProtocol(const std::filesystem::path& file) {
    const auto text = smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseProtocol(*text, file.string());
}

} // namespace eccrine::protocols
