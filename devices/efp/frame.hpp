// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace eccrine::devices::efp {

/// EFP/1 frame: COBS( header 16 | payload 0..1004 | crc32c u32 ) 00, little-endian. docs/formats/efp.md.
inline constexpr std::uint8_t protocolVersion = 1;
inline constexpr std::size_t headerBytes = 16;
inline constexpr std::size_t checksumBytes = 4;
inline constexpr std::size_t maxRawBytes = 1024;
inline constexpr std::size_t maxPayloadBytes = maxRawBytes - headerBytes - checksumBytes;
inline constexpr std::size_t maxWireBytes = 1030; ///< delimiter included

struct FrameHeader {
    static constexpr std::uint16_t replyFlag = 1U << 0U;
    static constexpr std::uint16_t errorFlag = 1U << 1U;
    static constexpr std::uint16_t simulatedFlag = 1U << 2U;

    std::uint8_t type = 0;
    std::uint16_t flags = 0;
    std::uint32_t sequence = 0;
    std::uint64_t time_us = 0; ///< sender's monotonic clock
    friend bool operator==(const FrameHeader&, const FrameHeader&) = default;
};

struct Frame {
    FrameHeader header;
    std::span<const std::byte> payload; ///< into the reader's buffer: valid during the callback
};

using WireBuffer = std::array<std::byte, maxWireBytes>;

/// Writes the wire form, delimiter included; returns it as a span of `out`. `payload` at most
/// maxPayloadBytes.
[[nodiscard]] std::span<const std::byte>
encodeFrame(const FrameHeader& header, std::span<const std::byte> payload, WireBuffer& out) noexcept;

enum class FrameFault : std::uint8_t { None, TooLong, Cobs, TooShort, Checksum, Version };
inline constexpr std::size_t frameFaults = 6;

/// Decodes one frame without its delimiter. `scratch` receives the raw bytes that `frame.payload` points
/// into.
[[nodiscard]] FrameFault decodeFrame(std::span<const std::byte> coded,
                                     std::array<std::byte, maxRawBytes>& scratch, Frame& frame) noexcept;

/// Cuts a byte stream into frames. A bad frame is counted and dropped, never answered; the next delimiter
/// starts anew. One thread; allocates nothing.
class FrameReader {
public:
    template <class OnFrame>
    void feed(std::span<const std::byte> bytes, OnFrame&& onFrame) {
        for (const std::byte b : bytes) {
            if (b != std::byte{0}) {
                if (used_ < coded_.size()) coded_[used_] = b;
                ++used_;
                continue;
            }
            const std::size_t length = used_;
            used_ = 0;
            if (length == 0) continue; // senders start with a delimiter
            Frame frame;
            const FrameFault fault = length > coded_.size()
                                         ? FrameFault::TooLong
                                         : decodeFrame(std::span(coded_).first(length), raw_, frame);
            ++counts_[static_cast<std::size_t>(fault)];
            if (fault == FrameFault::None) onFrame(frame);
        }
    }
    void reset() noexcept { used_ = 0; }
    /// Frames seen with this fault; FrameFault::None counts the good ones.
    [[nodiscard]] std::uint64_t count(FrameFault fault) const noexcept {
        return counts_[static_cast<std::size_t>(fault)];
    }
    [[nodiscard]] std::uint64_t bad() const noexcept {
        std::uint64_t sum = 0;
        for (std::size_t i = 1; i < counts_.size(); ++i)
            sum += counts_[i];
        return sum;
    }

private:
    std::array<std::byte, maxWireBytes - 1> coded_{};
    std::array<std::byte, maxRawBytes> raw_{};
    std::size_t used_ = 0; ///< may exceed the buffer: then the frame is too long
    std::array<std::uint64_t, frameFaults> counts_{};
};

} // namespace eccrine::devices::efp
