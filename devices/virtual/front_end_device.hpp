// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/sample.hpp"
#include "devices/efp/frame.hpp"
#include "devices/efp/messages.hpp"
#include "devices/virtual/current_sense.hpp"
#include "devices/virtual/delivery.hpp"
#include "devices/virtual/fault_schedule.hpp"
#include "devices/virtual/link_faults.hpp"
#include "devices/virtual/measured_patient.hpp"
#include "devices/virtual/sample_stream.hpp"
#include "devices/virtual/wire_clock.hpp"

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// One moment on both clocks. The device's may run faster than the host's.
struct Instant {
    DeviceTime device{};
    MonotonicTime host{};
};

struct DeviceIdentity {
    std::string serial; ///< at most 16 characters
    std::uint32_t bootId = 0;
    std::array<std::uint16_t, 3> firmware{0, 1, 0};
    std::uint16_t hardware = 1;
    std::string greeting; ///< LOG frame after the hello
};

/// The device's side of EFP/1 around a patient: hello, streams, delivery, status, events. Pure: bytes and
/// both clocks come in, frames go out. Same seed, same calls: same bytes.
///   stream 1: I_anode, I_cathode, V at 1 kHz (10 kHz when asked), i24;  stream 2: six hygrometer channels at
///   50 Hz, f32
class FrontEndDevice {
public:
    /// Takes one frame in wire form; false when the link had no room for it (it is then lost).
    using Emit = LinkFaults::Emit;

    FrontEndDevice(DeviceIdentity identity, const SourceParameters& source, MeasuredPatient patient,
                   FaultSchedule faults, std::uint64_t seed, Emit emit);

    void linkOpened();
    void linkClosed();
    void receive(std::span<const std::byte> bytes, const Instant& now);
    /// Runs the device up to `now`: physics, delivery, samples, status, events.
    void advance(const Instant& now);

    [[nodiscard]] const Delivery& delivery() const { return delivery_; }
    [[nodiscard]] const MeasuredPatient& patient() const { return patient_; }
    /// Of the electrode stream: 1 ms, or 100 us after a host has asked for 10 kHz.
    [[nodiscard]] std::chrono::microseconds tickPeriod() const { return tickPeriod_; }
    [[nodiscard]] const ActiveFaults& activeFaults() const { return active_; }
    /// From the next tick on, or `fault.at` after it.
    void startFault(const ScenarioFault& fault) { schedule_.start(fault, nextTick_); }
    /// The faults to come and at work; whoever changes one does it between two calls of advance().
    [[nodiscard]] FaultSchedule& faults() { return schedule_; }
    [[nodiscard]] const FaultSchedule& faults() const { return schedule_; }
    /// By a fault or for want of room.
    [[nodiscard]] std::uint64_t framesLost() const { return link_.lost(); }
    [[nodiscard]] std::uint32_t bootId() const { return identity_.bootId; }
    /// What its converters read last.
    [[nodiscard]] const ElectrodeReading& reading(std::size_t site) const { return lastElectrodes_[site]; }
    /// Is called at the end of every tick.
    void observe(std::function<void(DeviceTime)> each) { observer_ = std::move(each); }
    [[nodiscard]] std::uint64_t framesRefused() const { return reader_.bad(); }

private:
    struct PendingEvent {
        DeviceEvent event;
        std::uint32_t sequence = 0;
        MonotonicTime nextSend{};
    };

    void handle(const efp::Frame& frame, const Instant& now);
    [[nodiscard]] efp::Hello identification(std::uint64_t nonce, DeviceTime at) const;
    void hello(const efp::Frame& frame, const Instant& now);
    void startStream(const efp::Frame& frame, const Instant& now);
    void stopStream(const efp::Frame& frame, const Instant& now);
    void setLimits(const efp::Frame& frame, const Instant& now);
    void arm(const efp::Frame& frame, const Instant& now);
    void setCurrent(const efp::Frame& frame, const Instant& now);
    void acknowledgeEvent(const efp::Frame& frame, const Instant& now);

    void tick(DeviceTime at, MonotonicTime host);
    void electrodeTick(DeviceTime at);
    void humidityTick(DeviceTime at);
    void followFaults(DeviceTime at);
    void goDown();
    void comeBack(DeviceTime at);
    void stepCurrents(DeviceTime at);
    void report(const Instant& now);
    void sendStatus(const Instant& now);
    void announceFaults(const Instant& now);
    void flushStream(SampleStream& stream);
    void answer(const efp::Frame& request, Answer result, std::uint32_t command, const Instant& now);
    bool send(efp::Type type, std::uint16_t flags, std::uint32_t sequence, DeviceTime at,
              std::span<const std::byte> payload);
    std::uint32_t nextSequence(efp::Type type) { return ++sequences_[efp::code(type)]; }

    DeviceIdentity identity_;
    MeasuredPatient patient_;
    FaultSchedule schedule_;
    ActiveFaults active_;
    Emit emit_;
    LinkFaults link_;
    double sourceMaximum_uA_;
    Delivery delivery_;
    CurrentSense sense_;
    WireClock clock_;
    std::function<void(DeviceTime)> observer_;
    efp::FrameReader reader_;

    std::optional<std::uint64_t> session_; ///< nonce of the hello
    std::map<std::uint8_t, std::uint32_t> sequences_;
    SampleStream electrodes_;
    SampleStream hygrometers_;
    PerSite<ElectrodeReading> lastElectrodes_{};
    PerSite<HumidityReading> lastHumidity_{};

    std::chrono::microseconds tickPeriod_;
    DeviceTime nextTick_{};
    DeviceTime nextHumidity_{};
    DeviceTime nextStatus_{};
    DeviceTime nextEcho_{};
    std::optional<std::array<std::uint32_t, 3>> reported_; ///< state, faults, relays as last sent
    std::vector<PendingEvent> events_;
    bool announceWhenBack_ = false;
};

} // namespace eccrine::devices::virtual_instrument
