// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/onset.hpp"

#include "analysis/onset_methods.hpp"

#include <cmath>

namespace eccrine::analysis {
namespace {

Onset byMethod(const SecondMeans& means, const Baseline& baseline, double peak,
               const CapsuleConstants& capsule, const AnalysisParameters& p) {
    const Lag lag = lagOf(capsule, p);
    switch (p.onsetMethod) {
    case OnsetMethod::ThresholdSd:
        return thresholdOnset(means, baseline, lag, p);
    case OnsetMethod::Cusum:
        return cusumOnset(means, baseline, lag, p);
    case OnsetMethod::Segmented:
        return peak > 0.0 ? hingeOnset(means, baseline, peak, lag, p, {1.0}, false) : Onset{};
    case OnsetMethod::Hinge:
        return peak > 0.0 ? hingeOnset(means, baseline, peak, lag, p, {1.0, 1.5, 2.0}, true) : Onset{};
    case OnsetMethod::Rise:
        break;
    }
    return peak > 0.0 ? riseOnset(means, baseline, peak, lag, p) : Onset{};
}

/// Part of the window's seconds that have a sample, from the first to the last that has one. Holes that void
/// the volume are left out: they are no slow sampling.
double filledShare(const SecondMeans& means, const AnalysisParameters& p) {
    std::size_t filled = 0, seconds = 0, missing = 0;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        if (means.timeOf(i) < 0.0 || means.timeOf(i) > p.window_s) continue;
        if (std::isnan(means.mean[i])) {
            ++missing;
            continue;
        }
        if (filled > 0 && static_cast<double>(missing) <= p.gapTotal_s) seconds += missing;
        missing = 0;
        ++filled;
        ++seconds;
    }
    return filled == 0 ? 1.0 : static_cast<double>(filled) / static_cast<double>(seconds);
}

} // namespace

Onset findOnset(const SecondMeans& means, const Baseline& baseline, double peak,
                const CapsuleConstants& capsule, const AnalysisParameters& p) {
    Onset onset = byMethod(means, baseline, peak, capsule, p);
    if (onset.verdict != Onset::Verdict::None) return onset;
    const double end_s = means.mean.empty() ? 0.0 : means.timeOf(means.mean.size() - 1);
    onset.recordedTooShort = end_s < std::min(p.onsetLatest_s, p.window_s) - 1.0;
    onset.sampledTooSlowly = filledShare(means, p) < p.onsetLeastFilled;
    if (onset.recordedTooShort || onset.sampledTooSlowly) onset.verdict = Onset::Verdict::Indeterminate;
    return onset;
}

} // namespace eccrine::analysis
