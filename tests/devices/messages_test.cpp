// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/messages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace eccrine::devices::efp {
namespace {

/// A message by what can be said of all of them: its bytes as written, and its bytes read and written again.
struct Kind {
    std::string name;
    std::size_t bytes; ///< as the protocol page says
    std::vector<std::byte> written;
    std::function<std::optional<std::vector<std::byte>>(std::span<const std::byte>)> readAndWritten;
};

template <class Write>
std::vector<std::byte> bytesBy(Write write) {
    Payload payload{};
    const std::size_t n = write(std::span<std::byte>(payload));
    return {payload.begin(), payload.begin() + static_cast<std::ptrdiff_t>(n)};
}
template <class Message>
Kind member(std::string name, std::size_t size, const Message& message) {
    return {std::move(name), size, bytesBy([&](auto out) { return message.write(out); }),
            [](auto in) -> std::optional<std::vector<std::byte>> {
                const auto m = Message::parse(in);
                if (!m) return std::nullopt;
                return bytesBy([&](auto out) { return m->write(out); });
            }};
}
template <class Write, class Parse>
Kind free(std::string name, std::size_t size, Write write, Parse parse) {
    return {std::move(name), size, bytesBy(write), [parse](auto in) -> std::optional<std::vector<std::byte>> {
                const auto m = parse(in);
                if (!m) return std::nullopt;
                return bytesBy([&](auto out) {
                    using M = std::decay_t<decltype(*m)>;
                    if constexpr (std::is_same_v<M, StreamDescription>)
                        return writeDescribe(*m, out);
                    else if constexpr (std::is_same_v<M, DeliveryLimits>)
                        return writeLimits(*m, out);
                    else if constexpr (std::is_same_v<M, Acknowledgement>)
                        return writeAcknowledge(*m, out);
                    else if constexpr (std::is_same_v<M, FrontEndStatus>)
                        return writeStatus(*m, out);
                    else
                        return writeEvent(*m, out);
                });
            }};
}

StreamDescription electrodes() {
    return {1,
            RawFormat::I24,
            0x05,
            1'000'000,
            {{Measurand::AnodeCurrent, 0.5F, -1.25F}, {Measurand::Voltage, 0.01F, 0.0F}}};
}

/// Every message that has a payload, no field twice the same, so that two swapped fields show.
std::vector<Kind> kinds() {
    Hello hello;
    hello.nonce = 0x0102030405060708U;
    hello.sites = 3;
    hello.streams = 2;
    hello.minor = 9;
    hello.capabilities = 0x11121314U;
    hello.bootId = 0x21222324U;
    hello.firmware = {0x3132, 0x3334, 0x3536};
    hello.hardware = 0x3738;
    hello.setSerial("sixteen-letters!");
    DeliveryLimits limits;
    limits.nonce = 0x0102030405060708U;
    limits.current_uA = {1, -2, 3, 4};
    limits.charge_uC = {5, 6, 7, 8};
    limits.time_ms = 9;
    limits.voltage_mV = 10;
    limits.slope_uA_per_s = 11;
    SetCurrent current;
    current.nonce = 0x0102030405060708U;
    current.command = 9;
    current.current_uA = {-1, 2, 3, 4};
    current.ramp_uA_per_s = 5;
    current.lease_ms = 6;
    current.siteMask = 7;
    current.mode = 2;
    FrontEndStatus status;
    status.nonce = 0x0102030405060708U;
    status.lastCommand = 1;
    status.faults = 2;
    status.limitsCrc = 3;
    status.leaseLeft_ms = 4;
    status.state = DeliveryState::Paused;
    status.relayMask = 5;
    status.battery_pct = 6;
    status.inputs = 7;
    status.temperature_centiC = -808;
    status.supply_mV = 9;
    status.sites = {{{10, 11, 12}, {13, -14, 15}, {16, 17, 18}, {19, 20, 21}}};
    const DeviceEvent event{0x0102, 3, 4, 0x05060708U, 0x090A0B0C0D0E0F10U, {}};
    const Acknowledgement ack{0x22, 6, 0x01020304U};
    return {
        member("HELLO_REQ", 12, HelloRequest{0x0102030405060708U, 1, 3}),
        member("HELLO", 44, hello),
        free(
            "DESCRIBE", 8 + 2 * 12, [](auto out) { return writeDescribe(electrodes(), out); },
            [](auto in) { return parseDescribe(in); }),
        member("TIME_SYNC", 16, TimeSyncReply{0x0102030405060708U, 0x1112131415161718U}),
        member("STREAM_START", 8, StreamControl{1, 2, 0x0304, 0x05060708U}),
        free(
            "SET_LIMITS", 56, [=](auto out) { return writeLimits(limits, out); },
            [](auto in) { return parseLimits(in); }),
        member("ARM", 16, Arm{0x0102030405060708U, 9, 10, 2}),
        member("SET_CURRENT", 36, current),
        free(
            "ACK", 8, [=](auto out) { return writeAcknowledge(ack, out); },
            [](auto in) { return parseAcknowledge(in); }),
        free(
            "STATUS", 80, [=](auto out) { return writeStatus(status, out); },
            [](auto in) { return parseStatus(in); }),
        free(
            "EVENT", 16, [=](auto out) { return writeEvent(event, out); },
            [](auto in) { return parseEvent(in); }),
        member("EVENT_ACK", 8, EventAcknowledge{0x0102, 0x03040506U}),
    };
}

std::vector<std::byte> dataPayload(const DataHead& head, std::size_t sampleBytes) {
    std::vector<std::byte> out(DataHead::bytes + sampleBytes, std::byte{0x5A});
    head.write(out);
    return out;
}

TEST(Message, HasTheLengthOfTheProtocolPage) {
    for (const Kind& k : kinds())
        EXPECT_EQ(k.written.size(), k.bytes) << k.name;
}

TEST(Message, ReadAndWrittenAgainIsTheSame) {
    for (const Kind& k : kinds())
        EXPECT_EQ(k.readAndWritten(k.written), k.written) << k.name;
}

TEST(Message, ShorterThanKnownIsRefusedAtEveryLength) {
    for (const Kind& k : kinds())
        for (std::size_t n = 0; n < k.written.size(); ++n)
            EXPECT_EQ(k.readAndWritten(std::span(k.written).first(n)), std::nullopt)
                << k.name << " cut to " << n;
}

TEST(Message, LongerThanKnownIsReadAndItsTailIgnored) {
    for (const Kind& k : kinds()) {
        auto longer = k.written;
        longer.insert(longer.end(), 7, std::byte{0xEE});
        EXPECT_EQ(k.readAndWritten(longer), k.written) << k.name;
    }
}

TEST(Message, DataHoldsExactlyTheSamplesItAnnounces) {
    const DataHead head{1, 2, 0x0F, 3, 10, DataHead::overrunFlag, 99};
    const auto payload = dataPayload(head, 10 * 4 * 3 * 3 + 5);
    const auto m = Data::parse(payload);
    ASSERT_TRUE(m);
    EXPECT_EQ(m->head, head);
    EXPECT_EQ(m->samples.size(), 360U);
    EXPECT_EQ(m->samples.data(), payload.data() + 16) << "no copy";
}

TEST(Message, DataWithFewerSamplesThanAnnouncedIsRefused) {
    const auto payload = dataPayload({1, 2, 0x0F, 3, 10, 0, 99}, 359);
    EXPECT_FALSE(Data::parse(payload));
    for (std::size_t n = 0; n < DataHead::bytes; ++n)
        EXPECT_FALSE(Data::parse(std::span(payload).first(n))) << n;
}

TEST(Message, DataWithoutASampleOrOfAnUnknownFormatIsRefused) {
    for (const DataHead head : {DataHead{1, 2, 0x0F, 3, 0, 0, 0}, DataHead{1, 2, 0x00, 3, 1, 0, 0},
                                DataHead{1, 2, 0x0F, 0, 1, 0, 0}, DataHead{1, 0, 0x0F, 3, 1, 0, 0},
                                DataHead{1, 5, 0x0F, 3, 1, 0, 0}})
        EXPECT_FALSE(Data::parse(dataPayload(head, 600)))
            << "format " << int{head.format} << " mask " << int{head.siteMask} << " channels "
            << int{head.channels} << " ticks " << head.ticks;
}

TEST(Message, ADescriptionThatNoSampleCouldBeReadWithIsRefused) {
    const auto refused = [](auto change) {
        StreamDescription d = electrodes();
        change(d);
        return !parseDescribe(bytesBy([&](auto out) { return writeDescribe(d, out); }));
    };
    ASSERT_FALSE(refused([](auto&) {}));
    EXPECT_TRUE(refused([](auto& d) { d.format = static_cast<RawFormat>(0); }));
    EXPECT_TRUE(refused([](auto& d) { d.format = static_cast<RawFormat>(5); }));
    EXPECT_TRUE(refused([](auto& d) { d.siteMask = 0; }));
    EXPECT_TRUE(refused([](auto& d) { d.siteMask = 0x10; }));
    EXPECT_TRUE(refused([](auto& d) { d.rateMilliHz = 0; }));
    EXPECT_TRUE(refused([](auto& d) { d.channels.clear(); }));
    EXPECT_TRUE(refused([](auto& d) { d.channels[1].scale = 0.0F; }));
    EXPECT_TRUE(refused([](auto& d) { d.channels[1].scale = std::numeric_limits<float>::quiet_NaN(); }));
    EXPECT_TRUE(refused([](auto& d) { d.channels[1].offset = std::numeric_limits<float>::infinity(); }));
}

TEST(Message, AStateThatIsNotKnownIsTakenAsAFault) {
    FrontEndStatus s;
    s.state = static_cast<DeliveryState>(12);
    const auto parsed = parseStatus(bytesBy([&](auto out) { return writeStatus(s, out); }));
    ASSERT_TRUE(parsed);
    EXPECT_EQ(parsed->state, DeliveryState::Fault);
}

TEST(Message, ASerialLongerThanItsFieldIsCutToSixteenLetters) {
    Hello m;
    m.setSerial("0123456789abcdefXYZ");
    EXPECT_EQ(m.serialText(), "0123456789abcdef");
}

} // namespace
} // namespace eccrine::devices::efp
