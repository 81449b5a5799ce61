// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/recording_tail.hpp"
#include "tests/qml/synthetic_recording.hpp"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

class Tail : public testing::Test {
protected:
    QTemporaryDir folder;
    QString file = folder.filePath("test.eccrine");
    SiteView forearm{0, "forearm", nullptr};
    SiteView foot{3, "foot", nullptr};
    RecordingTail tail{{&forearm, &foot}, nullptr};
};

TEST_F(Tail, TurnsTheHumidityOfTheFileIntoTheSweatRate) {
    SyntheticRecording recording(file.toStdString());
    recording.record(400.0);
    tail.follow(file);
    const MinMaxPyramid& curve = forearm.curve()->samples();
    ASSERT_EQ(curve.size(), 4000U);
    for (const std::size_t i : {0U, 1999U, 3200U, 3999U})
        EXPECT_NEAR(curve.value(i), SyntheticRecording::rateAt(curve.time(i)), 0.02) << curve.time(i);
}

TEST_F(Tail, ShowsTheSameCurveReadInPiecesAndAtOnce) {
    SyntheticRecording recording(file.toStdString());
    recording.record(50.0);
    tail.follow(file);
    for (double until = 93.3; until < 800.0; until += 71.7) {
        recording.record(until);
        tail.poll();
    }
    SiteView again(0, "forearm", nullptr);
    RecordingTail late({&again}, nullptr);
    late.follow(file);
    const MinMaxPyramid& grown = forearm.curve()->samples();
    const MinMaxPyramid& whole = again.curve()->samples();
    ASSERT_EQ(grown.size(), whole.size());
    for (std::size_t i = 0; i < grown.size(); ++i) {
        ASSERT_EQ(grown.time(i), whole.time(i));
        ASSERT_EQ(grown.value(i), whole.value(i));
    }
}

TEST_F(Tail, CountsTheVolumeAboveTheBaselineFromTheStimulusOn) {
    SyntheticRecording recording(file.toStdString());
    recording.record(180.0);
    tail.follow(file);
    EXPECT_TRUE(std::isnan(forearm.volumeUl()));
    recording.record(350.0);
    tail.poll();
    tail.setStimulusStart(SyntheticRecording::stimulusStart_s);
    EXPECT_NEAR(forearm.volumeUl(), 60.0 * 60.0 / 2.0 / 60.0 / 1000.0, 0.002); // the triangle since 290 s
    recording.record(SyntheticRecording::end_s);
    tail.poll();
    EXPECT_NEAR(forearm.volumeUl(), SyntheticRecording::volume_ul, 0.005);
}

TEST_F(Tail, GivesOneMeanForEachFullSecond) {
    SyntheticRecording recording(file.toStdString());
    recording.record(100.0);
    tail.follow(file);
    const MinMaxPyramid& means = forearm.means()->samples();
    EXPECT_EQ(means.size(), 99U); // the last second is not over
    EXPECT_NEAR(means.value(50), 40.0, 0.02);
}

TEST_F(Tail, TellsWhoIsTestedAndThatItIsSimulated) {
    SyntheticRecording recording(file.toStdString());
    recording.record(1.0);
    QSignalSpy header(&tail, &RecordingTail::headerRead);
    tail.follow(file);
    ASSERT_EQ(header.count(), 1);
    EXPECT_EQ((header.first().at(0).value<QMap<QString, QString>>().value("patient.name")), "Doe, Jane");
    EXPECT_TRUE(header.first().at(1).toBool());
}

TEST_F(Tail, WaitsForAFileThatIsNotThereYet) {
    tail.follow(file);
    EXPECT_TRUE(forearm.curve()->samples().empty());
    SyntheticRecording recording(file.toStdString());
    recording.record(10.0);
    tail.poll();
    EXPECT_EQ(forearm.curve()->samples().size(), 100U);
}

TEST_F(Tail, BeginsAnewWithTheNextRecording) {
    SyntheticRecording first(file.toStdString());
    first.record(300.0);
    tail.follow(file);
    tail.setStimulusStart(200.0);
    const QString next = folder.filePath("next.eccrine");
    SyntheticRecording second(next.toStdString());
    second.record(5.0);
    tail.follow(next);
    EXPECT_EQ(forearm.curve()->samples().size(), 50U);
    EXPECT_TRUE(std::isnan(forearm.volumeUl()));
}

TEST_F(Tail, LeavesASiteWithoutSignalsEmpty) {
    SyntheticRecording recording(file.toStdString());
    recording.record(300.0);
    tail.follow(file);
    tail.setStimulusStart(200.0);
    EXPECT_TRUE(foot.curve()->samples().empty());
    EXPECT_TRUE(std::isnan(foot.volumeUl()));
}

} // namespace
} // namespace eccrine::ui
