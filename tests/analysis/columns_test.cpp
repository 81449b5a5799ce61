// SPDX-License-Identifier: GPL-3.0-or-later
// The quick ways over a column against the plain ones, sample by sample.
#include "analysis/columns.hpp"
#include "analysis/second_means.hpp"
#include "analysis/volume_integral.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace eccrine::analysis {
namespace {

struct Column {
    std::vector<double> time_s, value;
};

/// A noisy column with missing samples and holes in its times.
Column holed(unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(100.0, 10.0);
    std::uniform_real_distribution<double> part(0.0, 1.0);
    Column c;
    double t = -20.0;
    while (t < 130.0) {
        c.time_s.push_back(t);
        c.value.push_back(part(random) < 0.01 ? std::nan("") : noise(random));
        const double step = 0.0201 + 0.001 * part(random);
        t += part(random) < 0.002 ? 5.0 * part(random) + step : step;
    }
    return c;
}

class EachColumn : public testing::TestWithParam<unsigned> {};

TEST_P(EachColumn, VolumesInBlocksHaveTheBitsOfSingleSamples) {
    const Column c = holed(GetParam());
    VolumeIntegral single(0.0, 100.0, 2.0);
    for (std::size_t i = 0; i < c.value.size(); ++i)
        single.add(c.time_s[i], c.value[i]);
    ASSERT_GT(single.microlitres(), 0.1);
    for (const std::size_t block : {1U, 3U, 64U, 512U, 100000U}) {
        VolumeIntegral blocks(0.0, 100.0, 2.0);
        for (std::size_t i = 0; i < c.value.size(); i += block) {
            const std::size_t n = std::min<std::size_t>(block, c.value.size() - i);
            blocks.add(std::span(c.time_s).subspan(i, n), std::span(c.value).subspan(i, n));
        }
        EXPECT_EQ(blocks.microlitres(), single.microlitres()) << block;
        EXPECT_EQ(blocks.covered_s(), single.covered_s()) << block;
        EXPECT_EQ(blocks.gaps_s(), single.gaps_s()) << block;
    }
}

TEST_P(EachColumn, MeansOfSecondsHaveTheBitsOfTheStream) {
    const Column c = holed(GetParam());
    SecondMeans stream;
    for (std::size_t i = 0; i < c.value.size(); ++i)
        stream.add(c.time_s[i], c.value[i]);
    stream.finish();
    const SecondMeans quick = SecondBins(c.time_s, 0.0).means(c.value);
    ASSERT_EQ(quick.first, -20);
    EXPECT_EQ(quick.first, stream.first);
    ASSERT_EQ(quick.mean.size(), stream.mean.size());
    std::size_t empty = 0;
    for (std::size_t i = 0; i < quick.mean.size(); ++i) {
        empty += std::isnan(stream.mean[i]) ? 1U : 0U;
        if (std::isnan(stream.mean[i]))
            EXPECT_TRUE(std::isnan(quick.mean[i])) << i;
        else
            EXPECT_EQ(quick.mean[i], stream.mean[i]) << i;
    }
    EXPECT_LT(empty, quick.mean.size() / 2);
}

INSTANTIATE_TEST_SUITE_P(Seeds, EachColumn, testing::Range(1U, 9U));

TEST(SecondBins, OfNothingThereAreNoMeans) {
    EXPECT_TRUE(SecondBins({}, 0.0).means({}).mean.empty());
}

/// One value among twenty that are not found, at every place: lanes and rest.
class EachPlace : public testing::TestWithParam<std::size_t> {
protected:
    [[nodiscard]] static std::vector<double> with(double value) {
        std::vector<double> v;
        for (std::size_t i = 0; i < 20; ++i)
            v.push_back(1.0 + 0.001 * static_cast<double>(i));
        v[GetParam()] = value;
        return v;
    }
};

TEST_P(EachPlace, IsFoundAbove) {
    EXPECT_TRUE(anyAbove(with(2.1), 2.0));
    EXPECT_FALSE(anyAbove(with(2.0), 2.0));
    EXPECT_FALSE(anyAbove(with(std::nan("")), 2.0));
}

TEST_P(EachPlace, IsFoundBelow) {
    EXPECT_TRUE(anyBelow(with(0.4), 0.5));
    EXPECT_FALSE(anyBelow(with(0.5), 0.5));
    EXPECT_FALSE(anyBelow(with(std::nan("")), 0.5));
}

TEST_P(EachPlace, IsFoundMissing) {
    EXPECT_TRUE(anyMissing(with(std::nan(""))));
    EXPECT_FALSE(anyMissing(with(0.0)));
}

TEST_P(EachPlace, IsFoundRepeated) {
    const std::size_t at = GetParam();
    EXPECT_TRUE(anyRepeated(with(1.0 + 0.001 * static_cast<double>(at == 0 ? 1 : at - 1))));
    EXPECT_TRUE(anyRepeated(with(std::nan(""))));
    EXPECT_FALSE(anyRepeated(with(7.0)));
}

TEST_P(EachPlace, Jumps) {
    EXPECT_TRUE(anyJump(with(4.0), 2.0));
    EXPECT_TRUE(anyJump(with(-4.0), 2.0));
    EXPECT_FALSE(anyJump(with(2.5), 2.0));
    EXPECT_FALSE(anyJump(with(std::nan("")), 2.0));
}

TEST_P(EachPlace, BreaksARise) {
    EXPECT_FALSE(allRise(with(GetParam() == 0 ? 5.0 : 0.0)));
    EXPECT_FALSE(allRise(with(std::nan(""))));
    EXPECT_TRUE(allRise(with(1.0 + 0.001 * static_cast<double>(GetParam()))));
}

TEST_P(EachPlace, IsTheHighest) {
    EXPECT_EQ(highestOf(with(9.0)), 9.0);
    EXPECT_EQ(highestOf(with(std::nan(""))), GetParam() == 19 ? 1.018 : 1.019);
}

INSTANTIATE_TEST_SUITE_P(Places, EachPlace, testing::Range<std::size_t>(0, 20));

TEST(Columns, OfNothingNothingIsFound) {
    EXPECT_FALSE(anyAbove({}, 0.0));
    EXPECT_FALSE(anyMissing({}));
    EXPECT_FALSE(anyRepeated({}));
    EXPECT_FALSE(anyJump({}, 0.0));
    EXPECT_TRUE(allRise({}));
    EXPECT_LT(highestOf({}), -1e300);
}

TEST(Columns, SamplesWithinHaveBothEnds) {
    const std::vector<double> t{0.0, 1.0, 2.0, 3.0, 4.0};
    EXPECT_EQ(samplesWithin(t, 1.0, 3.0), std::pair(std::size_t{1}, std::size_t{4}));
    EXPECT_EQ(samplesWithin(t, 1.1, 1.9), std::pair(std::size_t{2}, std::size_t{2}));
    EXPECT_EQ(samplesWithin(t, 7.0, 9.0), std::pair(std::size_t{5}, std::size_t{5}));
}

} // namespace
} // namespace eccrine::analysis
