// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/baseline.hpp"
#include "analysis/volume_integral.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace eccrine::analysis {
namespace {

SecondMeans line(double level, double perMinute, int seconds) {
    SecondMeans means;
    means.first = -seconds;
    for (int i = -seconds; i < 0; ++i)
        means.mean.push_back(level + perMinute * (i + 0.5) / 60.0);
    return means;
}

TEST(Baseline, OfASteadyRateIsTheMedianOfItsLastMinute) {
    auto means = line(40.0, 0.0, 200);
    means.mean[150] = 60.0; // one splash does not matter to a median
    const auto b = estimateBaseline(means, {});
    ASSERT_TRUE(b);
    EXPECT_NEAR(b->level.value, 40.0, 1e-9);
    EXPECT_NEAR(b->restingOutput.value, 40.0, 1e-9);
}

TEST(Baseline, WithinTheSlopeLimitIsConstant) {
    const auto b = estimateBaseline(line(40.0, 0.29, 200), {});
    EXPECT_FALSE(b->drifting);
    EXPECT_EQ(b->at(600.0), b->at(0.0));
}

TEST(Baseline, BeyondTheSlopeLimitIsExtrapolatedAsALine) {
    const auto b = estimateBaseline(line(40.0, 1.0, 200), {});
    EXPECT_TRUE(b->drifting);
    EXPECT_NEAR(b->at(0.0), 40.0, 1e-9);
    EXPECT_NEAR(b->at(600.0), 50.0, 1e-9);
}

TEST(Baseline, OfLessThanTenSecondsIsAbsent) {
    EXPECT_FALSE(estimateBaseline(line(40.0, 0.0, 9), {}));
    EXPECT_FALSE(estimateBaseline(SecondMeans{}, {}));
    EXPECT_TRUE(estimateBaseline(line(40.0, 0.0, 12), {}));
}

TEST(Baseline, TheSpreadOfVolumesOverSeedsIsWhatThePublishedSimulationFound) {
    // 10 Hz, white 2, slow 0.6 nL/min, drift 3 nL/min²; linear extrapolation from 180 s: SD of the volume 15
    // to 19 nL
    double sum = 0.0, squares = 0.0;
    constexpr int seeds = 100;
    for (unsigned seed = 1; seed <= seeds; ++seed) {
        tests::Chain chain;
        chain.white = 2.0;
        chain.slow = 0.6;
        chain.drift = 3.0;
        chain.seed = seed;
        tests::Shape still;
        still.amplitude = 0.0;
        const auto site = tests::siteOf(still, chain);
        const auto means = secondMeans({site.humidity.time_s, site.humidity.rate_nl_per_min}, chain.before_s);
        const auto b = estimateBaseline(means, {});
        VolumeIntegral volume(0.0, 600.0, 2.0);
        for (std::size_t i = 0; i < site.humidity.time_s.size(); ++i) {
            const double t = site.humidity.time_s[i] - chain.before_s;
            volume.add(t, site.humidity.rate_nl_per_min[i] - b->at(t));
        }
        sum += volume.microlitres();
        squares += volume.microlitres() * volume.microlitres();
    }
    const double sd = std::sqrt(squares / seeds - sum * sum / seeds / seeds);
    EXPECT_LT(sd, 0.020 * 1.35)
        << "20 nL is the acceptance limit; a third more for a hundred seeds and another noise source";
    EXPECT_GT(sd, 0.008);
}

SettlingLimits limits() {
    return {Seconds{180}, Seconds{60}, 3.0, {3.0}, {15.0}, {0.1}, 0.01};
}

BaselineMonitor::Verdict watch(
    const SettlingLimits& l, double seconds, const std::function<double(double)>& rate,
    const std::function<double(double)>& temperature = [](double) { return 32.0; },
    const std::function<double(double)>& flow = [](double) { return 100.0; }) {
    BaselineMonitor monitor(l);
    for (double t = 0.0; t <= seconds; t += 0.1)
        monitor.add(t, rate(t), temperature(t), flow(t));
    return monitor.verdict();
}

TEST(BaselineMonitor, ASteadyRateSettlesAfterTheTimeOfTheProtocol) {
    EXPECT_FALSE(watch(limits(), 179.0, [](double) { return 40.0; }).settled);
    EXPECT_TRUE(watch(limits(), 181.0, [](double) { return 40.0; }).settled);
}

TEST(BaselineMonitor, EachLimitByItselfHoldsTheLightRedAndSaysWhy) {
    using testing::HasSubstr;
    EXPECT_THAT(watch(limits(), 200.0, [](double t) { return 40.0 + 4.0 * t / 60.0; }).remark,
                HasSubstr("rising"));
    EXPECT_THAT(watch(limits(), 200.0, [](double t) { return 60.0 - 4.0 * t / 60.0; }).remark,
                HasSubstr("falling"));
    EXPECT_THAT(watch(limits(), 200.0, [](double t) { return 40.0 + 5.0 * std::sin(t); }).remark,
                HasSubstr("unsteady"));
    EXPECT_THAT(watch(limits(), 200.0, [](double t) { return t >= 170.0 && t < 171.0 ? 57.0 : 40.0; }).remark,
                HasSubstr("varies"));
    EXPECT_THAT(
        watch(
            limits(), 200.0, [](double) { return 40.0; }, [](double t) { return 32.0 + 0.2 * t / 60.0; })
            .remark,
        HasSubstr("temperature"));
    EXPECT_THAT(watch(
                    limits(), 200.0, [](double) { return 40.0; }, [](double) { return 32.0; },
                    [](double t) { return t > 190.0 ? 98.0 : 100.0; })
                    .remark,
                HasSubstr("flow"));
    EXPECT_THAT(watch(limits(), 200.0, [](double t) { return t > 170.0 ? std::nan("") : 40.0; }).remark,
                HasSubstr("missing"));
}

} // namespace
} // namespace eccrine::analysis
