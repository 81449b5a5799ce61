// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/protocols/bench.hpp"

#include <gtest/gtest.h>

namespace eccrine::protocols {
namespace {

/// 2 mA, 600 mC, ramps 20 s and 5 s, at most 360 s; baseline 180 s; recording 300 s after the stop, 605 s
/// after the start.
Protocol qsart() {
    Protocol p;
    p.id = "qsart";
    Step baseline;
    baseline.kind = Step::Kind::Baseline;
    baseline.settling = SettlingRule{};
    baseline.settling->atLeast = Seconds{180};
    baseline.waitAtMost = Seconds{900};
    Step stimulation;
    stimulation.kind = Step::Kind::Stimulation;
    stimulation.stimulus =
        Stimulus{{2.0}, {600.0}, Seconds{20}, Seconds{5}, Seconds{360}, Volts{60.0}, SquareCentimetres{5.0}};
    Step recording;
    recording.kind = Step::Kind::Recording;
    recording.afterStimulusStop = Seconds{300};
    recording.afterStimulusStart = Seconds{605};
    p.steps = {baseline, stimulation, recording};
    return p;
}

TEST(NominalDuration, IsTheTrapezoidThatReachesTheCharge) {
    // 600 mC at 2 mA: (20 + 5) s of ramps carry 25 mC, 287.5 s hold the rest
    EXPECT_DOUBLE_EQ(nominalDuration(*qsart().steps[1].stimulus).count(), 312.5);
}

TEST(Engine, RunsBaselineStimulationRecordingAndEnds) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.run(never);
    ASSERT_EQ(bench.entered.size(), 3U);
    EXPECT_NEAR(bench.enteredAt(1), 180.0, 0.05);
    EXPECT_NEAR(bench.enteredAt(2) - bench.enteredAt(1), 312.5, 0.1);
    EXPECT_EQ(bench.outcome, Outcome::Finished);
    EXPECT_TRUE(bench.demandIsZero());
}

TEST(Engine, DeliversTheChargeOfTheProtocolRampDownIncluded) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.run(never);
    for (const auto& site : bench.seen.sites)
        EXPECT_NEAR(site.charge.value, 600.0, 0.1);
}

TEST(Engine, RecordsUntilBothClocksOfTheProtocolHavePassed) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.run(never);
    const double end = Seconds{bench.seen.now.time_since_epoch()}.count();
    const double start = Seconds{bench.seen.stimulusStart->time_since_epoch()}.count();
    const double stop = Seconds{bench.seen.stimulusStop->time_since_epoch()}.count();
    EXPECT_NEAR(end - std::max(start + 605.0, stop + 300.0), 0.0, 0.02);
}

TEST(Engine, WaitsForEverySiteThatTakesPartToSettle) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.seen.sites[3].baselineSettled = false;
    bench.run(never, Seconds{300});
    EXPECT_EQ(engine.progress().step, 0U);
    bench.seen.sites[3].baselineSettled = true;
    bench.tick();
    EXPECT_EQ(engine.progress().step, 1U);
}

TEST(Engine, ASiteThatTakesNoPartNeitherDelaysNorDelivers) {
    Engine engine{qsart(), {true, false, true, true}, true};
    Bench bench{engine};
    bench.settle();
    bench.seen.sites[1].baselineSettled = false;
    bench.run(never);
    EXPECT_EQ(bench.outcome, Outcome::Finished);
    EXPECT_EQ(bench.seen.sites[1].charge.value, 0.0);
}

TEST(Engine, WithoutSelfStartASettledBaselineWaitsForTheOperator) {
    Engine engine{qsart(), allSites, false};
    Bench bench{engine};
    bench.settle();
    bench.run(never, Seconds{400});
    EXPECT_TRUE(engine.progress().readyForStimulation);
    EXPECT_TRUE(engine.progress().waitingForOperator);
    EXPECT_EQ(engine.confirmStimulation(""), "");
    bench.tick();
    EXPECT_EQ(engine.progress().step, 1U);
}

TEST(Engine, AnUnsettledBaselineNeedsAReasonToGoOn) {
    Engine engine{qsart(), allSites, false};
    Bench bench{engine};
    bench.run(never, Seconds{60});
    EXPECT_NE(engine.confirmStimulation(""), "");
    EXPECT_EQ(engine.confirmStimulation("patient cannot stay longer"), "");
    bench.tick();
    EXPECT_EQ(engine.progress().step, 1U);
}

TEST(Engine, AsksTheOperatorOnceWhenTheBaselineTakesTooLong) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.run(never, Seconds{899.9});
    EXPECT_EQ(bench.questions, 0);
    bench.run(never, Seconds{100});
    EXPECT_EQ(bench.questions, 1);
    EXPECT_TRUE(engine.progress().waitingForOperator);
}

TEST(Engine, EndsTheStimulationByTimeWhenTheSourceDeliversTooLittle) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine, 0.5};
    bench.settle();
    bench.run([&] { return engine.progress().step == 2U; });
    EXPECT_NEAR(bench.enteredAt(2) - bench.enteredAt(1), 360.0, 0.1);
    EXPECT_LT(bench.seen.sites[0].charge, Millicoulombs{600.0});
}

TEST(Engine, ASiteThatHasItsChargeRampsDownWhileTheOthersGoOn) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.run([&] { return engine.progress().step == 1U; });
    bench.seen.sites[2].charge = Millicoulombs{300.0}; // booked from before an interruption
    bench.run([&] { return bench.demand().target[2].value == 0; });
    EXPECT_EQ(bench.demand().target[0].value, 2000);
    EXPECT_EQ(bench.demand().ramp_uA_per_s, 400U); // 2 mA in 5 s
    bench.run(never);
    EXPECT_NEAR(bench.seen.sites[2].charge.value, 600.0, 0.1);
    EXPECT_NEAR(bench.seen.sites[0].charge.value, 600.0, 0.1);
}

class EngineInEachStep : public testing::TestWithParam<std::size_t> {};

TEST_P(EngineInEachStep, AStopGivesZeroCurrentAndEndsTheRecording) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.run(
        [&] { return engine.progress().step == GetParam() && engine.progress().elapsed > Seconds{30}; });
    engine.stop();
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_TRUE(bench.demandIsZero());
    EXPECT_EQ(bench.demand().ramp_uA_per_s, 0U);
    EXPECT_TRUE(engine.advance(bench.seen).empty());
}

TEST_P(EngineInEachStep, ATripGivesZeroCurrentAndEndsTheRecording) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.run(
        [&] { return engine.progress().step == GetParam() && engine.progress().elapsed > Seconds{30}; });
    bench.seen.tripped = true;
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Tripped);
    EXPECT_TRUE(bench.demandIsZero());
}

INSTANTIATE_TEST_SUITE_P(Steps, EngineInEachStep, testing::Values(0U, 1U, 2U));

TEST(Engine, WhenNobodyWatchesTheStimulationEndsByItsRampAndTheRecordingGoesOn) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.run([&] { return engine.progress().step == 1U && engine.progress().elapsed > Seconds{100}; });
    engine.endStimulation();
    bench.tick();
    EXPECT_TRUE(bench.demandIsZero());
    EXPECT_EQ(bench.demand().ramp_uA_per_s, 400U);
    bench.run(never);
    EXPECT_EQ(bench.outcome, Outcome::Finished);
    EXPECT_NEAR(bench.seen.sites[0].charge.value, 2.0 * 90.0 + 5.0,
                0.5); // 10 s of ramp-up lost, 2.5 s of ramp-down gained
}

TEST(Engine, TheOperatorMayExtendTheRecordingButNothingElse) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.tick();
    EXPECT_NE(engine.extendRecording(Seconds{300}), "");
    bench.run([&] { return engine.progress().step == 2U; });
    EXPECT_EQ(engine.extendRecording(Seconds{300}), "");
    EXPECT_NE(engine.extendRecording(Seconds{-1}), "");
    EXPECT_NE(engine.extendRecording(Seconds{1600}), "");
    bench.run(never);
    const double end = Seconds{bench.seen.now - *bench.seen.stimulusStart}.count();
    EXPECT_NEAR(end, 905.0, 10.0);
    EXPECT_GE(end, 905.0);
}

TEST(Engine, TimeThatGoesBackStandsStill) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.run(never, Seconds{50});
    bench.seen.now -= std::chrono::seconds{40};
    static_cast<void>(engine.advance(bench.seen));
    EXPECT_NEAR(engine.progress().elapsed.count(), 50.0, 0.05);
}

TEST(Engine, AJumpInTimeDoesNotSkipTheStimulation) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.settle();
    bench.tick();
    bench.seen.now += std::chrono::hours{2};
    bench.tick();
    EXPECT_EQ(engine.progress().step, 1U);
    EXPECT_EQ(bench.demand().target[0].value, 2000);
}

TEST(Engine, SaysHowLongTheTestWillTakeAtLeast) {
    Engine engine{qsart(), allSites, true};
    Bench bench{engine};
    bench.tick();
    EXPECT_NEAR(engine.progress().totalRemaining.count(), 180.0 + 312.5 + 300.0, 0.1);
    ASSERT_TRUE(engine.progress().remaining);
    EXPECT_NEAR(engine.progress().remaining->count(), 180.0, 0.1);
}

} // namespace
} // namespace eccrine::protocols
