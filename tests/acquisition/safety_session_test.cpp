// SPDX-License-Identifier: GPL-3.0-or-later
// The safety questions of the shipped QSART in a session: what is recorded, and that no current can be armed
// before.
#include "tests/acquisition/session_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace eccrine::acquisition {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SafetySession : public tests::SessionBench {
protected:
    [[nodiscard]] SessionRequest request(bool byItself = false) const {
        SessionRequest r;
        r.protocol =
            protocols::loadProtocol(std::filesystem::path(ECCRINE_SHIPPED_PROTOCOLS) / "qsart.toml").value();
        r.recordingFile = folder.file("test.eccrine");
        for (std::size_t i = 0; i < maxSites; ++i)
            r.siteNames[i] = std::string(standardSites[i]);
        r.active = {true, true, true, true};
        r.meta["operator"] = "MK";
        r.stimulateWithoutOperator = byItself;
        return r;
    }
    void begin(SessionRequest wanted) {
        const auto done = session.start(std::move(wanted));
        ASSERT_TRUE(done) << done.error().sentence();
        run([&] { return session.snapshot().stepId == "safety"; });
    }
    void answerAllSafely() {
        for (const AskedQuestion& asked : session.snapshot().questions)
            EXPECT_THAT(session.answerQuestion(asked.item.id, {asked.item.safeAnswer, {}, {}}), IsEmpty());
    }
    [[nodiscard]] std::string detailOfAnswer(const std::string& id) const {
        std::string found;
        for (const auto& e : events())
            if (e.kind == "safety_answer" && e.detail.find("\"id\":\"" + id + "\"") != std::string::npos)
                found = e.detail;
        return found;
    }
    void endAndStore() {
        session.endTest();
        runToTheEnd();
        run([&] { return !session.snapshot().storing; }, Seconds{10});
    }
};

TEST_F(SafetySession, ShowsEachQuestionUntilItHasGoneOn) {
    begin(request());
    const auto shown = session.snapshot().questions;
    ASSERT_EQ(shown.size(), 17U);
    EXPECT_TRUE(std::none_of(shown.begin(), shown.end(), [](const auto& q) { return q.answer.has_value(); }));
    answerAllSafely();
    const auto answered = session.snapshot().questions;
    EXPECT_TRUE(
        std::all_of(answered.begin(), answered.end(), [](const auto& q) { return q.answer.has_value(); }));
    ASSERT_THAT(session.confirmStep("safety", {}, "settled"), IsEmpty());
    run([&] { return session.snapshot().stepId == "baseline"; }, Seconds{5});
    EXPECT_THAT(session.snapshot().questions, IsEmpty());
}

TEST_F(SafetySession, AnAnswerStandsInTheRecordingWithItsQuestionAndWhoDecided) {
    begin(request());
    ASSERT_THAT(session.answerQuestion("pregnancy", {false, {}, {}}), IsEmpty());
    ASSERT_THAT(session.answerQuestion("sensation", {true, "Dr. A", "it is what is tested"}), IsEmpty());
    endAndStore();
    EXPECT_THAT(detailOfAnswer("pregnancy"),
                AllOf(HasSubstr(R"("question":"Pregnancy?")"), HasSubstr(R"("answer":"no")"),
                      HasSubstr(R"("safe":true)"), HasSubstr(R"("answered_by":"MK")")));
    EXPECT_THAT(detailOfAnswer("sensation"),
                AllOf(HasSubstr(R"("answer":"yes")"), HasSubstr(R"("safe":false)"),
                      HasSubstr(R"("decided_by":"Dr. A")"), HasSubstr(R"("reason":"it is what is tested")")));
    const auto test = recording::readTest(folder.file("test.eccrine"));
    ASSERT_TRUE(test);
    EXPECT_EQ(test->meta.at("checklist.id"), "checklist-qsart");
    EXPECT_EQ(test->meta.at("checklist.sha256").size(), 64U);
}

TEST_F(SafetySession, InsensateSkinCrossesItsSoftLimitWithThePhysiciansReasonOnce) {
    begin(request());
    answerAllSafely();
    ASSERT_THAT(session.answerQuestion("sensation", {true, {}, {}}), IsEmpty()); // nobody has decided yet
    ASSERT_THAT(session.answerQuestion("sensation", {true, "Dr. A", "it is what is tested"}), IsEmpty());
    ASSERT_THAT(session.confirmStep("safety", {}, "settled"), IsEmpty());
    endAndStore();
    std::vector<std::string> confirmed;
    for (const auto& e : events())
        if (e.kind == "soft_limit_confirmed") confirmed.push_back(e.detail);
    ASSERT_EQ(confirmed.size(), 1U);
    EXPECT_THAT(confirmed.front(),
                AllOf(HasSubstr(R"("parameter":"density_ma_per_cm2")"), HasSubstr(R"("limit":0.2)"),
                      HasSubstr(R"("by":"Dr. A")"), HasSubstr(R"("reason":"it is what is tested")")));
}

TEST_F(SafetySession, SkinThatFeelsAfterAllConfirmsNothing) {
    begin(request());
    answerAllSafely();
    ASSERT_THAT(session.answerQuestion("sensation", {true, "Dr. A", "it is what is tested"}), IsEmpty());
    ASSERT_THAT(session.answerQuestion("sensation", {false, {}, {}}), IsEmpty());
    ASSERT_THAT(session.confirmStep("safety", {}, "settled"), IsEmpty());
    endAndStore();
    EXPECT_THAT(eventKinds(), Not(Contains("soft_limit_confirmed")));
}

TEST_F(SafetySession, ARefusedAnswerIsNotRecorded) {
    begin(request());
    EXPECT_THAT(session.answerQuestion("implant", {true, "Dr. A", "urgent"}), Not(IsEmpty()));
    endAndStore();
    EXPECT_THAT(eventKinds(), Not(Contains("safety_answer")));
}

TEST_F(SafetySession, OnASimulatedInstrumentNobodyAnsweredAndTheRecordingSaysSo) {
    begin(request(true));
    answerAllSafely();
    endAndStore();
    EXPECT_THAT(detailOfAnswer("implant"), HasSubstr(R"("answered_by":"nobody, simulated")"));
}

/// A protocol whose step was left out by whatever fault: the guard before the current still knows.
TEST_F(SafetySession, CurrentIsRefusedWhileAQuestionIsOpen) {
    SessionRequest r = request(true);
    r.protocol.steps.erase(r.protocol.steps.begin());
    for (protocols::Step& step : r.protocol.steps)
        if (step.settling) step.settling->atLeast = step.settling->window = Seconds{10};
    ASSERT_TRUE(session.start(std::move(r)));
    run([&] { return session.snapshot().paused; }, Seconds{60});
    EXPECT_THAT(session.snapshot().pause, HasSubstr("safety questions"));
    EXPECT_FALSE(session.snapshot().currentFlowing);
    EXPECT_THAT(session.resume(), IsEmpty());
    run([] { return false; }, Seconds{5});
    EXPECT_TRUE(session.snapshot().paused);
    endAndStore();
    const auto test = recording::readTest(folder.file("test.eccrine"));
    ASSERT_TRUE(test);
    for (const auto& site : test->sites)
        for (const double i : site.current.current_ma)
            ASSERT_LT(i, 0.05); // the contact probe of 20 µA and nothing more
}

TEST_F(SafetySession, OnAnInstrumentThatIsNotSimulatedNoTestRunsByItself) {
    devices::FrontEndIdentity real = tests::FakeFrontEnd::identity();
    real.simulated = false;
    Session bedside{loop, ring, real, clock};
    const Done done = bedside.start(request(true));
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), HasSubstr("nobody is with the patient"));
    EXPECT_FALSE(std::filesystem::exists(folder.file("test.eccrine")));
    EXPECT_TRUE(bedside.start(request(false)));
}

} // namespace
} // namespace eccrine::acquisition
