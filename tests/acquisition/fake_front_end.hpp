// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/host_sleep.hpp"
#include "core/clock.hpp"
#include "devices/front_end.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace eccrine::acquisition::tests {

class FakeClock final : public HostClock {
public:
    [[nodiscard]] MonotonicTime monotonic() const noexcept override { return now; }
    [[nodiscard]] WallTime wall() const noexcept override {
        const auto since = now.time_since_epoch() - std::chrono::seconds{1000};
        return WallTime{std::chrono::sys_days{std::chrono::year{2026} / 11 / 29}} +
               std::chrono::duration_cast<std::chrono::milliseconds>(since) + wallStep;
    }
    MonotonicTime now{std::chrono::seconds{1000}};
    std::chrono::milliseconds wallStep{}; ///< somebody has set the clock
};

class FakeSleep final : public HostSleep {
public:
    [[nodiscard]] std::chrono::nanoseconds total() const noexcept override { return slept; }
    std::chrono::nanoseconds slept{};
};

/// A front end in memory: an ideal source that follows its set-points with their ramps, on a load of 5 kΩ.
/// Device time is the fake host time. What is wrong with it is set from outside.
class FakeFrontEnd final : public devices::FrontEnd {
public:
    explicit FakeFrontEnd(FakeClock& clock) : clock_(clock) {}

    [[nodiscard]] static devices::FrontEndIdentity identity() {
        using devices::Capability;
        devices::FrontEndIdentity id;
        for (const auto c : {Capability::Source, Capability::Isolated, Capability::Comparator,
                             Capability::Lease, Capability::DummyLoad})
            id.capabilities |= static_cast<std::uint32_t>(c);
        id.serial = "FAKE-1";
        id.firmware = "0.1.0"; // and the protocol of the virtual instrument
        id.protocolMinor = 2;
        id.simulated = true; // what no person is wanted for is allowed
        id.sites = 4;
        id.streams = {{1,
                       RawFormat::I32,
                       0b1111,
                       1'000'000,
                       {{Measurand::AnodeCurrent, 1.0F, 0.0F},
                        {Measurand::CathodeCurrent, 1.0F, 0.0F},
                        {Measurand::Voltage, 1.0F, 0.0F}}},
                      {2,
                       RawFormat::F32,
                       0b1111,
                       50'000,
                       {{Measurand::HumidityIn, 1.0F, 0.0F},
                        {Measurand::TemperatureIn, 1.0F, 0.0F},
                        {Measurand::HumidityOut, 1.0F, 0.0F},
                        {Measurand::TemperatureOut, 1.0F, 0.0F},
                        {Measurand::Flow, 1.0F, 0.0F},
                        {Measurand::Pressure, 1.0F, 0.0F}}}};
        return id;
    }

    // What can be made to go wrong.
    double gain = 1.0;
    double clockPpm = 0.0;       ///< fast
    std::uint64_t framesBad = 0; ///< that came damaged so far
    bool notANumber = false, silent = false, lost = false, openElectrode = false;
    bool echoWrong = false, noEcho = false;
    bool restarted = false;     ///< and says so, at the next poll
    bool exchanged = false;     ///< another one says hello
    bool forgotten = false;     ///< restarted without a word: its status knows no run
    double chargeCounted = 1.0; ///< of what really flows
    bool swapped = false;       ///< anode and cathode
    bool leaseIgnored = false;  ///< a device whose lease does not end the current
    bool slowStop = false;      ///< STOP ramps down within 400 ms, as EFP/1 permits
    int refusals = 0;           ///< of limits that came while the relay was closed
    bool relayStays = false;    ///< and one whose relay does not open after the current has ended
    double load_kOhm = 5.0;
    double leak_uA = 0.0;   ///< at the first site: does not come back through the cathode
    double offset_uA = 0.0; ///< there: flows whatever is commanded
    double ripple_uA = 0.0; ///< there: amplitude at 50 Hz
    bool stuck = false;     ///< a converter without the last bit of noise that every one has
    int loseFrames = 0;     ///< the next ones do not arrive
    std::uint8_t battery_pct = 255;
    std::uint8_t refuse = 0; ///< NAK reason for SET_CURRENT; 0: accept
    std::uint32_t faults = 0;
    std::optional<devices::DeviceEvent> event;                       ///< is told once, before the next STATUS
    std::array<float, maxSites> humidityOut{3.0F, 3.0F, 3.0F, 3.0F}; ///< %RH at 32 °C

    // What was asked of it.
    struct Sent {
        MonotonicTime at;
        devices::SetPoint point;
    };
    std::vector<Sent> sent;
    int stops = 0, arms = 0;
    StopBy lastStop = StopBy::Ramp;
    std::vector<devices::DeliveryMode> modes; ///< of each arming
    devices::DeliveryLimits limits;
    [[nodiscard]] int armsFor(devices::DeliveryMode mode) const {
        return static_cast<int>(std::count(modes.begin(), modes.end(), mode));
    }

    Result<devices::FrontEndIdentity> open(std::chrono::milliseconds) override { return identity(); }
    void close() noexcept override {}
    /// Ten milliseconds pass; ten current samples and, every second time, a humidity sample arrive.
    Poll poll(devices::FrontEndSink& sink, std::chrono::milliseconds) noexcept override {
        for (auto& answer : std::exchange(answers_, {}))
            answer(sink);
        clock_.now += std::chrono::milliseconds{10};
        ++polls_;
        if (lost) return Poll::Lost;
        if (restarted) return Poll::Restarted;
        if (exchanged) return Poll::Exchanged;
        expireLease();
        if (silent) {
            if (!relay_) current_ = {};
            return Poll::TimedOut;
        }
        std::vector<std::byte> raw;
        const auto put = [&](auto value) {
            static_assert(sizeof value == 4);
            const auto at = raw.size();
            raw.resize(at + 4);
            std::memcpy(raw.data() + at, &value, 4);
        };
        for (unsigned k = 0; k < 10; ++k) {
            for (std::size_t s = 0; s < maxSites; ++s) {
                const double target = relay_ ? point_.current_uA[s] : 0.0;
                const double step = relay_ ? point_.ramp_uA_per_s * 1e-3 : 1e9;
                current_[s] = current_[s] < target ? std::min(target, current_[s] + step)
                                                   : std::max(target, current_[s] - step);
                const double through = openElectrode && s == 0 ? 0.0 : current_[s] * gain;
                const double added = s == 0 ? offset_uA + ripple_uA * mains(index_ + k) : 0.0;
                const double measured = (swapped ? -through : through) + added;
                if (relay_) charge_uC_[s] += chargeCounted * measured * 1e-3;
                put(notANumber && s == 1 ? std::int32_t{2'000'000'000}
                                         : static_cast<std::int32_t>(std::lround(measured)));
                const std::int32_t lastBit = !stuck && k % 2 != 0 ? 1 : 0; // µA, mV
                put(static_cast<std::int32_t>(std::lround(s == 0 ? leak_uA - measured : -measured)) +
                    lastBit);
                put(static_cast<std::int32_t>(std::lround(measured * load_kOhm)) + lastBit);
            }
        }
        openRelayAfterZero();
        if (loseFrames > 0)
            --loseFrames;
        else
            block(sink, 1, 10, index_, std::move(raw), std::chrono::milliseconds{10});
        index_ += 10;
        raw.clear();
        if (++turn_ % 2 == 0) {
            std::vector<std::byte> wet;
            std::swap(raw, wet);
            raw.clear();
            for (std::size_t s = 0; s < maxSites; ++s)
                for (const float v : {2.0F, 24.0F, humidityOut[s], 32.0F, 100.0F, 101.325F})
                    put(v);
            block(sink, 2, 1, humidityIndex_++, std::move(raw), std::chrono::milliseconds{20});
        }
        if (turn_ % 10 == 0) {
            devices::FrontEndStatus status;
            status.nonce = forgotten ? 0 : limits.nonce;
            status.faults = faults | (leaseRanOut_ ? 1U : 0U);
            status.battery_pct = battery_pct;
            status.relayMask = relay_ ? std::uint8_t{0b1111} : std::uint8_t{0};
            bool rises = false;
            for (std::size_t s = 0; s < maxSites; ++s)
                rises = rises || point_.current_uA[s] > current_[s] + 0.5;
            status.state = !relay_ ? devices::DeliveryState::Idle
                           : rises ? devices::DeliveryState::RampUp
                                   : devices::DeliveryState::Hold;
            for (std::size_t s = 0; s < maxSites; ++s) {
                status.sites[s].set_uA = static_cast<std::int32_t>(std::lround(current_[s]));
                status.sites[s].measured_uA = status.sites[s].set_uA;
                status.sites[s].charge_uC = static_cast<std::uint32_t>(std::abs(charge_uC_[s]));
            }
            if (relay_ && turn_ % 100 == 0 && !noEcho) sink.onLimitsEcho(echo());
            status.at = deviceNow();
            if (event) sink.onEvent(*event);
            event.reset();
            sink.onStatus(status);
        }
        return Poll::Ok;
    }
    bool startStream(std::uint8_t, std::uint8_t, std::uint16_t, std::uint32_t) noexcept override {
        return true;
    }
    bool stopStream(std::uint8_t) noexcept override { return true; }
    bool requestTimeSync() noexcept override {
        ++syncs;
        return true;
    }
    bool setLimits(const devices::DeliveryLimits& wanted) noexcept override {
        if (relay_) {
            ++refusals;
            answers_.push_back([](auto& sink) { sink.onAcknowledgement({0x21, 5, 0}); });
            return true;
        }
        if (wanted.nonce != limits.nonce) charge_uC_ = {};
        limits = wanted;
        if (noEcho) return true;
        answers_.push_back([said = echo()](auto& sink) { sink.onLimitsEcho(said); });
        return true;
    }
    bool arm(std::uint64_t, std::uint32_t command, std::uint8_t,
             devices::DeliveryMode mode) noexcept override {
        ++arms;
        modes.push_back(mode);
        relay_ = true;
        delivered_ = leaseRanOut_ = false;
        point_ = {};
        leaseEnd_.reset();
        answers_.push_back([command](auto& sink) { sink.onAcknowledgement({0x22, 0, command}); });
        return true;
    }
    bool setCurrent(const devices::SetPoint& p) noexcept override {
        sent.push_back({clock_.now, p});
        bool tooSteep = false; // the limit is that of the rise
        for (std::size_t s = 0; s < maxSites; ++s)
            tooSteep =
                tooSteep || (p.current_uA[s] > current_[s] + 0.5 && p.ramp_uA_per_s > limits.slope_uA_per_s);
        const std::uint8_t result = tooSteep ? std::uint8_t{6} : refuse;
        if (result == 0) {
            point_ = p;
            leaseEnd_ = clock_.now + p.lease;
        }
        answers_.push_back([result, c = p.command](auto& sink) {
            sink.onAcknowledgement({0x20, result, c});
        });
        return !lost;
    }
    bool stop(StopBy how) noexcept override {
        ++stops;
        lastStop = how;
        if (slowStop && relay_ && how == StopBy::Ramp) {
            point_ = {};
            point_.ramp_uA_per_s = 5000;
            return !lost;
        }
        relay_ = false;
        return !lost;
    }
    bool acknowledgeEvent(std::uint16_t, std::uint32_t) noexcept override { return true; }
    [[nodiscard]] devices::LinkCounters counters() const noexcept override { return {polls_, framesBad, 0}; }

    [[nodiscard]] double currentAt(std::size_t site) const { return current_[site]; }
    [[nodiscard]] bool relayClosed() const { return relay_; }
    int syncs = 0;

private:
    [[nodiscard]] static double mains(std::uint64_t millisecond) {
        constexpr std::array<double, 20> sine{0.0,     0.309,  0.5878,  0.809,  0.9511,  1.0,     0.9511,
                                              0.809,   0.5878, 0.309,   0.0,    -0.309,  -0.5878, -0.809,
                                              -0.9511, -1.0,   -0.9511, -0.809, -0.5878, -0.309};
        return sine[millisecond % sine.size()];
    }
    std::uint64_t polls_ = 0;
    [[nodiscard]] DeviceTime deviceNow() const {
        const auto host =
            std::chrono::duration_cast<std::chrono::microseconds>(clock_.now.time_since_epoch());
        return DeviceTime{host + std::chrono::microseconds{
                                     std::llround(1e-6 * clockPpm * static_cast<double>(host.count()))}};
    }
    [[nodiscard]] devices::DeliveryLimits echo() const {
        auto said = limits;
        if (echoWrong) said.charge_uC[0] += 1;
        return said;
    }
    void expireLease() {
        if (!relay_ || leaseIgnored || !leaseEnd_ || clock_.now < *leaseEnd_) return;
        relay_ = false;
        leaseRanOut_ = true;
    }
    /// 200 ms after the last current has come to zero, as EFP/1 says of its state S9.
    void openRelayAfterZero() {
        bool zero = true;
        for (std::size_t s = 0; s < maxSites; ++s) {
            zero = zero && current_[s] == 0.0 && point_.current_uA[s] == 0;
            delivered_ = delivered_ || current_[s] != 0.0;
        }
        zeroTurns_ = relay_ && delivered_ && zero ? zeroTurns_ + 1 : 0;
        if (zeroTurns_ >= 20 && !relayStays) relay_ = false;
    }
    void block(devices::FrontEndSink& sink, std::uint8_t stream, std::uint16_t ticks, std::uint64_t index,
               std::vector<std::byte> raw, std::chrono::milliseconds length) noexcept {
        SampleBlock b;
        b.position.stream = stream;
        b.position.ticks = ticks;
        b.position.firstIndex = index;
        b.position.first = deviceNow() - length;
        b.position.arrival = clock_.now;
        b.raw = raw;
        sink.onBlock(b);
    }

    FakeClock& clock_;
    std::vector<std::function<void(devices::FrontEndSink&)>> answers_;
    devices::SetPoint point_;
    std::array<double, maxSites> current_{}, charge_uC_{};
    bool relay_ = false, delivered_ = false, leaseRanOut_ = false;
    std::optional<MonotonicTime> leaseEnd_;
    int zeroTurns_ = 0;
    std::uint64_t index_ = 0, humidityIndex_ = 0;
    int turn_ = 0;
};

} // namespace eccrine::acquisition::tests
