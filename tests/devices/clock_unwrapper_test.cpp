// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/clock_unwrapper.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace eccrine::devices::efp {
namespace {

using namespace std::chrono_literals;

DeviceTime at(std::int64_t us) {
    return DeviceTime{std::chrono::microseconds{us}};
}

TEST(ClockUnwrapper, ContinuesAcrossTheWrapOf32BitMicroseconds) {
    ClockUnwrapper clock;
    EXPECT_EQ(clock.unwrap(0xFFFF'FF00U), at(0xFFFF'FF00));
    EXPECT_EQ(clock.unwrap(0x0000'0100U), at(0x1'0000'0100));
}

TEST(ClockUnwrapper, CountsManyWraps) { // 71.6 min each
    ClockUnwrapper clock;
    std::int64_t truth = 5;
    for (int i = 0; i < 3000; ++i, truth += 400'000'000)
        ASSERT_EQ(clock.unwrap(static_cast<std::uint32_t>(truth)), at(truth)) << i;
}

TEST(ClockUnwrapper, GoesBackForALateFrameAlsoAcrossTheWrap) {
    ClockUnwrapper clock;
    EXPECT_EQ(clock.unwrap(0xFFFF'FFF0U), at(0xFFFF'FFF0));
    EXPECT_EQ(clock.unwrap(0x10U), at(0x1'0000'0010));
    EXPECT_EQ(clock.unwrap(0xFFFF'FFF8U), at(0xFFFF'FFF8));
    EXPECT_EQ(clock.unwrap(0x20U), at(0x1'0000'0020));
    EXPECT_EQ(clock.unwrap(0x18U), at(0x1'0000'0018));
}

TEST(ClockUnwrapper, ACounterOf64BitsGoesOnBeyond32) {
    ClockUnwrapper clock;
    EXPECT_EQ(clock.unwrap(0xFFFF'FF00U), at(0xFFFF'FF00));
    EXPECT_EQ(clock.unwrap(0x1'0000'0100U), at(0x1'0000'0100));
    EXPECT_EQ(clock.unwrap(0x3'0000'0000U), at(0x3'0000'0000));
}

TEST(ClockUnwrapper, ACounterThatGoesBackBelongsToADeviceThatBeganAnew) {
    ClockUnwrapper clock;
    EXPECT_EQ(clock.unwrap(1'000'000'000), at(1'000'000'000)); // 17 min
    EXPECT_FALSE(clock.unwrap(200'000));
    ClockUnwrapper longer;
    EXPECT_EQ(longer.unwrap(0x2'0000'0000U), at(0x2'0000'0000)); // cannot be a counter of 32 bits
    EXPECT_FALSE(longer.unwrap(200'000));
}

TEST(ClockUnwrapper, ANumberThatNoCounterReachesDoesNotOverflow) {
    ClockUnwrapper clock;
    EXPECT_EQ(clock.unwrap(5), at(5));
    EXPECT_TRUE(clock.unwrap(std::numeric_limits<std::uint64_t>::max()));
    EXPECT_FALSE(clock.unwrap(6));
}

} // namespace
} // namespace eccrine::devices::efp
