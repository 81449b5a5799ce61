// SPDX-License-Identifier: GPL-3.0-or-later
// A trip stays until a person clears it, whatever caused it.
#include "acquisition/current_interlock.hpp"
#include "tests/acquisition/couch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <string>

namespace eccrine::acquisition {
namespace {

// ---- latching ----

struct FaultCase {
    const char* name;
    TripReason reason;
    void (*inject)(Couch&);
};
std::ostream& operator<<(std::ostream& out, const FaultCase& c) {
    return out << c.name;
}
class EveryTrip : public testing::TestWithParam<FaultCase> {
protected:
    Couch couch;
    Trip trip;
    void SetUp() override {
        couch.deliver();
        GetParam().inject(couch);
        std::optional<Trip> seen = couch.run(5s);
        for (int i = 0; i < 100 && !seen; ++i) { // for the faults that stop the samples
            couch.now += 10ms;
            seen = couch.interlock.tick(couch.host(), couch.stop);
        }
        ASSERT_TRUE(seen);
        trip = *seen;
        ASSERT_EQ(trip.reason, GetParam().reason);
    }
    /// The person has let go of STOP, contact and readings are well again, no current flows.
    void mend() {
        couch.stop = false;
        couch.all(0.0);
        couch.voltage_mV.fill(0.0);
        EXPECT_EQ(couch.run(2s), std::nullopt);
    }
};

TEST_P(EveryTrip, BringsEverySiteToZeroAndLatches) {
    EXPECT_EQ(couch.interlock.latched(), trip);
    EXPECT_EQ(couch.interlock.permit(demand(2000)).current_uA, (std::array<std::int32_t, maxSites>{}));
    mend();
    EXPECT_EQ(couch.interlock.latched(), trip) << "time and good readings do not clear it";
    EXPECT_EQ(couch.interlock.permit(demand(2000)).current_uA, (std::array<std::int32_t, maxSites>{}));
}

TEST_P(EveryTrip, IsReportedOnceAndKeepsItsFirstCause) {
    couch.stop = true;
    couch.all(9000.0);
    EXPECT_EQ(couch.run(1s), std::nullopt);
    EXPECT_EQ(couch.interlock.latched(), trip);
}

TEST_P(EveryTrip, RefusesNewLimitsUntilCleared) {
    mend();
    EXPECT_FALSE(couch.interlock.configure(fourSites()));
    ASSERT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::Cleared);
    EXPECT_TRUE(couch.interlock.configure(fourSites()));
}

TEST_P(EveryTrip, IsClearedByAPersonWithANameAndThenNothingResumesByItself) {
    mend();
    EXPECT_EQ(couch.interlock.clear(""), CurrentInterlock::Clearing::NoName);
    EXPECT_EQ(couch.interlock.clear("  "), CurrentInterlock::Clearing::NoName);
    EXPECT_TRUE(couch.interlock.latched());
    EXPECT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::Cleared);
    EXPECT_FALSE(couch.interlock.latched());
    EXPECT_FALSE(couch.interlock.delivering());
    EXPECT_EQ(couch.interlock.permit(demand(2000)).current_uA[0], 0) << "a refresh of the old set-point";
    EXPECT_EQ(couch.interlock.permit(demand(0)).current_uA[0], 0);
    EXPECT_EQ(couch.interlock.permit(demand(2000)).current_uA[0], 2000);
}

TEST_P(EveryTrip, HasASentenceThatSaysWhatToDo) {
    const std::string text = describe(trip, "left forearm");
    EXPECT_TRUE(text.starts_with("Current stopped: ")) << text;
    EXPECT_TRUE(text.ends_with(".")) << text;
    EXPECT_NE(text.find("; "), std::string::npos) << text;
    if (trip.site != noSite) {
        EXPECT_NE(text.find("left forearm"), std::string::npos) << text;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Faults, EveryTrip,
    testing::Values(FaultCase{"Stop", TripReason::OperatorStop, [](Couch& c) { c.stop = true; }},
                    FaultCase{"Unplugged", TripReason::StaleReading, [](Couch& c) { c.now += 300ms; }},
                    FaultCase{"BrokenConverter", TripReason::InvalidReading,
                              [](Couch& c) { c.current_uA[1] = notANumber; }},
                    FaultCase{"StuckAtFullScale", TripReason::OverCurrent,
                              [](Couch& c) { c.current_uA[1] = 25'000.0; }}, // F-11
                    FaultCase{"GainError", TripReason::SlowOverCurrent,
                              [](Couch& c) { c.current_uA[1] = 2200.0; }}, // F-12
                    FaultCase{"ConverterStuck", TripReason::FrozenReading, [](Couch& c) { c.stuck = true; }},
                    FaultCase{"Reversed", TripReason::Polarity, [](Couch& c) { c.current_uA[1] = -2000.0; }},
                    FaultCase{"Bridged", TripReason::ShortCircuit, [](Couch& c) { c.voltage_mV[1] = 100.0; }},
                    FaultCase{"ElectrodeOff", TripReason::OpenCircuit,
                              [](Couch& c) { c.current_uA[1] = 0.0; }},
                    FaultCase{"ElectrodeLifts", TripReason::ContactDrift,
                              [](Couch& c) { c.voltage_mV[1] = 16'000.0; }}, // F-14
                    FaultCase{"SixFramesLost", TripReason::SamplesLost, [](Couch& c) { c.now += 60ms; }}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(CurrentInterlock, CurrentThatFlowsOnIsToldInPlaceOfWhateverIsLatched) { // SR-19, F-20
    Couch couch;
    couch.deliver();
    couch.stop = true;
    ASSERT_EQ(couch.run(100ms)->reason, TripReason::OperatorStop);
    couch.stop = false;
    couch.all(0.0);
    couch.current_uA[2] = 10.5;
    const auto from = couch.now;
    const auto trip = couch.run(10s);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::CurrentWithoutCommand);
    EXPECT_EQ(trip->site, 2);
    EXPECT_NEAR(trip->value, 10.5, 0.1);
    EXPECT_LE(couch.now - from, 600ms + 1100ms) << "STOP may take 600 ms";
    EXPECT_EQ(couch.interlock.latched(), trip);
    EXPECT_EQ(couch.run(10s), std::nullopt) << "once";
}

TEST(CurrentInterlock, AnOverChargeLatchesAndItsChargeOutlivesTheClearing) {
    auto limits = fourSites();
    limits.sites[0].charge = {2.0};
    Couch couch(limits);
    static_cast<void>(couch.interlock.permit(demand(2000)));
    couch.all(2000.0);
    ASSERT_EQ(couch.run(5s)->reason, TripReason::OverCharge);
    couch.all(0.0);
    EXPECT_EQ(couch.run(1s), std::nullopt);
    const auto charge = couch.interlock.delivered(0);
    ASSERT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::Cleared);
    EXPECT_EQ(couch.interlock.delivered(0), charge);
    // The dose has been given: going on with it trips at once.
    static_cast<void>(couch.interlock.permit(demand(0)));
    static_cast<void>(couch.interlock.permit(demand(2000)));
    ASSERT_TRUE(couch.run(10ms));
    EXPECT_EQ(couch.interlock.latched()->reason, TripReason::OverCharge);
}

TEST(CurrentInterlock, IsNotClearedWhileStopIsHeld) {
    Couch couch;
    couch.stop = true;
    ASSERT_TRUE(couch.run(20ms));
    EXPECT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::StopStillPressed);
    couch.stop = false;
    EXPECT_EQ(couch.run(20ms), std::nullopt);
    EXPECT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::Cleared);
}

TEST(CurrentInterlock, IsNotClearedWhileCurrentStillFlows) {
    Couch couch;
    couch.deliver();
    couch.current_uA[3] = 9000.0;
    ASSERT_TRUE(couch.run(20ms));
    couch.all(51.0);
    EXPECT_EQ(couch.run(100ms), std::nullopt);
    EXPECT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::CurrentStillFlows);
    couch.all(50.0);
    EXPECT_EQ(couch.run(100ms), std::nullopt);
    EXPECT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::Cleared);
}

TEST(CurrentInterlock, CanBeClearedASecondAfterTheLinkWasLost) {
    // The last reading says 2 mA and no other will come; the device's lease has taken it to zero.
    Couch couch;
    couch.deliver();
    couch.now += 300ms;
    ASSERT_TRUE(couch.interlock.tick(couch.host(), false));
    EXPECT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::CurrentStillFlows);
    couch.now += 701ms;
    EXPECT_EQ(couch.interlock.tick(couch.host(), false), std::nullopt);
    EXPECT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::Cleared);
}

TEST(CurrentInterlock, ClearingNothingSaysSo) {
    Couch couch;
    EXPECT_EQ(couch.interlock.clear("A. Technician"), CurrentInterlock::Clearing::NothingLatched);
}

TEST(CurrentInterlock, StopWorksWithNoCurrentAndNoSamples) {
    CurrentInterlock interlock;
    const auto trip = interlock.tick(MonotonicTime{1s}, true);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::OperatorStop);
    EXPECT_EQ(trip->site, noSite);
}

// F-19: a relay that welds right after the current has ended is told within its 1.1 s.
TEST(CurrentWithoutCommand, IsNotWaitedForOnceTheCurrentWasSeenToHaveGone) {
    Couch couch;
    couch.deliver();
    static_cast<void>(couch.interlock.permit(demand(0)));
    couch.all(0.0);
    ASSERT_EQ(couch.run(210ms), std::nullopt);
    couch.all(15.0); // less than any rule of too much current would find
    const auto welded = couch.now;
    const auto trip = couch.run(2s);
    ASSERT_TRUE(trip);
    EXPECT_EQ(trip->reason, TripReason::CurrentWithoutCommand);
    EXPECT_LE(couch.now - welded, 1100ms);
}

TEST(CurrentWithoutCommand, ARampThatFallsSlowlyIsNone) {
    Couch couch;
    couch.deliver();
    static_cast<void>(couch.interlock.permit(demand(0, 4000)));
    for (double uA = 2000.0; uA > 0.0; uA -= 4.0) { // the device's fast ramp of 500 ms
        couch.all(uA);
        ASSERT_EQ(couch.run(1ms), std::nullopt) << uA;
    }
    couch.all(0.0);
    EXPECT_EQ(couch.run(3s), std::nullopt);
}

} // namespace
} // namespace eccrine::acquisition
