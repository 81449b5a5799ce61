// SPDX-License-Identifier: GPL-3.0-or-later
// After current that was ended early the skin of each site is asked as after a whole recording, and the next
// test waits for it.
#include "acquisition/latch_rule.hpp"
#include "tests/acquisition/session_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace eccrine::acquisition {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class SkinSession : public tests::SessionBench {
protected:
    /// The shipped QSART with a baseline of 10 s: questions answered, in its stimulation.
    void beginCurrent(double forSeconds = 5.0) {
        SessionRequest r;
        r.protocol =
            protocols::loadProtocol(std::filesystem::path(ECCRINE_SHIPPED_PROTOCOLS) / "qsart.toml").value();
        for (protocols::Step& step : r.protocol.steps)
            if (step.settling) step.settling->atLeast = step.settling->window = Seconds{10};
        r.recordingFile = folder.file("test.eccrine");
        for (std::size_t i = 0; i < maxSites; ++i)
            r.siteNames[i] = std::string(standardSites[i]);
        r.active = {true, true, false, false};
        r.meta["operator"] = "MK";
        r.meta["confirm.by"] = "MK";
        const auto done = session.start(std::move(r));
        ASSERT_TRUE(done) << done.error().sentence();
        run([&] { return step() == "safety"; });
        for (const AskedQuestion& asked : session.snapshot().questions)
            ASSERT_THAT(session.answerQuestion(asked.item.id, {asked.item.safeAnswer, {}, {}}), IsEmpty());
        ASSERT_THAT(session.confirmStep("safety", {}, "settled"), IsEmpty());
        run([&] { return session.snapshot().progress.readyForStimulation; });
        ASSERT_THAT(session.confirmStimulation(""), IsEmpty());
        run([&] { return session.snapshot().stimulusStart.has_value(); });
        run([] { return false; }, Seconds{forSeconds});
        ASSERT_EQ(step(), "stimulation");
        ASSERT_TRUE(session.snapshot().currentFlowing);
    }
    [[nodiscard]] std::string step() const { return session.snapshot().stepId; }
    void goOn() {
        if (!device.lost) return run([] { return false; }, Seconds{1});
        for (int turns = 0; turns < 100; ++turns) { // without it no time passes by itself
            clock.now += std::chrono::milliseconds{10};
            session.turn();
        }
    }
    /// Each site, then pain, shock and fainting.
    void answerAfterCurrent() {
        for (const char* site : {"forearm", "proximal_leg"}) {
            ASSERT_EQ(session.snapshot().stepSite, site);
            ASSERT_THAT(session.confirmStep("inspect", site, "grade_0"), IsEmpty());
            goOn();
        }
        for (const auto& [id, answer] : {std::pair{"pain", "pain_3"}, {"shock", "no"}, {"faint", "no"}}) {
            ASSERT_EQ(step(), id);
            ASSERT_THAT(session.confirmStep(id, {}, answer), IsEmpty());
            goOn();
        }
        if (!device.lost) run([&] { return !session.snapshot().storing; }, Seconds{10});
        EXPECT_FALSE(session.running());
    }
    [[nodiscard]] std::string heldBack() const {
        const auto latch = latchOf(session.snapshot(), WallTime{});
        return latch ? latch->sentence : "";
    }
    [[nodiscard]] std::string outcome() const {
        return recording::readTest(folder.file("test.eccrine")).value().meta.at("outcome");
    }
    [[nodiscard]] int answersAfterCurrent() const {
        int count = 0;
        for (const auto& e : events())
            if (e.kind == "operator_step" && e.detail.find("\"safety\"") == std::string::npos) ++count;
        return count;
    }
};

TEST_F(SkinSession, AfterStopTheSkinOfEachSiteIsAskedWhileNoCurrentFlows) {
    beginCurrent();
    session.stop();
    goOn();
    EXPECT_EQ(step(), "inspect");
    EXPECT_FALSE(session.snapshot().currentFlowing);
    EXPECT_TRUE(session.running());
    EXPECT_TRUE(session.snapshot().progress.waitingForOperator);
    EXPECT_TRUE(session.snapshot().skinDue);
    run([] { return false; }, Seconds{60});
    EXPECT_EQ(step(), "inspect") << "nobody has answered";
    answerAfterCurrent();
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_EQ(outcome(), "stopped");
    EXPECT_EQ(answersAfterCurrent(), 5);
    EXPECT_EQ(heldBack(), "");
    const auto test = recording::readTest(folder.file("test.eccrine"));
    EXPECT_TRUE(test->stimulusStop) << "that the current went to zero is seen in it";
}

TEST_F(SkinSession, AfterAnEmergencyStopToo) {
    beginCurrent();
    session.stop();
    session.emergencyStop(); // the second Esc, in haste
    goOn();
    ASSERT_EQ(step(), "inspect");
    session.emergencyStop();
    run([] { return false; }, Seconds{3});
    ASSERT_EQ(step(), "inspect") << "who hits it once more has not looked at the skin";
    answerAfterCurrent();
    EXPECT_EQ(outcome(), "stopped");
    EXPECT_THAT(heldBack(), Not(HasSubstr("skin was not recorded"))) << "it is latched by its fault alone";
    EXPECT_THAT(heldBack(), Not(IsEmpty()));
}

TEST_F(SkinSession, AfterATripOfTheInterlock) {
    beginCurrent();
    device.gain = 1.5;
    run([&] { return !session.snapshot().trip.empty(); }, Seconds{5});
    goOn();
    ASSERT_EQ(step(), "inspect");
    EXPECT_FALSE(session.snapshot().currentFlowing);
    answerAfterCurrent();
    EXPECT_EQ(session.phase(), SessionPhase::Failed);
    EXPECT_EQ(outcome(), "tripped");
    EXPECT_EQ(answersAfterCurrent(), 5);
}

TEST_F(SkinSession, AlsoWhenTheInstrumentIsGone) {
    beginCurrent();
    device.lost = true;
    static_cast<void>(loop.step(std::chrono::milliseconds{10})); // it finds out
    goOn();
    EXPECT_THAT(session.snapshot().trip, Not(IsEmpty()));
    ASSERT_EQ(step(), "inspect");
    answerAfterCurrent();
    EXPECT_EQ(outcome(), "tripped");
    EXPECT_EQ(answersAfterCurrent(), 5);
}

TEST_F(SkinSession, ASiteThatWasTakenOffIsLookedAtToo) {
    beginCurrent();
    ASSERT_THAT(session.voidSite("forearm", "electrode off"), IsEmpty());
    goOn();
    session.stop();
    goOn();
    ASSERT_EQ(step(), "inspect");
    answerAfterCurrent(); // the forearm first
}

TEST_F(SkinSession, WithoutAnAnswerTheNextTestIsHeldBack) {
    beginCurrent();
    EXPECT_THAT(heldBack(), HasSubstr("cut off"));
    session.stop();
    goOn();
    ASSERT_THAT(session.confirmStep("inspect", "forearm", "grade_0"), IsEmpty());
    run([] { return false; }, Seconds{3});
    session.stop(); // nobody answers for the leg
    run([&] { return !session.running() && !session.snapshot().storing; }, Seconds{10});
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_EQ(heldBack(),
              "The skin was not recorded after the current of the last test with this instrument.");
}

TEST_F(SkinSession, AStopRightAfterATripStillAsksForTheSkin) {
    beginCurrent();
    device.gain = 1.5;
    run([&] { return !session.snapshot().trip.empty(); }, Seconds{5});
    session.stop(); // whoever sees the trip presses it
    goOn();
    ASSERT_EQ(step(), "inspect");
    answerAfterCurrent();
    EXPECT_EQ(outcome(), "tripped");
    EXPECT_THAT(heldBack(), Not(HasSubstr("skin was not recorded")));
}

TEST_F(SkinSession, AQuestionThatNobodySeesForHalfAnHourEndsTheTest) {
    beginCurrent();
    session.stop();
    goOn();
    ASSERT_EQ(step(), "inspect");
    watched = false;
    clock.now += std::chrono::minutes{29};
    run([] { return false; }, Seconds{1});
    EXPECT_TRUE(session.running());
    clock.now += std::chrono::minutes{1};
    run([&] { return !session.running(); }, Seconds{10});
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    const auto kinds = eventKinds();
    EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "question_forgotten"), 1);
    ASSERT_FALSE(session.snapshot().alarms.empty());
    EXPECT_THAT(session.snapshot().alarms[0].sentence, HasSubstr("half an hour"));
    EXPECT_THAT(heldBack(), HasSubstr("skin was not recorded"));
}

TEST_F(SkinSession, ProcessEndDoesNotWaitForAnAnswerAndHoldsBackTheNextTest) {
    beginCurrent();
    session.endTest();
    run([&] { return !session.running() && !session.snapshot().storing; }, Seconds{10});
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_THAT(heldBack(), HasSubstr("skin was not recorded"));
}

TEST_F(SkinSession, BeforeAnyCurrentNothingIsAskedAndNothingHeldBack) {
    SessionRequest r;
    r.protocol =
        protocols::loadProtocol(std::filesystem::path(ECCRINE_SHIPPED_PROTOCOLS) / "qsart.toml").value();
    r.recordingFile = folder.file("test.eccrine");
    for (std::size_t i = 0; i < maxSites; ++i)
        r.siteNames[i] = std::string(standardSites[i]);
    r.active = {true, true, false, false};
    ASSERT_TRUE(session.start(std::move(r)));
    run([&] { return step() == "safety"; });
    session.stop();
    run([&] { return !session.running() && !session.snapshot().storing; }, Seconds{10});
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_EQ(heldBack(), "");
}

} // namespace
} // namespace eccrine::acquisition
