// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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

inline const std::filesystem::path protocolFolder = ECCRINE_SOURCE_PROTOCOLS;

/// The desk of a sweat test over a bedside process that says what the test wants.
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

} // namespace eccrine::ui
