// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/site_signals.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace eccrine::records {

struct Review;

/// "found", "no onset", "indeterminate".
[[nodiscard]] std::string_view verdictOf(const analysis::Onset& onset);
/// The peak above the baseline over the recording area of the capsule, nL/min/cm². Empty where there is no
/// peak to give or the area is not known.
[[nodiscard]] std::optional<double> peakPerArea(const RecordedTest& test, const analysis::SiteAnalysis& site);
/// From the onset to the peak. Empty where one of them is not known.
[[nodiscard]] std::optional<Seconds> peakTimeFromOnset(const analysis::SiteAnalysis& site);

/// The result of a test as one JSON document (docs/formats/result-json.md). Times in s from the stimulus
/// start; a number that could not be found is null and a flag says why. The same input gives the same bytes.
/// \param review on whose marks and parameters the result rests; null: on none
[[nodiscard]] std::string resultJson(const RecordedTest& test, const analysis::TestAnalysis& result,
                                     const Review* review = nullptr);

} // namespace eccrine::records
