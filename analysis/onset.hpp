// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/parameters.hpp"
#include "analysis/rate_curve.hpp"
#include "core/site_signals.hpp"

#include <optional>

namespace eccrine::analysis {

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
    double exponent = 0.0;            ///< shape of the best hinge: 1 sharp, 2 rounded
    double significance = 0.0;        ///< F of the hinge against a straight line
    bool lagCorrected = false;
};

/// Finds the onset in 1 s means (time axis: 0 at the stimulus start).
///
/// Hinge: c0 + c1·t + c2·L[max(0, t−h)^p] is fitted from the start of the baseline to half of the rise, over
/// h on a 0.5 s grid and p in {1, 1.5, 2}; L is the measured lag of capsule, tube and sensor, so that h is
/// the onset at the skin. Without known constants L is the identity and the latency contains the lag. After
/// segmented regression for sweating thresholds (Cheuvront et al. 2009), shapes and significance from
/// simulation (docs/analysis.md). Threshold: first second from which the mean stays `onset.sd` deviations
/// above the baseline for `onset.hold_s`.
[[nodiscard]] Onset findOnset(const SecondMeans& means, const Baseline& baseline, double peak_nl_per_min,
                              const CapsuleConstants& capsule, const AnalysisParameters& parameters);

} // namespace eccrine::analysis
