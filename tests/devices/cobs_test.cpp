// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/cobs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace eccrine::devices::efp {
namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes(std::initializer_list<int> values) {
    Bytes out;
    for (const int v : values)
        out.push_back(static_cast<std::byte>(v));
    return out;
}
Bytes run(int from, int to) {
    Bytes out;
    for (int v = from; v <= to; ++v)
        out.push_back(static_cast<std::byte>(v));
    return out;
}
Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}
Bytes encoded(const Bytes& in) {
    Bytes out(cobsBound(in.size()));
    out.resize(cobsEncode(in, out));
    return out;
}
std::optional<Bytes> decoded(const Bytes& in, std::size_t room = 2048) {
    Bytes out(room);
    const auto n = cobsDecode(in, out);
    if (!n) return std::nullopt;
    out.resize(*n);
    return out;
}

struct Vector {
    Bytes plain;
    Bytes coded;
};

/// Published example vectors, as in the encyclopaedia article on COBS.
std::vector<Vector> vectors() {
    return {
        {bytes({0x00}), bytes({0x01, 0x01})},
        {bytes({0x00, 0x00}), bytes({0x01, 0x01, 0x01})},
        {bytes({0x00, 0x11, 0x00}), bytes({0x01, 0x02, 0x11, 0x01})},
        {bytes({0x11, 0x22, 0x00, 0x33}), bytes({0x03, 0x11, 0x22, 0x02, 0x33})},
        {bytes({0x11, 0x22, 0x33, 0x44}), bytes({0x05, 0x11, 0x22, 0x33, 0x44})},
        {bytes({0x11, 0x00, 0x00, 0x00}), bytes({0x02, 0x11, 0x01, 0x01, 0x01})},
        {run(0x01, 0xFE), bytes({0xFF}) + run(0x01, 0xFE)},
        {run(0x00, 0xFE), bytes({0x01, 0xFF}) + run(0x01, 0xFE)},
        {run(0x01, 0xFF), bytes({0xFF}) + run(0x01, 0xFE) + bytes({0x02, 0xFF})},
        {run(0x02, 0xFF) + bytes({0x00}), bytes({0xFF}) + run(0x02, 0xFF) + bytes({0x01, 0x01})},
        {run(0x03, 0xFF) + bytes({0x00, 0x01}), bytes({0xFE}) + run(0x03, 0xFF) + bytes({0x02, 0x01})},
    };
}

TEST(Cobs, EncodesThePublishedVectors) {
    for (const auto& v : vectors())
        EXPECT_EQ(encoded(v.plain), v.coded) << testing::PrintToString(v.plain);
}

TEST(Cobs, DecodesThePublishedVectors) {
    for (const auto& v : vectors())
        EXPECT_EQ(decoded(v.coded), v.plain) << testing::PrintToString(v.coded);
}

TEST(Cobs, AcceptsTheExtraBlockThatSomeEncodersAddAfterAFullOne) {
    EXPECT_EQ(decoded(bytes({0xFF}) + run(0x01, 0xFE) + bytes({0x01})), run(0x01, 0xFE));
}

TEST(Cobs, WhatIsEncodedHoldsNoZeroStaysWithinTheBoundAndComesBack) {
    std::mt19937 random(7); // NOLINT: the same bytes each time
    for (std::size_t length = 0; length <= 1024; ++length) {
        Bytes plain(length);
        const auto zeros = random() % 3;
        for (auto& b : plain)
            b = static_cast<std::byte>(zeros == 0   ? 1 + random() % 255
                                       : zeros == 1 ? random() % 2
                                                    : random() % 256);
        const Bytes coded = encoded(plain);
        ASSERT_THAT(coded, testing::Not(testing::Contains(std::byte{0}))) << length;
        ASSERT_LE(coded.size(), cobsBound(length));
        ASSERT_EQ(decoded(coded), plain) << length;
    }
}

TEST(Cobs, TheBoundIsReachedWithoutAZero) {
    EXPECT_EQ(encoded(Bytes(1024, std::byte{1})).size(), cobsBound(1024));
}

TEST(Cobs, ABlockThatRunsOverTheEndIsRefused) {
    EXPECT_EQ(decoded(bytes({0x03, 0x11})), std::nullopt);
    EXPECT_EQ(decoded(bytes({0x02, 0x11, 0x05, 0x22})), std::nullopt);
}

TEST(Cobs, AZeroInsideIsRefused) {
    EXPECT_EQ(decoded(bytes({0x03, 0x11, 0x00})), std::nullopt);
    EXPECT_EQ(decoded(bytes({0x01, 0x00, 0x01})), std::nullopt);
}

TEST(Cobs, WhatDoesNotFitTheBufferIsRefused) {
    EXPECT_EQ(decoded(bytes({0x03, 0x11, 0x22}), 2), bytes({0x11, 0x22}));
    EXPECT_EQ(decoded(bytes({0x03, 0x11, 0x22}), 1), std::nullopt);
    EXPECT_EQ(decoded(bytes({0x02, 0x11, 0x01}), 1), std::nullopt)
        << "the zero between two blocks needs room";
}

TEST(Cobs, NothingDecodesToNothing) {
    EXPECT_EQ(decoded({}), Bytes{});
    EXPECT_EQ(decoded(bytes({0x01})), Bytes{});
    EXPECT_EQ(encoded({}), bytes({0x01}));
}

} // namespace
} // namespace eccrine::devices::efp
