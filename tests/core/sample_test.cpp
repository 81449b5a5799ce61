// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sample.hpp"
#include "core/sample_frame.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace eccrine {
namespace {

std::vector<std::byte> raw(std::initializer_list<int> values) {
    std::vector<std::byte> bytes;
    for (const int v : values)
        bytes.push_back(static_cast<std::byte>(v));
    return bytes;
}

TEST(RawWord, ReadsLittleEndianTwosComplement) {
    EXPECT_EQ(rawWord(raw({0xFE, 0xFF}).data(), RawFormat::I16), -2);
    EXPECT_EQ(rawWord(raw({0xA0, 0x0F, 0x00}).data(), RawFormat::I24), 4000);
    EXPECT_EQ(rawWord(raw({0x60, 0xF0, 0xFF}).data(), RawFormat::I24), -4000);
    EXPECT_EQ(rawWord(raw({0x00, 0x00, 0x80}).data(), RawFormat::I24), -8388608);
    EXPECT_EQ(rawWord(raw({0xFF, 0xFF, 0xFF, 0x7F}).data(), RawFormat::I32),
              std::numeric_limits<std::int32_t>::max());
}

TEST(PhysicalValue, AppliesScaleAndOffset) {
    EXPECT_DOUBLE_EQ(physicalValue(4000, RawFormat::I24, {Measurand::AnodeCurrent, 0.5F, 1.0F}), 2001.0);
    const auto bits = std::bit_cast<std::int32_t>(20.25F);
    EXPECT_DOUBLE_EQ(physicalValue(bits, RawFormat::F32, {Measurand::HumidityOut, 1.0F, 0.0F}), 20.25);
}

TEST(PhysicalValue, KeepsAFloatThatIsNoNumber) {
    const auto bits = std::bit_cast<std::int32_t>(std::numeric_limits<float>::quiet_NaN());
    EXPECT_TRUE(std::isnan(physicalValue(bits, RawFormat::F32, {Measurand::HumidityOut, 1.0F, 0.0F})));
}

TEST(StreamDescription, CountsSitesAndValuesPerTick) {
    StreamDescription s{1, RawFormat::I24, 0b1011, 1'000'000, std::vector<ChannelDescription>(3)};
    EXPECT_EQ(s.sites(), 3U);
    EXPECT_EQ(s.valuesPerTick(), 9U);
    s.siteMask = 0;
    EXPECT_EQ(s.valuesPerTick(), 0U);
}

TEST(SampleFrame, CarriesAPayloadUnchanged) {
    const BlockPosition sent{2, 10, true, 0x0102030405ULL, DeviceTime{std::chrono::seconds{7}}, {}};
    SampleFrame frame;
    frame.setPayload(sent);
    const auto got = frame.payload<BlockPosition>();
    EXPECT_EQ(got.firstIndex, sent.firstIndex);
    EXPECT_EQ(got.first, sent.first);
    EXPECT_TRUE(got.overrunBefore);
}

} // namespace
} // namespace eccrine
