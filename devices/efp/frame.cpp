// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/frame.hpp"

#include "core/crc32c.hpp"
#include "devices/efp/cobs.hpp"
#include "devices/efp/wire.hpp"

#include <algorithm>

namespace eccrine::devices::efp {

std::span<const std::byte> encodeFrame(const FrameHeader& header, std::span<const std::byte> payload,
                                       WireBuffer& out) noexcept {
    std::array<std::byte, maxRawBytes> raw{};
    const std::size_t length = std::min(payload.size(), maxPayloadBytes);
    WireWriter head(raw);
    head.put(protocolVersion).put(header.type).put(header.flags).put(header.sequence).put(header.time_us);
    std::copy_n(payload.begin(), length, raw.begin() + headerBytes);
    const std::size_t body = headerBytes + length;
    WireWriter tail(std::span<std::byte>(raw).subspan(body));
    tail.put(crc32c(std::span(raw).first(body)));
    const std::size_t coded = cobsEncode(std::span(raw).first(body + checksumBytes), out);
    out[coded] = std::byte{0};
    return std::span(out).first(coded + 1);
}

FrameFault decodeFrame(std::span<const std::byte> coded, std::array<std::byte, maxRawBytes>& scratch,
                       Frame& frame) noexcept {
    if (coded.size() >= maxWireBytes) return FrameFault::TooLong;
    const auto length = cobsDecode(coded, scratch);
    if (!length) return FrameFault::Cobs;
    if (*length < headerBytes + checksumBytes) return FrameFault::TooShort;
    const auto body = std::span(scratch).first(*length - checksumBytes);
    WireReader tail(std::span<const std::byte>(scratch).subspan(body.size(), checksumBytes));
    if (tail.take<std::uint32_t>() != crc32c(body)) return FrameFault::Checksum;
    WireReader head(body);
    if (head.take<std::uint8_t>() != protocolVersion) return FrameFault::Version;
    frame.header.type = head.take<std::uint8_t>();
    frame.header.flags = head.take<std::uint16_t>();
    frame.header.sequence = head.take<std::uint32_t>();
    frame.header.time_us = head.take<std::uint64_t>();
    frame.payload = head.rest();
    return FrameFault::None;
}

} // namespace eccrine::devices::efp
