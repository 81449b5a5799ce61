// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/parameters.hpp"
#include "analysis/rate_curve.hpp"
#include "core/site_signals.hpp"

#include <optional>
#include <vector>

namespace eccrine::analysis {

/// What was fitted to find an onset, in means of one second around first_s, first_s + 1, … from the stimulus
/// start; NaN where the curve has no sample.
struct FittedCourse {
    double first_s = 0.0;
    std::vector<double> rate_nl_per_min;
};

/// Where sweating begins, in seconds from the stimulus start.
struct Onset {
    enum class Verdict {
        Found,
        None,          ///< no significant rise: a finding, not an error
        Indeterminate, ///< a rise, but its beginning is not known well enough
    };
    Verdict verdict = Verdict::None;
    std::optional<Seconds>
        latency; ///< Found only; corrected for the lag when that is on and the constants are known
    std::optional<Seconds> halfWidth; ///< half the interval of starts that fit nearly as well
    double exponent = 0.0;            ///< of the best fit: 1 sharp, 2 rounded
    double significance = 0.0;        ///< F of the best fit against a straight line
    bool lagCorrected = false;
    bool byReader = false; ///< placed by hand
    /// Indeterminate, without a half width: none was found, but too many seconds have no sample to say that
    /// there is none.
    bool sampledTooSlowly = false;
    /// Indeterminate, without a half width: none was found, and the recording ends before the latest one.
    bool recordedTooShort = false;
    std::optional<FittedCourse>
        course; ///< that fits best; only of methods that fit one, when it is significant
};

/// Finds the onset in 1 s means (time axis: 0 at the stimulus start).
///
/// Rise (default): c0 + c1·t + c2·L[1 − exp(−((t−h)/r)^m)] is fitted from the start of the baseline to 70 %
/// of the rise, over h on a 0.5 s grid, seven r from 30 to 600 s and four m from 1 to 2.2; L is the measured
/// lag of capsule, tube and sensor, so that h is the onset at the skin. Without known constants L is the
/// identity and the latency contains the lag. The latency is the mean of h weighted by how well the courses
/// from it fit, the half width that of the middle 95 % of the weight. Hinge: the same with max(0, t−h)^p, p
/// in {1, 1.5, 2}, to half of the rise, best fit only. Segmented: two straight lines (Cheuvront et al. 2009,
/// for sweating thresholds), the lag subtracted. Threshold-sd: first second from which the mean stays
/// `onset.sd` deviations above the baseline for `onset.hold_s`. Cusum: where the sum of what exceeds the
/// slack last left zero before it passed the limit. How they compare: docs/analysis.md.
[[nodiscard]] Onset findOnset(const SecondMeans& means, const Baseline& baseline, double peak_nl_per_min,
                              const CapsuleConstants& capsule, const AnalysisParameters& parameters);

} // namespace eccrine::analysis
