// SPDX-License-Identifier: GPL-3.0-or-later
// What the decoder has to keep for any bytes. The same entry runs under libFuzzer and, on the seed corpus, as
// a unit test.
#include "devices/efp/messages.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace eccrine::devices::efp {
namespace {

using Bytes = std::vector<std::byte>;

void require(bool holds, const char* what) {
    if (holds) return;
    std::fprintf(stderr, "the decoder broke a rule: %s\n", what);
    std::abort();
}

/// A message that was read has to be written as it came (reserved fields are written as zero), and what is
/// written has to be read again.
template <class Message, class Write, class Parse>
void writtenAndReadAgain(const std::optional<Message>& message, Write write, Parse parse) {
    if (!message) return;
    Payload first{};
    Payload second{};
    const std::size_t length = write(*message, std::span<std::byte>(first));
    const auto again = parse(std::span<const std::byte>(first).first(length));
    require(again.has_value(), "a message that was written can be read");
    const std::size_t length2 = write(*again, std::span<std::byte>(second));
    require(length == length2 && first == second, "reading and writing a message changes nothing");
}
template <class Message>
void member(std::span<const std::byte> payload) {
    writtenAndReadAgain(
        Message::parse(payload), [](const auto& m, auto out) { return m.write(out); },
        [](auto in) { return Message::parse(in); });
}
template <class Write, class Parse>
void function(std::span<const std::byte> payload, Write write, Parse parse) {
    writtenAndReadAgain(parse(payload), write, parse);
}

void readPayload(std::uint8_t type, std::span<const std::byte> payload) {
    switch (static_cast<Type>(type)) {
    case Type::HelloRequest:
        return member<HelloRequest>(payload);
    case Type::Hello:
        if (const auto m = Hello::parse(payload))
            require(m->serialText().size() <= 16, "a serial has its room");
        return member<Hello>(payload);
    case Type::Describe:
        return function(
            payload, [](const auto& m, auto out) { return writeDescribe(m, out); },
            [](auto in) { return parseDescribe(in); });
    case Type::TimeSync:
        return member<TimeSyncReply>(payload);
    case Type::StreamStart:
    case Type::StreamStop:
        return member<StreamControl>(payload);
    case Type::Data:
        if (const auto m = Data::parse(payload)) {
            require(!m->samples.empty() && m->samples.data() >= payload.data() &&
                        m->samples.data() + m->samples.size() <= payload.data() + payload.size(),
                    "samples lie within their payload");
            std::byte sum{0};
            for (const std::byte b : m->samples)
                sum ^= b;
            static_cast<void>(sum);
        }
        return;
    case Type::SetLimits:
    case Type::LimitsEcho:
        return function(
            payload, [](const auto& m, auto out) { return writeLimits(m, out); },
            [](auto in) { return parseLimits(in); });
    case Type::Arm:
        return member<Arm>(payload);
    case Type::SetCurrent:
        return member<SetCurrent>(payload);
    case Type::Acknowledge:
        return function(
            payload, [](const auto& m, auto out) { return writeAcknowledge(m, out); },
            [](auto in) { return parseAcknowledge(in); });
    case Type::Status:
        return function(
            payload, [](const auto& m, auto out) { return writeStatus(m, out); },
            [](auto in) { return parseStatus(in); });
    case Type::Event:
        return function(
            payload, [](const auto& m, auto out) { return writeEvent(m, out); },
            [](auto in) { return parseEvent(in); });
    case Type::EventAcknowledge:
        return member<EventAcknowledge>(payload);
    default:
        return;
    }
}

/// Bytes as from a link, whole and in pieces: the same frames, and each of them is encoded to a frame that is
/// decoded to itself.
void readStream(std::span<const std::byte> bytes) {
    std::vector<Bytes> whole;
    FrameReader reader;
    reader.feed(bytes, [&](const Frame& frame) {
        require(frame.payload.size() <= maxPayloadBytes, "a payload fits its frame");
        readPayload(frame.header.type, frame.payload);
        WireBuffer wire;
        const auto coded = encodeFrame(frame.header, frame.payload, wire);
        whole.emplace_back(coded.begin(), coded.end());
        FrameReader other;
        int frames = 0;
        other.feed(coded, [&](const Frame& again) {
            ++frames;
            require(again.header == frame.header && std::equal(again.payload.begin(), again.payload.end(),
                                                               frame.payload.begin(), frame.payload.end()),
                    "a frame that was encoded is decoded to itself");
        });
        require(frames == 1, "an encoded frame is one frame");
    });
    require(reader.count(FrameFault::None) == whole.size(), "each good frame is handed on once");
    std::size_t next = 0;
    FrameReader dribble;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t n = std::min<std::size_t>(bytes.size() - at, 1 + at % 7);
        dribble.feed(bytes.subspan(at, n), [&](const Frame& frame) {
            WireBuffer wire;
            const auto coded = encodeFrame(frame.header, frame.payload, wire);
            require(next < whole.size() &&
                        std::equal(coded.begin(), coded.end(), whole[next].begin(), whole[next].end()),
                    "pieces make the same frames as the whole");
            ++next;
        });
        at += n;
    }
    require(next == whole.size() && dribble.bad() == reader.bad(), "pieces make as many frames as the whole");
}

/// The first byte is a type, the rest its payload: a way past the checksum, which a fuzzer seldom guesses.
void readFrameAround(std::span<const std::byte> bytes) {
    const auto payload = bytes.subspan(1).first(std::min(bytes.size() - 1, maxPayloadBytes));
    WireBuffer wire;
    const auto coded = encodeFrame({static_cast<std::uint8_t>(bytes[0]), 0, 1, 2}, payload, wire);
    require(coded.size() <= maxWireBytes, "a frame fits the wire");
    require(std::find(coded.begin(), coded.end(), std::byte{0}) == coded.end() - 1,
            "the only zero of a frame is its last byte");
    readStream(coded);
}

} // namespace
} // namespace eccrine::devices::efp

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span(data, size));
    eccrine::devices::efp::readStream(bytes);
    if (!bytes.empty()) eccrine::devices::efp::readFrameAround(bytes);
    return 0;
}
