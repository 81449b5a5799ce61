// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/delivered.hpp"
#include "analysis/sweat_curve.hpp"
#include "analysis/volume_integral.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace eccrine::analysis {
namespace {

using tests::Chain;
using tests::Shape;

CurveMeasures measure(const Shape& shape, const Chain& chain, const AnalysisParameters& p = {}) {
    const auto site = tests::siteOf(shape, chain);
    Baseline b;
    b.level = {shape.baseline};
    return *measureCurve({site.humidity.time_s, site.humidity.rate_nl_per_min}, chain.before_s, 300.0, b, p);
}

TEST(SweatCurve, OneMicrolitreOfThePublishedSharpShapeHasItsPublishedMeasures) {
    // shape scaled to 1 µL in 600 s: peak 262.0 nL/min at 308 s, 59 % of it in the first 300 s, residual
    // 0.039
    const auto m = measure(Shape{}, Chain{});
    EXPECT_NEAR(m.volume.value, 1.0, 0.002);
    EXPECT_NEAR(m.peak.value, 262.0, 262.0 * 0.02); // five seconds of smoothing round the tip off
    EXPECT_NEAR(m.peakTime.count(), 308.0, 3.0);
    EXPECT_NEAR(m.volumeDuring.value / m.volume.value, 0.59, 0.01);
    EXPECT_NEAR(*m.residual, 0.039, 0.003);
}

TEST(SweatCurve, ThePeakOfAFlatTopIsItsFirstWindow) {
    // whatever the last digits of rate, baseline and their sums are: 200 s to 300 s, windows of 5 s
    for (const double rate : {101.4, 37.7, 250.1, 1.3})
        for (const double level : {19.6, 0.1, 3.3}) {
            RateCurve curve;
            for (int i = 0; i <= 900; ++i) {
                curve.time_s.push_back(i);
                curve.rate_nl_per_min.push_back(i >= 200 && i < 300 ? level + rate : level);
            }
            Baseline b;
            b.level = {level};
            const auto m = measureCurve(curve, 100.0, 300.0, b, {});
            ASSERT_TRUE(m);
            EXPECT_NEAR(m->peak.value, rate, 1e-9);
            EXPECT_LE(m->peakTime.count(), 110.0) << rate << " " << level;
        }
}

TEST(SweatCurve, ASampleThatLiesAloneInAHoleIsNoPeak) {
    // domain file 3.1: the peak is that of a 5 s mean; a mean needs half of its samples
    RateCurve curve;
    for (int i = 0; i <= 9000; ++i) { // 10 Hz, stimulus at 100 s
        const double t = 0.1 * i;
        if (t > 300.0 && t < 320.0 && i != 3100) continue;
        curve.time_s.push_back(t);
        curve.rate_nl_per_min.push_back(i == 3100 ? 500.0 : 100.0);
    }
    const Baseline none;
    EXPECT_NEAR(measureCurve(curve, 100.0, 300.0, none, {})->peak.value, 100.0, 1e-9);
    AnalysisParameters any;
    any.peakLeastShare = 0.0;
    EXPECT_NEAR(measureCurve(curve, 100.0, 300.0, none, any)->peak.value, 500.0, 1e-9);
}

TEST(SweatCurve, OneMicrolitreOfThePublishedSigmoidShapeHasItsPublishedMeasures) {
    Shape s;
    s.amplitude = 333.4;
    s.rise_s = 120.0;
    s.exponent = 2.0;
    const auto m = measure(s, Chain{});
    EXPECT_NEAR(m.volume.value, 1.0, 0.002);
    EXPECT_NEAR(m.peak.value, 314.3, 314.3 * 0.02);
    EXPECT_NEAR(m.volumeDuring.value / m.volume.value, 0.51, 0.01);
}

TEST(SweatCurve, TheTwoPhasesAddUpToTheWhole) {
    const auto m = measure(Shape{}, Chain{});
    EXPECT_NEAR(m.volumeDuring.value + m.volumeAfter.value, m.volume.value, 1e-9);
}

TEST(SweatCurve, ASensorThatLagsDoesNotChangeTheVolume) {
    Chain slow;
    slow.sensor_s = 5.0;
    slow.delay_s = 2.0;
    slow.after_s = 700.0;
    EXPECT_NEAR(measure(Shape{}, slow).volume.value / measure(Shape{}, Chain{}).volume.value, 1.0, 0.005);
}

TEST(SweatCurve, HalfOfTheRateAfterTheStimulusIsReachedAfterTheDecay) {
    // stop at 300 s, secretion driven until 308 s, then 90 s·ln 2 = 62.4 s
    const auto m = measure(Shape{}, Chain{});
    ASSERT_TRUE(m.offHalfTime);
    EXPECT_NEAR(m.offHalfTime->count(), 8.0 + 90.0 * std::log(2.0), 2.5);
}

TEST(VolumeIntegral, IsExactForAConstantRate) {
    VolumeIntegral v(0.0, 600.0, 2.0);
    for (int i = -10; i <= 7000; ++i)
        v.add(0.1 * i, 100.0);
    EXPECT_NEAR(v.microlitres(), 1.0, 1e-12); // 100 nL/min · 10 min
}

TEST(VolumeIntegral, CutsTheWindowWithinASampleInterval) {
    VolumeIntegral v(0.0, 1.0, 2.0);
    v.add(-0.5, 60.0);
    v.add(1.5, 60.0);
    EXPECT_NEAR(v.microlitres() * 1000.0, 1.0, 1e-12); // 60 nL/min for 1 s = 1 nL
}

TEST(VolumeIntegral, BridgesHolesByALineAndCountsThem) {
    VolumeIntegral v(0.0, 600.0, 2.0);
    for (int i = 0; i <= 6000; ++i)
        if (i < 1000 || i > 1050) v.add(0.1 * i, i == 1020 ? std::nan("") : 100.0);
    EXPECT_NEAR(v.microlitres(), 1.0, 1e-9);
    EXPECT_NEAR(v.gaps_s(), 5.2, 1e-9);
}

TEST(VolumeIntegral, AMissingSampleIsSkippedAndNotZero) {
    VolumeIntegral with(0.0, 10.0, 2.0);
    for (int i = 0; i <= 10; ++i)
        with.add(i, i == 5 ? std::nan("") : 60.0);
    EXPECT_NEAR(with.microlitres() * 1000.0, 10.0, 1e-9);
    EXPECT_EQ(with.gaps_s(), 0.0); // 2 s are not longer than the limit
}

CurrentSignals trapezoid() {
    CurrentSignals c;
    for (int i = 0; i <= 400000; ++i) {
        const double t = 0.001 * i;
        double ma = 0.0;
        if (t >= 10.0 && t < 30.0)
            ma = 2.0 * (t - 10.0) / 20.0;
        else if (t >= 30.0 && t < 317.5)
            ma = 2.0;
        else if (t >= 317.5 && t < 322.5)
            ma = 2.0 * (322.5 - t) / 5.0;
        c.time_s.push_back(t);
        c.current_ma.push_back(ma);
    }
    return c;
}

TEST(Delivered, AMissingSampleIsBridgedWhereverItLies) {
    // a plateau of 2 mA, read a thousand times a second: no sample that lacks changes its charge
    const double whole = deliveredOf(trapezoid(), 0.1)->charge.value;
    for (const std::size_t at :
         {100'000U, 102'399U, 102'400U, 102'401U, 103'423U}) { // 1024 · 100 and beside it
        CurrentSignals c = trapezoid();
        c.current_ma[at] = std::nan("");
        EXPECT_NEAR(deliveredOf(c, 0.1)->charge.value, whole, 1e-9) << at;
    }
}

TEST(Delivered, ATrapezoidOfTheProtocolIsSixHundredMillicoulombs) {
    const auto d = deliveredOf(trapezoid(), 0.1);
    ASSERT_TRUE(d);
    EXPECT_NEAR(d->charge.value, 600.0, 0.01); // 2 mA, ramps 20 s and 5 s, 287.5 s between
    EXPECT_NEAR(d->plateau.value, 2.0, 1e-9);
    EXPECT_NEAR(d->start.count(), 12.0, 0.002); // 10 % of 2 mA on a ramp of 0.1 mA/s
    EXPECT_NEAR(d->stop.count(), 322.0, 0.002);
    EXPECT_NEAR(d->meanCurrent.value, 600.0 / 310.0, 0.001);
}

TEST(Delivered, AContactProbeIsNoStimulus) {
    CurrentSignals c;
    for (int i = 0; i < 1000; ++i) {
        c.time_s.push_back(0.001 * i);
        c.current_ma.push_back(0.019);
    }
    EXPECT_FALSE(deliveredOf(c, 0.1));
    EXPECT_FALSE(deliveredOf({}, 0.1));
}

TEST(Delivered, NothingIsBookedForAHoleOfMoreThanASecond) {
    auto c = trapezoid();
    const auto whole = deliveredOf(c, 0.1)->charge;
    for (std::size_t i = 100000; i < 105000; ++i)
        c.current_ma[i] = std::nan("");
    EXPECT_NEAR((whole - deliveredOf(c, 0.1)->charge).value, 10.0, 0.01); // 5 s of 2 mA
}

} // namespace
} // namespace eccrine::analysis
