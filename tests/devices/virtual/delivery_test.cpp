// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/devices/virtual/delivery_bench.hpp"

#include <limits>

namespace eccrine::devices::virtual_instrument {
namespace {

TEST(Delivery, FromPowerUpToCompleteItPassesTheStatesInOrder) {
    Bench b;
    EXPECT_EQ(b.delivery.state(), DeliveryState::Idle);
    ASSERT_EQ(b.delivery.setLimits(limits()), Answer::Ok);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Ready);
    ASSERT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Armed);
    EXPECT_EQ(b.delivery.relayMask(), 0x01);
    b.deliver(0.5, setPoint(2, 2000));
    EXPECT_EQ(b.delivery.state(), DeliveryState::RampUp);
    b.deliver(1.0, setPoint(2, 2000));
    EXPECT_EQ(b.delivery.state(), DeliveryState::Hold);
    b.deliver(0.5, setPoint(3, 0));
    EXPECT_EQ(b.delivery.state(), DeliveryState::RampDown);
    b.deliver(0.6, setPoint(3, 0));
    EXPECT_EQ(b.delivery.state(), DeliveryState::RampDown);
    b.deliver(0.2, setPoint(3, 0));
    EXPECT_EQ(b.delivery.state(), DeliveryState::Complete);
    EXPECT_EQ(b.delivery.relayMask(), 0x00);
    EXPECT_EQ(b.delivery.faults(), 0U);
}

TEST(Delivery, TheRampHasTheAskedSlope) {
    Bench b;
    b.arm();
    auto s = setPoint(2, 2000);
    s.ramp_uA_per_s = 100;
    b.deliver(5.0, s);
    EXPECT_NEAR(b.delivery.output_uA(0), 500.0, 0.2);
    b.deliver(5.0, s);
    EXPECT_NEAR(b.delivery.output_uA(0), 1000.0, 0.2);
}

TEST(Delivery, ChargeIsTheIntegralOfTheMeasuredCurrent) {
    Bench b;
    b.load = [](double out) { return ElectrodeReading{0.99 * out, -0.99 * out, out * 5e-3}; };
    b.hold(1000);
    const auto before = b.delivery.charge_uC(0);
    b.deliver(10.0, setPoint(2, 1000));
    EXPECT_NEAR(b.delivery.charge_uC(0) - before, 9900.0, 2.0);
    EXPECT_EQ(b.delivery.charge_uC(1), 0U);
}

// The lease
TEST(Delivery, SilenceForTheLeaseTakesTheOutputToZeroWithinAHundredMilliseconds) {
    Bench b;
    b.hold();
    ASSERT_EQ(b.delivery.setCurrent(setPoint(2, 2000), b.host), Answer::Ok);
    b.advance(0.499);
    EXPECT_EQ(b.delivery.output_uA(0), 2000.0);
    EXPECT_LE(b.delivery.leaseLeft_ms(b.host), 1);
    b.advance(0.002);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.relayMask(), 0x00);
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::Lease));
    EXPECT_EQ(b.delivery.state(), DeliveryState::Fault);
}

TEST(Delivery, TheLeaseCountsTheHostsTimeHoweverFastTheDeviceRuns) {
    Bench b;
    b.speed = 20.0;
    b.hold();
    ASSERT_EQ(b.delivery.setCurrent(setPoint(2, 2000), b.host), Answer::Ok);
    b.advance(9.9); // 495 ms for the host
    EXPECT_EQ(b.delivery.output_uA(0), 2000.0);
    EXPECT_EQ(b.delivery.faults(), 0U);
    b.advance(0.2);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::Lease));
}

TEST(Delivery, SilenceIsCountedInTheHostsTimeFromTheLastRefreshWhileALeaseRuns) {
    Bench b;
    b.speed = 20.0;
    EXPECT_FALSE(b.delivery.silence(b.host));
    b.hold();
    ASSERT_EQ(b.delivery.setCurrent(setPoint(2, 2000), b.host), Answer::Ok);
    b.advance(6.0);
    EXPECT_EQ(b.delivery.silence(b.host), std::chrono::nanoseconds{300ms});
    ASSERT_EQ(b.delivery.setCurrent(setPoint(2, 2000), b.host),
              Answer::Ok); // the same again is a refresh too
    EXPECT_EQ(b.delivery.silence(b.host), 0ns);
    b.delivery.stop();
    EXPECT_FALSE(b.delivery.silence(b.host));
}

TEST(Delivery, AShorterLeaseEndsSooner) {
    Bench b;
    b.hold();
    auto s = setPoint(3, 2000);
    s.lease = 200ms;
    ASSERT_EQ(b.delivery.setCurrent(s, b.host), Answer::Ok);
    b.advance(0.199);
    EXPECT_GT(b.delivery.output_uA(0), 0.0);
    b.advance(0.002);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
}

TEST(Delivery, TheSameNumberWithTheSameContentRefreshesTheLeaseAndNothingElse) {
    Bench b;
    b.hold();
    for (int k = 0; k < 20; ++k) {
        ASSERT_EQ(b.delivery.setCurrent(setPoint(2, 2000), b.host), Answer::Ok);
        b.advance(0.4);
        ASSERT_EQ(b.delivery.output_uA(0), 2000.0);
    }
    EXPECT_EQ(b.delivery.lastCommand(), 2U);
    EXPECT_EQ(b.delivery.faults(), 0U);
}

TEST(Delivery, AFaultStaysUntilNewLimitsAndArm) {
    Bench b;
    b.hold();
    b.advance(0.6);
    ASSERT_EQ(b.delivery.state(), DeliveryState::Fault);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(3, 2000), b.host), Answer::NotArmed);
    EXPECT_EQ(b.delivery.arm(run, 4, 0x01, DeliveryMode::Patient), Answer::WrongState); // no new limits yet
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::Lease));
    ASSERT_EQ(b.delivery.setLimits(limits()), Answer::Ok);
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::Lease)); // limits alone do not clear it
    EXPECT_EQ(b.delivery.state(), DeliveryState::Fault);
    ASSERT_EQ(b.delivery.arm(run, 4, 0x01, DeliveryMode::Patient), Answer::Ok);
    EXPECT_EQ(b.delivery.faults(), 0U);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Armed);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
}

TEST(Delivery, AFaultIsAnnouncedOnce) {
    Bench b;
    b.hold();
    b.advance(2.0);
    const auto faults = b.delivery.takeFaults();
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].fault, FaultBit::Lease);
    EXPECT_TRUE(b.delivery.takeFaults().empty());
}

// Refusals
TEST(Delivery, AnotherNonceIsRefused) {
    Bench b;
    EXPECT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::WrongNonce); // no limits at all
    b.arm();
    auto s = setPoint(2, 1000);
    s.nonce = run + 1;
    EXPECT_EQ(b.delivery.setCurrent(s, b.host), Answer::WrongNonce);
}

TEST(Delivery, AnOlderCommandIsRefused) {
    Bench b;
    b.arm();
    ASSERT_EQ(b.delivery.setCurrent(setPoint(5, 1000), b.host), Answer::Ok);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(4, 1500), b.host), Answer::StaleCommand);
    EXPECT_EQ(b.delivery.setPoint_uA(0), 1000);
}

TEST(Delivery, TheSameNumberWithOtherContentIsRefused) {
    Bench b;
    b.arm();
    ASSERT_EQ(b.delivery.setCurrent(setPoint(5, 1000), b.host), Answer::Ok);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(5, 1001), b.host), Answer::ChangedContent);
    EXPECT_EQ(b.delivery.setPoint_uA(0), 1000);
}

TEST(Delivery, ACurrentAboveTheLimitIsRefusedAndChangesNothing) {
    Bench b;
    b.hold();
    EXPECT_EQ(b.delivery.setCurrent(setPoint(3, 2101), b.host), Answer::OverLimit);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(3, -2101), b.host), Answer::OverLimit);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(3, std::numeric_limits<std::int32_t>::min()), b.host),
              Answer::OverLimit);
    EXPECT_EQ(b.delivery.setPoint_uA(0), 2000);
    EXPECT_EQ(b.delivery.lastCommand(), 2U);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(3, 2100), b.host), Answer::Ok);
}

TEST(Delivery, ARiseAboveTheSlopeLimitIsRefusedAndAFallIsNot) {
    Bench b;
    b.arm();
    auto s = setPoint(2, 1000);
    s.ramp_uA_per_s = 2001;
    EXPECT_EQ(b.delivery.setCurrent(s, b.host), Answer::OverLimit);
    s.ramp_uA_per_s = 2000;
    EXPECT_EQ(b.delivery.setCurrent(s, b.host), Answer::Ok);
    b.advance(0.4); // within the lease
    auto down = setPoint(3, 500);
    down.ramp_uA_per_s = 5000;
    EXPECT_EQ(b.delivery.setCurrent(down, b.host), Answer::Ok);
    auto up = setPoint(4, 501); // before the fall is over: it would rise from where it is then
    up.ramp_uA_per_s = 5000;
    b.advance(0.2);
    EXPECT_EQ(b.delivery.setCurrent(up, b.host), Answer::OverLimit);
}

TEST(Delivery, AProbeOfMoreThanTwentyMicroamperesIsRefused) {
    Bench b;
    ASSERT_EQ(b.delivery.setLimits(limits()), Answer::Ok);
    ASSERT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Probe), Answer::Ok);
    auto s = setPoint(2, 21);
    s.mode = DeliveryMode::Probe;
    EXPECT_EQ(b.delivery.setCurrent(s, b.host), Answer::OverLimit);
    s.current_uA[0] = 20;
    EXPECT_EQ(b.delivery.setCurrent(s, b.host), Answer::Ok);
}

TEST(Delivery, SetPointsThatDoNotFitTheArmAreRefused) {
    Bench b;
    b.arm();
    auto otherMask = setPoint(2, 1000);
    otherMask.siteMask = 0x03;
    EXPECT_EQ(b.delivery.setCurrent(otherMask, b.host), Answer::BadValue);
    auto otherMode = setPoint(2, 1000);
    otherMode.mode = DeliveryMode::DummyLoad;
    EXPECT_EQ(b.delivery.setCurrent(otherMode, b.host), Answer::BadValue);
    auto otherSite = setPoint(2, 1000);
    otherSite.current_uA[1] = 1;
    EXPECT_EQ(b.delivery.setCurrent(otherSite, b.host), Answer::BadValue);
    auto longLease = setPoint(2, 1000);
    longLease.lease = 501ms;
    EXPECT_EQ(b.delivery.setCurrent(longLease, b.host), Answer::BadValue);
    auto noLease = setPoint(2, 1000);
    noLease.lease = 0ms;
    EXPECT_EQ(b.delivery.setCurrent(noLease, b.host), Answer::BadValue);
}

TEST(Delivery, LimitsAboveTheDevicesOwnAreRefused) {
    Bench b;
    auto current = limits();
    current.current_uA[2] = 5001;
    EXPECT_EQ(b.delivery.setLimits(current), Answer::OverLimit);
    auto voltage = limits();
    voltage.voltage_mV = 60'001;
    EXPECT_EQ(b.delivery.setLimits(voltage), Answer::OverLimit);
    auto time = limits();
    time.time_ms = 3'600'001;
    EXPECT_EQ(b.delivery.setLimits(time), Answer::OverLimit);
    auto negative = limits();
    negative.current_uA[0] = -1;
    EXPECT_EQ(b.delivery.setLimits(negative), Answer::BadValue);
    auto noSlope = limits();
    noSlope.slope_uA_per_s = 0;
    EXPECT_EQ(b.delivery.setLimits(noSlope), Answer::BadValue);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Idle);
}

TEST(Delivery, LimitsCannotChangeWhileArmed) {
    Bench b;
    b.arm();
    EXPECT_EQ(b.delivery.setLimits(limits()), Answer::WrongState);
}

TEST(Delivery, ASiteWithoutALimitCannotBeArmed) {
    Bench b;
    auto l = limits();
    l.current_uA[1] = 0;
    ASSERT_EQ(b.delivery.setLimits(l), Answer::Ok);
    EXPECT_EQ(b.delivery.arm(run, 1, 0x03, DeliveryMode::Patient), Answer::OverLimit);
    EXPECT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
}

TEST(Delivery, WithoutArmNoCurrentFlows) {
    Bench b;
    ASSERT_EQ(b.delivery.setLimits(limits()), Answer::Ok);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(1, 1000), b.host), Answer::NotArmed);
    b.advance(1.0);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
}

TEST(Delivery, ANewRunStartsItsNumbersAndItsChargeAgain) {
    Bench b;
    b.hold();
    b.delivery.stop();
    b.advance(0.5);
    ASSERT_GT(b.delivery.charge_uC(0), 0U);
    auto next = limits();
    next.nonce = run + 1;
    ASSERT_EQ(b.delivery.setLimits(next), Answer::Ok);
    EXPECT_EQ(b.delivery.charge_uC(0), 0U);
    EXPECT_EQ(b.delivery.runs(), 2U);
    EXPECT_EQ(b.delivery.arm(run + 1, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
}

TEST(Delivery, RepeatingTheLimitsOfARunKeepsItsCharge) {
    Bench b;
    b.hold();
    b.delivery.stop();
    b.advance(0.5);
    const auto charge = b.delivery.charge_uC(0);
    ASSERT_EQ(b.delivery.setLimits(limits()), Answer::Ok);
    EXPECT_EQ(b.delivery.charge_uC(0), charge);
    EXPECT_EQ(b.delivery.runs(), 1U);
}

// STOP and the link
TEST(Delivery, StopTakesTheCurrentToZeroWithinHalfASecondWithoutAJump) {
    Bench b;
    b.hold();
    b.delivery.stop();
    double before = 2000.0;
    for (int k = 0; k < 400; ++k) {
        b.advance(0.001);
        EXPECT_LE(before - b.delivery.output_uA(0), 5.1); // 2000 uA in 400 ms
        before = b.delivery.output_uA(0);
    }
    b.advance(0.1);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.relayMask(), 0x00);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Complete);
    EXPECT_EQ(b.delivery.faults(), 0U);
}

TEST(Delivery, StopAtOnceIsZeroWithTheNextTickAndStaysSo) { // EFP/1.2: within 10 ms
    Bench b;
    b.hold();
    b.delivery.stopAtOnce();
    b.advance(0.001);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.relayMask(), 0x00);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Complete);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(3, 2000), b.host), Answer::NotArmed);
}

TEST(Delivery, StopAtOnceCutsTheRampOfAStopShort) {
    Bench b;
    b.hold();
    b.delivery.stop();
    b.advance(0.1);
    ASSERT_GT(b.delivery.output_uA(0), 0.0);
    b.delivery.stopAtOnce();
    b.advance(0.001);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Complete);
}

TEST(Delivery, AfterStopNoCommandRaisesTheCurrent) {
    Bench b;
    b.hold();
    b.delivery.stop();
    b.advance(0.1);
    const double before = b.delivery.output_uA(0);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(3, 2000), b.host), Answer::WrongState);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(2, 2000), b.host), Answer::Ok); // a refresh that was on its way
    b.advance(0.1);
    EXPECT_LT(b.delivery.output_uA(0), before);
    b.advance(0.3);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(4, 2000), b.host), Answer::NotArmed);
}

TEST(Delivery, StopOpensTheRelayOfAnArmedDevice) {
    Bench b;
    b.arm();
    b.delivery.stop();
    EXPECT_EQ(b.delivery.relayMask(), 0x00);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Ready);
}

TEST(Delivery, ALostLinkEndsTheCurrentWithinTheLeaseAndReturnsToIdle) {
    Bench b;
    b.hold();
    b.delivery.linkLost();
    b.advance(0.5);
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.state(), DeliveryState::Idle);
}

TEST(Delivery, AfterALostLinkAnotherTestRuns) {
    Bench b;
    b.hold();
    b.delivery.linkLost();
    b.advance(0.5);
    b.delivery.newSession();
    auto l = limits();
    l.nonce = run + 7;
    ASSERT_EQ(b.delivery.setLimits(l), Answer::Ok);
    ASSERT_EQ(b.delivery.arm(run + 7, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    auto s = setPoint(2, 500);
    s.nonce = run + 7;
    b.deliver(1.0, s);
    EXPECT_EQ(b.delivery.output_uA(0), 500.0);
}

TEST(Delivery, ZeroAfterTheEndOfTheRunIsNoError) {
    Bench b;
    b.hold();
    b.deliver(1.5, setPoint(3, 0));
    ASSERT_EQ(b.delivery.state(), DeliveryState::Complete);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(3, 0), b.host), Answer::Ok);
    EXPECT_EQ(b.delivery.setCurrent(setPoint(4, 100), b.host), Answer::NotArmed);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
