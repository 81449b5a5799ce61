// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/onset.hpp"

#include "analysis/onset_methods.hpp"

namespace eccrine::analysis {

Onset findOnset(const SecondMeans& means, const Baseline& baseline, double peak,
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

} // namespace eccrine::analysis
