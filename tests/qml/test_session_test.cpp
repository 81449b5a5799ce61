// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/test_session.hpp"
#include "tests/qml/fake_bedside.hpp"
#include "tests/qml/synthetic_recording.hpp"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

class Session : public testing::Test {
protected:
    TestSession& session() {
        if (!session_)
            session_ = std::make_unique<TestSession>(bedside, SessionOptions{.dataFolder = folder.path(),
                                                                             .protocolFile = "qsart.toml",
                                                                             .instrumentProgram = {},
                                                                             .instrumentUrl = {},
                                                                             .recentUrls = {}});
        return *session_;
    }
    void fillIn() {
        session().patient()->setIdentifier("10023");
        session().patient()->setName("Doe, Jane");
        session().patient()->setBirthDate("1979-04-30");
        session().patient()->setSex("female");
        session().patient()->setSide("left");
        session().patient()->setOperatorName("MK");
    }
    void confirm() {
        auto checks = session().checks();
        for (qsizetype i = 0; i < checks.count(&checks); ++i)
            checks.at(&checks, i)->confirm(true);
    }
    SiteView* site(qsizetype i) {
        auto sites = session().sites();
        return sites.at(&sites, i);
    }
    void makeReady() {
        bedside.attach();
        session().connectInstrument("tcp://127.0.0.1:4001");
        fillIn();
        confirm();
    }
    QTemporaryDir folder;
    FakeBedside bedside;

private:
    std::unique_ptr<TestSession> session_;
};

TEST_F(Session, IsReadyWhenNothingIsMissing) {
    makeReady();
    EXPECT_EQ(session().obstacles(), 0);
    EXPECT_TRUE(session().readyToStart());
}

TEST_F(Session, SaysFirstThatAnInstrumentIsMissing) {
    bedside.attach();
    fillIn();
    confirm();
    EXPECT_FALSE(session().readyToStart());
    EXPECT_EQ(session().firstObstacle(), "Connect an instrument");
}

TEST_F(Session, IsNotReadyWithoutASite) {
    makeReady();
    for (qsizetype i = 0; i < 4; ++i)
        site(i)->setSelected(false);
    EXPECT_EQ(session().firstObstacle(), "Choose at least one site");
}

TEST_F(Session, IsNotReadyWithoutThePatientsName) {
    makeReady();
    session().patient()->setName(" ");
    EXPECT_EQ(session().firstObstacle(), "Type the patient's name");
}

TEST_F(Session, IsNotReadyBeforeTheTechnicianConfirmsTheSkin) {
    bedside.attach();
    session().connectInstrument("tcp://127.0.0.1:4001");
    fillIn();
    EXPECT_EQ(session().obstacles(), 2);
    EXPECT_TRUE(session().firstObstacle().startsWith("Confirm"));
}

TEST_F(Session, NamesTheSiteWhoseTubeIsOff) {
    makeReady();
    BedsideState state = bedside.state();
    QList<BedsideSite> sites = state.sites();
    sites[2].setFlowSccm(0.0);
    state.setSites(sites);
    bedside.tell(state);
    EXPECT_EQ(session().firstObstacle(), "Distal leg: No gas flow: check the tube");
    site(2)->setSelected(false); // not tested, not in the way
    EXPECT_TRUE(session().readyToStart());
}

TEST_F(Session, StartsWithTheSitesChosenAndThePatientAsTyped) {
    makeReady();
    site(1)->setSelected(false);
    session().start();
    EXPECT_EQ(bedside.request.activeSites(), QStringList({"forearm", "distal_leg", "foot"}));
    EXPECT_EQ(bedside.request.meta().value("patient.name"), "Doe, Jane");
    EXPECT_EQ(bedside.request.meta().value("patient.birth_date"), "1979-04-30");
    EXPECT_FALSE(bedside.request.stimulateWithoutOperator());
    EXPECT_TRUE(bedside.request.recordingFile().startsWith(folder.path()));
    EXPECT_FALSE(bedside.request.recordingFile().contains("Doe"));
    EXPECT_EQ(session().page(), TestSession::Page::Live);
}

TEST_F(Session, DoesNotStartWhileSomethingIsMissing) {
    bedside.attach();
    session().start();
    EXPECT_FALSE(bedside.commands.contains("start"));
}

TEST_F(Session, ShowsATestThatRunsAlreadyWhenItAttaches) {
    session();
    bedside.tell(FakeBedside::blank(4));
    EXPECT_EQ(session().page(), TestSession::Page::Start);
    bedside.attach();
    EXPECT_EQ(session().page(), TestSession::Page::Live);
    EXPECT_TRUE(session().running());
}

TEST_F(Session, PassesStopOnInEveryPhase) {
    makeReady();
    for (const int phase : {2, 3, 4, 5, 6, 8}) {
        bedside.tell(FakeBedside::blank(phase));
        bedside.commands.clear();
        session().stop();
        EXPECT_EQ(bedside.commands, QStringList("stop")) << phase;
    }
}

TEST_F(Session, GreysValuesThatAreOlderThanHalfASecond) {
    makeReady();
    session().start();
    bedside.tell(bedside.state());
    EXPECT_FALSE(session().stale());
    QSignalSpy stale(&session(), &TestSession::staleChanged);
    ASSERT_TRUE(stale.wait(2000));
    EXPECT_TRUE(session().stale());
    bedside.tell(bedside.state());
    EXPECT_FALSE(session().stale());
}

TEST_F(Session, GreysValuesWhenTheSamplesAreOldAlthoughTheProcessTalks) {
    makeReady();
    session().start();
    BedsideState state = bedside.state();
    state.setSampleAgeMs(800.0);
    bedside.tell(state);
    EXPECT_TRUE(session().stale());
}

TEST_F(Session, TellsWhyACommandWasRefused) {
    makeReady();
    QSignalSpy problem(&session(), &TestSession::problem);
    emit bedside.refused("A test is running already.");
    ASSERT_EQ(problem.count(), 1);
    EXPECT_EQ(problem.first().at(1).toString(), "A test is running already.");
}

TEST_F(Session, TellsWhyTheInstrumentDidNotAnswer) {
    makeReady();
    QSignalSpy problem(&session(), &TestSession::problem);
    bedside.tell(FakeBedside::blank(1));
    BedsideState failed = FakeBedside::blank(8);
    failed.setAlarm("tcp://127.0.0.1:9: connection refused; check the address.");
    bedside.tell(failed);
    ASSERT_EQ(problem.count(), 1);
    EXPECT_EQ(problem.first().at(1).toString(), failed.alarm());
}

TEST_F(Session, RemembersARealInstrumentsAddressButNotASimulatedOnes) {
    bedside.attach();
    session().connectInstrument("efp:/dev/pts/7"); // the fake says that it is simulated
    EXPECT_TRUE(session().recentUrls().isEmpty());
}

TEST_F(Session, MakesRoomForATestThatTakesLonger) {
    makeReady();
    session().start();
    EXPECT_EQ(session().viewSpanS(), 900.0);
    BedsideState state = bedside.state();
    state.setTestTimeS(610.0);
    state.setTotalRemainingS(605.0);
    bedside.tell(state);
    EXPECT_EQ(session().viewSpanS(), 1260.0);
}

TEST_F(Session, ClearsThePatientForTheNextOne) {
    makeReady();
    session().newTest(false);
    EXPECT_FALSE(session().patient()->complete());
    EXPECT_GT(session().obstacles(), 2); // patient and both confirmations
}

TEST_F(Session, GivesTheNextTestTheUsualLengthAgain) {
    makeReady();
    session().start();
    BedsideState state = bedside.state();
    state.setTestTimeS(610.0);
    state.setTotalRemainingS(605.0);
    bedside.tell(state);
    state.setPhase(6);
    bedside.tell(state);
    emit bedside.finished({}, "stopped");
    session().newTest(true);
    EXPECT_EQ(session().viewSpanS(), 900.0);
}

/// A test whose skin was looked at afterwards is on the page of the result.
class AfterSkin : public Session {
protected:
    void seeResult(const std::string& gradeOfForearm) {
        const QString file = folder.filePath(QStringLiteral("skin-%1.eccrine").arg(++seen_));
        SyntheticRecording recording(file.toStdString());
        recording.record(SyntheticRecording::end_s);
        recording.answer(SyntheticRecording::end_s, "inspect", "forearm", gradeOfForearm);
        recording.close();
        QSignalSpy opened(session().result(), &ResultView::opened);
        session().openRecording(file);
        ASSERT_TRUE(opened.wait(20'000));
    }

private:
    int seen_ = 0;
};

TEST_F(AfterSkin, TheSiteIsClosedForThisPersonWhenItsSkinWasHarmed) {
    makeReady();
    seeResult("grade_3");
    session().newTest(true);
    EXPECT_FALSE(site(0)->selected());
    EXPECT_THAT(site(0)->leftOut().toStdString(), testing::HasSubstr("grade 3"));
    confirm();
    EXPECT_TRUE(session().readyToStart()) << "the others are open";
    site(0)->setSelected(true);
    EXPECT_FALSE(session().readyToStart());
    EXPECT_EQ(session().firstObstacle(), "Forearm is closed until a physician has looked at it");
}

TEST_F(AfterSkin, ItStaysClosedAfterATestOfTheOtherSites) {
    makeReady();
    seeResult("grade_4");
    session().newTest(true);
    seeResult("grade_0");
    session().newTest(true);
    EXPECT_FALSE(site(0)->selected());
}

TEST_F(AfterSkin, ALittleRednessClosesNoSite) {
    makeReady();
    seeResult("grade_1");
    session().newTest(true);
    EXPECT_TRUE(site(0)->selected());
}

TEST_F(AfterSkin, AnotherPatientHasSkinOfTheirOwn) {
    makeReady();
    seeResult("grade_3");
    session().newTest(true);
    session().newTest(false);
    EXPECT_TRUE(site(0)->selected());
    EXPECT_TRUE(site(0)->leftOut().isEmpty());
    session().patient()->setIdentifier("10024");
    seeResult("grade_3"); // a recording of 10023 is looked at in between
    session().newTest(true);
    EXPECT_TRUE(site(0)->selected());
}

TEST_F(Session, LeavesARunningTestAloneWhenTheWindowCloses) {
    makeReady();
    session().start();
    session().release();
    EXPECT_FALSE(bedside.commands.contains("release"));
    bedside.tell(FakeBedside::blank(6));
    session().release();
    EXPECT_TRUE(bedside.commands.contains("release"));
}

} // namespace
} // namespace eccrine::ui
