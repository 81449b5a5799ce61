// SPDX-License-Identifier: GPL-3.0-or-later
// What the host itself can do wrong while current flows: sleep, or be late.
#include "tests/acquisition/delivery_bench.hpp"

namespace eccrine::acquisition {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class HostPace : public tests::DeliveryRun {};

TEST_F(HostPace, AComputerThatSleptWhileCurrentFlowedIsAFault) {
    deliver();
    sleep.slept += seconds{10};
    turn();
    ASSERT_TRUE(notice(NoticeKind::Fault));
    const auto fault = notice(NoticeKind::Fault)->payload<DeliveryFault>();
    EXPECT_EQ(fault.reason, DeliveryFault::Reason::HostSlept);
    EXPECT_EQ(fault.value, 10'000U);
    EXPECT_EQ(state(), DeliveryState::Fault);
    EXPECT_FALSE(device.relayClosed());
}

TEST_F(HostPace, ASleepInAPauseEndsTheRun) {
    deliver();
    ASSERT_TRUE(loop.pause());
    turn(100);
    ASSERT_EQ(state(), DeliveryState::Paused);
    sleep.slept += milliseconds{51};
    turn();
    EXPECT_EQ(state(), DeliveryState::Fault);
}

TEST_F(HostPace, FiftyMillisecondsOfSleepAreNone) { // SR-37
    deliver();
    sleep.slept += milliseconds{50};
    turn(10);
    EXPECT_FALSE(notice(NoticeKind::Fault));
}

TEST_F(HostPace, ASleepWhileNothingIsUnderWayIsNoFault) {
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    sleep.slept += seconds{3600};
    turn(10);
    EXPECT_FALSE(notice(NoticeKind::Fault));
    EXPECT_NE(state(), DeliveryState::Fault);
}

TEST_F(HostPace, TurnsMoreThanFiftyMillisecondsLateAreCounted) { // SR-16
    turn(10);
    EXPECT_EQ(loop.lateTurns(), 0U);
    clock.now += milliseconds{40}; // and the 10 of a turn
    turn();
    EXPECT_EQ(loop.lateTurns(), 0U);
    clock.now += milliseconds{41};
    turn();
    EXPECT_EQ(loop.lateTurns(), 1U);
}

} // namespace
} // namespace eccrine::acquisition
