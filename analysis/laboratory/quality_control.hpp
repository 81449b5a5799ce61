// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/laboratory_rules.hpp"
#include "core/calendar.hpp"
#include "core/decimal.hpp"
#include "core/failure.hpp"

#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace eccrine::laboratory {

/// A lot of a control material.
struct ControlLevel {
    std::string name; ///< "low", "100"
    std::string lot;
    Decimal target_mmol_l, sd_mmol_l;
    Date expiry; ///< the last day on which it is used
};

/// One control measured once. What is measured together, one value a level, is one run and has one name.
struct ControlValue {
    std::string level, lot;
    Decimal value_mmol_l;
    Moment at;
    std::string operatorName, analyser;
    std::string run; ///< empty: a run of its own
};

/// Worst last.
enum class ControlVerdict { Accepted, Warned, Rejected };
[[nodiscard]] std::string_view codeOf(ControlVerdict verdict); ///< "accepted"

/// A value after the rules.
struct JudgedControl {
    ControlValue given;
    Decimal z;                     ///< (value - target) / SD, 2 decimals, for display; the rules are exact
    std::set<WestgardRule> broken; ///< a rule that warns is left out where one rejects
    ControlVerdict verdict = ControlVerdict::Accepted;
    bool expired = false;     ///< measured after the lot's last day: rejected whatever the value
    bool runRejected = false; ///< it or another level of its run is rejected: nothing of the run counts
    std::string sentence;     ///< "High (lot 7) 108 mmol/L, z = 2.67: rejected by 2-2s"
};

/// The control rules on values of any number of levels and analysers; the result is in the order of time.
/// Beyond 2 SD means further than 2 SD: exactly 2.00 passes. Successive values of a level are those of one
/// analyser, whichever lot, accepted or not. Refused: a value whose level and lot are not listed, a level
/// listed twice or with an SD of 0, a run with two values of one level, a value so far off that no z exists.
[[nodiscard]] Result<std::vector<JudgedControl>> judgeControls(const ControlRules& rules,
                                                               std::span<const ControlLevel> levels,
                                                               std::span<const ControlValue> values);

/// Whether patients' results of an analyser may be entered on a day.
struct DayControl {
    enum class State { Passed, Failed, NotDone } state = State::NotDone;
    std::vector<std::string> accepted; ///< names of levels
    std::string sentence;              ///< why result entry is locked, or what let it open
    [[nodiscard]] bool locked() const { return state != State::Passed; }
};
[[nodiscard]] std::string_view codeOf(DayControl::State state); ///< "not_done"
/// The last value of each level on the day decides. One in a rejected run: Failed. Fewer levels accepted
/// than the file asks for: NotDone.
[[nodiscard]] DayControl dayControl(const ControlRules& rules, std::span<const JudgedControl> judged,
                                    const std::string& analyser, const Date& day);

/// Levey-Jennings chart of one lot of a level on one analyser: lines at the target and 1, 2, 3 SD.
struct LeveyJennings {
    ControlLevel level;
    std::vector<JudgedControl> points; ///< in the order of time
    /// Of the values of runs that were not rejected.
    struct Imprecision {
        std::size_t values = 0;
        double mean_mmol_l = 0, sd_mmol_l = 0, cv_percent = 0;
        bool meetsGoal = false; ///< below the file's percentage
    };
    std::optional<Imprecision> imprecision; ///< between runs; empty with a reason when there are too few
    std::string imprecisionMissing;
    /// Within a day: pooled over the days with two values or more, about each day's own mean. A run has one
    /// value a level, so that a material measured again and again on one day gives what is asked for within
    /// a run.
    std::optional<Imprecision> withinDay;
    std::string withinDayMissing;
};
[[nodiscard]] LeveyJennings leveyJennings(const ControlRules& rules, const ControlLevel& level,
                                          std::span<const JudgedControl> judged, const std::string& analyser);

} // namespace eccrine::laboratory
