// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/four_shapes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace eccrine::analysis {
namespace {

SecondMeans noisyRise(bool withHoles) {
    std::mt19937 random(5);
    std::normal_distribution<double> noise(0.0, 3.0);
    SecondMeans means;
    means.first = -180;
    for (int i = 0; i < 330; ++i) {
        const double t = i - 180 + 0.5;
        means.mean.push_back(40.0 + (t > 90.0 ? 2.0 * (t - 90.0) : 0.0) + noise(random));
        if (withHoles && i % 17 == 4) means.mean.back() = std::numeric_limits<double>::quiet_NaN();
    }
    return means;
}

/// c0 + c1·t + c2·u by the normal equations of three unknowns, with no use of what the class knows
/// beforehand.
double sumBySolving(const SecondMeans& means, double from_s, double to_s, double h_s,
                    const SeenShape& shape) {
    std::vector<std::array<long double, 3>> rows;
    std::vector<long double> rates;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        const double t = means.timeOf(i);
        if (t < from_s || t > to_s || std::isnan(means.mean[i])) continue;
        const auto halves = std::lround(2.0 * (t - h_s));
        const auto& run = halves % 2 == 0 ? shape.whole : shape.half;
        const double u = halves >= 0 ? run.values.at(static_cast<std::size_t>(halves / 2)) : 0.0;
        rows.push_back({1.0L, t, u});
        rates.push_back(means.mean[i]);
    }
    std::array<std::array<long double, 4>, 3> a{};
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t r = 0; r < 3; ++r) {
            for (std::size_t c = 0; c < 3; ++c)
                a[r][c] += rows[i][r] * rows[i][c];
            a[r][3] += rows[i][r] * rates[i];
        }
    for (std::size_t p = 0; p < 3; ++p)
        for (std::size_t r = 0; r < 3; ++r) {
            if (r == p) continue;
            const long double part = a[r][p] / a[p][p];
            for (std::size_t c = 0; c < 4; ++c)
                a[r][c] -= part * a[p][c];
        }
    if (a[2][3] / a[2][2] <= 0.0L) return std::numeric_limits<double>::infinity(); // the shape falls
    long double sum = 0.0L;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        long double off = rates[i];
        for (std::size_t c = 0; c < 3; ++c)
            off -= rows[i][c] * a[c][3] / a[c][c];
        sum += off * off;
    }
    return static_cast<double>(sum);
}

TEST(FourShapes, LeaveTheSumsOfAFitOfEach) {
    const Lag lag{0.6, 4.0, 1.2};
    std::vector<SeenShape> shapes;
    for (const double rise_s : {30.0, 75.0, 160.0, 600.0})
        shapes.push_back(
            seenThrough(lag, 160.0, [=](double x) { return 1.0 - std::exp(-std::pow(x / rise_s, 1.4)); }));
    const FourShapes four(shapes);
    for (const bool withHoles : {false, true}) {
        const SecondMeans means = noisyRise(withHoles);
        const LineAndShape fit(means, -180.0, 140.0);
        for (double h_s = 0.0; h_s <= 135.0; h_s += 0.5) {
            const auto sums = fit.sumsFrom(h_s, four);
            for (std::size_t k = 0; k < sums.size(); ++k) {
                const double expected = sumBySolving(means, -180.0, 140.0, h_s, shapes[k]);
                if (std::isinf(expected))
                    EXPECT_TRUE(std::isinf(sums[k])) << h_s << " " << k;
                else
                    EXPECT_NEAR(sums[k], expected, 1e-9 * expected) << h_s << " " << k;
                EXPECT_EQ(std::isinf(sums[k]), std::isinf(fit.sumFrom(h_s, shapes[k])));
            }
        }
        EXPECT_TRUE(std::isinf(fit.sumsFrom(500.0, four)[0])); // behind the curve
    }
}

} // namespace
} // namespace eccrine::analysis
