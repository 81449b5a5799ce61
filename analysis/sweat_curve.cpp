// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/sweat_curve.hpp"

#include "analysis/columns.hpp"
#include "analysis/four.hpp"
#include "analysis/moving_mean.hpp"
#include "analysis/vector_clones.hpp"
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

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t block = MovingMean::block;

/// The baseline under a run of samples, as Baseline::at() has it.
struct Level {
    double origin_s, level, slope;
    bool drifts;
    [[gnu::always_inline]] [[nodiscard]] double at(double t) const noexcept {
        return level + (drifts ? slope * t / 60.0 : 0.0);
    }
};

/// Time from the origin and rate above the baseline.
ECCRINE_VECTOR_CLONES void subtract(const double* time, const double* rate, std::size_t n, const Level& under,
                                    double* t, double* net) noexcept {
    const Level b = under;
    if (b.drifts)
        for (std::size_t i = 0; i < n; ++i) {
            t[i] = time[i] - b.origin_s;
            net[i] = rate[i] - b.at(t[i]);
        }
    else
        for (std::size_t i = 0; i < n; ++i) {
            t[i] = time[i] - b.origin_s;
            net[i] = rate[i] - (b.level + 0.0);
        }
}

/// What a block of smoothed samples above the baseline shows.
struct BlockOfMeans {
    double lowest = 0.0, highest = 0.0; ///< infinite without one
    bool unusual = false;               ///< some is missing, or the sample itself is
};

/// What is outside the window becomes missing.
ECCRINE_VECTOR_CLONES void lookAtMeans(const double* t, const double* rate, std::size_t n, double window_s,
                                       double* net, BlockOfMeans* out) noexcept {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    Four low = Four{} + infinite, high = -low;
    FourTruths unusual{};
    std::size_t i = 0;
    for (; i + lanesOfFour <= n; i += lanesOfFour) {
        const Four at = fourAt(t + i), own = fourAt(rate + i);
        const FourTruths inside = (at >= 0.0) & (at <= window_s);
        const Four v = inside ? fourAt(net + i) : Four{} + missing;
        fourAt(net + i) = v;
        low = v < low ? v : low;
        high = v > high ? v : high;
        unusual |= (v != v) | (own != own);
    }
    BlockOfMeans found{lowestOf(low), highestOf(high), anyOf(unusual)};
    for (; i < n; ++i) {
        net[i] = t[i] >= 0.0 && t[i] <= window_s ? net[i] : missing;
        found.lowest = net[i] < found.lowest ? net[i] : found.lowest;
        found.highest = net[i] > found.highest ? net[i] : found.highest;
        found.unusual = found.unusual || net[i] != net[i] || rate[i] != rate[i];
    }
    *out = found;
}

/// The volumes of the whole window and of the stimulus, which begin together: one integral until the latter
/// is over.
class Volumes {
public:
    Volumes(double from_s, double stop_s, const AnalysisParameters& p)
        : total_(from_s, p.window_s, p.gap_s), stop_s_(std::max(from_s, stop_s)) {}
    void add(std::span<const double> t, std::span<const double> net) {
        if (!during_ && t.back() > stop_s_) during_ = total_.endingAt(stop_s_);
        if (during_ && !during_->over()) during_->add(t, net);
        total_.add(t, net);
    }
    [[nodiscard]] const VolumeIntegral& total() const { return total_; }
    [[nodiscard]] const VolumeIntegral& during() const { return during_ ? *during_ : total_; }

private:
    VolumeIntegral total_;
    double stop_s_;
    std::optional<VolumeIntegral> during_; ///< once they part
};

/// Peak, and what the smoothed course shows at the stimulus stop and at the end of the window.
class Course {
public:
    Course(double stop_s, const AnalysisParameters& p) : stop_s_(stop_s), p_(p) {}
    /// \param t from the stimulus start, rising \param net smoothed, above the baseline; missing where the
    /// window of the mean holds too little \param mean the same above zero
    void add(std::span<const double> t, std::span<double> net, std::span<const double> mean,
             std::span<const double> rate) {
        BlockOfMeans found;
        lookAtMeans(t.data(), rate.data(), t.size(), p_.window_s, net.data(), &found);
        if (found.highest > peak_) {
            const auto at =
                static_cast<std::size_t>(std::find(net.begin(), net.end(), found.highest) - net.begin());
            peak_ = found.highest;
            peakMean_ = mean[at];
            peakTime_ = t[at];
        }
        const bool halves = !halved_ && found.lowest <= 0.5 * atStop_;
        if (!found.unusual && (t.back() <= stop_s_ || (t.front() > stop_s_ && !halves))) {
            if (t.front() > stop_s_) afterStop_ = std::min(afterStop_, t.front());
            pass(t.back(), net.back()); // the last one stands for all
            return;
        }
        for (std::size_t k = 0; k < t.size(); ++k) {
            if (std::isnan(net[k]) || std::isnan(rate[k])) continue;
            if (t[k] > stop_s_ && !halved_) {
                afterStop_ = std::min(afterStop_, t[k]);
                if (net[k] <= 0.5 * atStop_) {
                    halved_ = true;
                    if (t[k] - last_ <= p_.gap_s) offHalfTime_ = Seconds{t[k] - stop_s_};
                }
            }
            pass(t[k], net[k]);
        }
    }
    [[nodiscard]] bool hasPeak() const { return std::isfinite(peak_); }
    /// \param stopKnown the stimulus stop is known and within the window
    void into(CurveMeasures& m, bool stopKnown) const {
        m.peak = {peak_};
        m.peakAbsolute = {peakMean_};
        m.peakTime = Seconds{peakTime_};
        const bool stopSeen =
            stopKnown && stop_s_ - beforeStop_ <= p_.gap_s && afterStop_ - stop_s_ <= p_.gap_s;
        if (stopSeen) m.offHalfTime = offHalfTime_;
        m.courseSeen = stopSeen && p_.window_s - last_ <= p_.gap_s;
        if (peak_ > 0.0 && m.courseSeen) m.residual = atEnd_ / peak_;
    }

private:
    void pass(double t, double net) {
        if (t <= stop_s_) {
            if (stop_s_ - t <= p_.gap_s) atStop_ = net;
            beforeStop_ = t;
        }
        last_ = t;
        if (p_.window_s - t <= p_.gap_s) atEnd_ = net;
    }

    double stop_s_;
    const AnalysisParameters& p_;
    double peak_ = -std::numeric_limits<double>::infinity(), peakMean_ = 0.0, peakTime_ = 0.0;
    double atStop_ = missing, atEnd_ = missing;
    bool halved_ = false;
    std::optional<Seconds> offHalfTime_;
    // where the last samples of each part and the first after the stop are: nothing is read off a hole
    double beforeStop_ = -std::numeric_limits<double>::infinity(), last_ = beforeStop_;
    double afterStop_ = std::numeric_limits<double>::infinity();
};

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

std::optional<CurveMeasures> measureCurve(const CurveView& curve, double origin_s,
                                          std::optional<double> stimulusStop_s, const Baseline& baseline,
                                          const AnalysisParameters& p, double from_s) {
    const double stop = std::min(stimulusStop_s.value_or(0.5 * p.window_s), p.window_s);
    const Level under{origin_s, baseline.level.value, baseline.slope_nl_per_min2, baseline.drifting};
    const std::span time = curve.time_s, rate = curve.rate_nl_per_min;
    MovingMean smooth(time, rate, p.peakSmoothing_s, p.peakLeastShare);
    Volumes volumes(from_s, stop, p);
    Course course(stop, p);
    constexpr double rounding_s = 1e-6;
    const auto [first, end] = samplesWithin(time, origin_s - rounding_s, origin_s + p.window_s + rounding_s);
    // the samples beside the window, which begin its first interval and end its last one
    std::size_t begin = first, last = end;
    while (begin > 0 && (begin == first || std::isnan(rate[begin])))
        --begin;
    while (last < time.size() && (last == end || std::isnan(rate[last - 1])))
        ++last;
    std::array<double, block> t, net, mean; // NOLINT(cppcoreguidelines-pro-type-member-init): filled below
    const auto volumeOf = [&](std::size_t from, std::size_t n) {
        subtract(time.data() + from, rate.data() + from, n, under, t.data(), net.data());
        volumes.add({t.data(), n}, {net.data(), n});
    };
    for (std::size_t i = begin; i < first; i += block)
        volumeOf(i, std::min(block, first - i));
    for (std::size_t i = first; i < end; i += block) {
        const std::size_t n = std::min(block, end - i);
        volumeOf(i, n);
        smooth.means(i, {mean.data(), n});
        subtract(time.data() + i, mean.data(), n, under, t.data(), net.data());
        course.add({t.data(), n}, {net.data(), n}, {mean.data(), n}, rate.subspan(i, n));
    }
    for (std::size_t i = end; i < last; i += block)
        volumeOf(i, std::min(block, last - i));
    const VolumeIntegral &total = volumes.total(), &during = volumes.during();
    if (!course.hasPeak() || total.covered_s() <= 0.0) return std::nullopt;
    CurveMeasures m;
    m.volume = {total.microlitres()};
    m.volumeDuring = {during.microlitres()};
    m.volumeAfter = {m.volume.value - m.volumeDuring.value};
    m.from = Seconds{from_s};
    m.gaps = Seconds{total.gaps_s()};
    m.covered = Seconds{total.covered_s()};
    course.into(m, stimulusStop_s && *stimulusStop_s < p.window_s);
    // noise of the window: 1 s means taken as correlated over some ten seconds
    const double noise = baseline.noise.value * std::sqrt(10.0 * (p.window_s - from_s)) / 60.0 / 1000.0;
    m.uncertainty = {std::hypot(baseline.volumeUncertainty.value, noise)};
    return m;
}

} // namespace eccrine::analysis
