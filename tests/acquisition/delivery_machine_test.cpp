// SPDX-License-Identifier: GPL-3.0-or-later
// The delivery state machine, row by row of the table of its transitions, and condition by condition.
#include "acquisition/delivery_machine.hpp"

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;
using State = DeliveryState;

constexpr ReadyConditions ready{true, true, true};
constexpr ArmConditions armed{true, true, true, true, true, true, true, true, true};
constexpr StartConditions started{true, true};
constexpr ResumeConditions resumed{true, true, true};
constexpr ClearConditions cleared{true, true, true, true};

class Delivery : public testing::Test {
protected:
    DeliveryMachine machine;
    MonotonicTime now{1h};

    void toReady() {
        ASSERT_TRUE(machine.deviceReady(ready).accepted());
        ASSERT_TRUE(machine.beginSelfTest(now).accepted());
        ASSERT_TRUE(machine.selfTestEnded(true, now).accepted());
    }
    void toArmed() {
        toReady();
        ASSERT_TRUE(machine.arm(armed, now).accepted());
    }
    void toRampUp() {
        toArmed();
        ASSERT_TRUE(machine.start(started, now).accepted());
    }
    void toHold() {
        toRampUp();
        ASSERT_TRUE(machine.setPointReached().accepted());
    }
    void toComplete() {
        toHold();
        ASSERT_TRUE(machine.doseReached().accepted());
        ASSERT_TRUE(machine.currentGone().accepted());
    }
    void wait(std::chrono::milliseconds time) {
        now += time;
        machine.advance(now);
    }
};

// ---- the whole way ----

TEST_F(Delivery, BeginsOfflineWithNothingPermitted) {
    EXPECT_EQ(machine.state(), State::Offline);
    EXPECT_EQ(machine.permission(), Permission::None);
    EXPECT_FALSE(machine.relayMayClose());
}

TEST_F(Delivery, GoesFromTheHandshakeToTheNextRun) {
    EXPECT_TRUE(machine.deviceReady(ready).accepted());
    EXPECT_EQ(machine.state(), State::Idle);
    EXPECT_TRUE(machine.beginSelfTest(now).accepted());
    EXPECT_EQ(machine.state(), State::SelfTest);
    EXPECT_TRUE(machine.selfTestEnded(true, now).accepted());
    EXPECT_EQ(machine.state(), State::Ready);
    EXPECT_TRUE(machine.arm(armed, now).accepted());
    EXPECT_EQ(machine.state(), State::Armed);
    EXPECT_EQ(machine.permission(), Permission::Zero);
    EXPECT_TRUE(machine.start(started, now).accepted());
    EXPECT_EQ(machine.state(), State::RampUp);
    EXPECT_EQ(machine.permission(), Permission::Rise);
    EXPECT_TRUE(machine.setPointReached().accepted());
    EXPECT_EQ(machine.state(), State::Hold);
    EXPECT_EQ(machine.permission(), Permission::Hold);
    EXPECT_TRUE(machine.doseReached().accepted());
    EXPECT_EQ(machine.state(), State::RampDown);
    EXPECT_EQ(machine.permission(), Permission::Fall);
    EXPECT_FALSE(machine.fast());
    EXPECT_TRUE(machine.currentGone().accepted());
    EXPECT_EQ(machine.state(), State::Complete);
    EXPECT_EQ(machine.permission(), Permission::None);
    EXPECT_EQ(machine.ending(), RunEnding::DoseReached);
    EXPECT_TRUE(machine.skinInspected().accepted());
    EXPECT_EQ(machine.state(), State::Ready);
    EXPECT_TRUE(machine.arm(armed, now).accepted());
}

TEST_F(Delivery, AFailedSelfTestLatches) {
    ASSERT_TRUE(machine.deviceReady(ready).accepted());
    ASSERT_TRUE(machine.beginSelfTest(now).accepted());
    EXPECT_TRUE(machine.selfTestEnded(false, now).accepted());
    EXPECT_EQ(machine.state(), State::Fault);
    EXPECT_EQ(machine.worst(), DeliveryFailure::SelfTest);
}

TEST_F(Delivery, ASelfTestThatDoesNotEndWithinEightSecondsHasFailed) {
    ASSERT_TRUE(machine.deviceReady(ready).accepted());
    ASSERT_TRUE(machine.beginSelfTest(now).accepted());
    wait(8s);
    EXPECT_EQ(machine.state(), State::SelfTest);
    wait(1ms);
    EXPECT_EQ(machine.state(), State::Fault);
}

// ---- conditions: each one alone refuses, and changes nothing ----

template <class Conditions>
using Flag = bool Conditions::*;

TEST_F(Delivery, AHandshakeNeedsEachCondition) {
    for (const Flag<ReadyConditions> lacking :
         {&ReadyConditions::identity, &ReadyConditions::firmware, &ReadyConditions::singleOwner}) {
        ReadyConditions seen = ready;
        seen.*lacking = false;
        EXPECT_FALSE(machine.deviceReady(seen).accepted());
        EXPECT_EQ(machine.state(), State::Offline);
    }
}

TEST_F(Delivery, ArmingNeedsEachCondition) {
    toReady();
    const std::pair<Flag<ArmConditions>, std::string_view> all[] = {
        {&ArmConditions::checklist, "safety questions"},
        {&ArmConditions::role, "user"},
        {&ArmConditions::confirmed, "confirmed twice"},
        {&ArmConditions::limits, "limits"},
        {&ArmConditions::storage, "500 MB"},
        {&ArmConditions::battery, "30 %"},
        {&ArmConditions::contact, "contact"},
        {&ArmConditions::calibration, "calibration"},
        {&ArmConditions::clock, "clock"}};
    for (const auto& [lacking, word] : all) {
        ArmConditions seen = armed;
        seen.*lacking = false;
        const Objection answer = machine.arm(seen, now);
        EXPECT_FALSE(answer.accepted());
        EXPECT_NE(std::string_view(answer.sentence()).find(word), std::string_view::npos)
            << answer.sentence();
        EXPECT_EQ(machine.state(), State::Ready);
    }
    EXPECT_TRUE(machine.arm(armed, now).accepted());
}

TEST_F(Delivery, StartingNeedsEachCondition) {
    toArmed();
    for (const Flag<StartConditions> lacking : {&StartConditions::sameUser, &StartConditions::confirmed}) {
        StartConditions seen = started;
        seen.*lacking = false;
        EXPECT_FALSE(machine.start(seen, now).accepted());
        EXPECT_EQ(machine.state(), State::Armed);
    }
}

TEST_F(Delivery, ResumingNeedsEachCondition) {
    toHold();
    ASSERT_TRUE(machine.pause(PauseCause::Operator, now).accepted());
    for (const Flag<ResumeConditions> lacking :
         {&ResumeConditions::operatorPresent, &ResumeConditions::causeAcknowledged,
          &ResumeConditions::contact}) {
        ResumeConditions seen = resumed;
        seen.*lacking = false;
        EXPECT_FALSE(machine.resume(seen, now).accepted());
        EXPECT_EQ(machine.state(), State::Paused);
    }
    EXPECT_TRUE(machine.resume(resumed, now).accepted());
    EXPECT_EQ(machine.state(), State::RampUp) << "the full ramp again";
}

TEST_F(Delivery, ClearingNeedsEachCondition) {
    toHold();
    ASSERT_TRUE(machine.fail(DeliveryFailure::OverCurrent).accepted());
    for (const Flag<ClearConditions> lacking : {&ClearConditions::role, &ClearConditions::cause,
                                                &ClearConditions::released, &ClearConditions::currentGone}) {
        ClearConditions seen = cleared;
        seen.*lacking = false;
        EXPECT_FALSE(machine.clear(seen, now).accepted());
        EXPECT_EQ(machine.state(), State::Fault);
    }
    EXPECT_TRUE(machine.clear(cleared, now).accepted());
    EXPECT_EQ(machine.state(), State::SelfTest) << "only through a self-test";
}

// ---- what expires ----

TEST_F(Delivery, ASelfTestHoldsForEightHours) {
    toReady();
    wait(8h);
    EXPECT_TRUE(machine.arm(armed, now).accepted());
    ASSERT_TRUE(machine.disarm().accepted());
    wait(1ms);
    EXPECT_FALSE(machine.arm(armed, now).accepted());
    EXPECT_EQ(machine.state(), State::Ready);
}

TEST_F(Delivery, ArmingExpiresAfterThreeMinutes) {
    toArmed();
    wait(180s);
    EXPECT_EQ(machine.state(), State::Armed);
    wait(1ms);
    EXPECT_EQ(machine.state(), State::Ready);
    EXPECT_FALSE(machine.start(started, now).accepted());
}

TEST_F(Delivery, AStartThatComesTooLateIsRefusedWithoutATurnBetween) {
    toArmed();
    EXPECT_FALSE(machine.start(started, now + 180s + 1ms).accepted());
    EXPECT_EQ(machine.permission(), Permission::None);
}

TEST_F(Delivery, AProbeEndsAfterTwoSeconds) {
    toReady();
    ASSERT_TRUE(machine.beginProbe(now).accepted());
    EXPECT_EQ(machine.permission(), Permission::Probe);
    wait(1999ms);
    EXPECT_EQ(machine.permission(), Permission::Probe);
    wait(1ms);
    EXPECT_EQ(machine.permission(), Permission::None);
}

TEST_F(Delivery, APauseEndsTheRunAfterTenMinutes) {
    toHold();
    ASSERT_TRUE(machine.pause(PauseCause::Contact, now).accepted());
    wait(10min);
    EXPECT_EQ(machine.state(), State::Paused);
    wait(1ms);
    EXPECT_EQ(machine.state(), State::Complete);
    EXPECT_EQ(machine.ending(), RunEnding::PausedTooLong);
}

TEST_F(Delivery, ARunEndsAfterAnHour) {
    toHold();
    wait(60min - 1ms);
    EXPECT_EQ(machine.state(), State::Hold);
    wait(1ms);
    EXPECT_EQ(machine.state(), State::RampDown);
    EXPECT_EQ(machine.ending(), RunEnding::TimeReached);
}

// ---- pauses ----

TEST_F(Delivery, TheThirdPauseInTenMinutesEndsTheRun) {
    toHold();
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(machine.pause(PauseCause::Contact, now).accepted());
        EXPECT_EQ(machine.state(), State::Paused);
        EXPECT_EQ(machine.pausedBy(), PauseCause::Contact);
        wait(1min);
        ASSERT_TRUE(machine.resume(resumed, now).accepted());
    }
    ASSERT_TRUE(machine.pause(PauseCause::Contact, now).accepted());
    EXPECT_EQ(machine.state(), State::Complete);
    EXPECT_EQ(machine.ending(), RunEnding::TooManyPauses);
}

TEST_F(Delivery, APauseMoreThanTenMinutesAgoDoesNotCount) {
    toHold();
    ASSERT_TRUE(machine.pause(PauseCause::Contact, now).accepted());
    ASSERT_TRUE(machine.resume(resumed, now).accepted());
    wait(10min + 1ms);
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(machine.pause(PauseCause::Patient, now).accepted());
        EXPECT_EQ(machine.state(), State::Paused);
        ASSERT_TRUE(machine.resume(resumed, now).accepted());
    }
}

// ---- STOP, emergency stop, faults ----

TEST_F(Delivery, StopRampsDownFastAndTheSkinIsToBeSeen) {
    toHold();
    EXPECT_TRUE(machine.stop().accepted());
    EXPECT_EQ(machine.state(), State::RampDown);
    EXPECT_TRUE(machine.fast());
    EXPECT_EQ(machine.permission(), Permission::Fall);
    ASSERT_TRUE(machine.currentGone().accepted());
    EXPECT_EQ(machine.ending(), RunEnding::Stopped);
    EXPECT_FALSE(machine.arm(armed, now).accepted());
}

TEST_F(Delivery, StopMakesASlowRampDownFast) {
    toHold();
    ASSERT_TRUE(machine.doseReached().accepted());
    EXPECT_FALSE(machine.fast());
    EXPECT_TRUE(machine.stop().accepted());
    EXPECT_TRUE(machine.fast());
}

TEST_F(Delivery, StopEndsAProbeAndAPausedRun) {
    toReady();
    ASSERT_TRUE(machine.beginProbe(now).accepted());
    EXPECT_TRUE(machine.stop().accepted());
    EXPECT_EQ(machine.permission(), Permission::None);
    ASSERT_TRUE(machine.arm(armed, now).accepted());
    ASSERT_TRUE(machine.start(started, now).accepted());
    ASSERT_TRUE(machine.pause(PauseCause::Operator, now).accepted());
    EXPECT_TRUE(machine.stop().accepted());
    EXPECT_EQ(machine.state(), State::Complete);
    EXPECT_EQ(machine.ending(), RunEnding::Stopped);
}

TEST_F(Delivery, TheWorstReasonIsNamedFirstWhateverCameFirst) {
    toHold();
    ASSERT_TRUE(machine.fail(DeliveryFailure::LinkLost).accepted());
    EXPECT_EQ(machine.worst(), DeliveryFailure::LinkLost);
    ASSERT_TRUE(machine.fail(DeliveryFailure::CurrentWithoutCommand).accepted());
    EXPECT_EQ(machine.worst(), DeliveryFailure::CurrentWithoutCommand);
    ASSERT_TRUE(machine.fail(DeliveryFailure::OverCurrent).accepted());
    EXPECT_EQ(machine.worst(), DeliveryFailure::CurrentWithoutCommand);
}

TEST_F(Delivery, ALatchIsNotOpenedByPullingTheCable) {
    toHold();
    ASSERT_TRUE(machine.fail(DeliveryFailure::OverCurrent).accepted());
    machine.linkLost();
    EXPECT_EQ(machine.state(), State::Fault);
    EXPECT_FALSE(machine.clear(cleared, now).accepted()) << "nothing is connected that could be tested";
    ASSERT_TRUE(machine.deviceReady(ready).accepted());
    EXPECT_EQ(machine.state(), State::Fault);
    EXPECT_TRUE(machine.clear(cleared, now).accepted());
}

TEST_F(Delivery, ALostLinkInARunLatchesAndBeforeItDoesNot) {
    toArmed();
    machine.linkLost();
    EXPECT_EQ(machine.state(), State::Offline);
    machine = {};
    toHold();
    machine.linkLost();
    EXPECT_EQ(machine.state(), State::Fault);
    EXPECT_EQ(machine.worst(), DeliveryFailure::LinkLost);
    EXPECT_EQ(machine.ending(), RunEnding::Failed);
}

TEST_F(Delivery, AnInspectionStaysDueWhenTheLinkIsLost) {
    toComplete();
    machine.linkLost();
    EXPECT_EQ(machine.state(), State::Offline);
    toReady();
    EXPECT_FALSE(machine.arm(armed, now).accepted());
    EXPECT_TRUE(machine.skinInspected().accepted());
    EXPECT_TRUE(machine.arm(armed, now).accepted());
}

TEST_F(Delivery, TheSkinIsNotInspectedWhileCurrentMayFlow) {
    toHold();
    EXPECT_FALSE(machine.skinInspected().accepted());
    EXPECT_TRUE(machine.inspectionDue());
}

} // namespace
} // namespace eccrine::acquisition
