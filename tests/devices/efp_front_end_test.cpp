// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/efp_front_end.hpp"
#include "devices/transport/serial_port.hpp"
#include "devices/transport/tcp_client.hpp"
#include "tests/devices/allocation_count.hpp"
#include "tests/devices/driver_bench.hpp"
#include "tests/devices/golden_frames.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>

namespace eccrine::devices {
namespace {

using efp::FrameHeader;
using efp::Type;
using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::uint64_t runNonce = 0xA1B2C3D4E5F60718U;

class EfpFrontEnd : public DriverOnLink {
protected:
    /// The payload of a golden frame, for comparison with what arrived.
    static std::vector<std::byte> payloadOf(std::string_view hex) {
        std::vector<std::byte> payload;
        efp::FrameReader reader;
        reader.feed(efp::golden::bytes(hex),
                    [&](const efp::Frame& f) { payload.assign(f.payload.begin(), f.payload.end()); });
        EXPECT_EQ(reader.count(efp::FrameFault::None), 1U);
        return payload;
    }
    void sendGolden(std::string_view hex) { peer->send(efp::golden::bytes(hex)); }
    void sendData(const efp::DataHead& head, std::span<const std::byte> samples, std::uint64_t time_us = 0) {
        peer->sendBy(Type::Data, 0, 1, time_us, [&](auto out) {
            const std::size_t n = head.write(out);
            std::copy(samples.begin(), samples.end(), out.begin() + static_cast<std::ptrdiff_t>(n));
            return n + samples.size();
        });
    }
};
INSTANTIATE_TEST_SUITE_P(Real, EfpFrontEnd, testing::Values(ScriptedPeer::Link::Pty, ScriptedPeer::Link::Tcp),
                         linkName);

TEST_P(EfpFrontEnd, SendsEachCommandWithThePayloadOfItsGoldenFrame) {
    open();
    DeliveryLimits limits;
    limits.nonce = runNonce;
    limits.current_uA[0] = 2100;
    limits.charge_uC[0] = 630'000;
    limits.time_ms = 360'000;
    limits.voltage_mV = 60'000;
    limits.slope_uA_per_s = 210;
    SetPoint point;
    point.nonce = runNonce;
    point.command = 42;
    point.current_uA = {2000, 0, 0, 0};
    point.ramp_uA_per_s = 200;
    point.siteMask = 1;
    ASSERT_TRUE(driver->startStream(1, 0x0F, 10, 1'000'000));
    ASSERT_TRUE(driver->setLimits(limits));
    ASSERT_TRUE(driver->arm(runNonce, 41, 1, DeliveryMode::Patient));
    ASSERT_TRUE(driver->setCurrent(point));
    ASSERT_TRUE(driver->stop(FrontEnd::StopBy::Ramp));
    EXPECT_EQ(peer->request(Type::StreamStart).payload, payloadOf(efp::golden::streamStart));
    EXPECT_EQ(peer->request(Type::SetLimits).payload, payloadOf(efp::golden::setLimits));
    EXPECT_EQ(peer->request(Type::Arm).payload, payloadOf(efp::golden::arm));
    EXPECT_EQ(peer->request(Type::SetCurrent).payload, payloadOf(efp::golden::setCurrent));
    EXPECT_TRUE(peer->request(Type::Stop).payload.empty());
}

TEST_P(EfpFrontEnd, SendsStreamStopAndEventAcknowledgement) {
    open();
    ASSERT_TRUE(driver->stopStream(2));
    ASSERT_TRUE(driver->acknowledgeEvent(3, 77));
    EXPECT_EQ(efp::StreamControl::parse(peer->request(Type::StreamStop).payload),
              (efp::StreamControl{2, 0, 0, 0}));
    EXPECT_EQ(efp::EventAcknowledge::parse(peer->request(Type::EventAcknowledge).payload),
              (efp::EventAcknowledge{3, 77}));
}

TEST_P(EfpFrontEnd, NumbersItsRequestsOneAfterTheOther) {
    open();
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(driver->stop(FrontEnd::StopBy::Ramp));
    static_cast<void>(peer->request(Type::Stop, 5));
    const auto requests = peer->requests();
    for (std::size_t i = 1; i < requests.size(); ++i)
        EXPECT_EQ(requests[i].header.sequence, requests[i - 1].header.sequence + 1);
}

TEST_P(EfpFrontEnd, NeverAsksForALongerLeaseThanHalfASecond) {
    open();
    SetPoint point;
    point.lease = milliseconds{60'000};
    ASSERT_TRUE(driver->setCurrent(point));
    EXPECT_EQ(efp::SetCurrent::parse(peer->request(Type::SetCurrent).payload)->lease_ms, 500);
}

TEST_P(EfpFrontEnd, HandsSamplesOnAsTheyWereSent) {
    open();
    const auto before = clock.monotonic();
    sendGolden(efp::golden::data);
    ASSERT_TRUE(until([&] { return !sink.blocks.empty(); }));
    const auto& block = sink.blocks.front();
    EXPECT_EQ(block.position.stream, 1);
    EXPECT_EQ(block.position.ticks, 2);
    EXPECT_FALSE(block.position.overrunBefore);
    EXPECT_EQ(block.position.firstIndex, 0x0102030405U);
    EXPECT_EQ(block.position.first, DeviceTime{microseconds{2'000'000}});
    EXPECT_GE(block.position.arrival, before);
    EXPECT_LE(block.position.arrival, clock.monotonic());
    ASSERT_EQ(block.raw.size(), 18U);
    EXPECT_EQ(rawWord(block.raw.data() + 3, RawFormat::I24), -4000);
}

TEST_P(EfpFrontEnd, TellsThatTheDeviceLostTicksBeforeABlock) {
    open();
    sendData({1, 2, 1, 3, 1, efp::DataHead::overrunFlag, 9}, std::vector<std::byte>(9));
    ASSERT_TRUE(until([&] { return !sink.blocks.empty(); }));
    EXPECT_TRUE(sink.blocks.front().position.overrunBefore);
}

TEST_P(EfpFrontEnd, SamplesThatAreNotAsDescribedAreCountedAndNotHandedOn) {
    open();
    const std::vector<std::byte> samples(9);
    sendData({7, 2, 1, 3, 1, 0, 0}, samples); // no such stream
    sendData({1, 1, 1, 3, 1, 0, 0}, samples); // 16 bits instead of 24
    sendData({1, 2, 2, 3, 1, 0, 0}, samples); // another site
    sendData({1, 2, 1, 2, 1, 0, 0}, samples); // two channels instead of three
    sendData({1, 2, 1, 3, 2, 0, 0}, samples); // two ticks announced, one there
    sendData({1, 2, 1, 3, 1, 0, 5}, samples); // as described
    ASSERT_TRUE(until([&] { return !sink.blocks.empty(); }));
    EXPECT_EQ(sink.blocks.size(), 1U);
    EXPECT_EQ(sink.blocks.front().position.firstIndex, 5U);
    EXPECT_EQ(driver->counters().framesBad, 5U);
}

TEST_P(EfpFrontEnd, HandsStatusOnWithTheDevicesTime) {
    open();
    sendGolden(efp::golden::status);
    ASSERT_TRUE(until([&] { return !sink.statuses.empty(); }));
    const auto& s = sink.statuses.front();
    EXPECT_EQ(s.at, DeviceTime{microseconds{5'000'000}});
    EXPECT_EQ(s.state, DeliveryState::Hold);
    EXPECT_EQ(s.sites[0].measured_uA, 1998);
    EXPECT_EQ(s.limitsCrc, 0x9EE50466U);
}

TEST_P(EfpFrontEnd, HandsLimitsAnswersEventsAndTextOn) {
    open();
    sendGolden(efp::golden::limitsEcho);
    sendGolden(efp::golden::acknowledge);
    sendGolden(efp::golden::refusal);
    sendGolden(efp::golden::event);
    peer->send({efp::code(Type::Log), 0, 2, 0}, std::as_bytes(std::span(efp::golden::logText)));
    ASSERT_TRUE(until([&] { return !sink.logs.empty(); }));
    ASSERT_EQ(sink.limits.size(), 1U);
    EXPECT_EQ(sink.limits[0].charge_uC[0], 630'000U);
    ASSERT_EQ(sink.answers.size(), 2U);
    EXPECT_EQ(sink.answers[0].result, 0);
    EXPECT_EQ(sink.answers[1].type, 0x20);
    EXPECT_EQ(sink.answers[1].result, 6);
    EXPECT_EQ(sink.answers[1].command, 43U);
    ASSERT_EQ(sink.events.size(), 1U);
    EXPECT_EQ(sink.events[0].value, 2650U);
    EXPECT_EQ(sink.events[0].at, DeviceTime{microseconds{5'100'000}});
    EXPECT_EQ(sink.logs[0], efp::golden::logText);
}

TEST_P(EfpFrontEnd, AnEventIsAcknowledgedWithItsOwnNumber) {
    open();
    const auto event = payloadOf(efp::golden::event);
    peer->send({efp::code(Type::Event), 0, 4711, 0}, event);
    ASSERT_TRUE(until([&] { return !sink.events.empty(); }));
    EXPECT_EQ(efp::EventAcknowledge::parse(peer->request(Type::EventAcknowledge).payload),
              (efp::EventAcknowledge{3, 4711}));
}

TEST_P(EfpFrontEnd, ATypeThatIsNotKnownIsLeftAlone) {
    open();
    peer->send({0xB7, 0, 1, 0}, {});
    sendGolden(efp::golden::status);
    ASSERT_TRUE(until([&] { return !sink.statuses.empty(); }));
    EXPECT_EQ(driver->counters().framesBad, 0U);
}

TEST_P(EfpFrontEnd, APayloadThatIsTooShortIsCounted) {
    open();
    const std::array<std::byte, 7> tooShort{};
    for (const Type type : {Type::Status, Type::LimitsEcho, Type::Acknowledge, Type::Event, Type::TimeSync})
        peer->send({efp::code(type), 0, 1, 0}, tooShort);
    sendGolden(efp::golden::data);
    ASSERT_TRUE(until([&] { return !sink.blocks.empty(); }));
    EXPECT_EQ(driver->counters().framesBad, 5U);
    EXPECT_TRUE(sink.statuses.empty());
    EXPECT_TRUE(peer->requests().back().type() == Type::HelloRequest) << "nothing is answered";
}

TEST_P(EfpFrontEnd, ADamagedFrameCostsOnlyItselfAndIsCounted) {
    open();
    auto damaged = efp::golden::bytes(efp::golden::status);
    damaged[30] ^= std::byte{0x10};
    peer->send(damaged);
    sendGolden(efp::golden::status);
    ASSERT_TRUE(until([&] { return !sink.statuses.empty(); }));
    const auto counters = driver->counters();
    EXPECT_EQ(counters.framesBad, 1U);
    EXPECT_EQ(counters.framesOk, 4U) << "hello, two descriptions, status";
    EXPECT_GT(counters.bytesIn, 200U);
}

/// Time that stands on an odd nanosecond, so that rounding shows.
class OddClock final : public HostClock {
public:
    [[nodiscard]] MonotonicTime monotonic() const noexcept override {
        return MonotonicTime{nanoseconds{at_ += 1001}};
    }
    [[nodiscard]] WallTime wall() const noexcept override { return {}; }
    [[nodiscard]] MonotonicTime last() const { return MonotonicTime{nanoseconds{at_}}; }

private:
    mutable std::int64_t at_ = 123'456'789'321;
};

TEST_P(EfpFrontEnd, ATimeProbeKeepsTheNanosecondsOfItsOwnSending) {
    peer = std::make_unique<ScriptedPeer>(
        GetParam(), [i = Introduction()](ScriptedPeer& to, const ScriptedPeer::Request& request) {
            i(to, request);
            if (request.type() == Type::TimeSyncRequest)
                to.sendBy(Type::TimeSync, FrameHeader::replyFlag, request.header.sequence, 5'000'250,
                          [&](auto out) {
                              return efp::TimeSyncReply{request.header.time_us, 5'000'200}.write(out);
                          });
        });
    const OddClock oddClock;
    driver = openFrontEnd(peer->url(), oddClock).value();
    ASSERT_TRUE(driver->open(enough));
    ASSERT_TRUE(driver->requestTimeSync());
    const auto sent = oddClock.last();
    ASSERT_NE(sent.time_since_epoch().count() % 1000, 0);
    ASSERT_TRUE(until([&] { return !sink.probes.empty(); }));
    const TimeSyncProbe& p = sink.probes.front();
    EXPECT_EQ(p.t0, sent);
    EXPECT_EQ(p.t1, DeviceTime{microseconds{5'000'200}});
    EXPECT_EQ(p.t2, DeviceTime{microseconds{5'000'250}});
    EXPECT_EQ(p.t3, oddClock.last());
    EXPECT_EQ(peer->request(Type::TimeSyncRequest).header.time_us,
              static_cast<std::uint64_t>(sent.time_since_epoch().count() / 1000));
}

TEST_P(EfpFrontEnd, ATimeAnswerCountsOnceAndOnlyWhenAsked) {
    open();
    sendGolden(efp::golden::timeSyncReply); // nobody asked
    ASSERT_TRUE(driver->requestTimeSync());
    const auto request = peer->request(Type::TimeSyncRequest);
    for (int twice = 0; twice < 2; ++twice)
        peer->sendBy(Type::TimeSync, FrameHeader::replyFlag, request.header.sequence, 2, [&](auto out) {
            return efp::TimeSyncReply{request.header.time_us, 1}.write(out);
        });
    sendGolden(efp::golden::status);
    ASSERT_TRUE(until([&] { return !sink.statuses.empty(); }));
    EXPECT_EQ(sink.probes.size(), 1U);
}

TEST_P(EfpFrontEnd, EightTimeProbesMayBeUnderWayAndAreAnsweredInAnyOrder) {
    open();
    std::vector<std::uint64_t> asked;
    for (std::size_t i = 1; i <= 8; ++i) {
        ASSERT_TRUE(driver->requestTimeSync());
        asked.push_back(peer->request(Type::TimeSyncRequest, i).header.time_us);
    }
    std::reverse(asked.begin(), asked.end());
    for (const auto t0 : asked)
        peer->sendBy(Type::TimeSync, FrameHeader::replyFlag, 0, 2, [&](auto out) {
            return efp::TimeSyncReply{t0, 1}.write(out);
        });
    EXPECT_TRUE(until([&] { return sink.probes.size() == 8; }));
}

TEST_P(EfpFrontEnd, WithNothingToReadPollComesBackAtItsDeadline) {
    open();
    const auto begin = Clock::now();
    EXPECT_EQ(driver->poll(sink, milliseconds{50}), FrontEnd::Poll::TimedOut);
    EXPECT_GE(Clock::now() - begin, milliseconds{50});
    EXPECT_LT(Clock::now() - begin, milliseconds{1000});
}

TEST_P(EfpFrontEnd, AHangUpInTheMiddleOfAFrameIsLostAtOnce) {
    open();
    const auto frame = efp::golden::bytes(efp::golden::status);
    peer->send(std::span(frame).first(40));
    ASSERT_TRUE(until(
        [&, before = driver->counters().bytesIn] { return driver->counters().bytesIn >= before + 40; }));
    const auto begin = Clock::now();
    peer->hangUp();
    EXPECT_TRUE(untilLost());
    EXPECT_LT(Clock::now() - begin, milliseconds{500});
    EXPECT_EQ(driver->poll(sink, milliseconds{10'000}), FrontEnd::Poll::Lost) << "and stays so";
    EXPECT_TRUE(sink.statuses.empty());
}

TEST_P(EfpFrontEnd, AfterAHangUpRequestsSayThatTheLinkCannotTakeThem) {
    open();
    peer->hangUp();
    ASSERT_TRUE(untilLost());
    const auto deadline = Clock::now() + enough;
    while (driver->stop(FrontEnd::StopBy::Ramp) &&
           Clock::now() < deadline) { // TCP learns it from the answer to the first bytes
    }
    EXPECT_FALSE(driver->stop(FrontEnd::StopBy::Ramp));
}

TEST_P(EfpFrontEnd, WhatCameBeforeAHangUpIsStillHandedOn) {
    open();
    sendGolden(efp::golden::event);
    ASSERT_TRUE(until([&] { return !sink.events.empty(); }));
    sendGolden(efp::golden::status);
    ASSERT_TRUE(until([&] { return !sink.statuses.empty(); }));
    peer->hangUp();
    EXPECT_TRUE(untilLost());
}

TEST_P(EfpFrontEnd, AHelloWithAnotherBootIdIsADeviceThatRestarted) {
    open();
    Introduction again;
    again.hello.bootId = 0xCAFEBABFU;
    peer->sendBy(Type::Hello, 0, 0, 0, [&](auto out) { return again.hello.write(out); });
    EXPECT_EQ(lastPoll(), FrontEnd::Poll::Restarted);
}

TEST_P(EfpFrontEnd, ACounterThatBeginsAgainIsADeviceThatRestarted) { // and went on without a word
    open();
    const std::vector<std::byte> samples(9);
    sendData({1, 2, 1, 3, 1, 0, 7}, samples, 1'000'000'000);
    sendData({1, 2, 1, 3, 1, 0, 8}, samples, 1'000);
    EXPECT_EQ(lastPoll(), FrontEnd::Poll::Restarted);
    EXPECT_EQ(sink.blocks.size(), 1U) << "nothing of the new counter is handed on";
}

TEST_P(EfpFrontEnd, ARefusalByADeviceThatBeganAnewIsToldAsItsRestart) { // its first words may be that refusal
    open();
    const std::vector<std::byte> samples(9);
    sendData({1, 2, 1, 3, 1, 0, 7}, samples, 1'000'000'000);
    peer->sendBy(Type::Acknowledge, FrameHeader::replyFlag | FrameHeader::errorFlag, 1, 1'000, [&](auto out) {
        Acknowledgement refusal;
        refusal.type = efp::code(Type::SetCurrent);
        refusal.result = efp::code(efp::Answer::WrongState);
        return efp::writeAcknowledge(refusal, out);
    });
    EXPECT_EQ(lastPoll(), FrontEnd::Poll::Restarted);
    EXPECT_TRUE(sink.answers.empty());
}

TEST_P(EfpFrontEnd, ACounterOf32BitsIsContinued) {
    open();
    const std::vector<std::byte> samples(9);
    sendData({1, 2, 1, 3, 1, 0, 7}, samples, 0xFFFF'FF00U);
    sendData({1, 2, 1, 3, 1, 0, 8}, samples, 0x0000'02E8U);
    ASSERT_TRUE(until([&] { return sink.blocks.size() == 2; }));
    EXPECT_EQ(sink.blocks[1].position.first - sink.blocks[0].position.first, milliseconds{1});
}

TEST_P(EfpFrontEnd, OneThatFallsSilentIsAskedWhoItIs) { // it may have restarted, which it need not say
    std::atomic<bool> restarted{false};
    connect([&](ScriptedPeer& to, const ScriptedPeer::Request& request) {
        Introduction introduction;
        if (restarted) introduction.hello.bootId = 0xCAFEBABFU;
        introduction(to, request);
    });
    ASSERT_TRUE(driver->open(enough));
    ASSERT_TRUE(driver->startStream(1, 1, 10, 1'000'000));
    restarted = true;
    const auto began = Clock::now();
    EXPECT_EQ(lastPoll(), FrontEnd::Poll::Restarted);
    EXPECT_GE(Clock::now() - began, milliseconds{80}) << "not while samples may come";
    const auto nonceOf = [&](const ScriptedPeer::Request& r) {
        return efp::HelloRequest::parse(r.payload).value().nonce;
    };
    EXPECT_EQ(nonceOf(peer->request(Type::HelloRequest, 2)), nonceOf(peer->request(Type::HelloRequest, 1)));
}

TEST_P(EfpFrontEnd, AHelloWithAnotherSerialNumberIsAnotherDevice) {
    open();
    Introduction other;
    other.hello.setSerial("ECC0004");
    peer->sendBy(Type::Hello, 0, 0, 0, [&](auto out) { return other.hello.write(out); });
    EXPECT_EQ(lastPoll(), FrontEnd::Poll::Exchanged);
    EXPECT_EQ(driver->poll(sink, milliseconds{0}), FrontEnd::Poll::Lost);
}

TEST_P(EfpFrontEnd, ALateHelloOfTheSameBootChangesNothing) {
    open();
    peer->sendBy(Type::Hello, FrameHeader::replyFlag, 0, 0,
                 [](auto out) { return Introduction().hello.write(out); });
    sendGolden(efp::golden::status);
    EXPECT_TRUE(until([&] { return !sink.statuses.empty(); }));
}

TEST_P(EfpFrontEnd, ClosedItIsLostAndTakesNothing) {
    open();
    driver->close();
    EXPECT_EQ(driver->poll(sink, milliseconds{0}), FrontEnd::Poll::Lost);
    EXPECT_FALSE(driver->stop(FrontEnd::StopBy::Ramp));
}

/// Keeps numbers only: what a real-time sink may do.
class CountingSink final : public FrontEndSink {
public:
    void onBlock(const SampleBlock&) noexcept override { ++handled; }
    void onStatus(const FrontEndStatus&) noexcept override { ++handled; }
    void onLimitsEcho(const DeliveryLimits&) noexcept override { ++handled; }
    void onAcknowledgement(const Acknowledgement&) noexcept override { ++handled; }
    void onEvent(const DeviceEvent&) noexcept override { ++handled; }
    void onTimeSync(const TimeSyncProbe&) noexcept override { ++handled; }
    void onLog(std::string_view) noexcept override { ++handled; }
    int handled = 0;
};

TEST_P(EfpFrontEnd, AfterOpeningNothingIsAllocated) {
    open();
    for (const auto hex : {efp::golden::data, efp::golden::status, efp::golden::limitsEcho,
                           efp::golden::acknowledge, efp::golden::event, efp::golden::hello})
        sendGolden(hex);
    peer->send({efp::code(Type::Log), 0, 2, 0}, std::as_bytes(std::span(efp::golden::logText)));
    CountingSink counting;
    const DeliveryLimits limits;
    const SetPoint point;
    const auto deadline = Clock::now() + enough;
    const auto before = allocationsOfThisThread();
    const bool sent = driver->startStream(1, 1, 10, 1'000'000) && driver->stopStream(1) &&
                      driver->setLimits(limits) && driver->arm(1, 1, 1, DeliveryMode::Patient) &&
                      driver->setCurrent(point) && driver->requestTimeSync() &&
                      driver->stop(FrontEnd::StopBy::Ramp);
    while (counting.handled < 6 && Clock::now() < deadline)
        if (driver->poll(counting, milliseconds{20}) == FrontEnd::Poll::Lost) break;
    const auto after = allocationsOfThisThread();
    EXPECT_TRUE(sent);
    EXPECT_EQ(counting.handled, 6);
    EXPECT_EQ(after, before);
}

TEST(AllocationCount, SeesAnAllocation) {
    const auto before = allocationsOfThisThread();
    const auto one = std::make_unique<std::array<char, 64>>();
    EXPECT_EQ(allocationsOfThisThread(), before + 1);
    EXPECT_NE(one, nullptr);
}

} // namespace
} // namespace eccrine::devices
