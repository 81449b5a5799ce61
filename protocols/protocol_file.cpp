// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/protocol_file.hpp"

#include <openssl/evp.h>
#include <toml++/toml.h>

#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

namespace eccrine::protocols {
namespace {

constexpr int knownSchema = 1;

std::string sha256Of(const std::string& text) {
    std::array<unsigned char, 32> digest{};
    unsigned length = 0;
    EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr);
    std::string hex;
    for (const unsigned char byte : digest) {
        constexpr const char* digits = "0123456789abcdef";
        hex += digits[byte >> 4U];
        hex += digits[byte & 15U];
    }
    return hex;
}

/// Thrown inside this file only: the first thing wrong ends the reading, loadProtocol() turns it into a
/// Failure.
struct Refusal {
    std::string what;
    toml::source_position at;
};

class Reader {
public:
    explicit Reader(const toml::table& table, std::string name) : table_(table), name_(std::move(name)) {}

    [[nodiscard]] double number(const char* key, double least, double most) {
        const toml::node& node = required(key);
        const auto value = node.value<double>();
        if (!value || !std::isfinite(*value))
            throw Refusal{quoted(key) + " has to be a number", node.source().begin};
        if (*value < least || *value > most) {
            std::ostringstream text;
            text.imbue(std::locale::classic());
            text << quoted(key) << " is " << *value << ", outside " << least << " to " << most;
            throw Refusal{text.str(), node.source().begin};
        }
        return *value;
    }
    [[nodiscard]] Seconds seconds(const char* key, double least, double most) {
        return Seconds{number(key, least, most)};
    }
    [[nodiscard]] std::string text(const char* key) {
        const toml::node& node = required(key);
        const auto value = node.value<std::string>();
        if (!value || value->empty()) throw Refusal{quoted(key) + " has to be a text", node.source().begin};
        return *value;
    }
    [[nodiscard]] const toml::table& table(const char* key) {
        const toml::node& node = required(key);
        if (!node.is_table()) throw Refusal{quoted(key) + " has to be a table", node.source().begin};
        return *node.as_table();
    }
    [[nodiscard]] const toml::array& tables(const char* key) {
        const toml::node& node = required(key);
        if (!node.is_array_of_tables() || node.as_array()->empty())
            throw Refusal{"[[" + std::string(key) + "]] has to be one table or more", node.source().begin};
        return *node.as_array();
    }
    [[nodiscard]] toml::source_position position() const { return table_.source().begin; }
    /// A key that nobody asked for is a typing error, and a limit that is silently ignored would be worse
    /// than a refusal.
    void refuseUnknownKeys() const {
        for (const auto& [key, node] : table_)
            if (!asked_.contains(std::string(key.str())))
                throw Refusal{"the key " + quoted(std::string(key.str()).c_str()) + " is not known in " +
                                  name_,
                              key.source().begin};
    }

private:
    [[nodiscard]] static std::string quoted(const char* key) { return "\"" + std::string(key) + "\""; }
    [[nodiscard]] const toml::node& required(const char* key) {
        asked_.insert(key);
        const toml::node* node = table_.get(key);
        if (node == nullptr) throw Refusal{name_ + " has no " + quoted(key), table_.source().begin};
        return *node;
    }
    const toml::table& table_;
    std::string name_;
    std::set<std::string> asked_;
};

SettlingRule settlingOf(const toml::table& table) {
    Reader in(table, "[step.settling]");
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
    Reader in(table, "[step.stimulus]");
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
        throw Refusal{"\"charge_mc\" is less than the ramps alone deliver", table.source().begin};
    if (s.rampUp + s.rampDown + Seconds{(s.charge - ramps).value / s.current.value} > s.atMost)
        throw Refusal{"\"at_most_s\" is too short to deliver \"charge_mc\" at \"current_ma\"",
                      table.source().begin};
    return s;
}

Step stepOf(const toml::table& table, const std::set<std::string>& sources) {
    Reader in(table, "[[step]]");
    Step step;
    step.id = in.text("id");
    step.title = in.text("title");
    const auto source = in.text("source");
    if (!sources.contains(source))
        throw Refusal{"the step \"" + step.id + "\" cites \"" + source +
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
        throw Refusal{"the kind \"" + kind + "\" is not one of baseline, stimulation, recording",
                      table.get("kind")->source().begin};
    }
    in.refuseUnknownKeys();
    return step;
}

Protocol protocolOf(const toml::table& root) {
    Reader in(root, "the file");
    Protocol protocol;
    protocol.schema = static_cast<int>(in.number("schema", 0, 1e6));
    if (protocol.schema != knownSchema)
        throw Refusal{"the schema version is " + std::to_string(protocol.schema) +
                          ", this program reads version " + std::to_string(knownSchema),
                      root.get("schema")->source().begin};
    protocol.id = in.text("id");
    protocol.version = in.text("version");
    protocol.title = in.text("title");
    protocol.drug = in.text("drug");
    std::set<std::string> sources;
    for (const toml::node& node : in.tables("sources")) {
        Reader source(*node.as_table(), "[[sources]]");
        sources.insert(source.text("id"));
        static_cast<void>(source.text("text"));
        const auto certainty = source.text("certainty");
        if (certainty != "read" && certainty != "memory" && certainty != "policy")
            throw Refusal{"the certainty \"" + certainty + "\" is not one of read, memory, policy",
                          node.source().begin};
        source.refuseUnknownKeys();
    }
    std::set<std::string> ids;
    bool stimulated = false;
    for (const toml::node& node : in.tables("step")) {
        Step step = stepOf(*node.as_table(), sources);
        if (!ids.insert(step.id).second)
            throw Refusal{"two steps have the id \"" + step.id + "\"", node.source().begin};
        if (step.kind == Step::Kind::Stimulation) {
            if (stimulated) throw Refusal{"a second stimulation step is not supported", node.source().begin};
            stimulated = true;
        }
        if (step.kind == Step::Kind::Recording && !stimulated)
            throw Refusal{"a recording step has to follow the stimulation", node.source().begin};
        if (step.kind == Step::Kind::Baseline && stimulated)
            throw Refusal{"a baseline step has to come before the stimulation", node.source().begin};
        protocol.steps.push_back(std::move(step));
    }
    in.refuseUnknownKeys();
    return protocol;
}

std::string placeOf(const std::string& name, const toml::source_position& at) {
    if (!at) return name;
    return name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

constexpr const char* correctIt = "correct the file; the one that came with the program shows the form";

} // namespace

Result<Protocol> parseProtocol(const std::string& text, const std::string& name) {
    try {
        const toml::table root = toml::parse(text, name);
        Protocol protocol = protocolOf(root);
        protocol.hash = sha256Of(text);
        return protocol;
    } catch (const toml::parse_error& error) {
        return failed(std::string(error.description()), placeOf(name, error.source().begin), correctIt);
    } catch (const Refusal& refusal) {
        return failed(refusal.what, placeOf(name, refusal.at), correctIt);
    }
}

Result<Protocol> loadProtocol(const std::filesystem::path& file) {
    std::error_code ignored;
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file, ignored))
        return failed("the protocol file cannot be read", file.string(), "check the name and the permissions",
                      Failure::Kind::Call);
    constexpr std::uintmax_t sensible = 1U << 20U;
    if (std::filesystem::file_size(file, ignored) > sensible)
        return failed("the file is larger than a protocol can be (1 MiB)", file.string(),
                      "choose a protocol file");
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    return parseProtocol(text, file.string());
}

} // namespace eccrine::protocols
