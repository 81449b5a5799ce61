// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/baseline.hpp"

#include "analysis/line_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace eccrine::analysis {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double leastSeconds = 10.0;
constexpr std::size_t leastPoints = 5; // of slow readings
// Hygrometer noise is correlated over some seconds; means of this length are nearly independent.
constexpr std::size_t block_s = 20;

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return 0.5 * (*middle + *std::max_element(values.begin(), middle));
}

/// Uncertainty of the baseline's integral over the window, from the scatter of block means about the model.
double integralUncertainty(const std::vector<std::pair<double, double>>& points, const Baseline& b,
                           double level_s, double window_s) {
    LineFit blocks;
    std::vector<std::pair<double, double>> means;
    double sum = 0.0, time = 0.0;
    std::size_t n = 0;
    for (const auto& [t, r] : points) {
        sum += r;
        time += t;
        if (++n < block_s) continue;
        means.emplace_back(time / block_s, sum / block_s);
        blocks.add(means.back().first, means.back().second);
        sum = time = 0.0;
        n = 0;
    }
    if (means.size() < 3)
        return b.noise.value * window_s; // too short to know better: the noise as if it were one offset
    const double scatter = blocks.residualDeviation();
    if (!b.drifting) return scatter / std::sqrt(std::max(1.0, level_s / block_s)) * window_s;
    const double lever = 0.5 * window_s - blocks.meanX();
    return scatter * std::sqrt(1.0 / static_cast<double>(means.size()) + lever * lever / blocks.sxx()) *
           window_s;
}

/// What a drift up to the limit, which a short baseline cannot show, leaves open in the integral over the
/// window: any slope up to it is as likely.
double unseenDrift(const Baseline& b, const AnalysisParameters& p) {
    const double slope_per_s = p.baselineSlopeLimit / 60.0 / std::sqrt(3.0);
    const double lever_s = 0.5 * p.window_s - 0.5 * (b.from + b.to).count();
    return slope_per_s * lever_s * p.window_s;
}

/// Time that the seconds with samples stand for: what lies between two counts with them unless it is a gap.
double lengthOf(const std::vector<std::pair<double, double>>& points, double gap_s) {
    double length = points.empty() ? 0.0 : 1.0;
    for (std::size_t i = 1; i < points.size(); ++i) {
        const double step = points[i].first - points[i - 1].first;
        length += step - 1.0 > gap_s ? 1.0 : step;
    }
    return length;
}

} // namespace

std::optional<Baseline> estimateBaseline(const SecondMeans& means, const AnalysisParameters& p,
                                         const std::optional<BaselineSpan>& chosen) {
    const double from = chosen ? chosen->from.count() : -p.baselineWindow_s;
    const double to = chosen ? chosen->to.count() : 0.0;
    const double level_s = chosen ? to - from : p.baselineLevel_s;
    std::vector<std::pair<double, double>> points;
    LineFit line;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        const double t = means.timeOf(i);
        if (t < from || t >= to || std::isnan(means.mean[i])) continue;
        points.emplace_back(t, means.mean[i]);
        line.add(t, means.mean[i]);
    }
    std::vector<std::pair<double, double>> ofLevel;
    std::vector<double> last;
    for (const auto& point : points) {
        if (point.first < to - level_s) continue;
        ofLevel.push_back(point);
        last.push_back(point.second);
    }
    if (last.size() < leastPoints || lengthOf(ofLevel, p.gap_s) < leastSeconds) return std::nullopt;

    Baseline b;
    b.restingOutput = {median(last)};
    b.slope_nl_per_min2 = line.slope() * 60.0;
    b.from = Seconds{std::max(from, points.front().first - 0.5)};
    b.to = Seconds{std::min(to, points.back().first + 0.5)};
    b.length = Seconds{lengthOf(points, p.gap_s)};
    // the slope of a shorter time is that of its noise, and would be carried on over ten minutes
    b.drifting =
        std::abs(b.slope_nl_per_min2) > p.baselineSlopeLimit && b.length.count() >= p.baselineLevel_s;
    b.level = b.drifting ? NanolitresPerMin{line.at(0.0)} : b.restingOutput;
    b.noise = {line.residualDeviation()};
    const double drift = b.length.count() < p.baselineLevel_s ? unseenDrift(b, p) : 0.0;
    b.volumeUncertainty = {std::hypot(integralUncertainty(points, b, level_s, p.window_s), drift) / 60.0 /
                           1000.0};
    return b;
}

BaselineMonitor::BaselineMonitor(const SettlingLimits& limits)
    : limits_(limits), window_(static_cast<std::size_t>(std::max(10.0, std::ceil(limits.window.count())))) {}

void BaselineMonitor::add(double time_s, double rate, std::optional<double> temperature_c,
                          std::optional<double> flow_sccm) {
    const auto bin = static_cast<std::int64_t>(std::floor(time_s));
    if (!began_) {
        began_ = time_s;
        bin_ = bin;
    }
    if (bin != bin_) {
        const auto mean = [&](double sum, std::size_t n) {
            return n > 0 ? sum / static_cast<double>(n) : missing;
        };
        window_.push_back(
            {mean(sum_.rate, counts_[0]), mean(sum_.temperature, counts_[1]), mean(sum_.flow, counts_[2])});
        const auto skipped =
            std::min<std::int64_t>(bin - bin_ - 1, static_cast<std::int64_t>(window_.capacity()));
        for (std::int64_t i = 0; i < skipped; ++i)
            window_.push_back({missing, missing, missing});
        sum_ = {};
        counts_ = {};
        bin_ = bin;
    }
    last_ = time_s;
    const auto take = [&](double& sum, std::size_t& n, double value) {
        if (std::isnan(value)) return;
        sum += value;
        ++n;
    };
    take(sum_.rate, counts_[0], rate);
    take(sum_.temperature, counts_[1], temperature_c.value_or(missing));
    take(sum_.flow, counts_[2], flow_sccm.value_or(missing));
}

BaselineMonitor::Verdict BaselineMonitor::verdict() const {
    if (!began_) return {false, "no samples yet"};
    if (last_ - *began_ < limits_.atLeast.count()) return {false, "recording the baseline"};
    LineFit rate, temperature;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    double leastFlow = least, mostFlow = -least, sumFlow = 0.0;
    std::size_t n = 0, flows = 0;
    for (std::size_t i = 0; i < window_.size(); ++i) {
        const Second& s = window_[i];
        rate.add(static_cast<double>(i), s.rate);
        temperature.add(static_cast<double>(i), s.temperature);
        if (!std::isnan(s.rate)) {
            least = std::min(least, s.rate);
            most = std::max(most, s.rate);
            ++n;
        }
        if (!std::isnan(s.flow)) {
            leastFlow = std::min(leastFlow, s.flow);
            mostFlow = std::max(mostFlow, s.flow);
            sumFlow += s.flow;
            ++flows;
        }
    }
    if (static_cast<double>(n) < 0.9 * static_cast<double>(window_.capacity()))
        return {false, "humidity samples are missing"};
    if (std::abs(rate.slope()) * 60.0 > limits_.slopeLimit_nl_per_min2)
        return {false,
                rate.slope() > 0 ? "the sweat rate is still rising" : "the sweat rate is still falling"};
    if (rate.residualDeviation() > limits_.spreadLimit.value) return {false, "the sweat rate is unsteady"};
    if (most - least > limits_.rangeLimit.value) return {false, "the sweat rate varies too much"};
    if (temperature.size() > 2 && std::abs(temperature.slope()) * 60.0 > limits_.temperatureDriftPerMin.value)
        return {false, "the capsule temperature is still changing"};
    if (flows > 0) {
        const double mean = sumFlow / static_cast<double>(flows);
        if (std::max(mostFlow - mean, mean - leastFlow) > limits_.flowTolerance * mean)
            return {false, "the gas flow is not steady"};
    }
    return {true, "settled"};
}

} // namespace eccrine::analysis
