// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/adverse_finding.hpp"

#include <nlohmann/json.hpp>

/// Only for .cpp files (the JSON library is heavy).
namespace eccrine::records {

/// Null: nothing that was recorded holds the result.
[[nodiscard]] nlohmann::ordered_json heldJson(const std::vector<AdverseFinding>& findings);
/// Times from the stimulus start.
[[nodiscard]] nlohmann::ordered_json
safetyJson(const SafetyRecord& record, const protocols::AdverseEffects& scale, Seconds stimulusStart);

} // namespace eccrine::records
