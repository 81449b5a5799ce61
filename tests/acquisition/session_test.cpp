// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/session.hpp"
#include "recording/recording_reader.hpp"
#include "tests/acquisition/session_bench.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <memory>
#include <sys/resource.h>

namespace eccrine::acquisition {
namespace {

/// QSART in short: 10 s baseline, 2 mA to 100 mC, recording 20 s after the stop and 60 s after the start.
protocols::Protocol shortQsart() {
    protocols::Protocol p;
    p.id = "qsart";
    protocols::Step baseline;
    baseline.id = "baseline";
    baseline.kind = protocols::Step::Kind::Baseline;
    baseline.settling = protocols::SettlingRule{Seconds{10}, Seconds{10}, 3.0, {3.0}, {15.0}, {0.1}, 0.01};
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
    recording.afterStimulusStop = Seconds{20};
    recording.afterStimulusStart = Seconds{60};
    p.steps = {baseline, stimulation, recording};
    return p;
}

class RunningSession : public tests::SessionBench {
protected:
    void begin(bool byItself = true) {
        SessionRequest request;
        request.protocol = shortQsart();
        request.recordingFile = folder.file("test.eccrine");
        for (std::size_t i = 0; i < maxSites; ++i)
            request.siteNames[i] = std::string(standardSites[i]);
        request.active = {true, true, true, true};
        request.meta["patient.id"] = "P-1";
        request.stimulateWithoutOperator = byItself;
        const auto done = session.start(std::move(request));
        ASSERT_TRUE(done) << done.error().sentence();
    }
    [[nodiscard]] auto inStep(SessionPhase phase, double seconds) {
        return [this, phase, seconds] {
            return session.phase() == phase && session.snapshot().progress.elapsed > Seconds{seconds};
        };
    }
};

/// Threshold of F-31: 200 ppm.
class DriftingClock : public RunningSession, public testing::WithParamInterface<std::pair<double, int>> {};

TEST_P(DriftingClock, IsToldOnceAboveTwoHundredPpm) {
    device.clockPpm = GetParam().first;
    begin();
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    const auto kinds = eventKinds();
    EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "clock_warning"), GetParam().second);
    EXPECT_EQ(session.snapshot().alarm.find("clocks of instrument and computer") != std::string::npos,
              GetParam().second > 0);
}
INSTANTIATE_TEST_SUITE_P(Ppm, DriftingClock,
                         testing::Values(std::pair{0.0, 0}, std::pair{180.0, 0}, std::pair{220.0, 1},
                                         std::pair{-500.0, 1}));

TEST_F(RunningSession, ADeviceThatIsBackAfterItsReadingsWereMissedIsToldAsRestarted) {
    begin();
    run(inStep(SessionPhase::Stimulation, 15));
    device.silent = true;
    run([this] { return !session.snapshot().trip.empty(); });
    device.restarted = true;
    runToTheEnd();
    std::vector<std::string> told;
    for (const auto& e : events())
        if (e.kind == "trip") told.push_back(e.detail);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_THAT(told[0], testing::HasSubstr("no current reading"));
    EXPECT_THAT(told[1], testing::HasSubstr("has restarted"));
}

TEST_F(RunningSession, ALinkThatDamagesFramesIsToldAndTheTestGoesOn) {
    begin();
    run([this] { return session.snapshot().testTime > Seconds{5}; });
    device.framesBad = 3;
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    const auto kinds = eventKinds();
    EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "link_warning"), 1);
    EXPECT_THAT(session.snapshot().alarm, testing::HasSubstr("check its cable"));
}

TEST_F(RunningSession, RunsTheProtocolAndLeavesACompleteRecording) {
    begin();
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    const auto test = recording::readTest(folder.file("test.eccrine"));
    ASSERT_TRUE(test) << test.error().sentence();
    EXPECT_FALSE(test->interrupted);
    EXPECT_EQ(test->meta.at("patient.id"), "P-1");
    EXPECT_EQ(test->meta.at("outcome"), "finished");
    ASSERT_TRUE(test->stimulusStart && test->stimulusStop);
    EXPECT_NEAR(test->stimulusStart->count(), 12.9,
                0.3); // 10 s baseline, 0.9 s of contact probe, 2 s of ramp to 10 % of 2 mA
    // charge as measured, integrated from what was stored
    const auto& c = test->sites[0].current;
    double charge = 0.0;
    for (std::size_t i = 1; i < c.time_s.size(); ++i)
        charge += 0.5 * (c.current_ma[i] + c.current_ma[i - 1]) * (c.time_s[i] - c.time_s[i - 1]);
    EXPECT_NEAR(charge, 100.0, 0.5);
}

TEST_F(RunningSession, StoresEverySampleThatTheDeviceSent) {
    begin();
    runToTheEnd();
    const auto test = recording::readTest(folder.file("test.eccrine"));
    const auto& time = test->sites[3].current.time_s;
    for (std::size_t i = 1; i < time.size(); ++i)
        ASSERT_NEAR(time[i] - time[i - 1], 0.001, 1e-9) << i;
    EXPECT_EQ(session.snapshot().lostTicks, 0U);
    EXPECT_EQ(ring.dropped(), 0U);
}

TEST_F(RunningSession, TheOperatorsConfirmationStartsTheStimulation) {
    begin(false);
    run([] { return false; }, Seconds{30});
    EXPECT_EQ(session.phase(), SessionPhase::Baseline);
    EXPECT_TRUE(session.snapshot().progress.readyForStimulation);
    EXPECT_EQ(session.confirmStimulation(""), "");
    run([&] { return session.phase() == SessionPhase::Stimulation; }, Seconds{1});
    EXPECT_EQ(session.phase(), SessionPhase::Stimulation);
}

TEST_F(RunningSession, StopEndsTheCurrentAtOnceAndKeepsTheRecording) {
    begin();
    run(inStep(SessionPhase::Stimulation, 30));
    ASSERT_GT(device.currentAt(0), 1900.0);
    session.stop();
    run([] { return false; }, Seconds{0.05});
    EXPECT_EQ(device.currentAt(0), 0.0);
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_EQ(recording::readTest(folder.file("test.eccrine"))->meta.at("outcome"), "stopped");
}

TEST_F(RunningSession, ATripEndsTheTestAndSaysWhy) {
    begin();
    run(inStep(SessionPhase::Stimulation, 30));
    device.gain = 1.5;
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Failed);
    EXPECT_FALSE(session.snapshot().trip.empty());
    const auto all = events();
    const auto told = std::find_if(all.begin(), all.end(), [](const auto& e) { return e.kind == "trip"; });
    ASSERT_NE(told, all.end());
    EXPECT_EQ(told->site, std::string(standardSites[0])) << "the first of those that have too much";
    EXPECT_THAT(told->detail, testing::HasSubstr(R"("stimulation":true)"));
    EXPECT_EQ(device.currentAt(0), 0.0);
}

TEST_F(RunningSession, AStopAfterTheStimulationHasNotShortenedIt) {
    begin();
    run(inStep(SessionPhase::Recording, 5));
    session.stop();
    runToTheEnd();
    const auto all = events();
    const auto told = std::find_if(all.begin(), all.end(), [](const auto& e) { return e.kind == "trip"; });
    ASSERT_NE(told, all.end());
    EXPECT_THAT(told->detail, testing::HasSubstr(R"("stimulation":false)"));
}

TEST_F(RunningSession, WithoutAnApplicationForTwoSecondsTheCurrentRampsDownAndTheRecordingGoesOn) {
    begin();
    run(inStep(SessionPhase::Stimulation, 30));
    watched = false;
    run([] { return false; }, Seconds{1.9});
    EXPECT_GT(device.currentAt(0), 1900.0);
    run([] { return false; }, Seconds{5.5}); // notice, then 5 s of ramp
    EXPECT_LT(device.currentAt(0), 20.0);
    EXPECT_TRUE(session.running());
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    EXPECT_THAT(eventKinds(), testing::Contains("client_lost"));
}

TEST_F(RunningSession, AnApplicationThatIsLateIsToldOnceAndTheCurrentGoesOn) { // SR-15: 500 ms
    begin();
    run(inStep(SessionPhase::Stimulation, 30));
    watched = false;
    run([] { return false; }, Seconds{0.49});
    EXPECT_THAT(eventKinds(), testing::Not(testing::Contains("client_late")));
    run([] { return false; }, Seconds{0.3});
    EXPECT_THAT(session.snapshot().alarm, testing::HasSubstr("half a second"));
    watched = true;
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    const auto kinds = eventKinds();
    EXPECT_EQ(std::count(kinds.begin(), kinds.end(), "client_late"), 1);
    EXPECT_THAT(kinds, testing::Not(testing::Contains("client_lost")));
}

TEST_F(RunningSession, WithoutCurrentNobodyHasToWatch) {
    begin(false);
    watched = false;
    run([] { return false; }, Seconds{30});
    EXPECT_EQ(session.phase(), SessionPhase::Baseline);
    EXPECT_TRUE(session.snapshot().alarm.empty());
}

TEST_F(RunningSession, ALostLinkEndsTheTestSafelyWithWhatWasRecorded) {
    begin();
    run(inStep(SessionPhase::Stimulation, 30));
    device.lost = true;
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Failed);
    EXPECT_THAT(session.snapshot().trip, testing::HasSubstr("connection"));
    const auto test = recording::readTest(folder.file("test.eccrine"));
    ASSERT_TRUE(test);
    EXPECT_GT(test->sites[0].current.time_s.size(), 30'000U);
}

TEST_F(RunningSession, StopEndsATestWhoseInstrumentHasGoneSilent) {
    begin(false);
    run(inStep(SessionPhase::Baseline, 5));
    device.silent = true;
    session.stop();
    run([&] { return !session.running(); }, Seconds{5});
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_TRUE(recording::readTest(folder.file("test.eccrine")));
}

TEST_F(RunningSession, AfterAStopNothingStartsOnTheSameConnection) {
    session.stop();
    SessionRequest request;
    request.protocol = shortQsart();
    request.recordingFile = folder.file("test.eccrine");
    request.active = {true, false, false, false};
    const auto done = session.start(std::move(request));
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().sentence(), testing::HasSubstr("STOP"));
}

/// No file may grow, as on a full disk, until this goes away.
class FullDisk {
public:
    FullDisk() {
        std::signal(SIGXFSZ, SIG_IGN);
        ::getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit none{4096, before_.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &none);
    }
    FullDisk(const FullDisk&) = delete;
    FullDisk& operator=(const FullDisk&) = delete;
    ~FullDisk() { ::setrlimit(RLIMIT_FSIZE, &before_); }

private:
    rlimit before_{};
};

TEST_F(RunningSession, ADiskThatIsFullInMidStimulationRampsTheCurrentDownAndTheTestGoesOnToItsEnd) {
    begin();
    run(inStep(SessionPhase::Stimulation, 30));
    {
        const FullDisk full;
        run([] { return false; }, Seconds{1.5});
        EXPECT_THAT(session.snapshot().alarm, testing::HasSubstr("cannot be stored"));
        EXPECT_GT(device.currentAt(0), 1900.0) << "a short wait of the disk is no reason to stop";
        run([] { return false; }, Seconds{6.5}); // the rest of 2 s, and 5 s of ramp
        EXPECT_LT(device.currentAt(0), 20.0);
        runToTheEnd();
        EXPECT_EQ(session.phase(), SessionPhase::Finished);
        EXPECT_TRUE(session.snapshot().storing);
    }
    const auto stored = recording::readTest(folder.file("test.eccrine")); // before the next try
    ASSERT_TRUE(stored) << stored.error().sentence();
    EXPECT_GT(stored->sites[0].current.time_s.back(), 35.0) << "all that was committed can be read";
    EXPECT_TRUE(stored->interrupted);
    run([&] { return !session.snapshot().storing; }, Seconds{3});
    EXPECT_FALSE(session.snapshot().storing);
    const auto whole = recording::readTest(folder.file("test.eccrine"));
    ASSERT_TRUE(whole) << whole.error().sentence();
    EXPECT_FALSE(whole->interrupted);
    const auto& time = whole->sites[0].current.time_s;
    for (std::size_t i = 1; i < time.size(); ++i)
        ASSERT_NEAR(time[i] - time[i - 1], 0.001, 1e-9) << "nothing is lost while the disk is full";
    EXPECT_THAT(eventKinds(), testing::Contains("storage_failed"));
}

TEST_F(RunningSession, ADiskThatIsFullBeforeTheStimulationEndsTheTest) {
    begin();
    run(inStep(SessionPhase::Baseline, 5));
    {
        const FullDisk full;
        run([&] { return !session.running(); }, Seconds{8});
    }
    EXPECT_EQ(session.phase(), SessionPhase::Stopped);
    EXPECT_EQ(device.arms, 0);
    EXPECT_THAT(session.snapshot().alarm, testing::HasSubstr("cannot be stored"));
    EXPECT_TRUE(recording::readTest(folder.file("test.eccrine")));
}

TEST_F(RunningSession, ASessionThatStallsWhileCurrentFlowsSaysSoAndRecordsOn) {
    begin();
    run(inStep(SessionPhase::Stimulation, 30));
    for (int i = 0; i < 300; ++i) // 3 s without a turn of the session, as behind a disk that does not answer
        static_cast<void>(loop.step(std::chrono::milliseconds{10}));
    run([] { return false; }, Seconds{5});
    EXPECT_LT(device.currentAt(0), 20.0);
    EXPECT_THAT(session.snapshot().alarm, testing::HasSubstr("did not keep up"));
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    EXPECT_THAT(eventKinds(), testing::Contains("session_stalled"));
}

TEST_F(RunningSession, ARecordingThatCannotBeCreatedIsRefusedAndNothingStarts) {
    eccrine::tests::writeText(folder.file("test.eccrine"), "something else");
    SessionRequest request;
    request.protocol = shortQsart();
    request.recordingFile = folder.file("test.eccrine");
    request.active = {true, false, false, false};
    EXPECT_FALSE(session.start(std::move(request)));
    EXPECT_EQ(session.phase(), SessionPhase::Connected);
}

TEST_F(RunningSession, ATestWithoutSitesIsRefused) {
    SessionRequest request;
    request.protocol = shortQsart();
    request.recordingFile = folder.file("test.eccrine");
    EXPECT_FALSE(session.start(std::move(request)));
}

TEST_F(RunningSession, AWallClockThatIsSetInATestIsRecordedAndChangesNothing) { // SR-37
    begin();
    run(inStep(SessionPhase::Baseline, 5));
    clock.wallStep -= std::chrono::hours{1};
    run(inStep(SessionPhase::Stimulation, 5));
    clock.wallStep += std::chrono::milliseconds{100}; // no more than a correction
    runToTheEnd();
    EXPECT_EQ(session.phase(), SessionPhase::Finished);
    std::vector<recording::RecordedEvent> steps;
    for (const auto& e : events())
        if (e.kind == "wall_clock_step") steps.push_back(e);
    ASSERT_EQ(steps.size(), 1U);
    EXPECT_EQ(steps[0].detail, "{\"by_ms\":-3600000}");
    EXPECT_NEAR(Seconds{steps[0].at.time_since_epoch()}.count(), 5.0, 0.1);
}

TEST_F(RunningSession, NotesAreStoredWithTheirTime) {
    begin();
    run(inStep(SessionPhase::Baseline, 5));
    EXPECT_EQ(session.annotate("cough \"loud\""), "");
    EXPECT_NE(session.annotate(""), "");
    runToTheEnd();
    const auto news = recording::RecordingReader::open(folder.file("test.eccrine"))->readNew();
    const auto note = std::find_if(news->events.begin(), news->events.end(),
                                   [](const auto& e) { return e.kind == "note"; });
    ASSERT_NE(note, news->events.end());
    EXPECT_EQ(note->detail, "{\"text\":\"cough \\\"loud\\\"\"}");
    EXPECT_NEAR(Seconds{note->at.time_since_epoch()}.count(), 5.0, 0.1);
}

} // namespace
} // namespace eccrine::acquisition
