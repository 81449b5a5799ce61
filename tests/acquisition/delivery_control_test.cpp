// SPDX-License-Identifier: GPL-3.0-or-later
// Self-test, contact probe, arming, pause and resume on a device in memory.
#include "acquisition/device_loop.hpp"
#include "tests/acquisition/delivery_bench.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace eccrine::acquisition {
namespace {

using devices::DeliveryMode;
using tests::DeliveryRun;

// ---- self-test ----

TEST_F(DeliveryRun, TheSelfTestSendsThreeCurrentsThroughTheDummyLoadAndProvesTheLease) {
    const auto result = selfTest();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->fault, SelfTestNotice::Fault::None);
    EXPECT_EQ(device.modes, std::vector{DeliveryMode::DummyLoad});
    std::vector<std::int32_t> points;
    for (const auto& s : device.sent)
        if (points.empty() || points.back() != s.point.current_uA[3]) points.push_back(s.point.current_uA[3]);
    EXPECT_EQ(points, (std::vector<std::int32_t>{2000, 1000, 500}));
    EXPECT_FALSE(device.relayClosed());
    EXPECT_EQ(state(), DeliveryState::Ready);
}

TEST_F(DeliveryRun, ASelfTestFindsASourceThatIsFourPercentOff) {
    device.gain = 1.04;
    const auto result = selfTest();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->fault, SelfTestNotice::Fault::Load);
    EXPECT_EQ(result->load.fault, LoadFault::TooMuch);
    EXPECT_NEAR(result->load.value, 2080.0, 1.0);
    EXPECT_EQ(state(), DeliveryState::Fault);
}

TEST_F(DeliveryRun, ASelfTestFindsADummyLoadOfAnotherResistance) {
    device.load_kOhm = 5.2;
    const auto result = selfTest();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->load.fault, LoadFault::LoadTooLarge);
}

TEST_F(DeliveryRun, ASelfTestFindsADeviceWhoseLeaseDoesNotEndTheCurrent) {
    device.leaseIgnored = true;
    const auto result = selfTest();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->fault, SelfTestNotice::Fault::Lease);
    turn(50);
    EXPECT_FALSE(device.relayClosed()) << "STOP has ended it";
}

TEST_F(DeliveryRun, ASelfTestFindsADeviceThatDoesNotAnswer) {
    device.noEcho = true;
    const auto result = selfTest();
    ASSERT_TRUE(result);
    EXPECT_EQ(result->fault, SelfTestNotice::Fault::NoAnswer);
}

TEST_F(DeliveryRun, ASelfTestWithoutReadingsSaysSoAndNamesNoCurrent) {
    ASSERT_TRUE(loop.selfTest());
    while (device.modes.empty())
        turn();
    turn(20);
    device.silent = true;
    turn(60);
    const auto result = notice(NoticeKind::SelfTest);
    ASSERT_TRUE(result);
    const auto selfTest = result->payload<SelfTestNotice>();
    EXPECT_EQ(selfTest.fault, SelfTestNotice::Fault::NoReadings);
    EXPECT_EQ(describe(selfTest),
              "The self-test of the instrument failed: no current reading came for too long; check the "
              "cable, then connect again.");
}

TEST_F(DeliveryRun, AfterAFailedSelfTestNoCurrentCanBeStarted) {
    device.leaseIgnored = true;
    ASSERT_TRUE(selfTest());
    device.leaseIgnored = false;
    ASSERT_TRUE(loop.begin(limits()));
    turn(500);
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
    EXPECT_EQ(device.armsFor(DeliveryMode::Probe), 0);
}

TEST_F(DeliveryRun, TheSelfTestOfAnotherConnectionHasAnotherNonce) {
    ASSERT_TRUE(selfTest());
    const auto before = device.limits.nonce;
    DeviceLoop again(device, tests::FakeFrontEnd::identity(), ring, clock);
    again.steered();
    ASSERT_TRUE(again.selfTest());
    for (int i = 0; i < 3; ++i)
        static_cast<void>(again.step(std::chrono::milliseconds{10}));
    EXPECT_NE(device.limits.nonce, before) << "a device takes a nonce that it knows for an old order";
}

TEST_F(DeliveryRun, TheEmergencyLineInTheSelfTestIsNamed) {
    ASSERT_TRUE(loop.selfTest());
    turn(30);
    device.faults = 1U << 12U;
    ASSERT_TRUE(until(NoticeKind::Fault, 20));
    EXPECT_NE(describe(notice(NoticeKind::Fault)->payload<DeliveryFault>()).find("emergency stop"),
              std::string::npos);
    EXPECT_FALSE(device.relayClosed());
}

TEST_F(DeliveryRun, ThePatientsButtonIsNoFaultOfTheSelfTest) {
    device.faults = 1U << 13U;
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
}

TEST_F(DeliveryRun, ASelfTestThatHeldOnTheConnectionBeforeIsNotRepeated) {
    DeviceLoop again(device, tests::FakeFrontEnd::identity(), ring, clock, clock.monotonic());
    again.steered();
    ASSERT_TRUE(again.begin(limits()));
    for (int i = 0; i < 300; ++i) {
        again.steered();
        static_cast<void>(again.step(std::chrono::milliseconds{10}));
    }
    EXPECT_EQ(device.armsFor(DeliveryMode::DummyLoad), 0);
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 1);
}

TEST_F(DeliveryRun, ARunThatBeginsWithoutASelfTestIsPrecededByOne) {
    ASSERT_TRUE(loop.begin(limits()));
    ASSERT_TRUE(until(NoticeKind::Armed, 800));
    EXPECT_EQ(device.modes,
              (std::vector{DeliveryMode::DummyLoad, DeliveryMode::Probe, DeliveryMode::Patient}));
}

// ---- contact probe ----

TEST_F(DeliveryRun, TheContactIsMeasuredWithTwentyMicroamperesBeforeArming) {
    begin();
    device.sent.clear();
    ASSERT_TRUE(until(NoticeKind::Armed));
    for (const auto& s : device.sent)
        for (const std::int32_t current : s.point.current_uA)
            EXPECT_LE(current, 20);
    EXPECT_EQ(device.modes.back(), DeliveryMode::Patient);
}

TEST_F(DeliveryRun, NoContactIsRefused) {
    begin();
    device.openElectrode = true;
    ASSERT_TRUE(until(NoticeKind::Refused));
    const auto refusal = notice(NoticeKind::Refused)->payload<DeliveryRefusal>();
    EXPECT_EQ(refusal.load.fault, LoadFault::TooLittle);
    EXPECT_EQ(refusal.load.site, 0);
    EXPECT_NE(describe(refusal, "foot").find("no contact at foot"), std::string::npos);
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
    device.openElectrode = false;
    resume();
    turn(2500);
    EXPECT_NEAR(device.currentAt(0), 2000.0, 1.0) << "a person has seen to it and tried again";
}

TEST_F(DeliveryRun, SwappedLeadsAreRefused) {
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    device.swapped = true;
    ASSERT_TRUE(loop.begin(limits()));
    ASSERT_TRUE(until(NoticeKind::Refused));
    EXPECT_EQ(notice(NoticeKind::Refused)->payload<DeliveryRefusal>().load.fault, LoadFault::Reversed);
}

TEST_F(DeliveryRun, BridgedElectrodesAreRefused) {
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    device.load_kOhm = 0.05;
    ASSERT_TRUE(loop.begin(limits()));
    ASSERT_TRUE(until(NoticeKind::Refused));
    EXPECT_EQ(notice(NoticeKind::Refused)->payload<DeliveryRefusal>().load.fault, LoadFault::LoadTooSmall);
}

TEST_F(DeliveryRun, StopEndsTheProbeAndNothingFollowsIt) {
    begin();
    while (device.armsFor(DeliveryMode::Probe) == 0)
        turn();
    loop.stop();
    turn(1);
    EXPECT_FALSE(device.relayClosed());
    turn(300);
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
    ASSERT_TRUE(loop.resume(again()));
    turn(300);
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
}

TEST_F(DeliveryRun, ARelayThatStaysClosedAfterTheProbeIsAFault) {
    begin();
    device.relayStays = true;
    ASSERT_TRUE(until(NoticeKind::Fault));
    EXPECT_EQ(notice(NoticeKind::Fault)->payload<DeliveryFault>().reason, DeliveryFault::Reason::NoAnswer);
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
}

// ---- arming ----

TEST_F(DeliveryRun, AConditionThatDoesNotHoldRefusesArming) {
    RunLimits run = limits();
    run.conditions.storage = false;
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    ASSERT_TRUE(loop.begin(run));
    ASSERT_TRUE(until(NoticeKind::Refused));
    EXPECT_NE(describe(notice(NoticeKind::Refused)->payload<DeliveryRefusal>()).find("500 MB"),
              std::string::npos);
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
}

TEST_F(DeliveryRun, ABatteryBelowThirtyPercentRefusesArming) {
    device.battery_pct = 29;
    begin();
    ASSERT_TRUE(until(NoticeKind::Refused));
    EXPECT_NE(describe(notice(NoticeKind::Refused)->payload<DeliveryRefusal>()).find("battery"),
              std::string::npos);
    device.battery_pct = 30;
    turn(10); // until the device has said so
    resume();
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 1);
}

// ---- pause and resume ----

TEST_F(DeliveryRun, AResumedRunMeasuresTheContactKeepsTheChargeAndRampsAnew) {
    deliver();
    device.openElectrode = true;
    ASSERT_TRUE(until(NoticeKind::Paused));
    EXPECT_EQ(state(), DeliveryState::Paused);
    device.openElectrode = false;
    turn(500);
    EXPECT_EQ(device.currentAt(0), 0.0) << "contact alone brings nothing back";
    const double before = charge_mC();
    EXPECT_GT(before, 25.0);
    const int probes = device.armsFor(DeliveryMode::Probe);
    resume();
    EXPECT_EQ(device.armsFor(DeliveryMode::Probe), probes + 1);
    turn(100);
    EXPECT_NEAR(device.currentAt(1), 100.0, 10.0) << "one second of a ramp of 100 µA/s";
    turn(2500);
    EXPECT_NEAR(device.currentAt(0), 2000.0, 1.0);
    EXPECT_GT(charge_mC(), before + 25.0);
    EXPECT_EQ(device.limits.nonce, 77U) << "the device counts on";
}

TEST_F(DeliveryRun, AResumeWithoutContactIsRefusedAndStaysPaused) {
    deliver();
    device.openElectrode = true;
    ASSERT_TRUE(until(NoticeKind::Paused));
    turn(50);
    ASSERT_TRUE(loop.resume(again()));
    ASSERT_TRUE(until(NoticeKind::Refused));
    turn(100);
    EXPECT_FALSE(device.relayClosed());
    device.openElectrode = false;
    resume();
    turn(2500);
    EXPECT_NEAR(device.currentAt(0), 2000.0, 1.0);
}

TEST_F(DeliveryRun, TheOperatorPausesAndResumes) {
    deliver();
    ASSERT_TRUE(loop.pause());
    turn(1);
    EXPECT_FALSE(device.relayClosed());
    EXPECT_EQ(state(), DeliveryState::Paused);
    turn(100);
    resume();
    turn(2500);
    EXPECT_NEAR(device.currentAt(0), 2000.0, 1.0);
}

TEST_F(DeliveryRun, TheThirdLossOfContactInTenMinutesEndsTheRun) {
    deliver();
    for (int i = 0; i < 2; ++i) {
        device.openElectrode = true;
        ASSERT_TRUE(until(NoticeKind::Paused));
        device.openElectrode = false;
        turn(50);
        resume();
        turn(2500);
    }
    device.openElectrode = true;
    ASSERT_TRUE(until(NoticeKind::Tripped));
    EXPECT_EQ(state(), DeliveryState::Complete);
    device.openElectrode = false;
    const int arms = device.arms;
    ASSERT_TRUE(loop.resume(again()));
    turn(500);
    EXPECT_EQ(device.arms, arms);
}

class ContactFault : public DeliveryRun, public testing::WithParamInterface<unsigned> {};

TEST_P(ContactFault, ThatTheDeviceFindsPausesToo) {
    deliver();
    device.faults = 1U << GetParam();
    ASSERT_TRUE(until(NoticeKind::Paused));
    EXPECT_FALSE(device.relayClosed());
    device.faults = 0;
    turn(50);
    resume();
    turn(2500);
    EXPECT_NEAR(device.currentAt(0), 2000.0, 1.0);
}

TEST_P(ContactFault, IsToldWhereTheDeviceSaysItIs) {
    deliver();
    devices::DeviceEvent event;
    event.code = static_cast<std::uint16_t>(GetParam());
    event.site = 2;
    device.event = event;
    device.faults = 1U << GetParam();
    ASSERT_TRUE(until(NoticeKind::Paused));
    EXPECT_EQ(notice(NoticeKind::Paused)->payload<Trip>().site, 2)
        << "although every site measures too little now";
}

// fault bits of EFP/1: open, short, voltage
INSTANTIATE_TEST_SUITE_P(Bits, ContactFault, testing::Values(3U, 4U, 10U));

TEST_F(DeliveryRun, APauseOnTheWayToTheFirstCurrentIsOneToo) {
    begin();
    while (device.armsFor(DeliveryMode::Probe) == 0)
        turn();
    turn(5);
    ASSERT_TRUE(loop.pause());
    turn(1);
    EXPECT_TRUE(notice(NoticeKind::Refused));
    turn(300);
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
    resume();
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 1);
}

TEST_F(DeliveryRun, ASiteThatTakesNoPartAnyMoreIsNeitherMeasuredNorArmed) {
    deliver();
    device.openElectrode = true; // at the first site, and it stays off
    ASSERT_TRUE(until(NoticeKind::Paused));
    turn(50);
    device.sent.clear();
    resume(0b1110);
    for (const auto& s : device.sent) {
        EXPECT_EQ(s.point.siteMask, 0b1110);
        EXPECT_EQ(s.point.current_uA[0], 0);
    }
}

TEST_F(DeliveryRun, TheEmergencyLineCountsInAPause) {
    deliver();
    ASSERT_TRUE(loop.pause());
    turn(50);
    device.faults = 1U << 12U;
    turn(11);
    device.faults = 0;
    EXPECT_EQ(state(), DeliveryState::EmergencyStop);
    ASSERT_TRUE(loop.resume(again()));
    turn(300);
    EXPECT_FALSE(device.relayClosed());
}

TEST_F(DeliveryRun, ThePatientsButtonCountsInTheProbe) {
    begin();
    while (device.armsFor(DeliveryMode::Probe) == 0)
        turn();
    device.faults = 1U << 13U;
    turn(11);
    device.faults = 0;
    turn(300);
    ASSERT_TRUE(notice(NoticeKind::Refused));
    EXPECT_EQ(device.armsFor(DeliveryMode::Patient), 0);
}

TEST_F(DeliveryRun, AnHourEndsTheCurrent) {
    RunLimits run = limits();
    for (auto& site : run.host.sites)
        site.charge = {750.0};
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    ASSERT_TRUE(loop.begin(run));
    ASSERT_TRUE(until(NoticeKind::Armed));
    ASSERT_TRUE(loop.demand({{100, 100, 100, 100}, 100}));
    turn(359'000);
    EXPECT_NEAR(device.currentAt(0), 100.0, 1.0);
    turn(1'500);
    EXPECT_EQ(device.currentAt(0), 0.0);
}

TEST_F(DeliveryRun, ResumingWaitsUntilTheRelayIsOpen) {
    deliver();
    device.slowStop = true;
    ASSERT_TRUE(loop.pause());
    ASSERT_TRUE(loop.resume(again()));
    turn(5);
    EXPECT_EQ(device.refusals, 0) << "no limits while the fast ramp still goes on";
    ASSERT_TRUE(until(NoticeKind::Armed));
}

TEST_F(DeliveryRun, StopInTheSelfTestIsToldAsItsEnd) {
    ASSERT_TRUE(loop.selfTest());
    turn(30);
    loop.stop();
    turn(2);
    ASSERT_TRUE(notice(NoticeKind::SelfTest));
    EXPECT_EQ(notice(NoticeKind::SelfTest)->payload<SelfTestNotice>().fault, SelfTestNotice::Fault::Stopped);
    EXPECT_FALSE(device.relayClosed());
}

TEST_F(DeliveryRun, ContactLostInTheRampDownEndsNothingElse) {
    deliver();
    ASSERT_TRUE(loop.demand({{0, 0, 0, 0}, 400}));
    turn(50);
    device.openElectrode = true;
    turn(300);
    EXPECT_FALSE(notice(NoticeKind::Tripped));
    EXPECT_FALSE(notice(NoticeKind::Paused));
    EXPECT_EQ(state(), DeliveryState::Complete);
}

TEST_F(DeliveryRun, ThePatientsButtonPauses) {
    deliver();
    device.faults = 1U << 13U;
    turn(11);
    EXPECT_EQ(state(), DeliveryState::Paused);
    EXPECT_EQ(notice(NoticeKind::Delivery)->payload<DeliveryNotice>().pausedBy,
              static_cast<std::uint8_t>(PauseCause::Patient));
}

TEST_F(DeliveryRun, TheEmergencyLineLatches) {
    deliver();
    device.faults = 1U << 12U;
    turn(11);
    EXPECT_EQ(state(), DeliveryState::EmergencyStop);
    EXPECT_FALSE(device.relayClosed());
    device.faults = 0;
    ASSERT_TRUE(loop.resume(again()));
    turn(300);
    EXPECT_FALSE(device.relayClosed());
}

TEST_F(DeliveryRun, AFaultIsNotResumed) {
    deliver();
    device.gain = 1.5;
    ASSERT_TRUE(until(NoticeKind::Tripped));
    EXPECT_EQ(state(), DeliveryState::Fault);
    device.gain = 1.0;
    turn(100);
    ASSERT_TRUE(loop.resume(again()));
    turn(500);
    EXPECT_FALSE(device.relayClosed());
}

TEST_F(DeliveryRun, TheEndOfTheProtocolLeadsThroughTheRampToComplete) {
    deliver();
    ASSERT_TRUE(loop.demand({{0, 0, 0, 0}, 400}));
    turn(20);
    EXPECT_EQ(state(), DeliveryState::RampDown);
    ASSERT_TRUE(loop.demand({{2000, 2000, 2000, 2000}, 400}));
    turn(10);
    EXPECT_LT(device.currentAt(0), 2000.0) << "nothing rises in the ramp down";
    turn(600);
    EXPECT_EQ(state(), DeliveryState::Complete);
    EXPECT_TRUE(notice(NoticeKind::Delivery)->payload<DeliveryNotice>().inspectionDue);
}

TEST_F(DeliveryRun, InHoldNothingRises) {
    deliver();
    EXPECT_EQ(state(), DeliveryState::Hold);
    ASSERT_TRUE(loop.demand({{2100, 2100, 2100, 2100}, 400}));
    turn(100);
    EXPECT_NEAR(device.currentAt(0), 2000.0, 1.0);
}

// The ramp of a pause takes half a second: what a rule of contact or cable finds in it is no reason to end
// the run.
TEST_F(DeliveryRun, ARuleThatPausesInTheRampOfAPersonsPauseDoesNotEndTheRun) {
    device.slowStop = true;
    deliver();
    ASSERT_TRUE(loop.pause());
    turn(5);
    ASSERT_GT(device.currentAt(0), 0.0) << "it still ramps";
    device.loseFrames = 6;
    turn(10);
    ASSERT_TRUE(notice(NoticeKind::Paused)) << "it is told";
    EXPECT_EQ(notice(NoticeKind::Paused)->payload<Trip>().reason, TripReason::SamplesLost);
    EXPECT_EQ(state(), DeliveryState::Paused);
    turn(100);
    resume();
    turn(2500);
    EXPECT_EQ(state(), DeliveryState::Hold);
}

} // namespace
} // namespace eccrine::acquisition
