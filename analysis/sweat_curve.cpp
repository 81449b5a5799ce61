// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sweat_curve.hpp"

#include "analysis/line_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

namespace eccrine::analysis {
namespace {

/// Usual time between two samples that are there: the median of the first ones; 0 of fewer than two.
double usualInterval(const std::vector<double>& time_s, const std::vector<double>& value) {
    constexpr std::size_t most = 1000;
    std::vector<double> steps;
    std::optional<double> last;
    for (std::size_t i = 0; i < time_s.size() && steps.size() < most; ++i) {
        if (std::isnan(value[i])) continue;
        if (last) steps.push_back(time_s[i] - *last);
        last = time_s[i];
    }
    if (steps.empty()) return 0.0;
    const auto middle = steps.begin() + static_cast<std::ptrdiff_t>(steps.size() / 2);
    std::nth_element(steps.begin(), middle, steps.end());
    return *middle;
}

/// Centred moving mean over the samples within ± half the width; NaN left out. The samples of a stream are
/// evenly spaced, so that a mean over samples is a mean over time.
class Smoothed {
public:
    /// \param leastShare of the samples that a window would hold without holes
    Smoothed(const std::vector<double>& time, const std::vector<double>& value, double width_s,
             double leastShare)
        : time_(time), value_(value), half_(0.5 * width_s), leastShare_(leastShare),
          interval_s_(usualInterval(time, value)) {}
    /// Call with rising i. NaN where the window holds too few samples: what lies alone in a hole is no mean
    /// of the time around it. What the ends of the record cut off is not missed.
    [[nodiscard]] double at(std::size_t i) {
        while (to_ < time_.size() && time_[to_] <= time_[i] + half_)
            add(value_[to_++], 1.0);
        while (time_[from_] < time_[i] - half_)
            add(value_[from_++], -1.0);
        const double covered =
            std::min(time_.back(), time_[i] + half_) - std::max(time_.front(), time_[i] - half_);
        const double expected = interval_s_ > 0.0 ? covered / interval_s_ + 1.0 : 0.0;
        return count_ > 0.5 && count_ >= leastShare_ * expected ? sum_ / count_
                                                                : std::numeric_limits<double>::quiet_NaN();
    }

private:
    void add(double v, double sign) {
        if (std::isnan(v)) return;
        sum_ += sign * v;
        count_ += sign;
    }
    const std::vector<double>& time_;
    const std::vector<double>& value_;
    double half_, leastShare_, interval_s_, sum_ = 0.0, count_ = 0.0;
    std::size_t from_ = 0, to_ = 0;
};

} // namespace

std::optional<double> steepestRise(const SecondMeans& means, double from_s, double to_s) {
    constexpr std::size_t span = 20;
    std::optional<double> steepest;
    for (std::size_t i = 0; i + span <= means.mean.size(); ++i) {
        if (means.timeOf(i) < from_s || means.timeOf(i + span - 1) > to_s) continue;
        LineFit line;
        for (std::size_t k = i; k < i + span; ++k)
            line.add(means.timeOf(k), means.mean[k]);
        if (line.size() == span)
            steepest = std::max(steepest.value_or(line.slope() * 60.0), line.slope() * 60.0);
    }
    return steepest;
}

bool isBiphasic(const SecondMeans& means, const Baseline& baseline, double window_s) {
    constexpr std::size_t span = 15;
    constexpr double trough = 0.7, counts = 0.2;
    std::vector<double> smooth;
    for (std::size_t i = 0; i + span <= means.mean.size(); ++i) {
        const double middle = means.timeOf(i + span / 2);
        if (middle < 0.0 || middle > window_s) continue;
        double sum = 0.0;
        for (std::size_t k = i; k < i + span; ++k)
            sum += means.mean[k] - baseline.at(means.timeOf(k));
        smooth.push_back(sum / span);
    }
    if (smooth.empty()) return false;
    const double highest = *std::max_element(smooth.begin(), smooth.end());
    if (!(highest > 0.0)) return false;
    double peak = 0.0,
           lowest = std::numeric_limits<double>::infinity(); // the peak so far, and the trough after it
    for (const double value : smooth) {
        if (std::isnan(value)) continue;
        if (peak >= counts * highest && lowest < trough * std::min(peak, value) && value >= counts * highest)
            return true;
        if (value > peak) {
            peak = value;
            lowest = value;
        }
        lowest = std::min(lowest, value);
    }
    return false;
}

std::optional<CurveMeasures> measureCurve(const RateCurve& curve, double origin_s,
                                          std::optional<double> stimulusStop_s, const Baseline& baseline,
                                          const AnalysisParameters& p, double from_s) {
    const double stop = std::min(stimulusStop_s.value_or(0.5 * p.window_s), p.window_s);
    VolumeIntegral total(from_s, p.window_s, p.gap_s);
    VolumeIntegral during(from_s, std::max(from_s, stop), p.gap_s);
    Smoothed smooth(curve.time_s, curve.rate_nl_per_min, p.peakSmoothing_s, p.peakLeastShare);

    CurveMeasures m;
    double peak = -std::numeric_limits<double>::infinity();
    bool halved = false;
    bool duringGoesOn = true; // until a sample at or after the stop has closed the last interval
    double atStop = std::numeric_limits<double>::quiet_NaN();
    double atEnd = atStop;
    // where the last samples of each part and the first after the stop are: nothing is read off a hole
    double beforeStop = -std::numeric_limits<double>::infinity(), last = beforeStop;
    std::optional<double> afterStop;
    for (std::size_t i = 0; i < curve.time_s.size(); ++i) {
        const double t = curve.time_s[i] - origin_s;
        const double rate = curve.rate_nl_per_min[i];
        const double net = rate - baseline.at(t);
        total.add(t, net);
        if (duringGoesOn) {
            during.add(t, net);
            duringGoesOn = t < stop || std::isnan(net);
        }
        const double smoothed = smooth.at(i);
        if (t < 0.0 || t > p.window_s || std::isnan(smoothed)) continue;
        const double smoothedNet = smoothed - baseline.at(t);
        if (smoothedNet > peak) {
            peak = smoothedNet;
            m.peak = {smoothedNet};
            m.peakAbsolute = {smoothed};
            m.peakTime = Seconds{t};
        }
        if (std::isnan(rate)) continue;
        if (t <= stop) {
            atStop = smoothedNet;
            beforeStop = t;
        } else {
            if (!afterStop) afterStop = t;
            if (!halved && smoothedNet <= 0.5 * atStop) {
                halved = true;
                if (t - last <= p.gap_s) m.offHalfTime = Seconds{t - stop};
            }
        }
        last = t;
        atEnd = smoothedNet;
    }
    if (!std::isfinite(peak) || total.covered_s() <= 0.0) return std::nullopt;
    m.volume = {total.microlitres()};
    m.volumeDuring = {during.microlitres()};
    m.volumeAfter = {m.volume.value - m.volumeDuring.value};
    m.from = Seconds{from_s};
    m.gaps = Seconds{total.gaps_s()};
    m.covered = Seconds{total.covered_s()};
    const bool stopSeen = stimulusStop_s && *stimulusStop_s < p.window_s && stop - beforeStop <= p.gap_s &&
                          afterStop && *afterStop - stop <= p.gap_s;
    if (!stopSeen) m.offHalfTime.reset();
    m.courseSeen = stopSeen && p.window_s - last <= p.gap_s;
    if (peak > 0.0 && m.courseSeen) m.residual = atEnd / peak;
    // noise of the window: 1 s means taken as correlated over some ten seconds
    const double noise = baseline.noise.value * std::sqrt(10.0 * (p.window_s - from_s)) / 60.0 / 1000.0;
    m.uncertainty = {std::hypot(baseline.volumeUncertainty.value, noise)};
    return m;
}

} // namespace eccrine::analysis
