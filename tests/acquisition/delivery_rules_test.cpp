// SPDX-License-Identifier: GPL-3.0-or-later
// What delivery does when a rule fires, and how long it takes on device time: from the first sample that is
// wrong to the open relay (SR-9, SR-13, SR-18, SR-19; F-3, F-14, F-17, F-19, F-21, F-22).
#include "tests/acquisition/delivery_bench.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;
using tests::DeliveryRun;
using tests::FakeFrontEnd;

struct RuleCase {
    const char* name;
    void (*inject)(FakeFrontEnd&);
    TripReason reason;
    DeliveryState leadsTo;
    std::chrono::milliseconds within;
    std::optional<WarningReason> warns{};
};
std::ostream& operator<<(std::ostream& out, const RuleCase& c) {
    return out << c.name;
}

class RuleInHold : public DeliveryRun, public testing::WithParamInterface<RuleCase> {};

TEST_P(RuleInHold, EndsTheCurrentInItsTimeAndSaysWhy) {
    const RuleCase& c = GetParam();
    deliver();
    ASSERT_EQ(state(), DeliveryState::Hold);
    EXPECT_FALSE(notice(NoticeKind::Warning));
    notices.clear();
    const auto from = clock.now;
    c.inject(device);
    const auto kind = pauses(c.reason) ? NoticeKind::Paused : NoticeKind::Tripped;
    std::optional<DeliveryWarning> warned;
    for (int i = 0; i < 1000 && !notice(kind); ++i)
        turn();
    ASSERT_TRUE(notice(kind));
    const auto trip = notice(kind)->payload<Trip>();
    EXPECT_EQ(trip.reason, c.reason) << describe(trip);
    EXPECT_EQ(trip.site, 0);
    EXPECT_EQ(state(), c.leadsTo);
    EXPECT_FALSE(device.relayClosed());
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(clock.now - from);
    EXPECT_LE(took, c.within);
    RecordProperty("reaction_ms", static_cast<int>(took.count()));
    std::printf("%s: %d ms\n", c.name, static_cast<int>(took.count()));
    const auto warning = notice(NoticeKind::Warning);
    EXPECT_EQ(warning.has_value(), c.warns.has_value());
    if (warning && c.warns) {
        EXPECT_EQ(warning->payload<DeliveryWarning>().reason, *c.warns);
    }
    const std::string text = describe(trip, "foot");
    EXPECT_TRUE(text.starts_with("Current stopped: ")) << text;
    EXPECT_NE(text.find("foot"), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with(".")) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Table, RuleInHold,
    testing::Values(RuleCase{"Bridged", [](FakeFrontEnd& d) { d.load_kOhm = 0.05; }, TripReason::ShortCircuit,
                             DeliveryState::Paused, 200ms},
                    RuleCase{"LeakToEarth", [](FakeFrontEnd& d) { d.leak_uA = 100.0; }, TripReason::Leakage,
                             DeliveryState::Fault, 200ms},
                    RuleCase{"ConverterStuck", [](FakeFrontEnd& d) { d.stuck = true; },
                             TripReason::FrozenReading, DeliveryState::Fault, 350ms},
                    RuleCase{"Reversed", [](FakeFrontEnd& d) { d.swapped = true; }, TripReason::Polarity,
                             DeliveryState::Fault, 50ms},
                    RuleCase{"TooLittle", [](FakeFrontEnd& d) { d.gain = 0.85; }, TripReason::UnderCurrent,
                             DeliveryState::Paused, 6100ms, WarningReason::UnderCurrent},
                    RuleCase{"HalfLifted", [](FakeFrontEnd& d) { d.load_kOhm = 10.0; },
                             TripReason::ContactDrift, DeliveryState::Paused, 300ms},
                    RuleCase{"MainsOfEightPercent",
                             [](FakeFrontEnd& d) { d.ripple_uA = 0.08 * 2000.0 * 1.414; }, TripReason::Ripple,
                             DeliveryState::Paused, 1100ms, WarningReason::MainsLine},
                    RuleCase{"SixFramesLost", [](FakeFrontEnd& d) { d.loseFrames = 6; },
                             TripReason::SamplesLost, DeliveryState::Paused, 100ms}),
    [](const auto& each) { return std::string(each.param.name); });

TEST_F(DeliveryRun, FiveLostFramesAreRiddenThrough) {
    deliver();
    device.loseFrames = 5;
    turn(3000);
    EXPECT_EQ(state(), DeliveryState::Hold);
}

TEST_F(DeliveryRun, MainsOfThreePercentIsToldOnceAndTheCurrentGoesOn) {
    deliver();
    notices.clear();
    device.ripple_uA = 0.03 * 2000.0 * 1.414;
    turn(3000);
    EXPECT_EQ(device.currentAt(0), 2000.0);
    std::vector<WarningReason> told;
    for (const SampleFrame& n : notices)
        if (n.stream == static_cast<std::uint8_t>(NoticeKind::Warning))
            told.push_back(n.payload<DeliveryWarning>().reason);
    EXPECT_EQ(told, (std::vector{WarningReason::MainsLine, WarningReason::Ripple}));
    // well for ten seconds, and there again
    device.ripple_uA = 0.0;
    turn(1200);
    notices.clear();
    device.ripple_uA = 0.03 * 2000.0 * 1.414;
    turn(200);
    EXPECT_TRUE(notice(NoticeKind::Warning));
}

TEST_F(DeliveryRun, CurrentThatNobodyAskedForIsFoundWhenNothingIsUnderWay) { // F-19
    ASSERT_EQ(selfTest()->fault, SelfTestNotice::Fault::None);
    turn(300);
    const int stops = device.stops;
    device.offset_uA = 15.0;
    const auto from = clock.now;
    ASSERT_TRUE(until(NoticeKind::Tripped));
    EXPECT_LE(clock.now - from, 1100ms);
    const auto trip = notice(NoticeKind::Tripped)->payload<Trip>();
    EXPECT_EQ(trip.reason, TripReason::CurrentWithoutCommand);
    EXPECT_NE(describe(trip, "foot").find("take the leads off"), std::string::npos);
    EXPECT_GT(device.stops, stops) << "the relay is told to open";
    EXPECT_EQ(state(), DeliveryState::Fault);
    // told once; and nothing can be started
    notices.clear();
    turn(500);
    EXPECT_FALSE(notice(NoticeKind::Tripped));
    ASSERT_TRUE(loop.begin(limits()));
    turn(500);
    EXPECT_FALSE(device.relayClosed());
}

TEST_F(DeliveryRun, CurrentThatFlowsOnAfterStopIsFoundAlthoughStopHasLatched) {
    deliver();
    device.offset_uA = 15.0;
    loop.stop();
    turn(1);
    EXPECT_EQ(notice(NoticeKind::Tripped)->payload<Trip>().reason, TripReason::OperatorStop);
    const auto from = clock.now;
    ASSERT_TRUE(until(NoticeKind::Tripped));
    EXPECT_EQ(notice(NoticeKind::Tripped)->payload<Trip>().reason, TripReason::CurrentWithoutCommand);
    EXPECT_LE(clock.now - from, 600ms + 1100ms) << "after the time that STOP may take";
    EXPECT_EQ(state(), DeliveryState::Fault);
}

// The rule pauses a run; in the ramp down nothing is left that could go on.
TEST_F(DeliveryRun, BridgedElectrodesInTheRampDownOpenTheRelayAndCompleteTheRun) {
    deliver();
    ASSERT_TRUE(loop.demand({{0, 0, 0, 0}, 400}));
    turn(20);
    device.load_kOhm = 0.05;
    turn(15);
    EXPECT_FALSE(device.relayClosed());
    turn(100);
    EXPECT_EQ(state(), DeliveryState::Complete);
    EXPECT_FALSE(notice(NoticeKind::Tripped)) << "what was to be given has been given";
}

} // namespace
} // namespace eccrine::acquisition
