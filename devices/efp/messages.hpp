// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sample.hpp"
#include "devices/efp/frame.hpp"
#include "devices/front_end.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// Every message of EFP/1 in both directions: the bedside process and the virtual instrument share this
/// codec. write() fills a payload and returns its length; parse() is empty when the payload is too short. A
/// payload longer than known is accepted, its tail ignored. Pure; any thread; nothing allocates except where
/// a std::string or vector is returned.
namespace eccrine::devices::efp {

enum class Type : std::uint8_t {
    HelloRequest = 0x01,
    Hello = 0x81,
    Describe = 0x83,
    TimeSyncRequest = 0x02,
    TimeSync = 0x82,
    StreamStart = 0x10,
    StreamStop = 0x11,
    Data = 0x90,
    SetLimits = 0x21,
    LimitsEcho = 0xA4,
    Arm = 0x22,
    SetCurrent = 0x20,
    Stop = 0x2F,
    Acknowledge = 0xA0,
    Status = 0xA1,
    Event = 0xA3,
    EventAcknowledge = 0x23,
    Log = 0xFE,
};
[[nodiscard]] constexpr std::uint8_t code(Type type) {
    return static_cast<std::uint8_t>(type);
}

/// The one byte of a STOP that does not ramp (EFP/1.2). An older device ignores it and ramps.
inline constexpr std::uint8_t stopAtOnce = 1;

/// Result of a command in ACK/NAK.
enum class Answer : std::uint8_t {
    Ok = 0,
    UnknownType = 1,
    BadLength = 2,
    WrongNonce = 3,
    StaleCommand = 4,
    WrongState = 5,
    OverLimit = 6,
    Busy = 7,
    BadValue = 8,
    ChangedContent = 9,
    NotArmed = 10,
};
[[nodiscard]] constexpr std::uint8_t code(Answer answer) {
    return static_cast<std::uint8_t>(answer);
}

/// Bit numbers of the STATUS fault word.
enum class FaultBit : std::uint8_t {
    Lease = 0,
    OverCurrentFast = 1,
    OverCurrentSlow = 2,
    OpenCircuit = 3,
    ShortCircuit = 4,
    Leakage = 5,
    IdleLeakage = 6,
    FrozenAdc = 7,
    Charge = 8,
    Time = 9,
    Voltage = 10,
    Relay = 11,
    EmergencyStop = 12,
    PatientButton = 13,
    Battery = 14,
    MemoryChecksum = 15,
    AdcOverrun = 16,
    LinkErrors = 17,
};

using Payload = std::array<std::byte, maxPayloadBytes>;

struct HelloRequest {
    std::uint64_t nonce = 0;
    std::uint8_t lowestVersion = protocolVersion;
    std::uint8_t highestVersion = protocolVersion;
    std::size_t write(std::span<std::byte> out) const noexcept;
    static std::optional<HelloRequest> parse(std::span<const std::byte> in) noexcept;
    friend bool operator==(const HelloRequest&, const HelloRequest&) = default;
};

struct Hello {
    std::uint64_t nonce = 0; ///< of the request
    std::uint8_t version = protocolVersion;
    std::uint8_t sites = 0;
    std::uint8_t streams = 0;
    std::uint8_t minor = 0;
    std::uint32_t capabilities = 0;
    std::uint32_t bootId = 0;
    std::array<std::uint16_t, 3> firmware{};
    std::uint16_t hardware = 0;
    std::array<char, 16> serial{}; ///< padded with NUL
    [[nodiscard]] std::string serialText() const;
    [[nodiscard]] bool isOf(std::string_view serialNumber) const noexcept;
    void setSerial(std::string_view text);
    std::size_t write(std::span<std::byte> out) const noexcept;
    static std::optional<Hello> parse(std::span<const std::byte> in) noexcept;
    friend bool operator==(const Hello&, const Hello&) = default;
};

/// DESCRIBE carries a StreamDescription. parseDescribe also refuses what no sample could be read with: an
/// unknown format, no channel, no site or one beyond the fourth, rate 0, a scale that is 0 or not a number.
std::size_t writeDescribe(const StreamDescription& stream, std::span<std::byte> out) noexcept;
[[nodiscard]] std::optional<StreamDescription> parseDescribe(std::span<const std::byte> in);

/// TIME_SYNC request: empty payload, t0 in the header. The reply: t0 echoed, t1; t2 in the header.
struct TimeSyncReply {
    std::uint64_t t0 = 0;
    std::uint64_t t1_us = 0;
    std::size_t write(std::span<std::byte> out) const noexcept;
    static std::optional<TimeSyncReply> parse(std::span<const std::byte> in) noexcept;
    friend bool operator==(const TimeSyncReply&, const TimeSyncReply&) = default;
};

/// STREAM_START and STREAM_STOP share their form.
struct StreamControl {
    std::uint8_t stream = 0;
    std::uint8_t siteMask = 0;
    std::uint16_t samplesPerFrame = 0;
    std::uint32_t rateMilliHz = 0;
    std::size_t write(std::span<std::byte> out) const noexcept;
    static std::optional<StreamControl> parse(std::span<const std::byte> in) noexcept;
    friend bool operator==(const StreamControl&, const StreamControl&) = default;
};

/// The fixed part of DATA; the samples follow it.
struct DataHead {
    static constexpr std::uint16_t overrunFlag = 1U << 0U;
    static constexpr std::size_t bytes = 16;
    std::uint8_t stream = 0;
    std::uint8_t format = 0;
    std::uint8_t siteMask = 0;
    std::uint8_t channels = 0;
    std::uint16_t ticks = 0;
    std::uint16_t flags = 0;
    std::uint64_t firstIndex = 0;
    std::size_t write(std::span<std::byte> out) const noexcept;
    friend bool operator==(const DataHead&, const DataHead&) = default;
};
struct Data {
    DataHead head;
    std::span<const std::byte> samples; ///< exactly ticks · sites · channels · bytesOf(format), never none
    static std::optional<Data> parse(std::span<const std::byte> in) noexcept;
};

/// SET_LIMITS and LIMITS_ECHO: the same 56 bytes.
inline constexpr std::size_t limitsBytes = 56;
std::size_t writeLimits(const DeliveryLimits& limits, std::span<std::byte> out) noexcept;
[[nodiscard]] std::optional<DeliveryLimits> parseLimits(std::span<const std::byte> in) noexcept;
/// CRC-32C of the 56 bytes, as STATUS carries it.
[[nodiscard]] std::uint32_t limitsChecksum(const DeliveryLimits& limits) noexcept;

struct Arm {
    std::uint64_t nonce = 0;
    std::uint32_t command = 0;
    std::uint8_t siteMask = 0;
    std::uint8_t mode = 0;
    std::size_t write(std::span<std::byte> out) const noexcept;
    static std::optional<Arm> parse(std::span<const std::byte> in) noexcept;
    friend bool operator==(const Arm&, const Arm&) = default;
};

struct SetCurrent {
    std::uint64_t nonce = 0;
    std::uint32_t command = 0;
    std::array<std::int32_t, maxSites> current_uA{};
    std::uint32_t ramp_uA_per_s = 0;
    std::uint16_t lease_ms = 0;
    std::uint8_t siteMask = 0;
    std::uint8_t mode = 0;
    std::size_t write(std::span<std::byte> out) const noexcept;
    static std::optional<SetCurrent> parse(std::span<const std::byte> in) noexcept;
    friend bool operator==(const SetCurrent&, const SetCurrent&) = default;
};

std::size_t writeAcknowledge(const Acknowledgement& ack, std::span<std::byte> out) noexcept;
[[nodiscard]] std::optional<Acknowledgement> parseAcknowledge(std::span<const std::byte> in) noexcept;

/// STATUS; `at` is the header's time and not part of the payload.
std::size_t writeStatus(const FrontEndStatus& status, std::span<std::byte> out) noexcept;
[[nodiscard]] std::optional<FrontEndStatus> parseStatus(std::span<const std::byte> in) noexcept;

/// EVENT; `at` is the header's time and not part of the payload.
std::size_t writeEvent(const DeviceEvent& event, std::span<std::byte> out) noexcept;
[[nodiscard]] std::optional<DeviceEvent> parseEvent(std::span<const std::byte> in) noexcept;

struct EventAcknowledge {
    std::uint16_t code = 0;
    std::uint32_t sequence = 0;
    std::size_t write(std::span<std::byte> out) const noexcept;
    static std::optional<EventAcknowledge> parse(std::span<const std::byte> in) noexcept;
    friend bool operator==(const EventAcknowledge&, const EventAcknowledge&) = default;
};

} // namespace eccrine::devices::efp
