// SPDX-License-Identifier: GPL-3.0-or-later
// efp_emit: one frame a line, wire bytes and header with payload, in hex: every message type, and every
// payload length in four patterns. efp_emit --read: wire bytes in hex from stdin, a frame a line; prints
// header with payload, or "refused".
#include "devices/efp/messages.hpp"
#include "devices/efp/wire.hpp"

#include <array>
#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace eccrine;
using namespace eccrine::devices;
using namespace eccrine::devices::efp;

std::string hex(std::span<const std::byte> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte b : bytes) {
        text += digits[static_cast<unsigned>(b) >> 4U];
        text += digits[static_cast<unsigned>(b) & 15U];
    }
    return text;
}

std::string headerHex(const FrameHeader& h) {
    std::array<std::byte, headerBytes> bytes{};
    WireWriter(bytes).put(protocolVersion).put(h.type).put(h.flags).put(h.sequence).put(h.time_us);
    return hex(bytes);
}

void emit(const FrameHeader& header, std::span<const std::byte> payload) {
    WireBuffer wire;
    std::cout << hex(encodeFrame(header, payload, wire)) << ' ' << headerHex(header) << hex(payload) << '\n';
}
template <class Write>
void emitBy(Type type, std::uint16_t flags, Write write) {
    Payload payload;
    const std::size_t n = write(std::span<std::byte>(payload));
    emit({code(type), flags, 258, 0x0102030405060708U}, std::span(payload).first(n));
}
template <class Message>
void emitMessage(Type type, std::uint16_t flags, const Message& message) {
    emitBy(type, flags, [&](auto out) { return message.write(out); });
}

void emitMessages() {
    constexpr std::uint64_t nonce = 0xA1B2C3D4E5F60718U;
    emitMessage(Type::HelloRequest, 0, HelloRequest{nonce, 1, 1});
    Hello hello;
    hello.nonce = nonce;
    hello.sites = 4;
    hello.streams = 2;
    hello.capabilities = 0x1FF;
    hello.bootId = 0xCAFEBABEU;
    hello.setSerial("ECC00042");
    emitMessage(Type::Hello, FrameHeader::replyFlag, hello);
    const StreamDescription stream{
        1,
        RawFormat::I24,
        0x0F,
        1'000'000,
        {{Measurand::AnodeCurrent, 0.5F, 0.0F}, {Measurand::Voltage, 0.01F, -2.5F}}};
    emitBy(Type::Describe, FrameHeader::replyFlag, [&](auto out) { return writeDescribe(stream, out); });
    emit({code(Type::TimeSyncRequest), 0, 9, 123'456'789}, {});
    emitMessage(Type::TimeSync, FrameHeader::replyFlag, TimeSyncReply{123'456'789, 5'000'200});
    emitMessage(Type::StreamStart, 0, StreamControl{1, 0x0F, 10, 1'000'000});
    emitMessage(Type::StreamStop, 0, StreamControl{1, 0, 0, 0});
    emitBy(Type::Data, FrameHeader::simulatedFlag, [](auto out) {
        std::size_t n = DataHead{1, 2, 0x0F, 3, 10, 0, 0x0102030405U}.write(out);
        for (std::size_t i = 0; i < 360; ++i)
            out[n++] = static_cast<std::byte>(i * 7);
        return n;
    });
    DeliveryLimits limits;
    limits.nonce = nonce;
    limits.current_uA.fill(2100);
    limits.charge_uC.fill(630'000);
    limits.time_ms = 360'000;
    limits.voltage_mV = 60'000;
    limits.slope_uA_per_s = 210;
    for (const Type type : {Type::SetLimits, Type::LimitsEcho})
        emitBy(type, 0, [&](auto out) { return writeLimits(limits, out); });
    emitMessage(Type::Arm, 0, Arm{nonce, 41, 0x0F, 1});
    SetCurrent current;
    current.nonce = nonce;
    current.command = 42;
    current.current_uA = {2000, -1, 0, 100};
    current.lease_ms = 500;
    emitMessage(Type::SetCurrent, 0, current);
    emit({code(Type::Stop), 0, 0xFFFFFFFFU, 0}, {});
    for (std::uint8_t result = 0; result <= 10; ++result)
        emitBy(Type::Acknowledge, FrameHeader::replyFlag, [&](auto out) {
            return writeAcknowledge({code(Type::SetCurrent), result, 42}, out);
        });
    FrontEndStatus status;
    status.nonce = nonce;
    status.temperature_centiC = -2315;
    status.sites[3] = {2000, 1998, 123'456};
    emitBy(Type::Status, 0, [&](auto out) { return writeStatus(status, out); });
    emitBy(Type::Event, 0, [](auto out) { return writeEvent({3, 1, 2, 2650, 0x0102030405U, {}}, out); });
    emitMessage(Type::EventAcknowledge, 0, EventAcknowledge{3, 77});
}

void emitLengths() {
    std::mt19937 random(3); // NOLINT: the same frames each time
    for (std::size_t length = 0; length <= maxPayloadBytes; ++length) {
        std::vector<std::byte> payload(length);
        const FrameHeader header{code(Type::Log), 0x0101, 0x01010101U, 0x0101010101010101U}; // no zero in it
        emit(header, payload);
        payload.assign(length, std::byte{0xFF});
        emit(header, payload);
        for (std::size_t i = 0; i < length; ++i)
            payload[i] = static_cast<std::byte>(i % 256);
        emit({code(Type::Log), 0, 0, 0}, payload);
        for (auto& b : payload)
            b = static_cast<std::byte>(random() % 256);
        emit(header, payload);
    }
}

int read() {
    for (std::string line; std::getline(std::cin, line);) {
        std::vector<std::byte> bytes;
        for (std::size_t i = 0; i + 1 < line.size(); i += 2)
            bytes.push_back(static_cast<std::byte>(std::stoul(line.substr(i, 2), nullptr, 16)));
        std::string answer = "refused";
        FrameReader reader;
        reader.feed(bytes, [&answer](const Frame& f) { answer = headerHex(f.header) + hex(f.payload); });
        std::cout << answer << '\n';
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 2 && std::string_view(argv[1]) == "--read") return read();
    emitMessages();
    emitLengths();
    return 0;
}
