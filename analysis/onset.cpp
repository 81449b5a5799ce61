// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/onset.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr double grid_s = 0.5;

struct Lag {
    double first_s = 0.0, second_s = 0.0, delay_s = 0.0;
    [[nodiscard]] double sum() const { return first_s + second_s + delay_s; }
};

Lag lagOf(const CapsuleConstants& c, const AnalysisParameters& p) {
    if (!p.lagCorrection) return {};
    const auto seconds = [](const std::optional<Seconds>& s) { return s ? s->count() : 0.0; };
    return {seconds(c.washout), seconds(c.sensorLag), seconds(c.transportDelay)};
}

/// max(0, x)^p seen through delay and two first-order lags, as means of one second around x = 0, 0.5, 1, ...
/// s.
std::vector<double> laggedPower(double exponent, const Lag& lag, double until_s) {
    constexpr double step = 0.02;
    constexpr std::size_t perGrid = 25; // grid_s / step
    const auto n = static_cast<std::size_t>((until_s + 2.0) / step);
    std::vector<double> sum(n + 1, 0.0); // running integral of the response, for exact one-second means
    double first = 0.0, second = 0.0;
    const auto follow = [](double state, double input, double tau) {
        return tau > 0.0 ? input + (state - input) * std::exp(-step / tau) : input;
    };
    for (std::size_t i = 0; i < n; ++i) {
        const double x = (static_cast<double>(i) + 0.5) * step - lag.delay_s;
        const double input = x > 0.0 ? std::pow(x, exponent) : 0.0;
        first = follow(first, input, lag.first_s);
        second = follow(second, first, lag.second_s);
        sum[i + 1] = sum[i] + second * step;
    }
    std::vector<double> means;
    for (std::size_t k = 0; k * perGrid + perGrid < n; ++k) {
        const std::size_t to = k * perGrid + perGrid; // x + 0.5 s
        const std::size_t from =
            to >= 2 * perGrid ? to - 2 * perGrid : 0; // x − 0.5 s; before the hinge it is zero
        means.push_back(sum[to] - sum[from]);
    }
    return means;
}

/// First 5 s mean at or above half of the amplitude from which the rate stays above 40 % for 10 s: the end of
/// the fit.
std::optional<double> halfRise(const SecondMeans& means, const Baseline& b, double peak) {
    const auto net = [&](std::size_t i) { return means.mean[i] - b.at(means.timeOf(i)); };
    constexpr std::size_t smooth = 5, stay = 10;
    for (std::size_t i = 0; i + smooth + stay <= means.mean.size(); ++i) {
        if (means.timeOf(i) < 0.0) continue;
        double sum = 0.0;
        for (std::size_t k = i; k < i + smooth; ++k)
            sum += net(k);
        if (!(sum / smooth >= 0.5 * peak)) continue;
        bool stays = true;
        for (std::size_t k = i; k < i + stay; ++k)
            stays = stays && !(net(k) < 0.4 * peak);
        if (stays) return means.timeOf(i) + smooth / 2.0;
    }
    return std::nullopt;
}

struct Points {
    std::vector<double> time, rate;
};

Points pointsOf(const SecondMeans& means, double from, double to) {
    Points out;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        const double t = means.timeOf(i);
        if (t < from || t > to || std::isnan(means.mean[i])) continue;
        out.time.push_back(t);
        out.rate.push_back(means.mean[i]);
    }
    return out;
}

/// The line's part of the fit does not depend on the hinge: project it out once, then each hinge costs one
/// pass.
class Fitter {
public:
    explicit Fitter(Points points) : points_(std::move(points)) {
        const auto n = static_cast<double>(points_.time.size());
        for (const double t : points_.time)
            meanTime_ += t / n;
        for (const double r : points_.rate)
            meanRate_ += r / n;
        double sxy = 0.0;
        for (std::size_t i = 0; i < points_.time.size(); ++i) {
            const double dt = points_.time[i] - meanTime_;
            sxx_ += dt * dt;
            sxy += dt * (points_.rate[i] - meanRate_);
        }
        slope_ = sxx_ > 0 ? sxy / sxx_ : 0.0;
        residual_.reserve(points_.rate.size());
        for (std::size_t i = 0; i < points_.rate.size(); ++i) {
            residual_.push_back(points_.rate[i] - meanRate_ - slope_ * (points_.time[i] - meanTime_));
            lineSum_ += residual_.back() * residual_.back();
        }
    }
    [[nodiscard]] double lineSum() const { return lineSum_; }
    [[nodiscard]] std::size_t size() const { return residual_.size(); }

    /// Residual sum with the hinge at h; empty unless the hinge rises.
    [[nodiscard]] std::optional<double> hingeSum(double h, const std::vector<double>& shape) const {
        double su = 0.0, sut = 0.0, suu = 0.0, sur = 0.0;
        for (std::size_t i = std::size_t(std::lower_bound(points_.time.begin(), points_.time.end(), h - 0.5) -
                                         points_.time.begin());
             i < points_.time.size(); ++i) {
            const double x = points_.time[i] - h;
            const auto k = static_cast<std::ptrdiff_t>(std::lround(x / grid_s));
            const double u = k >= 0 && static_cast<std::size_t>(k) < shape.size()
                                 ? shape[static_cast<std::size_t>(k)]
                                 : 0.0;
            su += u;
            sut += u * (points_.time[i] - meanTime_);
            suu += u * u;
            sur += u * residual_[i];
        }
        const auto n = static_cast<double>(points_.time.size());
        const double own =
            suu - su * su / n - (sxx_ > 0 ? sut * sut / sxx_ : 0.0); // what the line cannot explain of u
        if (!(own > 1e-9 * suu) || !(sur > 0.0)) return std::nullopt;
        return lineSum_ - sur * sur / own;
    }

private:
    Points points_;
    std::vector<double> residual_;
    double meanTime_ = 0.0, meanRate_ = 0.0, sxx_ = 0.0, slope_ = 0.0, lineSum_ = 0.0;
};

Onset hinge(const SecondMeans& means, const Baseline& baseline, double peak, const Lag& lag,
            const AnalysisParameters& p) {
    Onset onset;
    onset.lagCorrected = lag.sum() > 0.0;
    const auto until = halfRise(means, baseline, peak);
    if (!until) return onset;
    const Fitter fit(pointsOf(means, -p.baselineWindow_s, *until));
    constexpr std::size_t parameters = 4;
    if (fit.size() <= parameters + 4) return onset;

    struct Candidate {
        double h = 0.0, sum = 0.0, exponent = 0.0;
    };
    std::vector<Candidate> all;
    for (const double exponent : {1.0, 1.5, 2.0}) {
        const auto shape = laggedPower(exponent, lag, *until + 1.0);
        for (double h = 0.0; h < *until; h += grid_s)
            if (const auto sum = fit.hingeSum(h, shape)) all.push_back({h, *sum, exponent});
    }
    if (all.empty()) return onset;
    const auto best =
        std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.sum < b.sum; });
    const double freedom = static_cast<double>(fit.size() - parameters);
    onset.exponent = best->exponent;
    onset.significance = best->sum > 0 ? (fit.lineSum() - best->sum) / 2.0 / (best->sum / freedom)
                                       : std::numeric_limits<double>::infinity();
    if (!(onset.significance > p.onsetMinF)) return onset;

    // All starts whose fit is not worse than chance allows (95 % of chi-square with one degree of
    // freedom, 3.84).
    const double limit = best->sum * (1.0 + 3.84 / freedom);
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
    onset.latency = Seconds{best->h};
    return onset;
}

Onset threshold(const SecondMeans& means, const Baseline& baseline, const Lag& lag,
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

} // namespace

Onset findOnset(const SecondMeans& means, const Baseline& baseline, double peak,
                const CapsuleConstants& capsule, const AnalysisParameters& p) {
    const Lag lag = lagOf(capsule, p);
    if (p.onsetMethod == OnsetMethod::ThresholdSd) return threshold(means, baseline, lag, p);
    if (!(peak > 0.0)) return {};
    return hinge(means, baseline, peak, lag, p);
}

} // namespace eccrine::analysis
