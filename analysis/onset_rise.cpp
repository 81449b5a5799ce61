// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/four_shapes.hpp"
#include "analysis/onset_methods.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr double fine_s = 0.5;
constexpr std::size_t finePerCoarse = 4;
// Responses that rise at once or bend in slowly, in half a minute or all but straight: 1 −
// exp(−(x/rise)^bend).
constexpr std::array<double, 4> bends{1.0, 1.4, 1.8, 2.2};
constexpr std::array<double, 7> rises_s{30.0, 50.0, 75.0, 110.0, 160.0, 240.0, 600.0};
// A start whose fit is so many times the noise worse than the best has no weight that could be seen.
constexpr double negligible = 60.0;

/// The shapes of the search, seen through a lag: those of one bend after those of another, and the same four
/// by four.
struct Shapes {
    std::vector<SeenShape> each;
    std::vector<FourShapes> inFours;
};
constexpr std::size_t lanes = 4;
static_assert(bends.size() * rises_s.size() % lanes == 0);

/// All of them, at least as long as asked for. They depend on the lag alone: the sites of a test share them,
/// and so do the recordings of an archive. Each thread keeps those of the last lag.
const Shapes& shapesThrough(const Lag& lag, double until_s) {
    constexpr double usual_s = 120.0, inAdvance = 1.25; // the next site rises for about as long
    thread_local Shapes kept;
    thread_local Lag of;
    thread_local double length_s = 0.0;
    if (!kept.each.empty() && of == lag && length_s >= until_s) return kept;
    length_s = std::max(usual_s, inAdvance * until_s);
    of = lag;
    kept = {};
    const std::vector<double> moments = momentsSeen(lag, length_s);
    std::vector<double> powers(moments.size()), course(moments.size());
    for (const double bend : bends) {
        for (std::size_t i = 0; i < moments.size(); ++i)
            powers[i] = moments[i] > 0.0 ? std::pow(moments[i], bend) : 0.0;
        for (const double rise : rises_s) {
            const double scale = std::pow(rise, -bend);
            for (std::size_t i = 0; i < moments.size(); ++i)
                course[i] = 1.0 - std::exp(-powers[i] * scale);
            kept.each.push_back(seenThrough(lag, course));
        }
    }
    for (std::size_t i = 0; i < kept.each.size(); i += lanes)
        kept.inFours.emplace_back(std::span(kept.each).subspan(i, lanes));
    return kept;
}

/// The residual sums over h, of four shapes at a time; infinite where not computed.
class Sums {
public:
    Sums(const LineAndShape& fit, const Lag& lag, double until_s)
        : fit_(fit), shapes_(shapesThrough(lag, until_s + 1.0)),
          starts_(static_cast<std::size_t>(until_s / fine_s) + 1),
          sums_(shapes_.inFours.size() * starts_, {never, never, never, never}), known_(sums_.size(), 0) {
        for (std::size_t four = 0; four < shapes_.inFours.size(); ++four) {
            std::array<double, lanes> least{never, never, never, never};
            std::array<std::size_t, lanes> at{};
            for (std::size_t i = 0; i < starts_; i += finePerCoarse) {
                const auto& sums = compute(four, i);
                for (std::size_t k = 0; k < lanes; ++k)
                    if (sums[k] < least[k]) {
                        least[k] = sums[k];
                        at[k] = i;
                    }
            }
            for (const std::size_t i : at)
                around(four, i);
        }
    }
    /// Everything within `limit`, and what lies between it and its neighbours.
    void refine(double limit) {
        for (std::size_t four = 0; four < shapes_.inFours.size(); ++four)
            for (std::size_t i = 0; i < starts_; i += finePerCoarse) {
                const auto& sums = of(four, i);
                if (*std::min_element(sums.begin(), sums.end()) <= limit) around(four, i);
            }
    }
    /// At h = 0, 0.5, 1, ...
    [[nodiscard]] const std::array<double, lanes>& of(std::size_t four, std::size_t start) const {
        return sums_[four * starts_ + start];
    }
    [[nodiscard]] std::size_t fours() const { return shapes_.inFours.size(); }
    [[nodiscard]] std::size_t starts() const { return starts_; }
    struct Best {
        double sum = never, h_s = 0.0;
        std::size_t shape = 0;
    };
    [[nodiscard]] Best best() const {
        Best out;
        for (std::size_t at = 0; at < sums_.size(); ++at)
            for (std::size_t k = 0; k < lanes; ++k)
                if (sums_[at][k] < out.sum)
                    out = {sums_[at][k], static_cast<double>(at % starts_) * fine_s,
                           at / starts_ * lanes + k};
        return out;
    }
    [[nodiscard]] const SeenShape& shape(std::size_t number) const { return shapes_.each[number]; }

private:
    static constexpr double never = std::numeric_limits<double>::infinity();
    const std::array<double, lanes>& compute(std::size_t four, std::size_t i) {
        const std::size_t at = four * starts_ + i;
        if (known_[at] == 0)
            sums_[at] = fit_.sumsFrom(static_cast<double>(i) * fine_s, shapes_.inFours[four]);
        known_[at] = 1;
        return sums_[at];
    }
    void around(std::size_t four, std::size_t i) {
        const std::size_t from = i > finePerCoarse ? i - finePerCoarse : 0;
        for (std::size_t k = from; k < std::min(starts_, i + finePerCoarse + 1); ++k)
            compute(four, k);
    }

    const LineAndShape& fit_;
    const Shapes& shapes_;
    std::size_t starts_;
    std::vector<std::array<double, lanes>> sums_; ///< of one four after those of another
    std::vector<char> known_;
};

double bendOf(std::size_t shape) {
    return bends[shape / rises_s.size()];
}

/// h below which `share` of the weight lies.
double quantile(const std::vector<double>& weight, double total, double share) {
    double below = 0.0;
    for (std::size_t i = 0; i < weight.size(); ++i) {
        if (below + weight[i] >= share * total) {
            const double inside = weight[i] > 0.0 ? (share * total - below) / weight[i] : 0.5;
            return (static_cast<double>(i) - 0.5 + inside) * fine_s;
        }
        below += weight[i];
    }
    return static_cast<double>(weight.size()) * fine_s;
}

} // namespace

Onset riseOnset(const SecondMeans& means, const Baseline& baseline, double peak, const Lag& lag,
                const AnalysisParameters& p) {
    Onset onset;
    onset.lagCorrected = lag.sum() > 0.0;
    const auto until = riseTo(p.onsetRiseFraction, means, baseline, peak);
    if (!until) return onset;
    const LineAndShape fit(means, -p.baselineWindow_s, *until);
    constexpr std::size_t parameters = 4;
    if (fit.size() <= 2 * parameters) return onset;
    Sums sums(fit, lag, *until);
    const double freedom = static_cast<double>(fit.size() - parameters);
    const auto noiseOf = [&](double sum) {
        // never zero: a curve without noise still has numbers that are rounded
        return p.onsetNoiseCorrelation * std::max(sum / freedom, 1e-12 * fit.lineSum() / freedom);
    };
    Sums::Best best = sums.best();
    onset.significance = fit.significance(best.sum);
    if (!(onset.significance > p.onsetMinF)) return onset;
    sums.refine(best.sum + negligible * noiseOf(best.sum));
    best = sums.best();
    onset.exponent = bendOf(best.shape);
    onset.course = fit.courseFrom(best.h_s, sums.shape(best.shape));
    onset.significance = fit.significance(best.sum);

    // Each start counts by how well the courses from it fit; no single course has to be the right one. The
    // noise alone would often be explained by an early and very rounded beginning: the rounder, the better it
    // must fit.
    std::vector<double> weight(sums.starts(), 0.0);
    double total = 0.0, moment = 0.0;
    const double perNoise = 0.5 / noiseOf(best.sum);
    for (std::size_t four = 0; four < sums.fours(); ++four) {
        std::array<double, lanes> prior{};
        for (std::size_t k = 0; k < lanes; ++k)
            prior[k] =
                std::pow(p.onsetRoundedPrior, (bendOf(four * lanes + k) - bends[0]) / (bends[1] - bends[0]));
        for (std::size_t i = 0; i < weight.size(); ++i)
            for (std::size_t k = 0; k < lanes; ++k)
                if (const double worse = (sums.of(four, i)[k] - best.sum) * perNoise; worse < negligible)
                    weight[i] += prior[k] * std::exp(-worse);
    }
    for (std::size_t i = 0; i < weight.size(); ++i) {
        total += weight[i];
        moment += weight[i] * static_cast<double>(i) * fine_s;
    }
    // What the noise leaves open, and what is open because no skin follows one of these courses exactly: the
    // noise alone would promise tenths of a second on a strong response.
    const double ofNoise = 0.5 * (quantile(weight, total, 0.975) - quantile(weight, total, 0.025));
    onset.halfWidth = Seconds{std::hypot(ofNoise, p.onsetCourse_s)};
    if (onset.halfWidth->count() > p.onsetIndeterminate_s) {
        onset.verdict = Onset::Verdict::Indeterminate;
        return onset;
    }
    onset.verdict = Onset::Verdict::Found;
    onset.latency = Seconds{moment / total};
    return onset;
}

} // namespace eccrine::analysis
