// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/lag_correction.hpp"

#include "analysis/fourier.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <complex>
#include <limits>
#include <numbers>
#include <string>

namespace eccrine::analysis {
namespace {

constexpr double ringingDeviations = 3.0, ringingTime_s = 5.0;
constexpr int smoothing_s = 5;

/// Net of the baseline, holes bridged by lines. Empty when there are too many.
std::optional<std::vector<double>> netOf(const SecondMeans& means, const Baseline& baseline) {
    std::vector<double> net;
    std::size_t missing = 0;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        net.push_back(means.mean[i] - baseline.at(means.timeOf(i)));
        if (std::isnan(net.back())) ++missing;
    }
    if (net.size() < 60 || missing * 10 > net.size()) return std::nullopt;
    for (std::size_t i = 0; i < net.size(); ++i) {
        if (!std::isnan(net[i])) continue;
        std::size_t end = i;
        while (end < net.size() && std::isnan(net[end]))
            ++end;
        const double after = end < net.size() ? net[end] : (i > 0 ? net[i - 1] : 0.0);
        const double before = i > 0 ? net[i - 1] : after;
        const double steps = static_cast<double>(end - i + 1);
        for (std::size_t k = i; k < end; ++k)
            net[k] = before + (after - before) * static_cast<double>(k - i + 1) / steps;
        i = end;
    }
    return net;
}

/// What delay, capsule and sensor make of each frequency of a transform of 1 s means. It depends on the lag
/// alone: the sites of a test share it, and so do the recordings of an archive. Each thread keeps the last.
const std::vector<std::complex<double>>& responseOf(const Lag& lag, std::size_t size) {
    thread_local std::vector<std::complex<double>> kept;
    thread_local Lag of;
    if (kept.size() == size / 2 + 1 && of == lag) return kept;
    kept.clear();
    of = lag;
    for (std::size_t i = 0; i < size / 2 + 1; ++i) {
        const double omega =
            2.0 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(size); // per s
        const std::complex<double> first(1.0, omega * lag.first_s), second(1.0, omega * lag.second_s);
        kept.push_back(std::polar(1.0, -omega * lag.delay_s) / (first * second));
    }
    return kept;
}

double deviation(const std::vector<double>& values) {
    double mean = 0.0, sum = 0.0;
    for (const double v : values)
        mean += v / static_cast<double>(values.size());
    for (const double v : values)
        sum += (v - mean) * (v - mean);
    return values.size() > 1 ? std::sqrt(sum / static_cast<double>(values.size() - 1)) : 0.0;
}

} // namespace

std::optional<CorrectedCurve> correctLag(const SecondMeans& means, const Baseline& baseline, double peak,
                                         const Lag& lag, double window_s) {
    if (!(lag.sum() > 0.0) || !(peak > 0.0)) return std::nullopt;
    const auto net = netOf(means, baseline);
    if (!net) return std::nullopt;
    const std::size_t n = net->size();
    // mirrored on both sides: no jump at the ends that would ring through the record
    constexpr std::size_t mirrored_s = 300; // many times the lag
    const std::size_t before = std::min(mirrored_s, n);
    const std::size_t size = std::bit_ceil(n + 2 * mirrored_s); // a power of two is the quickest to plan
    std::vector<double> padded(size);
    for (std::size_t i = 0, k = 2 * n - before; i < size; ++i) { // the record lies from `before` on
        k = k < 2 * n ? k : 0;
        padded[i] = (*net)[k < n ? k : 2 * n - 1 - k];
        ++k;
    }
    CorrectedCurve out;
    out.lambda = baseline.noise.value * baseline.noise.value / (peak * peak);
    RealTransform transform(size);
    auto spectrum = transform.forward(padded);
    const auto& response = responseOf(lag, size);
    for (std::size_t i = 0; i < spectrum.size(); ++i)
        spectrum[i] *= std::conj(response[i]) * ((1.0 + out.lambda) / (std::norm(response[i]) + out.lambda));
    const auto corrected = transform.backward(spectrum);

    out.means = means;
    std::vector<double> still;
    for (std::size_t i = 0; i < n; ++i) {
        const double value = corrected[before + i];
        out.means.mean[i] = value + baseline.at(means.timeOf(i));
        if (means.timeOf(i) < 0.0 && means.timeOf(i) > -baseline.length.count()) still.push_back(value);
    }
    const double noise = deviation(still);
    double sum = 0.0, below = 0.0;
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < n; ++i) {
        const double t = means.timeOf(i);
        sum += corrected[before + i] - (i >= smoothing_s ? corrected[before + i - smoothing_s] : 0.0);
        const double middle = t - (smoothing_s - 1) / 2.0;
        if (i + 1 >= smoothing_s && middle >= 0.0 && middle <= window_s && sum / smoothing_s > highest) {
            highest = sum / smoothing_s;
            out.peakTime = Seconds{middle};
        }
        below = t >= 0.0 && t <= window_s && corrected[before + i] < -ringingDeviations * noise ? below + 1.0
                                                                                                : 0.0;
        if (below > ringingTime_s && out.rejected.empty())
            out.rejected = "the lag-corrected curve rings below the baseline at " +
                           std::to_string(static_cast<int>(t)) +
                           " s; the constants of the channel may be wrong";
    }
    if (!std::isfinite(highest)) return std::nullopt;
    out.peak = {highest};
    return out;
}

namespace {

/// Response to a step of height 1 at 0.
double stepThrough(double t, double delay, double slow, double fast) {
    const double x = t - delay;
    if (x <= 0.0) return 0.0;
    const auto one = [&](double tau) { return tau > 0.0 ? 1.0 - std::exp(-x / tau) : 1.0; };
    if (!(fast > 0.0)) return one(slow);
    if (std::abs(slow - fast) < 1e-3 * slow) return 1.0 - (1.0 + x / slow) * std::exp(-x / slow);
    return 1.0 - (slow * std::exp(-x / slow) - fast * std::exp(-x / fast)) / (slow - fast);
}

struct StepFit {
    double sum = std::numeric_limits<double>::infinity(), level = 0.0, height = 0.0;
};

/// Level and height follow from the constants by linear regression.
StepFit regress(const std::vector<double>& time, const std::vector<double>& value, double delay, double slow,
                double fast) {
    double su = 0.0, sy = 0.0, suu = 0.0, suy = 0.0, syy = 0.0;
    const auto n = static_cast<double>(time.size());
    for (std::size_t i = 0; i < time.size(); ++i) {
        const double u = stepThrough(time[i], delay, slow, fast);
        su += u;
        sy += value[i];
        suu += u * u;
        suy += u * value[i];
        syy += value[i] * value[i];
    }
    const double own = suu - su * su / n;
    StepFit fit;
    if (!(own > 0.0)) return fit;
    fit.height = (suy - su * sy / n) / own;
    fit.level = (sy - fit.height * su) / n;
    fit.sum = std::max(0.0, syy - sy * sy / n - fit.height * fit.height * own);
    return fit;
}

/// Noise of one value, from what neighbours differ by: the step itself is slower than that, and a few
/// outliers do not move a median.
double noiseOf(const std::vector<double>& value) {
    constexpr double medianOfNormal = 0.6745;
    std::vector<double> differences;
    differences.reserve(value.size());
    for (std::size_t i = 1; i < value.size(); ++i)
        differences.push_back(std::abs(value[i] - value[i - 1]));
    const auto middle = differences.begin() + static_cast<std::ptrdiff_t>(differences.size() / 2);
    std::nth_element(differences.begin(), middle, differences.end());
    return *middle / medianOfNormal / std::numbers::sqrt2;
}

/// The usual distance of two samples.
double intervalOf(const std::vector<double>& time) {
    std::vector<double> intervals;
    intervals.reserve(time.size());
    for (std::size_t i = 1; i < time.size(); ++i)
        intervals.push_back(time[i] - time[i - 1]);
    const auto middle = intervals.begin() + static_cast<std::ptrdiff_t>(intervals.size() / 2);
    std::nth_element(intervals.begin(), middle, intervals.end());
    return *middle;
}

std::string oneDecimal(double value) {
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value,
                                            std::chars_format::fixed, value < 0.095 ? 3 : 1);
    return {digits.data(), error == std::errc{} ? end : digits.data()};
}

// A sample off the fit by so many times the noise, and by this part of the step, is no noise.
constexpr double outlierDeviations = 8.0, outlierPart = 0.05;
// The whole record off the fit by so many times the noise, and by this part of the step, is no such step.
constexpr double misfitDeviations = 3.0, misfitPart = 0.025;

/// What one or two lags behind a step cannot have made: outliers, or a course of another kind.
Done checkFit(const std::vector<double>& time, const std::vector<double>& value,
              const std::vector<double>& fitted, double height, double residual) {
    const double noise = noiseOf(value);
    const double limit = std::max(outlierDeviations * noise, outlierPart * std::abs(height));
    std::size_t outliers = 0, worst = 0;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const auto off = [&](std::size_t k) { return std::abs(value[k] - fitted[k]); };
        if (off(i) > limit) ++outliers;
        if (off(i) > off(worst)) worst = i;
    }
    if (outliers > 0)
        return failed(std::to_string(outliers) + (outliers == 1 ? " sample does" : " samples do") +
                          " not belong to the step, the worst at " + oneDecimal(time[worst]) +
                          " s from it and off by " +
                          oneDecimal(100.0 * std::abs((value[worst] - fitted[worst]) / height)) +
                          " % of its height",
                      "step response", "repeat the step without touching capsule or tubes");
    if (residual > misfitDeviations * noise && residual > misfitPart * std::abs(height))
        return failed("the record is not that of one step: what the fit leaves is " +
                          oneDecimal(100.0 * residual / std::abs(height)) + " % of its height",
                      "step response", "repeat it, or end the record before the next step");
    return {};
}

} // namespace

Result<StepResponse> fitStep(const std::vector<double>& time, const std::vector<double>& value) {
    if (time.size() != value.size() || time.size() < 20 || !(time.back() > 0.0))
        return failed("there are too few samples around the step", "step response",
                      "record at least 10 s before and 60 s after it");
    const double length = time.back();
    // Pattern search from a coarse grid: three constants, a smooth sum, no derivatives needed.
    struct Point {
        double delay, slow, fast;
    };
    const auto sumOf = [&](const Point& p) {
        if (p.delay < 0.0 || p.slow < 0.0 || p.fast < 0.0 || p.fast > p.slow) return StepFit{};
        return regress(time, value, p.delay, p.slow, p.fast);
    };
    const auto search = [&](bool two) {
        Point best{0.0, 1.0, 0.0};
        double least = std::numeric_limits<double>::infinity();
        for (double delay = 0.0; delay < 0.3 * length; delay += 0.02 * length)
            for (double slow = 0.005 * length; slow < 0.5 * length; slow *= 1.4)
                for (const double part : {0.0, 0.2, 0.6}) {
                    if (!two && part > 0.0) continue;
                    const Point p{delay, slow, part * slow};
                    if (const double sum = sumOf(p).sum; sum < least) {
                        least = sum;
                        best = p;
                    }
                }
        for (double step = 0.02 * length; step > 1e-5 * length;) {
            bool better = false;
            for (int direction = 0; direction < 27; ++direction) { // diagonals too: the constants trade off
                const int d = direction % 3 - 1;
                const int l = direction / 3 % 3 - 1;
                const int f = direction / 9 - 1;
                const Point p{best.delay + step * d, best.slow + step * l, two ? best.fast + step * f : 0.0};
                if (const double sum = sumOf(p).sum; sum < least) {
                    least = sum;
                    best = p;
                    better = true;
                }
            }
            if (!better) step *= 0.5;
        }
        return std::pair(best, least);
    };
    const auto [one, oneSum] = search(false);
    const auto [two, twoSum] = search(true);
    // a second constant has to earn its place: F of one parameter beyond chance, and to be one that samples
    // so far apart can show
    const double freedom = static_cast<double>(time.size()) - 5.0;
    constexpr double significant = 20.0;
    const double interval = intervalOf(time);
    const bool needed = (oneSum - twoSum) > significant * twoSum / freedom && two.fast >= interval;
    const Point chosen = needed ? two : one;
    const StepFit fit = sumOf(chosen);
    const double residual = std::sqrt(fit.sum / freedom);
    StepResponse out{Seconds{chosen.delay}, Seconds{chosen.slow}, Seconds{chosen.fast},
                     residual / std::abs(fit.height)};
    if (!(out.residual < 0.2))
        return failed("no step can be seen in the record", "step response",
                      "check that the capsule was lifted or seated at the time given");
    std::vector<double> fitted;
    fitted.reserve(time.size());
    for (const double t : time)
        fitted.push_back(fit.level + fit.height * stepThrough(t, chosen.delay, chosen.slow, chosen.fast));
    if (auto done = checkFit(time, value, fitted, fit.height, residual); !done)
        return tl::unexpected(done.error());
    if (chosen.slow < interval)
        return failed("the time constant of " + oneDecimal(chosen.slow) +
                          " s is shorter than the interval of the samples, " + oneDecimal(interval) +
                          " s, and cannot be known from them",
                      "step response", "record faster, or check that this is the outlet hygrometer");
    if (length < chosen.delay + 4.0 * (chosen.slow + chosen.fast))
        return failed("the record ends before the step is over", "step response",
                      "record at least five time constants after it");
    return out;
}

} // namespace eccrine::analysis
