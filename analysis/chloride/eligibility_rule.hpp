// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/decimal.hpp"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::chloride {

/// Worst first: what a rule does to the test when it fails.
enum class EligibilityAction { Block, Defer, Warn, Advise };

/// How an action can be lifted.
enum class EligibilityLift {
    Never,        ///< a test would be wrong whoever wants it (current across the trunk)
    Clinician,    ///< a named clinician with a reason
    Confirmation, ///< a stated fact takes the cause away (open oxygen removed)
};

/// One row of a profile's eligibility table. Rows are read in their order; the first that fails gives the
/// verdict, the others are reasons beside it.
struct EligibilityRule {
    enum class Check {
        AgeHours,                ///< at least `limit` hours after birth
        AgeDays,                 ///< at least `limit` days
        WeightKg,                ///< at least `limit` kg
        CorrectedGestationWeeks, ///< at least `limit` weeks: gestation at birth plus age
        Drug,                    ///< none of the classes in `values`
        Condition,               ///< none of the conditions in `values`
        Oxygen,                  ///< none of the modes in `values`
        CurrentPath,             ///< none of the paths in `values`
    };
    std::string code; ///< "AGE_UNDER_48_H"
    EligibilityAction action = EligibilityAction::Warn;
    EligibilityLift lift = EligibilityLift::Clinician;
    Check check = Check::Condition;
    std::optional<Decimal> limit;     ///< of a numeric check
    bool limitIncluded = true;        ///< a value equal to the limit passes
    std::set<std::string> values;     ///< of a check by name
    bool onlyScreenPositive = false;  ///< holds after a positive newborn screen only
    std::optional<int> onlyBelowDays; ///< holds below this age only
    std::string reason;               ///< one sentence for a person
    std::string source;
};

/// Names that an answer and a rule may use; any other is a typing error.
inline constexpr std::array<std::string_view, 4> oxygenModes{"none", "nasal", "head_box", "open"};
inline constexpr std::array<std::string_view, 3> currentPaths{"limb", "trunk", "head"};

/// Whether the check compares a number with `limit` (or looks for a name in `values`).
[[nodiscard]] bool comparesNumber(EligibilityRule::Check check);

} // namespace eccrine::chloride
