// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

using testing::HasSubstr;

/// Without noise: every expected value is the integral of the stated shape.
RecordedTest quietTest(const tests::Shape& shape = {}) {
    tests::Chain chain;
    return tests::testOf(tests::siteOf(shape, chain), chain.before_s);
}

/// µL of the shape above its baseline between two times, by the midpoint rule in steps of 10 ms.
double shapeVolume(const tests::Shape& shape, double from_s, double to_s) {
    double sum = 0.0;
    for (double t = from_s + 0.005; t < to_s; t += 0.01)
        sum += (shape.at(t) - shape.baseline) * 0.01;
    return sum / 60.0 / 1000.0;
}

SiteAnalysis analyse(const RecordedTest& test, const ReaderMarks& marks,
                     const AnalysisParameters& parameters = {}) {
    const auto result = analyzeTest(test, parameters, {{"forearm", marks}});
    EXPECT_TRUE(result) << result.error().sentence();
    return result ? result->sites.at(0) : SiteAnalysis{};
}

ReaderMarks onsetAt(double latency_s) {
    ReaderMarks m;
    m.onset = OnsetMark{Seconds{latency_s}};
    return m;
}

TEST(ReaderMarks, APlacedOnsetIsTheLatencyAndTheVolumeBeginsThere) {
    const tests::Shape shape;
    const auto s = analyse(quietTest(shape), onsetAt(200.0));
    ASSERT_TRUE(s.onset.latency && s.measures);
    EXPECT_EQ(s.onset.latency->count(), 200.0);
    EXPECT_TRUE(s.onset.byReader);
    EXPECT_NEAR(s.measures->volume.value, shapeVolume(shape, 200.0, 600.0), 1e-4);
}

TEST(ReaderMarks, TheAutomaticValuesAreKeptBeside) {
    const tests::Shape shape;
    const auto untouched = analyse(quietTest(shape), {});
    const auto s = analyse(quietTest(shape), onsetAt(200.0));
    EXPECT_FALSE(untouched.automatic);
    ASSERT_TRUE(s.automatic && s.automatic->onset.latency && s.automatic->measures);
    EXPECT_EQ(s.automatic->onset.latency, untouched.onset.latency);
    EXPECT_EQ(s.automatic->measures->volume.value, untouched.measures->volume.value);
    EXPECT_NEAR(s.automatic->measures->volume.value, shapeVolume(shape, 0.0, 600.0), 1e-3);
}

TEST(ReaderMarks, TheVolumeCanBeginAtTheStimulusWhateverIsPlaced) {
    AnalysisParameters p;
    p.volumeFrom = VolumeFrom::Stimulus;
    const tests::Shape shape;
    const auto s = analyse(quietTest(shape), onsetAt(200.0), p);
    EXPECT_NEAR(s.measures->volume.value, shapeVolume(shape, 0.0, 600.0), 1e-3);
}

TEST(ReaderMarks, AReaderMaySeeNoOnset) {
    ReaderMarks none;
    none.onset = OnsetMark{};
    const auto s = analyse(quietTest(), none);
    EXPECT_EQ(s.onset.verdict, Onset::Verdict::None);
    EXPECT_FALSE(s.onset.latency);
    EXPECT_TRUE(s.automatic->onset.latency);
    EXPECT_NEAR(s.measures->volume.value, shapeVolume({}, 0.0, 600.0), 1e-3);
}

TEST(ReaderMarks, AShortBaselineIsConstantAndItsUncertaintyHoldsTheTruth) {
    // noise that is correlated over 20 s: of half a minute it is a slope, carried on it would be a tenth of a
    // microlitre and more
    const tests::Shape shape;
    const double truth = shapeVolume(shape, 0.0, 600.0);
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const tests::Chain chain{.white = 1.0, .slow = 0.5, .seed = seed};
        const auto test = tests::testOf(tests::siteOf(shape, chain), chain.before_s);
        for (const auto& [from, to] : {std::pair{-40.0, -20.0}, {-60.0, -20.0}, {-30.0, -20.0}}) {
            ReaderMarks m;
            m.baseline = BaselineSpan{Seconds{from}, Seconds{to}};
            const auto s = analyse(test, m);
            EXPECT_FALSE(s.baseline->drifting);
            EXPECT_NEAR(s.measures->volume.value, truth, 3.0 * s.measures->uncertainty.value)
                << seed << ": " << from << " to " << to;
            const auto flag = std::find_if(s.flags.begin(), s.flags.end(),
                                           [](const auto& f) { return f.code == "SHORT_BASELINE"; });
            ASSERT_NE(flag, s.flags.end());
            EXPECT_NEAR(flag->from->count(), from, 1.0);
            EXPECT_NEAR(flag->to->count(), to, 1.0);
        }
    }
}

TEST(ReaderMarks, AnEarlyEndMakesNoResponsePersistent) {
    ReaderMarks m;
    m.end = Seconds{400.0}; // 100 s after the stimulus half of every response is still there
    const auto s = analyse(quietTest(), m);
    EXPECT_EQ(s.shape, ResponseShape::Unknown);
    for (const QualityFlag& f : s.flags)
        EXPECT_NE(f.code, "PERSISTENT");
}

TEST(ReaderMarks, AChosenBaselineReplacesTheUsualOne) {
    // A curve that rests at 40 nL/min until 60 s before the stimulus and at 50 after: the reader takes the
    // first
    auto test = quietTest();
    auto& h = test.sites[0].humidity;
    for (std::size_t i = 0; i < h.time_s.size(); ++i)
        if (h.time_s[i] >= 140.0) h.rate_nl_per_min[i] += 10.0;
    ReaderMarks m;
    m.baseline = BaselineSpan{Seconds{-180.0}, Seconds{-70.0}};
    const auto s = analyse(test, m);
    ASSERT_TRUE(s.baseline);
    EXPECT_NEAR(s.baseline->level.value, 40.0, 1e-9);
    // 10 nL/min over 10 min are 0.1 µL more
    EXPECT_NEAR(s.measures->volume.value, shapeVolume({}, 0.0, 600.0) + 0.1, 1e-3);
}

TEST(ReaderMarks, APlacedEndBoundsTheVolume) {
    ReaderMarks m;
    m.end = Seconds{400.0};
    const auto s = analyse(quietTest(), m);
    EXPECT_NEAR(s.measures->volume.value, shapeVolume({}, 0.0, 400.0), 1e-3);
}

TEST(ReaderMarks, TouchOnlyTheirSite) {
    auto test = quietTest();
    test.sites.push_back(test.sites[0]);
    test.sites[1].site = "foot";
    const auto result = analyzeTest(test, {}, {{"forearm", onsetAt(200.0)}});
    ASSERT_TRUE(result);
    EXPECT_TRUE(result->sites[0].automatic);
    EXPECT_FALSE(result->sites[1].automatic);
    EXPECT_EQ(result->sites[1].onset.latency, result->sites[0].automatic->onset.latency);
}

struct Impossible {
    const char* name;
    ReaderMarks marks;
    const char* says;
};

class ImpossibleMarks : public testing::TestWithParam<Impossible> {};

TEST_P(ImpossibleMarks, AreRefusedWithASentence) {
    const auto result = analyzeTest(quietTest(), {}, {{"forearm", GetParam().marks}});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().sentence(), HasSubstr(GetParam().says));
    EXPECT_THAT(result.error().sentence(), HasSubstr("forearm"));
}

ReaderMarks baseline(double from_s, double to_s) {
    ReaderMarks m;
    m.baseline = BaselineSpan{Seconds{from_s}, Seconds{to_s}};
    return m;
}
ReaderMarks end(double s) {
    ReaderMarks m;
    m.end = Seconds{s};
    return m;
}

INSTANTIATE_TEST_SUITE_P(
    Marks, ImpossibleMarks,
    testing::Values(Impossible{"BeforeTheStimulus", onsetAt(-1.0), "onset"},
                    Impossible{"AfterTheWindow", onsetAt(601.0), "onset"},
                    Impossible{"NotANumber", onsetAt(std::numeric_limits<double>::quiet_NaN()), "onset"},
                    Impossible{"ShortBaseline", baseline(-9.0, 0.0), "shorter than 10 s"},
                    Impossible{"TurnedRound", baseline(0.0, -60.0), "shorter than 10 s"},
                    Impossible{"BaselineBeyondTheWindow", baseline(500.0, 700.0), "beyond the window"},
                    Impossible{"EndAtOnce", end(59.0), "less than 60 s"}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(ReaderMarks, OfASiteThatIsNotThereAreRefused) {
    const auto result = analyzeTest(quietTest(), {}, {{"thumb", onsetAt(100.0)}});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().sentence(), HasSubstr("thumb"));
}

} // namespace
} // namespace eccrine::analysis
