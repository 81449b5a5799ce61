// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/device_loop.hpp"
#include "tests/acquisition/fake_front_end.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace eccrine::acquisition {
namespace {

using tests::FakeClock;
using tests::FakeFrontEnd;

/// A loop armed for 2 mA at all four sites.
class Armed : public testing::Test {
protected:
    FakeClock clock;
    FakeFrontEnd device{clock};
    SampleRing<SampleFrame> ring{1U << 16U};
    DeviceLoop loop{device, FakeFrontEnd::identity(), ring, clock, clock.monotonic()};
    std::vector<SampleFrame> notices;
    bool steering = true; ///< the session gives signs of life
    bool draining = true; ///< the session empties the ring

    static RunLimits limits() {
        RunLimits run;
        run.device.nonce = 77;
        run.device.time_ms = 420'000;
        run.device.voltage_mV = 60'000;
        run.device.slope_uA_per_s = 420;
        run.siteMask = 0b1111;
        run.conditions = {true, true, true, true, true, true, true, true, true};
        for (std::size_t i = 0; i < maxSites; ++i) {
            run.device.current_uA[i] = 2100;
            run.device.charge_uC[i] = 630'000;
            run.host.sites[i] = {{2500}, {600.0}, {60.0}};
        }
        return run;
    }
    void turn(int n = 1) {
        for (int i = 0; i < n; ++i) {
            if (steering) loop.steered();
            static_cast<void>(loop.step(std::chrono::milliseconds{10}));
            SampleFrame frame;
            while (draining && ring.pop(frame))
                if (frame.kind == SampleFrame::Kind::Notice) notices.push_back(frame);
        }
    }
    [[nodiscard]] std::optional<SampleFrame> notice(NoticeKind kind) const {
        for (const auto& n : notices)
            if (n.stream == static_cast<std::uint8_t>(kind)) return n;
        return std::nullopt;
    }
    void arm() {
        ASSERT_TRUE(loop.begin(limits()));
        for (int i = 0; i < 300 && !notice(NoticeKind::Armed); ++i)
            turn();
        ASSERT_TRUE(notice(NoticeKind::Armed));
        ASSERT_EQ(device.modes.back(), devices::DeliveryMode::Patient);
    }
    void deliver() {
        arm();
        ASSERT_TRUE(loop.demand({{2000, 2000, 2000, 2000}, 100}));
        turn(2500); // 25 s: the ramp of 20 s and some hold
        ASSERT_NEAR(device.currentAt(0), 2000.0, 1.0);
    }
    void expectOff() {
        EXPECT_FALSE(device.relayClosed());
        EXPECT_GT(device.stops, 0);
        const auto after = device.sent.size();
        turn(50);
        EXPECT_EQ(device.sent.size(), after) << "nothing re-arms by itself";
        EXPECT_EQ(device.currentAt(0), 0.0);
    }
};

TEST_F(Armed, DeliversWhatIsDemandedWithItsRamp) {
    deliver();
    EXPECT_FALSE(notice(NoticeKind::Tripped));
    EXPECT_FALSE(notice(NoticeKind::Fault));
}

TEST_F(Armed, NoCurrentIsDemandedBeforeTheDeviceHasConfirmedItsLimits) {
    device.noEcho = true;
    ASSERT_TRUE(loop.begin(limits()));
    ASSERT_TRUE(loop.demand({{2000, 2000, 2000, 2000}, 100}));
    turn(50);
    EXPECT_TRUE(device.sent.empty());
    EXPECT_EQ(device.arms, 0);
    turn(100); // more than a second
    ASSERT_TRUE(notice(NoticeKind::Fault));
    EXPECT_EQ(notice(NoticeKind::Fault)->payload<DeliveryFault>().reason, DeliveryFault::Reason::NoAnswer);
}

TEST_F(Armed, AnEchoThatDiffersInOneBitIsAFault) {
    device.echoWrong = true;
    ASSERT_TRUE(loop.begin(limits()));
    turn(5);
    ASSERT_TRUE(notice(NoticeKind::Fault));
    EXPECT_EQ(notice(NoticeKind::Fault)->payload<DeliveryFault>().reason,
              DeliveryFault::Reason::LimitsDiffer);
    EXPECT_EQ(device.arms, 0);
}

TEST_F(Armed, TheLeaseIsRefreshedEveryHundredMillisecondsUnderTheSameNumber) {
    deliver();
    device.sent.clear();
    turn(100); // one second
    ASSERT_GE(device.sent.size(), 9U);
    EXPECT_LE(device.sent.size(), 11U);
    for (std::size_t i = 1; i < device.sent.size(); ++i) {
        const auto apart = device.sent[i].at - device.sent[i - 1].at;
        EXPECT_GE(apart, std::chrono::milliseconds{80});
        EXPECT_LE(apart, std::chrono::milliseconds{120});
        EXPECT_EQ(device.sent[i].point.command, device.sent[0].point.command);
        EXPECT_EQ(device.sent[i].point.lease, std::chrono::milliseconds{500});
    }
}

TEST_F(Armed, AChangedDemandHasAHigherNumberAndGoesOutAtOnce) {
    deliver();
    const auto before = device.sent.back().point.command;
    ASSERT_TRUE(loop.demand({{1000, 1000, 1000, 1000}, 400}));
    turn(1);
    EXPECT_GT(device.sent.back().point.command, before);
    EXPECT_EQ(device.sent.back().point.current_uA[0], 1000);
}

TEST_F(Armed, StopGoesOutWithinOneTurn) {
    deliver();
    loop.stop();
    turn(1);
    expectOff();
    ASSERT_TRUE(notice(NoticeKind::Tripped));
    EXPECT_EQ(notice(NoticeKind::Tripped)->payload<Trip>().reason, TripReason::OperatorStop);
}

TEST_F(Armed, TooMuchCurrentTripsWithinOneTurn) {
    deliver();
    device.gain = 1.5;
    turn(1);
    expectOff();
    EXPECT_EQ(notice(NoticeKind::Tripped)->payload<Trip>().reason, TripReason::OverCurrent);
}

TEST_F(Armed, ASlowGainErrorTripsWithinSevenHundredMilliseconds) {
    deliver();
    device.gain = 1.10;
    turn(70);
    expectOff();
    EXPECT_EQ(notice(NoticeKind::Tripped)->payload<Trip>().reason, TripReason::SlowOverCurrent);
}

TEST_F(Armed, ReadingsThatCannotBeTripWithinOneTurn) {
    deliver();
    device.notANumber = true;
    turn(1);
    expectOff();
    EXPECT_EQ(notice(NoticeKind::Tripped)->payload<Trip>().site, 1);
}

TEST_F(Armed, SilenceTripsAfterAQuarterOfASecond) {
    deliver();
    device.silent = true;
    turn(20);
    EXPECT_FALSE(notice(NoticeKind::Tripped));
    turn(10);
    expectOff();
    EXPECT_EQ(notice(NoticeKind::Tripped)->payload<Trip>().reason, TripReason::StaleReading);
}

TEST_F(Armed, AnElectrodeThatLetsGoPausesWithinAHundredMilliseconds) {
    deliver();
    device.openElectrode = true;
    turn(10);
    expectOff();
    EXPECT_FALSE(notice(NoticeKind::Tripped));
    EXPECT_EQ(notice(NoticeKind::Paused)->payload<Trip>().reason, TripReason::OpenCircuit);
}

TEST_F(Armed, ARefusedCommandIsAFault) {
    deliver();
    device.refuse = 6;
    turn(15);
    expectOff();
    EXPECT_EQ(notice(NoticeKind::Fault)->payload<DeliveryFault>().value, 6U);
}

TEST_F(Armed, AFaultThatTheDeviceReportsEndsDelivery) {
    deliver();
    device.faults = 1U << 9U; // its time limit
    turn(11);
    expectOff();
    EXPECT_EQ(notice(NoticeKind::Fault)->payload<DeliveryFault>().reason, DeliveryFault::Reason::DeviceFault);
}

TEST_F(Armed, ALostLinkIsReportedAndNothingMoreIsSent) {
    deliver();
    device.lost = true;
    turn(1);
    EXPECT_TRUE(notice(NoticeKind::Fault));
    EXPECT_TRUE(notice(NoticeKind::LinkLost));
    const auto after = device.sent.size();
    turn(10);
    EXPECT_EQ(device.sent.size(), after);
}

TEST_F(Armed, TooMuchChargeTripsAtTwoPercentAboveTheTarget) {
    arm();
    ASSERT_TRUE(loop.demand({{2000, 2000, 2000, 2000}, 100}));
    turn(40000); // 400 s at up to 2 mA would be 780 mC
    ASSERT_TRUE(notice(NoticeKind::Tripped));
    const auto trip = notice(NoticeKind::Tripped)->payload<Trip>();
    EXPECT_EQ(trip.reason, TripReason::OverCharge);
    EXPECT_NEAR(trip.value, 612.0, 0.1);
}

TEST_F(Armed, ASessionThatIsSilentForTwoSecondsLetsTheCurrentRampDown) {
    deliver();
    steering = false;
    turn(199);
    EXPECT_FALSE(notice(NoticeKind::Unsteered));
    EXPECT_NEAR(device.currentAt(0), 2000.0, 1.0);
    turn(102); // 1 s of ramp at the run's 420 µA/s, and the turns before it
    EXPECT_TRUE(notice(NoticeKind::Unsteered));
    EXPECT_FALSE(notice(NoticeKind::Tripped));
    EXPECT_NEAR(device.currentAt(0), 1580.0, 10.0);
    turn(1300); // 15 s of silence in all
    EXPECT_FALSE(device.relayClosed());
    EXPECT_EQ(device.currentAt(0), 0.0);
}

TEST_F(Armed, ASessionThatComesBackDoesNotBringTheCurrentBack) {
    deliver();
    steering = false;
    turn(210);
    steering = true;
    ASSERT_TRUE(loop.demand({{2000, 2000, 2000, 2000}, 100}));
    turn(500);
    EXPECT_EQ(device.currentAt(0), 0.0);
}

TEST_F(Armed, ATripIsToldEvenWhenTheRingWasFull) {
    deliver();
    draining = false;
    while (ring.dropped() == 0)
        turn();
    device.gain = 1.5;
    turn();
    EXPECT_FALSE(device.relayClosed());
    draining = true;
    turn(2);
    ASSERT_TRUE(notice(NoticeKind::Tripped));
    EXPECT_EQ(notice(NoticeKind::Tripped)->payload<Trip>().reason, TripReason::OverCurrent);
}

TEST_F(Armed, LimitsAboveTheHardOnesAreRefusedBeforeAnythingIsSent) {
    auto run = limits();
    run.host.sites[2].current = {2501};
    ASSERT_TRUE(loop.begin(run));
    turn(3);
    ASSERT_TRUE(notice(NoticeKind::Fault));
    EXPECT_EQ(notice(NoticeKind::Fault)->payload<DeliveryFault>().reason,
              DeliveryFault::Reason::LimitsRefused);
    EXPECT_EQ(device.limits.nonce, 0U);
    EXPECT_EQ(device.arms, 0);
}

TEST_F(Armed, SynchronisesClocksInBurstsOfEightEveryTwoSeconds) {
    turn(397); // 4 s with those of the self-test
    EXPECT_EQ(device.syncs, 16);
}

} // namespace
} // namespace eccrine::acquisition
