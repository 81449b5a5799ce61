// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace eccrine::analysis {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using tests::Chain;
using tests::Shape;
using tests::spoilt;

constexpr double start_s = tests::spoiltStart_s;

std::vector<std::string> codesOf(const SiteAnalysis& site) {
    std::vector<std::string> codes;
    for (const QualityFlag& f : site.flags)
        if (f.code != "NO_PRESSURE" && f.code != "NO_INLET" && f.code != "LAG_UNKNOWN")
            codes.push_back(f.code);
    return codes;
}

SiteAnalysis analyzed(const RecordedTest& test) {
    auto result = analyzeTest(test, {});
    EXPECT_TRUE(result) << result.error().sentence();
    return result->sites.at(0);
}

const QualityFlag& flagOf(const SiteAnalysis& site, const std::string& code) {
    for (const QualityFlag& f : site.flags)
        if (f.code == code) return f;
    throw std::runtime_error("no flag " + code);
}

TEST(Quality, AHealthyRecordingHasNoFlag) {
    const auto site = analyzed(spoilt([](double, HumidityReading&) {}));
    EXPECT_THAT(codesOf(site), IsEmpty());
    EXPECT_TRUE(site.usable);
    EXPECT_EQ(site.shape, ResponseShape::NormalReturn);
}

TEST(Quality, AHygrometerThatRepeatsItselfForTenSecondsVoidsTheChannelAndSaysWhere) {
    const auto site = analyzed(spoilt([](double t, HumidityReading& r) {
        if (t > 100.0 && t < 111.0) r.humidityOut = {5.0};
    }));
    EXPECT_THAT(codesOf(site), Contains("FROZEN"));
    EXPECT_FALSE(site.usable);
    EXPECT_NEAR(flagOf(site, "FROZEN").from->count(), 100.1, 0.2);
    EXPECT_NEAR(flagOf(site, "FROZEN").to->count(), 110.9, 0.2);
}

TEST(Quality, AConstantCurveIsAFrozenSensorAndNotAnAbsentResponse) {
    const auto site = analyzed(spoilt([](double, HumidityReading& r) { r.humidityOut = {1.0}; }));
    EXPECT_THAT(codesOf(site), Contains("FROZEN"));
    EXPECT_FALSE(site.usable);
    EXPECT_EQ(site.shape, ResponseShape::Unknown);
}

TEST(Quality, ALiftOffWithinTheWindowVoidsTheChannel) {
    // humidity jumps by more than 8 %RH within 2 s
    const auto site = analyzed(spoilt([](double t, HumidityReading& r) {
        if (t > 200.0) r.humidityOut.value += 30.0;
    }));
    EXPECT_THAT(codesOf(site), Contains("DETACH"));
    EXPECT_FALSE(site.usable);
}

TEST(Quality, ACapsuleSeatedAgainBeforeTheStimulusDoesNotVoidIt) {
    const auto site = analyzed(spoilt([](double t, HumidityReading& r) {
        if (t > -170.0 && t < -160.0) r.humidityOut.value += 30.0;
    }));
    EXPECT_THAT(codesOf(site), Contains("DETACH"));
    EXPECT_FALSE(flagOf(site, "DETACH").voids);
}

TEST(Quality, ALiftOffInTheRestDoesNotHideALaterOneWithinTheWindow) {
    const auto site = analyzed(spoilt([](double t, HumidityReading& r) {
        if ((t > -175.0 && t < -170.0) || t > 400.0) r.humidityOut.value += 12.0;
    }));
    EXPECT_FALSE(site.usable); // domain file 1.6: voids within 0 to 600 s
    const auto& flags = site.flags;
    EXPECT_EQ(std::count_if(flags.begin(), flags.end(), [](const auto& f) { return f.code == "DETACH"; }), 2);
    EXPECT_TRUE(std::any_of(flags.begin(), flags.end(), [](const auto& f) {
        return f.code == "DETACH" && f.voids && f.from->count() > 395.0 && f.to->count() < 405.0;
    }));
}

TEST(Quality, HumidGasIsToldBeforeItSaturates) {
    // above 70 %RH: evaporation may lag; above 90 %RH the peak is not given
    const auto site = analyzed(spoilt(
        [](double t, HumidityReading& r) { r.humidityOut.value *= t > 250.0 && t < 330.0 ? 9.0 : 1.0; }));
    EXPECT_THAT(codesOf(site), Contains("WET"));
}

TEST(Quality, AFlowThatLeavesItsBaselineByMoreThanThreePercentVoids) {
    EXPECT_THAT(codesOf(analyzed(spoilt([](double t, HumidityReading& r) {
                    if (t > 300.0) r.flow = {96.0};
                }))),
                Contains("FLOW"));
    EXPECT_THAT(codesOf(analyzed(spoilt([](double t, HumidityReading& r) {
                    if (t > 300.0) r.flow = {98.0};
                }))),
                Not(Contains("FLOW")));
}

TEST(Quality, TheFlowStopTestFindsACapsuleThatLeaks) {
    const auto stopped = [](double climb) {
        return spoilt([climb](double t, HumidityReading& r) {
            if (t < -198.0 || t > -187.0) return;
            r.flow = {0.5};
            r.humidityOut.value += climb * (t + 198.0) / 11.0;
        });
    };
    EXPECT_THAT(codesOf(analyzed(stopped(3.0))), Not(Contains("LEAK")));
    EXPECT_THAT(codesOf(analyzed(stopped(0.5))), Contains("LEAK"));
    EXPECT_FALSE(analyzed(stopped(0.5)).usable);
}

TEST(Quality, ASensorThatWarmsUpIsTold) {
    const auto site =
        analyzed(spoilt([](double t, HumidityReading& r) { r.temperatureOut.value += 0.2 * t / 60.0; }));
    EXPECT_THAT(codesOf(site), Contains("THERMAL"));
}

TEST(Quality, ABaselineThatHasNotSettledIsTold) {
    const auto site = analyzed(spoilt([](double t, HumidityReading& r) {
        r.humidityOut.value += t < 0.0 ? 0.5 * std::sin(t / 5.0) : 0.0; // ± 19 nL/min
    }));
    EXPECT_THAT(codesOf(site), Contains("UNSETTLED"));
}

TEST(Quality, HighRestingSweatIsItsOwnFindingAndHidesNothing) {
    Shape wet;
    wet.baseline = 150.0;
    const auto site = analyzed(spoilt([](double, HumidityReading&) {}, "forearm", 1, wet));
    EXPECT_THAT(codesOf(site), Contains("HIGH_RESTING"));
    EXPECT_TRUE(site.usable);
    EXPECT_NEAR(site.baseline->restingOutput.value, 150.0, 2.0);
}

TEST(Quality, ARateThatSkinCannotSweatIsACrossover) {
    const auto site = analyzed(spoilt([](double t, HumidityReading& r) {
        r.humidityOut.value += t > 10.0 && t < 200.0 ? 35.0 * std::min(1.0, (t - 10.0) / 60.0) : 0.0;
    }));
    EXPECT_THAT(codesOf(site), Contains("CROSSOVER?"));
}

TEST(Quality, MainsInTheCurrentIsFoundByItsSpectrum) {
    const auto with = [](double part) {
        auto test = spoilt([](double, HumidityReading&) {});
        auto& c = test.sites[0].current;
        c = {};
        for (int i = 0; i < 400'000; ++i) {
            const double t = i / 500.0;
            const bool on = t >= start_s && t < start_s + 300.0;
            c.time_s.push_back(t);
            c.current_ma.push_back(on ? 2.0 * (1.0 + part * std::sin(2.0 * std::numbers::pi * 50.0 * t))
                                      : 0.0);
        }
        return analyzed(test);
    };
    // 10 % amplitude is 7.1 % rms, 5 % amplitude 3.5 %; the limit is 5 %
    EXPECT_THAT(codesOf(with(0.10)), Contains("RIPPLE"));
    EXPECT_THAT(codesOf(with(0.05)), Not(Contains("RIPPLE")));
}

TEST(Quality, RippleIsLookedForOnlyWhereCurrentFlows) {
    const auto with = [](double pausedFrom_s, double pausedTo_s, double ripple) {
        auto test = spoilt([](double, HumidityReading&) {});
        auto& c = test.sites[0].current;
        c = {};
        for (int i = 0; i < 800 * 500; ++i) {
            const double t = i / 500.0, from = t - start_s;
            const bool on = from >= 0.0 && from < 520.0 && (from < pausedFrom_s || from > pausedTo_s);
            const double mains = std::sin(2.0 * std::numbers::pi * 50.0 * t);
            c.time_s.push_back(t);
            // an idle converter reads some 0.5 µA, and the mains beside it
            c.current_ma.push_back(on ? 2.0 * (1.0 + ripple * mains) : 0.0005 * (1.0 + mains));
        }
        test.stimulusStop = Seconds{start_s + 520.0};
        return analyzed(test);
    };
    EXPECT_THAT(codesOf(with(100.0, 500.0, 0.0)), Not(Contains("RIPPLE")))
        << "a pause, all that is looked at";
    EXPECT_THAT(codesOf(with(200.0, 380.0, 0.01)), Not(Contains("RIPPLE")));
    const auto beside = with(200.0, 380.0, 0.1);
    ASSERT_THAT(codesOf(beside), Contains("RIPPLE"));
    EXPECT_NEAR(flagOf(beside, "RIPPLE").from->count(), 130.0, 0.01);
    EXPECT_NEAR(flagOf(beside, "RIPPLE").to->count(), 200.0, 0.01) << "where the current flowed";
    EXPECT_THAT(codesOf(with(600.0, 600.0, 1.0)), Contains("RIPPLE")) << "gone in every period, and no pause";
}

TEST(Quality, RippleIsNotLookedForInACurrentThatWasAveragedAndThatIsSaid) {
    const auto with = [](double rows_hz, std::size_t samplesPerRow) {
        auto test = spoilt([](double, HumidityReading&) {});
        auto& c = test.sites[0].current;
        c = {};
        c.samplesPerRow = samplesPerRow;
        for (int i = 0; i < static_cast<int>(800.0 * rows_hz); ++i) {
            const double t = i / rows_hz;
            const bool on = t >= start_s && t < start_s + 300.0;
            c.time_s.push_back(t);
            c.current_ma.push_back(on ? 2.0 * (1.0 + 0.1 * std::sin(2.0 * std::numbers::pi * 50.0 * t))
                                      : 0.0);
        }
        return codesOf(analyzed(test));
    };
    EXPECT_THAT(with(1250.0, 4), Contains("RIPPLE")) << "means over 0.8 ms still show it";
    EXPECT_THAT(with(1250.0, 4), Not(Contains("NOT_ASSESSED")));
    EXPECT_THAT(with(625.0, 8), Contains("NOT_ASSESSED"));
    EXPECT_THAT(with(625.0, 8), Not(Contains("RIPPLE")));
    EXPECT_THAT(with(156.25, 32), Contains("NOT_ASSESSED"));
    EXPECT_THAT(with(50.0, 2), Not(Contains("NOT_ASSESSED"))) << "as recorded, 100 Hz, it could not be seen";
    EXPECT_THAT(with(625.0, 1), Contains("RIPPLE")) << "as recorded";
}

TEST(Quality, GasReadingsThatWereAveragedToLessThanTheAnalysisWouldAreSaid) {
    auto test = spoilt([](double, HumidityReading&) {}); // 10 Hz
    test.sites[0].humidity.samplesPerRow = 512;
    const auto site = analyzed(test);
    EXPECT_THAT(codesOf(site), testing::ElementsAre("REDUCED"));
    EXPECT_THAT(flagOf(site, "REDUCED").text, testing::HasSubstr("averaged to 10 a second"));
    EXPECT_TRUE(site.usable);
    AnalysisParameters slow;
    slow.mostHz = 5.0; // what the analysis does itself is no loss
    const auto result = analyzeTest(test, slow);
    ASSERT_TRUE(result);
    EXPECT_THAT(codesOf(result->sites[0]), Not(Contains("REDUCED")));
}

TEST(Quality, BurstsAtSeveralSitesAtOnceAreArousalAtOneSiteTheyAreNot) {
    const auto burst = [](double t, HumidityReading& r) {
        if (t > -60.0 && t < -45.0) r.humidityOut.value += 20.0 / 38.36; // 20 nL/min for 15 s
    };
    const auto still = [](double, HumidityReading&) {};
    auto together = spoilt(burst, "forearm", 1);
    together.sites.push_back(spoilt(burst, "foot", 2).sites[0]);
    EXPECT_THAT(codesOf(analyzed(together)), Contains("AROUSAL"));
    EXPECT_NEAR(flagOf(analyzed(together), "AROUSAL").from->count(), -60.0, 1.5);
    auto alone = spoilt(burst, "forearm", 1);
    alone.sites.push_back(spoilt(still, "foot", 2).sites[0]);
    EXPECT_THAT(codesOf(analyzed(alone)), Not(Contains("AROUSAL")));
}

TEST(Quality, TheRhythmOfSweatExpulsionsIsFound) {
    const auto rhythm = analyzed(spoilt([](double t, HumidityReading& r) {
        r.humidityOut.value +=
            (t > 0.0 ? 3.0 : 0.0) / 38.36 * std::sin(2.0 * std::numbers::pi * t / 8.0); // 7.5 / min
    }));
    ASSERT_TRUE(rhythm.expulsionsPerMin);
    EXPECT_NEAR(*rhythm.expulsionsPerMin, 7.5, 0.5);
    EXPECT_FALSE(analyzed(spoilt([](double, HumidityReading&) {})).expulsionsPerMin);
}

TEST(ResponseShape, EachIsNamed) {
    Shape still;
    still.amplitude = 0.0;
    EXPECT_EQ(analyzed(spoilt([](double, HumidityReading&) {}, "foot", 1, still)).shape,
              ResponseShape::Absent);
    Shape persistent{40.0, 280.7, 45.0, 40.0, 1.0, 900.0}; // published synthetic: residual above 0.7
    EXPECT_EQ(analyzed(spoilt([](double, HumidityReading&) {}, "foot", 1, persistent)).shape,
              ResponseShape::Persistent);
    const auto biphasic = analyzed(spoilt([](double t, HumidityReading& r) {
        if (t > 200.0 && t < 260.0)
            r.humidityOut.value -= 4.0 * std::sin((t - 200.0) / 60.0 * std::numbers::pi);
    }));
    EXPECT_EQ(biphasic.shape, ResponseShape::Biphasic);
}

TEST(SiteRatios, AreThoseOfTheVolumesAndAbsentWhereAVolumeIs) {
    auto test = spoilt([](double, HumidityReading&) {}, "proximal_leg", 1);
    Shape half;
    half.amplitude = 0.5 * Shape{}.amplitude;
    test.sites.push_back(spoilt([](double, HumidityReading&) {}, "distal_leg", 2, half).sites[0]);
    Shape still;
    still.amplitude = 0.0;
    test.sites.push_back(spoilt([](double, HumidityReading&) {}, "foot", 3, still).sites[0]);
    const auto result = analyzeTest(test, {});
    ASSERT_TRUE(result);
    ASSERT_EQ(result->ratios.size(), 1U);
    EXPECT_EQ(result->ratios[0].over, "distal_leg");
    EXPECT_EQ(result->ratios[0].under, "proximal_leg");
    EXPECT_NEAR(result->ratios[0].value, 0.5, 0.02);
}

/// Left and right foot, the right one with `part` of the left one's response.
TestAnalysis ofTwoFeet(double part, double leftPart = 1.0) {
    const auto foot = [](const char* name, unsigned seed, double amplitude) {
        Shape shape;
        shape.amplitude *= amplitude;
        return spoilt([](double, HumidityReading&) {}, name, seed, shape);
    };
    auto test = foot("left_foot", 1, leftPart);
    test.sites.push_back(foot("right_foot", 2, part).sites[0]);
    auto result = analyzeTest(test, {});
    EXPECT_TRUE(result) << result.error().sentence();
    return result ? *result : TestAnalysis{};
}

TEST(SideRatios, AreRightOverLeftAndTheDifferenceInPercentOfTheMean) {
    const auto result = ofTwoFeet(0.5);
    ASSERT_EQ(result.sides.size(), 1U);
    const SideComparison& side = result.sides[0];
    EXPECT_EQ(side.site, "foot");
    EXPECT_EQ(side.right, "right_foot");
    EXPECT_NEAR(*side.ratio, 0.5, 0.02);
    EXPECT_NEAR(*side.difference_pct, -100.0 * 0.5 / 0.75, 3.0);
    const auto &left = *result.sites[0].measures, &right = *result.sites[1].measures;
    EXPECT_NEAR(*side.uncertainty,
                *side.ratio * std::hypot(left.uncertainty.value / left.volume.value,
                                         right.uncertainty.value / right.volume.value),
                1e-9);
    EXPECT_NEAR(side.restingDifference->value, 0.0, 1.0); // both rest at 40 nL/min
    EXPECT_TRUE(side.absentBecause.empty());
}

TEST(SideRatios, OfASideWithoutSweatAreAbsentWithTheirReasonButTheDifferenceIsThere) {
    const auto result = ofTwoFeet(1.0, 0.0);
    ASSERT_EQ(result.sides.size(), 1U);
    EXPECT_FALSE(result.sides[0].ratio);
    EXPECT_THAT(result.sides[0].absentBecause, testing::HasSubstr("left side"));
    EXPECT_NEAR(*result.sides[0].difference_pct, 200.0, 5.0);
    const auto none = ofTwoFeet(0.0, 0.0);
    EXPECT_FALSE(none.sides[0].difference_pct) << "two zeros have no difference in percent";
}

TEST(SideRatios, TheSitesOfASideHaveTheirOwnRatiosAndASingleSideHasNoComparison) {
    auto test = spoilt([](double, HumidityReading&) {}, "left_proximal_leg", 1);
    Shape half;
    half.amplitude = 0.5 * Shape{}.amplitude;
    test.sites.push_back(spoilt([](double, HumidityReading&) {}, "left_distal_leg", 2, half).sites[0]);
    const auto result = analyzeTest(test, {});
    ASSERT_TRUE(result);
    ASSERT_EQ(result->ratios.size(), 1U);
    EXPECT_EQ(result->ratios[0].over, "left_distal_leg");
    EXPECT_NEAR(result->ratios[0].value, 0.5, 0.02);
    EXPECT_GT(result->ratios[0].uncertainty, 0.0);
    EXPECT_THAT(result->sides, IsEmpty());
}

TEST(SteepestRise, IsThatOfAKnownLine) {
    SecondMeans means;
    for (int t = -60; t < 300; ++t)
        means.add(t, t < 100   ? 40.0
                     : t < 160 ? 40.0 + 2.0 * (t - 100)
                               : 160.0); // 2 nL/min a second: 120 per min
    means.finish();
    EXPECT_NEAR(*steepestRise(means, 0.0, 250.0), 120.0, 1e-6);
    EXPECT_FALSE(steepestRise(means, 0.0, 15.0));
}

} // namespace
} // namespace eccrine::analysis
