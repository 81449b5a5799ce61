// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of the sweat test in the window of the application, by mouse and by keyboard; the test says what
// the bedside process tells.
#include "protocols/checklist.hpp"
#include "qml/laboratory/qc_desk.hpp"
#include "qml/laboratory/qns_desk.hpp"
#include "qml/session/test_session.hpp"
#include "qml/sweat/sweat_desk.hpp"
#include "qml/theme/fonts.hpp"
#include "tests/qml/fake_bedside.hpp"
#include "tests/qml/sweat/window_driver.hpp"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>
#include <QtQml/QQmlApplicationEngine>
#include <QtQml/QQmlExtensionPlugin>
#include <QtTest/QSignalSpy>
#include <gmock/gmock.h>

#include <memory>

Q_IMPORT_QML_PLUGIN(EccrinePlugin)

namespace eccrine::ui {
namespace {

using Hand = WindowDriver::Hand;
using testing::HasSubstr;

const std::filesystem::path protocolFolder = ECCRINE_SOURCE_PROTOCOLS;

class SweatWindow : public testing::TestWithParam<Hand> {
protected:
    void SetUp() override {
        useApplicationFont();
        session_ = std::make_unique<TestSession>(bedside_, SessionOptions{.dataFolder = folder_.path(),
                                                                          .protocolFile = "qsart.toml",
                                                                          .instrumentProgram = {},
                                                                          .instrumentUrl = {},
                                                                          .recentUrls = {}});
        SweatOptions options;
        options.dataFolder = folder_.path();
        options.protocolFiles = {protocolFolder / "macroduct.toml"};
        options.guidelineFolders = {protocolFolder / "guidelines"};
        options.guidelineId = "CFF-2017";
        options.laboratory = rules_;
        options.qc = [](const Date&) {
            return QcAnswer{chloride::QcState::Passed, "Both control levels passed today at 07:40."};
        };
        options.now = now;
        desk_ = std::make_unique<SweatDesk>(bedside_, options);
    }
    void addLots() {
        ASSERT_TRUE(records::addControlLevel(laboratory_, rules_, {"low", "L1", 20, 1, {2026, 12, 31}}, "C",
                                             "2026-01-01T08:00:00Z"));
        ASSERT_TRUE(records::addControlLevel(laboratory_, rules_, {"high", "H1", 100, 2, {2026, 12, 31}}, "C",
                                             "2026-01-01T08:00:00Z"));
    }
    void open() {
        qc_ = std::make_unique<QcDesk>(QcOptions{laboratory_, rules_, now});
        qns_ = std::make_unique<QnsDesk>(QnsOptions{folder_.path(), "Riverside", rules_.qns, now});
        const bool dark = GetParam() == Hand::Keyboard;
        engine_.addImportPath("qrc:/qt/qml");
        engine_.setInitialProperties({{"session", QVariant::fromValue(session_.get())},
                                      {"sweat", QVariant::fromValue(desk_.get())},
                                      {"qc", QVariant::fromValue(qc_.get())},
                                      {"qns", QVariant::fromValue(qns_.get())},
                                      {"test", "sweat"},
                                      {"themeMode", dark ? "dark" : "light"},
                                      {"width", dark ? 1920 : 1280},
                                      {"height", dark ? 1080 : 800}});
        engine_.load(QUrl("qrc:/qt/qml/Eccrine/Main.qml"));
        ASSERT_FALSE(engine_.rootObjects().isEmpty());
        window_ = qobject_cast<QQuickWindow*>(engine_.rootObjects().constFirst());
        ASSERT_NE(window_, nullptr);
        ASSERT_TRUE(QTest::qWaitForWindowExposed(window_));
        window_->requestActivate();
        driver_ = std::make_unique<WindowDriver>(*window_, GetParam());
    }
    /// A picture of the window, for people: ECCRINE_SHOTS=folder.
    void picture(const char* name) {
        const QString folder = qEnvironmentVariable("ECCRINE_SHOTS");
        if (folder.isEmpty()) return;
        QTest::qWait(150);
        QDir().mkpath(folder);
        window_->grabWindow().save(QStringLiteral("%1/window-%2-%3.png")
                                       .arg(folder, name, driver_->byKeyboard() ? "dark" : "light"));
    }
    SweatSiteModel* site(qsizetype i) {
        auto all = desk_->sites();
        return all.at(&all, i);
    }
    /// The property of what is seen; "not seen" when it is not.
    [[nodiscard]] std::string said(const QString& name, const char* property = "text") const {
        const QQuickItem* item = driver_->seen(name);
        return item == nullptr ? "not seen" : item->property(property).toString().toStdString();
    }
    [[nodiscard]] static QRectF placeOf(const QQuickItem* item) {
        return item->mapRectToScene(QRectF(0.0, 0.0, item->width(), item->height()));
    }

    /// Up to the questions of safety, none answered, and an instrument connected.
    void toSafety() {
        bedside_.attach();
        bedside_.connectInstrument("tcp://127.0.0.1:4001");
        desk_->patient()->setIdentifier("4711");
        desk_->patient()->setName("Doe, Baby");
        desk_->patient()->setBirthDate("2026-01-10");
        desk_->patient()->setSex("female");
        desk_->patient()->setOperatorName("MK");
        desk_->setOrderNumber("S-1");
        desk_->eligibility()->setWeightKg("3.4");
        desk_->eligibility()->setGestation("39w0d");
        desk_->eligibility()->setOxygen("none");
        desk_->primary();
        ASSERT_EQ(desk_->step(), SweatDesk::Step::Safety) << desk_->hindrance().toStdString();
    }
    /// Up to the page of the preparation, everything ticked.
    void prepare() {
        toSafety();
        const auto list = protocols::loadChecklist(protocolFolder / "checklist-pilocarpine.toml");
        ASSERT_TRUE(list);
        auto questions = desk_->questions();
        for (qsizetype i = 0; i < questions.count(&questions); ++i)
            questions.at(&questions, i)->say(list->items[static_cast<std::size_t>(i)].safeAnswer);
        desk_->primary();
        desk_->choosePlace("left_forearm");
        desk_->choosePlace("right_forearm");
        auto lots = desk_->lots();
        lots.at(&lots, 0)->scan("(17)271231(10)K77");
        lots.at(&lots, 1)->scan("(17)260930(10)G12");
        desk_->primary();
        auto checks = desk_->checks();
        for (qsizetype i = 0; i < checks.count(&checks); ++i)
            checks.at(&checks, i)->confirm(true);
        ASSERT_EQ(desk_->step(), SweatDesk::Step::Preparation) << desk_->hindrance().toStdString();
    }
    BedsideState at(int phase, const char* step, const char* kind, const char* place = "") {
        BedsideState state = FakeBedside::blank(phase);
        state.setStepName(step);
        state.setStepTitle(step);
        state.setStepKind(kind);
        state.setStepSite(place);
        state.setStepAnswerableInS(0.0);
        QList<BedsideSite> sites;
        for (const char* key : {"left_forearm", "right_forearm"}) {
            BedsideSite one;
            one.setSite(key);
            one.setActive(true);
            one.setChargeMc(phase > 3 ? 450.0 : std::nan(""));
            if (phase > 4) one.setDose("FULL");
            const bool right = QLatin1String(key) == QLatin1String("right_forearm");
            one.setCollectedS(right ? collected_s - rightLater_s : collected_s);
            sites.append(one);
        }
        state.setSites(sites);
        return state;
    }
    /// The bedside process asks; one answer.
    void ask(int phase, const char* step, const char* place, const char* id, const char* words) {
        BedsideState state = at(phase, step, "operator", place);
        state.setStepInstruction("What to do now, in a sentence or two as a protocol has them.");
        state.setStepAnswers({BedsideAnswer(id, words, false, false)});
        bedside_.tell(state);
    }
    /// Up to the running collection of both limbs.
    void attachBoth() {
        desk_->primary();
        ask(5, "inspect", "left_forearm", "normal", "Normal or red");
        ASSERT_EQ(desk_->step(), SweatDesk::Step::Skin);
        desk_->inspect(0, "normal");
        desk_->inspect(1, "normal");
        desk_->primary();
        for (const char* place : {"left_forearm", "right_forearm"}) {
            ask(5, "attach", place, "attached", "Collector is attached");
            desk_->primary();
        }
    }

    static QDateTime now() { return {QDate(2026, 2, 7), QTime(10, 0)}; }

    /// Up to the result of 52 and 58 mmol/L.
    void finish() {
        prepare();
        collected_s = 1801.0;
        attachBoth();
        for (const char* place : {"left_forearm", "right_forearm"}) {
            ask(5, "remove", place, "done", "Collector is off");
            desk_->primary();
        }
        ask(5, "transfer", "left_forearm", "transferred", "Sweat is in the cup");
        site(0)->setCoilText("7.4");
        site(1)->setCoilText("8.2");
        bedside_.tell(FakeBedside::blank(6));
        emit bedside_.finished(bedside_.recordingFile(), "finished");
        desk_->primary();
        ASSERT_EQ(desk_->step(), SweatDesk::Step::Laboratory) << desk_->hindrance().toStdString();
        site(0)->setChlorideText("52");
        site(1)->setChlorideText("58");
        desk_->primary();
        ASSERT_EQ(desk_->step(), SweatDesk::Step::Result);
    }
    /// All that are seen and have this name.
    static void collect(QQuickItem* under, const QString& name, QList<QQuickItem*>& into) {
        for (QQuickItem* child : under->childItems()) {
            if (!child->isVisible()) continue;
            if (child->objectName() == name) into.append(child);
            collect(child, name, into);
        }
    }

    QTemporaryDir folder_;
    const std::filesystem::path laboratory_ = folder_.filePath("laboratory").toStdString();
    const laboratory::LaboratoryRules rules_ =
        laboratory::loadLaboratoryRules(protocolFolder / "laboratory.toml").value();
    FakeBedside bedside_;
    std::unique_ptr<TestSession> session_;
    std::unique_ptr<SweatDesk> desk_;
    std::unique_ptr<QcDesk> qc_;
    std::unique_ptr<QnsDesk> qns_;
    QQmlApplicationEngine engine_;
    QQuickWindow* window_ = nullptr;
    std::unique_ptr<WindowDriver> driver_;
    double collected_s = std::nan(""), rightLater_s = 0.0;
};

TEST_P(SweatWindow, ShowsTheTimeOfEachLimbAndNamesTheOneThatIsOver) {
    prepare();
    attachBoth();
    ASSERT_FALSE(HasFatalFailure());
    open();
    collected_s = 1735.0;
    rightLater_s = 95.0;
    bedside_.tell(at(5, "collection", "recording"));
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Collection);
    EXPECT_EQ(said("collectionCountdown-0"), "1:05");
    EXPECT_EQ(said("collectionCountdown-1"), "2:40");
    picture("collection");
    collected_s = 1801.0;
    ask(5, "remove", "left_forearm", "done", "Collector is off");
    EXPECT_THAT(said("timeIsUpText-0"), HasSubstr("collector off"));
    EXPECT_EQ(said("timeIsUpText-1"), "not seen");
    EXPECT_EQ(said("collectionCountdown-1"), "1:34");
    picture("collection-left-over");
    driver_->press("sweatPrimaryButton");
    ask(5, "remove", "right_forearm", "done", "Collector is off");
    EXPECT_EQ(said("timeIsUpText-0"), "not seen");
    EXPECT_NE(driver_->seen("collectorOff-0"), nullptr);
    EXPECT_EQ(said("collectionCountdown-1"), "1:34");
    EXPECT_THAT(said("actionHint"), HasSubstr("RIGHT still has 1:34"));
    picture("collection-right-early");
    collected_s = 1900.0;
    ask(5, "remove", "right_forearm", "done", "Collector is off");
    EXPECT_NE(driver_->seen("timeIsUpText-1"), nullptr);
    EXPECT_EQ(said("actionHint"), "");
    picture("collection-right-over");
}

TEST_P(SweatWindow, StartsTheCurrentByNoOtherButtonThanItsOwn) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    ask(3, "circulation", "right_forearm", "good", "Circulation is good");
    driver_->press("sweatPrimaryButton"); // which has the focus from now on
    ask(3, "begin", "", "start", "Start the current");
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Stimulation);
    for (int press = 0; press < 6; ++press)
        driver_->key(Qt::Key_Return);
    EXPECT_TRUE(bedside_.commands.filter("answer begin").isEmpty()) << "Return alone starts nothing";
    driver_->press("sweatPrimaryButton");
    EXPECT_EQ(said("notYetButton", "visualFocus"), "true") << "what Return would do is seen";
    picture("start-current");
    driver_->press("notYetButton");
    EXPECT_TRUE(bedside_.commands.filter("answer begin").isEmpty());
    driver_->press("sweatPrimaryButton");
    driver_->press("startCurrentButton");
    EXPECT_EQ(bedside_.commands.filter("answer begin").size(), 1);
}

// The right collector was attached later: once the left one is off, a Return too many must not end it.
TEST_P(SweatWindow, EndsNoCollectionBeforeItsTimeByAReturn) {
    prepare();
    attachBoth();
    ASSERT_FALSE(HasFatalFailure());
    open();
    collected_s = 1801.0;
    rightLater_s = 95.0;
    ask(5, "remove", "left_forearm", "done", "Collector is off");
    const auto answers = [this] { return bedside_.commands.filter("answer remove").size(); };
    driver_->key(Qt::Key_Return);
    ASSERT_EQ(answers(), 1);
    ask(5, "remove", "right_forearm", "done", "Collector is off");
    for (int press = 0; press < 6; ++press)
        driver_->key(Qt::Key_Return);
    EXPECT_EQ(answers(), 1);
    EXPECT_FALSE(site(1)->removed());
    driver_->press("sweatPrimaryButton"); // which has the focus from now on
    EXPECT_THAT(said("earlyText"), HasSubstr("RIGHT still has 1:34"));
    picture("early-asked");
    for (int press = 0; press < 6; ++press)
        driver_->key(Qt::Key_Return);
    EXPECT_EQ(answers(), 1);
    if (driver_->seen("earlySheet") == nullptr) driver_->press("sweatPrimaryButton");
    collected_s = 1900.0; // the time that was left is over meanwhile
    ask(5, "remove", "right_forearm", "done", "Collector is off");
    EXPECT_EQ(driver_->seen("earlySheet"), nullptr);
    collected_s = 1801.0;
    ask(5, "remove", "right_forearm", "done", "Collector is off");
    driver_->press("sweatPrimaryButton");
    driver_->press("takeOffButton");
    EXPECT_EQ(answers(), 2) << "who means it may";
    EXPECT_TRUE(site(1)->removed());
}

// "Nothing is answered for you": who presses the key of the next action too often answers, ticks and finds
// nothing.
TEST_P(SweatWindow, AnswersNoQuestionOfSafetyByReturn) {
    toSafety();
    ASSERT_FALSE(HasFatalFailure());
    open();
    for (int press = 0; press < 12; ++press)
        driver_->key(Qt::Key_Return);
    auto questions = desk_->questions();
    for (qsizetype i = 0; i < questions.count(&questions); ++i)
        EXPECT_FALSE(questions.at(&questions, i)->answered()) << i;
    EXPECT_EQ(desk_->step(), SweatDesk::Step::Safety);
}

TEST_P(SweatWindow, FindsNothingOnTheSkinByReturn) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    ask(5, "inspect", "left_forearm", "normal", "Normal or red");
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Skin);
    for (int press = 0; press < 12; ++press)
        driver_->key(Qt::Key_Return);
    EXPECT_EQ(site(0)->skin(), "not_inspected");
    EXPECT_EQ(site(1)->skin(), "not_inspected");
    EXPECT_EQ(desk_->step(), SweatDesk::Step::Skin);
}

// The current is over: nothing is urgent, and what is taken off does not come back.
TEST_P(SweatWindow, AsksBeforeItEndsACollection) {
    prepare();
    attachBoth();
    ASSERT_FALSE(HasFatalFailure());
    open();
    collected_s = 168.0;
    bedside_.tell(at(5, "collection", "recording"));
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Collection);
    driver_->key(Qt::Key_Escape);
    EXPECT_NE(driver_->seen("endSheet"), nullptr);
    picture("end-of-collection-asked");
    EXPECT_FALSE(bedside_.commands.contains("stop"));
    driver_->press("goOnTestingButton");
    driver_->press("stopButton");
    EXPECT_FALSE(bedside_.commands.contains("stop"));
    driver_->press("endTestNowButton");
    EXPECT_EQ(bedside_.commands.count("stop"), 1);
}

TEST_P(SweatWindow, AsksBeforeATestWithoutAnInspectionIsGivenUp) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    ask(5, "inspect", "left_forearm", "normal", "Normal or red");
    bedside_.tell(FakeBedside::blank(7));
    emit bedside_.finished(bedside_.recordingFile(), "stopped");
    desk_->newTest();
    ASSERT_EQ(desk_->unfinished().size(), 1);
    open();
    driver_->press("abandonButton");
    EXPECT_THAT(said("abandonText"), HasSubstr("nobody has looked at the skin"));
    picture("give-up-asked");
    driver_->press("keepTestButton");
    EXPECT_EQ(desk_->unfinished().size(), 1);
    driver_->press("abandonButton");
    driver_->press("giveUpButton");
    EXPECT_EQ(desk_->unfinished().size(), 0);
}

TEST_P(SweatWindow, TakesAReturnOnTheNextActionOnce) {
    prepare();
    ASSERT_FALSE(HasFatalFailure());
    desk_->back();
    open();
    QQuickItem* next = driver_->seen("sweatPrimaryButton");
    ASSERT_NE(next, nullptr);
    next->forceActiveFocus();
    driver_->key(Qt::Key_Return);
    EXPECT_EQ(desk_->step(), SweatDesk::Step::Preparation);
    EXPECT_TRUE(bedside_.commands.filter("start").isEmpty())
        << "what was ticked before starts nothing by itself";
}

TEST_P(SweatWindow, AsksBeforeItEndsATestOfWhichNoCurrentHasFlowed) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    ask(3, "circulation", "left_forearm", "good", "Circulation is good");
    driver_->key(Qt::Key_Escape);
    EXPECT_NE(driver_->seen("endSheet"), nullptr);
    picture("end-asked");
    EXPECT_FALSE(bedside_.commands.contains("stop"));
    driver_->key(Qt::Key_Escape);
    EXPECT_EQ(driver_->seen("endSheet"), nullptr);
    EXPECT_FALSE(bedside_.commands.contains("stop"));
    driver_->press("stopButton");
    driver_->press("goOnTestingButton");
    EXPECT_FALSE(bedside_.commands.contains("stop"));
    driver_->key(Qt::Key_Escape);
    driver_->press("endTestNowButton");
    EXPECT_EQ(bedside_.commands.count("stop"), 1);
    bedside_.tell(FakeBedside::blank(7));
    emit bedside_.finished(bedside_.recordingFile(), "stopped");
    EXPECT_EQ(desk_->step(), SweatDesk::Step::Preparation);
    EXPECT_NE(driver_->seen("endedBeforeCurrentNotice"), nullptr);
    EXPECT_NE(driver_->seen("sweatNewButton"), nullptr);
    picture("ended-before-current");
}

TEST_P(SweatWindow, StopsAtOnceWhereCurrentMayFlow) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    ask(3, "begin", "", "start", "Start the current");
    desk_->startCurrent(); // nothing has been told of it yet
    driver_->key(Qt::Key_Escape);
    EXPECT_EQ(bedside_.commands.count("stop"), 1);
    bedside_.tell(at(4, "stimulation", "stimulation"));
    driver_->key(Qt::Key_Escape);
    EXPECT_EQ(bedside_.commands.count("emergency stop"), 1) << "the same key again at once";
    driver_->press("stopButton");
    EXPECT_EQ(bedside_.commands.count("stop"), 2);
}

TEST_P(SweatWindow, SaysWhyThereIsNoReport) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    bedside_.tell(at(4, "stimulation", "stimulation"));
    bedside_.tell(FakeBedside::blank(7));
    emit bedside_.finished(bedside_.recordingFile(), "stopped");
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Skin);
    desk_->inspect(0, "normal");
    desk_->inspect(1, "normal");
    driver_->press("sweatPrimaryButton");
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Result);
    EXPECT_FALSE(desk_->primaryEnabled());
    EXPECT_THAT(said("actionHint"), HasSubstr("no report"));
    EXPECT_EQ(said("trackStep-4", "done"), "true");
    EXPECT_EQ(said("trackStep-7", "done"), "false") << "nothing was collected";
    EXPECT_EQ(said("decisionBar"), "not seen") << "there is nothing to be shown on it";
    picture("no-report");
}

TEST_P(SweatWindow, SaysWhatIsDoneAboutABurn) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    bedside_.tell(at(4, "stimulation", "stimulation"));
    bedside_.tell(FakeBedside::blank(7));
    emit bedside_.finished(bedside_.recordingFile(), "stopped");
    desk_->inspect(0, "burn");
    desk_->inspect(1, "normal");
    desk_->primary();
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Result);
    EXPECT_EQ(said("resultTitle"), "No sweat was collected");
    picture("burn");
}

// A lost contact: the sentence of the bedside process, and an act of its own to go on. Return is none.
TEST_P(SweatWindow, GoesOnAfterAPauseByAnActOfItsOwn) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    BedsideState state = at(4, "stimulation", "stimulation");
    state.setCurrentFlowing(true);
    bedside_.tell(state);
    driver_->press("pauseButton");
    EXPECT_EQ(bedside_.commands.last(), "pause");
    state.setCurrentFlowing(false);
    state.setPaused(true);
    state.setPauses(1);
    state.setPause("Current stopped: no contact at left_forearm (0.012 mA flowing); check electrode, gel and "
                   "cable.");
    bedside_.tell(state);
    bedside_.alarm("current_paused", 2, state.pause());
    EXPECT_NE(driver_->seen("alarm-current_paused"), nullptr);
    EXPECT_EQ(driver_->seen("pauseButton"), nullptr);
    picture("paused");
    driver_->press("resumeButton");
    ASSERT_NE(driver_->seen("resumeSheet"), nullptr);
    picture("resume-asked");
    for (int i = 0; i < 3; ++i)
        driver_->key(Qt::Key_Return);
    EXPECT_FALSE(bedside_.commands.contains("resume")) << "Return says: not yet";
    driver_->press("resumeButton");
    driver_->press("goOnButton");
    EXPECT_EQ(bedside_.commands.last(), "resume");
    EXPECT_EQ(desk_->record().pauses, 1) << "the report will say it";
}

TEST_P(SweatWindow, TheQuestionWhetherToGoOnGoesWithThePause) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    BedsideState state = at(4, "stimulation", "stimulation");
    state.setPaused(true);
    state.setPause("The current is paused.");
    bedside_.tell(state);
    driver_->press("resumeButton");
    ASSERT_NE(driver_->seen("resumeSheet"), nullptr);
    state.setPaused(false);
    bedside_.tell(state);
    EXPECT_EQ(driver_->seen("resumeSheet"), nullptr);
}

// The question whether the current is to start goes with what it is about.
TEST_P(SweatWindow, AsksNoLongerForTheCurrentOnceItsStepIsGone) {
    prepare();
    desk_->primary();
    ASSERT_FALSE(HasFatalFailure());
    open();
    ask(3, "begin", "", "start", "Start the current");
    driver_->press("sweatPrimaryButton");
    ASSERT_NE(driver_->seen("currentSheet"), nullptr);
    bedside_.tell(FakeBedside::blank(7));
    emit bedside_.finished(bedside_.recordingFile(), "stopped");
    EXPECT_EQ(driver_->seen("currentSheet"), nullptr);
    EXPECT_TRUE(bedside_.commands.filter("answer begin").isEmpty());
}

// At the end of the collection nothing is left of the question about the dye, and a warning is not cut off.
TEST_P(SweatWindow, AsksForDyeAsLongAsItMattersAndShowsAWarningWhole) {
    prepare();
    attachBoth();
    ASSERT_FALSE(HasFatalFailure());
    open();
    collected_s = 400.0;
    rightLater_s = 60.0;
    const auto tell = [this](BedsideState state) {
        state.setReminder("Is there blue dye in the coil?");
        QList<BedsideSite> sites = state.sites();
        for (BedsideSite& one : sites) {
            one.setWarning(true);
            one.setRemark(
                "No sweat is seen 6 minutes after the stimulation: look at the capsule, its flow, and "
                "the electrode; the response may be absent or late.");
        }
        state.setSites(sites);
        bedside_.tell(state);
    };
    tell(at(5, "collection", "recording"));
    EXPECT_NE(driver_->seen("reminderNotice"), nullptr);
    picture("dye-asked");
    for (int i = 0; i < 2; ++i) {
        const QQuickItem* warning = driver_->seen(QStringLiteral("limbWarning-%1").arg(i));
        ASSERT_NE(warning, nullptr);
        const QRectF place = placeOf(warning);
        const QQuickItem* below = driver_->seen("actionHint");
        EXPECT_LT(place.bottom(), placeOf(below).top() - 40.0);
        EXPECT_GE(place.top(), placeOf(driver_->seen(QStringLiteral("collectionClock-%1").arg(i))).bottom());
    }
    EXPECT_LT(placeOf(driver_->seen("dyeButton-1")).bottom(),
              placeOf(driver_->seen("stopButton")).top() - 20.0);
    if (driver_->byKeyboard())
        driver_->key(Qt::Key_D);
    else
        driver_->press("dyeButton-0");
    EXPECT_TRUE(site(0)->dyeSeen());
    EXPECT_NE(driver_->seen("reminderNotice"), nullptr) << "not at the right arm yet";
    if (driver_->byKeyboard())
        driver_->key(Qt::Key_D);
    else
        driver_->press("dyeButton-1");
    EXPECT_EQ(driver_->seen("reminderNotice"), nullptr);
    collected_s = 1801.0;
    tell(at(5, "remove", "operator", "left_forearm"));
    EXPECT_EQ(driver_->seen("dyeButton-0"), nullptr);
    EXPECT_EQ(driver_->seen("reminderNotice"), nullptr);
    picture("warning-at-the-end");
}

TEST_P(SweatWindow, SaysOfThePageOfQualityControlWhatIsMissingThereAndWarnsOfALockedDay) {
    addLots();
    ASSERT_FALSE(HasFatalFailure());
    open();
    EXPECT_NE(said("actionHint"), "");
    driver_->press("qcButton");
    EXPECT_EQ(said("actionHint"), "Name the analyser.");
    driver_->type("qcAnalyser", "A1");
    driver_->type("qcOperator", "MK");
    driver_->type("qcValue-0", "20");
    driver_->type("qcValue-1", "107"); // 3.5 SD
    EXPECT_EQ(said("actionHint"), "The values can be recorded.");
    driver_->press("qcRecordButton");
    EXPECT_EQ(said("toast", "kind"), "warning");
    EXPECT_THAT(said("toastText"), HasSubstr("Not passed"));
    picture("qc-not-passed");
    driver_->press("laboratoryBackButton");
    EXPECT_EQ(driver_->seen("toast"), nullptr) << "it was of the page that was left";
    driver_->press("qnsButton");
    EXPECT_EQ(said("actionHint"), "") << "the page of the patient asks for nothing here";
    picture("qns");
}

TEST_P(SweatWindow, MarksTheValuesBesideTheWordsOfTheZones) {
    finish();
    ASSERT_FALSE(HasFatalFailure());
    open();
    QTest::qWait(50);
    QList<QQuickItem*> words;
    collect(window_->contentItem(), "zoneWords", words);
    ASSERT_EQ(words.size(), 3);
    for (const char* kind : {"left", "right", "result"}) {
        const QQuickItem* line = driver_->seen(QStringLiteral("markLine-") + kind);
        ASSERT_NE(line, nullptr) << kind;
        for (const QQuickItem* zone : words)
            EXPECT_FALSE(placeOf(line).intersects(placeOf(zone))) << kind;
    }
    picture("result");
}

TEST_P(SweatWindow, KeepsWhatDecidedInSight) {
    finish();
    ASSERT_FALSE(HasFatalFailure());
    open();
    EXPECT_THAT(said("decidedBy"), HasSubstr("INTERMEDIATE"));
    QQuickItem* flick = driver_->seen("explanationFlick");
    ASSERT_NE(flick, nullptr);
    flick->setProperty("contentY", 60.0);
    EXPECT_THAT(said("decidedBy"), HasSubstr("INTERMEDIATE"));
    EXPECT_LE(placeOf(driver_->seen("decidedBy")).bottom(), placeOf(flick).top());
    driver_->press("reviewerButton");
    EXPECT_EQ(said("decidedBy"), "not seen") << "here other profiles speak";
    EXPECT_EQ(flick->property("contentY").toDouble(), 0.0);
    picture("result-reviewer");
    driver_->press("reviewerButton");
    EXPECT_NE(driver_->seen("decidedBy"), nullptr);
}

TEST_P(SweatWindow, FindsASignedResultByItsOrder) {
    finish();
    ASSERT_FALSE(HasFatalFailure());
    desk_->validate("HR");
    auto other = records::loadSweatTest(desk_->recordFile().toStdString());
    ASSERT_TRUE(other);
    for (int i = 10; i < 40; ++i) {
        other->id = other->orderNumber = "X-" + std::to_string(i);
        const QString name = QStringLiteral("2025-01-%1_sweat.sweat.json").arg(i);
        ASSERT_TRUE(records::saveSweatTest(*other, folder_.filePath(name).toStdString()));
    }
    desk_->newTest();
    open();
    driver_->press("signedResultsButton");
    EXPECT_THAT(said("signed-0"), HasSubstr("S-1"));
    picture("signed-results");
    driver_->type("signedFilter", "x-17");
    EXPECT_THAT(said("signed-0"), HasSubstr("X-17"));
    EXPECT_EQ(driver_->seen("signed-1"), nullptr);
    picture("signed-results-filtered");
    driver_->press("signed-0");
    EXPECT_EQ(desk_->step(), SweatDesk::Step::Result);
    EXPECT_EQ(desk_->orderNumber(), "X-17");
}

TEST_P(SweatWindow, ToastLeavesTheNameOfTheStepFree) {
    finish();
    ASSERT_FALSE(HasFatalFailure());
    open();
    desk_->validate("HR");
    const QQuickItem* toast = driver_->seen("toast");
    ASSERT_NE(toast, nullptr);
    EXPECT_FALSE(placeOf(toast).intersects(placeOf(driver_->seen("profileButton"))));
    EXPECT_GT(placeOf(toast).top(), window_->height() / 2.0);
    EXPECT_LE(placeOf(toast).bottom(), placeOf(driver_->seen("sweatNewButton")).top());
    QTest::qWait(50);
    EXPECT_FALSE(placeOf(toast).intersects(placeOf(driver_->seen("sweatStepLoader")))) << "it covers words";
    picture("toast");
    driver_->press("sweatNewButton");
    EXPECT_EQ(driver_->seen("toast"), nullptr) << "it was of the test before";
}

TEST_P(SweatWindow, AReturnInTheFieldOfTheAnalysersFileImportsAndDoesNotGoOn) {
    finish();
    ASSERT_FALSE(HasFatalFailure());
    desk_->back();
    ASSERT_TRUE(desk_->primaryEnabled());
    QFile csv(folder_.filePath("analyser.csv"));
    ASSERT_TRUE(csv.open(QIODevice::WriteOnly));
    csv.write("sample_id,chloride\nS-1-L,53\nS-1-R,58\n");
    csv.close();
    open();
    driver_->type("importField", csv.fileName());
    driver_->key(Qt::Key_Return);
    EXPECT_EQ(desk_->step(), SweatDesk::Step::Laboratory);
    EXPECT_EQ(site(0)->chlorideText(), "53");
    picture("imported");
}

TEST_P(SweatWindow, TakesAReturnWhenTheButtonThatHadTheFocusHasGone) {
    finish();
    ASSERT_FALSE(HasFatalFailure());
    open();
    driver_->press("sweatBackButton");
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Laboratory);
    driver_->press("sweatBackButton");
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Yield);
    ASSERT_EQ(driver_->seen("sweatBackButton"), nullptr) << "it has gone with the focus";
    ASSERT_TRUE(desk_->primaryEnabled());
    QTest::qWait(50);
    driver_->key(Qt::Key_Return);
    EXPECT_EQ(desk_->step(), SweatDesk::Step::Laboratory);
}

TEST_P(SweatWindow, NamesACorrectedVersionWhereItIsCorrected) {
    finish();
    ASSERT_FALSE(HasFatalFailure());
    desk_->validate("HR");
    desk_->correct("AB", "the samples were mixed up");
    open();
    EXPECT_THAT(said("versionText"), HasSubstr("Version 2, replaces version 1"));
    picture("corrected-laboratory");
    driver_->press("sweatBackButton");
    EXPECT_THAT(said("yieldHead", "title"), HasSubstr("corrected, version 2"));
    picture("corrected-yield");
}

TEST_P(SweatWindow, TicksNoLimbBeforeItsCirculationWasSeen) {
    prepare();
    ASSERT_FALSE(HasFatalFailure());
    open();
    EXPECT_EQ(said("electrodesMark-0", "state_"), "plain") << "no electrode is on";
    picture("before-electrodes");
    desk_->primary();
    ask(3, "circulation", "left_forearm", "good", "Circulation is good");
    EXPECT_EQ(said("electrodesMark-0", "state_"), "plain");
    driver_->press("poorCirculationButton");
    EXPECT_NE(driver_->seen("poorCirculationNotice"), nullptr);
    picture("poor-circulation");
    ask(3, "circulation", "right_forearm", "good", "Circulation is good");
    EXPECT_EQ(said("electrodesMark-0", "state_"), "good");
    EXPECT_EQ(said("electrodesMark-1", "state_"), "plain");
}

TEST_P(SweatWindow, SaysWhatToDoAboutLimitsThatNobodyHasVerified) {
    open();
    driver_->press("profileButton");
    EXPECT_NE(said("unverifiedText").find("verified_by"), std::string::npos);
    picture("profile");
}

TEST_P(SweatWindow, ShowsTheNumberOfThePatientWholeHoweverLongTheName) {
    prepare();
    ASSERT_FALSE(HasFatalFailure());
    desk_->patient()->setIdentifier("4711-2026-000123");
    desk_->patient()->setName(
        "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh, Hubert Blaine Maximilian "
        "Alexander Bartholomew Christopher Nathaniel Montgomery Archibald Theodore");
    open();
    window_->resize(1024, 640);
    QTest::qWait(50);
    const QQuickItem* id = driver_->seen("patientIdText");
    ASSERT_NE(id, nullptr);
    EXPECT_THAT(said("patientIdText"), HasSubstr("4711-2026-000123"));
    EXPECT_FALSE(id->property("truncated").toBool());
    EXPECT_GE(id->width(), id->implicitWidth());
    EXPECT_LT(placeOf(id).right(), window_->width());
    EXPECT_EQ(said("patientNameText", "truncated"), "true");
    picture("long-name");
}

// A message that comes finds its place: what is pressed below stays where it is.
TEST_P(SweatWindow, StaysWhereItIsWhenAMessageComes) {
    prepare();
    attachBoth();
    ASSERT_FALSE(HasFatalFailure());
    open();
    collected_s = 100.0;
    BedsideState state = at(5, "collection", "recording");
    bedside_.tell(state);
    QTest::qWait(50);
    const QRectF before = placeOf(driver_->seen("dyeButton-0"));
    state.setReminder(
        "Is there blue dye in the coil? It shows within 1 to 4 min; if not, seat the collector once more.");
    bedside_.tell(state);
    ASSERT_NE(driver_->seen("reminderNotice"), nullptr);
    QTest::qWait(50);
    EXPECT_EQ(placeOf(driver_->seen("dyeButton-0")), before);
}

TEST_P(SweatWindow, StaysWhereItIsWhenAFieldSaysWhatItMisses) {
    open();
    const auto sex = [this] { return placeOf(driver_->seen("sweatSexChoice")); };
    const QRectF before = sex();
    driver_->type("sweatIdentifierField", "4711");
    driver_->type("sweatNameField", "D");
    driver_->type("sweatBirthDateField", "2026-13");
    driver_->type("sweatOperatorField", "MK");
    picture("patient-remarks");
    EXPECT_EQ(sex(), before) << "a press meets what it was meant for";
}

TEST_P(SweatWindow, GoesFromTheEntryOfTheLeftLimbToTheRightOne) {
    prepare();
    collected_s = 1801.0;
    attachBoth();
    for (const char* place : {"left_forearm", "right_forearm"}) {
        ask(5, "remove", place, "done", "Collector is off");
        desk_->primary();
    }
    ASSERT_FALSE(HasFatalFailure());
    open();
    ask(5, "transfer", "left_forearm", "transferred", "Sweat is in the cup");
    const auto hasFocus = [this](const char* field) {
        const QQuickItem* item = driver_->seen(field);
        return item != nullptr && item->hasActiveFocus();
    };
    driver_->type("coilField-0", "7.4");
    const QRectF before = placeOf(driver_->seen("coilField-0"));
    driver_->key(Qt::Key_Return);
    EXPECT_TRUE(hasFocus("coilField-1"));
    EXPECT_TRUE(bedside_.commands.filter("answer transfer").isEmpty()) << "an entry is no transfer";
    picture("yield-right");
    driver_->press("sweatPrimaryButton");
    EXPECT_EQ(placeOf(driver_->seen("coilField-0")), before) << "between two limbs nothing jumps";
    ask(5, "transfer", "right_forearm", "transferred", "Sweat is in the cup");
    EXPECT_TRUE(hasFocus("coilField-1"));
    driver_->type("coilField-1", "8.2");
    bedside_.tell(FakeBedside::blank(6));
    emit bedside_.finished(bedside_.recordingFile(), "finished");
    picture("yield-ended");
    driver_->key(Qt::Key_Return);
    ASSERT_EQ(desk_->step(), SweatDesk::Step::Laboratory) << desk_->hindrance().toStdString();
    driver_->type("chlorideField-0", "52");
    driver_->key(Qt::Key_Return);
    EXPECT_TRUE(hasFocus("chlorideField-1"));
    driver_->type("chlorideField-1", "58");
    driver_->key(Qt::Key_Return);
    EXPECT_EQ(desk_->step(), SweatDesk::Step::Result);
}

std::string nameOfHand(const testing::TestParamInfo<Hand>& info) {
    return info.param == Hand::Mouse ? "ByMouse" : "ByKeyboard";
}
INSTANTIATE_TEST_SUITE_P(Hands, SweatWindow, testing::Values(Hand::Mouse, Hand::Keyboard), nameOfHand);

} // namespace
} // namespace eccrine::ui
