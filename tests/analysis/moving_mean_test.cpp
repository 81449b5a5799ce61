// SPDX-License-Identifier: GPL-3.0-or-later
// The moving mean against one that is computed anew for each sample.
#include "analysis/moving_mean.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <vector>

namespace eccrine::analysis {
namespace {

struct Samples {
    double width_s = 0.0;
    double jitter_s = 0.0;
    bool holes = false;
};

class MovingMeans : public testing::TestWithParam<Samples> {};

TEST_P(MovingMeans, AreThoseOfTheSamplesWithinHalfTheWidth) {
    const auto [width_s, jitter_s, holes] = GetParam();
    std::mt19937 random(3);
    std::normal_distribution<double> noise(40.0, 5.0);
    std::uniform_real_distribution<double> part(0.0, 1.0);
    std::vector<double> time, value;
    for (int i = 0; i < 4000; ++i) {
        if (holes && i % 1500 > 1400) continue;
        time.push_back(i / 100.0 + jitter_s * part(random)); // as decimals are rounded
        value.push_back(holes && part(random) < 0.001 ? std::nan("") : noise(random));
    }
    MovingMean smooth(time, value, width_s, 0.5);
    std::array<double, MovingMean::block> means{};
    const std::size_t first = 100;
    for (std::size_t begin = first; begin < time.size(); begin += means.size()) {
        const std::size_t n = std::min(means.size(), time.size() - begin);
        smooth.means(begin, std::span(means).first(n));
        for (std::size_t i = begin; i < begin + n; ++i) {
            double sum = 0.0, count = 0.0;
            for (std::size_t k = 0; k < time.size(); ++k) {
                if (time[k] < time[i] - 0.5 * width_s || time[k] > time[i] + 0.5 * width_s) continue;
                if (std::isnan(value[k])) continue;
                sum += value[k];
                count += 1.0;
            }
            const double mean = means[i - begin]; // NOLINT(cppcoreguidelines-pro-bounds-constant-array-index)
            if (std::isnan(mean))
                EXPECT_LT(count, 0.5 * width_s * 100.0 + 1.0) << i;
            else
                ASSERT_NEAR(mean, sum / count, 1e-11) << i;
        }
    }
}

// ends that fall between samples, on samples, and now on this one and now on that
INSTANTIATE_TEST_SUITE_P(Widths, MovingMeans,
                         testing::Values(Samples{5.005, 0.0, false}, Samples{5.0, 0.0, false},
                                         Samples{5.0, 0.009, false}, Samples{5.005, 0.004, true},
                                         Samples{0.5, 0.0, true}, Samples{0.005, 0.0, false}));

} // namespace
} // namespace eccrine::analysis
