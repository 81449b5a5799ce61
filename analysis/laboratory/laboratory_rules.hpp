// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"
#include "core/calendar.hpp"
#include "core/decimal.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::laboratory {

/// Control rules of Westgard et al. 1981 (Clin Chem 27:493); the number is in the name, so that none can be
/// changed under it.
enum class WestgardRule {
    OneTwoS,   ///< one value further than 2 SD from the target
    OneThreeS, ///< one value further than 3 SD
    TwoTwoS,   ///< two on the same side beyond 2 SD: successive ones of a level, or two levels of one run
};
[[nodiscard]] std::string_view codeOf(WestgardRule rule); ///< "1-2s"

struct WeighingRule {
    Decimal massMost_mg;
    int tareHoursMost = 0;
};

/// The most that a length of coil can hold, and how well a length is read.
struct CoilWidest {
    Decimal ul_per_cmAtMost, readWithin_cm;
};

/// What may be typed in at all.
struct EntryLimits {
    Decimal eluentMost_ul, concentrationMost_mmol_l, coilMost_cm;
};

struct DuplicateRule {
    Decimal leftLeast_ul; ///< sweat left for a second analysis
    Decimal within_mmol_l, within_percent;
};

/// Hours of a capped sample at each place, and from collection on wherever it was.
struct StorageRule {
    int roomHours = 0, coldHours = 0, totalHours = 0;
};

struct ControlRules {
    int levelsPerDay = 0; ///< 0: no control is asked for
    std::set<WestgardRule> warn, reject;
    Decimal cvBelow_percent;
    int cvValuesLeast = 0; ///< fewer give no coefficient of variation
};

/// Ages with one benchmark of insufficient samples.
struct QnsBand {
    std::string id, label;
    std::optional<int> toMonths; ///< by the calendar, its day included; empty: every later age
    Decimal atMost_percent;
};

struct QnsRules {
    std::vector<QnsBand> bands; ///< in the order of age; the last one is open
    int windowMonths = 0;
    int repeatWithinDays = 0;
    Decimal sigma; ///< of the control chart's limits
    /// The band of an age: the first whose end is not passed.
    [[nodiscard]] const QnsBand& bandOf(const Date& born, const Date& on) const;
};

/// The laboratory's rules as their cited file has them. The file is refused whole when anything in it is
/// wrong.
struct LaboratoryRules {
    std::string id, version, title;
    std::string sha256; ///< of the file's bytes, hex
    std::vector<chloride::Source> sources;
    WeighingRule weighing;
    Decimal coil_ul_per_cm;               ///< at least
    std::optional<CoilWidest> coilWidest; ///< empty: a file of before, which says nothing of it
    bool secondPerson = true; ///< who validates is another than who ran the test or entered a value
    EntryLimits entry;
    std::optional<Decimal> currentMost_ma; ///< of a stimulation; empty: a file of before
    DuplicateRule duplicate;
    StorageRule storage;
    ControlRules control;
    QnsRules qns;
};

[[nodiscard]] Result<LaboratoryRules> loadLaboratoryRules(const std::filesystem::path& file);
[[nodiscard]] Result<LaboratoryRules> parseLaboratoryRules(const std::string& text, const std::string& name);

} // namespace eccrine::laboratory
