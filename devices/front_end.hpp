// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"
#include "core/sample.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::devices {

/// Who is at the other end. Known after open() and unchanged until close().
struct FrontEndIdentity {
    std::string url;
    std::string serial;
    std::string firmware; ///< "1.2.3"
    std::uint16_t hardware = 0;
    std::uint32_t bootId = 0;
    std::uint8_t protocolMinor = 0; ///< of EFP/1
    std::uint8_t sites = 0;
    std::uint32_t capabilities = 0; ///< EFP/1 caps bits, see Capability
    bool simulated = false;         ///< flag bit 2 of every frame: the virtual instrument
    double declaredSpeed = 1.0;     ///< device seconds per host second, above 1 only when simulated
    std::vector<StreamDescription> streams;
};

enum class Capability : std::uint32_t {
    Source = 1U << 0U,
    Isolated = 1U << 1U,
    Comparator = 1U << 2U,
    Lease = 1U << 3U,
    DummyLoad = 1U << 4U,
    EmergencyStop = 1U << 5U,
    PatientButton = 1U << 6U,
    Humidity = 1U << 7U,
    Flow = 1U << 8U,
    Battery = 1U << 9U,
};

/// State of delivery, numbered as in the delivery state machine (S0..S11).
enum class DeliveryState : std::uint8_t {
    Offline,
    Idle,
    SelfTest,
    Ready,
    Armed,
    RampUp,
    Hold,
    RampDown,
    Paused,
    Complete,
    Fault,
    EmergencyStop
};

struct SiteStatus {
    std::int32_t set_uA = 0;
    std::int32_t measured_uA = 0;
    std::uint32_t charge_uC = 0;
};
struct FrontEndStatus {
    std::uint64_t nonce = 0;
    std::uint32_t lastCommand = 0;
    std::uint32_t faults = 0; ///< EFP/1 fault bits
    std::uint32_t limitsCrc = 0;
    std::uint16_t leaseLeft_ms = 0;
    DeliveryState state = DeliveryState::Offline;
    std::uint8_t relayMask = 0;
    std::uint8_t battery_pct = 255; ///< 255: unknown
    std::uint8_t inputs = 0;
    std::int16_t temperature_centiC = 0;
    std::uint16_t supply_mV = 0;
    std::array<SiteStatus, maxSites> sites{};
    DeviceTime at{};
};

/// Limits that the device stores and enforces by itself. Zero for a site: that site may not deliver.
struct DeliveryLimits {
    std::uint64_t nonce = 0; ///< of the run; commands with another nonce are refused by the device
    std::array<std::int32_t, maxSites> current_uA{};
    std::array<std::uint32_t, maxSites> charge_uC{};
    std::uint32_t time_ms = 0;
    std::uint32_t voltage_mV = 0;
    std::uint32_t slope_uA_per_s = 0;
    friend bool operator==(const DeliveryLimits&, const DeliveryLimits&) = default;
};

enum class DeliveryMode : std::uint8_t { Patient = 1, DummyLoad = 2, Probe = 3 };

/// An absolute set-point under a lease: silence lets it expire and the device goes to zero.
struct SetPoint {
    std::uint64_t nonce = 0;
    std::uint32_t command =
        0; ///< strictly rising per nonce; the same number with the same content refreshes the lease
    std::array<std::int32_t, maxSites> current_uA{};
    std::uint32_t ramp_uA_per_s = 0;
    std::chrono::milliseconds lease{500}; ///< at most 500 ms
    std::uint8_t siteMask = 0;
    DeliveryMode mode = DeliveryMode::Patient;
};

/// Answer to a command (SET_LIMITS is answered by its echo and comes as type 0x21, accepted).
struct Acknowledgement {
    std::uint8_t type = 0;   ///< EFP/1 type of the command
    std::uint8_t result = 0; ///< 0 ok, otherwise the NAK reason of EFP/1
    std::uint32_t command = 0;
};

struct DeviceEvent {
    std::uint16_t code = 0;
    std::uint8_t site = 0;
    std::uint8_t severity = 0;
    std::uint32_t value = 0;
    std::uint64_t sampleIndex = 0;
    DeviceTime at{};
};

/// One two-way exchange: t0 host send, t1 device receive, t2 device send, t3 host receive.
struct TimeSyncProbe {
    MonotonicTime t0{};
    DeviceTime t1{};
    DeviceTime t2{};
    MonotonicTime t3{};
};

struct LinkCounters {
    std::uint64_t framesOk = 0;
    std::uint64_t framesBad = 0; ///< COBS, length, CRC, version or payload wrong; dropped, never answered
    std::uint64_t bytesIn = 0;
};

/// Receives what poll() decoded, on the polling thread. No callback may block, allocate or throw.
class FrontEndSink {
public:
    FrontEndSink() = default;
    FrontEndSink(const FrontEndSink&) = delete;
    FrontEndSink& operator=(const FrontEndSink&) = delete;
    virtual ~FrontEndSink() = default;
    virtual void onBlock(const SampleBlock& block) noexcept = 0;
    virtual void onStatus(const FrontEndStatus& status) noexcept = 0;
    virtual void onLimitsEcho(const DeliveryLimits& limits) noexcept = 0;
    virtual void onAcknowledgement(const Acknowledgement& ack) noexcept = 0;
    virtual void onEvent(const DeviceEvent& event) noexcept = 0;
    virtual void onTimeSync(const TimeSyncProbe& probe) noexcept = 0;
    virtual void onLog(std::string_view text) noexcept = 0;
};

/// A front end: current source, current/voltage sampler and hygrometers behind one link.
/// All calls on one thread (the device thread). After open() nothing allocates or throws; every call returns
/// by its deadline.
class FrontEnd {
public:
    enum class Poll { Ok, TimedOut, Lost, Restarted, Exchanged };
    /// How STOP takes the current away: by the device's fast ramp (at most 500 ms), which is kinder to the
    /// skin, or at once, for a fault.
    enum class StopBy : std::uint8_t { Ramp, AtOnce };

    FrontEnd() = default;
    FrontEnd(const FrontEnd&) = delete;
    FrontEnd& operator=(const FrontEnd&) = delete;
    virtual ~FrontEnd() = default;

    /// Opens the link, says hello, reads every stream description. On failure the link is closed again.
    [[nodiscard]] virtual Result<FrontEndIdentity> open(std::chrono::milliseconds timeout) = 0;
    virtual void close() noexcept = 0;

    /// Reads what has come and hands it to the sink; returns when something was handled or at the deadline.
    /// Restarted: as Lost, because the device began anew and knows nothing of this connection. Exchanged: as
    /// Lost, because another device answers now.
    [[nodiscard]] virtual Poll poll(FrontEndSink& sink, std::chrono::milliseconds atMost) noexcept = 0;

    // Requests. Each returns false when the link cannot take the bytes (then it is Lost). Answers come
    // through poll().
    [[nodiscard]] virtual bool startStream(std::uint8_t stream, std::uint8_t siteMask,
                                           std::uint16_t samplesPerFrame,
                                           std::uint32_t rateMilliHz) noexcept = 0;
    [[nodiscard]] virtual bool stopStream(std::uint8_t stream) noexcept = 0;
    [[nodiscard]] virtual bool requestTimeSync() noexcept = 0;
    [[nodiscard]] virtual bool setLimits(const DeliveryLimits& limits) noexcept = 0;
    [[nodiscard]] virtual bool arm(std::uint64_t nonce, std::uint32_t command, std::uint8_t siteMask,
                                   DeliveryMode mode) noexcept = 0;
    [[nodiscard]] virtual bool setCurrent(const SetPoint& setPoint) noexcept = 0;
    [[nodiscard]] virtual bool stop(StopBy how) noexcept = 0; ///< always accepted by the device, in any state
    [[nodiscard]] virtual bool acknowledgeEvent(std::uint16_t code, std::uint32_t sequence) noexcept = 0;
    [[nodiscard]] virtual LinkCounters counters() const noexcept = 0;
};

} // namespace eccrine::devices
