// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crc32c.hpp"
#include "devices/virtual/front_end_device.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>

namespace eccrine::devices::virtual_instrument {
namespace {

using namespace std::chrono_literals;
using efp::FrameHeader;
using efp::Type;

constexpr std::uint64_t hostNonce = 0x1122334455667788U;
constexpr std::uint64_t run = 0xA1B2C3D4E5F60718U;

struct Received {
    FrameHeader header;
    std::vector<std::byte> payload;
    [[nodiscard]] Type type() const { return static_cast<Type>(header.type); }
};

/// A host without a link: it hands bytes to the device and keeps what comes back. Time moves when it says so.
class Host {
public:
    explicit Host(double speed = 1.0, const std::string& scenario = {}, std::uint64_t seed = 1,
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

Answer answerOf(const Acknowledgement& a) {
    return static_cast<Answer>(a.result);
}

// Hello
TEST(FrontEndDevice, HelloIsAnsweredByIdentityTwoDescriptionsAndTheGreeting) {
    Host h;
    h.hello();
    ASSERT_GE(h.frames.size(), 4U);
    EXPECT_EQ(h.frames[0].type(), Type::Hello);
    EXPECT_EQ(h.frames[1].type(), Type::Describe);
    EXPECT_EQ(h.frames[2].type(), Type::Describe);
    EXPECT_EQ(h.frames[3].type(), Type::Log);
    const auto hello = efp::Hello::parse(h.frames[0].payload).value();
    EXPECT_EQ(hello.nonce, hostNonce);
    EXPECT_EQ(hello.version, 1);
    EXPECT_EQ(hello.sites, 4);
    EXPECT_EQ(hello.streams, 2);
    EXPECT_EQ(hello.serialText(), "VIRT-00000001");
    EXPECT_EQ(hello.bootId, 0xCAFEBABEU);
    EXPECT_EQ(hello.capabilities, 0x1BFU); // source isolated comparator lease dummy-load e-stop humidity flow
    const auto& log = h.frames[3].payload;
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(log.data()), log.size()),
              "virtual instrument; speed=20; seed=1; preset=healthy");
}

TEST(FrontEndDevice, TheStreamsAreDescribedAsPromised) {
    Host h;
    h.hello();
    const auto fast = efp::parseDescribe(h.frames[1].payload).value();
    EXPECT_EQ(fast.id, 1);
    EXPECT_EQ(fast.format, RawFormat::I24);
    EXPECT_EQ(fast.siteMask, 0x0F);
    EXPECT_EQ(fast.rateMilliHz, 1'000'000U);
    ASSERT_EQ(fast.channels.size(), 3U);
    EXPECT_EQ(fast.channels[0], (ChannelDescription{Measurand::AnodeCurrent, 0.5F, 0.0F}));
    EXPECT_EQ(fast.channels[2], (ChannelDescription{Measurand::Voltage, 0.01F, 0.0F}));
    const auto slow = efp::parseDescribe(h.frames[2].payload).value();
    EXPECT_EQ(slow.id, 2);
    EXPECT_EQ(slow.format, RawFormat::F32);
    EXPECT_EQ(slow.rateMilliHz, 50'000U);
    ASSERT_EQ(slow.channels.size(), 6U);
    EXPECT_EQ(slow.channels[0].measurand, Measurand::HumidityIn);
    EXPECT_EQ(slow.channels[5].measurand, Measurand::Pressure);
}

TEST(FrontEndDevice, EveryFrameSaysThatItIsSimulated) {
    Host h;
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(2.0, 2, 2000);
    h.send(Type::TimeSyncRequest);
    h.advance(0.7); // the lease runs out: an event
    std::map<Type, int> types;
    for (const auto& f : h.frames) {
        ++types[f.type()];
        ASSERT_NE(f.header.flags & FrameHeader::simulatedFlag, 0) << int{f.header.type};
    }
    EXPECT_EQ(types.size(),
              9U); // hello, describe, log, status, data, acknowledge, limits echo, time sync, event
}

TEST(FrontEndDevice, AHelloOfAnotherVersionIsRefused) {
    Host h;
    h.send(Type::HelloRequest, efp::HelloRequest{hostNonce, 2, 3});
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::BadValue);
    EXPECT_TRUE(h.of(Type::Hello).empty());
}

TEST(FrontEndDevice, WhileArmedAnotherHostIsRefusedAndTheSameOneIsNot) {
    Host h;
    h.hello();
    h.setLimits();
    h.arm();
    h.hello(hostNonce + 1);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Busy);
    EXPECT_EQ(h.device->delivery().state(), DeliveryState::Armed);
    h.hello();
    EXPECT_EQ(h.of(Type::Hello).size(), 2U);
    EXPECT_EQ(h.device->delivery().state(), DeliveryState::Armed);
}

TEST(FrontEndDevice, BeforeAHelloOnlyStopAndTimeSyncAreServed) {
    Host h;
    h.setLimits();
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::WrongState);
    h.startStreams();
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::WrongState);
    h.send(Type::Stop);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
    h.send(Type::TimeSyncRequest);
    EXPECT_EQ(h.of(Type::TimeSync).size(), 1U);
    h.advance(1.0);
    EXPECT_TRUE(h.of(Type::Status).empty());
}

TEST(FrontEndDevice, TimeSyncEchoesTheHostsTimeAndGivesItsOwn) {
    Host h;
    h.advance(2.5);
    h.send(Type::TimeSyncRequest, std::span<const std::byte>{}, 123'456'789U);
    const auto frame = h.of(Type::TimeSync).back();
    const auto reply = efp::TimeSyncReply::parse(frame.payload).value();
    EXPECT_EQ(reply.t0, 123'456'789U);
    EXPECT_EQ(reply.t1_us, 2'500'000U);
    EXPECT_EQ(frame.header.time_us, 2'500'000U);
    EXPECT_EQ(frame.header.sequence, h.sequence);
}

TEST(FrontEndDevice, UnknownAndShortRequestsGetTheirReason) {
    Host h;
    h.hello();
    h.send(static_cast<Type>(0x7E));
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::UnknownType);
    EXPECT_EQ(h.lastAnswer().type, 0x7E);
    constexpr std::array oneByte{std::byte{1}};
    for (const auto type : {Type::HelloRequest, Type::StreamStart, Type::StreamStop, Type::SetLimits,
                            Type::Arm, Type::SetCurrent, Type::EventAcknowledge}) {
        h.send(type, std::span<const std::byte>{oneByte});
        EXPECT_EQ(answerOf(h.lastAnswer()), Answer::BadLength) << int{efp::code(type)};
    }
}

TEST(FrontEndDevice, GarbageIsCountedAndNotAnswered) {
    Host h;
    h.hello();
    const auto before = h.frames.size();
    std::vector<std::byte> garbage(5000, std::byte{0x55});
    garbage.push_back(std::byte{0});
    h.device->receive(garbage, h.now());
    EXPECT_EQ(h.frames.size(), before);
    EXPECT_EQ(h.device->framesRefused(), 1U);
    h.send(Type::Stop);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
}

// Streams
TEST(FrontEndDevice, TheElectrodeStreamRunsAtOneKilohertzWithoutAGap) {
    Host h;
    h.hello();
    h.startStreams();
    h.advance(3.0);
    const auto frames = h.data(1);
    ASSERT_NEAR(static_cast<double>(frames.size()), 300.0, 1.0);
    std::uint64_t next = 0;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const auto& [header, d] = frames[i];
        ASSERT_EQ(d.head.firstIndex, next);
        ASSERT_EQ(d.head.ticks, 10);
        ASSERT_EQ(header.sequence, i + 1);
        ASSERT_EQ(header.time_us, frames[0].first.time_us + next * 1000);
        next += 10;
    }
}

TEST(FrontEndDevice, TheElectrodeStreamRunsAtTenKilohertzWhenAsked) {
    Host h;
    h.hello();
    h.startStreams(25, 10'000'000);
    h.advance(1.0);
    const auto frames = h.data(1);
    ASSERT_NEAR(static_cast<double>(frames.size()), 400.0, 1.0);
    EXPECT_EQ(frames[1].second.head.firstIndex, 25U);
    EXPECT_EQ(frames[1].first.time_us - frames[0].first.time_us, 2500U);
    EXPECT_EQ(frames[1].second.samples.size(), 900U);
    EXPECT_NEAR(static_cast<double>(h.data(2).size()), 50.0, 1.0);
}

TEST(FrontEndDevice, TheHygrometerStreamRunsAtFiftyHertzWithPlausibleValues) {
    Host h;
    h.hello();
    h.startStreams();
    h.advance(2.0);
    const auto frames = h.data(2);
    ASSERT_NEAR(static_cast<double>(frames.size()), 100.0, 1.0);
    EXPECT_EQ(frames[1].first.time_us - frames[0].first.time_us, 20'000U);
    for (std::size_t site = 0; site < maxSites; ++site) {
        EXPECT_NEAR(Host::value(frames[0].second, site, 0), 2.0, 0.5);
        EXPECT_NEAR(Host::value(frames[0].second, site, 1), 24.0, 0.2);
        EXPECT_NEAR(Host::value(frames[0].second, site, 2), 2.3,
                    1.0); // 2 %RH at 24 degC and 40 nL/min, at 32 degC
        EXPECT_NEAR(Host::value(frames[0].second, site, 3), 32.0, 0.2);
        EXPECT_NEAR(Host::value(frames[0].second, site, 4), 100.0, 1.0);
        EXPECT_NEAR(Host::value(frames[0].second, site, 5), 101.325, 0.05);
    }
}

TEST(FrontEndDevice, OnlyTheAskedSitesAreSent) {
    Host h;
    h.hello();
    h.startStreams(10, 1'000'000, 0x05);
    h.advance(0.1);
    EXPECT_EQ(h.data(1).at(0).second.head.siteMask, 0x05);
    EXPECT_EQ(h.data(1).at(0).second.samples.size(), 10U * 2 * 3 * 3);
    EXPECT_EQ(h.data(2).at(0).second.samples.size(), 2U * 6 * 4);
}

TEST(FrontEndDevice, StreamsItCannotGiveAreRefused) {
    Host h;
    h.hello();
    for (const auto& wrong :
         {efp::StreamControl{1, 0x0F, 10, 2'000'000}, efp::StreamControl{1, 0x0F, 28, 10'000'000},
          efp::StreamControl{1, 0x10, 10, 1'000'000}, efp::StreamControl{1, 0x00, 10, 1'000'000},
          efp::StreamControl{2, 0x0F, 1, 100'000}, efp::StreamControl{3, 0x0F, 1, 50'000}}) {
        h.send(Type::StreamStart, wrong);
        EXPECT_EQ(answerOf(h.lastAnswer()), Answer::BadValue);
    }
    h.advance(0.1);
    EXPECT_TRUE(h.of(Type::Data).empty());
}

TEST(FrontEndDevice, AStoppedStreamStaysSilent) {
    Host h;
    h.hello();
    h.startStreams();
    h.advance(0.1);
    h.send(Type::StreamStop, efp::StreamControl{1, 0, 0, 0});
    const auto before = h.data(1).size();
    h.advance(0.5);
    EXPECT_EQ(h.data(1).size(), before);
    EXPECT_GT(h.data(2).size(), 25U);
}

TEST(FrontEndDevice, ABlockThatFoundNoRoomIsAGapThatTheNextBlockAdmits) {
    Host h;
    h.hello();
    h.startStreams();
    h.advance(0.1);
    h.linkHasRoom = false;
    h.advance(0.05);
    h.linkHasRoom = true;
    const auto before = h.data(1).size();
    h.advance(0.05);
    const auto frames = h.data(1);
    ASSERT_GT(frames.size(), before + 1);
    const auto& last = frames[before - 1].second.head;
    const auto& next = frames[before].second.head;
    EXPECT_EQ(next.firstIndex - last.firstIndex, 60U);
    EXPECT_EQ(next.flags & efp::DataHead::overrunFlag, 1);
    EXPECT_EQ(frames[before + 1].second.head.flags, 0);
    EXPECT_GE(h.device->framesLost(), 5U);
}

// Delivery over the wire
TEST(FrontEndDevice, LimitsComeBackBitForBitAndEverySecondWhileArmed) {
    Host h;
    h.hello();
    h.setLimits();
    auto echoes = h.of(Type::LimitsEcho);
    ASSERT_EQ(echoes.size(), 1U);
    EXPECT_NE(echoes[0].header.flags & FrameHeader::replyFlag, 0);
    EXPECT_EQ(echoes[0].header.sequence, h.sequence);
    EXPECT_EQ(echoes[0].payload.size(), efp::limitsBytes);
    const auto first = echoes[0].payload;
    h.arm();
    h.advance(5.05);
    echoes = h.of(Type::LimitsEcho);
    EXPECT_EQ(echoes.size(), 6U);
    for (const auto& e : echoes)
        EXPECT_EQ(e.payload, first);
    EXPECT_EQ(h.lastStatus().limitsCrc, crc32c(first));
    h.send(Type::Stop);
    h.advance(3.0);
    EXPECT_EQ(h.of(Type::LimitsEcho).size(), 6U);
}

TEST(FrontEndDevice, LimitsAboveItsOwnAreAnsweredByANakAndNoEcho) {
    Host h;
    h.hello();
    h.setLimits(run, 5001);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::OverLimit);
    EXPECT_EQ(h.lastAnswer().type, 0x21);
    EXPECT_TRUE(h.of(Type::LimitsEcho).empty());
    EXPECT_NE(h.of(Type::Acknowledge).back().header.flags & FrameHeader::errorFlag, 0);
}

TEST(FrontEndDevice, TheCurrentThatIsSetIsTheCurrentThatIsMeasured) {
    Host h;
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(3.0, 2, 2000);
    const auto last = h.data(1).back().second;
    for (std::size_t site = 0; site < maxSites; ++site) {
        EXPECT_NEAR(Host::value(last, site, 0), 2000.0, 50.0); // +-(2 % + 10 uA)
        EXPECT_NEAR(Host::value(last, site, 1), -2000.0, 50.0);
        EXPECT_GT(Host::value(last, site, 2), 4'000.0); // mV: at least the 2 kOhm that 2 mA would see
    }
    const auto status = h.lastStatus();
    EXPECT_EQ(status.state, DeliveryState::Hold);
    EXPECT_EQ(status.sites[0].set_uA, 2000);
    EXPECT_NEAR(status.sites[0].measured_uA, 2000, 50);
    EXPECT_NEAR(status.sites[0].charge_uC, 5000.0, 150.0); // 1 s ramp and 2 s at 2 mA
    EXPECT_EQ(status.relayMask, 0x0F);
    EXPECT_EQ(status.lastCommand, 2U);
    EXPECT_EQ(status.nonce, run);
    EXPECT_EQ(status.battery_pct, 255);
}

TEST(FrontEndDevice, StatusComesTenTimesASecondAndOnEveryChange) {
    Host h;
    h.hello();
    h.advance(2.0);
    const auto idle = h.of(Type::Status).size();
    EXPECT_NEAR(static_cast<double>(idle), 21.0, 1.0);
    h.setLimits();
    h.advance(0.004);
    EXPECT_EQ(h.of(Type::Status).size(), idle + 1);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Ready);
    h.arm();
    h.advance(0.004);
    EXPECT_EQ(h.of(Type::Status).size(), idle + 2);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Armed);
}

TEST(FrontEndDevice, AtTwentyfoldSpeedTheLeaseIsStillHalfARealSecond) {
    Host h{20.0};
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(4.0, 2, 2000);
    h.setCurrent(2, 2000);
    h.advance(9.8); // 490 ms for the host
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Hold);
    EXPECT_LT(h.lastStatus().leaseLeft_ms, 20);
    h.advance(2.0); // 590 ms
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Fault);
    EXPECT_EQ(h.lastStatus().faults, 1U);
    EXPECT_EQ(h.lastStatus().leaseLeft_ms, 0);
    EXPECT_NEAR(h.lastStatus().sites[0].measured_uA, 0, 10);
}

TEST(FrontEndDevice, AnEventIsRepeatedFiveTimesASecondUntilItIsAcknowledged) {
    Host h;
    h.hello();
    h.setLimits();
    h.arm();
    h.deliver(0.5, 2, 1000);
    h.advance(0.55); // the lease runs out
    h.advance(1.0);
    const auto events = h.of(Type::Event);
    EXPECT_NEAR(static_cast<double>(events.size()), 6.0, 1.0);
    const auto event = efp::parseEvent(events[0].payload).value();
    EXPECT_EQ(event.code, static_cast<std::uint16_t>(FaultBit::Lease));
    for (const auto& e : events)
        EXPECT_EQ(e.header.sequence, events[0].header.sequence);
    h.send(Type::EventAcknowledge, efp::EventAcknowledge{event.code, events[0].header.sequence + 1});
    h.advance(0.5);
    EXPECT_GT(h.of(Type::Event).size(), events.size()); // a wrong number acknowledges nothing
    h.send(Type::EventAcknowledge, efp::EventAcknowledge{event.code, events[0].header.sequence});
    const auto acknowledged = h.of(Type::Event).size();
    h.advance(1.0);
    EXPECT_EQ(h.of(Type::Event).size(), acknowledged);
}

TEST(FrontEndDevice, StopIsAnsweredAndEndsTheCurrentInHalfASecond) {
    Host h;
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(2.0, 2, 2000);
    h.send(Type::Stop);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::Ok);
    EXPECT_EQ(h.lastAnswer().type, 0x2F);
    h.advance(0.5);
    EXPECT_NEAR(Host::value(h.data(1).back().second, 0, 0), 0.0, 100.0); // under 5 % of the set current
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Complete);
    EXPECT_EQ(h.lastStatus().relayMask, 0);
}

TEST(FrontEndDevice, TheDummyLoadIsFiveKilohmsAndLeavesThePatientAlone) {
    Host h;
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm(1, DeliveryMode::DummyLoad);
    h.deliver(3.0, 2, 1000, DeliveryMode::DummyLoad);
    EXPECT_NEAR(Host::value(h.data(1).back().second, 0, 2), 5000.0, 150.0); // mV; SR: +-3 % at 1 mA
    EXPECT_FALSE(h.device->patient().stimulated());
}

TEST(FrontEndDevice, AProbeStimulatesNobody) {
    Host h;
    h.hello();
    h.setLimits();
    h.arm(1, DeliveryMode::Probe);
    h.deliver(2.0, 2, 20, DeliveryMode::Probe);
    EXPECT_FALSE(h.device->patient().stimulated());
    EXPECT_NEAR(h.lastStatus().sites[0].measured_uA, 20, 5);
}

// The patient behind it
TEST(FrontEndDevice, TheNominalStimulusGivesTheTruthThatWasExpected) {
    Host h{20.0};
    h.hello();
    h.setLimits();
    h.arm();
    h.deliver(300.0, 2, 2000);
    h.send(Type::Stop);
    h.advance(310.0);
    ASSERT_TRUE(h.device->patient().truthComplete());
    for (std::size_t i = 0; i < maxSites; ++i) {
        const auto truth = h.device->patient().truth(i);
        const auto& nominal = h.device->patient().patient().sites[i];
        EXPECT_NEAR(truth.measure.volume.value, nominal.nominalVolume.value,
                    0.02 * nominal.nominalVolume.value);
        EXPECT_NEAR(truth.measure.charge.value, 600.0, 12.0);
        ASSERT_TRUE(truth.measure.latency);
        EXPECT_EQ(*truth.measure.latency, nominal.shape.latency);
        EXPECT_NEAR(std::chrono::duration<double>(truth.stimulus->time_since_epoch()).count(), 0.1, 0.05);
    }
}

TEST(FrontEndDevice, ANewRunFindsThePatientRested) {
    Host h{20.0};
    h.hello();
    h.setLimits();
    h.arm();
    h.deliver(150.0, 2, 2000);
    ASSERT_TRUE(h.device->patient().stimulated());
    h.device->linkClosed();
    h.advance(2.0);
    EXPECT_EQ(h.device->delivery().state(), DeliveryState::Idle);
    h.device->linkOpened();
    h.hello(hostNonce + 1);
    h.setLimits(run + 1);
    EXPECT_FALSE(h.device->patient().stimulated());
    h.arm(1, DeliveryMode::Patient, run + 1);
    h.deliver(4.0, 2, 1000, DeliveryMode::Patient, run + 1);
    EXPECT_EQ(h.device->delivery().state(), DeliveryState::Hold);
    EXPECT_TRUE(h.device->patient().stimulated());
}

// Scenario
TEST(FrontEndDevice, AFrozenHygrometerRepeatsItsOutletReadingOnly) {
    Host h{1.0, "[[fault]]\nkind = \"frozen_humidity\"\nat_s = 1\nsite = \"proximal_leg\"\n"};
    h.hello();
    h.startStreams();
    h.advance(3.0);
    const auto frames = h.data(2);
    const auto changes = [&](std::size_t site, std::size_t channel, std::size_t from, std::size_t to) {
        int n = 0;
        for (std::size_t i = from + 1; i < to; ++i)
            n += Host::value(frames[i].second, site, channel) !=
                 Host::value(frames[i - 1].second, site, channel);
        return n;
    };
    EXPECT_GT(changes(1, 2, 0, 45), 40);   // before
    EXPECT_EQ(changes(1, 2, 60, 140), 0);  // frozen
    EXPECT_GT(changes(1, 0, 60, 140), 70); // its inlet goes on
    EXPECT_GT(changes(0, 2, 60, 140), 70); // the other sites go on
}

TEST(FrontEndDevice, AnOpenElectrodePausesTheDeliveryWithItsSiteInTheEvent) {
    Host h{1.0, "[[fault]]\nkind = \"open_electrode\"\nafter = \"stimulus\"\nat_s = 2\nsite = \"foot\"\n"};
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(1.9, 2, 2000);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Hold);
    h.deliver(0.5, 2, 2000);
    EXPECT_EQ(h.lastStatus().state, DeliveryState::Paused);
    EXPECT_EQ(h.lastStatus().faults, 1U << 3U);
    ASSERT_FALSE(h.of(Type::Event).empty());
    const auto event = efp::parseEvent(h.of(Type::Event)[0].payload).value();
    EXPECT_EQ(event.code, 3);
    EXPECT_EQ(event.site, 3);
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::NotArmed);
}

TEST(FrontEndDevice, LostFramesAreGapsThatTheDeviceDoesNotKnowOf) {
    Host h{1.0, "[[fault]]\nkind = \"lost_frames\"\nat_s = 0\nprobability = 0.1\n"};
    h.hello();
    h.startStreams();
    h.advance(20.0);
    const auto frames = h.data(1);
    EXPECT_NEAR(static_cast<double>(frames.size()), 1800.0, 60.0); // 4.5 standard deviations of 2000 draws
    for (const auto& [header, d] : frames)
        ASSERT_EQ(d.head.flags, 0);
    EXPECT_EQ(frames.back().second.head.firstIndex % 10, 0U);
    EXPECT_GT(frames.back().second.head.firstIndex, 19'800U);
}

TEST(FrontEndDevice, AnswersAreNeverLost) {
    Host h{1.0, "[[fault]]\nkind = \"lost_frames\"\nat_s = 0\nprobability = 1.0\n"};
    h.hello();
    h.startStreams();
    h.advance(0.1);
    const auto before = h.of(Type::Acknowledge).size();
    for (int k = 0; k < 50; ++k)
        h.send(Type::Stop);
    EXPECT_EQ(h.of(Type::Acknowledge).size(), before + 50);
    EXPECT_TRUE(h.of(Type::Data).empty());
}

// Determinism
std::vector<std::byte> session(std::uint64_t seed) {
    Host h{20.0, "[[fault]]\nkind = \"lost_frames\"\nat_s = 0\nprobability = 0.05\n", seed};
    h.hello();
    h.startStreams();
    h.setLimits();
    h.arm();
    h.deliver(20.0, 2, 2000);
    return h.bytes;
}

TEST(FrontEndDevice, TheSameSeedAndCallsGiveTheSameBytes) {
    const auto a = session(3);
    EXPECT_GT(a.size(), 100'000U);
    EXPECT_EQ(a, session(3));
    EXPECT_NE(a, session(4));
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
