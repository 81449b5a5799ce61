// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/eligibility_toml.hpp"

#include "analysis/chloride/cited_toml.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace eccrine::chloride {
namespace {

using datafiles::StrictTable;
using datafiles::TomlRefusal;
using Check = EligibilityRule::Check;

template <class Value, std::size_t N>
Value oneOf(StrictTable& in, const toml::table& table, const char* key,
            const std::array<std::pair<const char*, Value>, N>& choices) {
    const std::string text = in.text(key);
    std::string known;
    for (const auto& [name, value] : choices) {
        if (text == name) return value;
        known += std::string(known.empty() ? "" : ", ") + name;
    }
    throw TomlRefusal{"\"" + std::string(key) + "\" is \"" + text + "\"; it has to be one of " + known,
                      table.get(key)->source().begin};
}

/// A misspelt name would make a rule that never fails.
template <std::size_t N>
void refuseOthers(const std::set<std::string>& values, const std::array<std::string_view, N>& names,
                  const toml::table& table) {
    for (const std::string& value : values)
        if (std::find(names.begin(), names.end(), value) == names.end()) {
            std::string known;
            for (const std::string_view name : names)
                known.append(known.empty() ? "" : ", ").append(name);
            throw TomlRefusal{
                std::string("\"values\" has \"").append(value).append("\"; it has to be of ").append(known),
                table.get("values")->source().begin};
        }
}

EligibilityRule ruleOf(const toml::table& table, const std::set<std::string>& sources) {
    StrictTable in(table, "[[eligibility]]");
    EligibilityRule rule;
    rule.code = in.text("code");
    rule.reason = in.text("reason");
    rule.source = in.text("source");
    if (!sources.contains(rule.source))
        throw TomlRefusal{"\"source\" cites \"" + rule.source + "\", which [[sources]] does not list",
                          table.get("source")->source().begin};
    rule.action = oneOf<EligibilityAction>(in, table, "action",
                                           std::array{std::pair{"block", EligibilityAction::Block},
                                                      std::pair{"defer", EligibilityAction::Defer},
                                                      std::pair{"warn", EligibilityAction::Warn},
                                                      std::pair{"advise", EligibilityAction::Advise}});
    if (rule.action == EligibilityAction::Block || rule.action == EligibilityAction::Defer)
        rule.lift =
            oneOf<EligibilityLift>(in, table, "lift",
                                   std::array{std::pair{"never", EligibilityLift::Never},
                                              std::pair{"clinician", EligibilityLift::Clinician},
                                              std::pair{"confirmation", EligibilityLift::Confirmation}});
    rule.check = oneOf<Check>(
        in, table, "check",
        std::array{std::pair{"age_hours", Check::AgeHours}, std::pair{"age_days", Check::AgeDays},
                   std::pair{"weight_kg", Check::WeightKg},
                   std::pair{"corrected_gestation_weeks", Check::CorrectedGestationWeeks},
                   std::pair{"drug", Check::Drug}, std::pair{"condition", Check::Condition},
                   std::pair{"oxygen", Check::Oxygen}, std::pair{"current_path", Check::CurrentPath}});
    if (comparesNumber(rule.check)) {
        // exactly one of the two words, so that a reader sees whether the limit itself passes
        rule.limitIncluded = table.contains("at_least");
        rule.limit = decimalOf(in, rule.limitIncluded ? "at_least" : "above", 0, 10'000);
    } else {
        for (std::string& value : in.texts("values"))
            rule.values.insert(std::move(value));
        if (rule.check == Check::Oxygen) refuseOthers(rule.values, oxygenModes, table);
        if (rule.check == Check::CurrentPath) refuseOthers(rule.values, currentPaths, table);
    }
    if (table.contains("only_screen_positive")) rule.onlyScreenPositive = in.flag("only_screen_positive");
    if (table.contains("only_below_days"))
        rule.onlyBelowDays = wholeNumberOf(in, "only_below_days", 1, 50'000);
    in.refuseUnknownKeys();
    return rule;
}

} // namespace

bool comparesNumber(EligibilityRule::Check check) {
    return check == Check::AgeHours || check == Check::AgeDays || check == Check::WeightKg ||
           check == Check::CorrectedGestationWeeks;
}

std::vector<EligibilityRule> eligibilityRulesOf(const toml::array& tables,
                                                const std::set<std::string>& sources) {
    std::vector<EligibilityRule> rules;
    std::set<std::string> codes;
    for (const toml::node& node : tables) {
        rules.push_back(ruleOf(*node.as_table(), sources));
        if (!codes.insert(rules.back().code).second)
            throw TomlRefusal{"two eligibility rules have the code \"" + rules.back().code + "\"",
                              node.source().begin};
    }
    return rules;
}

} // namespace eccrine::chloride
