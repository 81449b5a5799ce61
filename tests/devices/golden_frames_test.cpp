// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crc32c.hpp"
#include "devices/efp/cobs.hpp"
#include "devices/efp/messages.hpp"
#include "tests/devices/golden_frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace eccrine::devices::efp {
namespace {

using testing::ElementsAreArray;

constexpr std::uint64_t helloNonce = 0x1122334455667788U;
constexpr std::uint64_t runNonce = 0xA1B2C3D4E5F60718U;
constexpr std::uint16_t reply = FrameHeader::replyFlag;

/// A golden frame taken apart; the test fails when it is not one whole frame.
struct Decoded {
    FrameHeader header;
    std::vector<std::byte> payload;
};
Decoded decoded(std::string_view hex) {
    Decoded found;
    int frames = 0;
    FrameReader reader;
    reader.feed(golden::bytes(hex), [&](const Frame& f) {
        found = {f.header, {f.payload.begin(), f.payload.end()}};
        ++frames;
    });
    EXPECT_EQ(frames, 1) << hex;
    EXPECT_EQ(reader.bad(), 0U) << hex;
    return found;
}

std::vector<std::byte> encoded(const FrameHeader& header, std::span<const std::byte> payload) {
    WireBuffer wire;
    const auto bytes = encodeFrame(header, payload, wire);
    return {bytes.begin(), bytes.end()};
}
/// With a payload that `write(out)` fills.
template <class Write>
std::vector<std::byte> encodedBy(const FrameHeader& header, Write write) {
    Payload payload;
    const std::size_t length = write(std::span<std::byte>(payload));
    return encoded(header, std::span(payload).first(length));
}
template <class Message>
std::vector<std::byte> encodedMessage(const FrameHeader& header, const Message& message) {
    return encodedBy(header, [&](auto out) { return message.write(out); });
}
FrameHeader head(Type type, std::uint16_t flags, std::uint32_t sequence, std::uint64_t time_us = 0) {
    return {code(type), flags, sequence, time_us};
}

Hello goldenHello() {
    Hello m;
    m.nonce = helloNonce;
    m.sites = 4;
    m.streams = 2;
    m.minor = 1;
    m.capabilities = 0x1F;
    m.bootId = 0xCAFEBABEU;
    m.firmware = {1, 2, 3};
    m.hardware = 4;
    m.setSerial("ECC00042");
    return m;
}

StreamDescription goldenStream() {
    return {1,
            RawFormat::I24,
            0x0F,
            1'000'000,
            {{Measurand::AnodeCurrent, 0.5F, 0.0F},
             {Measurand::CathodeCurrent, 0.5F, 0.0F},
             {Measurand::Voltage, 0.01F, 0.0F}}};
}

DeliveryLimits goldenLimits() {
    DeliveryLimits m;
    m.nonce = runNonce;
    m.current_uA[0] = 2100;
    m.charge_uC[0] = 630'000;
    m.time_ms = 360'000;
    m.voltage_mV = 60'000;
    m.slope_uA_per_s = 210;
    return m;
}

SetCurrent goldenSetCurrent() {
    SetCurrent m;
    m.nonce = runNonce;
    m.command = 42;
    m.current_uA = {2000, 0, 0, 0};
    m.ramp_uA_per_s = 200;
    m.lease_ms = 500;
    m.siteMask = 1;
    m.mode = 1;
    return m;
}

FrontEndStatus goldenStatus() {
    FrontEndStatus m;
    m.nonce = runNonce;
    m.lastCommand = 42;
    m.limitsCrc = 0x9EE50466U;
    m.leaseLeft_ms = 480;
    m.state = DeliveryState::Hold;
    m.relayMask = 1;
    m.battery_pct = 87;
    m.temperature_centiC = 2315;
    m.supply_mV = 3700;
    m.sites[0] = {2000, 1998, 123'456};
    return m;
}

DeviceEvent goldenEvent() {
    DeviceEvent m;
    m.code = 3;
    m.severity = 2;
    m.value = 2650;
    m.sampleIndex = 0x0102030405U;
    return m;
}

TEST(GoldenFrame, HelloRequest) {
    const FrameHeader header = head(Type::HelloRequest, 0, 1);
    EXPECT_THAT(encodedMessage(header, HelloRequest{helloNonce, 1, 1}),
                ElementsAreArray(golden::bytes(golden::helloRequest)));
    const auto d = decoded(golden::helloRequest);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(HelloRequest::parse(d.payload), (HelloRequest{helloNonce, 1, 1}));
}

TEST(GoldenFrame, Hello) {
    const FrameHeader header = head(Type::Hello, reply, 0, 1500);
    EXPECT_THAT(encodedMessage(header, goldenHello()), ElementsAreArray(golden::bytes(golden::hello)));
    const auto d = decoded(golden::hello);
    EXPECT_EQ(d.header, header);
    ASSERT_EQ(Hello::parse(d.payload), goldenHello());
    EXPECT_EQ(Hello::parse(d.payload)->serialText(), "ECC00042");
}

TEST(GoldenFrame, Describe) {
    const FrameHeader header = head(Type::Describe, reply, 1, 1600);
    EXPECT_THAT(encodedBy(header, [](auto out) { return writeDescribe(goldenStream(), out); }),
                ElementsAreArray(golden::bytes(golden::describe)));
    const auto d = decoded(golden::describe);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(parseDescribe(d.payload), goldenStream());
}

TEST(GoldenFrame, StreamStart) {
    const FrameHeader header = head(Type::StreamStart, 0, 2);
    const StreamControl message{1, 0x0F, 10, 1'000'000};
    EXPECT_THAT(encodedMessage(header, message), ElementsAreArray(golden::bytes(golden::streamStart)));
    const auto d = decoded(golden::streamStart);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(StreamControl::parse(d.payload), message);
}

TEST(GoldenFrame, Data) {
    const FrameHeader header = head(Type::Data, 0, 7, 2'000'000);
    const DataHead message{1, 2, 1, 3, 2, 0, 0x0102030405U};
    constexpr std::array values{4000, -4000, 1'000'000, 4002, -3998, -1};
    EXPECT_THAT(encodedBy(header,
                          [&](auto out) {
                              std::size_t at = message.write(out);
                              for (const int v : values)
                                  for (unsigned i = 0; i < 3; ++i)
                                      out[at++] = static_cast<std::byte>(static_cast<unsigned>(v) >> 8U * i);
                              return at;
                          }),
                ElementsAreArray(golden::bytes(golden::data)));
    const auto d = decoded(golden::data);
    EXPECT_EQ(d.header, header);
    const auto parsed = Data::parse(d.payload);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->head, message);
    ASSERT_EQ(parsed->samples.size(), 18U);
    for (std::size_t i = 0; i < values.size(); ++i)
        EXPECT_EQ(rawWord(parsed->samples.data() + 3 * i, RawFormat::I24), values[i]) << "value " << i;
}

TEST(GoldenFrame, SetLimits) {
    const FrameHeader header = head(Type::SetLimits, 0, 40);
    EXPECT_THAT(encodedBy(header, [](auto out) { return writeLimits(goldenLimits(), out); }),
                ElementsAreArray(golden::bytes(golden::setLimits)));
    const auto d = decoded(golden::setLimits);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(parseLimits(d.payload), goldenLimits());
    EXPECT_EQ(d.payload.size(), limitsBytes);
}

TEST(GoldenFrame, LimitsEcho) {
    const FrameHeader header = head(Type::LimitsEcho, reply, 40, 2'900'000);
    EXPECT_THAT(encodedBy(header, [](auto out) { return writeLimits(goldenLimits(), out); }),
                ElementsAreArray(golden::bytes(golden::limitsEcho)));
    const auto d = decoded(golden::limitsEcho);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(parseLimits(d.payload), goldenLimits());
}

TEST(GoldenFrame, TheChecksumOfTheLimitsIsTheOnePrinted) {
    EXPECT_EQ(limitsChecksum(goldenLimits()), 0x9EE50466U);
}

TEST(GoldenFrame, Arm) {
    const FrameHeader header = head(Type::Arm, 0, 41);
    const Arm message{runNonce, 41, 1, 1};
    EXPECT_THAT(encodedMessage(header, message), ElementsAreArray(golden::bytes(golden::arm)));
    const auto d = decoded(golden::arm);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(Arm::parse(d.payload), message);
}

TEST(GoldenFrame, SetCurrent) {
    const FrameHeader header = head(Type::SetCurrent, 0, 42);
    EXPECT_THAT(encodedMessage(header, goldenSetCurrent()),
                ElementsAreArray(golden::bytes(golden::setCurrent)));
    const auto d = decoded(golden::setCurrent);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(SetCurrent::parse(d.payload), goldenSetCurrent());
}

TEST(GoldenFrame, AcknowledgementAndRefusal) {
    struct Case {
        std::string_view hex;
        FrameHeader header;
        std::uint8_t result;
        std::uint32_t command;
    };
    const Case cases[]{
        {golden::acknowledge, head(Type::Acknowledge, reply, 42, 3'000'123), code(Answer::Ok), 42},
        {golden::refusal, head(Type::Acknowledge, reply | FrameHeader::errorFlag, 43, 3'000'500),
         code(Answer::OverLimit), 43}};
    for (const Case& c : cases) {
        const Acknowledgement message{code(Type::SetCurrent), c.result, c.command};
        EXPECT_THAT(encodedBy(c.header, [&](auto out) { return writeAcknowledge(message, out); }),
                    ElementsAreArray(golden::bytes(c.hex)));
        const auto d = decoded(c.hex);
        EXPECT_EQ(d.header, c.header);
        const auto parsed = parseAcknowledge(d.payload);
        ASSERT_TRUE(parsed);
        EXPECT_EQ(parsed->type, 0x20);
        EXPECT_EQ(parsed->result, c.result);
        EXPECT_EQ(parsed->command, c.command);
    }
}

TEST(GoldenFrame, Stop) {
    const FrameHeader header = head(Type::Stop, 0, 0xFFFFFFFFU);
    EXPECT_THAT(encoded(header, {}), ElementsAreArray(golden::bytes(golden::stop)));
    const auto d = decoded(golden::stop);
    EXPECT_EQ(d.header, header);
    EXPECT_TRUE(d.payload.empty());
}

TEST(GoldenFrame, Status) {
    const FrameHeader header = head(Type::Status, 0, 300, 5'000'000);
    EXPECT_THAT(encodedBy(header, [](auto out) { return writeStatus(goldenStatus(), out); }),
                ElementsAreArray(golden::bytes(golden::status)));
    const auto d = decoded(golden::status);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(d.payload.size(), 80U);
    const auto parsed = parseStatus(d.payload);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->nonce, runNonce);
    EXPECT_EQ(parsed->lastCommand, 42U);
    EXPECT_EQ(parsed->faults, 0U);
    EXPECT_EQ(parsed->limitsCrc, 0x9EE50466U);
    EXPECT_EQ(parsed->leaseLeft_ms, 480);
    EXPECT_EQ(parsed->state, DeliveryState::Hold);
    EXPECT_EQ(parsed->relayMask, 1);
    EXPECT_EQ(parsed->battery_pct, 87);
    EXPECT_EQ(parsed->inputs, 0);
    EXPECT_EQ(parsed->temperature_centiC, 2315);
    EXPECT_EQ(parsed->supply_mV, 3700);
    EXPECT_EQ(parsed->sites[0].set_uA, 2000);
    EXPECT_EQ(parsed->sites[0].measured_uA, 1998);
    EXPECT_EQ(parsed->sites[0].charge_uC, 123'456U);
    EXPECT_EQ(parsed->sites[3].charge_uC, 0U);
}

TEST(GoldenFrame, TimeSyncRequestCarriesTheHostsTimeInItsHeader) {
    const FrameHeader header = head(Type::TimeSyncRequest, 0, 9, 123'456'789);
    EXPECT_THAT(encoded(header, {}), ElementsAreArray(golden::bytes(golden::timeSyncRequest)));
    EXPECT_EQ(decoded(golden::timeSyncRequest).header, header);
}

TEST(GoldenFrame, TimeSyncReply) {
    const FrameHeader header = head(Type::TimeSync, reply, 9, 5'000'250);
    const TimeSyncReply message{123'456'789, 5'000'200};
    EXPECT_THAT(encodedMessage(header, message), ElementsAreArray(golden::bytes(golden::timeSyncReply)));
    const auto d = decoded(golden::timeSyncReply);
    EXPECT_EQ(d.header, header);
    EXPECT_EQ(TimeSyncReply::parse(d.payload), message);
}

TEST(GoldenFrame, Event) {
    const FrameHeader header = head(Type::Event, 0, 1, 5'100'000);
    EXPECT_THAT(encodedBy(header, [](auto out) { return writeEvent(goldenEvent(), out); }),
                ElementsAreArray(golden::bytes(golden::event)));
    const auto d = decoded(golden::event);
    EXPECT_EQ(d.header, header);
    const auto parsed = parseEvent(d.payload);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->code, 3);
    EXPECT_EQ(parsed->site, 0);
    EXPECT_EQ(parsed->severity, 2);
    EXPECT_EQ(parsed->value, 2650U);
    EXPECT_EQ(parsed->sampleIndex, 0x0102030405U);
}

TEST(GoldenFrame, LogLongerThanOneCobsBlock) {
    const FrameHeader header = head(Type::Log, 0, 2, 0x0102030405060708U);
    const auto wire = encoded(header, std::as_bytes(std::span(golden::logText)));
    ASSERT_EQ(wire.size(), golden::logBytes);
    const auto start = golden::bytes(golden::logStart);
    EXPECT_TRUE(std::equal(start.begin(), start.end(), wire.begin()));
    std::array<std::byte, maxRawBytes> raw{};
    const auto length = cobsDecode(std::span(wire).first(wire.size() - 1), raw);
    ASSERT_TRUE(length);
    std::uint32_t checksum = 0;
    for (std::size_t i = 0; i < 4; ++i)
        checksum |= static_cast<std::uint32_t>(raw[*length - 4 + i]) << 8U * i;
    EXPECT_EQ(checksum, golden::logChecksum);
    FrameReader reader;
    int frames = 0;
    reader.feed(wire, [&](const Frame& f) {
        ++frames;
        EXPECT_EQ(f.header, header);
        EXPECT_THAT(f.payload, ElementsAreArray(std::as_bytes(std::span(golden::logText))));
    });
    EXPECT_EQ(frames, 1);
}

TEST(GoldenFrame, TheChecksumOverAWholeRawFrameLeavesThePrintedResidue) {
    for (const auto hex : golden::printedWhole) {
        const auto wire = golden::bytes(hex);
        std::array<std::byte, maxRawBytes> raw{};
        const auto length = cobsDecode(std::span(wire).first(wire.size() - 1), raw);
        ASSERT_TRUE(length);
        EXPECT_EQ(crc32c(std::span(raw).first(*length)), 0x48674BC7U) << hex;
    }
}

TEST(GoldenFrame, EachIsTheOneTheProtocolPagePrints) {
    std::ifstream in(ECCRINE_EFP_PAGE);
    std::ostringstream whole;
    whole << in.rdbuf();
    const std::string page = whole.str();
    ASSERT_FALSE(page.empty());
    for (const auto hex : golden::printedWhole)
        EXPECT_NE(page.find(hex), std::string::npos) << hex;
    EXPECT_NE(page.find(golden::logStart), std::string::npos);
}

} // namespace
} // namespace eccrine::devices::efp
