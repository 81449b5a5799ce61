// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/typed_date.hpp"
#include "qml/sweat/lot_scan.hpp"

#include <gtest/gtest.h>

namespace eccrine::ui {
namespace {

// What the date of birth takes the expiry takes, too, and the other way round.
TEST(TypedDate, IsReadAlikeInEveryField) {
    for (const char* text : {"2027-03-31", "20270331", "31.3.2027", " 31.03.2027 "}) {
        EXPECT_EQ(typedDate(text), (Date{2027, 3, 31})) << text;
        EXPECT_EQ(expiryOf(text), (Date{2027, 3, 31})) << text;
    }
    for (const char* text : {"", "31.3", "31.2.2027", "03/31/2027", "tomorrow"})
        EXPECT_FALSE(typedDate(text)) << text;
}

TEST(TypedMoment, IsOfTodayUnlessItsDayIsTyped) {
    const Date today{2026, 2, 7};
    EXPECT_EQ(typedMoment("15:20", today), (Moment{today, 920}));
    EXPECT_EQ(typedMoment("6.2.2026 8:05", today), (Moment{{2026, 2, 6}, 485}));
    EXPECT_EQ(typedMoment("2026-02-06 8:05", today), (Moment{{2026, 2, 6}, 485}));
    for (const char* text : {"", "2026-02-06", "25:00", "yesterday 8:05"})
        EXPECT_FALSE(typedMoment(text, today)) << text;
}

} // namespace
} // namespace eccrine::ui
