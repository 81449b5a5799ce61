// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/fourier.hpp"
#include "analysis/lag_correction.hpp"
#include "analysis/sweat_curve.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace eccrine::analysis {
namespace {

using tests::Chain;
using tests::Shape;

std::vector<double> sine(std::size_t n, double rate_hz, double frequency_hz, double amplitude) {
    std::vector<double> out;
    for (std::size_t i = 0; i < n; ++i)
        out.push_back(amplitude *
                      std::sin(2.0 * std::numbers::pi * frequency_hz * static_cast<double>(i) / rate_hz));
    return out;
}

TEST(RealTransform, ThereAndBackIsTheSame) {
    const auto x = sine(90, 10.0, 0.7, 2.0);
    RealTransform transform(90);
    const auto back = transform.backward(transform.forward(x));
    for (std::size_t i = 0; i < x.size(); ++i)
        EXPECT_NEAR(back[i], x[i], 1e-12);
}

TEST(QuickSize, IsTheNearestPowerOfTwo) {
    EXPECT_EQ(quickSize(2.0), 8U);
    EXPECT_EQ(quickSize(8.0), 8U);
    EXPECT_EQ(quickSize(1000.0), 1024U);
    EXPECT_EQ(quickSize(1448.0), 1024U); // 1024 times the root of two is 1448.2
    EXPECT_EQ(quickSize(1449.0), 2048U);
}

TEST(Welch, ASineHasHalfItsSquaredAmplitudeAsPowerAndAtItsFrequency) {
    // Parseval: the mean square of a sine of amplitude 3 is 4.5
    const auto spectrum = welch(sine(20'000, 1000.0, 50.0, 3.0), 1000.0, 1000);
    EXPECT_NEAR(spectrum.power(47.0, 53.0), 4.5, 0.02);
    EXPECT_LT(spectrum.power(60.0, 500.0), 1e-6);
}

TEST(Welch, TooShortASignalHasNoSpectrum) {
    EXPECT_TRUE(welch(sine(99, 10.0, 1.0, 1.0), 10.0, 100).density.empty());
}

struct Corrected {
    std::optional<CorrectedCurve> curve;
    double measuredPeak = 0.0;
};
Corrected correct(const Chain& chain, const Lag& lag) {
    const auto site = tests::siteOf(Shape{}, chain);
    const RateCurve curve{site.humidity.time_s, site.humidity.rate_nl_per_min};
    const auto means = secondMeans(curve, chain.before_s);
    const auto baseline = estimateBaseline(means, {});
    const auto measures = measureCurve(curve, chain.before_s, 300.0, *baseline, {});
    return {correctLag(means, *baseline, measures->peak.value, lag, 600.0), measures->peak.value};
}

class LaggingSensor : public testing::TestWithParam<double> {};

TEST_P(LaggingSensor, TheCorrectedPeakIsWithinThreePercentOfTheTruth) {
    Chain chain;
    chain.sensor_s = GetParam();
    chain.delay_s = 2.0;
    chain.white = 0.5;
    chain.slow = 0.1;
    const auto got = correct(chain, {0.0, GetParam(), 2.0});
    ASSERT_TRUE(got.curve);
    EXPECT_TRUE(got.curve->rejected.empty()) << got.curve->rejected;
    const double truth = Shape{}.at(308.0) - Shape{}.baseline;
    EXPECT_NEAR(got.curve->peak.value / truth, 1.0, 0.03);
    EXPECT_LT(got.measuredPeak, got.curve->peak.value);
    EXPECT_NEAR(got.curve->peakTime.count(), 308.0, 8.0); // flat before, and a mean of 5 s
    EXPECT_GT(got.curve->lambda, 0.0);
}
INSTANTIATE_TEST_SUITE_P(Seconds, LaggingSensor, testing::Values(5.0, 10.0, 15.0));

TEST(CorrectLag, ConstantsThatAreFarTooLargeRingAndAreRejected) {
    Chain chain;
    chain.sensor_s = 3.0;
    chain.white = 0.5;
    const auto got = correct(chain, {0.0, 150.0, 0.0});
    ASSERT_TRUE(got.curve);
    EXPECT_THAT(got.curve->rejected, testing::HasSubstr("rings below the baseline"));
}

TEST(CorrectLag, WithoutAKnownLagThereIsNothingToCorrect) {
    EXPECT_FALSE(correct(Chain{}, {}).curve);
}

struct Step {
    double delay, slow, fast;
};
class KnownStep : public testing::TestWithParam<Step> {};

TEST_P(KnownStep, ItsConstantsAreFoundWithinTwoPercentOfTheSum) {
    const Step s = GetParam();
    std::vector<double> time, value;
    std::mt19937 random(7);
    std::normal_distribution<double> noise(0.0, 0.05);
    for (int i = -100; i < 1200; ++i) {
        const double t = 0.1 * i;
        const double x = t - s.delay;
        double y = 0.0;
        if (x > 0.0)
            y = s.fast > 0.0 ? 1.0 - (s.slow * std::exp(-x / s.slow) - s.fast * std::exp(-x / s.fast)) /
                                         (s.slow - s.fast)
                             : 1.0 - std::exp(-x / s.slow);
        time.push_back(t);
        value.push_back(12.0 + 25.0 * y + noise(random)); // %RH
    }
    const auto got = fitStep(time, value);
    ASSERT_TRUE(got) << got.error().sentence();
    const double sum = s.delay + s.slow + s.fast;
    EXPECT_NEAR(got->delay.count(), s.delay, 0.03 * sum);
    EXPECT_NEAR(got->slow.count(), s.slow, 0.03 * sum);
    EXPECT_NEAR(got->fast.count(), s.fast, 0.03 * sum);
    EXPECT_NEAR(got->residual, 0.05 / 25.0, 0.0003);
}
INSTANTIATE_TEST_SUITE_P(Steps, KnownStep,
                         testing::Values(Step{2.0, 8.0, 0.0}, Step{0.0, 5.0, 0.0}, Step{1.2, 8.0, 2.0},
                                         Step{4.0, 12.2, 3.0}));

TEST(FitStep, NoiseIsNoStep) {
    std::vector<double> time, value;
    std::mt19937 random(3);
    std::normal_distribution<double> noise;
    for (int i = -100; i < 600; ++i) {
        time.push_back(0.1 * i);
        value.push_back(noise(random));
    }
    EXPECT_FALSE(fitStep(time, value));
}

/// 25 %RH from 12 %RH at 0 s through a delay of 2 s and one lag, with noise of 0.05 %RH.
struct Recorded {
    std::vector<double> time, value;
};
Recorded stepRecord(double interval_s, double lag_s) {
    Recorded out;
    std::mt19937 random(11);
    std::normal_distribution<double> noise(0.0, 0.05);
    for (double t = -20.0; t < 100.0; t += interval_s) {
        out.time.push_back(t);
        out.value.push_back(12.0 + (t > 2.0 ? 25.0 * (1.0 - std::exp(-(t - 2.0) / lag_s)) : 0.0) +
                            noise(random));
    }
    return out;
}

class Outlier : public testing::TestWithParam<std::pair<double, double>> {};

TEST_P(Outlier, IsRefusedWithItsPlace) {
    const auto [at_s, off_pct] = GetParam();
    Recorded r = stepRecord(0.1, 8.0);
    ASSERT_TRUE(fitStep(r.time, r.value));
    r.value[static_cast<std::size_t>((at_s + 20.0) * 10.0)] += off_pct;
    const auto got = fitStep(r.time, r.value);
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().sentence(), testing::HasSubstr("1 sample does not belong to the step"));
    EXPECT_THAT(got.error().sentence(), testing::HasSubstr(std::to_string(static_cast<int>(at_s))));
}
INSTANTIATE_TEST_SUITE_P(Places, Outlier,
                         testing::Values(std::pair{-10.0, 60.0}, std::pair{5.0, 3.0}, std::pair{70.0, -40.0},
                                         std::pair{90.0, 2.0}));

TEST(FitStep, ASecondStepIsNoLagOfTheFirst) {
    Recorded r = stepRecord(0.1, 8.0);
    for (std::size_t i = 0; i < r.time.size(); ++i)
        if (r.time[i] > 60.0) r.value[i] += 10.0 * (1.0 - std::exp(-(r.time[i] - 60.0) / 8.0));
    EXPECT_FALSE(fitStep(r.time, r.value));
}

TEST(FitStep, ATimeConstantBelowTheSampleIntervalIsRefused) {
    const Recorded r = stepRecord(1.0, 0.3);
    const auto got = fitStep(r.time, r.value);
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().sentence(),
                testing::HasSubstr("shorter than the interval of the samples, 1.0 s"));
    EXPECT_TRUE(fitStep(stepRecord(0.1, 0.3).time, stepRecord(0.1, 0.3).value)); // fast enough for it
}

TEST(FitStep, NoiseOfATenthOfTheStepIsStillAStep) {
    Recorded r = stepRecord(0.1, 8.0);
    std::mt19937 random(5);
    std::normal_distribution<double> noise(0.0, 2.5);
    for (double& v : r.value)
        v += noise(random);
    const auto got = fitStep(r.time, r.value);
    ASSERT_TRUE(got) << got.error().sentence();
    EXPECT_NEAR(got->delay.count() + got->slow.count() + got->fast.count(), 10.0, 1.0);
}

TEST(FitStep, ARecordThatEndsTooSoonIsRefused) {
    std::vector<double> time, value;
    for (int i = -50; i < 100; ++i) {
        time.push_back(0.1 * i);
        value.push_back(i > 0 ? 1.0 - std::exp(-0.1 * i / 8.0) : 0.0);
    }
    const auto got = fitStep(time, value);
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().sentence(), testing::HasSubstr("ends before"));
}

} // namespace
} // namespace eccrine::analysis
