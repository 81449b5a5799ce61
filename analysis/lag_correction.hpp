// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/lag.hpp"
#include "analysis/rate_curve.hpp"
#include "core/quantity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace eccrine::analysis {

/// The rate at the skin, estimated from what the sensor saw: for display and for the peak beside the measured
/// one, never for the volume (which the lag leaves alone).
struct CorrectedCurve {
    SecondMeans means;       ///< 1 s means, time axis as of what it was made from
    double lambda = 0.0;     ///< regularisation: noise power of the baseline over the peak's
    NanolitresPerMin peak{}; ///< above the baseline, 5 s mean
    Seconds peakTime{};
    std::string rejected; ///< sentence; empty: usable. Rejected when it rings below the baseline
};

/// Wiener deconvolution of the 1 s means in the Fourier domain, X = Y·H*/(|H|² + λ), H the measured delay and
/// two first-order lags; the record is mirrored on both sides against wrap-around. Rejected when it
/// undershoots the baseline by more than 3 standard deviations of its own noise for more than 5 s after the
/// stimulus start. Empty when no lag is known, the peak is not above zero, or more than a tenth of the
/// seconds are missing.
[[nodiscard]] std::optional<CorrectedCurve> correctLag(const SecondMeans& means, const Baseline& baseline,
                                                       double peak_nl_per_min, const Lag& lag,
                                                       double window_s);

/// Constants of one channel from a step: humidity put on or taken off the capsule at a known time.
struct StepResponse {
    Seconds delay{};
    Seconds slow{}, fast{}; ///< time constants, slow >= fast; fast is zero when one explains the step as well
    double residual = 0.0;  ///< standard deviation of the fit, as part of the step's height
};
/// Fit of level + height·(1 − …) with a delay and one or two time constants; `value` in any unit, rising
/// times in s, the step at 0. Fails (sentence) when there is no step, samples do not belong to it, a constant
/// is below the sample interval, or the record ends too soon; limits: docs/analysis.md.
[[nodiscard]] Result<StepResponse> fitStep(const std::vector<double>& time_s,
                                           const std::vector<double>& value);

} // namespace eccrine::analysis
