// SPDX-License-Identifier: GPL-3.0-or-later
// The engine with steps that wait for a person, on the shipped coil protocol and on a short one.
#include "tests/protocols/bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::array<bool, maxSites> left{true, false, false, false};
constexpr std::array<bool, maxSites> bothLimbs{true, true, false, false};

Step operatorStep(const std::string& id, bool eachSite = false) {
    Step step;
    step.id = id;
    step.kind = Step::Kind::Operator;
    step.eachSite = eachSite;
    step.answers = {
        {"done", "Done", false, false}, {"burn", "Burn", true, false}, {"end", "End", false, true}};
    return step;
}

/// 1.5 mA to 450 mC, ramps 20 s and 5 s (domain file, section 1.3), then 100 s of collection.
Protocol sweatTest() {
    Protocol p;
    p.test = Protocol::Test::Pilocarpine;
    p.dose = DoseRule{0.98, 0.80};
    Step stimulation;
    stimulation.id = "stimulation";
    stimulation.kind = Step::Kind::Stimulation;
    stimulation.stimulus =
        Stimulus{{1.5}, {450.0}, Seconds{20}, Seconds{5}, Seconds{375}, Volts{60.0}, SquareCentimetres{7.0}};
    Step collection;
    collection.id = "collection";
    collection.kind = Step::Kind::Recording;
    collection.afterStepStart = Seconds{100};
    p.steps = {operatorStep("begin"),        stimulation, operatorStep("inspect", true),
               operatorStep("attach", true), collection,  operatorStep("remove", true)};
    return p;
}

class SweatTest : public testing::Test {
protected:
    Engine engine{sweatTest(), bothLimbs, true};
    Bench bench{engine};

    [[nodiscard]] std::string shown() const { return engine.protocol().steps[*engine.progress().step].id; }
    void answer(const std::string& id = "done") {
        ASSERT_EQ(engine.confirmStep(shown(), engine.progress().site, id), "");
        bench.tick();
    }
    void runTo(const std::string& step) {
        bench.tick();
        for (int i = 0; i < 400'000 && !engine.ended() && shown() != step; ++i) {
            if (engine.progress().waitingForOperator) {
                answer();
                continue;
            }
            bench.tick();
        }
        ASSERT_FALSE(engine.ended()) << step;
    }
    void wait(double seconds) { bench.run(never, Seconds{seconds}); }
};

TEST_F(SweatTest, NoCurrentFlowsBeforeAPersonHasSaidSoEvenOnABench) {
    wait(1000);
    EXPECT_EQ(shown(), "begin");
    EXPECT_TRUE(engine.progress().waitingForOperator);
    EXPECT_TRUE(bench.demandIsZero());
    answer();
    EXPECT_EQ(bench.demand().target[0].value, 1500);
    EXPECT_EQ(bench.demand().target[2].value, 0);
}

TEST_F(SweatTest, DeliversFourHundredAndFiftyMillicoulombsRampsIncluded) { // A4
    runTo("inspect");
    EXPECT_NEAR(bench.enteredAt(2) - bench.enteredAt(1), 312.5, 0.1);
    ASSERT_EQ(bench.doses.size(), 2U);
    for (const DoseJudged& judged : bench.doses) {
        EXPECT_NEAR(judged.assessment.delivered.value, 450.0, 0.1);
        EXPECT_EQ(judged.assessment.dose, Dose::Full);
    }
}

TEST_F(SweatTest, AStepForEachSiteAsksForOneAfterTheOther) {
    runTo("inspect");
    EXPECT_EQ(engine.progress().site, 0U);
    answer();
    EXPECT_EQ(engine.progress().site, 1U);
    answer();
    EXPECT_EQ(shown(), "attach");
    EXPECT_EQ(engine.progress().site, 0U);
}

TEST_F(SweatTest, ASecondPressDoesNotAnswerWhatComesNext) {
    runTo("inspect");
    EXPECT_EQ(engine.confirmStep("inspect", 0, "done"), "");
    EXPECT_THAT(engine.confirmStep("inspect", 0, "done"), HasSubstr("already"));
    bench.tick();
    EXPECT_THAT(engine.confirmStep("inspect", 0, "done"), HasSubstr("already"));
    EXPECT_EQ(engine.progress().site, 1U);
    EXPECT_THAT(engine.confirmStep("inspect", 1, "perhaps"), HasSubstr("no answer"));
    EXPECT_THAT(engine.confirmStep("attach", 1, "done"), HasSubstr("already"));
}

TEST_F(SweatTest, ThereIsNothingToConfirmWhileCurrentFlows) {
    runTo("stimulation");
    EXPECT_THAT(engine.confirmStep("begin", std::nullopt, "done"), HasSubstr("No step waits"));
}

TEST_F(SweatTest, TheCollectionCountsFromTheFirstCollector) {
    runTo("attach");
    answer();
    const double first = Seconds{bench.seen.now.time_since_epoch()}.count();
    wait(30);
    answer();
    EXPECT_EQ(shown(), "collection");
    EXPECT_NEAR(engine.progress().elapsed.count(), 30.0, 0.1);
    EXPECT_NEAR(engine.progress().remaining->count(), 70.0, 0.1);
    bench.run([&] { return shown() == "remove"; });
    EXPECT_NEAR(Seconds{bench.seen.now.time_since_epoch()}.count() - first, 100.0, 0.1);
}

TEST_F(SweatTest, ACollectionOfFixedLengthIsNotExtended) {
    runTo("collection");
    EXPECT_THAT(engine.extendRecording(Seconds{300}), HasSubstr("fixed length"));
}

TEST_F(SweatTest, ABurnVoidsTheSiteThatWasAskedAboutAndTheOtherGoesOn) {
    runTo("inspect");
    answer("burn");
    ASSERT_EQ(bench.voided.size(), 1U);
    EXPECT_EQ(bench.voided[0].site, 0U);
    EXPECT_EQ(engine.progress().site, 1U);
    answer();
    EXPECT_EQ(shown(), "attach");
    EXPECT_EQ(engine.progress().site, 1U) << "the voided site is not asked about any more";
    answer();
    runTo("remove");
    answer();
    EXPECT_EQ(bench.outcome, Outcome::Finished);
}

TEST_F(SweatTest, WithoutAnySiteLeftTheTestEnds) {
    runTo("inspect");
    answer("burn");
    answer("burn");
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
}

TEST_F(SweatTest, AnAnswerMayEndTheTest) {
    bench.tick();
    answer("end");
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_TRUE(bench.demandIsZero());
}

TEST_F(SweatTest, AVoidedSiteGoesToZeroByTheRampDownWhileTheOtherGetsItsCharge) {
    runTo("stimulation");
    wait(100);
    EXPECT_EQ(engine.voidSite(0), "");
    EXPECT_THAT(engine.voidSite(0), Not(IsEmpty()));
    EXPECT_THAT(engine.voidSite(2), Not(IsEmpty()));
    bench.tick();
    EXPECT_EQ(bench.demand().target[0].value, 0);
    EXPECT_EQ(bench.demand().target[1].value, 1500);
    wait(5.1);
    EXPECT_EQ(bench.seen.sites[0].current.value, 0.0);
    runTo("inspect");
    EXPECT_EQ(engine.progress().site, 1U);
    EXPECT_NEAR(bench.seen.sites[1].charge.value, 450.0, 0.1);
    EXPECT_EQ(bench.doses.size(), 1U);
}

TEST_F(SweatTest, AVoidDuringTheRampUpLetsNoCurrentRiseFaster) {
    runTo("stimulation");
    wait(8);
    ASSERT_EQ(engine.voidSite(0), "");
    wait(3); // 0.6 mA at 300 uA/s takes 2 s
    EXPECT_EQ(bench.seen.sites[0].current.value, 0.0);
    wait(20);
    EXPECT_NEAR(bench.seen.sites[1].current.value, 1.5, 1e-9);
    EXPECT_LE(bench.steepest_mA_per_s, 1.5 / 20.0 * 1.05); // SR-10
    runTo("inspect");
    EXPECT_NEAR(bench.seen.sites[1].charge.value, 450.0, 0.1);
}

TEST_F(SweatTest, VoidingEverySiteInMidStimulationEndsCurrentAndTest) {
    runTo("stimulation");
    wait(100);
    ASSERT_EQ(engine.voidSite(0), "");
    ASSERT_EQ(engine.voidSite(1), "");
    bench.run(never);
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_TRUE(bench.demandIsZero());
    EXPECT_LT(bench.seen.sites[0].current.value, 0.010) << "the test ends when the current has";
}

TEST_F(SweatTest, ASiteVoidedBeforeTheCurrentNeverGetsAny) {
    bench.tick();
    ASSERT_EQ(engine.voidSite(0), "");
    runTo("inspect");
    EXPECT_EQ(bench.seen.sites[0].charge.value, 0.0);
    EXPECT_NEAR(bench.seen.sites[1].charge.value, 450.0, 0.1);
}

TEST_F(SweatTest, AnInterruptionWithEightyPercentDeliveredIsFlaggedAndTheCollectionGoesOn) {
    runTo("stimulation");
    bench.run([&] { return bench.seen.sites[0].charge.value >= 375.0; });
    engine.endStimulation();
    runTo("inspect");
    ASSERT_EQ(bench.doses.size(), 2U);
    EXPECT_EQ(bench.doses[0].assessment.dose, Dose::Low);
    EXPECT_TRUE(bench.voided.empty());
}

TEST_F(SweatTest, AnInterruptionBelowEightyPercentVoidsTheSites) {
    runTo("stimulation");
    wait(190);
    engine.endStimulation();
    bench.run(never, Seconds{20});
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    ASSERT_EQ(bench.voided.size(), 2U);
    EXPECT_THAT(bench.voided[0].reason, HasSubstr("other limb"));
}

TEST_F(SweatTest, ATripLateInTheStimulationKeepsTheCollection) {
    runTo("stimulation");
    bench.run([&] { return bench.seen.sites[0].charge.value >= 400.0; });
    bench.seen.deliveryEnded = true;
    for (auto& site : bench.seen.sites)
        site.current = {}; // the interlock has seen to it
    bench.run([&] { return engine.ended() || shown() == "inspect"; }, Seconds{20});
    ASSERT_FALSE(engine.ended());
    EXPECT_EQ(bench.doses[0].assessment.dose, Dose::Low);
    EXPECT_TRUE(bench.demandIsZero());
    runTo("remove");
    answer();
    answer();
    EXPECT_EQ(bench.outcome, Outcome::Finished);
}

TEST_F(SweatTest, ATripEarlyInTheStimulationEndsTheTest) {
    runTo("stimulation");
    wait(50);
    bench.seen.deliveryEnded = true;
    bench.run(never, Seconds{20});
    EXPECT_EQ(bench.outcome, Outcome::Tripped);
}

// Interrupted: from 80 % of the charge on the collection goes on and is flagged STIM_LOW
// (domain/pilocarpine.md 1.3).
TEST_F(SweatTest, StopLateInTheStimulationGivesZeroAtOnceAndKeepsTheCollection) {
    runTo("stimulation");
    bench.run([&] { return bench.seen.sites[0].charge.value >= 362.0; }); // 80 % of 450 mC is 360
    engine.stop();
    bench.tick();
    EXPECT_TRUE(bench.demandIsZero());
    EXPECT_EQ(bench.demand().ramp_uA_per_s, 0U);
    bench.run([&] { return engine.ended() || shown() == "inspect"; }, Seconds{1});
    ASSERT_FALSE(engine.ended());
    EXPECT_EQ(bench.doses[0].assessment.dose, Dose::Low);
    EXPECT_TRUE(bench.voided.empty());
    runTo("remove");
    answer();
    answer();
    EXPECT_EQ(bench.outcome, Outcome::Finished);
}

TEST_F(SweatTest, StopShortOfEnoughChargeEndsTheTestAndNamesTheOtherLimb) {
    runTo("stimulation");
    bench.run([&] { return bench.seen.sites[0].charge.value >= 356.0; });
    engine.stop();
    bench.run(never, Seconds{1});
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_TRUE(bench.demandIsZero());
    ASSERT_EQ(bench.voided.size(), 2U);
    EXPECT_THAT(bench.voided[0].reason, HasSubstr("other limb"));
}

TEST_F(SweatTest, ASecondStopEndsWhatTheFirstLeftRunning) {
    runTo("stimulation");
    bench.run([&] { return bench.seen.sites[0].charge.value >= 400.0; });
    engine.stop();
    bench.run([&] { return shown() == "inspect"; }, Seconds{1});
    engine.stop();
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
}

// A source or its meter that still shows 15 µA after everything was switched off: no step may wait for it.
TEST_F(SweatTest, ACurrentThatDoesNotGoAwayEndsTheTestAfterAStop) {
    bench.residual_mA = 0.015;
    runTo("stimulation");
    bench.run([&] { return bench.seen.sites[0].charge.value >= 400.0; });
    engine.stop();
    bench.tick();
    EXPECT_TRUE(bench.demandIsZero());
    bench.run(never, Seconds{16});
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
}

TEST_F(SweatTest, ACurrentThatDoesNotGoAwayEndsTheTestWithoutAStopToo) {
    bench.residual_mA = 0.015;
    runTo("stimulation");
    bench.run(never, Seconds{360});
    EXPECT_EQ(bench.outcome, Outcome::Tripped);
    EXPECT_TRUE(bench.demandIsZero());
}

TEST_F(SweatTest, ASecondStopEndsTheTestEvenWhileACurrentIsMeasured) {
    bench.residual_mA = 0.015;
    runTo("stimulation");
    bench.run([&] { return bench.seen.sites[0].charge.value >= 200.0; });
    engine.stop();
    bench.run(never, Seconds{3});
    ASSERT_FALSE(engine.ended());
    engine.stop();
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_TRUE(bench.demandIsZero());
}

TEST_F(SweatTest, TheEndOfTheTestIsItsEndHoweverMuchWasDelivered) {
    runTo("stimulation");
    bench.run([&] { return bench.seen.sites[0].charge.value >= 400.0; });
    engine.endTest();
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_TRUE(bench.demandIsZero());
}

TEST_F(SweatTest, ATripBeforeTheStimulationEndsTheTest) {
    bench.tick();
    bench.seen.deliveryEnded = true;
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Tripped);
}

TEST_F(SweatTest, SaysHowLongItTakesAtLeast) {
    bench.tick();
    EXPECT_NEAR(engine.progress().totalRemaining.count(), 312.5 + 100.0, 0.1);
}

TEST(OperatorStep, IsNotAnsweredBeforeItsTimeAndReminds) {
    Protocol p = sweatTest();
    p.steps[0].atLeast = Seconds{10};
    p.steps[0].remindAfter = Seconds{60};
    Engine engine{p, left, false};
    Bench bench{engine};
    bench.run(never, Seconds{3});
    EXPECT_NEAR(engine.progress().answerableIn.count(), 7.0, 0.1);
    EXPECT_THAT(engine.confirmStep("begin", std::nullopt, "done"), HasSubstr("another 8 s"));
    bench.run(never, Seconds{8});
    EXPECT_FALSE(engine.progress().reminderDue);
    bench.run(never, Seconds{60});
    EXPECT_TRUE(engine.progress().reminderDue);
    EXPECT_EQ(engine.confirmStep("begin", std::nullopt, "done"), "");
}

TEST(OperatorStep, TheChargeIsRightThoughTheSourceHearsLate) {
    Engine engine{sweatTest(), left, false};
    Bench bench{engine};
    bench.tick();
    ASSERT_EQ(engine.confirmStep("begin", std::nullopt, "done"), "");
    bench.seen.reaction = Seconds{2};
    bench.run([&] {
        return bench.demandIsZero() && engine.progress().step == 1U &&
               engine.progress().elapsed > Seconds{20};
    });
    // 2 s before the ramp down would have to begin: 3 mC short of 446.25
    EXPECT_NEAR(bench.seen.sites[0].charge.value, 443.25, 0.1);
}

class ShippedProtocol : public testing::TestWithParam<const char*> {};

TEST_P(ShippedProtocol, RunsToItsEndWithTheFirstAnswers) {
    const auto protocol =
        loadProtocol(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / (std::string(GetParam()) + ".toml"));
    ASSERT_TRUE(protocol) << protocol.error().sentence();
    Engine engine{*protocol, bothLimbs, false};
    Bench bench{engine};
    bench.tick();
    for (int i = 0; i < 1'000'000 && !engine.ended(); ++i) {
        if (engine.progress().waitingForOperator) {
            const Step& step = protocol->steps[*engine.progress().step];
            ASSERT_EQ(engine.confirmStep(step.id, engine.progress().site, step.answers.front().id), "");
        }
        bench.tick();
    }
    EXPECT_EQ(bench.outcome, Outcome::Finished);
    const auto stimulation = std::find_if(protocol->steps.begin(), protocol->steps.end(),
                                          [](const Step& s) { return s.stimulus.has_value(); });
    for (const std::size_t site : {0U, 1U})
        EXPECT_NEAR(bench.seen.sites[site].charge / stimulation->stimulus->charge, 1.0, 0.001);
    EXPECT_EQ(bench.seen.sites[2].charge.value, 0.0);
    // 30 min of collection
    EXPECT_NEAR(bench.enteredAt(engine.protocol().steps.size() - 1), 1800.0 + 312.5, 320.0);
}

INSTANTIATE_TEST_SUITE_P(Each, ShippedProtocol, testing::Values("macroduct", "gibson-cooke", "nanoduct"));

} // namespace
} // namespace eccrine::protocols
