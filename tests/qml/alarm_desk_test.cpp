// SPDX-License-Identifier: GPL-3.0-or-later
// SR-25: an alarm is seen and heard until somebody has acknowledged it; the sound can be paused for two
// minutes.
#include "qml/alarms/alarm_desk.hpp"
#include "tests/qml/fake_bedside.hpp"

#include <QtTest/QSignalSpy>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class SetClock final : public HostClock {
public:
    MonotonicTime now{};
    [[nodiscard]] MonotonicTime monotonic() const noexcept override { return now; }
    [[nodiscard]] WallTime wall() const noexcept override { return {}; }
};

class NotedSpeaker final : public AlarmSpeaker {
public:
    bool there = true;
    std::vector<std::size_t> pulses; ///< of each burst
    int hushed = 0;
    [[nodiscard]] bool available() const override { return there; }
    void sound(const protocols::AlarmSignal& signal) override { pulses.push_back(signal.gaps.size() + 1); }
    void hush() override { ++hushed; }
};

class AlarmDeskTest : public testing::Test {
protected:
    FakeBedside bedside;
    SetClock clock;
    NotedSpeaker speaker;
    AlarmDesk desk{bedside, clock};

    void SetUp() override {
        desk.setSpeaker(speaker);
        bedside.attach();
    }
    /// As the timer of the window, 100 ms after 100 ms.
    void pass(int seconds) {
        for (int i = 0; i < 10 * seconds; ++i) {
            clock.now += std::chrono::milliseconds{100};
            desk.advance();
        }
    }
    [[nodiscard]] QStringList kinds() const {
        QStringList out;
        for (const QVariant& one : desk.list())
            out.append(one.value<BedsideAlarm>().kind());
        return out;
    }
};

TEST_F(AlarmDeskTest, SoundsAtOnceAndAgainUntilItIsAcknowledged) {
    bedside.alarm("current_off", AlarmDesk::High, "trip");
    EXPECT_THAT(speaker.pulses, ElementsAre(10)) << "within the same turn";
    pass(13);
    EXPECT_THAT(speaker.pulses, ElementsAre(10, 10, 10)) << "every 6 s";
    desk.acknowledge();
    EXPECT_EQ(bedside.commands.last(), "acknowledge 1");
    EXPECT_EQ(desk.open(), 0);
    pass(20);
    EXPECT_EQ(speaker.pulses.size(), 3U);
    EXPECT_EQ(kinds(), QStringList("current_off")) << "it is still so";
}

TEST_F(AlarmDeskTest, TheMostUrgentIsHeard) {
    bedside.alarm("link", AlarmDesk::Low, "cable");
    bedside.alarm("skin", AlarmDesk::Medium, "look");
    EXPECT_THAT(speaker.pulses, ElementsAre(2, 3));
    bedside.alarm("current_off", AlarmDesk::High, "trip");
    EXPECT_THAT(speaker.pulses, ElementsAre(2, 3, 10));
    EXPECT_EQ(kinds(), (QStringList{"current_off", "skin", "link"}));
}

TEST_F(AlarmDeskTest, InformationIsSilent) {
    bedside.alarm("current_off", AlarmDesk::Information, "STOP was pressed");
    pass(60);
    EXPECT_THAT(speaker.pulses, IsEmpty());
    EXPECT_EQ(desk.open(), 0);
    EXPECT_EQ(desk.list().size(), 1);
}

TEST_F(AlarmDeskTest, ThePauseOfTheSoundEndsAfterTwoMinutes) {
    bedside.alarm("skin", AlarmDesk::Medium, "look");
    desk.pauseSound();
    EXPECT_EQ(desk.soundPausedS(), 120);
    EXPECT_GT(speaker.hushed, 0);
    pass(119);
    EXPECT_EQ(speaker.pulses.size(), 1U);
    EXPECT_EQ(desk.open(), 1) << "it is still seen";
    pass(2);
    EXPECT_EQ(speaker.pulses.size(), 2U);
}

TEST_F(AlarmDeskTest, ANewAlarmEndsThePause) {
    bedside.alarm("skin", AlarmDesk::Medium, "look");
    desk.pauseSound();
    bedside.alarm("current_paused", AlarmDesk::Medium, "no contact");
    EXPECT_EQ(desk.soundPausedS(), 0);
    EXPECT_EQ(speaker.pulses.size(), 2U);
}

TEST_F(AlarmDeskTest, CallsAPersonOnceForEachAlarm) {
    const QSignalSpy raised(&desk, &AlarmDesk::raised);
    bedside.alarm("skin", AlarmDesk::Medium, "look");
    bedside.tell(FakeBedside::blank(4));
    EXPECT_EQ(raised.count(), 1);
    bedside.alarm("skin", AlarmDesk::Medium, "look again");
    EXPECT_EQ(raised.count(), 2);
}

TEST_F(AlarmDeskTest, AnotherAlarmOfTheSameUrgencyIsHeardAtOnce) {
    bedside.alarm("skin", AlarmDesk::Medium, "look");
    pass(1);
    bedside.alarm("current_paused", AlarmDesk::Medium, "no contact");
    EXPECT_THAT(speaker.pulses, ElementsAre(3, 3));
}

TEST_F(AlarmDeskTest, NobodyAcknowledgesWhatHasJustCome) {
    bedside.alarm("link", AlarmDesk::Low, "cable");
    pass(1);
    bedside.alarm("current_off", AlarmDesk::High, "trip");
    desk.acknowledge(); // the finger was on its way
    EXPECT_EQ(bedside.commands, QStringList("acknowledge 1"));
    pass(1);
    desk.acknowledge();
    EXPECT_EQ(bedside.commands.last(), "acknowledge 2");
}

TEST_F(AlarmDeskTest, WhatStillEndangersStaysOnTop) {
    bedside.alarm("current_without_command", AlarmDesk::High, "leads");
    pass(1);
    desk.acknowledge();
    bedside.alarm("link", AlarmDesk::Low, "cable");
    EXPECT_EQ(kinds(), (QStringList{"current_without_command", "link"}));
    bedside.alarm("clock", AlarmDesk::Information, "told");
    bedside.alarm("skin", AlarmDesk::Medium, "look");
    EXPECT_EQ(kinds(), (QStringList{"current_without_command", "skin", "link", "clock"}))
        << "and there is room for one that nobody has seen";
}

TEST_F(AlarmDeskTest, ThatThereIsNoNewsIsAnAlarmOfItsOwn) {
    desk.setNoNews(true);
    EXPECT_EQ(kinds(), QStringList("no_news"));
    EXPECT_THAT(speaker.pulses, ElementsAre(3));
    pass(1);
    desk.acknowledge();
    EXPECT_THAT(bedside.commands, IsEmpty()) << "the bedside process knows nothing of it";
    EXPECT_EQ(desk.open(), 0);
    desk.setNoNews(false);
    EXPECT_THAT(kinds(), IsEmpty());
    desk.setNoNews(true);
    EXPECT_EQ(desk.open(), 1) << "it is so again";
    desk.setNoNews(false);
    EXPECT_EQ(desk.open(), 1) << "nobody has seen it";
    pass(1);
    desk.acknowledge();
    EXPECT_THAT(kinds(), IsEmpty());
}

TEST_F(AlarmDeskTest, WithoutALoudspeakerAlarmsAreSeenAllTheSame) {
    speaker.there = false;
    const QSignalSpy changed(&desk, &AlarmDesk::soundChanged);
    emit speaker.availableChanged();
    EXPECT_EQ(changed.count(), 1);
    EXPECT_FALSE(desk.soundAvailable());
    bedside.alarm("current_off", AlarmDesk::High, "trip");
    EXPECT_EQ(desk.open(), 1);
}

TEST_F(AlarmDeskTest, AProcessThatGoesInTheMiddleOfATestIsAnAlarm) {
    bedside.tell(FakeBedside::blank(4));
    bedside.alarm("skin", AlarmDesk::Medium, "look");
    bedside.detach();
    EXPECT_EQ(kinds(), QStringList("process_gone"));
    EXPECT_EQ(speaker.pulses.back(), 10U);
    bedside.attach(); // it is begun anew
    EXPECT_TRUE(kinds().contains("process_gone")) << "nobody has seen it";
    pass(1);
    desk.acknowledge();
    EXPECT_FALSE(kinds().contains("process_gone"));
}

TEST_F(AlarmDeskTest, AProcessThatGoesWhenNothingRunsIsNone) {
    bedside.detach();
    EXPECT_THAT(kinds(), IsEmpty());
}

} // namespace
} // namespace eccrine::ui
