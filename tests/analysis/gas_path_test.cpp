// SPDX-License-Identifier: GPL-3.0-or-later
// The ways of gas and current: each fault is put into a healthy recording, and the healthy one is told from
// it.
#include "analysis/gas_path.hpp"
#include "analysis/qsart_analysis.hpp"
#include "tests/analysis/synthetic_curve.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

namespace eccrine::analysis {
namespace {

using tests::spoilt;

constexpr double start_s = tests::spoiltStart_s;

RecordedTest healthy() {
    return spoilt([](double, HumidityReading&) {});
}

SiteAnalysis analyzed(const RecordedTest& test, const AnalysisParameters& parameters = {}) {
    auto result = analyzeTest(test, parameters);
    EXPECT_TRUE(result) << result.error().sentence();
    return result ? result->sites.at(0) : SiteAnalysis{};
}

const QualityFlag* flagOf(const SiteAnalysis& site, const std::string& code) {
    for (const QualityFlag& f : site.flags)
        if (f.code == code) return &f;
    return nullptr;
}

/// A column as long as the recording; `value(t)` with t from the stimulus start.
template <class Value>
std::vector<double> columnOf(const RecordedTest& test, Value value) {
    std::vector<double> out;
    for (const double t : test.sites[0].humidity.time_s)
        out.push_back(value(t - start_s));
    return out;
}

// Outlet and inlet flow

/// A meter behind the capsule that sees the dry gas and the water in it, less `lost` from 100 to 160 s.
RecordedTest withOutletMeter(double lost, double moreHumid_pct = 0.0) {
    auto test = spoilt([&](double, HumidityReading& r) { r.humidityOut.value += moreHumid_pct; });
    HumiditySignals& h = test.sites[0].humidity;
    for (std::size_t i = 0; i < h.time_s.size(); ++i) {
        const double t = h.time_s[i] - start_s;
        const double e = vapourPressure({h.humidityOut_pct[i]}, {32.0}, {101325.0}, true).value;
        h.flowOut_sccm.push_back(100.0 / (1.0 - e / 101325.0) * (t > 100.0 && t < 160.0 ? 1.0 - lost : 1.0));
    }
    return test;
}

TEST(GasPath, AnOutletThatLosesMoreThanThreePercentIsALeakAndSaysWhere) {
    const auto site = analyzed(withOutletMeter(0.05));
    const auto* leak = flagOf(site, "LEAK");
    ASSERT_TRUE(leak);
    EXPECT_NEAR(leak->from->count(), 100.5, 1.1);
    EXPECT_NEAR(leak->to->count(), 159.5, 1.1);
    EXPECT_FALSE(site.usable);
}

TEST(GasPath, TheWaterOfTheSweatIsNoMismatch) {
    EXPECT_FALSE(flagOf(analyzed(withOutletMeter(0.0)), "LEAK"));
    EXPECT_FALSE(flagOf(analyzed(withOutletMeter(0.02)), "LEAK"));
    // 80 %RH at 32 °C are 3.8 % of water, more than the limit: taken for gas it would be a mismatch
    EXPECT_FALSE(flagOf(analyzed(withOutletMeter(0.0, 78.0)), "LEAK"));
}

// Air from the room

/// A room of 45 %RH at 24 °C that a draught stirs by 3 %RH, of which the outlet shows `share`.
RecordedTest inRoom(double share, bool stirred = true) {
    const auto stir = [stirred](double t) {
        return stirred ? 2.0 * std::sin(t / 13.0) + 1.5 * std::sin(t / 7.3 + 1.0) : 0.2 * t / 60.0;
    };
    const double toOutlet = saturationPressure(kelvinsOf(Celsius{24.0})).value /
                            saturationPressure(kelvinsOf(Celsius{32.0})).value;
    auto test = spoilt(
        [&](double t, HumidityReading& r) { r.humidityOut.value += share * toOutlet * (45.0 + stir(t)); });
    HumiditySignals& h = test.sites[0].humidity;
    h.roomHumidity_pct = columnOf(test, [&](double t) { return 45.0 + stir(t); });
    h.roomTemperature_c = columnOf(test, [](double) { return 24.0; });
    return test;
}

TEST(GasPath, AnOutletThatFollowsTheRoomSucksAirIn) {
    const auto site = analyzed(inRoom(0.05));
    const auto* leak = flagOf(site, "LEAK");
    ASSERT_TRUE(leak);
    EXPECT_LE(leak->from->count(), -170.0);
    EXPECT_GE(leak->to->count(), 50.0); // before the response covers it, which begins at 105 s
    EXPECT_THAT(leak->text, testing::HasSubstr("room"));
    EXPECT_FALSE(site.usable);
}

TEST(GasPath, ASealedCapsuleInTheSameRoomDoesNot) {
    EXPECT_FALSE(flagOf(analyzed(inRoom(0.0)), "LEAK"));
    EXPECT_FALSE(flagOf(analyzed(inRoom(0.0, false)), "LEAK")) << "a drift of the room is no sign";
}

// Condensation

/// Outlet at 32 °C with some 72 %RH from 200 to 260 s, reached and left within 20 s: a dew point of 26 °C.
/// Dry gas of 24 °C, which is the dew point of 62.7 %RH at 32 °C.
RecordedTest humidOutlet() {
    auto test = spoilt([](double t, HumidityReading& r) {
        r.humidityOut.value += 66.0 * std::clamp(std::min(t - 180.0, 280.0 - t) / 20.0, 0.0, 1.0);
    });
    test.sites[0].humidity.humidityIn_pct = columnOf(test, [](double t) { return 0.01 * std::sin(t); });
    test.sites[0].humidity.temperatureIn_c =
        columnOf(test, [](double t) { return 24.0 + 0.01 * std::sin(t); });
    return test;
}

TEST(GasPath, ADewPointAboveTheTubeIsCondensationWithItsSpan) {
    const auto site = analyzed(humidOutlet());
    const auto* flag = flagOf(site, "CONDENSATION");
    ASSERT_TRUE(flag);
    EXPECT_NEAR(flag->from->count(), 197.5, 1.5); // 6 %RH of sweat and 56.7 of the 66
    EXPECT_NEAR(flag->to->count(), 262.5, 1.5);
    EXPECT_FALSE(site.peakReliable);
    EXPECT_EQ(site.normBar.cause, NoNorm::LowerBound);
}

TEST(GasPath, AHeatedTubeAWarmRoomOrADryOutletDoNotCondense) {
    auto heated = humidOutlet();
    heated.meta["tube_temperature_c"] = "35";
    EXPECT_FALSE(flagOf(analyzed(heated), "CONDENSATION"));
    auto room = humidOutlet();
    room.sites[0].humidity.roomHumidity_pct = columnOf(room, [](double) { return 45.0; });
    room.sites[0].humidity.roomTemperature_c = columnOf(room, [](double) { return 27.0; });
    EXPECT_FALSE(flagOf(analyzed(room), "CONDENSATION"));
    EXPECT_FALSE(flagOf(analyzed(healthy()), "CONDENSATION"));
}

// Contact of the electrode

/// 2 mA for 300 s at 10 Hz, `spoil(t, mA, V)` with t from the stimulus start; 15 V.
template <class Spoil>
RecordedTest withCurrent(Spoil spoil) {
    auto test = healthy();
    CurrentSignals& c = test.sites[0].current;
    c.voltage_v.clear();
    for (std::size_t i = 0; i < c.time_s.size(); ++i) {
        double volt = c.current_ma[i] > 0.0 ? 15.0 : 0.0;
        spoil(c.time_s[i] - start_s, c.current_ma[i], volt);
        c.voltage_v.push_back(volt);
    }
    test.meta["protocol.voltage_limit_v"] = "60";
    test.meta["protocol.current_ma"] = "2";
    return test;
}

TEST(Contact, CurrentThatDoesNotFlowAlthoughCommandedVoidsAndSaysWhere) {
    const auto site = analyzed(withCurrent([](double t, double& ma, double& volt) {
        if (t < 120.0 || t > 123.0) return;
        ma = 0.0;
        volt = 60.0;
    }));
    const auto* flag = flagOf(site, "DETACH");
    ASSERT_TRUE(flag);
    EXPECT_NEAR(flag->from->count(), 120.0, 0.11);
    EXPECT_NEAR(flag->to->count(), 123.0, 0.11);
    EXPECT_TRUE(flag->voids);
    EXPECT_FALSE(site.usable);
}

/// Paused from 120 to 180 s, and up again by a ramp of 20 s; so much longer at the end.
RecordedTest paused() {
    auto test = withCurrent([](double t, double& ma, double& volt) {
        if (t < 0.0) return;
        ma = t < 120.0 ? 2.0 : t < 180.0 ? 0.0 : t < 200.0 ? 0.1 * (t - 180.0) : t < 370.0 ? 2.0 : 0.0;
        volt = ma > 0.0 ? 15.0 : 0.0;
    });
    test.stimulusStop = Seconds{start_s + 370.0};
    test.events.push_back({Seconds{start_s + 120.0}, "delivery_paused", {}, {}});
    test.events.push_back({Seconds{start_s + 180.0}, "delivery", {}, R"({"from":"S8","to":"S5"})"});
    return test;
}

TEST(Contact, APauseIsNoElectrodeThatHasComeOffButSaysWhatItIs) {
    const auto site = analyzed(paused());
    EXPECT_FALSE(flagOf(site, "DETACH"));
    const auto* flag = flagOf(site, "PAUSED");
    ASSERT_TRUE(flag);
    EXPECT_FALSE(flag->voids);
    EXPECT_NEAR(flag->from->count(), 120.0, 0.11);
    EXPECT_NEAR(flag->to->count(), 180.0, 0.11);
    ASSERT_TRUE(site.delivered);
    EXPECT_NEAR(site.delivered->charge.value, 600.0, 1.0); // 240 + 20 + 340 mC
    EXPECT_NEAR(site.delivered->duration.count(), 310.0, 0.2) << "the pause is no part of it";
}

TEST(Contact, AStimulationThatWasPausedIsNotComparedWithNormsNorWithTheOtherSide) {
    auto test = paused();
    test.sites.push_back(test.sites[0]);
    test.sites[0].site = "left_foot";
    test.sites[1].site = "right_foot";
    const auto result = analyzeTest(test, {});
    ASSERT_TRUE(result) << result.error().sentence();
    for (const SiteAnalysis& site : result->sites) {
        EXPECT_TRUE(site.usable);
        EXPECT_EQ(site.normBar.cause, NoNorm::OtherStimulus);
        EXPECT_THAT(site.normBar.reason, testing::HasSubstr("paused for 60 s"));
    }
    ASSERT_EQ(result->sides.size(), 1U);
    EXPECT_FALSE(result->sides[0].ratio);
    EXPECT_EQ(result->sides[0].absentBecause, "the stimulation of the left side was paused");
}

TEST(Contact, TheFootOfARampIsNoElectrodeThatHasComeOff) {
    const auto ended = [](double after_s) { // 2 mA by 20 s, but everything ends before
        auto test = withCurrent([after_s](double t, double& ma, double&) {
            if (t >= 0.0) ma = t < after_s ? 0.1 * t : 0.0;
        });
        test.stimulusStop = Seconds{start_s + after_s};
        return analyzed(test);
    };
    EXPECT_FALSE(flagOf(ended(5.0), "DETACH")) << "below a tenth of 2 mA for 2 s, as every ramp";
    EXPECT_FALSE(flagOf(ended(1.5), "DETACH"));
    auto again = paused(); // and ended in the ramp after the pause
    auto& c = again.sites[0].current;
    for (std::size_t i = 0; i < c.time_s.size(); ++i)
        if (c.time_s[i] > start_s + 190.0) c.current_ma[i] = 0.0;
    again.stimulusStop = Seconds{start_s + 190.0};
    EXPECT_FALSE(flagOf(analyzed(again), "DETACH"));
}

TEST(Contact, AnElectrodeThatComesOffInTheRampIsStillFound) {
    auto test = withCurrent([](double t, double& ma, double&) {
        if (t >= 0.0 && t < 20.0) ma = t > 8.0 && t < 10.0 ? 0.0 : 0.1 * t;
    });
    const auto site = analyzed(test);
    const auto* flag = flagOf(site, "DETACH");
    ASSERT_TRUE(flag);
    EXPECT_NEAR(flag->from->count(), 8.1, 0.11);
    EXPECT_NEAR(flag->to->count(), 9.9, 0.11);
}

TEST(Contact, AnElectrodeThatComesOffBesideAPauseIsStillFound) {
    auto test = paused();
    auto& c = test.sites[0].current;
    for (std::size_t i = 0; i < c.time_s.size(); ++i)
        if (c.time_s[i] > start_s + 250.0 && c.time_s[i] < start_s + 254.0) c.current_ma[i] = 0.0;
    const auto* flag = flagOf(analyzed(test), "DETACH");
    ASSERT_TRUE(flag);
}

TEST(Contact, WithoutANoteOfAPauseTheSameCurveIsAnOpenCircuit) {
    auto test = paused();
    test.events.clear();
    EXPECT_TRUE(flagOf(analyzed(test), "DETACH"));
}

TEST(Contact, AnElectrodeThatComesOffForGoodIsFoundByTheStatedStop) {
    const auto site = analyzed(withCurrent([](double t, double& ma, double&) {
        if (t > 200.0) ma = 0.0;
    }));
    const auto* flag = flagOf(site, "DETACH");
    ASSERT_TRUE(flag);
    EXPECT_NEAR(flag->from->count(), 200.1, 0.11);
    EXPECT_NEAR(flag->to->count(), 300.0, 0.11);
}

TEST(Contact, AVoltageAtTheLimitWithTooLittleCurrentIsToldAndDoesNotVoid) {
    const auto limited = [](double volt) {
        return withCurrent([volt](double t, double& ma, double& v) {
            if (t < 20.0 || t > 60.0) return;
            ma = 1.7;
            v = volt;
        });
    };
    const auto site = analyzed(limited(59.9));
    const auto* flag = flagOf(site, "DETACH");
    ASSERT_TRUE(flag);
    EXPECT_FALSE(flag->voids);
    EXPECT_NEAR(flag->from->count(), 20.0, 0.11);
    EXPECT_NEAR(flag->to->count(), 60.0, 0.11);
    EXPECT_FALSE(flagOf(analyzed(limited(40.0)), "DETACH"));
}

TEST(Contact, ABreakIsNotHiddenByTheRampAtTheEnd) {
    const auto site = analyzed(withCurrent([](double t, double& ma, double&) {
        if (t > 280.0 && t < 300.0) ma = 2.0 * (300.0 - t) / 20.0; // 2 s of it below a tenth
        if (t > 150.0 && t < 151.0) ma = 0.0;
    }));
    const auto* flag = flagOf(site, "DETACH");
    ASSERT_TRUE(flag);
    EXPECT_NEAR(flag->from->count(), 150.1, 0.11);
    EXPECT_NEAR(flag->to->count(), 150.9, 0.11);
}

TEST(Contact, ABreakIsOneWhereverItLies) {
    for (const double at : {50.3, 50.7, 51.1, 102.0}) { // readings are looked at in blocks of 51.2 s
        const auto site = analyzed(withCurrent([at](double t, double& ma, double&) {
            if (t > at && t < at + 1.2) ma = 0.0;
        }));
        const auto* flag = flagOf(site, "DETACH");
        ASSERT_TRUE(flag) << at;
        EXPECT_NEAR(flag->from->count(), at, 0.21);
        EXPECT_NEAR(flag->to->count(), at + 1.2, 0.21);
    }
}

TEST(Contact, TimesOfTheCurrentThatGoBackAreRefused) {
    auto test = healthy();
    std::swap(test.sites[0].current.time_s[100], test.sites[0].current.time_s[101]);
    const auto result = analyzeTest(test, {});
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().what, testing::HasSubstr("the times of the current do not rise"));
}

TEST(Contact, ASourceThatStopsAChannelByItsChargeIsNoOpenCircuit) {
    // 2 mA until 296 of the stated 300 s: 592 of 600 mC
    const auto early = [](double until_s) {
        return analyzed(withCurrent([until_s](double t, double& ma, double&) {
            if (t > until_s) ma = 0.0;
        }));
    };
    EXPECT_FALSE(flagOf(early(296.0), "DETACH"));
    EXPECT_TRUE(early(296.0).usable);
    EXPECT_TRUE(flagOf(early(280.0), "DETACH")) << "560 mC are below 95 %";
    EXPECT_FALSE(early(280.0).usable);
}

TEST(Contact, WhereCurrentWasNotRecordedNobodySaysThatItWasInterrupted) {
    auto test = healthy();
    CurrentSignals& c = test.sites[0].current;
    for (std::size_t i = 0; i < c.time_s.size(); ++i)
        if (const double t = c.time_s[i] - start_s; t > 100.0 && t < 140.0)
            c.current_ma[i] = std::numeric_limits<double>::quiet_NaN();
    const auto site = analyzed(test);
    const auto* flag = flagOf(site, "STIM_LOW");
    ASSERT_TRUE(flag);
    EXPECT_THAT(flag->text, testing::HasSubstr("was not recorded for 40 s"));
    EXPECT_FALSE(site.usable);
}

TEST(Contact, RampsAndAHealthyCurrentAreQuiet) {
    EXPECT_FALSE(flagOf(analyzed(withCurrent([](double, double&, double&) {})), "DETACH"));
    EXPECT_FALSE(flagOf(analyzed(withCurrent([](double t, double& ma, double&) {
                            if (t >= 0.0 && t < 20.0) ma = 2.0 * t / 20.0;
                            if (t > 295.0 && t < 300.0) ma = 2.0 * (300.0 - t) / 5.0;
                        })),
                        "DETACH"));
}

// Noise of the hygrometer

RecordedTest noisy(double white, double line) {
    std::mt19937 random(7);
    std::normal_distribution<double> normal;
    return spoilt([&](double t, HumidityReading& r) { // 38.36 nL/min per %RH
        r.humidityOut.value +=
            (white * normal(random) + line * std::sin(2.0 * std::numbers::pi * 1.7 * t)) / 38.36;
    });
}

TEST(HygrometerNoise, IsThatOfTheWhiteNoiseThatWasPutIn) {
    // white noise of 20 nL/min at 10 Hz is 20/sqrt(10) in 1 s means
    const auto site = analyzed(noisy(20.0, 0.0));
    ASSERT_TRUE(site.noise);
    EXPECT_NEAR(site.noise->white.value, 20.0 / std::sqrt(10.0), 0.6);
    EXPECT_FALSE(site.noise->line_hz);
    const auto* flag = flagOf(site, "NOISE");
    ASSERT_TRUE(flag);
    EXPECT_NEAR(flag->from->count(), -180.0, 0.2);
    EXPECT_NEAR(flag->to->count(), 0.0, 0.2);
}

TEST(HygrometerNoise, ARegularDisturbanceIsFoundWithItsFrequencyAndSize) {
    const auto site = analyzed(noisy(0.0, 5.0));
    ASSERT_TRUE(site.noise && site.noise->line_hz);
    EXPECT_NEAR(*site.noise->line_hz, 1.7, 0.05);
    EXPECT_NEAR(site.noise->line.value, 5.0 / std::numbers::sqrt2, 0.2);
    EXPECT_TRUE(flagOf(site, "NOISE_LINE"));
    EXPECT_FALSE(flagOf(site, "NOISE"));
}

TEST(HygrometerNoise, AHealthySensorIsQuietAndAShortBaselineSaysNothing) {
    const auto site = analyzed(healthy());
    ASSERT_TRUE(site.noise);
    EXPECT_NEAR(site.noise->white.value, 0.5 / std::sqrt(10.0), 0.03); // as synthetic_curve.hpp has it
    EXPECT_FALSE(flagOf(site, "NOISE"));
    EXPECT_FALSE(flagOf(site, "NOISE_LINE"));
    auto holes = healthy();
    for (std::size_t i = 0; i < holes.sites[0].humidity.time_s.size(); i += 300)
        holes.sites[0].humidity.humidityOut_pct[i] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(analyzed(holes).noise) << "no minute without a hole";
}

// Every flag

TEST(QualityFlags, EachOfThemHasAPlaceInTheCurve) {
    std::vector<RecordedTest> tests{healthy(), withOutletMeter(0.1), inRoom(0.1), humidOutlet(),
                                    noisy(30.0, 10.0)};
    tests.push_back(healthy());
    tests.back().sites[0].current = {}; // NO_CURRENT
    tests.push_back(healthy());
    tests.back().meta["protocol.charge_mc"] = "900"; // STIM_LOW
    tests.push_back(healthy());
    tests.back().stimulusStart = Seconds{5000.0}; // STIM_TIME, NO_SAMPLES or NO_BASELINE
    tests.back().stimulusStop = Seconds{5300.0};
    tests.push_back(healthy());
    tests.back().stimulusStart = Seconds{2.0}; // NO_BASELINE
    tests::Shape still;
    still.amplitude = 0.0;
    tests.push_back(spoilt([](double, HumidityReading&) {}, "foot", 1, still)); // NO_ONSET, ZERO_VOLUME
    for (const double hole_s : {5.0, 60.0}) {                                   // GAP_BRIDGED, GAP
        tests.push_back(healthy());
        HumiditySignals& h = tests.back().sites[0].humidity;
        for (std::size_t i = 0; i < h.time_s.size(); ++i)
            if (h.time_s[i] - start_s > 150.0 && h.time_s[i] - start_s < 150.0 + hole_s)
                h.humidityOut_pct[i] = std::numeric_limits<double>::quiet_NaN();
    }
    tests.push_back(spoilt([](double t, HumidityReading& r) { // SPIKES
        if (std::abs(t - 150.0) < 0.05) r.humidityOut.value += 20.0;
    }));
    ASSERT_TRUE(flagOf(analyzed(tests.back()), "SPIKES"));
    std::size_t flags = 0;
    for (const RecordedTest& test : tests)
        for (const QualityFlag& f : analyzed(test).flags) {
            ++flags;
            EXPECT_TRUE(f.from && f.to) << f.code;
            if (f.from && f.to) {
                EXPECT_LE(f.from->count(), f.to->count()) << f.code;
            }
        }
    EXPECT_GT(flags, 30U);
}

TEST(QualityFlags, AGapSaysWhereItsHoleIs) {
    auto test = healthy();
    HumiditySignals& h = test.sites[0].humidity;
    for (std::size_t i = 0; i < h.time_s.size(); ++i)
        if (h.time_s[i] - start_s > 150.0 && h.time_s[i] - start_s < 170.0)
            h.humidityOut_pct[i] = std::numeric_limits<double>::quiet_NaN();
    const auto site = analyzed(test);
    const auto* gap = flagOf(site, "GAP");
    ASSERT_TRUE(gap);
    EXPECT_NEAR(gap->from->count(), 150.0, 0.11);
    EXPECT_NEAR(gap->to->count(), 170.0, 0.11);
}

} // namespace
} // namespace eccrine::analysis
