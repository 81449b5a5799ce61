// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/onset_methods.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>

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

/// The shapes of the search, seen through a lag.
struct Shape {
    double bend = 0.0;
    SeenShape seen;
};

/// All of them, at least as long as asked for. They depend on the lag alone: the sites of a test share them,
/// and so do the recordings of an archive. Each thread keeps those of the last lag.
const std::vector<Shape>& shapesThrough(const Lag& lag, double until_s) {
    constexpr double usual_s = 120.0, inAdvance = 1.25; // the next site rises for about as long
    thread_local std::vector<Shape> kept;
    thread_local Lag of;
    thread_local double length_s = 0.0;
    if (!kept.empty() && of == lag && length_s >= until_s) return kept;
    length_s = std::max(usual_s, inAdvance * until_s);
    of = lag;
    kept.clear();
    for (const double bend : bends)
        for (const double rise : rises_s)
            kept.push_back({bend, seenThrough(lag, length_s, [=](double x) {
                                return 1.0 - std::exp(-(bend == 1.0 ? x / rise : std::pow(x / rise, bend)));
                            })});
    return kept;
}

/// One shape's residual sums over h; infinite where not computed.
struct Row {
    const SeenShape* shape = nullptr;
    std::vector<double> sums; ///< at h = 0, 0.5, 1, ...
    std::vector<bool> known;
    double bend = 0.0;
};

class Rows {
public:
    Rows(const LineAndShape& fit, const Lag& lag, double until_s) : fit_(fit) {
        const auto n = static_cast<std::size_t>(until_s / fine_s) + 1;
        for (const Shape& shape : shapesThrough(lag, until_s + 1.0))
            rows_.push_back({&shape.seen, std::vector<double>(n, std::numeric_limits<double>::infinity()),
                             std::vector<bool>(n, false), shape.bend});
        for (Row& row : rows_) {
            for (std::size_t i = 0; i < n; i += finePerCoarse)
                compute(row, i);
            const auto least = static_cast<std::size_t>(std::min_element(row.sums.begin(), row.sums.end()) -
                                                        row.sums.begin());
            around(row, least);
        }
    }
    /// Everything within `limit`, and what lies between it and its neighbours.
    void refine(double limit) {
        for (Row& row : rows_)
            for (std::size_t i = 0; i < row.sums.size(); i += finePerCoarse)
                if (row.sums[i] <= limit) around(row, i);
    }
    [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
    struct Best {
        double sum = std::numeric_limits<double>::infinity(), h_s = 0.0;
        const Row* row = nullptr;
    };
    [[nodiscard]] Best best() const {
        Best out;
        for (const Row& row : rows_) {
            const auto least = std::min_element(row.sums.begin(), row.sums.end());
            if (*least < out.sum)
                out = {*least, static_cast<double>(least - row.sums.begin()) * fine_s, &row};
        }
        return out;
    }

private:
    void compute(Row& row, std::size_t i) const {
        if (row.known[i]) return;
        row.known[i] = true;
        row.sums[i] = fit_.sumFrom(static_cast<double>(i) * fine_s, *row.shape);
    }
    void around(Row& row, std::size_t i) const {
        const std::size_t from = i > finePerCoarse ? i - finePerCoarse : 0;
        for (std::size_t k = from; k < std::min(row.sums.size(), i + finePerCoarse + 1); ++k)
            compute(row, k);
    }
    const LineAndShape& fit_;
    std::vector<Row> rows_;
};

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
    Rows rows(fit, lag, *until);
    const double freedom = static_cast<double>(fit.size() - parameters);
    const auto noiseOf = [&](double sum) {
        // never zero: a curve without noise still has numbers that are rounded
        return p.onsetNoiseCorrelation * std::max(sum / freedom, 1e-12 * fit.lineSum() / freedom);
    };
    double sum = rows.best().sum;
    onset.significance = fit.significance(sum);
    if (!(onset.significance > p.onsetMinF)) return onset;
    rows.refine(sum + negligible * noiseOf(sum));
    const Rows::Best best = rows.best();
    sum = best.sum;
    onset.exponent = best.row->bend;
    onset.course = fit.courseFrom(best.h_s, *best.row->shape);
    onset.significance = fit.significance(sum);

    // Each start counts by how well the courses from it fit; no single course has to be the right one. The
    // noise alone would often be explained by an early and very rounded beginning: the rounder, the better it
    // must fit.
    std::vector<double> weight(rows.rows().front().sums.size(), 0.0);
    double total = 0.0, moment = 0.0;
    for (const Row& row : rows.rows()) {
        const double prior = std::pow(p.onsetRoundedPrior, (row.bend - bends[0]) / (bends[1] - bends[0]));
        const double perNoise = 0.5 / noiseOf(sum);
        for (std::size_t i = 0; i < weight.size(); ++i)
            if (const double worse = (row.sums[i] - sum) * perNoise; worse < negligible)
                weight[i] += prior * std::exp(-worse);
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
