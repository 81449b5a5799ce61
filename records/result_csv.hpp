// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/site_signals.hpp"

#include <string>
#include <string_view>

namespace eccrine::records {

struct Review;

/// Results as a CSV table, one row for each site of each recording: the numbers of the result document, in
/// columns of the same names where both have them (docs/formats/result-csv.md). A number that could not be
/// found is an empty cell, never 0 or NaN. New columns are added at the end.

/// The first line, with its end.
[[nodiscard]] const std::string& resultCsvHead();
/// Whether a file that begins with this line is such a table, of this version or an older one.
[[nodiscard]] bool isResultCsvHead(std::string_view line);
/// All rows of a recording.
/// \param file the recording's name in the table
/// \param review on whose marks the result rests; null: on none
[[nodiscard]] std::string resultCsvRows(const std::string& file, const RecordedTest& test,
                                        const analysis::TestAnalysis& result, const Review* review = nullptr);
/// The one row of a recording that could not be analysed, with the sentence that says why.
[[nodiscard]] std::string failedCsvRow(const std::string& file, const std::string& sentence);

} // namespace eccrine::records
