// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace eccrine::analysis {
namespace {

using tests::Chain;
using tests::Shape;

bool flagged(const SiteAnalysis& s, const char* code) {
    return std::any_of(s.flags.begin(), s.flags.end(), [&](const auto& f) { return f.code == code; });
}

SiteAnalysis analyse(const Shape& shape, const Chain& chain) {
    const auto result = analyzeTest(tests::testOf(tests::siteOf(shape, chain), chain.before_s), {});
    EXPECT_TRUE(result) << result.error().sentence();
    return result->sites[0];
}

Chain quiet() {
    Chain c;
    c.white = 1.0;
    c.slow = 0.1;
    return c;
}

TEST(QsartAnalysis, RecoversLatencyPeakAndVolumeThroughTheInstrumentsLag) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        Chain c = quiet();
        c.washout_s = 0.6;
        c.sensor_s = 4.0;
        c.delay_s = 0.6;
        c.seed = seed;
        const auto s = analyse(Shape{}, c);
        ASSERT_TRUE(s.onset.latency && s.measures);
        EXPECT_NEAR(s.onset.latency->count(), 105.0, 5.0);
        EXPECT_NEAR(s.measures->peak.value / 262.0, 1.0, 0.05);
        EXPECT_NEAR(s.measures->volume.value, 1.0, 0.02);
        EXPECT_TRUE(s.usable);
    }
}

TEST(QsartAnalysis, TheRecordingOfASweatTestForChlorideIsNotTakenForOne) {
    auto test = tests::testOf(tests::siteOf(Shape{}, quiet()), quiet().before_s);
    test.sourceFile = "baby.eccrine";
    test.meta["test"] = "pilocarpine"; // as the bedside process writes it
    const auto refused = analyzeTest(test, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(
        refused.error().sentence(),
        "baby.eccrine: this is the recording of a pilocarpine sweat test, which has no sweat response to "
        "analyse; make its report from its .sweat.json, or convert the recording for its signals.");
}

TEST(QsartAnalysis, NoSweatIsNoOnsetAndAVolumeNotDistinguishableFromZero) {
    Shape still;
    still.amplitude = 0.0;
    const auto s = analyse(still, quiet());
    EXPECT_FALSE(s.onset.latency);
    EXPECT_TRUE(s.volumeIsZero);
    EXPECT_TRUE(flagged(s, "NO_ONSET") && flagged(s, "ZERO_VOLUME"));
}

TEST(QsartAnalysis, APersistentResponseIsAFinding) {
    Shape hungUp;
    hungUp.latency_s = 45.0;
    hungUp.rise_s = 40.0;
    hungUp.decay_s = 900.0;
    const auto s = analyse(hungUp, quiet());
    EXPECT_TRUE(flagged(s, "PERSISTENT"));
    EXPECT_TRUE(s.usable);
    EXPECT_FALSE(flagged(analyse(Shape{}, quiet()), "PERSISTENT"));
}

TEST(QsartAnalysis, ALowDoseIsNotComparable) {
    auto test = tests::testOf(tests::siteOf(Shape{}, quiet()), 200.0);
    test.meta["protocol.charge_mc"] = "600";
    EXPECT_TRUE(analyzeTest(test, {})->sites[0].usable);
    test.meta["protocol.charge_mc"] = "638.5"; // 600 mC are 94 % of it
    const auto s = analyzeTest(test, {})->sites[0];
    EXPECT_FALSE(s.usable);
    EXPECT_TRUE(flagged(s, "STIM_LOW"));
}

TEST(QsartAnalysis, SaturationTakesThePeakAway) {
    auto test = tests::testOf(tests::siteOf(Shape{}, quiet()), 200.0);
    auto& h = test.sites[0].humidity;
    h.humidityOut_pct.assign(h.time_s.size(), 50.0);
    h.humidityOut_pct[4000] = h.humidityOut_pct[4001] = 91.0; // of one alone it would be a spike
    const auto s = analyzeTest(test, {})->sites[0];
    EXPECT_FALSE(s.peakReliable);
    EXPECT_TRUE(flagged(s, "SAT"));
}

TEST(QsartAnalysis, HolesInTheHumidityVoidTheVolumeOnlyWhenTheyAddUp) {
    const auto cut = [](double seconds) {
        auto test = tests::testOf(tests::siteOf(Shape{}, quiet()), 200.0);
        auto& rate = test.sites[0].humidity.rate_nl_per_min;
        for (int i = 0; i < static_cast<int>(seconds * 10); ++i)
            rate[static_cast<std::size_t>(3000 + i)] = std::nan("");
        return analyzeTest(test, {})->sites[0];
    };
    EXPECT_TRUE(flagged(cut(5.0), "GAP_BRIDGED"));
    EXPECT_TRUE(cut(5.0).usable);
    EXPECT_TRUE(flagged(cut(15.0), "GAP"));
    EXPECT_FALSE(cut(15.0).usable);
}

TEST(QsartAnalysis, AShortBaselineAndADriftAreSaid) {
    Chain shortOne = quiet();
    shortOne.before_s = 60.0;
    EXPECT_TRUE(flagged(analyse(Shape{}, shortOne), "SHORT_BASELINE"));
    Chain drifting = quiet();
    drifting.drift = 2.0;
    EXPECT_TRUE(flagged(analyse(Shape{}, drifting), "DRIFT"));
    EXPECT_FALSE(flagged(analyse(Shape{}, quiet()), "DRIFT"));
}

TEST(QsartAnalysis, WithoutABaselineThereAreNoNumbers) {
    Chain none = quiet();
    none.before_s = 5.0;
    const auto s = analyse(Shape{}, none);
    EXPECT_FALSE(s.usable);
    EXPECT_FALSE(s.measures);
    EXPECT_TRUE(flagged(s, "NO_BASELINE"));
}

TEST(QsartAnalysis, AnUnstatedStimulusIsFoundInTheCurrent) {
    auto test = tests::testOf(tests::siteOf(Shape{}, quiet()), 200.0);
    test.stimulusStart.reset();
    test.stimulusStop.reset();
    EXPECT_NEAR(analyzeTest(test, {})->stimulusStart.count(), 200.0, 0.11);
    test.sites[0].current = {};
    const auto none = analyzeTest(test, {});
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().sentence(), testing::HasSubstr("neither stated nor seen"));
}

TEST(QsartAnalysis, NothingPerAreaWithoutAnArea) {
    auto test = tests::testOf(tests::siteOf(Shape{}, quiet()), 200.0);
    EXPECT_FALSE(analyzeTest(test, {})->sites[0].volumePerArea);
    test.sites[0].capsule.area = SquareCentimetres{0.5};
    const auto s = analyzeTest(test, {})->sites[0];
    EXPECT_DOUBLE_EQ(s.volumePerArea->value, s.measures->volume.value / 0.5);
}

TEST(QsartAnalysis, SitesThatTookNoPartAreLeftOut) {
    auto test = tests::testOf(tests::siteOf(Shape{}, quiet()), 200.0);
    test.sites.push_back(test.sites[0]);
    test.sites[1].site = "foot";
    test.meta["active_sites"] = "foot";
    const auto result = analyzeTest(test, {});
    ASSERT_EQ(result->sites.size(), 1U);
    EXPECT_EQ(result->sites[0].site, "foot");
}

TEST(QsartAnalysis, TheSameInputGivesTheSameBits) {
    const auto test = tests::testOf(tests::siteOf(Shape{}, quiet()), 200.0);
    const auto a = analyzeTest(test, {}), b = analyzeTest(test, {});
    EXPECT_EQ(a->sites[0].measures->volume, b->sites[0].measures->volume);
    EXPECT_EQ(a->sites[0].onset.latency, b->sites[0].onset.latency);
    EXPECT_EQ(a->sites[0].curve.rate_nl_per_min, b->sites[0].curve.rate_nl_per_min);
}

TEST(QsartAnalysis, EmptyAndAbsurdRecordingsAreAnsweredAndNotCrashed) {
    EXPECT_FALSE(analyzeTest({}, {}));
    RecordedTest test;
    test.stimulusStart = Seconds{10};
    test.sites.resize(1);
    EXPECT_FALSE(analyzeTest(test, {})) << "no columns at all";
    test.sites[0].humidity.time_s = {1.0};
    test.sites[0].humidity.rate_nl_per_min = {5.0};
    EXPECT_TRUE(analyzeTest(test, {})) << "one sample";
    test.sites[0].humidity.rate_nl_per_min = {std::nan("")};
    EXPECT_TRUE(analyzeTest(test, {})) << "nothing but missing samples";
    test.stimulusStart = Seconds{1e12};
    EXPECT_TRUE(analyzeTest(test, {}));
}

} // namespace
} // namespace eccrine::analysis
