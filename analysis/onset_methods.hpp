// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/onset.hpp"
#include "analysis/onset_fit.hpp"

namespace eccrine::analysis {

// One function a method; findOnset() chooses. All on 1 s means with 0 at the stimulus start.

[[nodiscard]] Onset riseOnset(const SecondMeans& means, const Baseline& baseline, double peak_nl_per_min,
                              const Lag& lag, const AnalysisParameters& parameters);
/// `exponents` of max(0, t−h)^p; `throughLag`: the shape is seen through the lag, else it is subtracted.
[[nodiscard]] Onset hingeOnset(const SecondMeans& means, const Baseline& baseline, double peak_nl_per_min,
                               const Lag& lag, const AnalysisParameters& parameters,
                               const std::vector<double>& exponents, bool throughLag);
[[nodiscard]] Onset thresholdOnset(const SecondMeans& means, const Baseline& baseline, const Lag& lag,
                                   const AnalysisParameters& parameters);
[[nodiscard]] Onset cusumOnset(const SecondMeans& means, const Baseline& baseline, const Lag& lag,
                               const AnalysisParameters& parameters);

} // namespace eccrine::analysis
