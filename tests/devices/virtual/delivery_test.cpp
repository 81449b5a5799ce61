// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/delivery.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace eccrine::devices::virtual_instrument {
namespace {

using namespace std::chrono_literals;

constexpr Seconds tick{0.001};
constexpr std::uint64_t run = 0xA1B2C3D4E5F60718U;

SourceParameters source() {
    SourceParameters p;
    p.maxCurrent_uA = 5000;
    p.maxTime_s = 3600.0;
    p.stopRamp_s = 0.4;
    p.compliance_v = 60.0;
    return p;
}

DeliveryLimits limits() {
    DeliveryLimits l;
    l.nonce = run;
    l.current_uA = {2100, 2100, 2100, 2100};
    l.charge_uC = {630'000, 630'000, 630'000, 630'000};
    l.time_ms = 360'000;
    l.voltage_mV = 60'000;
    l.slope_uA_per_s = 2000;
    return l;
}

SetPoint setPoint(std::uint32_t command, std::int32_t current_uA) {
    SetPoint s;
    s.nonce = run;
    s.command = command;
    s.current_uA = {current_uA, 0, 0, 0};
    s.ramp_uA_per_s = 2000;
    s.siteMask = 0x01;
    return s;
}

/// A delivery on a 5 kOhm load with both clocks in hand. Device time may run faster than the host's.
struct Bench {
    Delivery delivery{source()};
    MonotonicTime host{};
    double speed = 1.0;
    std::function<ElectrodeReading(double)> load = [](double out_uA) {
        return ElectrodeReading{out_uA, -out_uA, out_uA * 5e-3};
    };

    void advance(double device_s) {
        const auto ticks = std::lround(device_s / tick.count());
        for (long k = 0; k < ticks; ++k) {
            host += std::chrono::nanoseconds{std::llround(1e6 / speed)};
            delivery.expireLease(host);
            delivery.ramp(tick);
            std::array<ElectrodeReading, maxSites> readings{};
            for (std::size_t i = 0; i < maxSites; ++i)
                readings[i] = load(delivery.output_uA(i));
            delivery.judge(readings, tick);
        }
    }
    /// As a good host: refreshes every 100 ms of its own time.
    void deliver(double device_s, const SetPoint& s) {
        for (double done = 0.0; done < device_s - 1e-9; done += 0.1 * speed) {
            ASSERT_EQ(delivery.setCurrent(s, host), Answer::Ok);
            advance(std::min(0.1 * speed, device_s - done));
        }
    }
    void arm() {
        ASSERT_EQ(delivery.setLimits(limits()), Answer::Ok);
        ASSERT_EQ(delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    }
    void hold(std::int32_t current_uA = 2000) {
        arm();
        deliver(1.5, setPoint(2, current_uA));
        ASSERT_EQ(delivery.state(), DeliveryState::Hold);
    }
};

std::uint32_t bit(FaultBit b) {
    return 1U << static_cast<unsigned>(b);
}

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

TEST(Delivery, ASlopeAboveTheLimitIsRefused) {
    Bench b;
    b.arm();
    auto s = setPoint(2, 1000);
    s.ramp_uA_per_s = 2001;
    EXPECT_EQ(b.delivery.setCurrent(s, b.host), Answer::OverLimit);
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

// The device's own limits, even when the host goes on asking
TEST(Delivery, TheChargeLimitEndsTheCurrent) {
    Bench b;
    auto l = limits();
    l.charge_uC[0] = 5000;
    ASSERT_EQ(b.delivery.setLimits(l), Answer::Ok);
    ASSERT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    for (int k = 0; k < 60 && b.delivery.faults() == 0; ++k) {
        (void)b.delivery.setCurrent(setPoint(2, 2000), b.host);
        b.advance(0.1);
    }
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::Charge));
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_NEAR(b.delivery.charge_uC(0), 5000.0, 3.0); // one tick at 2 mA is 2 uC
}

TEST(Delivery, TheTimeLimitEndsTheCurrent) {
    Bench b;
    auto l = limits();
    l.time_ms = 3000;
    ASSERT_EQ(b.delivery.setLimits(l), Answer::Ok);
    ASSERT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    b.deliver(2.9, setPoint(2, 1000));
    EXPECT_EQ(b.delivery.faults(), 0U);
    (void)b.delivery.setCurrent(setPoint(2, 1000), b.host);
    b.advance(0.2);
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::Time));
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
}

TEST(Delivery, TheRampWaitsWhileTheVoltageIsNearItsLimit) {
    Bench b;
    bool dry = true;
    b.load = [&dry](double out) { return ElectrodeReading{out, -out, dry && out > 500.0 ? 55.0 : 10.0}; };
    b.arm();
    b.deliver(2.0, setPoint(2, 2000));
    EXPECT_LT(b.delivery.output_uA(0), 510.0);
    EXPECT_EQ(b.delivery.state(), DeliveryState::RampUp);
    EXPECT_EQ(b.delivery.faults(), 0U);
    dry = false;
    b.deliver(2.0, setPoint(2, 2000));
    EXPECT_EQ(b.delivery.output_uA(0), 2000.0);
}

struct FaultyLoad {
    const char* name;
    std::function<ElectrodeReading(double)> load;
    FaultBit fault;
    double within_s;
    DeliveryState state;
};
class DeliveryFault : public testing::TestWithParam<FaultyLoad> {};

TEST_P(DeliveryFault, LatchesInTimeAndTakesTheOutputToZero) {
    Bench b;
    b.hold();
    b.load = GetParam().load;
    (void)b.delivery.setCurrent(setPoint(2, 2000), b.host);
    b.advance(GetParam().within_s);
    EXPECT_EQ(b.delivery.faults(), bit(GetParam().fault));
    EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    EXPECT_EQ(b.delivery.relayMask(), 0x00);
    EXPECT_EQ(b.delivery.state(), GetParam().state);
}

INSTANTIATE_TEST_SUITE_P(EachRule, DeliveryFault,
                         testing::Values(FaultyLoad{"OpenElectrode",
                                                    [](double) {
                                                        return ElectrodeReading{0.0, 0.0, 60.0};
                                                    },
                                                    FaultBit::OpenCircuit, 0.1, DeliveryState::Paused},
                                         FaultyLoad{"BridgedElectrodes",
                                                    [](double i) {
                                                        return ElectrodeReading{i, -i, i * 0.29e-3};
                                                    },
                                                    FaultBit::ShortCircuit, 0.15, DeliveryState::Paused},
                                         FaultyLoad{"RunawayCurrent",
                                                    [](double i) {
                                                        return ElectrodeReading{1.3 * i, -1.3 * i, i * 5e-3};
                                                    },
                                                    FaultBit::OverCurrentFast, 0.004, DeliveryState::Fault},
                                         FaultyLoad{"NotANumber",
                                                    [](double) {
                                                        return ElectrodeReading{std::nan(""), 0.0, 10.0};
                                                    },
                                                    FaultBit::OverCurrentFast, 0.004, DeliveryState::Fault},
                                         FaultyLoad{"CurrentThatTakesAnotherWay",
                                                    [](double i) {
                                                        return ElectrodeReading{i, 60.0 - i, i * 5e-3};
                                                    },
                                                    FaultBit::Leakage, 0.2, DeliveryState::Fault},
                                         FaultyLoad{"VoltageAtItsLimit",
                                                    [](double i) {
                                                        return ElectrodeReading{i, -i, 59.0};
                                                    },
                                                    FaultBit::Voltage, 0.1, DeliveryState::Fault}),
                         [](const auto& tested) { return tested.param.name; });

TEST(Delivery, AMeanCurrentFivePercentTooHighLatches) {
    Bench b;
    auto l = limits();
    l.current_uA[0] = 5000;
    ASSERT_EQ(b.delivery.setLimits(l), Answer::Ok);
    ASSERT_EQ(b.delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    b.deliver(2.0, setPoint(2, 2000));
    b.load = [](double i) { return ElectrodeReading{1.08 * i, -1.08 * i, i * 5e-3}; };
    for (int k = 0; k < 11; ++k) {
        (void)b.delivery.setCurrent(setPoint(2, 2000), b.host);
        b.advance(0.1);
    }
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::OverCurrentSlow));
}

TEST(Delivery, CurrentThatNobodyAskedForLatches) {
    Bench b;
    b.load = [](double) { return ElectrodeReading{12.0, -12.0, 0.1}; };
    b.advance(0.9);
    EXPECT_EQ(b.delivery.faults(), 0U);
    b.advance(0.2);
    EXPECT_EQ(b.delivery.faults(), bit(FaultBit::IdleLeakage));
    EXPECT_EQ(b.delivery.state(), DeliveryState::Fault);
}

TEST(Delivery, ReContactAfterAnOpenElectrodeBringsNoCurrentBack) {
    Bench b;
    b.hold();
    const auto good = b.load;
    b.load = [](double) { return ElectrodeReading{0.0, 0.0, 60.0}; };
    b.advance(0.1);
    b.load = good;
    for (int k = 0; k < 20; ++k) {
        EXPECT_EQ(b.delivery.setCurrent(setPoint(2, 2000), b.host), Answer::NotArmed);
        b.advance(0.1);
        EXPECT_EQ(b.delivery.output_uA(0), 0.0);
    }
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
