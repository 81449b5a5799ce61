// SPDX-License-Identifier: GPL-3.0-or-later
// The engine with the safety questions of the shipped QSART.
#include "tests/protocols/bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Protocol shippedQsart() {
    return loadProtocol(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "qsart.toml").value();
}

class SafetyStep : public testing::Test {
protected:
    Engine engine{shippedQsart(), allSites, true};
    Bench bench{engine};

    void SetUp() override {
        bench.settle();
        bench.tick();
    }
    [[nodiscard]] std::string shown() const { return engine.protocol().steps[*engine.progress().step].id; }
    void answerAllSafely() {
        for (const ChecklistItem& item : engine.protocol().questions->items)
            EXPECT_THAT(engine.answerQuestion(item.id, {item.safeAnswer, {}, {}}), IsEmpty()) << item.id;
    }
    [[nodiscard]] std::string goOn() { return engine.confirmStep("safety", {}, "settled"); }
};

TEST_F(SafetyStep, NothingIsAnsweredByItselfAndNoCurrentFlows) {
    bench.run(never, Seconds{1000});
    EXPECT_EQ(shown(), "safety");
    EXPECT_FALSE(engine.questionsSettled());
    EXPECT_THAT(goOn(), HasSubstr("not answered"));
    bench.run(never, Seconds{1000});
    EXPECT_EQ(shown(), "safety");
    EXPECT_TRUE(bench.demandIsZero());
}

TEST_F(SafetyStep, OneOpenQuestionIsEnoughToWait) {
    answerAllSafely();
    Engine other{shippedQsart(), allSites, true};
    Bench beside{other};
    beside.tick();
    for (const ChecklistItem& item : other.protocol().questions->items)
        if (item.id != "infant") {
            EXPECT_THAT(other.answerQuestion(item.id, {item.safeAnswer, {}, {}}), IsEmpty());
        }
    EXPECT_THAT(other.confirmStep("safety", {}, "settled"), HasSubstr("not answered"));
    EXPECT_THAT(goOn(), IsEmpty());
}

TEST_F(SafetyStep, SettledItGoesOnToTheCurrent) {
    answerAllSafely();
    EXPECT_TRUE(engine.questionsSettled());
    EXPECT_EQ(shown(), "safety"); // a person goes on, not the last answer
    EXPECT_THAT(goOn(), IsEmpty());
    bench.run([&] { return shown() == "stimulation"; });
    EXPECT_EQ(bench.demand().target[0].value, 2000);
}

TEST_F(SafetyStep, WhatStopsTheTestNobodyOverrides) {
    answerAllSafely();
    EXPECT_THAT(engine.answerQuestion("implant", {true, "Dr. A", "urgent"}), HasSubstr("no physician"));
    EXPECT_THAT(engine.answerQuestion("implant", {true, {}, {}}), IsEmpty());
    EXPECT_THAT(goOn(), HasSubstr("forbids"));
    EXPECT_THAT(engine.confirmStep("safety", {}, "not_today"), IsEmpty());
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
}

TEST_F(SafetyStep, ImpairedSensationNeedsAPhysicianWithNameAndReason) {
    answerAllSafely();
    EXPECT_THAT(engine.answerQuestion("sensation", {true, {}, {}}), IsEmpty());
    EXPECT_THAT(goOn(), HasSubstr("forbids"));
    EXPECT_THAT(engine.answerQuestion("sensation", {true, "Dr. A", "  "}), HasSubstr("name and reason"));
    EXPECT_THAT(engine.answerQuestion("sensation", {true, "", "needed"}), HasSubstr("name and reason"));
    EXPECT_THAT(goOn(), HasSubstr("forbids"));
    EXPECT_THAT(engine.answerQuestion("sensation", {true, "Dr. A", "it is what is tested"}), IsEmpty());
    EXPECT_THAT(goOn(), IsEmpty());
}

TEST_F(SafetyStep, TheLastAnswerCountsAndTakesAnEarlierDecisionWithIt) {
    answerAllSafely();
    EXPECT_THAT(engine.answerQuestion("sensation", {true, "Dr. A", "it is what is tested"}), IsEmpty());
    EXPECT_THAT(engine.answerQuestion("sensation", {true, {}, {}}), IsEmpty());
    EXPECT_FALSE(engine.questionsSettled());
    EXPECT_THAT(engine.answerQuestion("sensation", {false, {}, {}}), IsEmpty());
    EXPECT_TRUE(engine.questionsSettled());
    EXPECT_THAT(engine.answerQuestion("sensation", {false, "Dr. A", "why"}), HasSubstr("no decision"));
}

TEST_F(SafetyStep, AfterwardsAndBeforeNothingIsAnswered) {
    Engine before{shippedQsart(), allSites, true};
    EXPECT_THAT(before.answerQuestion("implant", {false, {}, {}}), HasSubstr("not being asked"));
    answerAllSafely();
    EXPECT_THAT(engine.answerQuestion("shoe_size", {false, {}, {}}), HasSubstr("no safety question"));
    EXPECT_THAT(goOn(), IsEmpty());
    EXPECT_THAT(engine.answerQuestion("implant", {true, {}, {}}), HasSubstr("not being asked"));
    bench.tick();
    EXPECT_THAT(engine.answerQuestion("implant", {true, {}, {}}), HasSubstr("not being asked"));
}

TEST_F(SafetyStep, AfterTheRecordingTheSkinOfEachSiteIsGradedAndPainShockAndFaintingAreAsked) {
    answerAllSafely();
    ASSERT_THAT(goOn(), IsEmpty());
    bench.run([&] { return shown() == "inspect"; });
    ASSERT_EQ(shown(), "inspect");
    EXPECT_TRUE(bench.demandIsZero());
    for (std::size_t site = 0; site < maxSites; ++site) {
        EXPECT_EQ(engine.progress().site, site);
        EXPECT_THAT(engine.confirmStep("inspect", site, "grade_5"), HasSubstr("no answer"));
        EXPECT_THAT(engine.confirmStep("inspect", site, site == 3 ? "grade_4" : "grade_0"), IsEmpty());
        bench.tick();
    }
    EXPECT_EQ(shown(), "pain");
    EXPECT_THAT(engine.confirmStep("pain", {}, "pain_10"), IsEmpty());
    bench.tick();
    EXPECT_THAT(engine.confirmStep("shock", {}, "yes"), IsEmpty());
    bench.tick();
    EXPECT_FALSE(bench.outcome);
    EXPECT_THAT(engine.confirmStep("faint", {}, "no"), IsEmpty());
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Finished);
}

/// With a person, as far as 10 s into the current.
class AfterCurrent : public testing::Test {
protected:
    Engine engine{shippedQsart(), {true, true, false, false}, false};
    Bench bench{engine};

    void SetUp() override {
        bench.settle();
        bench.tick();
        for (const ChecklistItem& item : engine.protocol().questions->items)
            ASSERT_THAT(engine.answerQuestion(item.id, {item.safeAnswer, {}, {}}), IsEmpty());
        ASSERT_THAT(engine.confirmStep("safety", {}, "settled"), IsEmpty());
        bench.run([&] { return engine.progress().readyForStimulation; });
        ASSERT_THAT(engine.confirmStimulation(""), IsEmpty());
        bench.run([&] { return shown() == "stimulation" && engine.progress().elapsed >= Seconds{10}; });
    }
    [[nodiscard]] std::string shown() const {
        return engine.progress().step ? engine.protocol().steps[*engine.progress().step].id : "";
    }
    void answerAll() {
        for (std::size_t site = 0; site < 2; ++site) {
            ASSERT_THAT(engine.confirmStep("inspect", site, "grade_1"), IsEmpty());
            bench.tick();
        }
        for (const auto& [id, answer] : {std::pair{"pain", "pain_0"}, {"shock", "no"}, {"faint", "no"}}) {
            ASSERT_THAT(engine.confirmStep(id, {}, answer), IsEmpty()) << id;
            bench.tick();
        }
    }
};

TEST_F(AfterCurrent, AStopAsksForTheSkinAndEndsAsStopped) {
    engine.stop();
    bench.tick();
    EXPECT_EQ(shown(), "inspect");
    EXPECT_TRUE(bench.demandIsZero());
    EXPECT_TRUE(engine.skinDue());
    bench.run(never, Seconds{600});
    EXPECT_FALSE(bench.outcome);
    EXPECT_TRUE(bench.demandIsZero());
    answerAll();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_FALSE(engine.skinDue());
}

TEST_F(AfterCurrent, ATripAsksForTheSkinAndEndsAsTripped) {
    bench.seen.deliveryEnded = true;
    bench.run(never, Seconds{5});
    EXPECT_EQ(shown(), "inspect");
    bench.seen.tripped = true; // and now the instrument is gone as well
    bench.run(never, Seconds{5});
    EXPECT_EQ(shown(), "inspect");
    answerAll();
    EXPECT_EQ(bench.outcome, Outcome::Tripped);
}

TEST_F(AfterCurrent, AnotherStopIsAPersonWhoDoesNotAnswer) {
    engine.stop();
    bench.tick();
    ASSERT_THAT(engine.confirmStep("inspect", 0, "grade_0"), IsEmpty());
    engine.stop();
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_TRUE(engine.skinDue());
}

TEST_F(AfterCurrent, AStopRightAfterATripIsMeantForTheCurrentAndTheSkinIsStillAskedFor) {
    bench.seen.deliveryEnded = true;
    bench.tick();
    ASSERT_EQ(shown(), "inspect");
    bench.run(never, Engine::stopMeansCurrent - Seconds{1});
    engine.stop();
    bench.run(never, Seconds{30});
    EXPECT_EQ(shown(), "inspect");
    answerAll();
    EXPECT_EQ(bench.outcome, Outcome::Tripped);
}

TEST_F(AfterCurrent, ASecondStopAfterATripIsMeantAlsoWhenTestTimeStandsStill) { // the link is lost
    bench.seen.deliveryEnded = bench.seen.tripped = true;
    bench.tick();
    ASSERT_EQ(shown(), "inspect");
    engine.stop();
    static_cast<void>(engine.advance(bench.seen));
    EXPECT_FALSE(engine.ended());
    engine.stop();
    static_cast<void>(engine.advance(bench.seen));
    EXPECT_TRUE(engine.ended());
}

TEST_F(AfterCurrent, AStopLongAfterATripEndsTheQuestions) {
    bench.seen.deliveryEnded = true;
    bench.tick();
    bench.run(never, Engine::stopMeansCurrent + Seconds{1});
    engine.stop();
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Tripped);
}

TEST_F(AfterCurrent, TheEndOfTheProcessAsksNothing) {
    engine.endTest();
    bench.tick();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
    EXPECT_TRUE(engine.skinDue());
}

TEST_F(AfterCurrent, AnAbandonedTestIsNotAbandonedTwice) {
    engine.abandon();
    bench.tick();
    EXPECT_EQ(shown(), "inspect");
    engine.abandon();
    bench.run(never, Seconds{5});
    EXPECT_EQ(shown(), "inspect");
    answerAll();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
}

TEST_F(AfterCurrent, TheLastSiteThatIsTakenOffIsLookedAt) {
    ASSERT_THAT(engine.voidSite(0), IsEmpty());
    ASSERT_THAT(engine.voidSite(1), IsEmpty());
    bench.run([&] { return shown() == "inspect"; }, Seconds{60});
    ASSERT_EQ(shown(), "inspect");
    EXPECT_EQ(engine.progress().site, 0U);
    answerAll();
    EXPECT_EQ(bench.outcome, Outcome::Stopped);
}

TEST_F(AfterCurrent, NoCurrentRisesAgainWhileTheSkinIsAskedAbout) {
    engine.stop();
    bench.tick();
    EXPECT_THAT(engine.confirmStimulation("again"), HasSubstr("baseline only"));
    bench.run(never, Seconds{30});
    for (const auto& site : bench.seen.sites)
        EXPECT_LT(site.current, Milliamperes{0.01});
}

TEST_F(SafetyStep, QuestionsThatWereNotLoadedAreNotSettled) {
    Protocol p = shippedQsart();
    p.questions.reset();
    Engine none{p, allSites, true};
    EXPECT_FALSE(none.questionsSettled());
}

} // namespace
} // namespace eccrine::protocols
