// SPDX-License-Identifier: GPL-3.0-or-later
// Patient, eligibility, kit and limbs; a test that is taken up again.
#include "tests/qml/sweat/sweat_desk_fixture.hpp"

namespace eccrine::ui {
namespace {

// UK: paper of 5.5 cm across, 23.76 cm², needs 71.28 mg in 30 min (V39 and V40 of the domain file)
TEST_F(Desk, JudgesAPaperByItsOwnArea) {
    desk().chooseProfile("UK-2014");
    desk().chooseCollector("gibson-cooke");
    desk().choosePaper(true);
    patient();
    desk().primary();
    answerQuestions();
    desk().primary();
    kit();
    EXPECT_FALSE(desk().primaryEnabled());
    desk().setPaperArea("1000");
    EXPECT_TRUE(desk().hindrance().contains("23.76")) << desk().hindrance().toStdString();
    desk().setPaperArea("23.76");
    EXPECT_TRUE(desk().primaryEnabled()) << desk().hindrance().toStdString();
    desk().primary();
    bedside.attach();
    bedside.connectInstrument("tcp://127.0.0.1:4001");
    auto checks = desk().checks();
    for (qsizetype i = 0; i < checks.count(&checks); ++i)
        checks.at(&checks, i)->confirm(true);
    desk().primary();
    collectInto([this] {
        site(0)->setAmountText("71.2");
        site(1)->setAmountText("71.3");
    });
    EXPECT_EQ(site(0)->verdict(), "QNS");
    EXPECT_EQ(site(1)->verdict(), "OK");
    EXPECT_EQ(desk().record().collector, chloride::Collector::Pad);
}

TEST_F(Desk, JudgesThePatientWhileItIsTyped) {
    patient();
    EXPECT_EQ(desk().eligibility()->verdict(), "GO");
    desk().eligibility()->setScreen("positive");
    desk().eligibility()->setWeightKg("2.00"); // E2 of the domain file: more than 2 kg
    EXPECT_EQ(desk().eligibility()->verdict(), "DEFER");
    EXPECT_FALSE(desk().primaryEnabled());
    desk().eligibility()->lift("Dr. House", "symptoms");
    EXPECT_TRUE(desk().primaryEnabled());
}

// An explosion is at stake (domain file 1.1): nobody has answered before somebody has.
TEST_F(Desk, TheQuestionAboutOxygenHasNoAnswerOfItsOwn) {
    EXPECT_TRUE(desk().eligibility()->oxygen().isEmpty());
    patient();
    desk().eligibility()->setOxygen("");
    EXPECT_TRUE(desk().eligibility()->verdict().isEmpty());
    EXPECT_FALSE(desk().primaryEnabled());
    EXPECT_TRUE(desk().hindrance().contains("oxygen")) << desk().hindrance().toStdString();
    desk().eligibility()->setScreen("positive");
    desk().eligibility()->setWeightKg("2.00");
    EXPECT_EQ(desk().eligibility()->verdict(), "DEFER") << "what stands against the test is said at once";
    desk().eligibility()->setWeightKg("3.4");
    desk().eligibility()->setOxygen("nasal");
    EXPECT_EQ(desk().eligibility()->verdict(), "GO");
    EXPECT_TRUE(desk().primaryEnabled()) << desk().hindrance().toStdString();
    desk().newTest();
    EXPECT_TRUE(desk().eligibility()->oxygen().isEmpty());
}

// Open oxygen blocks until it is confirmed that it was taken away with medical approval (E11, domain
// file 1.1).
TEST_F(Desk, OpenOxygenIsConfirmedToBeTakenAway) {
    patient();
    desk().eligibility()->setOxygen("open");
    EXPECT_EQ(desk().eligibility()->verdict(), "BLOCK");
    EXPECT_TRUE(desk().eligibility()->confirmable());
    EXPECT_FALSE(desk().primaryEnabled());
    desk().eligibility()->lift("Dr. House", "tent removed for the iontophoresis");
    EXPECT_TRUE(desk().primaryEnabled());
    desk().eligibility()->setScreen("positive");
    desk().eligibility()->setWeightKg("2.00");
    EXPECT_FALSE(desk().eligibility()->confirmable()) << "a weight is no matter of confirmation";
}

TEST_F(Desk, NamesAnExpiredLotAndStops) {
    patient();
    desk().primary();
    answerQuestions();
    desk().primary();
    kit();
    auto lots = desk().lots();
    lots.at(&lots, 1)->setExpiry("2026-02-06"); // yesterday
    EXPECT_FALSE(desk().primaryEnabled());
    EXPECT_TRUE(desk().hindrance().contains("G12"));
    lots.at(&lots, 1)->setExpiry("2026-02-07"); // its last day
    EXPECT_TRUE(desk().primaryEnabled());
    lots.at(&lots, 1)->setExpiry("2026-02"); // a month: until its last day
    EXPECT_TRUE(desk().primaryEnabled()) << desk().hindrance().toStdString();
    EXPECT_EQ(lots.at(&lots, 1)->lastDay(), "2026-02-28");
    EXPECT_EQ(lots.at(&lots, 1)->lot().expiry, (Date{2026, 2, 28}));
    lots.at(&lots, 1)->setExpiry("2026-01");
    EXPECT_FALSE(desk().primaryEnabled());
    EXPECT_TRUE(desk().hindrance().contains("2026-01-31")) << desk().hindrance().toStdString();
}

TEST_F(Desk, OneSideHoldsOnePlace) {
    desk().choosePlace("left_forearm");
    desk().choosePlace("left_thigh");
    EXPECT_EQ(site(0)->key(), "left_thigh");
    desk().choosePlace("left_thigh");
    EXPECT_FALSE(site(0)->used());
}

TEST_F(Desk, AStoppedTestThatIsOverIsNotListedAsUnfinished) {
    start();
    stimulateTo(450.0, "FULL");
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    desk().inspect(0, "normal");
    const QString file = desk().recordFile();
    closeWindow();
    ASSERT_EQ(desk().unfinished().size(), 1) << "the skin of one limb has not been seen";
    desk().resume(file);
    desk().inspect(1, "normal");
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Result);
    desk().newTest();
    EXPECT_TRUE(desk().unfinished().isEmpty());
    desk().refreshSignedResults();
    ASSERT_EQ(desk().signedResults().size(), 1);
    EXPECT_EQ(desk().signedResults().first().value<UnfinishedTest>().step, "ended without a sample");
}

TEST_F(Desk, AResultThatNobodyHasValidatedIsListedAsSuch) {
    resultByAnother();
    desk().newTest();
    ASSERT_EQ(desk().unfinished().size(), 1);
    EXPECT_TRUE(desk().unfinished().first().value<UnfinishedTest>().toBeSigned);
}

TEST_F(Desk, AnUnfinishedTestGoesOnWhereItWas) {
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    const QString file = desk().recordFile();
    desk().newTest();
    ASSERT_EQ(desk().unfinished().size(), 1);
    EXPECT_FALSE(desk().unfinished().front().value<UnfinishedTest>().skinOpen);
    auto record = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(record);
    const auto asItWas = *record;
    record->sites[1].skin = records::SkinFinding::NotInspected;
    ASSERT_TRUE(records::saveSweatTest(*record, file.toStdString()));
    desk().refreshUnfinished();
    EXPECT_TRUE(desk().unfinished().front().value<UnfinishedTest>().skinOpen);
    ASSERT_TRUE(records::saveSweatTest(asItWas, file.toStdString()));
    desk().resume(file);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Laboratory);
    EXPECT_EQ(desk().patient()->meta().value("patient.id"), "4711");
    EXPECT_EQ(site(0)->chlorideText(), "52");
    EXPECT_EQ(site(0)->verdict(), "OK");
    EXPECT_EQ(site(1)->title(), "Right forearm");
    EXPECT_TRUE(desk().unfinished().isEmpty());
}

// Domain file 1.3: short of its charge, and the safety file's 2: burnt, only another limb may be stimulated
// the same day.
TEST_F(Desk, ALimbThatWasBurntOrStoppedTodayIsNotStimulatedAgainInAnotherTest) {
    start();
    const records::SweatTestRecord earlier = desk().record();
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    closeWindow();
    const auto toKit = [&](records::SweatTestRecord other) {
        other.id = "another";
        const std::string file = folder.filePath("2026-02-07_080000_sweat.sweat.json").toStdString();
        ASSERT_TRUE(records::saveSweatTest(other, file));
        desk().newTest();
        patient();
        desk().primary();
        answerQuestions();
        desk().primary();
        ASSERT_EQ(desk().step(), SweatDesk::Step::Kit) << desk().hindrance().toStdString();
        kit();
    };
    records::SweatTestRecord burnt = earlier;
    burnt.sites[1].skin = records::SkinFinding::Burn;
    toKit(burnt);
    EXPECT_EQ(desk().hindrance(),
              "The right forearm was burnt in another test of this patient today: choose another limb.");
    EXPECT_FALSE(desk().primaryEnabled());
    desk().choosePlace("right_forearm"); // not this one
    EXPECT_EQ(desk().hindrance(), "") << "the left one is free";
    desk().choosePlace("right_forearm");
    EXPECT_NE(desk().hindrance(), "");

    records::SweatTestRecord stopped = earlier;
    stopped.sites[0].stimulusLow = true;
    toKit(stopped);
    EXPECT_TRUE(desk().hindrance().startsWith("The left forearm was stimulated with less than its charge"));

    records::SweatTestRecord another = burnt;
    another.patientId = "4712";
    toKit(another);
    EXPECT_EQ(desk().hindrance(), "");
    records::SweatTestRecord yesterday = burnt;
    yesterday.createdUtc = "2026-02-06T09:00:00Z";
    toKit(yesterday);
    EXPECT_EQ(desk().hindrance(), "");
}

TEST_F(Desk, BackLosesNothing) {
    patient();
    desk().primary();
    answerQuestions();
    desk().back();
    EXPECT_EQ(desk().step(), SweatDesk::Step::Patient);
    EXPECT_EQ(desk().orderNumber(), "S-1");
    desk().primary();
    EXPECT_EQ(desk().openQuestions(), 0);
}

TEST_F(Desk, AConductivityCellHasAConductivityProfile) {
    desk().chooseCollector("nanoduct");
    EXPECT_TRUE(desk().conductivityOnly());
    EXPECT_EQ(desk().profileId(), "COND-NANODUCT"); // the one that has a rule for the cell
    desk().chooseCollector("macroduct");
    EXPECT_EQ(desk().profileId(), "CFF-2017");
}

// The charge is what the bedside process says, whoever watched the current flow.
TEST_F(Desk, AWindowThatFindsATestRunningSaysSo) {
    start();
    EXPECT_EQ(desk().foundRunning(), "") << "it was begun here";
    closeWindow();
    askBefore("circulation", "left_forearm", {{"good", "Circulation is good", false, false}});
    EXPECT_TRUE(desk().foundRunning().startsWith("Begun by MK at ")) << desk().foundRunning().toStdString();
    desk().primary();
    EXPECT_EQ(desk().foundRunning(), "") << "who answers has seen it";
}

// CFF asks for more than 2 kg below 112 days of age: what was lifted at 28 days is no matter of the day on
// which the value comes.
TEST_F(Desk, EligibilityIsThatOfTheDayOfTheCollection) {
    weight = "2.00";
    lifted = true;
    start();
    collect("7.4", "8.2");
    const auto reasons = desk().record().eligibilityReasons;
    ASSERT_FALSE(reasons.empty());
    ASSERT_NE(reasons.front().find("Lifted by Dr. House"), std::string::npos) << reasons.front();
    const QString file = desk().recordFile();
    clock = clock.addDays(100);
    closeWindow();
    desk().resume(file);
    site(0)->setChlorideText("52");
    EXPECT_EQ(desk().record().eligibilityReasons, reasons);
    desk().chooseProfile("UK-2014");
    desk().chooseProfile("CFF-2017");
    EXPECT_EQ(desk().record().eligibilityReasons, reasons);
}

} // namespace
} // namespace eccrine::ui
