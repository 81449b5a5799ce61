// SPDX-License-Identifier: GPL-3.0-or-later
// A stimulation that is interrupted and goes on: what a person is told, and that the dose is whole in the
// end.
#include "acquisition/session.hpp"
#include "recording/recording_reader.hpp"
#include "tests/acquisition/session_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace eccrine::acquisition {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

/// No baseline to speak of, 2 mA to 100 mC within 100 s of current.
class PausedSession : public tests::SessionBench {
protected:
    void begin() {
        protocols::Protocol p;
        p.id = "qsart";
        protocols::Step baseline;
        baseline.id = "baseline";
        baseline.kind = protocols::Step::Kind::Baseline;
        baseline.settling = protocols::SettlingRule{Seconds{5}, Seconds{5}, 3.0, {3.0}, {15.0}, {0.1}, 0.01};
        baseline.waitAtMost = Seconds{100};
        protocols::Step stimulation;
        stimulation.id = "stimulation";
        stimulation.kind = protocols::Step::Kind::Stimulation;
        stimulation.stimulus = protocols::Stimulus{{2.0},
                                                   {100.0},
                                                   Seconds{20},
                                                   Seconds{5},
                                                   Seconds{100},
                                                   Volts{60.0},
                                                   SquareCentimetres{5.0},
                                                   SquareCentimetres{5.0}};
        protocols::Step recording;
        recording.id = "recording";
        recording.kind = protocols::Step::Kind::Recording;
        recording.afterStimulusStop = Seconds{5};
        p.steps = {baseline, stimulation, recording};
        SessionRequest request;
        request.protocol = p;
        request.recordingFile = folder.file("test.eccrine");
        for (std::size_t i = 0; i < maxSites; ++i)
            request.siteNames[i] = std::string(standardSites[i]);
        request.active = {true, true, true, true};
        request.stimulateWithoutOperator = true;
        const auto done = session.start(std::move(request));
        ASSERT_TRUE(done) << done.error().sentence();
    }
    void deliver(double seconds) {
        run([&] {
            return session.phase() == SessionPhase::Stimulation &&
                   session.snapshot().progress.elapsed > Seconds{seconds};
        });
        ASSERT_EQ(session.phase(), SessionPhase::Stimulation);
    }
    void loseContact() {
        device.openElectrode = true;
        run([&] { return session.snapshot().paused; }, Seconds{5});
        ASSERT_TRUE(session.snapshot().paused);
    }
    void wait(double seconds) {
        run([] { return false; }, Seconds{seconds});
    }
};

TEST_F(PausedSession, ALostContactPausesTheTestAndSaysWhereAndWhatToDo) {
    begin();
    deliver(30);
    loseContact();
    wait(3);
    const auto now = session.snapshot();
    EXPECT_EQ(now.phase, SessionPhase::Stimulation);
    EXPECT_THAT(now.pause, HasSubstr("no contact at forearm"));
    EXPECT_THAT(now.pause, HasSubstr("check electrode, gel and cable"));
    EXPECT_TRUE(now.trip.empty());
    EXPECT_FALSE(now.currentFlowing);
    EXPECT_TRUE(now.progress.waitingForOperator);
    EXPECT_THAT(eventKinds(), Contains("delivery_paused"));
}

TEST_F(PausedSession, TheTimeOfTheStimulationStandsStillInAPauseAndTheDoseIsWhole) {
    begin();
    deliver(30);
    loseContact();
    device.openElectrode = false;
    wait(200); // longer than the stimulation may take in all
    EXPECT_TRUE(session.snapshot().paused);
    EXPECT_EQ(session.resume(), "");
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    // 100 mC within 1 % as measured, integrated from what was stored, over two ramps
    const auto test = recording::readTest(folder.file("test.eccrine"));
    ASSERT_TRUE(test);
    const auto& c = test->sites[0].current;
    double charge = 0.0;
    for (std::size_t i = 1; i < c.time_s.size(); ++i)
        charge += c.current_ma[i] * (c.time_s[i] - c.time_s[i - 1]);
    EXPECT_NEAR(charge, 100.0, 1.0);
    EXPECT_EQ(test->meta.at("delivery.pauses"), "1");
    EXPECT_THAT(test->remarks, Contains(HasSubstr("paused 1 time."))) << "nobody reads it without being told";
    EXPECT_THAT(eventKinds(), Contains("delivery_resumed"));
}

TEST_F(PausedSession, AWarningIsShownAndRecordedAndTheCurrentGoesOn) {
    begin();
    deliver(30);
    device.ripple_uA = 0.03 * 2000.0 * 1.414; // mains of 3 %
    wait(5);
    const auto now = session.snapshot();
    EXPECT_THAT(now.alarm, HasSubstr("forearm"));
    EXPECT_THAT(now.alarm, HasSubstr("look for mains equipment"));
    EXPECT_FALSE(now.paused);
    EXPECT_TRUE(now.currentFlowing);
    device.ripple_uA = 0.0;
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    int told = 0;
    for (const auto& e : events()) {
        if (e.kind != "delivery_warning") continue;
        ++told;
        EXPECT_EQ(e.site, "forearm");
        EXPECT_THAT(e.detail, HasSubstr("\"reason\""));
        EXPECT_THAT(e.detail, HasSubstr("\"limit\""));
    }
    EXPECT_EQ(told, 2) << "of the line and of the ripple, each once";
}

TEST_F(PausedSession, APauseIsAnAlarmUntilItGoesOnAndWhoAcknowledgedItIsRecorded) { // SR-25
    begin();
    deliver(30);
    EXPECT_THAT(session.snapshot().alarms, testing::IsEmpty());
    loseContact();
    auto alarms = session.snapshot().alarms;
    ASSERT_EQ(alarms.size(), 1U);
    EXPECT_EQ(alarms[0].kind, AlarmKind::CurrentPaused);
    EXPECT_EQ(alarms[0].priority, AlarmPriority::Medium);
    EXPECT_FALSE(alarms[0].acknowledged);
    EXPECT_EQ(alarms[0].sentence, session.snapshot().pause);
    session.acknowledgeAlarm(alarms[0].number);
    wait(0.1);
    EXPECT_TRUE(session.snapshot().alarms.at(0).acknowledged) << "it is still so";
    device.openElectrode = false;
    EXPECT_EQ(session.resume(), "");
    runToTheEnd();
    EXPECT_THAT(session.snapshot().alarms, testing::IsEmpty());
    std::vector<std::string> seen;
    for (const auto& e : events())
        if (e.kind == "alarm_acknowledged") seen.push_back(e.detail);
    ASSERT_EQ(seen.size(), 1U);
    EXPECT_THAT(seen[0], HasSubstr("\"alarm\":\"current_paused\""));
    EXPECT_THAT(seen[0], HasSubstr("\"by\""));
}

TEST_F(PausedSession, HerOwnPauseIsNoAlarm) {
    begin();
    deliver(30);
    EXPECT_EQ(session.pause(), "");
    run([&] { return session.snapshot().paused; }, Seconds{2});
    const auto alarms = session.snapshot().alarms;
    ASSERT_EQ(alarms.size(), 1U);
    EXPECT_EQ(alarms[0].priority, AlarmPriority::Information);
    EXPECT_TRUE(alarms[0].acknowledged);
}

TEST_F(PausedSession, ATripIsAnAlarmOfHighPriorityAndStopIsNone) {
    begin();
    deliver(30);
    device.gain = 1.5;
    run([&] { return !session.snapshot().trip.empty(); }, Seconds{5});
    ASSERT_FALSE(session.snapshot().alarms.empty());
    EXPECT_EQ(session.snapshot().alarms[0].priority, AlarmPriority::High);
    EXPECT_EQ(session.snapshot().alarms[0].kind, AlarmKind::CurrentOff);
    runToTheEnd();
    ASSERT_FALSE(session.snapshot().alarms.empty()) << "the end of the test acknowledges nothing";
    session.acknowledgeAlarm(session.snapshot().alarms[0].number);
    wait(0.1);
    EXPECT_THAT(session.snapshot().alarms, testing::IsEmpty()) << "it was of that test";
}

TEST_F(PausedSession, AStopAfterAFaultTakesNoAlarmAway) {
    begin();
    deliver(30);
    device.faults = 1U << 2U; // slow over-current, found by the device
    run([&] { return !session.snapshot().trip.empty(); }, Seconds{5});
    session.stop();
    wait(1);
    ASSERT_FALSE(session.snapshot().alarms.empty());
    EXPECT_EQ(session.snapshot().alarms[0].priority, AlarmPriority::High);
    EXPECT_THAT(session.snapshot().alarms[0].sentence, HasSubstr("more current than it was set to"));
}

TEST_F(PausedSession, ThePatientsButtonIsToldAlsoWhileNoCurrentFlows) {
    begin();
    deliver(30);
    EXPECT_EQ(session.pause(), "");
    wait(1);
    device.event = devices::DeviceEvent{};
    device.event->code = 13;
    wait(0.5);
    const auto alarms = session.snapshot().alarms;
    ASSERT_EQ(alarms.size(), 2U) << "and her own pause";
    EXPECT_THAT(alarms[0].sentence, HasSubstr("pressed the button"));
    EXPECT_FALSE(alarms[0].acknowledged);
}

TEST_F(PausedSession, CurrentThatFlowsOnIsNotToldAsSwitchedOff) {
    begin();
    deliver(30);
    loseContact();
    device.offset_uA = 15.0;
    wait(3);
    const auto alarms = session.snapshot().alarms;
    ASSERT_FALSE(alarms.empty());
    EXPECT_EQ(alarms[0].kind, AlarmKind::CurrentWithoutCommand);
    for (const Alarm& a : alarms)
        EXPECT_NE(a.kind, AlarmKind::CurrentOff);
}

TEST_F(PausedSession, CurrentThatFlowsOnWithoutCommandSaysThatTheLeadsComeOff) {
    begin();
    deliver(30);
    loseContact();
    device.offset_uA = 15.0;
    wait(3);
    EXPECT_THAT(session.snapshot().trip, HasSubstr("take the leads off"));
    EXPECT_THAT(session.snapshot().alarm, HasSubstr("take the leads off"));
    EXPECT_FALSE(session.snapshot().paused);
    EXPECT_THAT(eventKinds(), Contains("trip"));
}

TEST_F(PausedSession, NothingGoesOnBeforeAPersonSaysSo) {
    begin();
    deliver(30);
    loseContact();
    device.openElectrode = false;
    wait(60);
    EXPECT_TRUE(session.snapshot().paused);
    EXPECT_FALSE(session.snapshot().currentFlowing);
}

TEST_F(PausedSession, APauseOfMoreThanTenMinutesEndsTheStimulation) {
    begin();
    deliver(30);
    loseContact();
    run([&] { return !session.running(); }, Seconds{620});
    EXPECT_EQ(session.phase(), SessionPhase::Failed);
    EXPECT_THAT(session.snapshot().trip, HasSubstr("longer than ten minutes"));
    EXPECT_THAT(session.resume(), Not(""));
}

TEST_F(PausedSession, StopInAPauseEndsTheTest) {
    begin();
    deliver(30);
    loseContact();
    session.stop();
    run([&] { return !session.running(); }, Seconds{10});
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
}

TEST_F(PausedSession, AStimulationGivenUpInItsPauseTellsWhatPausedItAsItsEnd) {
    begin();
    deliver(30);
    loseContact();
    session.stop();
    runToTheEnd();
    const auto all = events();
    const auto told = std::find_if(all.begin(), all.end(), [](const auto& e) { return e.kind == "trip"; });
    ASSERT_NE(told, all.end());
    EXPECT_EQ(told->site, std::string(standardSites[0]));
    EXPECT_THAT(told->detail, HasSubstr("no contact"));
    EXPECT_THAT(told->detail, HasSubstr(R"("stimulation":true)"));
}

TEST_F(PausedSession, TheSecondPauseSaysThatOneMoreEndsTheStimulation) {
    begin();
    deliver(30);
    EXPECT_EQ(session.pause(), "");
    run([&] { return session.snapshot().paused; }, Seconds{1});
    wait(1);
    EXPECT_THAT(session.snapshot().pause, Not(HasSubstr("One more")));
    EXPECT_EQ(session.resume(), "");
    run([&] { return session.snapshot().currentFlowing && !session.snapshot().paused; }, Seconds{5});
    wait(3);
    EXPECT_EQ(session.pause(), "");
    run([&] { return session.snapshot().paused; }, Seconds{1});
    wait(1);
    EXPECT_THAT(session.snapshot().pause, HasSubstr("One more pause"));
}

TEST_F(PausedSession, TheOperatorPausesAndGoesOn) {
    begin();
    EXPECT_THAT(session.pause(), Not("")) << "there is no current yet";
    deliver(30);
    EXPECT_EQ(session.pause(), "");
    run([&] { return session.snapshot().paused; }, Seconds{1});
    wait(2);
    EXPECT_FALSE(session.snapshot().currentFlowing);
    EXPECT_EQ(session.resume(), "");
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
}

TEST_F(PausedSession, NoContactAtTheStartIsToldAndTriedAgain) {
    device.openElectrode = true;
    begin();
    run([&] { return session.snapshot().paused; }, Seconds{30});
    EXPECT_THAT(session.snapshot().pause, HasSubstr("No current was started: no contact at forearm"));
    device.openElectrode = false;
    EXPECT_EQ(session.resume(), "");
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
}

TEST_F(PausedSession, TheOthersGoOnWithoutASiteThatIsVoid) {
    begin();
    deliver(30);
    loseContact();
    wait(1);
    EXPECT_EQ(session.voidSite("forearm", "the electrode has come off"), "");
    EXPECT_EQ(session.resume(), "");
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    EXPECT_NEAR(session.snapshot().sites[1].charge.value, 100.0, 1.0);
    EXPECT_LT(session.snapshot().sites[0].charge.value, 50.0);
}

TEST_F(PausedSession, TheStimulusStopsWhereItLastEnded) {
    begin();
    deliver(30);
    loseContact();
    device.openElectrode = false;
    wait(60);
    EXPECT_EQ(session.resume(), "");
    runToTheEnd();
    const auto test = recording::readTest(folder.file("test.eccrine"));
    ASSERT_TRUE(test && test->stimulusStart && test->stimulusStop);
    // 100 mC take 62.5 s with one ramp; here with two of 20 s and a pause of a minute
    EXPECT_GT(*test->stimulusStop - *test->stimulusStart, Seconds{120});
}

TEST_F(PausedSession, ARunThatCouldNotBeginIsNotKeptForEver) {
    device.openElectrode = true;
    begin();
    run([&] { return session.snapshot().paused; }, Seconds{30});
    ASSERT_TRUE(session.snapshot().paused);
    run([&] { return !session.running(); }, Seconds{620});
    EXPECT_EQ(session.phase(), SessionPhase::Failed);
}

TEST_F(PausedSession, APauseIsOverWithTheStimulation) {
    begin();
    deliver(30);
    loseContact();
    watched = true;
    session.endTest();
    run([&] { return !session.running(); }, Seconds{10});
    EXPECT_FALSE(session.snapshot().paused);
    EXPECT_THAT(session.resume(), Not(""));
}

TEST_F(PausedSession, ResumingWithoutAPauseIsRefused) {
    begin();
    EXPECT_EQ(session.resume(), "Nothing is paused.");
}

TEST_F(PausedSession, EachMoveOfDeliveryIsInTheRecording) {
    begin();
    runToTheEnd();
    std::vector<std::string> moves;
    for (const auto& e : events())
        if (e.kind == "delivery") moves.push_back(e.detail);
    const auto has = [&](const char* to) {
        return std::any_of(moves.begin(), moves.end(), [&](const std::string& m) {
            return m.find(std::string("\"to\":\"") + to + "\"") != std::string::npos;
        });
    };
    for (const char* state : {"S4", "S5", "S6", "S7", "S9"})
        EXPECT_TRUE(has(state)) << state;
}

} // namespace
} // namespace eccrine::acquisition
