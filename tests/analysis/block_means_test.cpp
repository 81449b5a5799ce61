// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/block_means.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace eccrine::analysis {
namespace {

/// By its definition, with a wider sum.
double meanOf(const std::vector<double>& values, std::size_t begin, std::size_t end) {
    long double sum = 0.0L;
    int count = 0;
    for (std::size_t i = begin; i < end; ++i)
        if (!std::isnan(values[i])) {
            sum += values[i];
            ++count;
        }
    return count > 0 ? static_cast<double>(sum / count) : std::numeric_limits<double>::quiet_NaN();
}

/// Blocks of all lengths, of two samples many in a row, from sample 3 on.
std::vector<std::size_t> endsOfBlocks() {
    std::vector<std::size_t> ends;
    std::size_t end = 3;
    for (std::size_t length = 1; length < 40; ++length)
        ends.push_back(end += length);
    for (int i = 0; i < 11; ++i)
        ends.push_back(end += 2);
    ends.push_back(end += 1000);
    return ends;
}

TEST(BlockMeans, AreThoseOfWhatIsThereInAnyNumberOfColumns) {
    const std::vector<std::size_t> ends = endsOfBlocks();
    std::mt19937 random(3);
    std::normal_distribution<double> noise(30.0, 2.0);
    std::bernoulli_distribution lost(0.3);
    constexpr std::size_t most = 7;
    std::vector<std::vector<double>> columns(most, std::vector<double>(ends.back()));
    for (std::size_t c = 0; c < most; ++c)
        for (double& v : columns[c])
            v = c % 2 == 1 && lost(random) ? std::numeric_limits<double>::quiet_NaN() : noise(random);
    for (std::size_t count = 1; count <= most; ++count) {
        std::vector<std::vector<double>> means(count, std::vector<double>(ends.size()));
        std::vector<const double*> from;
        std::vector<double*> to;
        for (std::size_t c = 0; c < count; ++c) {
            from.push_back(columns[c].data());
            to.push_back(means[c].data());
        }
        blockMeans(from.data(), count, 3, ends.data(), ends.size(), to.data());
        for (std::size_t c = 0; c < count; ++c)
            for (std::size_t b = 0; b < ends.size(); ++b) {
                const double expected = meanOf(columns[c], b == 0 ? 3 : ends[b - 1], ends[b]);
                if (std::isnan(expected))
                    EXPECT_TRUE(std::isnan(means[c][b])) << c << " " << b;
                else
                    EXPECT_NEAR(means[c][b], expected, 1e-12) << c << " " << b;
            }
    }
}

} // namespace
} // namespace eccrine::analysis
