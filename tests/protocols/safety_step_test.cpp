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

TEST_F(SafetyStep, QuestionsThatWereNotLoadedAreNotSettled) {
    Protocol p = shippedQsart();
    p.questions.reset();
    Engine none{p, allSites, true};
    EXPECT_FALSE(none.questionsSettled());
}

} // namespace
} // namespace eccrine::protocols
