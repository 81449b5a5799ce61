// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/link_faults.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace eccrine::devices::virtual_instrument {
namespace {

/// Frames of two bytes: a number and the delimiter.
struct Cable {
    std::vector<int> arrived;
    bool room = true;
    LinkFaults link{1, [this](std::span<const std::byte> wire) {
                        if (!room) return false;
                        arrived.push_back(static_cast<int>(wire[0]));
                        return true;
                    }};
    LinkTrouble trouble;

    bool send(int number, bool sheddable = true) {
        return link.send(std::array{static_cast<std::byte>(number), std::byte{0}}, sheddable, trouble);
    }
};

TEST(LinkFaults, WithoutTroubleEverythingPassesInItsOrder) {
    Cable c;
    for (int k = 1; k <= 5; ++k)
        EXPECT_TRUE(c.send(k));
    EXPECT_EQ(c.arrived, (std::vector{1, 2, 3, 4, 5}));
}

// F-3, F-4
TEST(LinkFaults, ALostFrameIsCountedAndTheDeviceDoesNotKnow) {
    Cable c;
    c.trouble.loss = 1.0;
    EXPECT_TRUE(c.send(1));
    EXPECT_TRUE(c.send(2, false)); // an answer is never lost
    EXPECT_EQ(c.arrived, std::vector{2});
    EXPECT_EQ(c.link.lost(), 1U);
}

// F-5
TEST(LinkFaults, ADuplicatedFrameComesTwiceInARow) {
    Cable c;
    c.trouble.duplicate = 1.0;
    c.send(1);
    c.send(2, false);
    EXPECT_EQ(c.arrived, (std::vector{1, 1, 2}));
}

// F-5
TEST(LinkFaults, AReorderedFrameComesAfterTheNextOneAndNoneIsMissing) {
    Cable c;
    c.trouble.reorder = 1.0;
    for (int k = 1; k <= 6; ++k)
        c.send(k);
    EXPECT_EQ(c.arrived, (std::vector{2, 1, 4, 3, 6, 5}));
}

// F-6
TEST(LinkFaults, AfterASilenceEverythingComesAtOnceAndInOrder) {
    Cable c;
    c.send(1);
    c.trouble.silent = true;
    c.send(2);
    c.send(3, false); // answers wait, too
    c.link.release(c.trouble);
    EXPECT_EQ(c.arrived, std::vector{1});
    c.trouble.silent = false;
    c.send(4); // not before those that waited
    c.link.release(c.trouble);
    c.send(5);
    EXPECT_EQ(c.arrived, (std::vector{1, 2, 3, 4, 5}));
}

TEST(LinkFaults, WhatFindsNoRoomAfterASilenceWaitsOn) {
    Cable c;
    c.trouble.silent = true;
    c.send(1);
    c.send(2);
    c.trouble.silent = false;
    c.room = false;
    c.link.release(c.trouble);
    EXPECT_TRUE(c.arrived.empty());
    c.room = true;
    c.link.release(c.trouble);
    EXPECT_EQ(c.arrived, (std::vector{1, 2}));
    EXPECT_EQ(c.link.lost(), 0U);
}

TEST(LinkFaults, AClosedLinkForgetsWhatWasOnItsWay) {
    Cable c;
    c.trouble.silent = true;
    c.send(1);
    c.link.forget();
    c.trouble.silent = false;
    c.link.release(c.trouble);
    EXPECT_TRUE(c.arrived.empty());
}

// F-32
TEST(LinkFaults, AFlippedByteChangesTheFrameButNotItsDelimiter) {
    std::vector<std::byte> sent(40, std::byte{7});
    sent.back() = std::byte{0};
    int changed = 0;
    LinkFaults link{3, [&](std::span<const std::byte> wire) {
                        EXPECT_EQ(wire.size(), sent.size());
                        EXPECT_EQ(wire.back(), std::byte{0});
                        changed += !std::equal(wire.begin(), wire.end(), sent.begin());
                        return true;
                    }};
    LinkTrouble trouble;
    trouble.flip = 0.5;
    for (int k = 0; k < 1000; ++k)
        link.send(sent, false, trouble);
    EXPECT_NEAR(changed, 500, 80); // 5 standard deviations of 1000 draws
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
