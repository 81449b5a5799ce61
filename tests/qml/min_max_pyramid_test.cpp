// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/curve/min_max_pyramid.hpp"

#include <gtest/gtest.h>

#include <random>

namespace eccrine::ui {
namespace {

const float missing = std::numeric_limits<float>::quiet_NaN();

/// Uneven steps and a few missing samples, the same each time.
MinMaxPyramid unevenCurve(std::size_t samples) {
    std::mt19937 random(7);
    std::uniform_real_distribution<double> step(0.0005, 0.0025);
    std::normal_distribution<float> value(50.0F, 20.0F);
    MinMaxPyramid curve;
    double t = 0.0;
    for (std::size_t i = 0; i < samples; ++i) {
        t += step(random);
        curve.append(t, random() % 97 == 0 ? missing : value(random));
    }
    return curve;
}

/// The definition, sample by sample.
ColumnExtent bruteForce(const MinMaxPyramid& curve, double from_s, double to_s) {
    ColumnExtent e;
    std::size_t samples = 0;
    for (std::size_t i = 0; i < curve.size(); ++i) {
        if (curve.time(i) < from_s || curve.time(i) >= to_s) continue;
        ++samples;
        const float v = curve.value(i);
        if (std::isnan(v)) {
            e.gap = true;
            continue;
        }
        if (std::isnan(e.first)) e.first = e.minimum = e.maximum = v;
        e.minimum = std::min(e.minimum, v);
        e.maximum = std::max(e.maximum, v);
        e.last = v;
    }
    e.count = std::isnan(e.first) ? 0 : samples;
    return e;
}

void expectSame(const ColumnExtent& found, const ColumnExtent& expected, double from_s, double to_s) {
    EXPECT_EQ(found.count, expected.count) << from_s << " to " << to_s;
    EXPECT_EQ(found.gap, expected.gap) << from_s << " to " << to_s;
    if (expected.count == 0) return;
    EXPECT_EQ(found.minimum, expected.minimum) << from_s << " to " << to_s;
    EXPECT_EQ(found.maximum, expected.maximum) << from_s << " to " << to_s;
    EXPECT_EQ(found.first, expected.first) << from_s << " to " << to_s;
    EXPECT_EQ(found.last, expected.last) << from_s << " to " << to_s;
}

class PixelColumns : public testing::TestWithParam<double> {};

TEST_P(PixelColumns, HaveTheExtentThatEverySampleTogetherHas) {
    const MinMaxPyramid curve = unevenCurve(20'000); // about 30 s
    const double width = GetParam();
    for (double from = -1.0; from < 32.0; from += width * 3.7)
        expectSame(curve.extentOfTime(from, from + width), bruteForce(curve, from, from + width), from,
                   from + width);
}
INSTANTIATE_TEST_SUITE_P(OfEveryWidth, PixelColumns, testing::Values(0.001, 0.0137, 0.1, 0.75, 5.0, 40.0));

TEST(MinMaxPyramid, IsExactForEveryPairOfIndicesWhileItGrowsOverSeveralLevels) {
    const MinMaxPyramid full = unevenCurve(4'200); // more than 16^3
    MinMaxPyramid growing;
    for (std::size_t n = 0; n < full.size(); ++n) {
        growing.append(full.time(n), full.value(n));
        if (n % 311 != 0 && n != 15 && n != 16 && n != 255 && n != 256 && n != 4095 && n != 4096) continue;
        for (const std::size_t begin : {std::size_t{0}, n / 3, n / 2, n}) {
            float low = missing;
            float high = missing;
            for (std::size_t i = begin; i <= n; ++i) {
                low = std::fmin(low, full.value(i));
                high = std::fmax(high, full.value(i));
            }
            const ColumnExtent e = growing.extent(begin, n + 1);
            if (std::isnan(low)) {
                EXPECT_EQ(e.count, 0U);
            } else {
                EXPECT_EQ(e.minimum, low) << begin << " to " << n;
                EXPECT_EQ(e.maximum, high) << begin << " to " << n;
            }
        }
    }
}

TEST(MinMaxPyramid, FindsASampleByTimeFromAnyHint) {
    const MinMaxPyramid curve = unevenCurve(3'000);
    for (const double t : {-1.0, 0.0, 0.8, 2.2, 4.0, 100.0}) {
        std::size_t expected = 0;
        while (expected < curve.size() && curve.time(expected) < t)
            ++expected;
        for (const std::size_t hint : {std::size_t{0}, std::size_t{1}, std::size_t{700}, std::size_t{2'999},
                                       std::size_t{3'000}, std::size_t{9'999}})
            EXPECT_EQ(curve.indexAt(t, hint), expected) << t << " s, hint " << hint;
    }
}

TEST(MinMaxPyramid, GivesAnEmptyColumnWhereOnlyMissingSamplesLie) {
    MinMaxPyramid curve;
    for (int i = 0; i < 100; ++i)
        curve.append(i, i >= 20 && i < 60 ? missing : 1.0F);
    const ColumnExtent e = curve.extentOfTime(20.0, 60.0);
    EXPECT_EQ(e.count, 0U);
    EXPECT_TRUE(e.gap);
    EXPECT_FALSE(curve.extentOfTime(0.0, 20.0).gap);
}

TEST(MinMaxPyramid, ForgetsEverythingWhenCleared) {
    MinMaxPyramid curve = unevenCurve(500);
    curve.clear();
    EXPECT_TRUE(curve.empty());
    EXPECT_EQ(curve.extentOfTime(0.0, 10.0).count, 0U);
    curve.append(1.0, 2.0F);
    EXPECT_EQ(curve.extentOfTime(0.0, 10.0).maximum, 2.0F);
}

} // namespace
} // namespace eccrine::ui
