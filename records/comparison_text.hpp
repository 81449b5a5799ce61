// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"

#include <string>
#include <vector>

namespace eccrine::records {

/// "Foot over forearm: 0.41 ± 0.02." for each pair of sites and "Foot, right over left: …" for each site of
/// two sides, a ratio that is absent with its reason. Empty when there are no pairs.
[[nodiscard]] std::vector<std::string> comparisonSentences(const analysis::TestAnalysis& result);

/// What the sensors' data sheets leave open in rates and volumes, one sentence a site for which it is known;
/// standard uncertainties.
[[nodiscard]] std::vector<std::string> accuracySentences(const analysis::TestAnalysis& result);

/// ", 100 to 111 s" for a flag that has a place in the curve; empty: it has none.
[[nodiscard]] std::string placeText(const analysis::QualityFlag& flag);

} // namespace eccrine::records
