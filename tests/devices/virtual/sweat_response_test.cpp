// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/sweat_response.hpp"

#include <gtest/gtest.h>

#include <map>

namespace eccrine::devices::virtual_instrument {
namespace {

const StimulusRule rule{{2.0}, Seconds{300}, 0.10, Seconds{8}, Seconds{600}};
const ResponseShape sharp{Seconds{105}, Seconds{75}, 1.0, Seconds{90}};
const ResponseShape sigmoid{Seconds{105}, Seconds{120}, 2.0, Seconds{90}};
const ResponseShape leeLike{Seconds{90}, Seconds{90}, 1.0, Seconds{355}};
const ResponseShape persistent{Seconds{45}, Seconds{40}, 1.0, Seconds{900}};
constexpr Seconds tick{0.01};

/// Rate at each whole second for a current profile, t = 0 at its start.
template <class Current>
std::map<int, double> course(SweatResponse response, Current current, int seconds = 600) {
    std::map<int, double> rates;
    const int perSecond = 100;
    for (int k = 0; k <= seconds * perSecond; ++k) {
        response.step({current(k * tick.count())}, tick);
        if (k % perSecond == 0) rates[k / perSecond] = response.rate().value;
    }
    return rates;
}

template <class Current>
ResponseMeasure measured(const ResponseShape& shape, NanolitresPerMin amplitude, Current current) {
    SweatResponse response{shape, amplitude, rule};
    ResponseMeter meter{rule.window};
    for (int k = 0; k <= 70'000; ++k) {
        response.step({current(k * tick.count())}, tick);
        meter.observe(response, tick);
    }
    return meter.measure(shape.latency);
}

double nominal(double t) {
    return t < 300.0 ? 2.0 : 0.0;
}

// The table of synthetic curves for 1 uL: amplitude, peak and course.
// Printed digits give the tolerance: 0.1 nL/min, 0.005 and 0.001.
TEST(SweatResponse, SharpResponseOfOneMicrolitreIsTheTables) {
    const auto a = amplitudeFor({1.0}, sharp, rule);
    EXPECT_NEAR(a.value, 280.7, 0.1);
    const auto m = nominalResponse(sharp, a, rule);
    EXPECT_NEAR(m.peak.value, 262.0, 0.1);
    EXPECT_NEAR(m.peakTime.count(), 308.0, 0.1);
    EXPECT_NEAR(m.volume.value, 1.0, 1e-6);
    EXPECT_NEAR(m.latency->count(), 105.0, 1e-9);
}

TEST(SweatResponse, SigmoidResponseOfOneMicrolitreIsTheTables) {
    const auto a = amplitudeFor({1.0}, sigmoid, rule);
    EXPECT_NEAR(a.value, 333.4, 0.2);
    EXPECT_NEAR(nominalResponse(sigmoid, a, rule).peak.value, 314.3, 0.1);
}

TEST(SweatResponse, SlowDecayOfOneMicrolitreIsTheTables) {
    const auto a = amplitudeFor({1.0}, leeLike, rule);
    EXPECT_NEAR(a.value, 189.1, 0.1);
    EXPECT_NEAR(nominalResponse(leeLike, a, rule).peak.value, 172.3, 0.1);
}

TEST(SweatResponse, SharpCourseGoesThroughThePrintedPoints) {
    const auto r = course(SweatResponse{sharp, amplitudeFor({1.0}, sharp, rule), rule}, nominal);
    const std::map<int, double> printed{{120, 50.9},  {150, 126.7}, {180, 177.5}, {240, 234.3}, {300, 259.9},
                                        {330, 205.2}, {360, 147.0}, {420, 75.5},  {480, 38.8},  {600, 10.2}};
    for (const auto& [t, rate] : printed)
        EXPECT_NEAR(r.at(t), rate, 0.1) << "at " << t << " s";
}

TEST(SweatResponse, SigmoidCourseGoesThroughThePrintedPoints) {
    const auto r = course(SweatResponse{sigmoid, amplitudeFor({1.0}, sigmoid, rule), rule}, nominal);
    const std::map<int, double> printed{{120, 5.2},   {150, 43.7},  {180, 107.8}, {240, 239.3}, {300, 309.6},
                                        {330, 246.2}, {360, 176.4}, {420, 90.6},  {600, 12.3}};
    for (const auto& [t, rate] : printed)
        EXPECT_NEAR(r.at(t), rate, 0.15) << "at " << t << " s";
}

TEST(SweatResponse, PersistentResponseKeepsMoreThanSeventyPercentAtTheEnd) {
    const auto r = course(SweatResponse{persistent, {100.0}, rule}, nominal);
    EXPECT_GT(r.at(600) / r.at(308), 0.7);
}

TEST(SweatResponse, NoCurrentGivesNoSweat) {
    const auto m = measured(sharp, {280.0}, [](double) { return 0.0; });
    EXPECT_FALSE(m.latency);
    EXPECT_EQ(m.volume.value, 0.0);
    EXPECT_EQ(m.peak.value, 0.0);
}

TEST(SweatResponse, ACurrentBelowTenPercentOfNominalIsNoStimulus) {
    EXPECT_EQ(measured(sharp, {280.0}, [](double t) { return t < 300.0 ? 0.19 : 0.0; }).volume.value, 0.0);
    EXPECT_GT(measured(sharp, {280.0}, [](double t) { return t < 300.0 ? 0.20 : 0.0; }).volume.value, 0.0);
}

TEST(SweatResponse, HalfTheCurrentGivesHalfTheVolumeAndHalfThePeak) {
    const auto full = measured(sharp, {280.0}, nominal);
    const auto half = measured(sharp, {280.0}, [](double t) { return 0.5 * nominal(t); });
    EXPECT_NEAR(half.volume.value / full.volume.value, 0.5, 1e-3);
    EXPECT_NEAR(half.peak.value / full.peak.value, 0.5, 1e-3);
}

TEST(SweatResponse, AShorterStimulusGivesLess) {
    double before = measured(sharp, {280.0}, nominal).volume.value;
    for (const double end : {250.0, 200.0, 150.0}) {
        const double volume =
            measured(sharp, {280.0}, [end](double t) { return t < end ? 2.0 : 0.0; }).volume.value;
        EXPECT_LT(volume, 0.95 * before) << "ended at " << end;
        before = volume;
    }
}

TEST(SweatResponse, MoreThanTheNominalDoseGivesNoMore) {
    const auto full = measured(sharp, {280.0}, nominal);
    const auto more = measured(sharp, {280.0}, [](double t) { return 1.2 * nominal(t); });
    EXPECT_NEAR(more.volume.value, full.volume.value, 1e-3);
}

TEST(SweatResponse, TheClockStartsWhenTenPercentOfNominalIsReached) {
    // 20 s ramp to 2 mA: 0.2 mA after 2 s.
    SweatResponse response{sharp, {280.0}, rule};
    int first = -1;
    for (int k = 0; k < 1000 && first < 0; ++k) {
        response.step({0.1 * k * tick.count()}, tick);
        if (response.sinceStimulus()) first = k;
    }
    EXPECT_NEAR(first * tick.count(), 2.0, 0.011);
}

TEST(SweatResponse, RisesUntilEightSecondsAfterTheCurrentHasReallyEnded) {
    const auto r =
        course(SweatResponse{sharp, {280.0}, rule}, [](double t) { return t < 200.0 ? 2.0 : 0.0; });
    EXPECT_GT(r.at(208), r.at(207));
    EXPECT_LT(r.at(209), r.at(208));
}

TEST(SweatResponse, CurrentThatComesBackGoesOnFromTheLevelThatIsLeft) {
    const auto paused = [](double t) { return t < 200.0 || (t >= 230.0 && t < 300.0) ? 2.0 : 0.0; };
    const auto r = course(SweatResponse{sharp, {280.0}, rule}, paused);
    EXPECT_LT(r.at(229), r.at(207));
    EXPECT_GT(r.at(260), r.at(231));
    EXPECT_NEAR(r.at(231), r.at(229), 0.1 * r.at(229));
}

TEST(SweatResponse, RecoveredItAnswersLikeTheFirstTime) {
    SweatResponse response{sharp, {280.0}, rule};
    const auto first = course(response, nominal);
    for (int k = 0; k < 60'000; ++k)
        response.step({nominal(k * tick.count())}, tick);
    response.recover();
    EXPECT_EQ(response.rate().value, 0.0);
    EXPECT_EQ(course(response, nominal), first);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
