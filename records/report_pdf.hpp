// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <filesystem>

namespace eccrine::records {

struct Review;

/// Writes the report (A4, PDF/A-1b, vector curves, embedded fonts), whole or not at all. What has no room on
/// the first page stands whole on further ones. Needs a QGuiApplication; the offscreen platform will do. A
/// simulated recording is marked SIMULATED across each page.
[[nodiscard]] Done writeReport(const RecordedTest& test, const analysis::TestAnalysis& result,
                               const std::filesystem::path& file, bool replace,
                               const Review* review = nullptr);

} // namespace eccrine::records
