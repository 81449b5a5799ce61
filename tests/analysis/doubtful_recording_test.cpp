// SPDX-License-Identifier: GPL-3.0-or-later
// Recordings with something wrong in them, of which no number may come out that looks fine and is not.
#include "analysis/norms/comparison.hpp"
#include "analysis/qsart_analysis.hpp"
#include "tests/analysis/norms/example_norms.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::analysis {
namespace {

using testing::HasSubstr;
using tests::Chain;
using tests::Shape;
using tests::spoilt;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
constexpr double start_s = tests::spoiltStart_s;

const QualityFlag* flagOf(const SiteAnalysis& site, const std::string& code) {
    for (const QualityFlag& f : site.flags)
        if (f.code == code) return &f;
    return nullptr;
}

RecordedTest healthy(const Shape& shape = {}, const Chain& chain = {.white = 1.0, .slow = 0.1}) {
    return tests::testOf(tests::siteOf(shape, chain), chain.before_s);
}
RecordedTest healthyHumidity() {
    return spoilt([](double, HumidityReading&) {});
}

/// The rate of the first site; `spoil(t, rate)` with t from the stimulus start.
template <class Spoil>
RecordedTest withRate(RecordedTest test, Spoil spoil) {
    auto& h = test.sites[0].humidity;
    for (std::size_t i = 0; i < h.time_s.size(); ++i)
        spoil(h.time_s[i] - start_s, h.rate_nl_per_min[i]);
    return test;
}

TEST(DoubtfulRecording, ThatEndsTooEarlyDoesNotSayThatThereIsNoSweating) {
    auto test = healthy();
    auto& h = test.sites[0].humidity;
    const auto keep = static_cast<std::size_t>(
        std::upper_bound(h.time_s.begin(), h.time_s.end(), start_s + 20.0) - h.time_s.begin());
    h.time_s.resize(keep);
    h.rate_nl_per_min.resize(keep);
    const auto result = analyzeTest(test, {});
    ASSERT_TRUE(result) << result.error().sentence();
    const SiteAnalysis& site = result->sites.at(0);
    EXPECT_EQ(site.onset.verdict, Onset::Verdict::Indeterminate);
    EXPECT_FALSE(flagOf(site, "NO_ONSET"));
    ASSERT_TRUE(flagOf(site, "INDETERMINATE"));
    EXPECT_THAT(flagOf(site, "INDETERMINATE")->text, HasSubstr("ends before"));
}

TEST(DoubtfulRecording, TemperaturesInKelvinAreNamed) {
    const auto result =
        analyzeTest(spoilt([](double, HumidityReading& r) { r.temperatureOut.value += 273.15; }), {});
    ASSERT_TRUE(result) << result.error().sentence();
    const auto* flag = flagOf(result->sites.at(0), "IMPLAUSIBLE");
    ASSERT_TRUE(flag);
    EXPECT_THAT(flag->text, HasSubstr("305 K are 32 °C"));
    EXPECT_FALSE(result->sites.at(0).usable);
}

/// Of a woman of 40 years on a device of the published norms.
RecordedTest asPatient(RecordedTest test) {
    test.meta["device.family"] = "q-sweat";
    test.meta["patient.sex"] = "female";
    test.meta["patient.birth_date"] = "1986-01-01";
    test.meta["started_utc"] = "2026-06-15T10:00:00Z";
    return test;
}

/// Its forearm.
SiteAnalysis analyse(RecordedTest test, const AnalysisParameters& parameters = {},
                     const MarksBySite& marks = {}) {
    test = asPatient(std::move(test));
    auto result = analyzeTest(test, parameters, marks);
    EXPECT_TRUE(result) << result.error().sentence();
    if (!result) return {};
    NormLibrary library;
    library.sets.push_back(eccrine::tests::shipped("qsweat-adults.toml"));
    compareWithNorms(*result, test, library);
    return result->sites.at(0);
}

TEST(Doubtful, AHealthyRecordingHasAClass) {
    EXPECT_EQ(analyse(healthy()).norm.normClass, NormClass::Within);
    EXPECT_EQ(analyse(healthyHumidity()).norm.normClass, NormClass::Within);
}

// 1. pressure

TEST(Doubtful, PressureMissingInSingleSamplesIsAssumedAndFlaggedWithItsSpan) {
    auto test = healthyHumidity();
    auto& h = test.sites[0].humidity;
    const auto reference = analyse(test);
    for (const double t : h.time_s)
        h.pressure_kpa.push_back(t - start_s > 20.0 && t - start_s < 90.0 ? missing : 101.325);
    const auto s = analyse(test);
    ASSERT_TRUE(s.measures);
    EXPECT_EQ(s.measures->volume.value, reference.measures->volume.value);
    const auto* flag = flagOf(s, "NO_PRESSURE");
    ASSERT_TRUE(flag && flag->from && flag->to);
    EXPECT_NEAR(flag->from->count(), 20.1, 0.11);
    EXPECT_NEAR(flag->to->count(), 89.9, 0.11);
    EXPECT_EQ(s.norm.normClass, NormClass::Within);
}

TEST(Doubtful, AnAssumedPressureReadsTooLowAboveTheSea) {
    EXPECT_THAT(flagOf(analyse(healthyHumidity()), "NO_PRESSURE")->text, HasSubstr("too low"));
    auto high = healthyHumidity(); // the sign of the sentence: 97.8 kPa at 300 m
    high.sites[0].humidity.pressure_kpa.assign(high.sites[0].humidity.time_s.size(), 97.8);
    EXPECT_NEAR(analyse(high).measures->volume.value / analyse(healthyHumidity()).measures->volume.value,
                1.036, 0.002);
}

// 2. the window that norms hold for

NoNorm causeOf(const SiteAnalysis& s) {
    EXPECT_EQ(s.norm.normClass, NormClass::None);
    EXPECT_FALSE(s.norm.reason.empty());
    return s.norm.noNorm;
}

TEST(Doubtful, AVolumeOfAnotherWindowHasNoClass) {
    const auto shortened = withRate(healthy(), [](double t, double& rate) {
        if (t > 320.0) rate = missing;
    });
    EXPECT_EQ(causeOf(analyse(shortened)), NoNorm::OtherWindow);
    AnalysisParameters p;
    p.window_s = 480.0;
    EXPECT_EQ(causeOf(analyse(healthy(), p)), NoNorm::OtherWindow);
    p = {};
    p.volumeFrom = VolumeFrom::Onset; // leaves out no sweat
    EXPECT_EQ(analyse(healthy(), p).norm.normClass, NormClass::Within);
}

TEST(Doubtful, AReadersMarksThatShortenTheWindowLeaveTheClassToTheAutomaticVolume) {
    ReaderMarks end, onset, none;
    end.end = Seconds{400.0};
    onset.onset = OnsetMark{Seconds{120.0}};
    none.onset = OnsetMark{};
    const auto s = analyse(healthy(), {}, {{"forearm", end}});
    EXPECT_EQ(causeOf(s), NoNorm::OtherWindow);
    EXPECT_EQ(s.automatic->norm.normClass, NormClass::Within);
    EXPECT_NE(analyse(healthy(), {}, {{"forearm", onset}}).norm.normClass, NormClass::None); // compared anew
    EXPECT_EQ(analyse(healthy(), {}, {{"forearm", none}}).norm.normClass, NormClass::Within);
}

// 3. the course after the stimulus

TEST(Doubtful, WithoutSamplesAtTheWindowsEndNothingIsSaidAboutTheReturn) {
    const auto s = analyse(withRate(healthy(), [](double t, double& rate) {
        if (t > 320.0) rate = missing; // ends at its peak
    }));
    ASSERT_TRUE(s.measures);
    EXPECT_FALSE(s.measures->residual);
    EXPECT_FALSE(s.measures->offHalfTime);
    EXPECT_FALSE(flagOf(s, "PERSISTENT"));
    EXPECT_EQ(s.shape, ResponseShape::Unknown);
}

TEST(Doubtful, AHoleAtTheStimulusStopHidesTheTimeToHalf) {
    const auto s = analyse(withRate(healthy(), [](double t, double& rate) {
        if (t > 296.0 && t < 304.0) rate = missing;
    }));
    EXPECT_FALSE(s.measures->offHalfTime);
    EXPECT_FALSE(s.measures->residual);
    EXPECT_EQ(s.shape, ResponseShape::Unknown);
    const auto later = analyse(withRate(healthy(), [](double t, double& rate) {
        if (t > 365.0 && t < 374.0) rate = missing; // half is reached at 370 s
    }));
    EXPECT_FALSE(later.measures->offHalfTime);
    EXPECT_TRUE(later.measures->residual);
}

TEST(Doubtful, AWindowThatEndsWithTheStimulusHasNoPartAfterIt) {
    ReaderMarks marks;
    marks.end = Seconds{200.0};
    const auto s = analyse(healthy(), {}, {{"forearm", marks}});
    EXPECT_NEAR(s.measures->volumeAfter.value, 0.0, 1e-12);
    EXPECT_EQ(s.shape, ResponseShape::Unknown);
}

// 4. the stated stimulus

TEST(Doubtful, AStopThatDoesNotComeAfterTheStartIsRefused) {
    auto test = healthy();
    test.stimulusStop = test.stimulusStart;
    const auto result = analyzeTest(test, {});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().sentence(), HasSubstr("does not come after its start"));
}

TEST(Doubtful, AStartOutsideTheSamplesVoids) {
    for (const double start : {-100.0, 5000.0}) {
        auto test = healthy();
        test.stimulusStart = Seconds{start};
        test.stimulusStop = Seconds{start + 300.0};
        const auto s = analyse(test);
        EXPECT_FALSE(s.usable);
        EXPECT_TRUE(flagOf(s, "STIM_TIME")) << start;
    }
}

TEST(Doubtful, AStatedStartThatTheCurrentContradictsVoids) {
    auto test = healthy();
    test.stimulusStart = Seconds{start_s - 80.0};
    test.stimulusStop = Seconds{start_s + 220.0};
    const auto s = analyse(test);
    EXPECT_FALSE(s.usable);
    ASSERT_TRUE(flagOf(s, "STIM_TIME"));
    EXPECT_THAT(flagOf(s, "STIM_TIME")->text, HasSubstr("80 s after"));
    test.stimulusStart = Seconds{start_s - 1.5};
    EXPECT_FALSE(flagOf(analyse(test), "STIM_TIME"));
}

TEST(Doubtful, AStopAfterTheLastSampleIsFlagged) {
    auto test = healthy();
    test.stimulusStop = Seconds{2000.0};
    EXPECT_TRUE(flagOf(analyse(test), "STIM_TIME"));
}

// 5. the dose

TEST(Doubtful, AnInterruptedCurrentIsALowDoseWithoutAPlanToo) {
    auto test = healthy();
    auto& c = test.sites[0].current;
    for (std::size_t i = 0; i < c.time_s.size(); ++i)
        if (c.time_s[i] > start_s + 20.0) c.current_ma[i] = 0.0;
    const auto s = analyse(test);
    EXPECT_FALSE(s.usable);
    EXPECT_TRUE(flagOf(s, "STIM_LOW"));
}

TEST(Doubtful, ADoseThatWasNotRecordedHasNoClassWhateverWasPlanned) {
    auto test = healthy();
    test.sites[0].current = {};
    ReaderMarks end;
    end.end = Seconds{600.0};
    for (const char* planned : {"", "600"}) {
        test.meta["protocol.charge_mc"] = planned;
        const auto s = analyse(test, {}, {{"forearm", end}});
        EXPECT_TRUE(flagOf(s, "NO_CURRENT"));
        EXPECT_TRUE(s.usable) << "the volume can be read";
        EXPECT_EQ(causeOf(s), NoNorm::DoseUnknown);
        EXPECT_THAT(s.norm.reason, HasSubstr("current was not recorded"));
        ASSERT_TRUE(s.automatic);
        EXPECT_EQ(s.automatic->norm.noNorm, NoNorm::DoseUnknown);
    }
}

TEST(Doubtful, ADoseThatWasNotRecordedMakesNeitherPatternNorScore) {
    auto test = healthy(Shape{40.0, 0.0});
    for (const char* name : {"proximal_leg", "distal_leg", "foot"}) {
        test.sites.push_back(test.sites[0]);
        test.sites.back().site = name;
    }
    const auto compared = [&](const RecordedTest& of) {
        auto result = analyzeTest(of, {});
        EXPECT_TRUE(result) << result.error().sentence();
        NormLibrary library;
        library.sets.push_back(eccrine::tests::shipped("qsweat-adults.toml"));
        library.sets.back().verifiedBy = "B. Person";
        auto rules = loadCassRules(eccrine::tests::shippedFile("cass-sudomotor.toml"));
        EXPECT_TRUE(rules);
        rules->enabled = true;
        library.cass = *rules;
        compareWithNorms(*result, of, library);
        return *result;
    };
    test = asPatient(std::move(test));
    EXPECT_EQ(compared(test).pattern.distribution, Distribution::Generalized);
    EXPECT_TRUE(compared(test).cass.score) << compared(test).cass.absentBecause;
    for (SiteSignals& site : test.sites)
        site.current = {};
    const auto without = compared(test);
    EXPECT_EQ(without.pattern.distribution, Distribution::Unknown);
    EXPECT_FALSE(without.cass.score);
    EXPECT_THAT(without.cass.absentBecause, HasSubstr("current was not recorded"));
}

/// 60 s of pause after 100 s of current.
void inParts(RecordedTest& test) {
    auto& c = test.sites[0].current;
    for (std::size_t i = 0; i < c.time_s.size(); ++i) {
        const double t = c.time_s[i] - start_s;
        if (t > 0.0) c.current_ma[i] = t < 100.0 || (t > 160.0 && t < 360.0) ? 2.0 : 0.0;
    }
    test.stimulusStop = Seconds{start_s + 360.0};
    test.events = {{Seconds{start_s + 100.0}, "delivery_paused", {}, {}},
                   {Seconds{start_s + 160.0}, "delivery", {}, R"({"from":"S8","to":"S5"})"}};
}

TEST(Doubtful, AStimulationInPartsHasNoClassAndSaysSoAtTheNorm) {
    auto test = healthy();
    ASSERT_EQ(analyse(test).norm.normClass, NormClass::Within);
    inParts(test);
    const auto s = analyse(test);
    EXPECT_TRUE(s.usable);
    EXPECT_EQ(causeOf(s), NoNorm::OtherStimulus);
    EXPECT_THAT(s.norm.reason, HasSubstr("paused for 60 s"));
}

TEST(Doubtful, TheFirstCauseAgainstANormStandsInWhateverOrderTheyAreFound) {
    auto test = spoilt([](double t, HumidityReading& r) {
        r.flow = {100.0 / 13.0};
        r.humidityOut.value = std::min(95.0, 13.0 * r.humidityOut.value) + 0.01 * std::sin(7.0 * t);
    });
    ASSERT_TRUE(flagOf(analyse(test), "SAT"));
    inParts(test);
    const auto s = analyse(test);
    ASSERT_TRUE(flagOf(s, "SAT") && flagOf(s, "PAUSED"));
    EXPECT_EQ(causeOf(s), NoNorm::LowerBound);
}

// 6. sensors that are stuck

TEST(Doubtful, AConstantRateIsAStuckSensorAndNoResponseOfAnyShape) {
    const auto s = analyse(withRate(healthy(), [](double, double& rate) { rate = 10.0; }));
    ASSERT_TRUE(flagOf(s, "FROZEN"));
    EXPECT_FALSE(s.usable);
    EXPECT_TRUE(s.volumeIsZero);
    EXPECT_EQ(s.shape, ResponseShape::Unknown);
}

TEST(Doubtful, ARateThatStopsMovingVoids) {
    const auto s = analyse(withRate(healthy(), [](double t, double& rate) {
        if (t > 150.0) rate = 123.4;
    }));
    EXPECT_FALSE(s.usable);
    EXPECT_NEAR(flagOf(s, "FROZEN")->from->count(), 150.1, 0.11);
    EXPECT_FALSE(flagOf(s, "PERSISTENT")) << "a sensor that is stuck finds nothing";
}

TEST(Doubtful, AStuckTemperatureIsFlaggedAndAConstantOneIsNot) {
    const auto with = [](double sticksAfter_s) {
        int i = 0;
        return analyse(spoilt([=](double t, HumidityReading& r) mutable {
            if (t < sticksAfter_s) r.temperatureOut.value += 0.002 * std::sin(0.7 * ++i);
        }));
    };
    ASSERT_TRUE(flagOf(with(100.0), "FROZEN"));
    EXPECT_FALSE(flagOf(with(100.0), "FROZEN")->voids);
    EXPECT_FALSE(flagOf(with(-1000.0), "FROZEN"));
}

TEST(Doubtful, WithoutAnOnsetThereIsNoReturnAndNoResidual) {
    Shape still;
    still.amplitude = 0.0;
    const auto absent = analyse(healthy(still));
    EXPECT_EQ(absent.shape, ResponseShape::Absent);
    EXPECT_FALSE(absent.measures->residual);
    ReaderMarks none; // a reader sees no onset in a curve with a volume
    none.onset = OnsetMark{};
    EXPECT_EQ(analyse(healthy(), {}, {{"forearm", none}}).shape, ResponseShape::Unknown);
}

// 7. a saturated outlet

TEST(Doubtful, ASaturatedOutletGivesALowerBoundOfTheVolume) {
    Shape hungUp{40.0, 280.7, 45.0, 40.0, 1.0, 900.0};
    const auto s = analyse(spoilt(
        [](double t, HumidityReading& r) {
            r.flow = {30.0};
            r.humidityOut.value = std::min(95.0, 13.0 * r.humidityOut.value) + 0.01 * std::sin(7.0 * t);
        },
        "forearm", 1, hungUp));
    ASSERT_TRUE(flagOf(s, "SAT"));
    EXPECT_THAT(flagOf(s, "SAT")->text, HasSubstr("at least"));
    EXPECT_EQ(causeOf(s), NoNorm::LowerBound);
    EXPECT_FALSE(s.measures->residual);
    EXPECT_FALSE(flagOf(s, "PERSISTENT"));
    EXPECT_EQ(s.shape, ResponseShape::Unknown);
}

// 8. a lift-off behind a hole

TEST(Doubtful, ALiftOffIsSeenAcrossAShortHole) {
    const auto lifted = [](double hole_s) {
        return analyse(spoilt([=](double t, HumidityReading& r) {
            if (t > 120.0) r.humidityOut.value = t < 120.0 + hole_s ? missing : r.humidityOut.value + 30.0;
        }));
    };
    EXPECT_FALSE(lifted(4.0).usable);
    ASSERT_TRUE(flagOf(lifted(4.0), "DETACH"));
    EXPECT_NEAR(flagOf(lifted(4.0), "DETACH")->from->count(), 120.0, 1.0);
    EXPECT_FALSE(flagOf(lifted(20.0), "DETACH")) << "of a longer one the gap voids";
    EXPECT_FALSE(lifted(20.0).usable);
}

// 9. what cannot be

TEST(Doubtful, APressureInHectopascalsGivesNoRate) {
    auto test = healthyHumidity();
    test.sites[0].humidity.pressure_kpa.assign(test.sites[0].humidity.time_s.size(), 1013.25);
    const auto s = analyse(test);
    ASSERT_TRUE(flagOf(s, "IMPLAUSIBLE"));
    EXPECT_THAT(flagOf(s, "IMPLAUSIBLE")->text, HasSubstr("50 to 110 kPa"));
    EXPECT_FALSE(s.usable);
    EXPECT_FALSE(s.measures);
}

TEST(Doubtful, AnImplausibleFlowOrRateIsLeftOutAndFlaggedWithItsSpan) {
    const auto flow = analyse(spoilt([](double t, HumidityReading& r) {
        if (t > 50.0 && t < 54.0) r.flow = {3000.0};
    }));
    ASSERT_TRUE(flagOf(flow, "IMPLAUSIBLE"));
    EXPECT_NEAR(flagOf(flow, "IMPLAUSIBLE")->from->count(), 50.1, 0.11);
    const auto spike = analyse(withRate(healthy(), [](double t, double& rate) {
        if (std::abs(t - 220.0) < 0.04) rate = 1e7;
    }));
    ASSERT_TRUE(flagOf(spike, "IMPLAUSIBLE"));
    EXPECT_NEAR(spike.measures->peak.value / 262.0, 1.0, 0.05);
    EXPECT_NEAR(spike.measures->volume.value, 1.0, 0.02);
}

/// Spikes of one reading, twice as high as it is, at every `every`-th sample of those from `from_s` to
/// `to_s`.
RecordedTest spiked(int every, double from_s, double to_s) {
    int i = 0;
    return spoilt([=, &i](double t, HumidityReading& r) {
        if (t >= from_s && t < to_s && ++i % every == 0)
            r.humidityOut.value = 2.0 * r.humidityOut.value + 2.0;
    });
}

TEST(Doubtful, SpikesOfOneReadingAreReplacedAndCounted) { // F-8
    const auto clean = analyse(healthyHumidity());
    const auto s = analyse(spiked(150, -180.0, 600.0));
    const auto* flag = flagOf(s, "SPIKES");
    ASSERT_TRUE(flag);
    // of 10 a second, 1800 in the baseline and 6000 in the window
    EXPECT_THAT(flag->text, HasSubstr("12 of 1800 in the baseline and 40 of 6001"));
    EXPECT_NEAR(flag->from->count(), -165.1, 0.11);
    EXPECT_NEAR(flag->to->count(), 599.9, 0.11);
    EXPECT_FALSE(flag->voids);
    EXPECT_TRUE(s.usable);
    EXPECT_NEAR(s.measures->volume.value / clean.measures->volume.value, 1.0, 1e-4);
    EXPECT_NEAR(s.measures->peak.value / clean.measures->peak.value, 1.0, 1e-3);
    EXPECT_NEAR(s.onset.latency->count(), clean.onset.latency->count(), 0.1);
}

TEST(Doubtful, MoreSpikesThanOneReadingInAHundredAreNoResult) { // F-8, SR-27
    EXPECT_TRUE(analyse(spiked(101, -180.0, 600.0)).usable);
    for (const auto& [from, to] : {std::pair{0.0, 600.0}, std::pair{-180.0, 0.0}}) {
        const auto s = analyse(spiked(90, from, to));
        EXPECT_FALSE(s.usable) << "of baseline and window each counts by itself";
        ASSERT_TRUE(flagOf(s, "SPIKES"));
        EXPECT_TRUE(flagOf(s, "SPIKES")->voids);
        EXPECT_EQ(causeOf(s), NoNorm::NoVolume);
    }
    EXPECT_FALSE(flagOf(analyse(spiked(10, 605.0, 610.0)), "SPIKES")) << "behind the window";
}

TEST(Doubtful, SpikesOfFastReadingsAreCountedAsTheyWereRecordedAndNotAsTheyAreThinned) {
    Chain chain{.white = 1.0, .slow = 0.1, .rate_hz = 400.0};
    SiteSignals site = tests::siteOf({}, chain);
    HumiditySignals& h = site.humidity;
    h.humidityOut_pct = std::move(h.rate_nl_per_min);
    h.rate_nl_per_min.clear();
    for (double& value : h.humidityOut_pct)
        value /= 38.36; // 100 sccm, 32 °C
    h.temperatureOut_c.assign(h.time_s.size(), 32.0);
    h.flow_sccm.assign(h.time_s.size(), 100.0);
    site.flowReference = FlowReference{};
    const auto clean = analyse(tests::testOf(site, chain.before_s));
    for (std::size_t i = 1000; i < h.time_s.size(); i += 200)
        h.humidityOut_pct[i] += 6.0;
    const auto s = analyse(tests::testOf(site, chain.before_s));
    ASSERT_TRUE(flagOf(s, "SPIKES"));
    EXPECT_THAT(flagOf(s, "SPIKES")->text, HasSubstr("1201 of 240001"));
    EXPECT_TRUE(s.usable) << "one in 200, although one in 25 of the means has one";
    EXPECT_NEAR(s.measures->volume.value / clean.measures->volume.value, 1.0, 1e-4);
}

TEST(Doubtful, MoreThanSkinCanSweatHasNoClass) {
    const auto s = analyse(withRate(healthy(), [](double t, double& rate) {
        if (t > 150.0 && t < 300.0) rate += 1500.0 * std::sin((t - 150.0) / 150.0 * 3.14159);
    }));
    EXPECT_TRUE(flagOf(s, "CROSSOVER?"));
    EXPECT_EQ(causeOf(s), NoNorm::Crossover);
}

// 10. slow sampling

TEST(Doubtful, ASampleEveryTwoSecondsIsIndeterminateAndHasALongBaseline) {
    int i = 0;
    const auto s = analyse(withRate(healthy(), [&](double, double& rate) {
        if (i++ % 19 != 0) rate = missing;
    }));
    EXPECT_EQ(s.onset.verdict, Onset::Verdict::Indeterminate);
    EXPECT_FALSE(flagOf(s, "NO_ONSET"));
    ASSERT_TRUE(flagOf(s, "INDETERMINATE"));
    EXPECT_THAT(flagOf(s, "INDETERMINATE")->text, HasSubstr("sampled too slowly"));
    EXPECT_FALSE(flagOf(s, "SHORT_BASELINE"));
    EXPECT_NEAR(s.baseline->length.count(), 180.0, 3.0);
}

// 11. a coarse sensor

TEST(Doubtful, ASensorRoundedToATenthOfAPercentIsNotStuck) {
    const auto s = analyse(spoilt([](double, HumidityReading& r) {
        r.humidityOut.value = std::round(r.humidityOut.value * 10.0) / 10.0;
    }));
    EXPECT_TRUE(s.usable);
    EXPECT_FALSE(flagOf(s, "FROZEN"));
    EXPECT_TRUE(flagOf(s, "COARSE"));
    EXPECT_NEAR(s.measures->volume.value, 1.0, 0.02);
}

// 12. one dead channel

TEST(Doubtful, AChannelWithoutAnySampleDoesNotLoseTheOthers) {
    auto test = healthy();
    test.sites.insert(test.sites.begin(), SiteSignals{"foot", {}, {}, {}, {}, {}});
    const auto result = analyzeTest(test, {});
    ASSERT_TRUE(result) << result.error().sentence();
    ASSERT_EQ(result->sites.size(), 2U);
    EXPECT_FALSE(result->sites[0].usable);
    ASSERT_TRUE(flagOf(result->sites[0], "UNREADABLE"));
    EXPECT_THAT(flagOf(result->sites[0], "UNREADABLE")->text, HasSubstr("not one gas reading"));
    EXPECT_TRUE(result->sites[1].usable);
    EXPECT_NEAR(result->sites[1].measures->volume.value, 1.0, 0.02);
    test.sites.pop_back();
    EXPECT_FALSE(analyzeTest(test, {})) << "no site can be read";
}

// 13. rates below zero

TEST(Doubtful, AResponseUpsideDownHasNoShapeAndNoClass) {
    const auto s = analyse(withRate(healthy(), [](double, double& rate) { rate = -rate; }));
    EXPECT_EQ(s.shape, ResponseShape::Unknown);
    ASSERT_TRUE(flagOf(s, "DRY_INLET"));
    EXPECT_TRUE(flagOf(s, "DRY_INLET")->voids);
    EXPECT_EQ(causeOf(s), NoNorm::NoVolume);
}

TEST(Doubtful, ADryMinuteDoesNotVoid) {
    const auto s = analyse(withRate(healthy(), [](double t, double& rate) {
        if (t > 500.0 && t < 560.0) rate -= 120.0;
    }));
    ASSERT_TRUE(flagOf(s, "DRY_INLET"));
    EXPECT_FALSE(flagOf(s, "DRY_INLET")->voids);
}

} // namespace
} // namespace eccrine::analysis
