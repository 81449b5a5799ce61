// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/qns.hpp"
#include "core/failure.hpp"
#include "datafiles/csv_table.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::laboratory {

/// The columns of a file of test occasions; all are needed.
inline constexpr std::array<std::string_view, 9> occasionColumns{
    "case_id", "date", "dob", "laboratory", "operator", "device", "attempt", "outcome", "skin_reaction"};

/// What a file of test occasions holds. Anything wrong refuses it whole: `faults` then says what, in the
/// order of lines.
struct OccasionFile {
    std::vector<TestOccasion> occasions;     ///< in the order of the file; empty when there are faults
    std::vector<Failure> faults;             ///< the first ten at most
    std::size_t faulty = 0;                  ///< rows that are wrong, also beyond the first ten
    std::vector<std::string> unknownColumns; ///< not used
};

/// `attempt` is first or repeat; `outcome` is QNS, OK or a code of an evaluation with enough sweat
/// (REPORT_MEAN, REPORT_SINGLE, DISCORDANT, IMPLAUSIBLE, HELD); `skin_reaction` is yes, no or empty. Of one
/// case there is one first attempt, one date of birth, and no repeat before the first attempt or twice a day.
/// \param name of the file, for sentences
[[nodiscard]] Result<OccasionFile> occasionsOf(const datafiles::CsvTable& table, const std::string& name);

} // namespace eccrine::laboratory
