// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/laboratory_rules.hpp"
#include "core/calendar.hpp"
#include "records/laboratory_book.hpp"
#include "records/sweat_test.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace eccrine::records {

/// Why a value that was entered at a moment is in doubt: the next control of its analyser (of any, if none is
/// named), of whatever day, was rejected, so that nobody knows since when the analyser was wrong. Empty: it
/// is not.
[[nodiscard]] std::string laterRejection(const laboratory::LaboratoryRules& rules, const LaboratoryBook& book,
                                         const std::string& analyser, const Moment& enteredAt);

/// A result that a later control has put in doubt.
struct DoubtfulResult {
    std::string file, patient, order, side, analyser;
    Moment enteredAt;
    bool signedOff = false;
    std::string why;
};
/// Of the newest versions of the tests in a folder, those with a value entered on `since` or later that is in
/// doubt; the latest first.
[[nodiscard]] std::vector<DoubtfulResult> doubtfulResults(const laboratory::LaboratoryRules& rules,
                                                          const LaboratoryBook& book,
                                                          const std::filesystem::path& tests,
                                                          const Date& since);

/// The same of a record: a line for each site whose value is in doubt.
[[nodiscard]] std::string laterControlsOf(const SweatTestRecord& record,
                                          const laboratory::LaboratoryRules& rules,
                                          const LaboratoryBook& book);

} // namespace eccrine::records
