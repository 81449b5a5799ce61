// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/site_signals.hpp"

#include <string>
#include <utility>
#include <vector>

namespace eccrine::records {

/// Seconds from the stimulus start, both ends.
using ShadedSpan = std::pair<double, double>;

struct StimulusShade {
    std::vector<ShadedSpan> spans; ///< rising
    bool recorded = false;         ///< of the current that was recorded; else of the stimulus as it is stated
};

/// Where current flowed at a site, without its pauses: nowhere, when no current was recorded but zeros. Where
/// nothing of it was recorded, the stimulus as it is stated; empty when that is not known either.
[[nodiscard]] StimulusShade stimulusShade(const RecordedTest& test, const analysis::TestAnalysis& result,
                                          const std::string& site);

} // namespace eccrine::records
