// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/onset_methods.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::analysis {

Onset thresholdOnset(const SecondMeans& means, const Baseline& baseline, const Lag& lag,
                     const AnalysisParameters& p) {
    Onset onset;
    onset.lagCorrected = lag.sum() > 0.0;
    const double height = p.onsetSd * baseline.noise.value;
    const auto hold = static_cast<std::size_t>(std::max(1.0, std::ceil(p.onsetHold_s)));
    std::size_t above = 0;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        const double t = means.timeOf(i);
        if (t < 0.0) continue;
        above = means.mean[i] - baseline.at(t) > height ? above + 1 : 0;
        if (above < hold) continue;
        onset.verdict = Onset::Verdict::Found;
        onset.latency = Seconds{std::max(0.0, means.timeOf(i + 1 - above) - 0.5 - lag.sum())};
        return onset;
    }
    return onset;
}

Onset cusumOnset(const SecondMeans& means, const Baseline& baseline, const Lag& lag,
                 const AnalysisParameters& p) {
    Onset onset;
    onset.lagCorrected = lag.sum() > 0.0;
    if (!(baseline.noise.value > 0.0)) return onset;
    double sum = 0.0, began = 0.0;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        const double t = means.timeOf(i);
        if (t < 0.0 || std::isnan(means.mean[i])) continue;
        if (sum <= 0.0) began = t - 0.5;
        sum =
            std::max(0.0, sum + (means.mean[i] - baseline.at(t)) / baseline.noise.value - p.onsetCusumSlack);
        if (sum <= p.onsetCusumLimit) continue;
        onset.verdict = Onset::Verdict::Found;
        onset.latency = Seconds{std::max(0.0, began - lag.sum())};
        return onset;
    }
    return onset;
}

} // namespace eccrine::analysis
