// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/devices/virtual/device_host.hpp"

#include <map>

namespace eccrine::devices::virtual_instrument {
namespace {

// Hello
TEST(FrontEndDevice, HelloIsAnsweredByIdentityTwoDescriptionsAndTheGreeting) {
    DeviceHost h;
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
    EXPECT_EQ(hello.capabilities, 0x3FFU); // all ten of EFP/1
    const auto& log = h.frames[3].payload;
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(log.data()), log.size()),
              "virtual instrument; speed=20; seed=1; preset=healthy");
}

TEST(FrontEndDevice, TheStreamsAreDescribedAsPromised) {
    DeviceHost h;
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
    DeviceHost h;
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
    DeviceHost h;
    h.send(Type::HelloRequest, efp::HelloRequest{hostNonce, 2, 3});
    EXPECT_EQ(answerOf(h.lastAnswer()), Answer::BadValue);
    EXPECT_TRUE(h.of(Type::Hello).empty());
}

TEST(FrontEndDevice, WhileArmedAnotherHostIsRefusedAndTheSameOneIsNot) {
    DeviceHost h;
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
    DeviceHost h;
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
    DeviceHost h;
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
    DeviceHost h;
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
    DeviceHost h;
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
    DeviceHost h;
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
    DeviceHost h;
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
    DeviceHost h;
    h.hello();
    h.startStreams();
    h.advance(2.0);
    const auto frames = h.data(2);
    ASSERT_NEAR(static_cast<double>(frames.size()), 100.0, 1.0);
    EXPECT_EQ(frames[1].first.time_us - frames[0].first.time_us, 20'000U);
    for (std::size_t site = 0; site < maxSites; ++site) {
        EXPECT_NEAR(DeviceHost::value(frames[0].second, site, 0), 2.0, 0.5);
        EXPECT_NEAR(DeviceHost::value(frames[0].second, site, 1), 24.0, 0.2);
        EXPECT_NEAR(DeviceHost::value(frames[0].second, site, 2), 2.3,
                    1.0); // 2 %RH at 24 degC and 40 nL/min, at 32 degC
        EXPECT_NEAR(DeviceHost::value(frames[0].second, site, 3), 32.0, 0.2);
        EXPECT_NEAR(DeviceHost::value(frames[0].second, site, 4), 100.0, 1.0);
        EXPECT_NEAR(DeviceHost::value(frames[0].second, site, 5), 101.325, 0.05);
    }
}

TEST(FrontEndDevice, OnlyTheAskedSitesAreSent) {
    DeviceHost h;
    h.hello();
    h.startStreams(10, 1'000'000, 0x05);
    h.advance(0.1);
    EXPECT_EQ(h.data(1).at(0).second.head.siteMask, 0x05);
    EXPECT_EQ(h.data(1).at(0).second.samples.size(), 10U * 2 * 3 * 3);
    EXPECT_EQ(h.data(2).at(0).second.samples.size(), 2U * 6 * 4);
}

TEST(FrontEndDevice, StreamsItCannotGiveAreRefused) {
    DeviceHost h;
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
    DeviceHost h;
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
    DeviceHost h;
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

} // namespace
} // namespace eccrine::devices::virtual_instrument
