// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sweat_curve.hpp"

#include "analysis/columns.hpp"
#include "analysis/volume_integral.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

namespace eccrine::analysis {
namespace {

/// Usual time between two samples that are there: the median of the first ones; 0 of fewer than two.
double usualInterval(std::span<const double> time_s, std::span<const double> value) {
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
    Smoothed(std::span<const double> time, std::span<const double> value, double width_s, double leastShare)
        : time_(time), value_(value), half_(0.5 * width_s), leastShare_(leastShare) {
        const double interval_s = usualInterval(time, value);
        perSecond_ = interval_s > 0.0 ? 1.0 / interval_s : 0.0;
    }
    static constexpr std::size_t block = 512;
    /// What the windows around the samples from `first` on hold, `n` of at most a block; call with rising
    /// `first`.
    void moveTo(std::size_t first, std::size_t n) {
        std::size_t from = from_, to = to_;
        double sum = sum_, count = count_;
        const std::size_t size = time_.size();
        if (to == 0) { // the first call
            from = to = static_cast<std::size_t>(
                std::lower_bound(time_.begin(), time_.end(), time_[first] - half_) - time_.begin());
        }
        for (std::size_t k = 0; k < n; ++k) {
            const double begin = time_[first + k] - half_, end = time_[first + k] + half_;
            for (; to < size && time_[to] <= end; ++to) {
                const bool there = value_[to] == value_[to];
                sum += there ? value_[to] : 0.0;
                count += there ? 1.0 : 0.0;
            }
            for (; time_[from] < begin; ++from) {
                const bool there = value_[from] == value_[from];
                sum -= there ? value_[from] : 0.0;
                count -= there ? 1.0 : 0.0;
            }
            sums_[k] = sum;
            counts_[k] = count;
        }
        first_ = first;
        from_ = from;
        to_ = to;
        sum_ = sum;
        count_ = count;
    }
    /// False where the window of the block's sample `k` holds too few samples: what lies alone in a hole is
    /// no mean of the time around it. What the ends of the record cut off is not missed.
    [[nodiscard]] bool enough(std::size_t k) const {
        const double t = time_[first_ + k];
        const double covered = std::min(time_.back(), t + half_) - std::max(time_.front(), t - half_);
        const double expected = perSecond_ > 0.0 ? covered * perSecond_ + 1.0 : 0.0;
        return counts_[k] > 0.5 && counts_[k] >= leastShare_ * expected;
    }
    [[nodiscard]] double mean(std::size_t k) const { return sums_[k] / counts_[k]; }
    /// The same as mean() > limit, without the division.
    [[nodiscard]] bool above(std::size_t k, double limit) const { return sums_[k] > limit * counts_[k]; }

private:
    std::span<const double> time_, value_;
    double half_, leastShare_, perSecond_ = 0.0, sum_ = 0.0, count_ = 0.0;
    std::size_t first_ = 0, from_ = 0, to_ = 0;
    std::array<double, block> sums_{}, counts_{};
};

/// The volumes of the whole window and of the stimulus.
void integrate(const RateCurve& curve, double origin_s, const Baseline b, VolumeIntegral& whole,
               VolumeIntegral& part) {
    constexpr std::size_t block = 512;
    std::array<double, block> time, net; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    for (std::size_t begin = 0; begin < curve.time_s.size(); begin += block) {
        const std::size_t n = std::min(block, curve.time_s.size() - begin);
        const double* const times = curve.time_s.data() + begin;
        const double* const rates = curve.rate_nl_per_min.data() + begin;
        for (std::size_t i = 0; i < n; ++i) {
            time[i] = times[i] - origin_s;
            net[i] = rates[i] - b.at(time[i]);
        }
        whole.add({time.data(), n}, {net.data(), n});
        part.add({time.data(), n}, {net.data(), n});
    }
}

} // namespace

std::optional<double> steepestRise(const SecondMeans& means, double from_s, double to_s) {
    constexpr std::size_t span = 20;
    // least squares over equal steps: the slope is a weighted sum, the weights those of the middle's distance
    constexpr double middle = 0.5 * (span - 1), squares = span * (span * span - 1.0) / 12.0;
    std::optional<double> steepest;
    for (std::size_t i = 0; i + span <= means.mean.size(); ++i) {
        if (means.timeOf(i) < from_s || means.timeOf(i + span - 1) > to_s) continue;
        double moment = 0.0;
        for (std::size_t k = 0; k < span; ++k)
            moment += (static_cast<double>(k) - middle) * means.mean[i + k];
        if (std::isnan(moment)) continue; // a second is missing
        const double slope = moment / squares * 60.0;
        steepest = std::max(steepest.value_or(slope), slope);
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
    integrate(curve, origin_s, baseline, total, during);
    Smoothed smooth(curve.time_s, curve.rate_nl_per_min, p.peakSmoothing_s, p.peakLeastShare);

    CurveMeasures m;
    double peak = -std::numeric_limits<double>::infinity();
    bool halved = false;
    double atStop = std::numeric_limits<double>::quiet_NaN();
    double atEnd = atStop;
    // where the last samples of each part and the first after the stop are: nothing is read off a hole
    double beforeStop = -std::numeric_limits<double>::infinity(), last = beforeStop;
    std::optional<double> afterStop;
    constexpr double rounding_s = 1e-6;
    const auto [first, end] =
        samplesWithin(curve.time_s, origin_s - rounding_s, origin_s + p.window_s + rounding_s);
    for (std::size_t i = first; i < end; ++i) {
        const std::size_t k = (i - first) % Smoothed::block;
        if (k == 0) smooth.moveTo(i, std::min(Smoothed::block, end - i));
        const double t = curve.time_s[i] - origin_s;
        if (t < 0.0 || t > p.window_s || !smooth.enough(k)) continue;
        const double level = baseline.at(t);
        // the first of equal ones: the quick look is right to the last digit only
        if (smooth.above(k, peak + level) && smooth.mean(k) - level > peak) {
            peak = smooth.mean(k) - level;
            m.peak = {peak};
            m.peakAbsolute = {smooth.mean(k)};
            m.peakTime = Seconds{t};
        }
        if (std::isnan(curve.rate_nl_per_min[i])) continue;
        if (t <= stop) {
            if (stop - t <= p.gap_s) atStop = smooth.mean(k) - level;
            beforeStop = t;
        } else if (!halved) {
            if (!afterStop) afterStop = t;
            if (smooth.mean(k) - level <= 0.5 * atStop) {
                halved = true;
                if (t - last <= p.gap_s) m.offHalfTime = Seconds{t - stop};
            }
        }
        last = t;
        if (p.window_s - t <= p.gap_s) atEnd = smooth.mean(k) - level;
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
