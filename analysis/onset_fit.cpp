// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/onset_fit.hpp"

#include "analysis/four_shapes.hpp"
#include "analysis/vector_clones.hpp"

#include <array>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

constexpr double seenStep_s = 0.1;
constexpr std::size_t perHalf = 5; // such steps in 0.5 s
constexpr double never = std::numeric_limits<double>::infinity();

struct Sums {
    double u = 0.0, ut = 0.0, uu = 0.0, ur = 0.0;
};

/// In four lanes whatever the processor has, so that the sums have the same bits everywhere.
ECCRINE_VECTOR_CLONES void addUp(const double* weight, const double* time, const double* residual,
                                 const double* shape, std::size_t n, Sums* out) noexcept {
    constexpr std::size_t lanes = 4;
    std::array<double, lanes> u{}, ut{}, uu{}, ur{};
    std::size_t i = 0;
    for (; i + lanes <= n; i += lanes)
        for (std::size_t k = 0; k < lanes; ++k) {
            const double s = shape[i + k] * weight[i + k];
            u[k] += s;
            ut[k] += s * time[i + k];
            uu[k] += s * shape[i + k];
            ur[k] += s * residual[i + k];
        }
    for (; i < n; ++i) {
        const double s = shape[i] * weight[i];
        u[0] += s;
        ut[0] += s * time[i];
        uu[0] += s * shape[i];
        ur[0] += s * residual[i];
    }
    const auto total = [](const std::array<double, lanes>& a) { return (a[0] + a[1]) + (a[2] + a[3]); };
    *out = {total(u), total(ut), total(uu), total(ur)};
}

ECCRINE_VECTOR_CLONES void addProducts(const double* a, const double* b, std::size_t n,
                                       double* out) noexcept {
    std::array<double, 8> sum{};
    std::size_t i = 0;
    for (; i + 8 <= n; i += 8)
        for (std::size_t k = 0; k < 8; ++k)
            sum[k] += a[i + k] * b[i + k];
    for (; i < n; ++i)
        sum[0] += a[i] * b[i];
    *out = ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

} // namespace

Lag lagOf(const CapsuleConstants& c, const AnalysisParameters& p) {
    if (!p.lagCorrection) return {};
    const auto seconds = [](const std::optional<Seconds>& s) { return s ? s->count() : 0.0; };
    return {seconds(c.washout), seconds(c.sensorLag), seconds(c.transportDelay)};
}

void SeenShape::Run::push(double u) {
    if (sum.empty()) sum = squares = moment = {0.0};
    const auto i = static_cast<double>(values.size());
    values.push_back(u);
    sum.push_back(sum.back() + u);
    squares.push_back(squares.back() + u * u);
    moment.push_back(moment.back() + i * u);
}

std::vector<double> momentsSeen(const Lag& lag, double until_s) {
    std::vector<double> out(static_cast<std::size_t>(until_s / seenStep_s) + 4 * perHalf);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = (static_cast<double>(i) + 0.5) * seenStep_s - lag.delay_s;
    return out;
}

SeenShape seenThrough(const Lag& lag, double until_s, const std::function<double(double)>& course) {
    std::vector<double> values = momentsSeen(lag, until_s);
    for (double& x : values)
        x = x > 0.0 ? course(x) : 0.0;
    return seenThrough(lag, values);
}

SeenShape seenThrough(const Lag& lag, std::span<const double> course) {
    const std::size_t n = course.size();
    const auto keep = [&](double tau) { return tau > 0.0 ? std::exp(-seenStep_s / tau) : 0.0; };
    const double keepFirst = keep(lag.first_s);
    const double keepSecond = keep(lag.second_s);
    std::vector<double> sum(n + 1, 0.0); // running integral of what is seen, for exact one-second means
    double first = 0.0, second = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
        first = course[i] + (first - course[i]) * keepFirst;
        second = first + (second - first) * keepSecond;
        sum[i + 1] = sum[i] + second * seenStep_s;
    }
    SeenShape seen;
    for (std::size_t k = 0; (k + 1) * perHalf <= n; ++k) {
        const std::size_t to = (k + 1) * perHalf;                // x + 0.5 s
        const std::size_t from = k == 0 ? 0 : (k - 1) * perHalf; // x − 0.5 s; before the onset it is zero
        (k % 2 == 0 ? seen.whole : seen.half).push(sum[to] - sum[from]);
    }
    return seen;
}

LineAndShape::LineAndShape(const SecondMeans& means, double from_s, double to_s) {
    const auto n = static_cast<std::int64_t>(means.mean.size());
    const auto begin =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(std::ceil(from_s)) - means.first, 0, n);
    const auto end =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(std::floor(to_s)) - means.first, begin, n);
    const auto size = static_cast<std::size_t>(end - begin);
    first_s_ = means.timeOf(static_cast<std::size_t>(begin));
    double sumTime = 0.0, sumRate = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        const double rate = means.mean[static_cast<std::size_t>(begin) + i];
        if (std::isnan(rate)) continue;
        ++count_;
        sumTime += first_s_ + static_cast<double>(i);
        sumRate += rate;
    }
    if (count_ == 0) return;
    const double meanTime = sumTime / static_cast<double>(count_);
    const double meanRate = sumRate / static_cast<double>(count_);
    weight_.assign(size, 0.0);
    time_.assign(size, 0.0);
    residual_.assign(size, 0.0);
    double sxy = 0.0;
    for (std::size_t i = 0; i < size; ++i) {
        const double rate = means.mean[static_cast<std::size_t>(begin) + i];
        if (std::isnan(rate)) continue;
        weight_[i] = 1.0;
        time_[i] = first_s_ + static_cast<double>(i) - meanTime;
        residual_[i] = rate - meanRate;
        sxx_ += time_[i] * time_[i];
        sxy += time_[i] * residual_[i];
    }
    const double slope = sxx_ > 0.0 ? sxy / sxx_ : 0.0;
    meanRate_ = meanRate;
    slope_ = slope;
    for (std::size_t i = 0; i < size; ++i) {
        residual_[i] -= slope * time_[i];
        lineSum_ += residual_[i] * residual_[i];
    }
}

LineAndShape::Meeting LineAndShape::meet(double h_s, std::size_t whole, std::size_t half) const {
    // seconds are at first_s_ + i, h is on the half seconds: the shape is met at 0, 1, ... or at 0.5, 1.5,
    // ...
    const double distance = h_s - first_s_;
    const double steps = std::ceil(distance);
    Meeting met{steps - distance < 0.25, static_cast<std::size_t>(std::max(0.0, steps)),
                steps < 0.0 ? static_cast<std::size_t>(-steps) : 0, 0};
    const std::size_t length = met.whole ? whole : half;
    if (met.begin < weight_.size() && met.skipped < length)
        met.n = std::min(weight_.size() - met.begin, length - met.skipped);
    return met;
}

double LineAndShape::sumFrom(double h_s, const SeenShape& shape) const {
    const auto [whole, begin, skipped, n] = meet(h_s, shape.whole.values.size(), shape.half.values.size());
    if (n == 0) return never;
    const SeenShape::Run& met = whole ? shape.whole : shape.half;
    Sums s;
    if (count_ == weight_.size()) { // no second is missing: all but one of the sums are known beforehand
        const auto between = [&met, at = skipped,
                              to = skipped + n](std::vector<double> SeenShape::Run::*run) {
            return (met.*run)[to] - (met.*run)[at];
        };
        s.u = between(&SeenShape::Run::sum);
        s.uu = between(&SeenShape::Run::squares);
        s.ut = (time_[begin] - static_cast<double>(skipped)) * s.u + between(&SeenShape::Run::moment);
        addProducts(residual_.data() + begin, met.values.data() + skipped, n, &s.ur);
    } else {
        addUp(weight_.data() + begin, time_.data() + begin, residual_.data() + begin,
              met.values.data() + skipped, n, &s);
    }
    // what the line cannot explain of the shape
    const double own =
        s.uu - s.u * s.u / static_cast<double>(count_) - (sxx_ > 0.0 ? s.ut * s.ut / sxx_ : 0.0);
    if (!(own > 1e-9 * s.uu) || !(s.ur > 0.0)) return never;
    return std::max(0.0, lineSum_ - s.ur * s.ur / own);
}

std::array<double, 4> LineAndShape::sumsFrom(double h_s, const FourShapes& shapes) const {
    constexpr std::size_t lanes = 4;
    const auto [whole, begin, skipped, n] =
        meet(h_s, shapes.whole.values.size() / lanes, shapes.half.values.size() / lanes);
    if (n == 0) return {never, never, never, never};
    const FourShapes::Run& met = whole ? shapes.whole : shapes.half;
    FourMeeting m;
    m.residual = residual_.data() + begin;
    m.values = met.values.data() + skipped * lanes;
    m.n = n;
    m.perCount = 1.0 / static_cast<double>(count_);
    m.perSxx = sxx_ > 0.0 ? 1.0 / sxx_ : 0.0;
    m.lineSum = lineSum_;
    if (count_ == weight_.size()) { // as above
        const double distance = time_[begin] - static_cast<double>(skipped);
        for (std::size_t k = 0; k < lanes; ++k) {
            const std::size_t from = skipped * lanes + k, to = from + n * lanes;
            m.u[k] = met.sum[to] - met.sum[from];
            m.uu[k] = met.squares[to] - met.squares[from];
            m.ut[k] = distance * m.u[k] + met.moment[to] - met.moment[from];
        }
    } else {
        addUpFour(weight_.data() + begin, time_.data() + begin, m);
    }
    return remainders(m);
}

FittedCourse LineAndShape::courseFrom(double h_s, const SeenShape& shape) const {
    std::vector<double> u(weight_.size(), 0.0);
    double sum = 0.0, withTime = 0.0, square = 0.0, withRate = 0.0;
    for (std::size_t i = 0; i < u.size(); ++i) {
        const double x = first_s_ + static_cast<double>(i) - h_s;
        if (x < -0.25) continue;
        const auto at = static_cast<std::size_t>(std::lround(2.0 * x)); // half seconds after the onset
        const auto& met = at % 2 == 0 ? shape.whole : shape.half;
        if (at / 2 < met.values.size()) u[i] = weight_[i] * met.values[at / 2];
        sum += u[i];
        withTime += u[i] * time_[i];
        square += u[i] * u[i];
        withRate += u[i] * residual_[i];
    }
    const double mean = sum / static_cast<double>(count_);
    const double slope = sxx_ > 0.0 ? withTime / sxx_ : 0.0;
    const double height = withRate / (square - sum * mean - slope * withTime);
    FittedCourse course{first_s_, std::vector<double>(u.size(), std::numeric_limits<double>::quiet_NaN())};
    for (std::size_t i = 0; i < u.size(); ++i)
        if (weight_[i] > 0.0)
            course.rate_nl_per_min[i] =
                meanRate_ + slope_ * time_[i] + height * (u[i] - mean - slope * time_[i]);
    return course;
}

double LineAndShape::significance(double sum) const {
    constexpr double parameters = 4.0;
    const double freedom = static_cast<double>(count_) - parameters;
    if (!(freedom > 0.0) || !(sum < lineSum_)) return 0.0;
    return sum > 0.0 ? (lineSum_ - sum) / 2.0 / (sum / freedom) : never;
}

std::optional<double> riseTo(double fraction, const SecondMeans& means, const Baseline& b, double peak) {
    const auto net = [&](std::size_t i) { return means.mean[i] - b.at(means.timeOf(i)); };
    constexpr std::size_t smooth = 5, stay = 10;
    const double staysAbove = 0.8 * fraction * peak;
    for (std::size_t i = 0; i + smooth + stay <= means.mean.size(); ++i) {
        if (means.timeOf(i) < 0.0) continue;
        double sum = 0.0;
        for (std::size_t k = i; k < i + smooth; ++k)
            sum += net(k);
        if (!(sum / smooth >= fraction * peak)) continue;
        bool stays = true;
        for (std::size_t k = i; k < i + stay; ++k)
            stays = stays && !(net(k) < staysAbove);
        if (stays) return means.timeOf(i) + smooth / 2.0;
    }
    return std::nullopt;
}

} // namespace eccrine::analysis
