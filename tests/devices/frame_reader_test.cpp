// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/cobs.hpp"
#include "devices/efp/messages.hpp"
#include "tests/devices/golden_frames.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace eccrine::devices::efp {
namespace {

using Bytes = std::vector<std::byte>;

/// The types of the frames that came out.
std::vector<int> feed(FrameReader& reader, std::span<const std::byte> bytes) {
    std::vector<int> types;
    reader.feed(bytes, [&](const Frame& f) { types.push_back(f.header.type); });
    return types;
}
Bytes joined(std::initializer_list<std::string_view> hexes) {
    Bytes all;
    for (const auto hex : hexes) {
        const auto one = golden::bytes(hex);
        all.insert(all.end(), one.begin(), one.end());
    }
    return all;
}
Bytes logWire() {
    WireBuffer wire;
    const auto bytes = encodeFrame({code(Type::Log), 0, 2, 0x0102030405060708U},
                                   std::as_bytes(std::span(golden::logText)), wire);
    return {bytes.begin(), bytes.end()};
}
/// Every golden frame's wire bytes.
std::vector<Bytes> allFrames() {
    std::vector<Bytes> all;
    for (const auto hex : golden::printedWhole)
        all.push_back(golden::bytes(hex));
    all.push_back(logWire());
    return all;
}
/// COBS of raw bytes that need not be a frame, with a delimiter.
Bytes coded(const Bytes& raw) {
    Bytes out(cobsBound(raw.size()) + 1);
    const std::size_t n = cobsEncode(raw, out);
    out.resize(n + 1);
    out[n] = std::byte{0};
    return out;
}

TEST(FrameReader, EverySingleBitFlipOfAGoldenFrameIsRefused) {
    for (const Bytes& frame : allFrames()) {
        for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
            Bytes flipped = frame;
            flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
            flipped.push_back(std::byte{0}); // in case the delimiter was hit
            FrameReader reader;
            ASSERT_TRUE(feed(reader, flipped).empty())
                << "bit " << bit << " of type " << static_cast<int>(frame[2]);
            ASSERT_GE(reader.bad(), 1U) << "bit " << bit;
        }
    }
}

TEST(FrameReader, TruncationAtEveryLengthIsRefused) {
    for (const Bytes& frame : allFrames()) {
        for (std::size_t length = 1; length + 1 < frame.size(); ++length) {
            Bytes cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(length));
            cut.push_back(std::byte{0});
            FrameReader reader;
            ASSERT_TRUE(feed(reader, cut).empty()) << "cut to " << length;
            ASSERT_EQ(reader.bad(), 1U) << "cut to " << length;
        }
    }
}

TEST(FrameReader, AFrameCutOffByTheNextOneCostsOnlyItself) {
    Bytes bytes = golden::bytes(golden::status);
    bytes.resize(40);
    bytes.push_back(std::byte{0}); // the sender starts anew
    const auto next = golden::bytes(golden::acknowledge);
    bytes.insert(bytes.end(), next.begin(), next.end());
    FrameReader reader;
    EXPECT_EQ(feed(reader, bytes), std::vector<int>{0xA0});
    EXPECT_EQ(reader.bad(), 1U);
}

TEST(FrameReader, BytesThatComeOneByOneMakeTheSameFrames) {
    const Bytes all = joined({golden::hello, golden::describe, golden::status});
    FrameReader reader;
    std::vector<int> types;
    for (const std::byte b : all)
        for (const int type : feed(reader, std::span(&b, 1)))
            types.push_back(type);
    EXPECT_EQ(types, (std::vector<int>{0x81, 0x83, 0xA1}));
    EXPECT_EQ(reader.bad(), 0U);
}

TEST(FrameReader, FramesThatComeTogetherAreAllHandedOnInTheirOrder) {
    FrameReader reader;
    EXPECT_EQ(feed(reader, joined({golden::acknowledge, golden::data, golden::event, golden::status})),
              (std::vector<int>{0xA0, 0x90, 0xA3, 0xA1}));
    EXPECT_EQ(reader.count(FrameFault::None), 4U);
}

TEST(FrameReader, TheHalfOfAFrameBeforeTheFirstDelimiterIsDroppedAndTheNextFrameKept) {
    Bytes bytes = golden::bytes(golden::status);
    bytes.erase(bytes.begin(), bytes.begin() + 30);
    const auto next = golden::bytes(golden::data);
    bytes.insert(bytes.end(), next.begin(), next.end());
    FrameReader reader;
    EXPECT_EQ(feed(reader, bytes), std::vector<int>{0x90});
    EXPECT_EQ(reader.bad(), 1U);
}

TEST(FrameReader, DelimitersBetweenFramesAreNotFrames) {
    Bytes bytes(5, std::byte{0});
    const auto next = golden::bytes(golden::stop);
    bytes.insert(bytes.end(), next.begin(), next.end());
    bytes.insert(bytes.end(), 3, std::byte{0});
    FrameReader reader;
    EXPECT_EQ(feed(reader, bytes), std::vector<int>{0x2F});
    EXPECT_EQ(reader.bad(), 0U);
}

TEST(FrameReader, TheLongestFrameIsOf1030BytesAndComesThrough) {
    const Bytes payload(maxPayloadBytes, std::byte{0x55});
    WireBuffer wire;
    // no zero anywhere in the header, so that COBS needs its most
    const auto bytes = encodeFrame({0xFE, 0x0101, 0x01010101U, 0x0101010101010101U}, payload, wire);
    EXPECT_EQ(bytes.size(), maxWireBytes);
    FrameReader reader;
    EXPECT_EQ(feed(reader, bytes), std::vector<int>{0xFE});
}

TEST(FrameReader, WhatIsLongerIsDroppedUntilTheNextDelimiterAndCountedOnce) {
    for (const std::size_t length : {maxWireBytes, maxWireBytes + 1, std::size_t{100'000}}) {
        Bytes bytes(length, std::byte{0x01});
        bytes.push_back(std::byte{0});
        const auto next = golden::bytes(golden::acknowledge);
        bytes.insert(bytes.end(), next.begin(), next.end());
        FrameReader reader;
        EXPECT_EQ(feed(reader, bytes), std::vector<int>{0xA0}) << length;
        EXPECT_EQ(reader.count(FrameFault::TooLong), 1U) << length;
        EXPECT_EQ(reader.bad(), 1U) << length;
    }
}

TEST(FrameReader, ResetForgetsTheBeginningOfAFrame) {
    const auto frame = golden::bytes(golden::stop);
    FrameReader reader;
    EXPECT_TRUE(feed(reader, std::span(frame).first(10)).empty());
    reader.reset();
    EXPECT_EQ(feed(reader, frame), std::vector<int>{0x2F});
    EXPECT_EQ(reader.bad(), 0U);
}

TEST(FrameReader, AChangedSequenceFailsTheChecksum) { // the protocol page's first negative case
    Bytes bytes = golden::bytes(golden::stop);
    ASSERT_EQ(bytes[5], std::byte{0xFF});
    bytes[5] = std::byte{0xEF};
    FrameReader reader;
    EXPECT_TRUE(feed(reader, bytes).empty());
    EXPECT_EQ(reader.count(FrameFault::Checksum), 1U);
}

TEST(FrameReader, StopCutByOneByteFailsCobs) { // the second
    Bytes bytes = golden::bytes(golden::stop);
    bytes.erase(bytes.end() - 2);
    FrameReader reader;
    EXPECT_TRUE(feed(reader, bytes).empty());
    EXPECT_EQ(reader.count(FrameFault::Cobs), 1U);
}

TEST(FrameReader, StopCutByFiveBytesFailsTheLength) { // the third
    Bytes bytes = golden::bytes(golden::stop);
    bytes.erase(bytes.end() - 6, bytes.end() - 1);
    std::array<std::byte, maxRawBytes> raw{};
    EXPECT_EQ(cobsDecode(std::span(bytes).first(bytes.size() - 1), raw), 15U);
    FrameReader reader;
    EXPECT_TRUE(feed(reader, bytes).empty());
    EXPECT_EQ(reader.count(FrameFault::TooShort), 1U);
}

TEST(FrameReader, AnotherVersionWithARightChecksumIsCountedAsSuch) {
    // STOP with version 2, seq 1; CRC-32C by the catalogue's definition, computed outside
    Bytes raw;
    for (const int v : {0x02, 0x2F, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x56, 0x19, 0xFF, 0x5A})
        raw.push_back(static_cast<std::byte>(v));
    FrameReader reader;
    EXPECT_TRUE(feed(reader, coded(raw)).empty());
    EXPECT_EQ(reader.count(FrameFault::Version), 1U);
}

TEST(FrameReader, FlagsThatAreNotKnownDoNotMatter) {
    WireBuffer wire;
    const auto bytes = encodeFrame({code(Type::Stop), 0xFFF8, 5, 0}, {}, wire);
    FrameReader reader;
    EXPECT_EQ(feed(reader, bytes), std::vector<int>{0x2F});
}

} // namespace
} // namespace eccrine::devices::efp
