// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/stored_evaluation.hpp"
#include "records/sweat_test.hpp"

#include <QString>

#include <vector>

namespace eccrine::records {

/// What is done next, as the report of a sweat test says it: a call of the same day that nobody has made yet
/// comes first.
[[nodiscard]] std::vector<QString> nextSteps(const SweatTestRecord& record,
                                             const StoredEvaluation& evaluation,
                                             const chloride::Guideline& guideline);

/// What the report says beside the result, a sentence each: doubts about the control, calls, flags, what was
/// found at each site, drugs and conditions, eligibility.
[[nodiscard]] std::vector<QString> reportRemarks(const SweatTestRecord& record,
                                                 const StoredEvaluation& evaluation,
                                                 const chloride::Guideline& guideline);

} // namespace eccrine::records
