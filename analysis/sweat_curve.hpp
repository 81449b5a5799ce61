// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/parameters.hpp"
#include "analysis/rate_curve.hpp"

#include <optional>

namespace eccrine::analysis {

/// What is read off the curve in the window after the stimulus start. Time axis of `curve`: 0 at that start.
struct CurveMeasures {
    NanolitresPerMin peak{};         ///< above the baseline, after smoothing
    NanolitresPerMin peakAbsolute{}; ///< the same without subtracting
    Seconds peakTime{};
    std::optional<double> riseSlope_nl_per_min2; ///< steepest line over 20 s between stimulus start and peak
    Microlitres volume{};                        ///< total, above the baseline; negative samples kept
    Microlitres volumeDuring{};                  ///< from stimulus start to stop
    Microlitres volumeAfter{};                   ///< from stimulus stop to the end of the window
    Microlitres uncertainty{}; ///< standard uncertainty of the volume: baseline, noise and, when the sensors'
                               ///< accuracy is stated, gain
    std::optional<Microlitres> gainUncertainty{}; ///< the part of it that is a gain
    std::optional<double> residual;               ///< rate at the window's end over the peak
    std::optional<Seconds>
        offHalfTime; ///< from stimulus stop to half of the rate at the stop; empty: not reached or not seen
    bool courseSeen = false; ///< samples around the stimulus stop and at the window's end; else no residual
    Seconds gaps{};          ///< bridged in the window
    Seconds covered{};       ///< of the window that has samples around it
    Seconds from{};          ///< where the volume begins
};

/// Steepest least-squares slope over 20 s of 1 s means between `from_s` and `to_s`, nL/min per min. Empty
/// when there are less than 20 s.
[[nodiscard]] std::optional<double> steepestRise(const SecondMeans& means, double from_s, double to_s);

/// Two peaks at least, of 15 s means, with a trough between them below 70 % of the lower one. Peaks count
/// from 20 % of the highest on.
[[nodiscard]] bool isBiphasic(const SecondMeans& means, const Baseline& baseline, double window_s);

/// Empty when the window has no samples. `stimulusStop_s` and `from_s`, where the volume begins, from the
/// stimulus start.
[[nodiscard]] std::optional<CurveMeasures>
measureCurve(const CurveView& curve, double origin_s, std::optional<double> stimulusStop_s,
             const Baseline& baseline, const AnalysisParameters& parameters, double from_s = 0.0);

} // namespace eccrine::analysis
