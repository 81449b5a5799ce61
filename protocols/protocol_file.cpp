// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/protocol_file.hpp"

#include "core/sample.hpp"
#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"
#include "protocols/source_table.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

namespace eccrine::protocols {
namespace {

using datafiles::readStrictly;
using datafiles::smallFile;
using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr int knownSchema = 1;
constexpr double anyNumber = std::numeric_limits<double>::max(); // finite; the limits come after

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

/// What is beyond the hard limits is refused here already; the session and the interlock hold to them, too.
Stimulus stimulusOf(const toml::table& table) {
    StrictTable in(table, "[step.stimulus]");
    Stimulus s;
    const auto number = [&](const char* key) { return in.number(key, -anyNumber, anyNumber); };
    s.current = {number("current_ma")};
    s.charge = {number("charge_mc")};
    s.rampUp = Seconds{number("ramp_up_s")};
    s.rampDown = Seconds{number("ramp_down_s")};
    s.atMost = Seconds{number("at_most_s")};
    s.voltageLimit = {number("voltage_limit_v")};
    s.electrodeArea = {number("electrode_area_cm2")};
    s.returnElectrodeArea = {number("return_electrode_area_cm2")};
    in.refuseUnknownKeys();
    if (const auto objection = beyondHardLimits(s))
        throw TomlRefusal{objection->what, table.get(objection->parameter)->source().begin};
    const Millicoulombs ramps = 0.5 * chargeOf(s.current, s.rampUp + s.rampDown);
    if (s.charge < ramps)
        throw TomlRefusal{"\"charge_mc\" is less than the ramps alone deliver", table.source().begin};
    if (s.rampUp + s.rampDown + Seconds{(s.charge - ramps).value / s.current.value} > s.atMost)
        throw TomlRefusal{"\"at_most_s\" is too short to deliver \"charge_mc\" at \"current_ma\"",
                          table.source().begin};
    return s;
}

/// The sources of a file, and which number rests on which of them.
class Citations {
public:
    explicit Citations(Protocol& protocol) : protocol_(protocol) {}

    void add(const toml::node& node) { protocol_.sources.push_back(sourceOf(node)); }
    /// The source that `key` of a table names, which is called `what` for a person.
    [[nodiscard]] std::string named(const toml::table& table, StrictTable& in, const char* key,
                                    const std::string& what) const {
        return citedSource(protocol_.sources, table, in, key, what);
    }
    /// [NAME.cites]: for a pilocarpine protocol every number of `tables` has a source of its own.
    void numbersOf(const std::string& name, const toml::table& table, StrictTable& in,
                   std::initializer_list<const toml::table*> tables) {
        if (!table.contains("cites") && protocol_.test == Protocol::Test::Qsart) return;
        std::set<std::string> numbers;
        for (const toml::table* each : tables)
            for (const auto& [key, node] : *each)
                if (node.is_number()) numbers.insert(std::string(key.str()));
        if (numbers.empty()) return;
        const toml::table& cites = in.table("cites");
        StrictTable cited(cites, "[" + name + ".cites]");
        for (const std::string& key : numbers) {
            std::string path = name;
            path.append(".").append(key);
            protocol_.cites[path] = named(cites, cited, key.c_str(), "\"" + key + "\"");
        }
        cited.refuseUnknownKeys();
    }

private:
    Protocol& protocol_;
};

std::optional<Seconds> secondsIfThere(const toml::table& table, StrictTable& in, const char* key,
                                      double most) {
    if (!table.contains(key)) return std::nullopt;
    return in.seconds(key, 0, most);
}

bool flagIfThere(const toml::table& table, StrictTable& in, const char* key) {
    return table.contains(key) && in.flag(key);
}

void readReminder(const toml::table& table, StrictTable& in, Step& step) {
    step.remindAfter = secondsIfThere(table, in, "remind_after_s", 7200);
    if (step.remindAfter) step.reminder = in.text("reminder");
}

void readOperator(const toml::table& table, StrictTable& in, Step& step) {
    step.instruction = in.text("instruction");
    step.eachSite = flagIfThere(table, in, "each_site");
    step.asksQuestions = flagIfThere(table, in, "checklist");
    step.afterEveryCurrent = flagIfThere(table, in, "after_every_current");
    if (step.asksQuestions && step.eachSite)
        throw TomlRefusal{"the step \"" + step.id + "\" cannot have both \"checklist\" and \"each_site\"",
                          table.source().begin};
    step.atLeast = secondsIfThere(table, in, "at_least_s", 3600).value_or(Seconds{0});
    if (step.afterEveryCurrent && step.atLeast > Seconds{0}) // test time stands still when the link is lost
        throw TomlRefusal{"the step \"" + step.id +
                              "\" cannot have both \"after_every_current\" and \"at_least_s\"",
                          table.source().begin};
    readReminder(table, in, step);
    bool goesOn = false;
    for (const toml::node& node : in.tables("answer")) {
        StrictTable answer(*node.as_table(), "[[step.answer]]");
        Answer a{answer.text("id"), answer.text("text"), flagIfThere(*node.as_table(), answer, "voids_site"),
                 flagIfThere(*node.as_table(), answer, "ends_test")};
        answer.refuseUnknownKeys();
        if (std::any_of(step.answers.begin(), step.answers.end(),
                        [&](const Answer& b) { return b.id == a.id; }))
            throw TomlRefusal{"two answers have the id \"" + a.id + "\"", node.source().begin};
        if (a.voidsSite && !step.eachSite)
            throw TomlRefusal{"the answer \"" + a.id +
                                  "\" voids a site, so that the step needs \"each_site = true\"",
                              node.source().begin};
        if (step.afterEveryCurrent && (a.voidsSite || a.endsTest))
            throw TomlRefusal{"the answer \"" + a.id +
                                  "\" ends something, which nothing that is asked after every current does",
                              node.source().begin};
        goesOn = goesOn || (!a.voidsSite && !a.endsTest);
        step.answers.push_back(std::move(a));
    }
    if (!goesOn)
        throw TomlRefusal{"the step \"" + step.id + "\" has no answer with which the test goes on",
                          table.source().begin};
}

bool asks(const Step& step) {
    return step.asksQuestions;
}

Step stepOf(const toml::table& table, Citations& citations) {
    StrictTable in(table, "[[step]]");
    Step step;
    step.id = in.text("id");
    step.title = in.text("title");
    static_cast<void>(citations.named(table, in, "source", "the step \"" + step.id + "\""));
    const auto kind = in.text("kind");
    const toml::table* numbers = &table;
    if (kind == "baseline") {
        step.kind = Step::Kind::Baseline;
        step.settling = settlingOf(in.table("settling"));
        step.waitAtMost = in.seconds("wait_at_most_s", step.settling->atLeast.count(), 7200);
    } else if (kind == "stimulation") {
        step.kind = Step::Kind::Stimulation;
        step.stimulus = stimulusOf(in.table("stimulus"));
        numbers = &in.table("stimulus");
    } else if (kind == "recording") {
        step.kind = Step::Kind::Recording;
        step.afterStepStart = secondsIfThere(table, in, "after_step_start_s", 7200);
        if (!step.afterStepStart) {
            step.afterStimulusStop = in.seconds("after_stimulus_stop_s", 0, 7200);
            step.afterStimulusStart = in.seconds("after_stimulus_start_s", 0, 7200);
        }
        readReminder(table, in, step);
    } else if (kind == "operator") {
        step.kind = Step::Kind::Operator;
        readOperator(table, in, step);
    } else {
        throw TomlRefusal{"the kind \"" + kind +
                              "\" is not one of baseline, stimulation, recording, operator",
                          table.get("kind")->source().begin};
    }
    citations.numbersOf(step.id, table, in, {&table, numbers});
    in.refuseUnknownKeys();
    return step;
}

/// What may follow what. Current never starts by itself: a person, or the baseline that a person or a bench
/// ends, comes before it; and in a QSART the safety questions do. Those of a sweat test are asked before its
/// recording begins.
void holdAgainstOrder(const Step& step, const Protocol& protocol, const toml::source_position& at) {
    using Kind = Step::Kind;
    const std::vector<Step>& before = protocol.steps;
    const bool stimulated =
        std::any_of(before.begin(), before.end(), [](const Step& s) { return s.kind == Kind::Stimulation; });
    const Kind last = before.empty() ? Kind::Recording : before.back().kind;
    if (std::any_of(before.begin(), before.end(), [&](const Step& s) { return s.id == step.id; }))
        throw TomlRefusal{"two steps have the id \"" + step.id + "\"", at};
    if (step.kind == Kind::Stimulation && stimulated)
        throw TomlRefusal{"a second stimulation step is not supported", at};
    if (step.kind == Kind::Stimulation && last != Kind::Operator && last != Kind::Baseline)
        throw TomlRefusal{
            "a stimulation has to follow a step of kind operator or baseline, so that no current "
            "starts without a confirmation",
            at};
    if (step.kind == Kind::Stimulation && protocol.test == Protocol::Test::Qsart &&
        std::none_of(before.begin(), before.end(), asks))
        throw TomlRefusal{
            "the stimulation has to follow a step with \"checklist = true\", so that no current "
            "flows before the safety questions are settled",
            at};
    if (step.afterEveryCurrent && !stimulated)
        throw TomlRefusal{"a step with \"after_every_current = true\" has to follow the stimulation", at};
    if (step.asksQuestions && std::any_of(before.begin(), before.end(), asks))
        throw TomlRefusal{"the safety questions are asked in one step only", at};
    if (step.kind == Kind::Recording && !stimulated)
        throw TomlRefusal{"a recording step has to follow the stimulation", at};
    if (step.kind == Kind::Baseline && stimulated)
        throw TomlRefusal{"a baseline step has to come before the stimulation", at};
}

TestSite siteOf(const toml::node& node, const std::vector<TestSite>& before) {
    StrictTable in(*node.as_table(), "[[site]]");
    TestSite site{in.text("id"), in.text("title"), in.text("side"), 0};
    const double channel = in.number("channel", 1, static_cast<double>(maxSites));
    site.channel = static_cast<std::size_t>(channel) - 1;
    in.refuseUnknownKeys();
    if (channel != std::floor(channel))
        throw TomlRefusal{"\"channel\" has to be a whole number", node.source().begin};
    if (site.side != "left" && site.side != "right")
        throw TomlRefusal{"the side \"" + site.side + "\" is not one of left, right", node.source().begin};
    if (std::any_of(before.begin(), before.end(), [&](const TestSite& s) { return s.id == site.id; }))
        throw TomlRefusal{"two sites have the id \"" + site.id + "\"", node.source().begin};
    return site;
}

Preparation preparationOf(const toml::node& node, const Citations& citations) {
    const toml::table& table = *node.as_table();
    StrictTable in(table, "[[preparation]]");
    Preparation p{in.text("id"), in.text("title"), in.text("instruction"), in.flag("hard_stop"), {}};
    p.source = citations.named(table, in, "source", "the preparation \"" + p.id + "\"");
    in.refuseUnknownKeys();
    return p;
}

DoseRule doseOf(const toml::table& table, Citations& citations) {
    StrictTable in(table, "[dose]");
    DoseRule rule;
    rule.enough = in.number("enough_fraction", 0.5, 1);
    rule.complete = in.number("complete_fraction", rule.enough, 1);
    citations.numbersOf("dose", table, in, {&table});
    in.refuseUnknownKeys();
    return rule;
}

analysis::EarlyResponseLimits earlyResponseOf(const toml::table& table, Citations& citations) {
    StrictTable in(table, "[early_response]");
    analysis::EarlyResponseLimits limits;
    limits.meanOver = in.seconds("mean_over_s", 5, 600);
    limits.onsetRise = in.number("onset_rise_nl_per_min_cm2", 1, 1000);
    limits.onsetHold = in.seconds("onset_hold_s", 1, 120);
    limits.noResponseAfter = in.seconds("no_response_after_s", 30, 3600);
    limits.poorBelow = in.number("poor_below_nl_per_min_cm2", 1, 1000);
    limits.poorJudgedAfter = in.seconds("poor_judged_after_s", 30, 3600);
    citations.numbersOf("early_response", table, in, {&table});
    in.refuseUnknownKeys();
    return limits;
}

Protocol::Test testOf(const toml::table& root, StrictTable& in) {
    if (!root.contains("test")) return Protocol::Test::Qsart;
    const auto name = in.text("test");
    if (name == "qsart") return Protocol::Test::Qsart;
    if (name == "pilocarpine") return Protocol::Test::Pilocarpine;
    throw TomlRefusal{"the test \"" + name + "\" is not one of qsart, pilocarpine",
                      root.get("test")->source().begin};
}

std::string lowered(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

/// The preset that the protocol names, held against what the protocol says.
PresetInUse presetOf(const toml::table& root, StrictTable& in, const Protocol& protocol,
                     const PresetLibrary& library) {
    const std::string name = in.text("preset");
    const toml::source_position at = root.get("preset")->source().begin;
    for (const UndeliverablePreset& u : library.undeliverable)
        if (u.id == name)
            throw TomlRefusal{"the preset \"" + name + "\" cannot be delivered: " + u.reason, at};
    const Preset* preset = library.find(name);
    if (preset == nullptr) {
        std::string known;
        for (const Preset& p : library.presets)
            known.append(known.empty() ? "" : ", ").append(p.id);
        throw TomlRefusal{"the preset \"" + name + "\" is not one of " + known, at};
    }
    const std::string polarity = in.text("polarity");
    const toml::source_position polarityAt = root.get("polarity")->source().begin;
    if (polarity != nameOf(preset->polarity))
        throw TomlRefusal{"the polarity is \"" + polarity + "\", that of the preset \"" + name + "\" is \"" +
                              nameOf(preset->polarity) + "\"",
                          polarityAt};
    if (preset->polarity != Electrode::Anode)
        throw TomlRefusal{"the drug goes under the cathode, and this program drives the electrode with the "
                          "drug as the anode",
                          polarityAt};
    if (lowered(protocol.drug).find(lowered(preset->drug)) == std::string::npos)
        throw TomlRefusal{"the drug of the preset \"" + name + "\" is " + preset->drug +
                              ", which \"drug\" does not name",
                          root.get("drug")->source().begin};
    for (const Step& step : protocol.steps)
        if (step.stimulus)
            if (const auto objection = beyondPreset(*step.stimulus, *preset))
                throw TomlRefusal{objection->what, at};
    return {*preset, library.version, library.hash, library.insensateDensity};
}

Protocol protocolOf(const toml::table& root, const PresetLibrary& presets) {
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
    protocol.test = testOf(root, in);
    Citations citations(protocol);
    for (const toml::node& node : in.tables("sources"))
        citations.add(node);
    for (const toml::node& node : in.tables("step")) {
        Step step = stepOf(*node.as_table(), citations);
        holdAgainstOrder(step, protocol, node.source().begin);
        protocol.steps.push_back(std::move(step));
    }
    if (root.contains("site"))
        for (const toml::node& node : in.tables("site"))
            protocol.sites.push_back(siteOf(node, protocol.sites));
    if (root.contains("preparation"))
        for (const toml::node& node : in.tables("preparation"))
            protocol.preparation.push_back(preparationOf(node, citations));
    if (root.contains("dose")) protocol.dose = doseOf(in.table("dose"), citations);
    if (root.contains("early_response"))
        protocol.earlyResponse = earlyResponseOf(in.table("early_response"), citations);
    if (root.contains("checklist")) protocol.checklist = in.text("checklist");
    if (std::any_of(protocol.steps.begin(), protocol.steps.end(),
                    [](const Step& s) { return s.stimulus.has_value(); }))
        protocol.preset = presetOf(root, in, protocol, presets);
    if (protocol.checklist.empty() && std::any_of(protocol.steps.begin(), protocol.steps.end(), asks))
        throw TomlRefusal{
            "a step asks the safety questions, so that the file needs \"checklist\" with the name "
            "of their file",
            root.source().begin};
    in.refuseUnknownKeys();
    return protocol;
}

} // namespace

Result<Protocol> parseProtocol(const std::string& text, const std::string& name,
                               const PresetLibrary& presets) {
    auto protocol = readStrictly<Protocol>(
        text, name, [&](const toml::table& root) { return protocolOf(root, presets); });
    if (protocol) protocol->hash = datafiles::sha256Of(text);
    return protocol;
}

Result<Protocol> parseProtocol(const std::string& text, const std::string& name) {
    const auto& presets = shippedPresets();
    if (!presets) return tl::unexpected(presets.error());
    return parseProtocol(text, name, *presets);
}

Result<Protocol> loadProtocol(const std::filesystem::path& file) {
    const auto text = smallFile(file);
    if (!text) return tl::unexpected(text.error());
    const auto presets = presetsFor(file);
    if (!presets) return tl::unexpected(presets.error());
    auto protocol = parseProtocol(*text, file.string(), *presets);
    if (!protocol || std::none_of(protocol->steps.begin(), protocol->steps.end(), asks)) return protocol;
    auto questions = loadChecklist(file.parent_path() / protocol->checklist);
    if (!questions) return tl::unexpected(questions.error());
    protocol->questions = std::move(*questions);
    return protocol;
}

std::vector<SoftCrossing> softCrossings(const Protocol& protocol, bool insensateSkin) {
    if (!protocol.preset) return {};
    for (const Step& step : protocol.steps)
        if (step.stimulus) return softCrossings(*step.stimulus, *protocol.preset, insensateSkin);
    return {};
}

} // namespace eccrine::protocols
