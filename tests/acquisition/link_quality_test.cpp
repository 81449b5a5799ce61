// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/link_quality.hpp"

#include <gtest/gtest.h>

namespace eccrine::acquisition {
namespace {

/// Frames one after the other, every `every`-th of them damaged. \return how often the link became poor
int told(LinkQuality& link, std::uint64_t frames, std::uint64_t every, std::uint64_t& good,
         std::uint64_t& bad) {
    int times = 0;
    for (std::uint64_t n = 1; n <= frames; ++n) {
        if (every > 0 && n % every == 0)
            ++bad;
        else
            ++good;
        times += link.add(good, bad) ? 1 : 0;
    }
    return times;
}

TEST(LinkQuality, OneDamagedFrameInAThousandIsToldOnce) { // F-32
    LinkQuality link;
    std::uint64_t good = 0, bad = 0;
    EXPECT_EQ(told(link, 2999, 1000, good, bad), 0) << "two are no rate";
    EXPECT_EQ(told(link, 1, 1, good, bad), 1);
    EXPECT_EQ(told(link, 100'000, 1000, good, bad), 0);
}

TEST(LinkQuality, OneInFiveThousandIsNot) {
    LinkQuality link;
    std::uint64_t good = 0, bad = 0;
    EXPECT_EQ(told(link, 200'000, 5000, good, bad), 0);
}

TEST(LinkQuality, WhatHasBecomeGoodCanBecomePoorAgain) {
    LinkQuality link;
    std::uint64_t good = 0, bad = 0;
    EXPECT_EQ(told(link, 300, 100, good, bad), 1);
    EXPECT_EQ(told(link, 20'000, 0, good, bad), 0);
    EXPECT_EQ(link.bad(), 0U);
    EXPECT_EQ(told(link, 10'000, 1000, good, bad), 1);
}

TEST(LinkQuality, LooksAtTheLastTenThousandFrames) {
    LinkQuality link;
    std::uint64_t good = 0, bad = 0;
    told(link, 50'000, 100, good, bad);
    EXPECT_NEAR(static_cast<double>(link.frames()), 10'000.0, 500.0);
    EXPECT_NEAR(static_cast<double>(link.bad()), 100.0, 6.0);
}

} // namespace
} // namespace eccrine::acquisition
