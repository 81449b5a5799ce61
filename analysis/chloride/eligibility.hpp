// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"
#include "core/calendar.hpp"
#include "core/decimal.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace eccrine::chloride {

enum class NewbornScreen { Unknown, Positive, Negative };

/// What is known of the patient on the day. Ages are computed, never typed.
struct EligibilityInput {
    Moment born, at;
    std::optional<Decimal> weight_kg;
    std::optional<int> gestationAtBirth_days;   ///< completed weeks and days
    std::optional<int> correctedGestation_days; ///< stated as such, in place of the computed one
    NewbornScreen screen = NewbornScreen::Unknown;
    std::vector<std::string> drugs;   ///< as they are named
    std::set<std::string> conditions; ///< codes of the profile: "fever", "pregnancy", …
    std::string oxygen;               ///< "none", "nasal", "head_box", "open"; empty: not stated
    std::string currentPath;          ///< "limb", "trunk", "head"; empty: not stated
};

/// Answers by their names, as the command line takes them and a record keeps them: born, at, weight_kg,
/// gestation_at_birth (30w2d), corrected_gestation, newborn_screen (positive, negative, unknown), drugs and
/// conditions (separated by comma, semicolon, plus or a new line), oxygen, current_path. An empty or absent
/// answer is not known.
[[nodiscard]] Result<EligibilityInput> eligibilityInputOf(const std::map<std::string, std::string>& answers);
/// "36w0d" (also "36+0" and "36") in days.
[[nodiscard]] Result<int> gestationOf(const std::string& text, const std::string& name);
[[nodiscard]] std::string gestationText(int days); ///< "36w0d"

/// Which class a drug belongs to, by its name.
struct DrugClasses {
    /// Drugs of this class stand in nobody's way; every other class has to be asked for by a rule.
    static constexpr const char* harmless = "none_known";

    std::map<std::string, std::string> classOfName; ///< lower case
    /// The classes of all drugs that the text names ("oral prednisolone 5 mg"); empty: not recognised. A
    /// harmless drug counts only when nothing but a dose stands beside it, so that it cannot hide another.
    [[nodiscard]] std::set<std::string> classesOf(const std::string& text) const;
};
[[nodiscard]] Result<DrugClasses> parseDrugClasses(const std::string& text, const std::string& name);
/// drug-classes.toml of the first folder that has one.
[[nodiscard]] Result<DrugClasses> loadDrugClasses(const std::vector<std::filesystem::path>& folders);

/// Somebody answers for going on.
struct EligibilityOverride {
    std::string code, clinician, reason;
};

struct EligibilityReason {
    std::string code;
    EligibilityAction action = EligibilityAction::Warn;
    EligibilityLift lift = EligibilityLift::Clinician;
    std::string sentence, source;
    std::string liftedBy, liftReason; ///< empty: stands
};

struct EligibilityVerdict {
    enum class Result { Go, Warn, Defer, Block } result = Result::Go;
    std::vector<EligibilityReason> reasons; ///< in the order of the profile; advice among them
    std::optional<int> correctedGestation_days;

    /// The sentences of a BLOCK that nobody lifted; empty: none.
    [[nodiscard]] std::string blockedBecause() const;
};
/// Whether any rule of the profile asks for the condition; a code that none asks for is a typing error.
[[nodiscard]] bool knowsCondition(const Guideline& guideline, const std::string& condition);
/// The codes of all conditions that the profile asks for, separated by ", ".
[[nodiscard]] std::string conditionsOf(const Guideline& guideline);
[[nodiscard]] std::string codeOf(EligibilityVerdict::Result result); ///< "GO"
[[nodiscard]] std::string codeOf(EligibilityAction action);          ///< "DEFER"
[[nodiscard]] std::string codeOf(EligibilityLift lift);              ///< "clinician"

/// The profile's eligibility rules on one patient. Pure. The worst action of a rule that fails and is not
/// lifted gives the verdict; advice leaves it GO. A number that a rule needs and that is not known fails that
/// rule and says so. Fails for a test before birth and for an override without clinician or reason, of a rule
/// that did not fail, or of one that nobody can lift.
[[nodiscard]] Result<EligibilityVerdict>
judgeEligibility(const Guideline& guideline, const DrugClasses& drugs, const EligibilityInput& input,
                 const std::vector<EligibilityOverride>& overrides = {});

} // namespace eccrine::chloride
