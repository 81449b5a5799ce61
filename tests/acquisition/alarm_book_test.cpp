// SPDX-License-Identifier: GPL-3.0-or-later
// SR-25: alarms have a priority, and stay until somebody has acknowledged them.
#include "acquisition/alarm_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::acquisition {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::string> sentences(const AlarmBook& book) {
    std::vector<std::string> out;
    for (const Alarm& a : book.all())
        out.push_back(a.sentence);
    return out;
}

TEST(AlarmBook, TheMostUrgentComesFirstAndOfThoseTheNewest) {
    AlarmBook book;
    book.note(AlarmKind::Clock, "clock");
    book.raise(AlarmKind::CurrentOff, "trip");
    book.note(AlarmKind::Delivery, "contact");
    book.note(AlarmKind::Skin, "skin");
    book.inform(AlarmKind::CurrentPaused, "pause");
    EXPECT_THAT(sentences(book), ElementsAre("trip", "skin", "contact", "clock", "pause"));
}

TEST(AlarmBook, WhatIsOverStaysUntilItIsAcknowledged) {
    AlarmBook book;
    book.raise(AlarmKind::Watched, "late");
    book.settle(AlarmKind::Watched);
    ASSERT_THAT(book.all(), SizeIs(1));
    EXPECT_FALSE(book.all()[0].holds);
    EXPECT_TRUE(book.acknowledge(book.all()[0].number));
    EXPECT_THAT(book.all(), IsEmpty());
}

TEST(AlarmBook, WhatIsAcknowledgedStaysAsLongAsItHolds) {
    AlarmBook book;
    book.raise(AlarmKind::Storage, "disk full");
    static_cast<void>(book.acknowledge(book.all()[0].number));
    ASSERT_THAT(book.all(), SizeIs(1));
    EXPECT_TRUE(book.all()[0].acknowledged);
    book.raise(AlarmKind::Storage, "disk full");
    EXPECT_TRUE(book.all()[0].acknowledged) << "said again, it is the same alarm";
    book.settle(AlarmKind::Storage);
    EXPECT_THAT(book.all(), IsEmpty());
}

TEST(AlarmBook, OtherWordsAreAnotherAlarm) {
    AlarmBook book;
    book.raise(AlarmKind::Storage, "disk full");
    const auto first = book.all()[0].number;
    static_cast<void>(book.acknowledge(first));
    book.raise(AlarmKind::Storage, "disk gone");
    ASSERT_THAT(book.all(), SizeIs(1));
    EXPECT_FALSE(book.all()[0].acknowledged);
    EXPECT_GT(book.all()[0].number, first);
}

TEST(AlarmBook, OnlyWhatWasSeenIsAcknowledgedAndOnce) {
    AlarmBook book;
    book.raise(AlarmKind::CurrentPaused, "no contact");
    const auto shown = book.all()[0].number;
    book.raise(AlarmKind::CurrentOff, "trip");
    const auto seen = book.acknowledge(shown);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->sentence, "no contact");
    EXPECT_EQ(book.all()[0].sentence, "trip");
    EXPECT_FALSE(book.all()[0].acknowledged);
    EXPECT_FALSE(book.acknowledge(shown)) << "once";
    EXPECT_FALSE(book.acknowledge(4711)) << "there is none";
}

TEST(AlarmBook, ALookThatFallsDueAgainIsNewAlthoughItsWordsAreTheSame) {
    AlarmBook book;
    book.note(AlarmKind::Skin, "look");
    const auto first = book.all()[0].number;
    book.note(AlarmKind::Skin, "look");
    ASSERT_THAT(book.all(), SizeIs(1));
    EXPECT_GT(book.all()[0].number, first);
}

TEST(AlarmBook, TheSameAtAnotherSiteIsAnotherAlarm) {
    AlarmBook book;
    book.note(AlarmKind::Delivery, "forearm", 0);
    book.note(AlarmKind::Delivery, "foot", 4);
    EXPECT_THAT(book.all(), SizeIs(2));
}

TEST(AlarmBook, WhatAPersonDidTakesNoOpenAlarmAwayAndDoesNotHideOne) {
    AlarmBook book;
    book.raise(AlarmKind::CurrentOff, "over-current");
    book.inform(AlarmKind::CurrentOff, "STOP was pressed");
    ASSERT_THAT(book.all(), SizeIs(1));
    EXPECT_EQ(book.all()[0].sentence, "over-current");
    AlarmBook other;
    other.inform(AlarmKind::CurrentOff, "the same words");
    other.raise(AlarmKind::CurrentOff, "the same words");
    EXPECT_FALSE(other.all()[0].acknowledged);
}

TEST(AlarmBook, InformationNeedsNobody) {
    AlarmBook book;
    book.inform(AlarmKind::CurrentOff, "STOP was pressed");
    ASSERT_THAT(book.all(), SizeIs(1));
    EXPECT_TRUE(book.all()[0].acknowledged);
    book.raise(AlarmKind::CurrentOff, "over-current");
    EXPECT_EQ(book.all()[0].priority, AlarmPriority::High);
    book.remove(AlarmKind::CurrentOff);
    EXPECT_THAT(book.all(), IsEmpty());
}

} // namespace
} // namespace eccrine::acquisition
