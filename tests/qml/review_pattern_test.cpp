// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/review/review_desk.hpp"
#include "tests/qml/synthetic_recording.hpp"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

TEST(ReviewPattern, SaysInTheWordsOfTheReportWhyAVolumeIsNotCompared) {
    const QTemporaryDir folder;
    const QString file = folder.filePath("paused.eccrine");
    SyntheticRecording recording(file.toStdString());
    recording.pause(300.0, 303.0);
    recording.record(SyntheticRecording::end_s);
    recording.close();
    ReviewDesk desk;
    desk.setNormFolders({std::filesystem::path(ECCRINE_SOURCE_PROTOCOLS) / "norms"});
    QSignalSpy opened(&desk, &ReviewDesk::opened);
    desk.open(file);
    ASSERT_TRUE(opened.wait(20'000));
    const QStringList found =
        desk.pattern().filter("No norm for Forearm: The stimulation was paused for 3 s");
    EXPECT_EQ(found.size(), 1) << desk.pattern().join('\n').toStdString();
}

} // namespace
} // namespace eccrine::ui
