// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/evaluation.hpp"
#include "analysis/laboratory/quality_control.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace eccrine::records {

/// The laboratory's book of control materials and of what was measured of them: materials.csv and
/// controls.csv in one folder (docs/formats/laboratory-book.md). Lines are added and never changed.
struct LaboratoryBook {
    /// What was listed wrongly of a lot, and put right: the last one counts, and all stay in corrections.csv.
    struct Correction {
        laboratory::ControlLevel level; ///< as it is right
        std::string atUtc, by, reason;
    };
    std::vector<laboratory::ControlLevel> levels; ///< in the order of the file; a later lot is the newer one
    std::vector<laboratory::ControlValue> values;
    std::vector<Correction> corrections;
    std::vector<Failure> faults; ///< lines that cannot be read; nothing of them is in the lists above

    /// Levels that are used on a day: of each name the lot that was listed last and is not expired.
    [[nodiscard]] std::vector<laboratory::ControlLevel> levelsOn(const Date& day) const;
    /// The one that counts of a level and lot; null: it stands as it was listed.
    [[nodiscard]] const Correction* correctionOf(const std::string& level, const std::string& lot) const;
};

/// What the folder holds; a file that does not exist is an empty one.
[[nodiscard]] LaboratoryBook readLaboratoryBook(const std::filesystem::path& folder);

/// A new lot of a control material. Refused: a name, lot or person that is missing, a level and lot that are
/// listed already, numbers that no control has.
[[nodiscard]] Done addControlLevel(const std::filesystem::path& folder,
                                   const laboratory::LaboratoryRules& rules,
                                   const laboratory::ControlLevel& level, const std::string& by,
                                   const std::string& nowUtc);

/// Puts right what was listed of a lot: target, SD or last day. All values of the lot are judged by it, also
/// those of before. What was listed stays in the book. Refused: a lot that is not listed, no reason, and what
/// addControlLevel() refuses.
[[nodiscard]] Done correctControlLevel(const std::filesystem::path& folder,
                                       const laboratory::LaboratoryRules& rules,
                                       const laboratory::ControlLevel& level, const std::string& by,
                                       const std::string& reason, const std::string& nowUtc);

/// Values that were measured together, one a level. On disk when this returns, all of them or none.
[[nodiscard]] Done addControlRun(const std::filesystem::path& folder,
                                 const laboratory::LaboratoryRules& rules,
                                 std::span<const laboratory::ControlValue> values, const std::string& nowUtc);

/// Whether results may be entered on a day, and why, in one sentence.
struct QcOfDay {
    chloride::QcState state = chloride::QcState::NotStated;
    std::string sentence;
    /// As the laboratory's rules have it; NotDone without any material.
    laboratory::DayControl::State day = laboratory::DayControl::State::NotDone;
    std::vector<std::string> analysers{}; ///< that passed; empty unless all did
};

/// Passed when every analyser that was controlled on the day passed, and at least one was. Where the rules
/// ask for controls no day is without: not done locks as failed does, also in a laboratory that has listed no
/// material yet. Nothing is stated only where the rules ask for none and none was measured. A line of the
/// book that cannot be read locks, since nobody knows what it says.
[[nodiscard]] QcOfDay qcOfDay(const laboratory::LaboratoryRules& rules, const LaboratoryBook& book,
                              const Date& day);

} // namespace eccrine::records
