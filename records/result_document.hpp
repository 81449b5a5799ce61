// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/site_signals.hpp"

#include <string>

namespace eccrine::records {

struct Review;

/// The result of a test as one JSON document (docs/formats/result-json.md). Times in s from the stimulus
/// start; a number that could not be found is null and a flag says why. The same input gives the same bytes.
/// \param review on whose marks and parameters the result rests; null: on none
[[nodiscard]] std::string resultJson(const RecordedTest& test, const analysis::TestAnalysis& result,
                                     const Review* review = nullptr);

} // namespace eccrine::records
