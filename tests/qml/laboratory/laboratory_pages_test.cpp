// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of quality control and of the insufficient samples in a window, by mouse and by keyboard.
#include "analysis/laboratory/qns_csv.hpp"
#include "datafiles/csv_table.hpp"
#include "qml/laboratory/dot_chart.hpp"
#include "qml/laboratory/qc_desk.hpp"
#include "qml/laboratory/qns_desk.hpp"
#include "qml/theme/fonts.hpp"
#include "tests/qml/sweat/window_driver.hpp"
#include "tests/records/example_sweat.hpp"
#include "tests/support/temporary_folder.hpp"

#include <QtCore/QDir>
#include <QtQml/QQmlApplicationEngine>
#include <QtQml/QQmlExtensionPlugin>
#include <QtTest/QSignalSpy>
#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <memory>

Q_IMPORT_QML_PLUGIN(EccrinePlugin)

namespace eccrine::ui {
namespace {

using testing::HasSubstr;
using Hand = WindowDriver::Hand;

const QDateTime morning(QDate(2026, 3, 2), QTime(8, 10));

laboratory::LaboratoryRules rules() {
    return laboratory::loadLaboratoryRules(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "laboratory.toml")
        .value();
}

class LaboratoryPages : public testing::TestWithParam<Hand> {
protected:
    /// One page in a window; `desk` is what it shows.
    void open(const char* page, QObject& desk, const QString& theme = QStringLiteral("light"),
              QSize size = {1280, 800}) {
        useApplicationFont();
        engine_ = std::make_unique<QQmlApplicationEngine>();
        engine_->addImportPath(QStringLiteral("qrc:/qt/qml"));
        QObject::connect(engine_.get(), &QQmlApplicationEngine::warnings,
                         [this](const QList<QQmlError>& warnings) {
                             if (over_) return; // what was shown is gone before the window
                             for (const QQmlError& warning : warnings)
                                 ADD_FAILURE() << warning.toString().toStdString();
                         });
        QObject::connect(&desk, &QObject::destroyed, engine_.get(), [this] { over_ = true; });
        engine_->setInitialProperties({{QStringLiteral("subject"), QVariant::fromValue(&desk)}});
        const QString source =
            QStringLiteral(
                "import QtQuick\nimport Eccrine\nWindow { id: w; required property QtObject subject; "
                "property int left: 0; width: %1; height: %2; visible: true\n"
                "Binding { target: Theme; property: 'mode'; value: '%3' }\n"
                "%4 { anchors.fill: parent; focus: true; desk: w.subject; onLeaveAsked: w.left += 1 } }")
                .arg(size.width())
                .arg(size.height())
                .arg(theme, QString::fromLatin1(page));
        engine_->loadData(source.toUtf8());
        ASSERT_FALSE(engine_->rootObjects().isEmpty());
        window_ = qobject_cast<QQuickWindow*>(engine_->rootObjects().constFirst());
        ASSERT_NE(window_, nullptr);
        ASSERT_TRUE(QTest::qWaitForWindowExposed(window_));
        driver_ = std::make_unique<WindowDriver>(*window_, GetParam());
    }
    /// For a person who wants to look at the pages: ECCRINE_SHOTS=folder
    void shoot(const QString& name) {
        const QString folder = qEnvironmentVariable("ECCRINE_SHOTS");
        if (folder.isEmpty() || window_ == nullptr) return;
        window_->grabWindow().save(folder + QLatin1Char('/') +
                                   QString(name).replace(QLatin1Char('/'), QLatin1Char('-')) +
                                   QStringLiteral(".png"));
    }
    QString said(const QString& name, const char* property) const {
        const QQuickItem* item = driver_->seen(name);
        return item == nullptr ? QStringLiteral("not seen") : item->property(property).toString();
    }

    tests::TemporaryFolder folder_;
    bool over_ = false;
    std::unique_ptr<QQmlApplicationEngine> engine_;
    std::unique_ptr<WindowDriver> driver_;
    QQuickWindow* window_ = nullptr;
};

class QualityControlPage : public LaboratoryPages {
protected:
    QcOptions options() {
        return {folder_.file("laboratory"), rules(), [this] { return now_; }};
    }
    void addLots() {
        const auto folder = folder_.file("laboratory");
        ASSERT_TRUE(records::addControlLevel(folder, rules(), {"low", "L1", 20, 1, {2026, 12, 31}}, "C",
                                             "2026-01-01T08:00:00Z"));
        ASSERT_TRUE(records::addControlLevel(folder, rules(), {"high", "H1", 100, 2, {2026, 12, 31}}, "C",
                                             "2026-01-01T08:00:00Z"));
    }
    QDateTime now_ = morning;
};

// A control that fails later reaches back to what was entered since the last one that passed.
TEST_P(QualityControlPage, ListsTheResultsThatALaterControlHasPutInDoubt) {
    addLots();
    const auto run = [&](Decimal high, int minute) {
        const Moment at{{2026, 3, 2}, minute};
        const std::array values{laboratory::ControlValue{"low", "L1", 20, at, "C", "A1", {}},
                                laboratory::ControlValue{"high", "H1", high, at, "C", "A1", {}}};
        ASSERT_TRUE(
            records::addControlRun(folder_.file("laboratory"), rules(), values, "2026-03-02T08:00:00Z"));
    };
    run(100, 480);
    records::SweatTestRecord test;
    test.id = "7a0f5e2c";
    test.patientName = "Doe, Baby";
    test.orderNumber = "S-1";
    test.sites[0].used = true;
    test.sites[0].chloride = 52;
    test.sites[0].analyser = "A1";
    test.sites[0].enteredAt = Moment{{2026, 3, 2}, 490};
    ASSERT_TRUE(records::saveSweatTest(test, folder_.file("a.sweat.json")));
    QcOptions given = options();
    given.tests = folder_.file("a.sweat.json").parent_path();
    QcDesk desk(given);
    open("QcPage", desk);
    EXPECT_EQ(driver_->seen("doubtNotice"), nullptr);
    run(107, 500); // 3.5 SD
    desk.refresh();
    ASSERT_EQ(desk.doubtful().size(), 1);
    EXPECT_EQ(desk.doubtful().first(),
              "Doe, Baby, order S-1, left, entered 2026-03-02 08:10: not signed yet");
    EXPECT_NE(driver_->seen("doubtNotice"), nullptr);
    EXPECT_TRUE(desk.laterControl("A1", {{2026, 3, 2}, 490}).contains("1-3s"));
    shoot(QStringLiteral("qc-doubt-%1").arg(driver_->byKeyboard()));
}

TEST_P(QualityControlPage, TakesTwoLotsAndAPassingRunAndOpensTheDay) {
    QcDesk desk(options());
    open("QcPage", desk);
    EXPECT_EQ(desk.state(), QStringLiteral("wait"));
    EXPECT_EQ(desk.stateTitle(), QStringLiteral("No control materials yet: result entry is locked"));
    EXPECT_TRUE(desk.stateSentence().contains("add the lot of each level"))
        << desk.stateSentence().toStdString();
    shoot(QStringLiteral("qc-empty-%1").arg(driver_->byKeyboard()));
    const auto lot = [&](const char* level, const char* number, const char* target, const char* sd) {
        driver_->press("qcLotButton");
        if (desk.operatorName().isEmpty()) driver_->type("lotPerson", "C. Analyst");
        driver_->type("lotLevel", level);
        driver_->type("lotNumber", number);
        driver_->type("lotTarget", target);
        driver_->type("lotSd", sd);
        driver_->type("lotExpiry", "2026-12-31");
        driver_->press("lotAddButton");
    };
    lot("low", "L1", "20", "1");
    lot("high", "H1", "100", "2");
    EXPECT_EQ(desk.state(), QStringLiteral("wait"));
    driver_->type("qcAnalyser", "ChloroChek 1");
    driver_->type("qcValue-0", "20.6");
    driver_->type("qcValue-1", "98.5");
    driver_->press("qcRecordButton");
    EXPECT_EQ(desk.state(), QStringLiteral("good"));
    EXPECT_THAT(said("qcState", "kind").toStdString(), "good");
    EXPECT_EQ(desk.runs().size(), 2);
    EXPECT_EQ(desk.on({2026, 3, 2}).state, chloride::QcState::Passed);
    EXPECT_EQ(desk.on({2026, 3, 3}).state, chloride::QcState::Failed);
}

TEST_P(QualityControlPage, LocksAfterAValueBeyondThreeSdAndMarksItsRule) {
    addLots();
    QcDesk desk(options());
    open("QcPage", desk);
    driver_->type("qcAnalyser", "A1");
    driver_->type("qcOperator", "C. Analyst");
    driver_->type("qcValue-0", "20");
    driver_->type("qcValue-1", "107"); // 3.5 SD
    const QSignalSpy saved(&desk, &QcDesk::saved), warned(&desk, &QcDesk::warned);
    driver_->press("qcRecordButton");
    EXPECT_EQ(saved.size(), 0) << "a day that is locked is no success";
    ASSERT_EQ(warned.size(), 1);
    EXPECT_THAT(warned[0][0].toString().toStdString(), HasSubstr("Not passed"));
    EXPECT_EQ(desk.state(), QStringLiteral("bad"));
    EXPECT_THAT(desk.stateSentence().toStdString(), HasSubstr("rejected by 1-3s"));
    const auto chart = desk.charts()[1].value<QcChart>();
    EXPECT_EQ(chart.points[0].value<ChartPoint>().mark, QStringLiteral("1-3s"));
    EXPECT_EQ(chart.points[0].value<ChartPoint>().kind, QStringLiteral("bad"));
    EXPECT_EQ(chart.lines.size(), 7); // target, and 1, 2, 3 SD on both sides
}

TEST_P(QualityControlPage, SaysWhatIsWrongWithAnEntryAndRecordsNothing) {
    addLots();
    QcDesk desk(options());
    open("QcPage", desk);
    driver_->type("qcAnalyser", "A1");
    driver_->type("qcOperator", "C. Analyst");
    driver_->type("qcValue-0", "20,6");
    EXPECT_FALSE(desk.mayRecord());
    EXPECT_FALSE(desk.levels()[0].value<QcLevel>().remark.isEmpty());
    EXPECT_EQ(desk.runs().size(), 0);
}

TEST_P(QualityControlPage, RefusesALotThatHasExpiredWithItsDay) {
    QcDesk desk(options());
    open("QcPage", desk);
    desk.setOperatorName(QStringLiteral("C. Analyst"));
    const QSignalSpy problems(&desk, &QcDesk::problem);
    EXPECT_FALSE(desk.addLot("low", "L0", "20", "1", "28.02.2026"));
    ASSERT_EQ(problems.size(), 1);
    EXPECT_THAT(problems[0][1].toString().toStdString(), HasSubstr("the lot expired on 2026-02-28"));
    EXPECT_TRUE(desk.levels().isEmpty());
    EXPECT_TRUE(desk.addLot("low", "L1", "20", "1", "2.3.2026")) << "its last day is today";
}

TEST_P(QualityControlPage, PutsALotRightThatWasListedWrongly) {
    addLots();
    QcDesk desk(options());
    desk.setOperatorName(QStringLiteral("C. Analyst"));
    open("QcPage", desk);
    driver_->press("qcCorrect-1");
    EXPECT_EQ(said("lotTarget", "text"), "100");
    driver_->type("lotTarget", "106");
    driver_->type("lotReason", "sheet of another lot");
    shoot(QStringLiteral("qc-correct-%1").arg(driver_->byKeyboard()));
    driver_->press("lotAddButton");
    const auto high = desk.levels()[1].value<QcLevel>();
    EXPECT_EQ(high.target, "106");
    EXPECT_THAT(high.about.toStdString(), HasSubstr("corrected by C. Analyst: sheet of another lot"));
    EXPECT_EQ(desk.levels().size(), 2);
}

TEST_P(QualityControlPage, GoesFromFieldToFieldByReturnAndRecordsInTheLastOne) {
    addLots();
    QcDesk desk(options());
    open("QcPage", desk);
    driver_->type("qcAnalyser", "A1");
    driver_->key(Qt::Key_Return);
    for (const char* typed : {"C", "20"}) {
        for (const char* letter = typed; *letter != 0; ++letter)
            QTest::keyClick(window_, *letter);
        driver_->key(Qt::Key_Return);
    }
    EXPECT_EQ(desk.operatorName(), "C");
    EXPECT_EQ(desk.runs().size(), 0) << "half a run";
    const QQuickItem* high = driver_->seen("qcValue-1");
    ASSERT_TRUE(high != nullptr && high->hasActiveFocus());
    const QQuickItem* button = driver_->seen("qcRecordButton");
    EXPECT_LE(high->mapToScene(QPointF(0, high->height())).y(), button->mapToScene(QPointF(0, 0)).y())
        << "seen whole";
    shoot(QStringLiteral("qc-high-%1").arg(driver_->byKeyboard()));
    for (const char letter : {'9', '9'})
        QTest::keyClick(window_, letter);
    driver_->key(Qt::Key_Return);
    EXPECT_EQ(desk.runs().size(), 2);
    EXPECT_EQ(desk.state(), QStringLiteral("good"));
}

TEST_P(QualityControlPage, NamesADamagedLineOfTheBook) {
    addLots();
    tests::writeText(folder_.file("laboratory") / "controls.csv", "nonsense\n");
    QcDesk desk(options());
    open("QcPage", desk);
    EXPECT_EQ(desk.state(), QStringLiteral("bad"));
    EXPECT_THAT(desk.faults().join(QLatin1Char(' ')).toStdString(), HasSubstr("controls.csv:1"));
}

TEST_P(QualityControlPage, ShowsAMonthOfRunsOnTheChartOfEachLevel) {
    addLots();
    // z of low and high by day: a warning, a 2-2s and a 1-3s among them
    const std::vector<std::pair<const char*, const char*>> days{
        {"20.3", "99"},    {"19.6", "101"},   {"20.1", "100.5"}, {"21.2", "98"},    {"20.7", "103"},
        {"19.2", "104.6"}, {"20.4", "100"},   {"20", "97.8"},    {"18.9", "99.5"},  {"19.5", "101.2"},
        {"20.9", "102"},   {"22.3", "100.9"}, {"22.4", "100.1"}, {"20.2", "99.3"},  {"19.7", "98.8"},
        {"20.5", "107.2"}, {"20.6", "101.1"}, {"19.9", "99.9"},  {"20.8", "100.7"}, {"20.1", "98.4"},
        {"19.4", "100.2"}, {"20.3", "101.9"}, {"20", "99.1"},    {"20.6", "100.4"}};
    int back = static_cast<int>(days.size());
    for (const auto& [low, high] : days) {
        const QDate day = morning.date().addDays(-(--back));
        const Moment at{{day.year(), day.month(), day.day()}, 490};
        const std::array values{
            laboratory::ControlValue{
                "low", "L1", Decimal::parse(low, "low").value(), at, "C. Analyst", "ChloroChek 1", {}},
            laboratory::ControlValue{
                "high", "H1", Decimal::parse(high, "high").value(), at, "C. Analyst", "ChloroChek 1", {}}};
        ASSERT_TRUE(records::addControlRun(folder_.file("laboratory"), rules(), values, at.text()));
    }
    QcDesk desk(options());
    desk.setOperatorName(QStringLiteral("C. Analyst"));
    const bool dark = GetParam() == Hand::Keyboard;
    open("QcPage", desk, dark ? "dark" : "light", dark ? QSize(1920, 1080) : QSize(1280, 800));
    EXPECT_EQ(desk.state(), QStringLiteral("good"));
    ASSERT_EQ(desk.charts().size(), 2);
    const auto high = desk.charts()[1].value<QcChart>();
    EXPECT_EQ(high.points.size(), 24);
    EXPECT_EQ(high.points[5].value<ChartPoint>().kind, QStringLiteral("warning")); // 2.3 SD: 1-2s
    EXPECT_EQ(high.points[15].value<ChartPoint>().mark, QStringLiteral("1-3s"));   // 3.6 SD
    EXPECT_EQ(desk.charts()[0].value<QcChart>().points[12].value<ChartPoint>().mark, QStringLiteral("2-2s"));
    EXPECT_THAT(high.imprecision.toStdString(), HasSubstr("CV "));
    shoot(dark ? "qc-month-dark" : "qc-month-light");
    const QQuickItem* card = driver_->seen("qcChart-1");
    ASSERT_NE(card, nullptr);
    EXPECT_GT(card->width(), 600.0);
    EXPECT_GT(card->height(), 100.0);
}

TEST_P(QualityControlPage, ShowsTheImprecisionWithinADayWhereLevelsAreRunTwice) {
    addLots();
    for (int back = 9; back >= 0; --back) { // 20 values, as many as the file asks for
        const QDate day = morning.date().addDays(-back);
        for (const auto& [minute, low] : {std::pair{460, "19.8"}, std::pair{485, "20.2"}}) {
            const Moment at{{day.year(), day.month(), day.day()}, minute};
            const std::array values{laboratory::ControlValue{
                "low", "L1", Decimal::parse(low, "low").value(), at, "C. Analyst", "ChloroChek 1", {}}};
            ASSERT_TRUE(records::addControlRun(folder_.file("laboratory"), rules(), values, at.text()));
        }
    }
    QcDesk desk(options());
    open("QcPage", desk);
    const auto low = desk.charts()[0].value<QcChart>();
    // 0.4 apart is an SD of 0.283 about each day's mean of 20: 1.4 %
    EXPECT_THAT(low.imprecision.toStdString(), HasSubstr("within a day CV 1.4 % of 20"));
    shoot(QStringLiteral("qc-within-day-%1").arg(driver_->byKeyboard()));
}

TEST_P(QualityControlPage, LeadsBackToTheTest) {
    QcDesk desk(options());
    open("QcPage", desk);
    driver_->press("laboratoryBackButton");
    EXPECT_EQ(window_->property("left").toInt(), 1);
}

class InsufficientSamplesPage : public LaboratoryPages {
protected:
    QnsOptions options() {
        return {QString::fromStdString(folder_.path().string()), QStringLiteral("Sweat laboratory"),
                rules().qns, [] { return morning; }};
    }
    /// `qns` of `tests` of one operator are insufficient, a day apart, back from the morning.
    void keep(const std::string& who, int tests, int qns, int ageDays, int daysApart = 6) {
        for (int i = 0; i < tests; ++i) {
            const QDate day = morning.date().addDays(-1 - daysApart * i);
            const QDate born = day.addDays(-ageDays);
            records::SweatTestRecord r = tests::exampleSweatTest();
            r.id = who + std::to_string(ageDays) + "-" + std::to_string(i);
            r.patientId = r.id;
            r.orderNumber = "O-" + r.id;
            r.operatorName = who;
            r.born = Moment{{born.year(), born.month(), born.day()}, {}};
            r.collectedAt = Moment{{day.year(), day.month(), day.day()}, 600};
            if (i == 2) r.sites[0].skin = records::SkinFinding::Welt;
            if (i < qns * 5 && i % 5 == 4)
                for (records::SweatSite& site : r.sites) {
                    site.amount = 6;
                    site.chloride.reset();
                }
            ASSERT_TRUE(records::saveSweatTest(tests::evaluated(r), folder_.file(r.id + ".sweat.json")));
        }
    }
};

TEST_P(InsufficientSamplesPage, SaysThatThereIsNothingToCount) {
    QnsDesk desk(options());
    open("QnsPage", desk);
    EXPECT_TRUE(desk.empty());
    EXPECT_NE(driver_->seen("qnsEmpty"), nullptr);
}

TEST_P(InsufficientSamplesPage, HoldsEachOperatorAgainstTheBenchmarkOfTheAge) {
    keep("B. Tester", 40, 2, 28);  // 2 of 40 up to 3 months: 5 %, benchmark 10 %
    keep("F. Novice", 20, 4, 28);  // 4 of 20: 20 %
    keep("B. Tester", 40, 2, 900); // 2 of 40 above 3 months: 5 %, benchmark 5 %: meets, exactly
    QnsDesk desk(options());
    const bool dark = GetParam() == Hand::Keyboard;
    open("QnsPage", desk, dark ? "dark" : "light", dark ? QSize(1920, 1080) : QSize(1280, 800));
    ASSERT_EQ(desk.rows().size(), 3);
    const auto row = [&](qsizetype i) { return desk.rows()[i].value<QnsRow>(); };
    EXPECT_EQ(row(0).count, QStringLiteral("2 of 40"));
    EXPECT_EQ(row(0).verdict, QStringLiteral("meets ≤ 10 %"));
    EXPECT_EQ(row(1).verdict, QStringLiteral("meets ≤ 5 %"));
    EXPECT_EQ(row(2).count, QStringLiteral("4 of 20"));
    EXPECT_EQ(row(2).kind, QStringLiteral("bad"));
    EXPECT_NEAR(row(2).low, 8.07, 0.01); // Wilson 95 % of 4 of 20: 8.07 to 41.60
    EXPECT_NEAR(row(2).high, 41.60, 0.01);
    EXPECT_EQ(desk.repeats().size(), 8);
    EXPECT_THAT(desk.repeatSummary().toStdString(), HasSubstr("missing"));
    driver_->choose("qnsGroups", "Age");
    EXPECT_EQ(desk.groupBy(), QStringLiteral("age"));
    ASSERT_EQ(desk.rows().size(), 2);
    EXPECT_EQ(row(0).count, QStringLiteral("6 of 60"));
    driver_->choose("qnsGroups", "Operator");
    shoot(dark ? "qns-operators-dark" : "qns-operators-light");
}

TEST_P(InsufficientSamplesPage, TakesTheNameOfTheLaboratoryIntoItsRates) {
    keep("B. Tester", 6, 1, 28);
    QnsDesk desk(options());
    open("QnsPage", desk);
    driver_->choose("qnsGroups", "Laboratory");
    driver_->type("laboratoryNameField", "Riverside");
    ASSERT_EQ(desk.rows().size(), 1);
    EXPECT_THAT(desk.rows()[0].value<QnsRow>().title.toStdString(), HasSubstr("Riverside"));
    EXPECT_EQ(desk.laboratoryName(), QStringLiteral("Riverside"));
    shoot(QStringLiteral("qns-laboratory-%1").arg(driver_->byKeyboard()));
}

TEST_P(InsufficientSamplesPage, ExportsWhatTheCountingReadsAndAPicture) {
    keep("B. Tester", 6, 1, 28);
    QnsDesk desk(options());
    open("QnsPage", desk);
    QSignalSpy saved(&desk, &QnsDesk::saved);
    driver_->press("qnsCsvButton");
    ASSERT_EQ(saved.size(), 1);
    const std::string csv = tests::readText(saved[0][1].toString().toStdString());
    const auto table = datafiles::parseCsvTable(csv, "export.csv");
    ASSERT_TRUE(table);
    const auto read = laboratory::occasionsOf(*table, "export.csv");
    ASSERT_TRUE(read);
    EXPECT_EQ(read->occasions.size(), 6U);
    driver_->press("qnsPngButton");
    ASSERT_TRUE(QTest::qWaitFor([&] { return saved.size() == 2; }, 5000));
    const QImage picture(saved[1][1].toString());
    EXPECT_GT(picture.width(), 1000);
    EXPECT_GT(picture.height(), 500);
}

TEST_P(InsufficientSamplesPage, NamesARecordThatCannotBeRead) {
    keep("B. Tester", 3, 0, 28);
    tests::writeText(folder_.file("broken.sweat.json"), "{");
    QnsDesk desk(options());
    open("QnsPage", desk);
    EXPECT_THAT(desk.faults().join(QLatin1Char(' ')).toStdString(), HasSubstr("broken.sweat.json"));
    EXPECT_FALSE(desk.empty());
}

std::string nameOfHand(const testing::TestParamInfo<Hand>& info) {
    return info.param == Hand::Mouse ? "ByMouse" : "ByKeyboard";
}
INSTANTIATE_TEST_SUITE_P(Hands, QualityControlPage, testing::Values(Hand::Mouse, Hand::Keyboard), nameOfHand);
INSTANTIATE_TEST_SUITE_P(Hands, InsufficientSamplesPage, testing::Values(Hand::Mouse, Hand::Keyboard),
                         nameOfHand);

TEST(DotChart, WritesNoLabelOverAnother) {
    QVariantList lines;
    for (int n = -3; n <= 3; ++n)
        lines.append(QVariant::fromValue(ChartLine{static_cast<double>(n), QString::number(n),
                                                   n == 0             ? QStringLiteral("centre")
                                                   : std::abs(n) == 3 ? QStringLiteral("limit")
                                                                      : QStringLiteral("inner")}));
    const auto shown = [&](double perSd) {
        std::vector<double> at;
        for (int n = -3; n <= 3; ++n)
            at.push_back(-perSd * n);
        QString out;
        for (const bool one : labelled(lines, at, 15.0))
            out += one ? QLatin1Char('x') : QLatin1Char('.');
        return out.toStdString();
    };
    EXPECT_EQ(shown(16.0), "xxxxxxx");
    EXPECT_EQ(shown(9.0), "x..x..x"); // two levels at 1280 x 800: the target and the limits
    EXPECT_EQ(shown(4.0), "...x...");
}

TEST(DotChart, DrawsNoLineThroughTheMarkOfAPoint) {
    QQuickWindow window;
    window.resize(300, 120);
    window.setColor(Qt::white);
    DotChart chart;
    chart.setParentItem(window.contentItem());
    chart.setSize({300, 120});
    const auto line = ChartLine{2.0, {}, QStringLiteral("limit")};
    // a mark of blanks, where the line would run: of the line nothing is left there
    const QString blanks(20, QChar(0xA0));
    const auto limitPixels = [&](const QString& mark) {
        chart.setProperty("lines", QVariantList{QVariant::fromValue(line)});
        chart.setProperty("points", QVariantList{QVariant::fromValue(
                                        ChartPoint{1.0, NAN, NAN, {}, QStringLiteral("good"), mark, {}})});
        chart.setProperty("bad", QColor(Qt::red));
        chart.setProperty("good", QColor(Qt::blue));
        chart.setProperty("surface", QColor(Qt::white));
        window.show();
        const QImage image = window.grabWindow();
        int red = 0;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                red += image.pixelColor(x, y).red() > 200 && image.pixelColor(x, y).green() < 200;
        return red;
    };
    EXPECT_LT(limitPixels(blanks), limitPixels(QString()));
}

TEST(DotChart, IsSeenOnTheSoftwareRenderer) {
    QQuickWindow window;
    window.resize(300, 120);
    window.setColor(Qt::white);
    DotChart chart;
    chart.setParentItem(window.contentItem());
    chart.setSize({300, 120});
    chart.setProperty("points", QVariantList{QVariant::fromValue(
                                    ChartPoint{0.0, NAN, NAN, {}, QStringLiteral("bad"), {}, {}})});
    chart.setProperty("bad", QColor(Qt::red));
    window.show();
    const QImage image = window.grabWindow();
    int red = 0;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            red += image.pixelColor(x, y) == QColor(Qt::red);
    EXPECT_NEAR(red / (window.effectiveDevicePixelRatio() * window.effectiveDevicePixelRatio()), 100.0,
                25.0); // 10 x 10
}

} // namespace
} // namespace eccrine::ui
