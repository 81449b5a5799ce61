// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/safety_record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace eccrine::records {

/// Why a result is held until a physician has looked at the person.
struct AdverseFinding {
    std::string step, site;   ///< of the answer; no site: of the whole person
    std::optional<int> grade; ///< of the skin
    std::string text;         ///< "Foot: skin grade 4, burn"
    std::string advice;       ///< what to do, for a person
    [[nodiscard]] std::string sentence() const { return text + ". " + advice; }
};

/// The worst skin first, then what the person felt. Empty: nothing that was recorded holds the result.
[[nodiscard]] std::vector<AdverseFinding> adverseFindings(const SafetyRecord& record,
                                                          const protocols::AdverseEffects& scale);

/// What people found about skin and safety, a sentence each, for text and report.
[[nodiscard]] std::vector<std::string> safetySentences(const SafetyRecord& record,
                                                       const protocols::AdverseEffects& scale);
/// What every patient is told who has had current, in one sentence after the other; empty where none flowed.
[[nodiscard]] std::string afterCareText(const SafetyRecord& record, const protocols::AdverseEffects& scale);

} // namespace eccrine::records
