// SPDX-License-Identifier: GPL-3.0-or-later
// Amounts, samples, values and their control.
#include "tests/qml/sweat/sweat_desk_fixture.hpp"

namespace eccrine::ui {
namespace {

TEST_F(Desk, WeighsAPadAndComputesItsChlorideFromWhatWasWashedOut) {
    start("gibson-cooke");
    collectInto([this] {
        for (int i = 0; i < 2; ++i) {
            site(i)->setTareText("15185.1");
            site(i)->setGrossText("15305.1"); // A1 of the domain file: 120 mg
            EXPECT_FALSE(site(i)->amountKnown()) << "when it was tared is not known yet";
            site(i)->setTaredText("8:10");
        }
    });
    EXPECT_EQ(site(0)->amountShown(), "120 mg");
    EXPECT_EQ(site(0)->verdict(), "OK");
    for (int i = 0; i < 2; ++i) {
        site(i)->sample()->setEluentText("5000");
        site(i)->sample()->setEluateText("1.02");
        site(i)->sample()->setBlankText("0.02");
    }
    EXPECT_TRUE(site(0)->sample()->elutionShown().contains("42.667")) << "the dilution of A1";
    desk().primary();
    EXPECT_EQ(desk().result().value, "43"); // A1: 42.67 → 43
    EXPECT_EQ(desk().record().sites[0].eluate->text(), "1.02");
}

TEST_F(Desk, RefusesATareThatIsOlderThanADay) {
    start("gibson-cooke");
    inspectBoth("normal", "normal");
    desk().primary();
    ask("weigh", "left_forearm", {{"weighed", "Weighed", false, false}});
    EXPECT_EQ(desk().step(), SweatDesk::Step::Yield);
    EXPECT_FALSE(desk().primaryEnabled()) << "it is not weighed before the weights are there";
    site(0)->setTareText("15185.1");
    site(0)->setGrossText("15305.1");
    site(0)->setTaredText("2026-02-06 10:00"); // 24 h before: just allowed (domain file 1.5)
    EXPECT_TRUE(site(0)->amountKnown()) << site(0)->amountRemark().toStdString();
    EXPECT_TRUE(desk().primaryEnabled());
    site(0)->setTaredText("2026-02-06 9:59");
    EXPECT_FALSE(site(0)->amountKnown());
    EXPECT_TRUE(site(0)->amountRemark().contains("older than 24 h")) << site(0)->amountRemark().toStdString();
    site(0)->setTaredText("yesterday");
    EXPECT_FALSE(site(0)->taredRemark().isEmpty());
}

TEST_F(Desk, TakesNoValueFromTwoAnalysesThatDiffer) {
    start();
    collect("8.2", "8.2"); // 22.14 µL, so that a second analysis is possible
    site(0)->setChlorideText("40");
    site(1)->setChlorideText("40");
    ASSERT_TRUE(site(0)->sample()->secondPossible());
    site(0)->sample()->setSecondText("43"); // 3 mmol/L: domain file 1.6
    EXPECT_FALSE(site(0)->sample()->secondDiffers());
    EXPECT_TRUE(desk().primaryEnabled());
    site(0)->sample()->setSecondText("43.1");
    EXPECT_TRUE(site(0)->sample()->secondDiffers());
    EXPECT_FALSE(desk().primaryEnabled()) << "the other limb alone would be the result";
    EXPECT_TRUE(desk().hindrance().contains("neither value stands")) << desk().hindrance().toStdString();
    site(1)->sample()->setSecondText("43.1");
    EXPECT_TRUE(desk().primaryEnabled());
    desk().primary();
    EXPECT_TRUE(desk().result().held);
    EXPECT_EQ(desk().result().value, "");
    EXPECT_TRUE(desk().result().meaning.contains("Left: two analyses differ too much"))
        << desk().result().meaning.toStdString();
    desk().back();
    site(0)->setChlorideText("42"); // analysed again
    site(1)->sample()->setSecondText("40");
    desk().primary();
    EXPECT_EQ(desk().result().value, "41");
}

TEST_F(Desk, CountsTheHoursOfASample) {
    start();
    collect("8.2", "8.2");
    EXPECT_EQ(site(0)->sample()->storageShown(), "Analyse within 24 h (0 h at room temperature, 0 h cold).");
    clock = clock.addSecs(3600);
    site(0)->sample()->keepCold(true);
    clock = clock.addSecs(70 * 3600);
    site(0)->sample()->judgeStorage();
    EXPECT_EQ(site(0)->sample()->storageShown(), "Analyse within 1 h (1 h at room temperature, 70 h cold).");
    clock = clock.addSecs(3600 + 60); // 72 h in all, and a minute
    site(0)->setChlorideText("40");
    EXPECT_TRUE(site(0)->sample()->tooOld());
    EXPECT_TRUE(desk().record().sites[0].storageNote.find("too old") != std::string::npos);
    site(1)->setChlorideText("40"); // never put into the cold
    EXPECT_TRUE(site(1)->sample()->tooOld());
}

// A6 of the domain file: 5.5 cm is 14.85 µL at least, 5.6 cm 15.12 µL. A length gives a lower bound, what is
// unclear is weighed (1.2, step 11): 5.5 cm hold 20.72 µL at most by the laboratory's rules.
TEST_F(Desk, ALengthNearTheLimitIsWeighed) {
    start();
    collect("5.5", "5.6");
    EXPECT_EQ(site(0)->verdict(), "WEIGH");
    EXPECT_EQ(site(0)->verdictText(), "Undecided: weigh it");
    EXPECT_EQ(site(1)->verdict(), "OK");
    EXPECT_FALSE(site(0)->analysable());
    EXPECT_TRUE(site(0)->notAnalysedBecause().contains("Weigh the sample"));
    desk().back();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Yield);
    site(0)->setAmountText("15.4");
    EXPECT_EQ(site(0)->verdict(), "OK");
    EXPECT_EQ(site(0)->amountShown(), "15.4 µL") << "measured, and no longer the least";
    EXPECT_EQ(site(0)->coilText(), "5.5") << "the length stays beside it";
    site(0)->setAmountText("14.99");
    EXPECT_EQ(site(0)->verdict(), "QNS");
    site(0)->setAmountText("");
    site(0)->setCoilText("3.9"); // 14.8 µL at most
    EXPECT_EQ(site(0)->verdict(), "QNS");
}

TEST_F(Desk, ALengthAndAWeightThatContradictEachOtherAreSaid) {
    start();
    collect("8.2", "8.2");
    desk().back();
    site(0)->setAmountText("12"); // 8.1 cm hold at least 21.87 µL
    EXPECT_TRUE(site(0)->amountNote().contains("21.87")) << site(0)->amountNote().toStdString();
    EXPECT_EQ(site(0)->verdict(), "QNS") << "the measured amount counts";
    site(1)->setAmountText("25");
    EXPECT_TRUE(site(1)->amountNote().isEmpty());
    site(0)->setAmountText("35"); // 8.3 cm hold at most 30.71 µL
    desk().primary();
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    desk().primary();
    EXPECT_TRUE(desk().result().flags.join(' ').contains("contradict each other"));
    const QString file = desk().recordFile();
    closeWindow();
    desk().resume(file);
    EXPECT_EQ(site(0)->amountText(), "35");
    EXPECT_EQ(site(0)->coilText(), "8.2");
}

TEST_F(Desk, ATypedValueNamesItsAnalyserWhichIsKeptForTheNextTest) {
    analyser = "ChloroChek 7";
    start();
    collect("7.4", "8.2");
    EXPECT_EQ(desk().analyser(), "ChloroChek 7") << "as last time";
    site(0)->setChlorideText("52");
    EXPECT_TRUE(desk().analyserRemark().isEmpty());
    desk().setAnalyser("ChloroChek 8");
    site(1)->setChlorideText("58");
    EXPECT_EQ(desk().record().sites[0].analyser, "ChloroChek 7");
    EXPECT_EQ(desk().record().sites[1].analyser, "ChloroChek 8");
    EXPECT_EQ(desk().record().sites[1].enteredAt, (Moment{{2026, 2, 7}, 600}));
    EXPECT_EQ(desk().usualAnalyser(), "ChloroChek 8");
    desk().newTest();
    EXPECT_EQ(desk().analyser(), "ChloroChek 8");
}

TEST_F(Desk, AnAnalyserThatWasNotControlledTodayIsRefusedWhenItIsTyped) {
    qc.analysers = QStringList{"A1"};
    start();
    collect("7.4", "8.2");
    EXPECT_EQ(desk().analyser(), "A1") << "the one that was controlled";
    site(0)->setChlorideText("52");
    EXPECT_FALSE(desk().primaryEnabled());
    desk().setAnalyser("A9");
    EXPECT_TRUE(desk().hindrance().contains("No control of the analyser A9"))
        << desk().hindrance().toStdString();
    site(1)->setChlorideText("59");
    EXPECT_FALSE(desk().record().sites[1].chloride);
    desk().setAnalyser("A1");
    site(1)->setChlorideText("58");
    EXPECT_TRUE(desk().primaryEnabled());
}

// Another name is no way round the control of a value, nor out of an alarm.
TEST_F(Desk, AnotherNameOfTheAnalyserIsOneOfTheValuesToCome) {
    qc.analysers = QStringList{"A1", "A2"};
    analyser = "A1";
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    later = [](const QString& on, const Moment&) {
        return on == "A1" ? QString("The control of 12:00 has failed.") : QString();
    };
    desk().refreshQc();
    const std::string alarm = desk().record().qcAlarm;
    ASSERT_FALSE(alarm.empty());
    desk().setAnalyser("X9");
    EXPECT_TRUE(desk().analyserRemark().contains("LEFT: the value stays one of A1"))
        << desk().analyserRemark().toStdString();
    desk().refreshQc();
    EXPECT_EQ(desk().record().sites[0].analyser, "A1");
    EXPECT_EQ(desk().record().qcAlarm, alarm);
    site(0)->setChlorideText("53");
    EXPECT_FALSE(desk().record().sites[0].chloride) << "X9 was not controlled";
    desk().setAnalyser("A2");
    site(0)->setChlorideText("52");
    EXPECT_EQ(desk().record().sites[0].analyser, "A2") << "entered anew";
    EXPECT_EQ(desk().record().qcAlarm, "Right: The control of 12:00 has failed.");
}

TEST_F(Desk, RefusesACommaInOneSentenceAndKeepsNothing) {
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52,4");
    EXPECT_FALSE(site(0)->chlorideRemark().isEmpty());
    EXPECT_FALSE(desk().record().sites[0].chloride);
    EXPECT_FALSE(desk().primaryEnabled());
}

TEST_F(Desk, ACommaInAWeightIsMarkedAtTheWeightAndHoldsTheLastStepToo) {
    start();
    attachBoth();
    ask("transfer", "left_forearm", {{"transferred", "In the cup", false, false}});
    site(0)->setCoilText("7.4");
    site(1)->setCoilText("7.4");
    site(0)->setAmountText("22,5");
    EXPECT_EQ(site(0)->coilRemark(), "") << "the length is right";
    EXPECT_NE(site(0)->amountRemark(), "");
    ask("after_care", "", {{"done", "Done", false, false}});
    EXPECT_FALSE(desk().primaryEnabled());
    EXPECT_TRUE(desk().hindrance().startsWith("Left forearm: ")) << desk().hindrance().toStdString();
    site(0)->setAmountText("22.5");
    EXPECT_TRUE(desk().primaryEnabled());
    site(0)->setCoilText("7,4");
    EXPECT_NE(site(0)->coilRemark(), "");
    EXPECT_EQ(site(0)->amountRemark(), "");
    bedside.tell(FakeBedside::blank(6));
    emit bedside.finished(bedside.recordingFile(), "finished");
    EXPECT_FALSE(desk().primaryEnabled()) << "a length that cannot be read is not dropped without a word";
}

TEST_F(Desk, EntryIsLockedWhileQualityControlHasNotPassed) {
    qc = {chloride::QcState::Failed, "The high level was rejected by 1-3s today."};
    start();
    collect("7.4", "8.2");
    EXPECT_TRUE(desk().qcLocked());
    EXPECT_EQ(desk().hindrance(), qc.sentence);
    qc = {chloride::QcState::Passed, "Both levels passed."};
    desk().refreshQc();
    EXPECT_FALSE(desk().qcLocked());
}

TEST_F(Desk, ValuesOfAnotherPatientsSampleAreRefusedByNameAndTheOwnOnesAreTaken) {
    start();
    collect("7.4", "8.2");
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    import("sample_id,chloride\nS-1-L,52\nX-9,58.7\n");
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("line 3 (X-9)"));
    EXPECT_EQ(site(0)->chlorideText(), "52");
    EXPECT_EQ(site(1)->chlorideText(), "");
    QFile kept(desk().recordFile());
    ASSERT_TRUE(kept.open(QIODevice::ReadOnly));
    const QByteArray all = kept.readAll();
    EXPECT_FALSE(all.contains("X-9") || all.contains("58.7")) << "nothing of another patient is kept here";
    import("sample_id,chloride\nX-9,58.7\n");
    ASSERT_EQ(problems.count(), 2);
    EXPECT_EQ(problems.last().at(0), "Nothing was imported");
}

TEST_F(Desk, AChlorideThatCannotBeComputedAnyMoreIsGone) {
    collectPads();
    for (int i = 0; i < 2; ++i) {
        site(i)->sample()->setEluentText("5000");
        site(i)->sample()->setEluateText("1.02");
        site(i)->sample()->setBlankText("0.02");
    }
    ASSERT_TRUE(desk().record().sites[0].chloride);
    const auto chloride = [this](std::size_t i) { return desk().record().sites[i].chloride; };
    site(0)->sample()->setEluateText("1,92"); // refused, and no longer 1.02
    EXPECT_FALSE(chloride(0));
    EXPECT_TRUE(site(0)->chlorideText().isEmpty());
    EXPECT_FALSE(desk().primaryEnabled());
    site(0)->sample()->setEluateText("1.92");
    EXPECT_TRUE(chloride(0));
    site(0)->sample()->setBlankText("");
    EXPECT_FALSE(chloride(0));
    site(0)->sample()->setBlankText("0.02");
    EXPECT_TRUE(chloride(0));
    site(0)->setGrossText(""); // no amount, no dilution
    EXPECT_FALSE(chloride(0));
}

TEST_F(Desk, AWashedOutChlorideIsKnownForOneAfterARestartAndATypedOneStays) {
    collectPads();
    for (int i = 0; i < 2; ++i) {
        site(i)->sample()->setEluentText("5000");
        site(i)->sample()->setEluateText("1.02");
        site(i)->sample()->setBlankText("0.02");
    }
    site(1)->setChlorideText("40"); // washed out and measured elsewhere
    const QString file = desk().recordFile();
    closeWindow();
    desk().resume(file);
    site(0)->sample()->setEluateText("");
    EXPECT_FALSE(desk().record().sites[0].chloride);
    site(1)->sample()->setEluateText("");
    EXPECT_EQ(site(1)->chlorideText(), "40");
}

TEST_F(Desk, AValueKeepsTheControlOfTheDayOnWhichItWasEntered) {
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    const QString file = desk().recordFile();
    closeWindow();
    clock = clock.addDays(1);
    qc = {chloride::QcState::Failed, "No control was measured on 2026-02-08."};
    desk().resume(file);
    EXPECT_TRUE(desk().qcLocked()) << "nothing is entered today";
    EXPECT_EQ(desk().record().qc, chloride::QcState::Passed);
    EXPECT_EQ(desk().record().sites[0].qcOn, (Date{2026, 2, 7}));
    desk().primary();
    EXPECT_EQ(desk().result().outcome, "REPORT_MEAN");
}

TEST_F(Desk, AValueOfADayThatWasNotControlledIsNotMadeGoodByTheNextDay) {
    qc = {chloride::QcState::NotStated, "Quality control is not stated."};
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    qc = {chloride::QcState::Passed, "Both levels passed."};
    desk().refreshQc();
    EXPECT_EQ(desk().record().qc, chloride::QcState::NotStated);
}

TEST_F(Desk, QualityControlIsAskedBeforeEachValue) {
    start();
    collect("7.4", "8.2"); // the page is open, and control has passed
    site(0)->setChlorideText("52");
    clock = clock.addDays(1);
    qc = {chloride::QcState::Failed, "No control was measured on 2026-02-08."};
    site(1)->setChlorideText("58");
    EXPECT_FALSE(desk().record().sites[1].chloride);
    EXPECT_EQ(site(1)->chlorideRemark(), qc.sentence);
    EXPECT_TRUE(desk().qcLocked());
    EXPECT_TRUE(desk().record().sites[0].chloride);
    qc = {chloride::QcState::Passed, "Passed on 2026-02-08."};
    site(1)->setChlorideText("58.0");
    EXPECT_TRUE(desk().record().sites[1].chloride);
    EXPECT_EQ(desk().record().sites[1].qcOn, (Date{2026, 2, 8}));
    EXPECT_EQ(desk().record().qcText, "2026-02-07: Both levels passed. 2026-02-08: Passed on 2026-02-08.");
}

TEST_F(Desk, AValueOfAnAnalyserThatWasNotControlledIsRefused) {
    qc.analysers = QStringList{"A1"};
    start();
    collect("7.4", "8.2");
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    import("sample_id,chloride,analyser\nS-1-L,52,A1\nS-1-R,58,A2\n");
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("A2"));
    EXPECT_TRUE(site(0)->chlorideText().isEmpty()) << "nothing is taken over in half";
    import("sample_id,chloride,analyser\nS-1-L,52,A1\nS-1-R,58,A1\n");
    EXPECT_EQ(problems.count(), 1);
    EXPECT_EQ(site(1)->chlorideText(), "58");
    EXPECT_EQ(desk().record().sites[1].qcOn, (Date{2026, 2, 7}));
}

// The moment, the analyser and the control are those of the value that the result is made of.
TEST_F(Desk, WhatIsEnteredBesideAChlorideLeavesItsMomentAndItsAnalyser) {
    analyser = "A1";
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    const records::SweatSite before = desk().record().sites[0];
    clock = clock.addDays(1);
    qc.sentence = "Passed on 2026-02-08.";
    desk().setAnalyser("A2");
    const auto asBefore = [&] {
        const records::SweatSite& now = desk().record().sites[0];
        return now.analyser == "A1" && now.enteredAt == before.enteredAt && now.qcOn == before.qcOn &&
               now.qcText == before.qcText;
    };
    site(0)->setConductivityText("60");
    EXPECT_TRUE(asBefore());
    site(0)->setSodiumText("50");
    EXPECT_TRUE(asBefore());
    import("sample_id,chloride,conductivity\nS-1-L,52,61\n");
    EXPECT_EQ(site(0)->conductivityText(), "61");
    EXPECT_TRUE(asBefore());
    import("sample_id,chloride,conductivity\nS-1-L,53,61\n");
    EXPECT_EQ(desk().record().sites[0].analyser, "A2") << "a value of its own";
    EXPECT_EQ(desk().record().sites[0].qcOn, (Date{2026, 2, 8}));
    EXPECT_EQ(desk().record().sites[0].enteredAt, (Moment{{2026, 2, 8}, 600}));
}

TEST_F(Desk, TheBookOfControlsIsNotReadAtEachKey) {
    int reads = 0;
    later = [&reads](const QString&, const Moment&) {
        ++reads;
        return QString();
    };
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("5");
    const int first = reads;
    EXPECT_EQ(first, 1);
    for (const char* typed : {"52", "52.", "52.5"})
        site(0)->setChlorideText(typed);
    for (const char* typed : {"A", "A1"})
        desk().setAnalyser(typed);
    EXPECT_EQ(reads, first);
    desk().refreshQc();
    EXPECT_EQ(reads, first + 1);
}

} // namespace
} // namespace eccrine::ui
