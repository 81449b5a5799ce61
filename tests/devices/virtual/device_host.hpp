// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/virtual/front_end_device.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>

namespace eccrine::devices::virtual_instrument {
using namespace std::chrono_literals;
using efp::FrameHeader;
using efp::Type;

inline constexpr std::uint64_t hostNonce = 0x1122334455667788U;
inline constexpr std::uint64_t run = 0xA1B2C3D4E5F60718U;

struct Received {
    FrameHeader header;
    std::vector<std::byte> payload;
    [[nodiscard]] Type type() const { return static_cast<Type>(header.type); }
};

/// A host without a link: it hands bytes to the device and keeps what comes back. Time moves when it says so.
class DeviceHost {
public:
    explicit DeviceHost(double speed = 1.0, const std::string& scenario = {}, std::uint64_t seed = 1,
                        double noise = 1.0)
        : speed_(speed) {
        const auto library = builtInPatientLibrary().value();
        PatientChoice choice;
        choice.seed = seed;
        NoiseChoice noiseChoice;
        noiseChoice.factor = noise;
        DeviceIdentity identity;
        identity.serial = "VIRT-00000001";
        identity.bootId = 0xCAFEBABEU;
        identity.greeting = "virtual instrument; speed=20; seed=1; preset=healthy";
        device = std::make_unique<FrontEndDevice>(
            identity, library.source,
            MeasuredPatient{library, drawPatient(library, choice).value(), noiseChoice},
            FaultSchedule{parseScenario(scenario, "s.toml").value()}, seed,
            [this](std::span<const std::byte> wire) {
                bytes.insert(bytes.end(), wire.begin(), wire.end());
                if (!linkHasRoom) return false;
                reader_.feed(wire, [this](const efp::Frame& f) {
                    frames.push_back({f.header, {f.payload.begin(), f.payload.end()}});
                });
                return true;
            });
        device->linkOpened();
    }

    void send(Type type, std::span<const std::byte> payload = {}, std::uint64_t time_us = 0) {
        efp::WireBuffer wire;
        device->receive(efp::encodeFrame({efp::code(type), 0, ++sequence, time_us}, payload, wire), now());
    }
    template <class Message>
    requires requires(const Message& m, std::span<std::byte> out) { m.write(out); }
    void send(Type type, const Message& message) {
        efp::Payload payload;
        send(type, std::span<const std::byte>{payload}.first(message.write(payload)));
    }
    void hello(std::uint64_t nonce = hostNonce) { send(Type::HelloRequest, efp::HelloRequest{nonce}); }
    void setLimits(std::uint64_t nonce = run, std::int32_t current_uA = 2100) {
        DeliveryLimits l;
        l.nonce = nonce;
        l.current_uA.fill(current_uA);
        l.charge_uC.fill(630'000);
        l.time_ms = 360'000;
        l.voltage_mV = 60'000;
        l.slope_uA_per_s = 2000;
        efp::Payload payload;
        send(Type::SetLimits, std::span<const std::byte>{payload}.first(efp::writeLimits(l, payload)));
    }
    void arm(std::uint32_t command = 1, DeliveryMode mode = DeliveryMode::Patient,
             std::uint64_t nonce = run) {
        send(Type::Arm, efp::Arm{nonce, command, 0x0F, static_cast<std::uint8_t>(mode)});
    }
    void setCurrent(std::uint32_t command, std::int32_t current_uA, DeliveryMode mode = DeliveryMode::Patient,
                    std::uint64_t nonce = run) {
        efp::SetCurrent s;
        s.nonce = nonce;
        s.command = command;
        s.current_uA.fill(current_uA);
        s.ramp_uA_per_s = 2000;
        s.lease_ms = 500;
        s.siteMask = 0x0F;
        s.mode = static_cast<std::uint8_t>(mode);
        send(Type::SetCurrent, s);
    }
    void startStreams(std::uint16_t ticks = 10, std::uint32_t rate_mHz = 1'000'000,
                      std::uint8_t mask = 0x0F) {
        send(Type::StreamStart, efp::StreamControl{1, mask, ticks, rate_mHz});
        send(Type::StreamStart, efp::StreamControl{2, mask, 1, 50'000});
    }

    /// Device seconds, in steps of 2 ms of the host as the program does it.
    void advance(double device_s) {
        const double end = deviceTime_s_ + device_s;
        while (deviceTime_s_ < end - 1e-9) {
            const double step = std::min(0.002 * speed_, end - deviceTime_s_);
            deviceTime_s_ += step;
            host_ += std::chrono::nanoseconds{std::llround(step / speed_ * 1e9)};
            device->advance(now());
        }
    }
    /// As advance, refreshing the set-point every 100 ms of the host.
    void deliver(double device_s, std::uint32_t command, std::int32_t current_uA,
                 DeliveryMode mode = DeliveryMode::Patient, std::uint64_t nonce = run) {
        for (double done = 0.0; done < device_s - 1e-9; done += 0.1 * speed_) {
            setCurrent(command, current_uA, mode, nonce);
            advance(std::min(0.1 * speed_, device_s - done));
        }
    }
    /// Device time may stand still: only the host waits (the device is paused between two advances).
    [[nodiscard]] Instant now() const {
        return {DeviceTime{std::chrono::microseconds{std::llround(deviceTime_s_ * 1e6)}}, host_};
    }

    [[nodiscard]] std::vector<Received> of(Type type) const {
        std::vector<Received> found;
        std::copy_if(frames.begin(), frames.end(), std::back_inserter(found),
                     [type](const Received& r) { return r.type() == type; });
        return found;
    }
    [[nodiscard]] Acknowledgement lastAnswer() const {
        const auto answers = of(Type::Acknowledge);
        EXPECT_FALSE(answers.empty());
        return answers.empty() ? Acknowledgement{} : efp::parseAcknowledge(answers.back().payload).value();
    }
    [[nodiscard]] FrontEndStatus lastStatus() const {
        return efp::parseStatus(of(Type::Status).back().payload).value();
    }
    /// The DATA frames of one stream.
    [[nodiscard]] std::vector<std::pair<FrameHeader, efp::Data>> data(std::uint8_t stream) const {
        std::vector<std::pair<FrameHeader, efp::Data>> found;
        for (const auto& f : frames)
            if (f.type() == Type::Data)
                if (const auto d = efp::Data::parse(f.payload); d && d->head.stream == stream)
                    found.emplace_back(f.header, *d);
        return found;
    }
    /// Value of a channel in the first tick of a frame, in the channel's unit. `position` counts the sites in
    /// the mask.
    [[nodiscard]] static double value(const efp::Data& d, std::size_t position, std::size_t channel) {
        const auto format = static_cast<RawFormat>(d.head.format);
        const auto* at = d.samples.data() + (position * d.head.channels + channel) * bytesOf(format);
        const double scale = d.head.stream == 2 ? 1.0 : channel == 2 ? 0.01 : 0.5;
        return physicalValue(rawWord(at, format), format, {{}, static_cast<float>(scale), 0.0F});
    }

    std::unique_ptr<FrontEndDevice> device;
    std::vector<Received> frames;
    std::vector<std::byte> bytes; ///< everything that was emitted
    bool linkHasRoom = true;
    std::uint32_t sequence = 0;

private:
    efp::FrameReader reader_;
    double speed_;
    double deviceTime_s_ = 0.0;
    MonotonicTime host_{1h};
};

inline Answer answerOf(const Acknowledgement& a) {
    return static_cast<Answer>(a.result);
}

} // namespace eccrine::devices::virtual_instrument
