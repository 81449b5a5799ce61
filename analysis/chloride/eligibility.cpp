// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/eligibility.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace eccrine::chloride {
namespace {

using Check = EligibilityRule::Check;

/// What a rule finds: passes, fails, or cannot be judged because something is not known.
enum class Finding { Passes, Fails, NotKnown };

class Judge {
public:
    Judge(const Guideline& guideline, const DrugClasses& drugs, const EligibilityInput& input)
        : g_(guideline), input_(input), ageDays_(daysBetween(input.born.date, input.at.date)) {
        verdict_.correctedGestation_days = input.correctedGestation_days;
        if (!verdict_.correctedGestation_days && input.gestationAtBirth_days)
            verdict_.correctedGestation_days = *input.gestationAtBirth_days + static_cast<int>(ageDays_);
        for (const std::string& name : input.drugs) {
            const std::set<std::string> classes = drugs.classesOf(name);
            if (classes.empty()) decideByHand("The drug \"" + name + "\" is not in the list");
            for (const std::string& drugClass : classes)
                if (drugClass != DrugClasses::harmless && !isAskedFor(drugClass))
                    decideByHand(std::string("The drug \"")
                                     .append(name)
                                     .append("\" is in the class \"")
                                     .append(drugClass)
                                     .append("\", for which ")
                                     .append(g_.id)
                                     .append(" has no rule"));
            drugClasses_.insert(classes.begin(), classes.end());
        }
    }

    [[nodiscard]] EligibilityVerdict judge() {
        for (const EligibilityRule& rule : g_.eligibility) {
            if (rule.onlyScreenPositive && input_.screen != NewbornScreen::Positive) continue;
            if (rule.onlyBelowDays && ageDays_ >= *rule.onlyBelowDays) continue;
            const Finding found = look(rule);
            if (found == Finding::Passes) continue;
            add({rule.code, rule.action, rule.lift,
                 found == Finding::Fails ? rule.reason : notKnown(rule) + " " + rule.reason, rule.source, "",
                 ""});
        }
        return std::move(verdict_);
    }

private:
    void add(EligibilityReason reason) { verdict_.reasons.push_back(std::move(reason)); }
    void decideByHand(const std::string& why) {
        add({"DRUG_NOT_KNOWN", EligibilityAction::Warn, EligibilityLift::Clinician,
             why + "; decide by hand whether the test can be made.", "", "", ""});
    }
    [[nodiscard]] bool isAskedFor(const std::string& drugClass) const {
        return std::any_of(g_.eligibility.begin(), g_.eligibility.end(), [&](const EligibilityRule& rule) {
            return rule.check == Check::Drug && rule.values.contains(drugClass);
        });
    }

    [[nodiscard]] Finding look(const EligibilityRule& rule) const {
        switch (rule.check) {
        case Check::AgeHours: {
            const HoursPassed passed = hoursBetween(input_.born, input_.at);
            const double limit = rule.limit->toDouble();
            if (passed.atLeast >= limit) return Finding::Passes;
            return passed.atMost < limit ? Finding::Fails : Finding::NotKnown;
        }
        case Check::AgeDays:
            return compared(Decimal(1) * ageDays_, rule);
        case Check::WeightKg:
            return input_.weight_kg ? compared(*input_.weight_kg, rule) : Finding::NotKnown;
        case Check::CorrectedGestationWeeks:
            // days against weeks, so that 36w0d is exactly 36 weeks
            if (!verdict_.correctedGestation_days) return Finding::NotKnown;
            return compareDays(*verdict_.correctedGestation_days, rule);
        case Check::Drug:
            return any(drugClasses_, rule.values);
        case Check::Condition:
            return any(input_.conditions, rule.values);
        case Check::Oxygen:
            return rule.values.contains(input_.oxygen) ? Finding::Fails : Finding::Passes;
        case Check::CurrentPath:
            return rule.values.contains(input_.currentPath) ? Finding::Fails : Finding::Passes;
        }
        return Finding::NotKnown;
    }

    [[nodiscard]] static Finding compared(const Decimal& value, const EligibilityRule& rule) {
        return (rule.limitIncluded ? value >= *rule.limit : value > *rule.limit) ? Finding::Passes
                                                                                 : Finding::Fails;
    }
    [[nodiscard]] static Finding compareDays(int days, const EligibilityRule& rule) {
        const Decimal limit = *rule.limit * 7;
        return (rule.limitIncluded ? Decimal(days) >= limit : Decimal(days) > limit) ? Finding::Passes
                                                                                     : Finding::Fails;
    }
    [[nodiscard]] static Finding any(const std::set<std::string>& given,
                                     const std::set<std::string>& failing) {
        return std::any_of(given.begin(), given.end(),
                           [&](const std::string& v) { return failing.contains(v); })
                   ? Finding::Fails
                   : Finding::Passes;
    }
    [[nodiscard]] static std::string notKnown(const EligibilityRule& rule) {
        switch (rule.check) {
        case Check::AgeHours:
            return "The time of birth is not known exactly enough.";
        case Check::WeightKg:
            return "The weight is not known.";
        case Check::CorrectedGestationWeeks:
            return "The gestation at birth is not known.";
        default:
            return "It is not known.";
        }
    }

    const Guideline& g_;
    const EligibilityInput& input_;
    std::int64_t ageDays_ = 0;
    std::set<std::string> drugClasses_;
    EligibilityVerdict verdict_;
};

bool isBlank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
}

Done lift(EligibilityVerdict& verdict, const EligibilityOverride& given) {
    const std::string where = "override " + given.code;
    const auto named = [&](const EligibilityReason& r) { return r.code == given.code; };
    const auto reason = std::find_if(verdict.reasons.begin(), verdict.reasons.end(), named);
    if (reason == verdict.reasons.end())
        return failed("no rule of this name has failed", where, "override only what stands in the way",
                      Failure::Kind::Call);
    if (reason->lift == EligibilityLift::Never)
        return failed("nobody can lift this rule: " + reason->sentence, where, "do not make the test");
    if (isBlank(given.clinician) || isBlank(given.reason))
        return failed(isBlank(given.clinician) ? "no clinician is named" : "no reason is given", where,
                      "name the clinician who answers for it and the reason", Failure::Kind::Call);
    for (EligibilityReason& r : verdict.reasons) { // several drugs that are not known have one code
        if (!named(r)) continue;
        r.liftedBy = given.clinician;
        r.liftReason = given.reason;
    }
    return {};
}

EligibilityVerdict::Result resultOf(EligibilityAction action) {
    switch (action) {
    case EligibilityAction::Block:
        return EligibilityVerdict::Result::Block;
    case EligibilityAction::Defer:
        return EligibilityVerdict::Result::Defer;
    case EligibilityAction::Warn:
        return EligibilityVerdict::Result::Warn;
    case EligibilityAction::Advise:
        break;
    }
    return EligibilityVerdict::Result::Go;
}

} // namespace

Result<EligibilityVerdict> judgeEligibility(const Guideline& guideline, const DrugClasses& drugs,
                                            const EligibilityInput& input,
                                            const std::vector<EligibilityOverride>& overrides) {
    if (hoursBetween(input.born, input.at).atMost < 0.0 || input.at.date < input.born.date)
        return failed("the test on " + input.at.text() + " is before the birth on " + input.born.text(), {},
                      "check both dates");
    EligibilityVerdict verdict = Judge(guideline, drugs, input).judge();
    for (const EligibilityOverride& given : overrides)
        if (auto done = lift(verdict, given); !done) return tl::unexpected(done.error());
    for (const EligibilityReason& reason : verdict.reasons)
        if (reason.liftedBy.empty()) verdict.result = std::max(verdict.result, resultOf(reason.action));
    return verdict;
}

std::string EligibilityVerdict::blockedBecause() const {
    std::string text;
    for (const EligibilityReason& reason : reasons)
        if (reason.action == EligibilityAction::Block && reason.liftedBy.empty())
            text += (text.empty() ? "" : " ") + reason.sentence;
    return text;
}

bool knowsCondition(const Guideline& guideline, const std::string& condition) {
    return std::any_of(guideline.eligibility.begin(), guideline.eligibility.end(),
                       [&](const EligibilityRule& rule) {
                           return rule.check == Check::Condition && rule.values.contains(condition);
                       });
}

std::string conditionsOf(const Guideline& guideline) {
    std::string text;
    for (const EligibilityRule& rule : guideline.eligibility)
        if (rule.check == Check::Condition)
            for (const std::string& value : rule.values)
                text += (text.empty() ? "" : ", ") + value;
    return text;
}

std::string codeOf(EligibilityVerdict::Result result) {
    switch (result) {
    case EligibilityVerdict::Result::Go:
        return "GO";
    case EligibilityVerdict::Result::Warn:
        return "WARN";
    case EligibilityVerdict::Result::Defer:
        return "DEFER";
    case EligibilityVerdict::Result::Block:
        return "BLOCK";
    }
    return {};
}

std::string codeOf(EligibilityAction action) {
    switch (action) {
    case EligibilityAction::Block:
        return "BLOCK";
    case EligibilityAction::Defer:
        return "DEFER";
    case EligibilityAction::Warn:
        return "WARN";
    case EligibilityAction::Advise:
        return "ADVISE";
    }
    return {};
}

std::string codeOf(EligibilityLift lift) {
    switch (lift) {
    case EligibilityLift::Never:
        return "never";
    case EligibilityLift::Clinician:
        return "clinician";
    case EligibilityLift::Confirmation:
        return "confirmation";
    }
    return {};
}

std::set<std::string> DrugClasses::classesOf(const std::string& text) const {
    std::string rest; // what is left of the text when the drugs are taken out of it
    for (const char c : text)
        rest += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    const auto isLetter = [](char c) { // also each byte of a letter beyond ASCII
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 || std::isalpha(byte) != 0;
    };
    const std::string whole = rest;
    std::set<std::string> classes;
    for (const auto& [drug, drugClass] : classOfName)
        for (auto at = whole.find(drug); at != std::string::npos; at = whole.find(drug, at + 1)) {
            const std::size_t end = at + drug.size();
            if ((at > 0 && isLetter(whole[at - 1])) || (end < whole.size() && isLetter(whole[end]))) continue;
            classes.insert(drugClass);
            rest.replace(at, drug.size(), drug.size(), ' ');
        }
    if (classes == std::set<std::string>{harmless}) {
        static const std::set<std::string> units{"g", "iu", "mcg", "mg", "ml", "ug", "µg"};
        for (std::size_t at = 0; at < rest.size();) {
            std::string word;
            for (; at < rest.size() && isLetter(rest[at]); ++at)
                word += rest[at];
            if (!word.empty() && !units.contains(word)) return {};
            if (at < rest.size()) ++at;
        }
    }
    return classes;
}

} // namespace eccrine::chloride
