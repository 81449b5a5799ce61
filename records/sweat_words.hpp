// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/sweat_test.hpp"

#include <string>
#include <string_view>

namespace eccrine::records {

/// Codes of a sweat test as a person reads them. A code that is not known is given back as it is.
[[nodiscard]] std::string outcomeWords(std::string_view code); ///< "The two sites do not agree"
[[nodiscard]] std::string flagWords(std::string_view code);    ///< "Near a decision limit (information)."
[[nodiscard]] std::string collectorWords(chloride::Collector collector); ///< "Collection coil"
/// "Kit", "Gel"; of a weighed collector "Pads", "Pilocarpine solution"
[[nodiscard]] std::string lotWords(std::string_view kind, chloride::Collector collector);
/// What the requester is told the same day; empty: nothing that cannot wait. By the policy of the domain: CF
/// indicated, or intermediate or insufficient in an infant with a positive newborn screen.
[[nodiscard]] std::string sameDayWords(const SweatTestRecord& record, std::string_view outcome,
                                       std::string_view classCode);
[[nodiscard]] std::string skinWords(SkinFinding finding); ///< "redness (usual)"

} // namespace eccrine::records
