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
            const auto found = drugs.classOf(name);
            if (found)
                drugClasses_.insert(*found);
            else
                add({"DRUG_NOT_KNOWN", EligibilityAction::Warn, EligibilityLift::Clinician,
                     "The drug \"" + name +
                         "\" is not in the list; decide by hand whether the test can be made.",
                     "", "", ""});
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

Done lift(EligibilityVerdict& verdict, const EligibilityOverride& given) {
    const std::string where = "override " + given.code;
    const auto reason = std::find_if(verdict.reasons.begin(), verdict.reasons.end(),
                                     [&](const EligibilityReason& r) { return r.code == given.code; });
    if (reason == verdict.reasons.end())
        return failed("no rule of this name has failed", where, "override only what stands in the way",
                      Failure::Kind::Call);
    if (reason->lift == EligibilityLift::Never)
        return failed("nobody can lift this rule: " + reason->sentence, where, "do not make the test");
    if (given.clinician.empty() || given.reason.empty())
        return failed(given.clinician.empty() ? "no clinician is named" : "no reason is given", where,
                      "name the clinician who answers for it and the reason", Failure::Kind::Call);
    reason->liftedBy = given.clinician;
    reason->liftReason = given.reason;
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
    if (hoursBetween(input.born, input.at).atMost <= 0.0 || input.at.date < input.born.date)
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

std::optional<std::string> DrugClasses::classOf(const std::string& name) const {
    std::string key;
    for (const char c : name)
        key += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (const auto exact = classOfName.find(key); exact != classOfName.end()) return exact->second;
    // "oral prednisolone 5 mg" names its drug among other words
    for (const auto& [drug, drugClass] : classOfName) {
        const auto at = key.find(drug);
        if (at == std::string::npos) continue;
        const auto letter = [&](std::size_t i) {
            return i < key.size() && std::isalpha(static_cast<unsigned char>(key[i])) != 0;
        };
        if ((at == 0 || !letter(at - 1)) && !letter(at + drug.size())) return drugClass;
    }
    return std::nullopt;
}

} // namespace eccrine::chloride
