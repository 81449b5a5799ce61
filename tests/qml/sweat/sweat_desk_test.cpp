// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/sweat_desk.hpp"
#include "recording/recording_writer.hpp"
#include "tests/qml/fake_bedside.hpp"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace eccrine::ui {
namespace {

const std::filesystem::path protocolFolder = ECCRINE_SOURCE_PROTOCOLS;

class Desk : public testing::Test {
protected:
    SweatDesk& desk() {
        if (!desk_) {
            SweatOptions options;
            options.dataFolder = folder.path();
            options.protocolFiles = {protocolFolder / "macroduct.toml", protocolFolder / "nanoduct.toml",
                                     protocolFolder / "gibson-cooke.toml"};
            options.guidelineFolders = {guidelines};
            options.guidelineId = "CFF-2017";
            options.laboratory = *laboratory::loadLaboratoryRules(protocolFolder / "laboratory.toml");
            options.qc = [this](const Date&) { return qc; };
            options.now = [this] { return clock; };
            options.analyser = analyser;
            options.writeReport = [this](const records::SweatTestRecord& record,
                                         const std::filesystem::path&) -> Done {
                printed = record;
                return {};
            };
            options.laterControl = [this](const QString& on, const Moment& at) { return later(on, at); };
            desk_ = std::make_unique<SweatDesk>(bedside, options);
        }
        return *desk_;
    }
    /// The window goes, and whatever is told while it is away is told to nobody.
    void closeWindow() { desk_.reset(); }
    SweatSiteModel* site(qsizetype i) {
        auto all = desk().sites();
        return all.at(&all, i);
    }
    void patient() {
        desk().patient()->setIdentifier("4711");
        desk().patient()->setName("Doe, Baby");
        desk().patient()->setBirthDate("2026-01-10");
        desk().patient()->setSex("female");
        desk().patient()->setOperatorName("MK");
        desk().setOrderNumber("S-1");
        desk().eligibility()->setWeightKg(weight);
        desk().eligibility()->setGestation("39w0d");
        desk().eligibility()->setOxygen("none");
    }
    void answerQuestions() {
        const auto list = protocols::loadChecklist(protocolFolder / "checklist-pilocarpine.toml");
        ASSERT_TRUE(list);
        auto questions = desk().questions();
        for (qsizetype i = 0; i < questions.count(&questions); ++i)
            questions.at(&questions, i)->say(list->items[static_cast<std::size_t>(i)].safeAnswer);
    }
    void kit() {
        desk().choosePlace("left_forearm");
        desk().choosePlace("right_forearm");
        auto lots = desk().lots();
        lots.at(&lots, 0)->scan("(17)271231(10)K77");
        lots.at(&lots, 1)->scan("(17)260930(10)G12");
    }
    /// Up to the running recording.
    void start(const char* collector = "macroduct") {
        desk().chooseCollector(collector);
        bedside.attach();
        bedside.connectInstrument("tcp://127.0.0.1:4001");
        patient();
        if (lifted) {
            desk().eligibility()->setScreen("positive");
            desk().eligibility()->lift("Dr. House", "symptoms");
        }
        desk().primary();
        answerQuestions();
        desk().primary();
        kit();
        desk().primary();
        auto checks = desk().checks();
        for (qsizetype i = 0; i < checks.count(&checks); ++i)
            checks.at(&checks, i)->confirm(true);
        desk().primary();
        ASSERT_TRUE(desk().running()) << desk().hindrance().toStdString();
    }
    struct Choice {
        const char* id;
        const char* text;
        bool voids;
        bool ends;
    };
    void ask(const char* step, const char* place, std::initializer_list<Choice> choices) {
        QList<BedsideAnswer> answers;
        for (const Choice& c : choices)
            answers.append(BedsideAnswer(c.id, c.text, c.voids, c.ends));
        BedsideState state = FakeBedside::blank(phase);
        state.setStepName(step);
        state.setStepTitle(step);
        state.setStepKind("operator");
        state.setStepSite(place);
        state.setStepAnswers(answers);
        state.setStepAnswerableInS(0.0);
        QList<BedsideSite> sites;
        for (const char* key : {"left_forearm", "right_forearm"}) {
            BedsideSite one;
            one.setSite(key);
            one.setActive(true);
            one.setChargeMc(charge_mc);
            one.setDose(dose);
            one.setCollectedS(collected_s);
            if (QLatin1String(key) == QLatin1String("right_forearm")) {
                one.setVoidReason(rightVoid);
                one.setCollectedS(collected_s - rightLater_s);
            }
            sites.append(one);
        }
        state.setSites(sites);
        bedside.tell(state);
    }
    void stimulateTo(double reached_mc, const char* judged) {
        charge_mc = reached_mc;
        dose = judged;
        BedsideState state = FakeBedside::blank(4);
        state.setStepName("stimulation");
        state.setStepKind("stimulation");
        bedside.tell(state);
        ask("between", "", {{"done", "Done", false, false}});
    }
    void inspectBoth(const char* left, const char* right) {
        ask("inspect", "left_forearm",
            {{"normal", "Normal or red", false, false}, {"burn", "Burn", true, false}});
        ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
        desk().inspect(0, left);
        desk().inspect(1, right);
    }
    /// It asks for something of before the stimulation.
    void askBefore(const char* step, const char* place, std::initializer_list<Choice> choices) {
        phase = 3;
        charge_mc = std::nan("");
        dose = "";
        ask(step, place, choices);
    }
    /// Collected for 30 minutes and closed; coil lengths in cm.
    void collect(const char* left, const char* right) {
        collectInto([&] {
            site(0)->setCoilText(left);
            site(1)->setCoilText(right);
        });
    }
    /// 52 and 58 mmol/L of samples that were collected a minute too long.
    void resultOfLateCollections() {
        start();
        collected_s = 31 * 60;
        collect("7.4", "8.2");
        site(0)->setChlorideText("52");
        site(1)->setChlorideText("58");
        desk().primary();
    }
    template <class Weigh>
    void collectInto(Weigh&& weigh) {
        inspectBoth("normal", "erythema");
        desk().primary();
        for (const char* place : {"left_forearm", "right_forearm"}) {
            ask("attach", place, {{"attached", "Attached", false, false}});
            desk().primary();
        }
        for (const char* place : {"left_forearm", "right_forearm"}) {
            ask("remove", place, {{"done", "Off", false, false}});
            desk().primary();
        }
        ask("transfer", "left_forearm", {{"transferred", "In the cup", false, false}});
        ASSERT_EQ(desk().step(), SweatDesk::Step::Yield);
        weigh();
        bedside.tell(FakeBedside::blank(6));
        emit bedside.finished(bedside.recordingFile(), "finished");
        desk().primary();
        ASSERT_EQ(desk().step(), SweatDesk::Step::Laboratory) << desk().hindrance().toStdString();
    }
    /// A pad of 120 mg on each limb (A1 of the domain file).
    void collectPads() {
        start("gibson-cooke");
        collectInto([this] {
            for (int i = 0; i < 2; ++i) {
                site(i)->setTareText("15185.1");
                site(i)->setGrossText("15305.1");
                site(i)->setTaredText("8:10");
            }
        });
    }
    void import(const char* text) {
        const QString path = folder.filePath("analyser.csv");
        QFile csv(path);
        ASSERT_TRUE(csv.open(QIODevice::WriteOnly | QIODevice::Truncate));
        csv.write(text);
        csv.close();
        desk().importAnalyser(path);
    }
    void attachBoth() {
        inspectBoth("normal", "normal");
        desk().primary();
        for (const char* place : {"left_forearm", "right_forearm"}) {
            ask("attach", place, {{"attached", "Attached", false, false}});
            desk().primary();
        }
    }
    QTemporaryDir folder;
    FakeBedside bedside;
    int phase = 5; ///< as it asks: 3 before the stimulation, 5 after it
    double charge_mc = 450.0, collected_s = 1800.0;
    double rightLater_s = 0.0; ///< its collector was attached so much later
    const char* dose = "FULL";
    const char* weight = "3.4";
    QString rightVoid;
    bool lifted = false; ///< a clinician lets the test go on
    QDateTime clock{QDate(2026, 2, 7), QTime(10, 0)};
    QcAnswer qc{chloride::QcState::Passed, "Both levels passed."};
    std::filesystem::path guidelines = protocolFolder / "guidelines";
    QString analyser;                 ///< that was named last
    records::SweatTestRecord printed; ///< of which the last report was
    std::function<QString(const QString&, const Moment&)> later = [](const QString&, const Moment&) {
        return QString();
    };
    /// 52 and 58 mmol/L, typed by AB; MK ran the test.
    void resultByAnother() {
        start();
        collect("7.4", "8.2");
        desk().setAnalyst("AB");
        site(0)->setChlorideText("52");
        site(1)->setChlorideText("58");
        desk().primary();
    }
    void sign() {
        desk().validate("HR");
        ASSERT_EQ(desk().validatedBy(), "HR");
    }

private:
    std::unique_ptr<SweatDesk> desk_;
};

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

TEST_F(Desk, ABurnVoidsItsSiteOnceTheSkinWasSeen) {
    start();
    ask("inspect", "left_forearm",
        {{"normal", "Normal or red", false, false}, {"burn", "Burn", true, false}});
    bedside.commands.clear();
    desk().inspect(0, "normal");
    desk().inspect(1, "burn");
    desk().inspect(1, "normal");
    EXPECT_TRUE(site(1)->burned()) << "a second press does not take a burn back";
    EXPECT_TRUE(bedside.commands.isEmpty()) << "it may have been pressed by mistake";
    desk().primary();
    EXPECT_EQ(bedside.commands.filter("void right_forearm").size(), 1);
}

TEST_F(Desk, ABurnThatWasPressedByMistakeIsTakenBack) {
    start();
    ask("inspect", "left_forearm",
        {{"normal", "Normal or red", false, false}, {"burn", "Burn", true, false}});
    desk().inspect(0, "normal");
    desk().inspect(1, "burn");
    desk().inspect(1, "not_inspected");
    EXPECT_FALSE(desk().primaryEnabled()) << "the limb has to be seen again";
    desk().inspect(1, "normal");
    bedside.commands.clear();
    desk().primary();
    EXPECT_TRUE(bedside.commands.filter("void").isEmpty());
    EXPECT_TRUE(site(1)->takesPart());
}

TEST_F(Desk, TheSkinIsAnsweredOnlyWhenTheOperatorGoesOn) {
    start();
    inspectBoth("welt", "normal");
    EXPECT_TRUE(bedside.commands.filter("answer inspect").isEmpty());
    desk().primary();
    EXPECT_EQ(bedside.commands.filter("answer inspect").size(), 1);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Collector);
}

TEST_F(Desk, ASecondPressDoesNotAnswerTheNextQuestion) {
    start();
    ask("attach", "left_forearm", {{"attached", "Attached", false, false}});
    EXPECT_EQ(desk().step(), SweatDesk::Step::Skin) << "the skin comes first";
    inspectBoth("normal", "normal");
    desk().primary();
    ask("attach", "left_forearm", {{"attached", "Attached", false, false}});
    bedside.commands.clear();
    desk().primary();
    desk().primary();
    EXPECT_EQ(bedside.commands, QStringList{"answer attach left_forearm attached"});
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

TEST_F(Desk, AHeldResultSaysWhatHoldsIt) {
    start();
    collect("5.5", "3.0");
    desk().primary();
    EXPECT_EQ(desk().result().outcome, "HELD");
    EXPECT_TRUE(desk().result().meaning.contains("undecided from its length"));
    EXPECT_TRUE(desk().result().followUp.join(' ').contains("weigh the sample"));
    EXPECT_FALSE(desk().result().followUp.join(' ').contains("supervisor"));
}

// Sign-off by two people (domain file 1.2, step 14).
TEST_F(Desk, WhoRanTheTestDoesNotValidateItWhoeverTypedTheValues) {
    resultByAnother();
    for (const char* hand : {"MK", "ab "}) {
        desk().validate(hand);
        EXPECT_TRUE(desk().validatedBy().isEmpty()) << hand;
    }
    sign();
}

TEST_F(Desk, WhoChangedAnAmountDoesNotValidate) {
    resultByAnother();
    desk().back();
    desk().setAnalyst("CD");
    site(0)->setChlorideText("53");
    desk().setAnalyst("AB");
    site(0)->setChlorideText("52"); // and back again
    desk().primary();
    desk().validate("CD");
    EXPECT_TRUE(desk().validatedBy().isEmpty());
    sign();
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

// Domain file 2.3: phone the requester the same day, log who, when, read-back.
TEST_F(Desk, ATelephoneCallIsNotedBeforeAndAfterTheSignature) {
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("70");
    site(1)->setChlorideText("72");
    desk().primary();
    ASSERT_TRUE(desk().result().followUp.first().startsWith("Phone the requester"));
    EXPECT_FALSE(desk().logCall("Dr. Question", "AB", "25:00", true));
    EXPECT_FALSE(desk().logCall("Dr. Question", "AB", "", true));
    EXPECT_FALSE(desk().logCall("Dr. Question", "AB", "10:01", true)) << "yet to come";
    EXPECT_FALSE(desk().logCall(" ", "AB", "10:00", true));
    EXPECT_TRUE(desk().logCall("Dr. Question", "AB", "10:00", false));
    EXPECT_TRUE(desk().result().followUp.first().startsWith("Phone the requester")) << "not read back";
    sign();
    EXPECT_FALSE(desk().logCall("Dr. Question", "AB", "2026-02-07 9:55", true)) << "nothing was known then";
    EXPECT_TRUE(desk().logCall("Dr. Answer", "AB", "2026-02-07 10:00", true));
    EXPECT_EQ(desk().calls(), (QStringList{"2026-02-07 10:00: Dr. Question was told by AB, not read back",
                                           "2026-02-07 10:00: Dr. Answer was told by AB, read back"}));
    EXPECT_FALSE(desk().result().followUp.join(' ').contains("Phone the requester"));
    const auto kept = records::loadSweatTest(desk().recordFile().toStdString());
    ASSERT_TRUE(kept);
    EXPECT_EQ(kept->calls.size(), 2U);
    EXPECT_TRUE(kept->signedOff());
}

// Domain file of records 9.2: version n+1, reason, both signatures; the signed one stays.
TEST_F(Desk, ASignedResultIsCorrectedAsANewVersion) {
    resultByAnother();
    EXPECT_FALSE(desk().canCorrect());
    sign();
    const QString first = desk().recordFile();
    QFile file(first);
    ASSERT_TRUE(file.open(QIODevice::ReadOnly));
    const QByteArray before = file.readAll();
    ASSERT_TRUE(desk().canCorrect());
    desk().correct("AB", " ");
    EXPECT_EQ(desk().version(), 1) << "it takes a reason";
    desk().correct("AB", "the samples were mixed up");
    EXPECT_EQ(desk().version(), 2);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Laboratory);
    EXPECT_TRUE(desk().recordFile().endsWith("_v2.sweat.json")) << desk().recordFile().toStdString();
    EXPECT_EQ(site(0)->chlorideText(), "52");
    site(0)->setChlorideText("63");
    site(1)->setChlorideText("66");
    desk().primary();
    EXPECT_EQ(desk().result().value, "65"); // 64.5, half up
    EXPECT_TRUE(desk().result().followUp.first().contains("the corrected result differs"));
    desk().validate("AB");
    EXPECT_TRUE(desk().validatedBy().isEmpty()) << "who began the correction";
    sign();
    EXPECT_TRUE(desk().correctionText().contains("replaces version 1, which HR validated on"));
    ASSERT_TRUE(file.seek(0));
    EXPECT_EQ(file.readAll(), before) << "the signed version is not touched";
    const auto kept = records::loadSweatTest(desk().recordFile().toStdString());
    ASSERT_TRUE(kept);
    ASSERT_EQ(kept->former.size(), 1U);
    EXPECT_EQ(QByteArray::fromStdString(kept->former[0].text), before);
    // the former one can be read, and not be corrected a second time
    desk().refreshSignedResults();
    ASSERT_EQ(desk().signedResults().size(), 1) << "of each test the newest";
    EXPECT_TRUE(desk().signedResults().first().value<UnfinishedTest>().file.endsWith("_v2.sweat.json"));
    desk().resume(first);
    EXPECT_EQ(desk().result().value, "55");
    EXPECT_EQ(desk().step(), SweatDesk::Step::Result);
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().correct("AB", "again");
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("version 2"));
}

/// A copy of the record of a file, under another name.
void writeRecord(const QString& file, records::SweatTestRecord record, const char* id, int version) {
    record.id = id;
    record.version = version;
    record.orderNumber = std::string("O-") + id;
    QFile out(file);
    ASSERT_TRUE(out.open(QIODevice::WriteOnly));
    out.write(QByteArray::fromStdString(records::sweatTestText(record)));
}

TEST_F(Desk, ListsEachSignedTestByItsNewestVersionHoweverManyThereAre) {
    resultByAnother();
    sign();
    const records::SweatTestRecord record = desk().record();
    for (int i = 10; i < 30; ++i)
        writeRecord(folder.filePath(QStringLiteral("2025-01-%1_sweat.sweat.json").arg(i)), record,
                    std::to_string(i).c_str(), 1);
    for (const int version : {9, 10})
        writeRecord(folder.filePath(QStringLiteral("2024-01-01_sweat_v%1.sweat.json").arg(version)), record,
                    "often", version);
    writeRecord(folder.filePath("2023-01-01_sweat.sweat.json"), record, "hurt", 1);
    QFile damaged(folder.filePath("2023-01-01_sweat_v2.sweat.json"));
    ASSERT_TRUE(damaged.open(QIODevice::WriteOnly));
    damaged.write("{");
    damaged.close();
    desk().refreshSignedResults();
    const auto all = desk().signedResults();
    ASSERT_EQ(all.size(), 23);
    const auto often = all.at(21).value<UnfinishedTest>(), hurt = all.at(22).value<UnfinishedTest>();
    EXPECT_TRUE(often.file.endsWith("_v10.sweat.json")) << often.file.toStdString();
    EXPECT_TRUE(often.patient.contains("O-often"));
    EXPECT_TRUE(hurt.step.contains("2023-01-01_sweat_v2.sweat.json is damaged")) << hurt.step.toStdString();
    EXPECT_TRUE(all.first().value<UnfinishedTest>().file == desk().recordFile());
}

TEST_F(Desk, ATestWithoutALaboratoryPartHasNothingToCorrect) {
    start();
    inspectBoth("burn", "burn");
    bedside.tell(FakeBedside::blank(6));
    emit bedside.finished(bedside.recordingFile(), "finished");
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Result);
    sign();
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().correct("AB", "the order was wrong");
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("Repeat the test"));
    EXPECT_EQ(desk().version(), 1);
    EXPECT_EQ(desk().validatedBy(), "HR");
}

// P3 of the domain file: what is signed stays; what is corrected is a new result, by the profile as it is
// now.
TEST_F(Desk, ACorrectionIsJudgedByTheProfileAsItIsNow) {
    guidelines = folder.filePath("guidelines").toStdString();
    std::filesystem::copy(protocolFolder / "guidelines", guidelines,
                          std::filesystem::copy_options::recursive);
    resultOfLateCollections();
    desk().acceptTime(0, "Dr. House", "removed 40 s late");
    desk().acceptTime(1, "Dr. House", "the same");
    sign();
    const QString file = desk().recordFile();
    closeWindow();
    QFile profile(QString::fromStdString((guidelines / "CFF-2017.toml").string()));
    profile.setPermissions(profile.permissions() | QFile::WriteOwner);
    ASSERT_TRUE(profile.open(QIODevice::Append));
    profile.write("# edited\n");
    profile.close();
    desk().resume(file);
    EXPECT_EQ(desk().result().value, "55") << "as it was signed";
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().correct("AB", "the samples were mixed up");
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("CFF-2017"));
    EXPECT_TRUE(site(0)->timeHeld());
    EXPECT_EQ(desk().result().outcome, "HELD");
}

TEST_F(Desk, ASignedResultIsShownAsItWasSigned) {
    resultByAnother();
    sign();
    const QString file = desk().recordFile();
    const SweatResult shown = desk().result();
    closeWindow();
    desk().resume(file);
    EXPECT_EQ(desk().result().value, shown.value);
    EXPECT_EQ(desk().result().title, shown.title);
    EXPECT_EQ(desk().result().explanation, shown.explanation);
    EXPECT_EQ(desk().bar()->marks().size(), 3);
}

// One limb has too little sweat and no value: time that passes is none of a signed result's.
TEST_F(Desk, ASignedResultIsNotChangedByBeingOpened) {
    start();
    collect("3.0", "8.2");
    desk().setAnalyst("AB");
    site(1)->setChlorideText("34");
    site(1)->sample()->setSecondText("35");
    desk().primary();
    ASSERT_EQ(desk().result().outcome, "REPORT_SINGLE");
    sign();
    const QString file = desk().recordFile();
    closeWindow();
    clock = clock.addSecs(30 * 3600);
    const auto kept = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(kept);
    desk().resume(file);
    EXPECT_EQ(records::sweatTestText(desk().record()), records::sweatTestText(*kept));
    EXPECT_TRUE(site(0)->sample()->storageShown().isEmpty());
    desk().saveReport();
    EXPECT_EQ(records::sweatTestText(printed), records::sweatTestText(*kept))
        << "nobody signed anything else";
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    EXPECT_TRUE(desk().logCall("Dr. Question", "AB", "10:00", true));
    EXPECT_EQ(problems.count(), 0);
    auto told = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(told);
    EXPECT_EQ(told->calls.size(), 1U);
    EXPECT_EQ(records::sweatTestText(desk().record()), records::sweatTestText(*told));
    told->calls.clear();
    told->savedUtc = kept->savedUtc;
    EXPECT_EQ(records::sweatTestText(*told), records::sweatTestText(*kept));
}

// Signed by rules that this program no longer has.
TEST_F(Desk, ASignedResultWithoutAValueIsHeadedByItsOutcome) {
    resultByAnother();
    sign();
    const QString file = desk().recordFile();
    closeWindow();
    auto kept = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(kept);
    auto json = nlohmann::ordered_json::parse(kept->evaluationJson);
    json["outcome"] = "IMPLAUSIBLE";
    json["class"] = "WITHHELD";
    json["reported_text"] = nullptr;
    json["flags"] = nlohmann::ordered_json::array({"HIGH_150"});
    kept->evaluationJson = json.dump();
    QFile old(file);
    ASSERT_TRUE(old.open(QIODevice::WriteOnly | QIODevice::Truncate));
    old.write(QByteArray::fromStdString(records::sweatTestText(*kept)));
    old.close();
    later = [](const QString&, const Moment&) { return QString("The control of 14:00 has failed."); };
    desk().resume(file);
    EXPECT_EQ(desk().result().title, "Not plausible");
    EXPECT_EQ(desk().result().kind, "plain");
    EXPECT_TRUE(desk().result().value.isEmpty());
    EXPECT_TRUE(desk().result().flags.join(' ').contains("contamination"));
    EXPECT_TRUE(desk().result().flags.join(' ').contains("14:00"));
}

// What was entered since the last control that passed is in doubt when the next one fails.
TEST_F(Desk, AControlThatFailsLaterFlagsTheResultAlsoWhenItIsSigned) {
    qc.analysers = QStringList{"A1"};
    resultByAnother();
    EXPECT_TRUE(desk().record().qcAlarm.empty());
    later = [](const QString& on, const Moment& at) {
        return on == "A1" && at == Moment{{2026, 2, 7}, 600} ? QString("The control of 12:00 has failed.")
                                                             : QString();
    };
    desk().refreshQc();
    EXPECT_EQ(desk().record().qcAlarm,
              "Left: The control of 12:00 has failed.\nRight: The control of 12:00 has failed.");
    EXPECT_TRUE(desk().result().flags.join(' ').contains("12:00"));
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().validate("HR");
    EXPECT_EQ(desk().validatedBy(), "") << "nobody signs what is in doubt";
    ASSERT_EQ(problems.count(), 1);
    EXPECT_EQ(problems.first().at(1).toString(), "Left: The control of 12:00 has failed.");
    later = [](const QString&, const Moment&) { return QString(); };
    desk().refreshQc();
    sign();
    later = [](const QString&, const Moment&) { return QString("The control of 14:00 has failed."); };
    desk().resume(desk().recordFile());
    EXPECT_TRUE(desk().result().flags.join(' ').contains("14:00"));
    EXPECT_TRUE(desk().record().qcAlarm.empty()) << "what was signed is not written again";
}

TEST_F(Desk, ReportsTheMeanOfTwoArmsThatAgree) { // V41
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    desk().primary();
    EXPECT_EQ(desk().result().outcome, "REPORT_MEAN");
    EXPECT_EQ(desk().result().value, "55");
    EXPECT_EQ(desk().result().classCode, "INTERMEDIATE");
    EXPECT_EQ(desk().bar()->zones().size(), 3);
    EXPECT_EQ(desk().bar()->marks().size(), 3);
}

// More than 30 min: DEV_TIME, not used until a supervisor accepts it (domain file 1.4), each sample for
// itself.
TEST_F(Desk, ADeviationOfTheCollectionTimeIsAcceptedForOneArm) {
    resultOfLateCollections();
    EXPECT_EQ(desk().result().outcome, "HELD");
    EXPECT_TRUE(site(0)->timeHeld() && site(1)->timeHeld());
    desk().acceptTime(1, "Dr. House", " ");
    EXPECT_TRUE(site(1)->timeHeld()) << "it takes a reason";
    desk().acceptTime(1, QString::fromStdString(desk().record().operatorName + " "), "removed 40 s late");
    EXPECT_TRUE(site(1)->timeHeld()) << "the operator is no supervisor of the own sample";
    desk().acceptTime(1, "Dr. House", "removed 40 s late");
    EXPECT_EQ(desk().result().outcome, "HELD") << "one arm alone could hide that the two do not agree";
    EXPECT_TRUE(site(0)->timeHeld());
    EXPECT_TRUE(desk().record().sites[0].acceptedBy.empty());
    EXPECT_EQ(site(1)->timeAcceptedBy(), "Dr. House");
    desk().acceptTime(0, "Dr. Wilson", "the same");
    EXPECT_EQ(desk().result().outcome, "REPORT_MEAN");
    EXPECT_EQ(desk().record().sites[1].acceptedBy, "Dr. House");
    desk().chooseProfile("UK-2014"); // whose time is another one
    EXPECT_TRUE(site(0)->timeHeld() && site(1)->timeHeld());
    EXPECT_EQ(desk().result().outcome, "HELD");
}

// From 80 % of the charge on the collection is finished and flagged STIM_LOW; below, only another limb may be
// stimulated the same day (domain file 1.3).
TEST_F(Desk, AStimulationThatWasStoppedWithEnoughChargeIsOfferedForCollection) {
    start();
    stimulateTo(412.0, "STIM_LOW");
    ask("inspect", "left_forearm", {{"normal", "Normal", false, false}, {"burn", "Burn", true, false}});
    ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
    EXPECT_TRUE(desk().interrupted());
    EXPECT_EQ(desk().doseText(), "LEFT: 412 of 450 mC (91 %), RIGHT: 412 of 450 mC (91 %)");
    EXPECT_TRUE(desk().doseVerdict().contains("80 %"));
    EXPECT_FALSE(desk().primaryEnabled()) << "the skin comes first";
    desk().inspect(0, "normal");
    desk().inspect(1, "normal");
    EXPECT_EQ(desk().primaryText(), "Collect all the same");
    bedside.commands.clear();
    desk().endTest();
    EXPECT_EQ(bedside.commands, QStringList{"endTest"}) << "or it is ended";
    desk().primary();
    EXPECT_EQ(desk().step(), SweatDesk::Step::Collector);
    EXPECT_TRUE(desk().record().sites[0].stimulusLow);
}

TEST_F(Desk, AStimulationThatWasStoppedEarlyPointsToAnotherLimb) {
    start();
    stimulateTo(200.0, "STIM_TOO_LOW");
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
    EXPECT_TRUE(desk().interrupted());
    EXPECT_TRUE(desk().doseVerdict().contains("another limb")) << desk().doseVerdict().toStdString();
    EXPECT_EQ(desk().primaryText(), "Continue");
}

TEST_F(Desk, AStoppedTestIsNotOneOfTooLittleSweatAndABurnIsFollowedUp) {
    start();
    stimulateTo(412.0, "STIM_LOW");
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
    desk().inspect(0, "burn");
    desk().inspect(1, "normal");
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Result);
    EXPECT_EQ(desk().result().title, "No sweat was collected");
    EXPECT_EQ(desk().result().meaning,
              "Left forearm: burn under the electrode, nothing was collected. Right forearm: stopped before "
              "its collection, nothing was collected.");
    ASSERT_FALSE(desk().result().followUp.isEmpty());
    EXPECT_TRUE(desk().result().followUp.first().startsWith("Left forearm, burn: cool it"))
        << desk().result().followUp.first().toStdString();
    EXPECT_EQ(site(0)->outcomeText(), "Burn: nothing was collected");
    EXPECT_EQ(site(1)->outcomeText(), "Stopped before its collection");
}

// Domain file 1.2: the strap is firm, but no blue colour, swelling or paleness below it.
TEST_F(Desk, APoorCirculationIsRecordedAndAskedForAgain) {
    start();
    askBefore("circulation", "left_forearm", {{"good", "Circulation is good", false, false}});
    bedside.commands.clear();
    desk().notePoorCirculation();
    EXPECT_TRUE(desk().circulationPoor());
    EXPECT_TRUE(bedside.commands.isEmpty()) << "nothing goes on, and nothing is stopped";
    EXPECT_NE(desk().record().events.back().what.find("Left forearm: circulation below the strap is poor"),
              std::string::npos);
    EXPECT_EQ(desk().primaryText(), "LEFT: Circulation is good");
    askBefore("circulation", "right_forearm", {{"good", "Circulation is good", false, false}});
    EXPECT_FALSE(desk().circulationPoor()) << "the other limb";
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

TEST_F(Desk, DyeThatWasSeenIsNotAskedForAgainAfterARestart) {
    start();
    attachBoth();
    const QString file = desk().recordFile();
    site(0)->seeDye();
    closeWindow();
    desk().resume(file);
    EXPECT_TRUE(site(0)->dyeSeen());
    EXPECT_FALSE(site(1)->dyeSeen());
}

TEST_F(Desk, ACollectionThatWasEndedEarlyIsRemarked) {
    start();
    collected_s = 1290.0; // 21:30
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    desk().primary();
    EXPECT_TRUE(
        desk().result().flags.contains("Left forearm: the collection was ended after 21:30 of 30 min."))
        << desk().result().flags.join("; ").toStdString();
}

TEST_F(Desk, AStoppedTestWithoutABurnSaysThatItWasStopped) {
    start();
    stimulateTo(450.0, "FULL");
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    desk().inspect(0, "normal");
    desk().inspect(1, "normal");
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Result);
    EXPECT_TRUE(desk().result().meaning.contains("Left forearm: stopped before its collection"))
        << desk().result().meaning.toStdString();
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

TEST_F(Desk, ACorrectedVersionIsNamed) {
    resultByAnother();
    EXPECT_EQ(desk().versionText(), "");
    sign();
    desk().correct("AB", "mixed up");
    EXPECT_EQ(desk().versionText(), "corrected, version 2");
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

TEST_F(Desk, AnotherPersonValidates) {
    start();
    collect("7.4", "8.2");
    site(0)->setChlorideText("52");
    site(1)->setChlorideText("58");
    desk().primary();
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().validate("MK"); // who entered the values
    EXPECT_EQ(problems.count(), 1);
    EXPECT_TRUE(desk().validatedBy().isEmpty());
    desk().validate("HR");
    EXPECT_EQ(desk().validatedBy(), "HR");
    EXPECT_FALSE(desk().canGoBack());
    const auto kept = records::loadSweatTest(desk().recordFile().toStdString());
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->signedOff());
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

TEST_F(Desk, TheDoseOfATestThatIsAdoptedAtTheInspectionIsKept) {
    start();
    closeWindow();
    charge_mc = 382.5; // 85 %
    dose = "STIM_LOW";
    ask("inspect", "left_forearm", {{"normal", "Normal", false, false}, {"burn", "Burn", true, false}});
    ASSERT_EQ(desk().step(), SweatDesk::Step::Skin);
    for (const auto& kept : desk().record().sites) {
        EXPECT_EQ(kept.charge_mc, 382.5);
        EXPECT_TRUE(kept.stimulusLow);
    }
    EXPECT_TRUE(desk().interrupted());
}

TEST_F(Desk, TheDoseOfATestThatEndedUnseenIsReadFromItsRecording) {
    start();
    const QString file = desk().recordFile(), recording = bedside.recordingFile();
    closeWindow();
    recording::RecordingHeader header;
    header.id = "7a0f5e2c-1111-4222-8333-944445555666";
    header.streams = {{1, RawFormat::F32, 1, 1000, {}}};
    header.sites.resize(1);
    header.sites[0].site = "left_forearm";
    auto writer = recording::RecordingWriter::create(recording.toStdString(), header);
    ASSERT_TRUE(writer) << writer.error().sentence();
    writer->add({TestTime{}, "dose", "left_forearm",
                 R"({"delivered_mc": 382.5, "wanted_mc": 450, "verdict": "STIM_LOW"})"});
    ASSERT_TRUE(writer->close());
    bedside.tell(FakeBedside::blank(7));
    desk().resume(file);
    EXPECT_EQ(desk().record().sites[0].charge_mc, 382.5);
    EXPECT_TRUE(desk().record().sites[0].stimulusLow);
    EXPECT_FALSE(desk().record().sites[1].charge_mc) << "of which nothing was recorded";
}

// The window was closed at the end of the collection: when the collectors came off stands in the recording.
TEST_F(Desk, TheMinutesOfACollectionThatEndedUnseenAreReadFromItsRecording) {
    start();
    attachBoth();
    const QString file = desk().recordFile(), recording = bedside.recordingFile();
    closeWindow();
    recording::RecordingHeader header;
    header.id = "7a0f5e2c-1111-4222-8333-944445555667";
    header.streams = {{1, RawFormat::F32, 1, 1000, {}}};
    header.sites.resize(1);
    header.sites[0].site = "left_forearm";
    auto writer = recording::RecordingWriter::create(recording.toStdString(), header);
    ASSERT_TRUE(writer) << writer.error().sentence();
    const auto answered = [&](std::chrono::seconds at, const char* place, const char* detail) {
        writer->add({TestTime{at}, "operator_step", place, detail});
    };
    using std::chrono::seconds;
    answered(seconds{700}, "left_forearm", R"({"id": "attach", "answer": "attached"})");
    answered(seconds{760}, "right_forearm", R"({"id": "attach", "answer": "attached"})");
    answered(seconds{2505}, "left_forearm", R"({"id": "remove", "answer": "done"})");
    writer->add({TestTime{seconds{2560}}, "end", "", ""}); // stopped with the right one still on
    ASSERT_TRUE(writer->close());
    bedside.tell(FakeBedside::blank(7));
    desk().resume(file);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Yield) << "there is a sample to judge";
    EXPECT_EQ(site(0)->minutesText(), "30:05");
    EXPECT_EQ(site(1)->minutesText(), "30:00");
    EXPECT_TRUE(site(0)->removed() && site(1)->removed());
    site(0)->setCoilText("8.2");
    EXPECT_EQ(site(0)->verdict(), "OK");
}

TEST_F(Desk, TheMinutesOfACollectionWithoutARecordingAreThoseOfTheClock) {
    start();
    collected_s = std::nan(""); // it is not told
    attachBoth();
    clock = clock.addSecs(30 * 60 + 10);
    for (const char* place : {"left_forearm", "right_forearm"}) {
        ask("remove", place, {{"done", "Off", false, false}});
        desk().primary();
    }
    const QString file = desk().recordFile();
    closeWindow();
    bedside.tell(FakeBedside::blank(7));
    desk().resume(file);
    EXPECT_EQ(desk().step(), SweatDesk::Step::Yield);
    EXPECT_EQ(site(0)->minutesText(), "30:10");
}

TEST_F(Desk, StopDuringTheCollectionLeavesTheSampleItsTime) {
    start();
    attachBoth();
    collected_s = 1815.0;
    ask("wait", "", {});
    BedsideState collecting = bedside.state();
    collecting.setStepKind("recording");
    bedside.tell(collecting);
    ASSERT_EQ(desk().step(), SweatDesk::Step::Collection);
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    EXPECT_EQ(site(0)->minutesText(), "30:15");
    EXPECT_TRUE(site(1)->removed());
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Yield);
    site(0)->setCoilText("8.2");
    EXPECT_EQ(site(0)->verdict(), "OK");
}

TEST_F(Desk, TheCurrentStartsByAnActOfItsOwn) {
    start();
    askBefore("circulation", "right_forearm", {{"good", "Circulation is good", false, false}});
    EXPECT_FALSE(desk().startsCurrent());
    desk().primary();
    askBefore("begin", "", {{"start", "Start the current", false, false}});
    EXPECT_TRUE(desk().startsCurrent());
    const QSignalSpy asked(&desk(), &SweatDesk::currentAsked);
    for (int press = 0; press < 3; ++press)
        desk().primary();
    EXPECT_EQ(asked.count(), 3);
    EXPECT_TRUE(bedside.commands.filter("answer begin").isEmpty());
    EXPECT_TRUE(desk().beforeCurrent());
    desk().startCurrent();
    EXPECT_EQ(bedside.commands.filter("answer begin").size(), 1);
    EXPECT_FALSE(desk().beforeCurrent()) << "from now on it may flow";
    desk().startCurrent();
    EXPECT_EQ(bedside.commands.filter("answer begin").size(), 1);
}

TEST_F(Desk, ATestThatEndsBeforeAnyCurrentAsksForNoInspectionAndBeginsAgain) {
    start();
    askBefore("begin", "", {{"start", "Start the current", false, false}});
    ASSERT_EQ(desk().step(), SweatDesk::Step::Stimulation);
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    EXPECT_EQ(desk().step(), SweatDesk::Step::Preparation);
    EXPECT_TRUE(desk().endedBeforeCurrent());
    ASSERT_TRUE(desk().primaryEnabled()) << desk().hindrance().toStdString();
    desk().primary();
    EXPECT_EQ(bedside.commands.filter("start").size(), 2);
    EXPECT_FALSE(desk().endedBeforeCurrent());
    askBefore("begin", "", {{"start", "Start the current", false, false}});
    desk().startCurrent();
    bedside.tell(FakeBedside::blank(7));
    emit bedside.finished(bedside.recordingFile(), "stopped");
    EXPECT_EQ(desk().step(), SweatDesk::Step::Skin) << "it may have flowed";
}

TEST_F(Desk, EachLimbHasACountdownAndAnAlarmOfItsOwn) {
    start();
    attachBoth();
    rightLater_s = 60.0;
    const QSignalSpy alarms(&desk(), &SweatDesk::alarm);
    const auto collecting = [this](double left_s) {
        collected_s = left_s;
        ask("collection", "", {});
        BedsideState state = bedside.state();
        state.setStepKind("recording");
        bedside.tell(state);
    };
    collecting(1799.0);
    EXPECT_EQ(site(0)->remainingS(), 1.0);
    EXPECT_EQ(site(1)->remainingS(), 61.0);
    EXPECT_FALSE(desk().timeIsUp());
    collecting(1800.0);
    EXPECT_TRUE(site(0)->timeIsUp() && desk().timeIsUp());
    EXPECT_FALSE(site(1)->timeIsUp());
    ask("remove", "left_forearm", {{"done", "Off", false, false}});
    ASSERT_EQ(alarms.count(), 1) << "it rings once";
    EXPECT_EQ(alarms.at(0).at(0).toInt(), 0);
    desk().primary();
    collected_s = 1830.0;
    ask("remove", "right_forearm", {{"done", "Off", false, false}});
    EXPECT_FALSE(desk().timeIsUp()) << "the right one has 30 s left";
    EXPECT_EQ(site(1)->remainingS(), 30.0);
    collected_s = 1861.0;
    ask("remove", "right_forearm", {{"done", "Off", false, false}});
    EXPECT_TRUE(site(1)->timeIsUp() && desk().timeIsUp());
    ASSERT_EQ(alarms.count(), 2);
    EXPECT_EQ(alarms.at(1).at(0).toInt(), 1);
    desk().primary();
    EXPECT_FALSE(desk().timeIsUp());
    EXPECT_EQ(site(0)->minutesText(), "30:00");
    EXPECT_EQ(site(1)->minutesText(), "30:01");
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

// P3 of the domain file: an edited profile changes no stored result behind anybody's back.
TEST_F(Desk, AnEditedProfileTakesBackWhatWasAcceptedUnderTheOneBefore) {
    guidelines = folder.filePath("guidelines").toStdString();
    std::filesystem::copy(protocolFolder / "guidelines", guidelines,
                          std::filesystem::copy_options::recursive);
    resultOfLateCollections();
    desk().acceptTime(0, "Dr. House", "removed 40 s late");
    desk().acceptTime(1, "Dr. House", "the same");
    ASSERT_EQ(desk().result().outcome, "REPORT_MEAN");
    const QString file = desk().recordFile();
    closeWindow();
    QFile profile(QString::fromStdString((guidelines / "CFF-2017.toml").string()));
    profile.setPermissions(profile.permissions() | QFile::WriteOwner);
    ASSERT_TRUE(profile.open(QIODevice::Append));
    profile.write("# edited\n");
    profile.close();
    const QSignalSpy problems(&desk(), &SweatDesk::problem);
    desk().resume(file);
    ASSERT_EQ(problems.count(), 1);
    EXPECT_TRUE(problems.first().at(1).toString().contains("CFF-2017"));
    EXPECT_TRUE(site(0)->timeHeld());
    EXPECT_EQ(desk().result().outcome, "HELD");
    const auto kept = records::loadSweatTest(file.toStdString());
    ASSERT_TRUE(kept);
    EXPECT_TRUE(kept->sites[0].acceptedBy.empty());
    EXPECT_NE(kept->events.back().what.find("CFF-2017"), std::string::npos);
    desk().newTest();
    desk().resume(file);
    EXPECT_EQ(problems.count(), 1) << "said once";
}

TEST_F(Desk, AnAcceptanceStaysUnderTheSameProfile) {
    resultOfLateCollections();
    desk().acceptTime(0, "Dr. House", "removed 40 s late");
    const QString file = desk().recordFile();
    closeWindow();
    desk().resume(file);
    EXPECT_EQ(site(0)->timeAcceptedBy(), "Dr. House");
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

TEST_F(Desk, ALimbThatWasGivenUpIsNoPartOfTheResultAfterARestart) {
    start();
    attachBoth();
    rightVoid = "the collector came off";
    ask("remove", "left_forearm", {{"done", "Off", false, false}});
    desk().primary();
    ask("transfer", "left_forearm", {{"transferred", "In the cup", false, false}});
    site(0)->setCoilText("7.4");
    const QString file = desk().recordFile();
    bedside.tell(FakeBedside::blank(6));
    emit bedside.finished(bedside.recordingFile(), "finished");
    EXPECT_FALSE(site(1)->removed()) << "it was given up, and not collected until the end";
    closeWindow();
    desk().resume(file);
    ASSERT_EQ(desk().step(), SweatDesk::Step::Yield);
    EXPECT_FALSE(site(1)->takesPart());
    EXPECT_TRUE(site(1)->notAnalysedBecause().contains("came off"));
    desk().primary();
    ASSERT_EQ(desk().step(), SweatDesk::Step::Laboratory) << desk().hindrance().toStdString();
    site(0)->setChlorideText("52");
    desk().primary();
    EXPECT_EQ(desk().result().outcome, "REPORT_SINGLE");
    EXPECT_EQ(desk().result().value, "52");
}

} // namespace
} // namespace eccrine::ui
