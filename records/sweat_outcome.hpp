// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/stored_evaluation.hpp"
#include "records/sweat_test.hpp"

#include <string>
#include <vector>

namespace eccrine::records {

/// What happened at a chosen limb that has no sample: "Left forearm: burn under the electrode, nothing was
/// collected." Empty: it has one, or was not chosen.
[[nodiscard]] std::string withoutSampleWords(const SweatTestRecord& record, std::size_t side);

/// Title and meaning of an outcome.
struct OutcomeWords {
    std::string title, meaning;
};

/// Where the words of the profile would say what did not happen: a test of which nothing was collected is not
/// one of too little sweat, and a sweat rate that skin does not give is no fault of the analyser. Both empty:
/// the words of the profile hold. \param guideline null: its rules are not known
[[nodiscard]] OutcomeWords outcomeWordsOf(const SweatTestRecord& record, const StoredEvaluation& evaluation,
                                          const chloride::Guideline* guideline);

/// What is done next: for a burn first, then what the profile asks for, for the cause that there is.
[[nodiscard]] std::vector<std::string> followUpWords(const SweatTestRecord& record,
                                                     const StoredEvaluation& evaluation,
                                                     const chloride::Guideline* guideline);

/// "Left forearm: the collection was ended after 21:30 of 30 min." Empty: it was not ended early, or the
/// profile has no time for it.
[[nodiscard]] std::string endedEarlyWords(const SweatTestRecord& record, std::size_t side,
                                          const chloride::Guideline& guideline);

} // namespace eccrine::records
