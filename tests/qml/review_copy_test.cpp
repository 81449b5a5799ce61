// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/review/review_desk.hpp"
#include "tests/qml/synthetic_recording.hpp"

#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QImage>
#include <QtTest/QSignalSpy>
#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

constexpr int patienceMs = 20'000;

/// A simulated recording in review.
class Copy : public testing::Test {
protected:
    void SetUp() override {
        const QString file = folder.filePath("a.eccrine");
        SyntheticRecording recording(file.toStdString());
        recording.record(SyntheticRecording::end_s);
        recording.close();
        QSignalSpy opened(&desk, &ReviewDesk::opened);
        desk.open(file);
        ASSERT_TRUE(opened.wait(patienceMs));
        ASSERT_TRUE(desk.simulated());
        QGuiApplication::clipboard()->setText("before");
    }
    bool copyPicture() {
        QImage curves(40, 30, QImage::Format_RGB32);
        curves.fill(Qt::white);
        return desk.copyImage(curves, Qt::white, Qt::black);
    }
    QTemporaryDir folder;
    ReviewDesk desk;
};

TEST_F(Copy, OfASimulatedRecordingSaysSoWhereItMayBeHandedOn) {
    EXPECT_TRUE(desk.copyNumbers());
    EXPECT_TRUE(QGuiApplication::clipboard()->text().startsWith("SIMULATED"));
    EXPECT_TRUE(copyPicture());
}

TEST_F(Copy, OfASimulatedRecordingIsRefusedAtAStationForPatients) {
    desk.setStation({records::Station::Use::Patients, "/etc/station.toml"});
    QSignalSpy failed(&desk, &ReviewDesk::failed);
    EXPECT_FALSE(desk.copyNumbers());
    EXPECT_FALSE(copyPicture());
    ASSERT_EQ(failed.count(), 2);
    EXPECT_TRUE(failed.first().at(1).toString().contains("hands on no simulated result"));
    EXPECT_EQ(QGuiApplication::clipboard()->text(), "before");
}

} // namespace
} // namespace eccrine::ui
