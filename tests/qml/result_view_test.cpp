// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/result/result_view.hpp"
#include "qml/session/recording_list.hpp"
#include "tests/qml/synthetic_recording.hpp"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QLocale>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

constexpr int patienceMs = 20'000;

class Result : public testing::Test {
protected:
    void write(const std::string& startedUtc = "2026-03-15T10:15:00Z") {
        SyntheticRecording recording(file.toStdString(), startedUtc);
        recording.record(SyntheticRecording::end_s);
        recording.close();
    }
    void open() {
        QSignalSpy opened(&result, &ResultView::opened);
        QSignalSpy failed(&result, &ResultView::failed);
        QSignalSpy done(&result, &ResultView::busyChanged);
        result.open(file);
        while (result.busy() && done.wait(patienceMs)) {
        }
        if (!failed.isEmpty()) FAIL() << failed.first().at(1).toString().toStdString();
        ASSERT_EQ(opened.count(), 1);
    }
    SiteResult* forearm() {
        auto sites = result.sites();
        return sites.at(&sites, 0);
    }
    QTemporaryDir folder;
    QString file = folder.filePath("2026-03-15_101500_qsart.eccrine");
    ResultView result;
};

TEST_F(Result, ShowsTheNumbersThatTheCurveWasMadeOf) {
    write();
    ASSERT_NO_FATAL_FAILURE(open());
    EXPECT_TRUE(result.available());
    EXPECT_NEAR(forearm()->onsetS(), SyntheticRecording::latency_s, 2.0);
    EXPECT_NEAR(forearm()->peakNlPerMin(), SyntheticRecording::peak_nl_per_min, 1.0);
    EXPECT_NEAR(forearm()->volumeUl(), SyntheticRecording::volume_ul, 0.005);
    EXPECT_NEAR(forearm()->chargeMc(), SyntheticRecording::charge_mc, 2.0);
    EXPECT_NEAR(forearm()->baselineNlPerMin(), 40.0, 0.1);
    ASSERT_EQ(forearm()->stimulus().size(), 1);
    const QVariantMap stimulus = forearm()->stimulus().first().toMap();
    EXPECT_NEAR(stimulus["fromS"].toDouble(), 0.0, 0.11);
    EXPECT_NEAR(stimulus["toS"].toDouble(), 300.0, 0.2);
}

TEST(SiteResult, SaysOfAVolumeThatNoNormHoldsForThatItIsNotComparedAndWhy) {
    analysis::SiteAnalysis site;
    site.norm.noNorm = analysis::NoNorm::OtherStimulus;
    site.norm.reason = "The stimulation was paused for 60 s.";
    SiteResult result(0, site, 180.0, 600.0, nullptr);
    EXPECT_EQ(result.normText(), "not compared");
    EXPECT_TRUE(result.notCompared());
    EXPECT_EQ(result.normAside(), "The stimulation was paused for 60 s.");
    site.norm.noNorm = analysis::NoNorm::NoSet;
    result.show(site);
    EXPECT_EQ(result.normText(), "no norm");
    EXPECT_FALSE(result.notCompared());
}

TEST(SiteResult, SaysBesideAClassWhatHasToBeKnownOfIt) {
    analysis::SiteAnalysis site;
    site.norm.normClass = analysis::NormClass::Unclassified;
    site.norm.lower = Microlitres{0.0};
    site.norm.reason = "The lower limit is 0.";
    EXPECT_EQ(SiteResult(0, site, 180.0, 600.0, nullptr).normAside(),
              "norm from 0.00 µL. The lower limit is 0.");
}

TEST(SiteResult, HasTheStretchesInWhichCurrentFlowed) {
    SiteResult result(0, {}, 180.0, 600.0, nullptr);
    result.setStimulus({{{0.0, 100.0}, {160.0, 360.0}}, true});
    ASSERT_EQ(result.stimulus().size(), 2);
    EXPECT_EQ(result.stimulus()[1].toMap()["fromS"].toDouble(), 160.0);
    EXPECT_EQ(result.stimulus()[1].toMap()["toS"].toDouble(), 360.0);
}

TEST_F(Result, SaysWhoseItIsAndThatItIsSimulated) {
    write();
    ASSERT_NO_FATAL_FAILURE(open());
    EXPECT_TRUE(result.simulated());
    EXPECT_TRUE(result.patient().startsWith("Doe, Jane · 10023"));
    EXPECT_TRUE(result.circumstances().contains("left side"));
    EXPECT_TRUE(result.detailValues().contains("SN-0042"));
}

TEST_F(Result, SaysWhenTheTestWasAndNotWhenItsFileWasWritten) {
    write();
    ASSERT_NO_FATAL_FAILURE(open());
    const QDateTime when = QDateTime(QDate(2026, 3, 15), QTime(10, 15), Qt::UTC).toLocalTime();
    const QString said = QLocale().toString(when, QLocale::ShortFormat);
    EXPECT_TRUE(result.circumstances().contains(said)) << result.circumstances().toStdString();
    RecordingList list(folder.path());
    list.refresh();
    ASSERT_EQ(list.count(), 1);
    EXPECT_EQ(list.data(list.index(0), RecordingList::DateTextRole).toString(), said);
}

TEST_F(Result, SaysThatTheDateOfTheTestIsNotStated) {
    write("");
    ASSERT_NO_FATAL_FAILURE(open());
    EXPECT_TRUE(result.circumstances().contains("date not stated")) << result.circumstances().toStdString();
    RecordingList list(folder.path());
    list.refresh();
    ASSERT_EQ(list.count(), 1);
    EXPECT_EQ(list.data(list.index(0), RecordingList::DateTextRole).toString(), "date not stated");
}

TEST_F(Result, ListsTheRecordingsOfAnotherFolderTooAndTheOneAtHandNot) {
    write();
    QTemporaryDir elsewhere;
    for (const auto& [name, started] :
         {std::pair("old.eccrine", "2025-01-02T08:00:00Z"), std::pair("new.eccrine", "2026-06-01T08:00:00Z")})
        SyntheticRecording(elsewhere.filePath(name).toStdString(), started).close();
    RecordingList list(folder.path());
    list.refresh(elsewhere.filePath("new.eccrine"));
    ASSERT_EQ(list.count(), 2);
    EXPECT_EQ(list.fileAt(0), file); // the later test first
    EXPECT_EQ(list.fileAt(1), elsewhere.filePath("old.eccrine"));
}

TEST_F(Result, WarnsOfARecordingThatItsWriterDidNotClose) {
    SyntheticRecording recording(file.toStdString());
    recording.record(SyntheticRecording::end_s);
    ASSERT_NO_FATAL_FAILURE(open());
    EXPECT_FALSE(result.caution().isEmpty());
}

TEST_F(Result, SaysInOneSentenceWhyAFileHasNone) {
    QFile foreign(file);
    ASSERT_TRUE(foreign.open(QIODevice::WriteOnly));
    foreign.write("this is a letter");
    foreign.close();
    QSignalSpy failed(&result, &ResultView::failed);
    result.open(file);
    ASSERT_TRUE(failed.wait(patienceMs));
    EXPECT_TRUE(failed.first().at(1).toString().contains("2026-03-15_101500_qsart.eccrine"));
    EXPECT_FALSE(result.available());
}

TEST_F(Result, KeepsTheLastResultWhenTheNextFileCannotBeRead) {
    write();
    ASSERT_NO_FATAL_FAILURE(open());
    QSignalSpy failed(&result, &ResultView::failed);
    result.open(folder.filePath("missing.eccrine"));
    ASSERT_TRUE(failed.wait(patienceMs));
    EXPECT_TRUE(result.available());
    EXPECT_EQ(result.file(), file);
}

TEST_F(Result, WritesReportCsvAndJsonBesideTheRecording) {
    write();
    ASSERT_NO_FATAL_FAILURE(open());
    for (const auto save : {&ResultView::saveReport, &ResultView::exportCsv, &ResultView::exportJson}) {
        QSignalSpy saved(&result, &ResultView::saved);
        (result.*save)();
        ASSERT_TRUE(saved.wait(patienceMs));
        EXPECT_GT(QFile(saved.first().at(1).toString()).size(), 1000);
    }
    EXPECT_EQ(QDir(folder.path()).entryList({"*.pdf", "*.csv", "*.json"}, QDir::Files).size(), 3);
    QFile json(folder.filePath("2026-03-15_101500_qsart.json"));
    ASSERT_TRUE(json.open(QIODevice::ReadOnly));
    const QJsonObject document = QJsonDocument::fromJson(json.readAll()).object();
    EXPECT_TRUE(document.contains("sites"));
}

TEST_F(Result, AtAStationForPatientsASimulatedOneIsShownAndNotWritten) {
    write();
    result.setStation({records::Station::Use::Patients, "/etc/station.toml"});
    ASSERT_NO_FATAL_FAILURE(open());
    EXPECT_TRUE(result.available());
    const QStringList before = QDir(folder.path()).entryList(QDir::Files);
    for (const auto save : {&ResultView::saveReport, &ResultView::exportCsv, &ResultView::exportJson}) {
        QSignalSpy failed(&result, &ResultView::failed);
        const QSignalSpy saved(&result, &ResultView::saved);
        (result.*save)();
        ASSERT_TRUE(failed.wait(patienceMs));
        EXPECT_TRUE(failed.first().at(1).toString().contains("/etc/station.toml"))
            << failed.first().at(1).toString().toStdString();
        EXPECT_EQ(saved.count(), 0);
    }
    EXPECT_EQ(QDir(folder.path()).entryList(QDir::Files), before);
}

TEST_F(Result, NeverWritesOverTheRecordingItself) {
    const QString csv = folder.filePath("curve.csv");
    write();
    ASSERT_NO_FATAL_FAILURE(open());
    QSignalSpy saved(&result, &ResultView::saved);
    result.exportCsv();
    ASSERT_TRUE(saved.wait(patienceMs));
    ASSERT_TRUE(QFile::rename(saved.first().at(1).toString(), csv));
    QFile before(csv);
    ASSERT_TRUE(before.open(QIODevice::ReadOnly));
    const QByteArray content = before.readAll();
    file = csv;
    ASSERT_NO_FATAL_FAILURE(open());
    QSignalSpy failed(&result, &ResultView::failed);
    result.exportCsv();
    EXPECT_EQ(failed.count(), 1);
    before.seek(0);
    EXPECT_EQ(before.readAll(), content);
}

} // namespace
} // namespace eccrine::ui
