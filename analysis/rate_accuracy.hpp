// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"
#include "core/quantity.hpp"
#include "core/site_signals.hpp"

#include <optional>
#include <string>

namespace eccrine::analysis {

/// How far the rates of a site can be trusted, from what the data sheets (or a calibration) state about its
/// sensors. Standard uncertainties: a stated ±a counts as a/√3.
struct RateAccuracy {
    std::optional<NanolitresPerMin> atRest; ///< of the rate in the baseline
    std::optional<NanolitresPerMin> atPeak; ///< of the rate at the peak
    std::optional<double>
        gain;                  ///< relative, of every net rate and volume: what a baseline does not take away
    std::string absentBecause; ///< sentence when the numbers are absent
};

/// A stretch of the recording.
struct TimeSpan {
    double from_s = 0.0, to_s = 0.0; ///< test time
};

/// From the mean readings at rest and around the peak. Absent, with the reason, for an imported rate, for a
/// sensor whose accuracy is not stated, and where one of the spans has no whole reading.
[[nodiscard]] RateAccuracy rateAccuracyOf(const SiteSignals& site, const TimeSpan& rest, const TimeSpan& peak,
                                          const AnalysisParameters& parameters);

} // namespace eccrine::analysis
