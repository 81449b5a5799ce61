// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/running_median.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace eccrine::analysis {
namespace {

/// By its definition: what is around a value, sorted anew.
double medianAround(const std::vector<double>& values, std::size_t i, std::size_t half) {
    std::vector<double> around;
    for (std::size_t k = i > half ? i - half : 0; k <= std::min(i + half, values.size() - 1); ++k)
        if (!std::isnan(values[k])) around.push_back(values[k]);
    if (around.empty()) return std::numeric_limits<double>::quiet_NaN();
    std::sort(around.begin(), around.end());
    return around[around.size() / 2];
}

void expectMedians(const std::vector<double>& values, std::size_t half) {
    const auto medians = runningMedian(values, half);
    ASSERT_EQ(medians.size(), values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = medianAround(values, i, half);
        if (std::isnan(expected))
            EXPECT_TRUE(std::isnan(medians[i])) << i;
        else
            EXPECT_EQ(medians[i], expected) << i;
    }
}

TEST(RunningMedian, IsTheMedianOfWhatIsAround) {
    std::mt19937 random(7);
    std::normal_distribution<double> noise;
    std::uniform_int_distribution<int> coarse(-2, 2);
    std::vector<double> wandering, repeated;
    double at = 0.0;
    for (int i = 0; i < 400; ++i) {
        at += noise(random);
        wandering.push_back(at);
        repeated.push_back(coarse(random));
    }
    for (const std::size_t half : {0U, 1U, 7U, 30U, 500U}) {
        expectMedians(wandering, half);
        expectMedians(repeated, half);
    }
}

TEST(RunningMedian, AMissingValueDoesNotCount) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    std::mt19937 random(11);
    std::normal_distribution<double> noise;
    std::vector<double> values;
    for (int i = 0; i < 200; ++i)
        values.push_back(i % 3 == 1 || (i > 80 && i < 150) ? none : noise(random));
    expectMedians(values, 30);
    expectMedians({none, none}, 30);
    EXPECT_TRUE(runningMedian({}, 30).empty());
}

} // namespace
} // namespace eccrine::analysis
