// SPDX-License-Identifier: GPL-3.0-or-later
// What a host asks of the front end.
#include "devices/virtual/front_end_device.hpp"
#include "devices/virtual/front_end_streams.hpp"
#include "devices/virtual/site_mask.hpp"

#include <algorithm>

namespace eccrine::devices::virtual_instrument {

namespace {

using namespace std::chrono_literals;
using efp::FrameHeader;
using efp::Type;

constexpr std::uint32_t bitOf(Capability c) {
    return static_cast<std::uint32_t>(c);
}

constexpr std::uint32_t capabilities = bitOf(Capability::Source) | bitOf(Capability::Isolated) |
                                       bitOf(Capability::Comparator) | bitOf(Capability::Lease) |
                                       bitOf(Capability::DummyLoad) | bitOf(Capability::EmergencyStop) |
                                       bitOf(Capability::PatientButton) | bitOf(Capability::Humidity) |
                                       bitOf(Capability::Flow) | bitOf(Capability::Battery);

} // namespace

void FrontEndDevice::handle(const efp::Frame& frame, const Instant& now) {
    switch (static_cast<Type>(frame.header.type)) {
    case Type::HelloRequest:
        return hello(frame, now);
    case Type::TimeSyncRequest: {
        efp::Payload payload;
        const efp::TimeSyncReply reply{frame.header.time_us, clock_.stamp(now.device)};
        const std::size_t size = reply.write(payload);
        (void)send(Type::TimeSync, FrameHeader::replyFlag, frame.header.sequence, now.device,
                   std::span{payload}.first(size));
        return;
    }
    case Type::Stop: // always accepted: any state, any sequence, with or without a hello
        if (!frame.payload.empty() && frame.payload[0] == std::byte{efp::stopAtOnce})
            delivery_.stopAtOnce();
        else
            delivery_.stop();
        return answer(frame, Answer::Ok, 0, now);
    case Type::StreamStart:
        return startStream(frame, now);
    case Type::StreamStop:
        return stopStream(frame, now);
    case Type::SetLimits:
        return setLimits(frame, now);
    case Type::Arm:
        return arm(frame, now);
    case Type::SetCurrent:
        return setCurrent(frame, now);
    case Type::EventAcknowledge:
        return acknowledgeEvent(frame, now);
    default:
        return answer(frame, Answer::UnknownType, 0, now);
    }
}

void FrontEndDevice::hello(const efp::Frame& frame, const Instant& now) {
    const auto request = efp::HelloRequest::parse(frame.payload);
    if (!request) return answer(frame, Answer::BadLength, 0, now);
    if (request->lowestVersion > efp::protocolVersion || request->highestVersion < efp::protocolVersion)
        return answer(frame, Answer::BadValue, 0, now);
    const bool same = session_ && *session_ == request->nonce;
    if (delivery_.active() && !same) return answer(frame, Answer::Busy, 0, now);
    if (!same) {
        delivery_.newSession();
        electrodes_.stop();
        hygrometers_.stop();
        sequences_.clear();
        session_ = request->nonce;
        reported_.reset();
    }

    efp::Payload payload;
    (void)send(Type::Hello, FrameHeader::replyFlag, frame.header.sequence, now.device,
               std::span{payload}.first(identification(request->nonce, now.device).write(payload)));
    for (const auto* stream : {&electrodes_, &hygrometers_}) {
        const std::size_t size = efp::writeDescribe(stream->description(), payload);
        (void)send(Type::Describe, FrameHeader::replyFlag, frame.header.sequence, now.device,
                   std::span{payload}.first(size));
    }
    (void)send(Type::Log, 0, nextSequence(Type::Log), now.device,
               std::as_bytes(std::span{identity_.greeting}));
    sendStatus(now);
}

efp::Hello FrontEndDevice::identification(std::uint64_t nonce, DeviceTime at) const {
    const ScenarioFault* another = schedule_.identityAt(at);
    efp::Hello hello;
    hello.nonce = nonce;
    hello.sites = static_cast<std::uint8_t>(maxSites);
    hello.streams = 2;
    hello.minor = 2;
    hello.capabilities = capabilities;
    hello.bootId = identity_.bootId;
    hello.firmware = another != nullptr ? another->firmware.value_or(identity_.firmware) : identity_.firmware;
    hello.hardware = identity_.hardware;
    hello.setSerial(another != nullptr && !another->serial.empty() ? another->serial : identity_.serial);
    return hello;
}

void FrontEndDevice::startStream(const efp::Frame& frame, const Instant& now) {
    const auto request = efp::StreamControl::parse(frame.payload);
    if (!request) return answer(frame, Answer::BadLength, 0, now);
    if (!session_) return answer(frame, Answer::WrongState, 0, now);
    const bool fast = request->stream == electrodeStream;
    if (!fast && request->stream != hygrometerStream) return answer(frame, Answer::BadValue, 0, now);
    SampleStream& stream = fast ? electrodes_ : hygrometers_;
    const std::uint32_t rate =
        request->rateMilliHz == 0 ? stream.description().rateMilliHz : request->rateMilliHz;
    const bool known = fast ? rate == normalRate_mHz || rate == fastRate_mHz : rate == humidityRate_mHz;
    const bool sites = request->siteMask != 0 && !beyondSites(request->siteMask);
    const std::uint16_t otherwise = !fast                  ? std::uint16_t{1}
                                    : rate == fastRate_mHz ? std::uint16_t{25}
                                                           : std::uint16_t{10};
    const std::uint16_t ticks = request->samplesPerFrame == 0 ? otherwise : request->samplesPerFrame;
    if (!known || !sites || ticks > stream.roomFor(request->siteMask))
        return answer(frame, Answer::BadValue, 0, now);
    if (fast) tickPeriod_ = rate == fastRate_mHz ? fastTick : normalTick;
    stream.start(request->siteMask, ticks);
    schedule_.streamStarted(now.device);
    answer(frame, Answer::Ok, 0, now);
}

void FrontEndDevice::stopStream(const efp::Frame& frame, const Instant& now) {
    const auto request = efp::StreamControl::parse(frame.payload);
    if (!request) return answer(frame, Answer::BadLength, 0, now);
    if (request->stream != electrodeStream && request->stream != hygrometerStream)
        return answer(frame, Answer::BadValue, 0, now);
    (request->stream == electrodeStream ? electrodes_ : hygrometers_).stop();
    answer(frame, Answer::Ok, 0, now);
}

void FrontEndDevice::setLimits(const efp::Frame& frame, const Instant& now) {
    const auto limits = efp::parseLimits(frame.payload);
    if (!limits) return answer(frame, Answer::BadLength, 0, now);
    if (!session_) return answer(frame, Answer::WrongState, 0, now);
    const unsigned runs = delivery_.runs();
    const Answer result = delivery_.setLimits(*limits);
    if (result != Answer::Ok) return answer(frame, result, 0, now);
    if (delivery_.runs() != runs) patient_.recover();
    efp::Payload payload;
    (void)send(Type::LimitsEcho, FrameHeader::replyFlag, frame.header.sequence, now.device,
               std::span{payload}.first(efp::writeLimits(*limits, payload)));
}

void FrontEndDevice::arm(const efp::Frame& frame, const Instant& now) {
    const auto request = efp::Arm::parse(frame.payload);
    if (!request) return answer(frame, Answer::BadLength, 0, now);
    const Answer result = !session_ ? Answer::WrongState
                                    : delivery_.arm(request->nonce, request->command, request->siteMask,
                                                    static_cast<DeliveryMode>(request->mode));
    if (result == Answer::Ok) nextEcho_ = now.device + echoPeriod;
    answer(frame, result, request->command, now);
}

void FrontEndDevice::setCurrent(const efp::Frame& frame, const Instant& now) {
    const auto request = efp::SetCurrent::parse(frame.payload);
    if (!request) return answer(frame, Answer::BadLength, 0, now);
    SetPoint s;
    s.nonce = request->nonce;
    s.command = request->command;
    s.current_uA = request->current_uA;
    s.ramp_uA_per_s = request->ramp_uA_per_s;
    s.lease = std::chrono::milliseconds{request->lease_ms};
    s.siteMask = request->siteMask;
    s.mode = static_cast<DeliveryMode>(request->mode);
    answer(frame, session_ ? delivery_.setCurrent(s, now.host) : Answer::WrongState, request->command, now);
}

void FrontEndDevice::acknowledgeEvent(const efp::Frame& frame, const Instant& now) {
    const auto ack = efp::EventAcknowledge::parse(frame.payload);
    if (!ack) return answer(frame, Answer::BadLength, 0, now);
    std::erase_if(events_, [&](const PendingEvent& e) {
        return e.sequence == ack->sequence && e.event.code == ack->code;
    });
}

} // namespace eccrine::devices::virtual_instrument
