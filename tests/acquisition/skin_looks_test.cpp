// SPDX-License-Identifier: GPL-3.0-or-later
// Skin that does not feel is looked at every 60 s (checklist of the QSART, after R40 and R44).
#include "acquisition/skin_looks.hpp"

#include <gtest/gtest.h>

namespace eccrine::acquisition {
namespace {

TestTime at(double seconds) {
    return TestTime{std::chrono::duration_cast<TestTime::duration>(Seconds{seconds})};
}

TEST(SkinLooks, OneFallsDueEveryIntervalOfCurrent) {
    SkinLooks looks;
    looks.setInterval(Seconds{60});
    int due = 0;
    for (int s = 0; s <= 300; ++s)
        if (looks.due(at(s), true)) {
            ++due;
            EXPECT_EQ(s % 60, 0);
        }
    EXPECT_EQ(due, 5);
}

TEST(SkinLooks, NoneWithoutCurrentAndAPauseBeginsAnew) {
    SkinLooks looks;
    looks.setInterval(Seconds{60});
    EXPECT_FALSE(looks.due(at(0), true));
    EXPECT_FALSE(looks.due(at(59), true));
    EXPECT_FALSE(looks.due(at(61), false));
    EXPECT_FALSE(looks.due(at(62), true));
    EXPECT_FALSE(looks.due(at(121), true));
    EXPECT_TRUE(looks.due(at(122), true));
}

TEST(SkinLooks, NoneWhereTheSkinFeels) {
    SkinLooks looks;
    for (int s = 0; s <= 300; ++s)
        EXPECT_FALSE(looks.due(at(s), true));
}

} // namespace
} // namespace eccrine::acquisition
