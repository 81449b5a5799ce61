// SPDX-License-Identifier: GPL-3.0-or-later
// Expected values: the detection thresholds and safety requirements (SR, F) of the current source
// (fast over-current 1.25·set + 50 µA in 2 of 3, slow 1.05·set + 20 µA over 500 ms, charge 102 %, reading age
// 250 ms, invalid 3 in 100 ms, open circuit 20 % or 98 % of the voltage limit for 50 ms).
#include "acquisition/current_interlock.hpp"
#include "tests/acquisition/couch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::acquisition {
namespace {

TEST(CurrentInterlock, PermitsNothingBeforeItIsConfigured) {
    CurrentInterlock fresh;
    EXPECT_EQ(fresh.permit(demand(2000)).current_uA, (std::array<std::int32_t, maxSites>{}));
}

TEST(CurrentInterlock, LetsAWholeQsartPassWithoutATrip) {
    // 2 mA, ramps 20 s and 5 s, 600 mC: 287.5 s of hold (trapezoid).
    Couch couch;
    couch.period = 5ms;
    EXPECT_EQ(couch.interlock.permit(demand(2000, 100)).current_uA[3], 2000);
    const auto start = couch.now;
    const auto level = [&](microseconds t) {
        const double s = std::chrono::duration<double>(t).count();
        if (s < 20.0) return 100.0 * s;
        if (s < 307.5) return 2000.0;
        return std::max(0.0, 2000.0 - 400.0 * (s - 307.5));
    };
    bool down = false;
    while (couch.now - start < 320s) {
        const auto t = couch.now - start;
        if (t >= 307'500ms && !down) {
            down = true;
            static_cast<void>(couch.interlock.permit(demand(0, 400)));
        }
        // the device acts 80 ms after it was told, 1 % high, 3 µA of offset
        couch.all(level(t - 80ms) * 1.01 + 3.0);
        const auto trip = couch.step();
        ASSERT_FALSE(trip) << describe(*trip);
    }
    EXPECT_NEAR(couch.interlock.delivered(0).value, 600.0 * 1.01 + 0.003 * 320, 0.5);
    EXPECT_FALSE(couch.interlock.delivering());
}

TEST(CurrentInterlock, ClampsASetPointToTheSiteLimitAndToZeroBelow) {
    auto limits = fourSites();
    limits.sites[1].current = {1000};
    limits.sites[2] = {};
    Couch couch(limits);
    auto wanted = demand(5000);
    wanted.current_uA[3] = -5;
    EXPECT_EQ(couch.interlock.permit(wanted).current_uA,
              (std::array<std::int32_t, maxSites>{2500, 1000, 0, 0}));
}

TEST(CurrentInterlock, GivesNothingToASiteThatIsNotAddressed) {
    Couch couch;
    auto wanted = demand(2000);
    wanted.siteMask = 0b0101;
    EXPECT_EQ(couch.interlock.permit(wanted).current_uA,
              (std::array<std::int32_t, maxSites>{2000, 0, 2000, 0}));
}

TEST(CurrentInterlock, LeavesTheRestOfASetPointAlone) {
    Couch couch;
    auto wanted = demand(2000, 100);
    wanted.nonce = 7;
    wanted.command = 9;
    wanted.lease = 500ms;
    const auto permitted = couch.interlock.permit(wanted);
    EXPECT_EQ(permitted.nonce, 7U);
    EXPECT_EQ(permitted.command, 9U);
    EXPECT_EQ(permitted.ramp_uA_per_s, 100U);
    EXPECT_EQ(permitted.lease, 500ms);
}

TEST(CurrentInterlock, KeepsItsLimitsWhileCurrentIsCommanded) {
    Couch couch;
    couch.deliver();
    EXPECT_FALSE(couch.interlock.configure(fourSites()));
}

// ---- each rule on samples ----

struct FastCase {
    const char* name;
    std::vector<double> samples;
    bool trips;
};
std::ostream& operator<<(std::ostream& out, const FastCase& c) {
    return out << c.name;
}
class FastOverCurrent : public testing::TestWithParam<FastCase> {};
TEST_P(FastOverCurrent, NeedsTwoOfThreeAboveTheLimitOrTwoInARowAboveTheMaximum) {
    Couch couch;
    couch.deliver(1000); // limit 1.25 · 1000 + 50 = 1300 µA; maximum 2500 µA
    std::optional<Trip> trip;
    for (const double uA : GetParam().samples) {
        couch.now += couch.period;
        if (!trip) trip = couch.sample(2, uA);
    }
    ASSERT_EQ(trip.has_value(), GetParam().trips);
    if (trip) {
        EXPECT_EQ(trip->reason, TripReason::OverCurrent);
        EXPECT_EQ(trip->site, 2);
        EXPECT_EQ(trip->at, couch.device());
    }
}
INSTANTIATE_TEST_SUITE_P(Table, FastOverCurrent,
                         testing::Values(FastCase{"AtLimit", {1300, 1300, 1300, 1300}, false},
                                         FastCase{"TwoInARow", {1301, 1301}, true},
                                         FastCase{"OneOfThree", {1301, 1000, 1000, 1301, 1000}, false},
                                         FastCase{"FirstAndThird", {1301, 1000, 1301}, true},
                                         FastCase{"FirstAndFourth", {1301, 1000, 1000, 1301}, false},
                                         FastCase{"OneSpikeAboveTheMaximum", {9000, 1000, 1000}, false},
                                         FastCase{"Backwards", {-1301, -1301}, true},
                                         FastCase{
                                             "ANanBetweenDoesNotHideIt", {1301, notANumber, 1301}, true}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(CurrentInterlock, TripsAtTheSiteMaximumEvenWhereTheSetPointWouldAllowMore) {
    Couch couch;
    couch.deliver(2400); // 1.25 · 2400 + 50 = 3050 µA, the maximum is 2500 µA
    couch.current_uA[1] = 2500.0;
    EXPECT_EQ(couch.run(100ms), std::nullopt);
    couch.current_uA[1] = 2501.0;
    const auto from = couch.now;
    const auto trip = couch.run(100ms);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::OverCurrent);
    EXPECT_EQ(trip->limit, 2500.0);
    EXPECT_EQ(couch.now - from, 2ms) << "the second sample";
}

TEST(CurrentInterlock, TripsWhenCurrentFlowsThatNobodyAskedFor) {
    Couch couch;
    couch.all(50.0);
    couch.current_uA[0] = 10.0;
    couch.current_uA[1] = couch.current_uA[2] = couch.current_uA[3] = 0.0;
    EXPECT_EQ(couch.run(1s), std::nullopt);
    couch.current_uA[3] = 51.0;
    const auto trip = couch.run(100ms);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::OverCurrent);
    EXPECT_EQ(trip->site, 3);
}

TEST(CurrentInterlock, SlowOverCurrentTripsOnTheMeanOfHalfASecond) {
    Couch couch;
    couch.deliver(); // 1.05 · 2000 + 20 = 2120 µA
    couch.all(2119.0);
    EXPECT_EQ(couch.run(5s), std::nullopt);
    couch.current_uA[2] = 2125.0;
    const auto from = couch.now;
    const auto trip = couch.run(5s);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::SlowOverCurrent);
    EXPECT_EQ(trip->site, 2);
    EXPECT_EQ(trip->limit, 2120.0);
    EXPECT_LE(couch.now - from, 700ms) << "SR-7";
}

TEST(CurrentInterlock, AGainErrorOfTenPercentIsFoundWithin700Milliseconds) { // F-12
    Couch couch;
    couch.deliver();
    couch.all(2200.0);
    const auto from = couch.now;
    const auto trip = couch.run(5s);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::SlowOverCurrent);
    EXPECT_LE(couch.now - from, 700ms);
}

TEST(CurrentInterlock, OverChargeTripsAt102PercentOfTheTargetFromMeasuredCurrent) {
    auto limits = fourSites();
    for (auto& site : limits.sites)
        site.charge = {10.0};
    Couch couch(limits);
    static_cast<void>(couch.interlock.permit(demand(2000)));
    couch.all(2000.0);
    couch.current_uA[1] = 2050.0; // measured, not commanded, is what counts: 10.2 mC after 4.976 s
    const auto from = couch.now;
    const auto trip = couch.run(10s);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::OverCharge);
    EXPECT_EQ(trip->site, 1);
    EXPECT_EQ(couch.now - from, 4'976ms); // first multiple of 1 ms above 10.2 mC / 2.05 mA = 4.97561 s
    EXPECT_NEAR(trip->value, 10.2, 0.01);
    EXPECT_DOUBLE_EQ(trip->limit, 10.2);
}

TEST(CurrentInterlock, CountsChargeInIntegersWithoutDrift) {
    Couch couch;
    static_cast<void>(couch.interlock.permit(demand(100)));
    couch.all(100.0);
    ASSERT_EQ(couch.run(600s), std::nullopt);
    EXPECT_EQ(couch.interlock.deliveredNanoampereMicroseconds(0), 100'000LL * 600'000'000LL);
    EXPECT_DOUBLE_EQ(couch.interlock.delivered(0).value, 60.0);
}

TEST(CurrentInterlock, AReversedPolarityDoesNotTakeChargeBack) {
    Couch couch;
    static_cast<void>(couch.interlock.permit(demand(100)));
    couch.all(100.0);
    ASSERT_EQ(couch.run(5s), std::nullopt);
    couch.voltage_mV.fill(5'000.0);
    couch.all(-50.0); // less would be told as a fault of polarity
    ASSERT_EQ(couch.run(4s), std::nullopt);
    EXPECT_DOUBLE_EQ(couch.interlock.delivered(0).value, 0.7);
}

TEST(CurrentInterlock, NoiseAroundZeroAfterTheRunAddsNoCharge) {
    Couch couch;
    couch.deliver();
    static_cast<void>(couch.interlock.permit(demand(0)));
    ASSERT_EQ(couch.run(590ms), std::nullopt);
    couch.all(0.0);
    ASSERT_EQ(couch.run(1s), std::nullopt);
    const auto charge = couch.interlock.delivered(0);
    for (int i = 0; i < 10'000; ++i) {
        couch.all(i % 2 == 0 ? 10.0 : -10.0);
        ASSERT_EQ(couch.step(), std::nullopt);
    }
    EXPECT_EQ(couch.interlock.delivered(0), charge);
}

TEST(CurrentInterlock, CountsNoOffsetBeforeTheFirstCurrent) {
    Couch couch;
    couch.all(9.0);
    ASSERT_EQ(couch.run(60s), std::nullopt);
    EXPECT_EQ(couch.interlock.deliveredNanoampereMicroseconds(0), 0);
}

TEST(CurrentInterlock, CountsALostFrameAtTheMostThatCanHaveFlowed) {
    Couch couch;
    couch.deliver();
    const auto before = couch.interlock.delivered(0);
    couch.now += 49ms; // five frames lost, the readings around them low
    couch.all(1900.0);
    ASSERT_EQ(couch.step(), std::nullopt);
    // 48.5 ms at 2000 µA, 1.5 ms at 1900 µA
    EXPECT_NEAR((couch.interlock.delivered(0) - before).value, 0.0485 * 2.0 + 0.0015 * 1.9, 1e-9);
}

TEST(CurrentInterlock, CountsAnInvalidReadingAtTheMostThatCanHaveFlowed) {
    Couch couch;
    couch.deliver();
    const auto before = couch.interlock.delivered(0);
    couch.now += couch.period;
    EXPECT_EQ(couch.sample(0, notANumber), std::nullopt);
    EXPECT_NEAR((couch.interlock.delivered(0) - before).value, 0.002, 1e-12);
}

struct InvalidCase {
    const char* name;
    double current_uA;
    double voltage_mV;
    bool valid;
};
std::ostream& operator<<(std::ostream& out, const InvalidCase& c) {
    return out << c.name;
}
class InvalidReading : public testing::TestWithParam<InvalidCase> {};
TEST_P(InvalidReading, TripsAtTheThirdWithin100Milliseconds) {
    auto [name, uA, mV, valid] = GetParam();
    Couch couch; // idle, so that no other rule has an opinion about the first two
    ASSERT_EQ(couch.run(100ms), std::nullopt);
    std::optional<Trip> trip;
    int samples = 0;
    while (!trip && samples < 10) {
        couch.now += 50ms;
        ++samples;
        trip = couch.sample(1, uA, mV);
    }
    if (valid) {
        EXPECT_TRUE(!trip || trip->reason != TripReason::InvalidReading);
        return;
    }
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::InvalidReading);
    EXPECT_EQ(samples, 3);
}
INSTANTIATE_TEST_SUITE_P(Table, InvalidReading,
                         testing::Values(InvalidCase{"CurrentNotANumber", notANumber, 0, false},
                                         InvalidCase{"CurrentInfinite", infinite, 0, false},
                                         InvalidCase{"CurrentMinusInfinite", -infinite, 0, false},
                                         InvalidCase{"CurrentAbove30Milliamperes", 30'000.1, 0, false},
                                         InvalidCase{"CurrentBelowMinus30Milliamperes", -30'000.1, 0, false},
                                         InvalidCase{"CurrentAt30Milliamperes", 30'000.0, 0, true},
                                         InvalidCase{"VoltageNotANumber", 0, notANumber, false},
                                         InvalidCase{"VoltageAbove120Volts", 0, 120'000.1, false},
                                         InvalidCase{"VoltageBelowMinus120Volts", 0, -120'000.1, false},
                                         InvalidCase{"VoltageAt120Volts", 0, 120'000.0, true},
                                         InvalidCase{"MinusZero", -0.0, -0.0, true},
                                         InvalidCase{"Denormal", 5e-324, 5e-324, true}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(CurrentInterlock, ThreeInvalidReadingsOverMoreThan100MillisecondsDoNotTrip) {
    Couch couch;
    for (int i = 0; i < 20; ++i) {
        couch.now += 51ms;
        EXPECT_EQ(couch.sample(0, notANumber), std::nullopt);
    }
}

struct OpenCase {
    const char* name;
    double current_uA;
    double voltage_mV;
    microseconds lasts;
    bool trips;
};
std::ostream& operator<<(std::ostream& out, const OpenCase& c) {
    return out << c.name;
}
class OpenCircuit : public testing::TestWithParam<OpenCase> {};
TEST_P(OpenCircuit, TripsAfter50Milliseconds) {
    const auto& c = GetParam();
    Couch couch;
    couch.deliver();
    couch.current_uA[0] = c.current_uA;
    couch.voltage_mV[0] = c.voltage_mV;
    auto trip = couch.run(c.lasts);
    if (!trip) {
        couch.current_uA[0] = 2000.0;
        couch.voltage_mV[0] = 10'000.0;
        trip = couch.run(500ms);
    }
    // a load that changes at once has a rule of its own
    ASSERT_EQ(trip && trip->reason == TripReason::OpenCircuit, c.trips);
    if (trip) {
        EXPECT_EQ(trip->site, 0);
    }
}
INSTANTIATE_TEST_SUITE_P(Table, OpenCircuit,
                         testing::Values(OpenCase{"LeadOffFor5Milliseconds", 0, 60'000, 5ms,
                                                  false}, // F-13: ride through
                                         OpenCase{"LeadOffFor50Milliseconds", 0, 10'000, 50ms, false},
                                         OpenCase{"LeadOffFor51Milliseconds", 0, 10'000, 51ms, true},
                                         OpenCase{"AFifthOfTheSetPoint", 400, 10'000, 1s, false},
                                         OpenCase{"LessThanAFifth", 399, 10'000, 1s, true},
                                         OpenCase{"VoltageBelow98Percent", 2000, 58'799, 1s, false},
                                         OpenCase{"VoltageAt98Percent", 2000, 58'800, 1s, true}),
                         [](const auto& each) { return std::string(each.param.name); });

TEST(CurrentInterlock, OpenCircuitNeedsASetPointOfAtLeast50Microamperes) {
    Couch couch;
    static_cast<void>(couch.interlock.permit(demand(49)));
    EXPECT_EQ(couch.run(5s), std::nullopt);
    static_cast<void>(couch.interlock.permit(demand(50)));
    const auto trip = couch.run(5s);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::OpenCircuit);
}

TEST(CurrentInterlock, ADeviceThatHoldsItsRampBackIsNotAnOpenCircuit) {
    Couch couch;
    static_cast<void>(couch.interlock.permit(demand(2000, 100)));
    devices::FrontEndStatus status;
    EXPECT_EQ(couch.run(900ms), std::nullopt);
    couch.all(90.0);
    for (auto& site : status.sites)
        site.set_uA = 90;
    // Dry skin: the device freezes its ramp at 90 µA for ten seconds and says so ten times a second.
    for (int i = 0; i < 100; ++i) {
        couch.interlock.reported(status);
        ASSERT_EQ(couch.run(100ms), std::nullopt);
    }
    // Silent about it, it is one.
    const auto trip = couch.run(10s);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::OpenCircuit);
}

TEST(CurrentInterlock, BelievesACommandedDecreaseOnlyAfterTheTimeAStopMayTake) {
    // 100 ms until the device hears it, 500 ms of fast ramp (SR-14): no trip in that time, one after it.
    Couch couch;
    couch.deliver();
    static_cast<void>(couch.interlock.permit(demand(0)));
    EXPECT_EQ(couch.run(600ms), std::nullopt);
    const auto trip = couch.run(100ms);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::OverCurrent);
}

TEST(CurrentInterlock, AllowsForTheHostsSlownessInFrontOfAFastInstrument) {
    auto limits = fourSites();
    limits.declaredSpeed = 20.0; // 100 ms of host time are 2 s of device time
    Couch couch(limits);
    couch.deliver();
    static_cast<void>(couch.interlock.permit(demand(0)));
    EXPECT_EQ(couch.run(2'500ms), std::nullopt);
    EXPECT_TRUE(couch.run(100ms));
}

// ---- clocks ----

TEST(CurrentInterlock, TripsWhenReadingsStopFor250Milliseconds) {
    Couch couch;
    couch.deliver();
    const auto last = couch.now;
    std::optional<Trip> trip;
    while (!trip && couch.now - last < 1s) {
        couch.now += 10ms;
        trip = couch.interlock.tick(couch.host(), false);
    }
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::StaleReading);
    EXPECT_EQ(couch.now - last, 260ms);
    EXPECT_EQ(trip->noticed, couch.host());
    EXPECT_EQ(trip->at, DeviceTime{last});
}

TEST(CurrentInterlock, TripsWhenOneSiteFallsSilentWhileTheOthersTalk) {
    Couch couch;
    couch.deliver();
    couch.period = 10ms;
    std::optional<Trip> trip;
    for (int i = 0; i < 100 && !trip; ++i) {
        couch.now += 10ms;
        for (const std::uint8_t site : std::initializer_list<std::uint8_t>{0, 1, 3})
            EXPECT_EQ(couch.sample(site, 2000.0, 10'000.0 + couch.lastBit()), std::nullopt);
        trip = couch.interlock.tick(couch.host(), false);
    }
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::StaleReading);
    EXPECT_EQ(trip->site, 2);
}

TEST(CurrentInterlock, InvalidReadingsDoNotCountAsReadings) {
    Couch couch;
    couch.deliver();
    couch.period = 60ms;
    std::optional<Trip> trip;
    for (int i = 0; i < 100 && !trip; ++i) {
        couch.now += 60ms; // too far apart for the rule of three
        for (std::uint8_t site = 0; site < maxSites && !trip; ++site)
            trip = couch.sample(site, notANumber);
        if (!trip) trip = couch.interlock.tick(couch.host(), false);
    }
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::StaleReading);
}

TEST(CurrentInterlock, NoReadingAtAllAfterTheStartIsStaleToo) {
    Couch couch;
    static_cast<void>(couch.interlock.permit(demand(2000)));
    std::optional<Trip> trip;
    for (int i = 0; i < 26; ++i) {
        EXPECT_EQ(trip, std::nullopt) << i;
        trip = couch.interlock.tick(couch.host(), false);
        couch.now += 10ms;
    }
    EXPECT_EQ(trip, std::nullopt) << "250 ms exactly";
    trip = couch.interlock.tick(couch.host(), false);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::StaleReading);
}

TEST(CurrentInterlock, ABacklogAfterSilenceDoesNotMakeUpForIt) { // F-6
    Couch couch;
    couch.deliver();
    couch.now += 300ms;
    const auto trip = couch.sample(0, 2000.0); // arrives before the next tick
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::StaleReading);
    EXPECT_NEAR(trip->value, 300.0, 1.0);
}

TEST(CurrentInterlock, AWatchThatOversleptIsATrip) { // SR-16
    Couch couch;
    couch.deliver();
    const auto resumed = couch.host() + 251ms;
    for (std::uint8_t site = 0; site < maxSites; ++site) // fresh readings do not help: nobody looked
        EXPECT_EQ(couch.interlock.observe({.site = site,
                                           .current_uA = 2000.0,
                                           .voltage_mV = 10'000.0,
                                           .at = couch.device() + 1ms,
                                           .period = 1ms,
                                           .arrival = resumed}),
                  std::nullopt);
    const auto trip = couch.interlock.tick(resumed, false);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::StaleReading);
}

TEST(CurrentInterlock, SilenceWithoutCurrentIsNoTrip) {
    Couch couch;
    for (int i = 0; i < 10; ++i) {
        couch.now += 1s;
        EXPECT_EQ(couch.interlock.tick(couch.host(), false), std::nullopt);
    }
}

TEST(CurrentInterlock, IgnoresSamplesThatGoBackInTime) { // F-5
    Couch couch;
    couch.deliver();
    const auto charge = couch.interlock.deliveredNanoampereMicroseconds(0);
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(couch.sample(0, 9000.0), std::nullopt) << "the same time again";
        EXPECT_EQ(couch.interlock.observe({.site = 0,
                                           .current_uA = 9000.0,
                                           .voltage_mV = {},
                                           .at = couch.device() - 5ms,
                                           .period = 1ms,
                                           .arrival = couch.host()}),
                  std::nullopt);
    }
    EXPECT_EQ(couch.interlock.deliveredNanoampereMicroseconds(0), charge);
}

TEST(CurrentInterlock, IgnoresASiteThatDoesNotExist) {
    Couch couch;
    EXPECT_EQ(couch.sample(maxSites, 9000.0), std::nullopt);
    EXPECT_EQ(couch.interlock.delivered(maxSites).value, 0.0);
}

TEST(CurrentInterlock, WorksWithoutAVoltageChannel) {
    Couch couch;
    couch.deliver();
    for (int i = 0; i < 1000; ++i) {
        couch.now += couch.period;
        EXPECT_EQ(couch.interlock.observe({.site = 0,
                                           .current_uA = i % 2 == 0 ? 2000.0 : 2000.5,
                                           .voltage_mV = std::nullopt,
                                           .at = couch.device(),
                                           .period = couch.period,
                                           .arrival = couch.host()}),
                  std::nullopt);
    }
}

} // namespace
} // namespace eccrine::acquisition
