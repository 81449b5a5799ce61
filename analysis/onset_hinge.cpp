// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/onset_methods.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace eccrine::analysis {

Onset hingeOnset(const SecondMeans& means, const Baseline& baseline, double peak, const Lag& lag,
                 const AnalysisParameters& p, const std::vector<double>& exponents, bool throughLag) {
    constexpr double grid_s = 0.5, halfRise = 0.5;
    Onset onset;
    onset.lagCorrected = lag.sum() > 0.0;
    const auto until = riseTo(halfRise, means, baseline, peak);
    if (!until) return onset;
    const LineAndShape fit(means, -p.baselineWindow_s, *until);
    constexpr std::size_t parameters = 4;
    if (fit.size() <= 2 * parameters) return onset;

    struct Candidate {
        double h = 0.0, sum = 0.0, exponent = 0.0;
    };
    std::vector<Candidate> all;
    for (const double exponent : exponents) {
        const auto shape = seenThrough(throughLag ? lag : Lag{}, *until + 1.0,
                                       [=](double x) { return std::pow(x, exponent); });
        for (int i = 0; i * grid_s < *until; ++i)
            if (const double sum = fit.sumFrom(i * grid_s, shape); std::isfinite(sum))
                all.push_back({i * grid_s, sum, exponent});
    }
    if (all.empty()) return onset;
    const auto best =
        std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.sum < b.sum; });
    onset.exponent = best->exponent;
    onset.significance = fit.significance(best->sum);
    if (!(onset.significance > p.onsetMinF)) return onset;

    onset.course =
        fit.courseFrom(best->h, seenThrough(throughLag ? lag : Lag{}, *until + 1.0,
                                            [e = best->exponent](double x) { return std::pow(x, e); }));

    // All starts whose fit is not worse than chance allows (95 % of chi-square with one degree of
    // freedom, 3.84).
    const double limit = best->sum * (1.0 + 3.84 / static_cast<double>(fit.size() - parameters));
    double low = best->h, high = best->h;
    for (const Candidate& c : all) {
        if (c.sum > limit) continue;
        low = std::min(low, c.h);
        high = std::max(high, c.h);
    }
    onset.halfWidth = Seconds{0.5 * (high - low) + 0.5 * grid_s};
    if (onset.halfWidth->count() > p.onsetIndeterminate_s) {
        onset.verdict = Onset::Verdict::Indeterminate;
        return onset;
    }
    onset.verdict = Onset::Verdict::Found;
    onset.latency = Seconds{throughLag ? best->h : std::max(0.0, best->h - lag.sum())};
    return onset;
}

} // namespace eccrine::analysis
