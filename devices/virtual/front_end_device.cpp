// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/front_end_device.hpp"

#include "devices/virtual/site_mask.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eccrine::devices::virtual_instrument {

namespace {

using namespace std::chrono_literals;
using efp::FrameHeader;
using efp::Type;

constexpr std::uint8_t electrodeStream = 1;
constexpr std::uint8_t hygrometerStream = 2;
constexpr std::uint32_t normalRate_mHz = 1'000'000;
constexpr std::uint32_t fastRate_mHz = 10'000'000;
constexpr std::uint32_t humidityRate_mHz = 50'000;
constexpr std::chrono::microseconds normalTick = 1ms;
constexpr std::chrono::microseconds fastTick = 100us;
constexpr std::chrono::microseconds humidityTickPeriod = 20ms;
constexpr std::chrono::microseconds statusPeriod = 100ms;
constexpr std::chrono::microseconds echoPeriod = 1s;
constexpr std::chrono::milliseconds eventPeriod = 200ms; // of the host: it is the host that has to answer
constexpr std::size_t mostEvents = 32;
constexpr std::int16_t boardTemperature_centiC = 2315;
constexpr std::uint16_t supply_mV = 5000;

constexpr std::uint32_t capabilities =
    static_cast<std::uint32_t>(Capability::Source) | static_cast<std::uint32_t>(Capability::Isolated) |
    static_cast<std::uint32_t>(Capability::Comparator) | static_cast<std::uint32_t>(Capability::Lease) |
    static_cast<std::uint32_t>(Capability::DummyLoad) |
    static_cast<std::uint32_t>(Capability::EmergencyStop) | static_cast<std::uint32_t>(Capability::Humidity) |
    static_cast<std::uint32_t>(Capability::Flow);

StreamDescription electrodeDescription() {
    return {electrodeStream,
            RawFormat::I24,
            allSites,
            normalRate_mHz,
            {{Measurand::AnodeCurrent, 0.5F, 0.0F},
             {Measurand::CathodeCurrent, 0.5F, 0.0F},
             {Measurand::Voltage, 0.01F, 0.0F}}};
}

StreamDescription hygrometerDescription() {
    return {hygrometerStream,
            RawFormat::F32,
            allSites,
            humidityRate_mHz,
            {{Measurand::HumidityIn, 1.0F, 0.0F},
             {Measurand::TemperatureIn, 1.0F, 0.0F},
             {Measurand::HumidityOut, 1.0F, 0.0F},
             {Measurand::TemperatureOut, 1.0F, 0.0F},
             {Measurand::Flow, 1.0F, 0.0F},
             {Measurand::Pressure, 1.0F, 0.0F}}};
}

std::uint64_t microseconds(DeviceTime t) {
    return static_cast<std::uint64_t>(t.time_since_epoch().count());
}

} // namespace

FrontEndDevice::FrontEndDevice(DeviceIdentity identity, const SourceParameters& source,
                               MeasuredPatient patient, FaultSchedule faults, std::uint64_t seed, Emit emit)
    : identity_(std::move(identity)), patient_(std::move(patient)), schedule_(std::move(faults)),
      loss_(seed, "frame loss"), emit_(std::move(emit)), delivery_(source),
      electrodes_(electrodeDescription()), hygrometers_(hygrometerDescription()), tickPeriod_(normalTick) {
    lastHumidity_ = patient_.stepHumidity();
}

void FrontEndDevice::linkOpened() {
    reader_.reset();
    constexpr std::array delimiter{std::byte{0}};
    (void)emit_(delimiter);
}

void FrontEndDevice::linkClosed() {
    delivery_.linkLost();
    electrodes_.stop();
    hygrometers_.stop();
    session_.reset();
    events_.clear();
}

void FrontEndDevice::receive(std::span<const std::byte> bytes, const Instant& now) {
    reader_.feed(bytes, [&](const efp::Frame& frame) { handle(frame, now); });
    announceFaults(now);
}

void FrontEndDevice::handle(const efp::Frame& frame, const Instant& now) {
    switch (static_cast<Type>(frame.header.type)) {
    case Type::HelloRequest:
        return hello(frame, now);
    case Type::TimeSyncRequest: {
        efp::Payload payload;
        const efp::TimeSyncReply reply{frame.header.time_us, microseconds(now.device)};
        const std::size_t size = reply.write(payload);
        (void)send(Type::TimeSync, FrameHeader::replyFlag, frame.header.sequence, now.device,
                   std::span{payload}.first(size));
        return;
    }
    case Type::Stop: // always accepted: any state, any sequence, with or without a hello
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
    efp::Hello reply;
    reply.nonce = request->nonce;
    reply.sites = static_cast<std::uint8_t>(maxSites);
    reply.streams = 2;
    reply.minor = 1;
    reply.capabilities = capabilities;
    reply.bootId = identity_.bootId;
    reply.firmware = identity_.firmware;
    reply.hardware = identity_.hardware;
    reply.setSerial(identity_.serial);
    (void)send(Type::Hello, FrameHeader::replyFlag, frame.header.sequence, now.device,
               std::span{payload}.first(reply.write(payload)));
    for (const auto* stream : {&electrodes_, &hygrometers_}) {
        const std::size_t size = efp::writeDescribe(stream->description(), payload);
        (void)send(Type::Describe, FrameHeader::replyFlag, frame.header.sequence, now.device,
                   std::span{payload}.first(size));
    }
    (void)send(Type::Log, 0, nextSequence(Type::Log), now.device,
               std::as_bytes(std::span{identity_.greeting}));
    sendStatus(now);
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

void FrontEndDevice::advance(const Instant& now) {
    // The lease is the only thing that looks at real time, so once per call is as good as once per tick.
    delivery_.expireLease(now.host);
    while (nextTick_ <= now.device) {
        tick(nextTick_, now.host);
        nextTick_ += tickPeriod_;
    }
    announceFaults(now);
    report(now);
}

void FrontEndDevice::tick(DeviceTime at, MonotonicTime host) {
    const Seconds dt = tickPeriod_;
    delivery_.ramp(dt);
    PerSite<double> asked{};
    for (std::size_t i = 0; i < maxSites; ++i)
        asked[i] = delivery_.output_uA(i);
    const bool stimulated = patient_.stimulated();
    lastElectrodes_ = patient_.stepElectrodes(asked, delivery_.mode() == DeliveryMode::DummyLoad, dt, at);
    if (!stimulated && patient_.stimulated()) schedule_.stimulusStarted(at);
    delivery_.judge(lastElectrodes_, dt);

    if (electrodes_.running()) {
        electrodes_.beginTick(at);
        for (std::size_t i = 0; i < maxSites; ++i) {
            if (!electrodes_.wants(i)) continue;
            electrodes_.put(0, lastElectrodes_[i].anode_uA);
            electrodes_.put(1, lastElectrodes_[i].cathode_uA);
            electrodes_.put(2, lastElectrodes_[i].voltage_v * 1e3);
        }
        flushStream(electrodes_);
    }
    if (at >= nextHumidity_) {
        nextHumidity_ = at + humidityTickPeriod;
        followScenario(at);
        humidityTick(at);
    }
    if (at >= nextStatus_) {
        nextStatus_ = at + statusPeriod;
        sendStatus({at, host});
    }
    if (delivery_.active() && session_ && delivery_.limits() && at >= nextEcho_) {
        nextEcho_ = at + echoPeriod;
        efp::Payload payload;
        (void)send(Type::LimitsEcho, 0, nextSequence(Type::LimitsEcho), at,
                   std::span{payload}.first(efp::writeLimits(*delivery_.limits(), payload)));
    }
}

void FrontEndDevice::humidityTick(DeviceTime at) {
    const PerSite<HumidityReading>& readings = patient_.stepHumidity(active_.artefacts);
    for (std::size_t i = 0; i < maxSites; ++i) {
        const HumidityReading before = lastHumidity_[i];
        lastHumidity_[i] = readings[i];
        if (inMask(active_.frozenHumidity, i)) {
            lastHumidity_[i].humidityOut_pct = before.humidityOut_pct;
            lastHumidity_[i].temperatureOut_c = before.temperatureOut_c;
        }
    }
    if (!hygrometers_.running()) return;
    hygrometers_.beginTick(at);
    for (std::size_t i = 0; i < maxSites; ++i) {
        if (!hygrometers_.wants(i)) continue;
        const HumidityReading& r = lastHumidity_[i];
        std::size_t channel = 0;
        for (const double value : {r.humidityIn_pct, r.temperatureIn_c, r.humidityOut_pct, r.temperatureOut_c,
                                   r.flow_sccm, r.pressure_kPa})
            hygrometers_.put(channel++, value);
    }
    flushStream(hygrometers_);
}

void FrontEndDevice::followScenario(DeviceTime at) {
    active_ = schedule_.at(at);
    for (std::size_t i = 0; i < maxSites; ++i)
        patient_.setContact(i, inMask(active_.openElectrode, i) ? Contact::Open : Contact::Skin);
}

void FrontEndDevice::flushStream(SampleStream& stream) {
    if (!stream.frameReady()) return;
    const auto frame = stream.take();
    // DATA counts per stream: stream numbers and the types that devices send do not overlap.
    const std::uint32_t sequence = ++sequences_[stream.description().id];
    if (!send(Type::Data, 0, sequence, frame.at, frame.payload)) stream.markOverrun();
}

void FrontEndDevice::report(const Instant& now) {
    if (!session_) return;
    const std::array<std::uint32_t, 3> current{static_cast<std::uint32_t>(delivery_.state()),
                                               delivery_.faults(), delivery_.relayMask()};
    if (reported_ != current) sendStatus(now);
    for (auto& e : events_) {
        if (now.host < e.nextSend) continue;
        e.nextSend = now.host + eventPeriod;
        efp::Payload payload;
        (void)send(Type::Event, 0, e.sequence, e.event.at,
                   std::span{payload}.first(efp::writeEvent(e.event, payload)));
    }
}

void FrontEndDevice::sendStatus(const Instant& now) {
    if (!session_) return;
    FrontEndStatus s;
    s.nonce = delivery_.nonce();
    s.lastCommand = delivery_.lastCommand();
    s.faults = delivery_.faults();
    if (delivery_.limits()) s.limitsCrc = efp::limitsChecksum(*delivery_.limits());
    s.leaseLeft_ms = delivery_.leaseLeft_ms(now.host);
    s.state = delivery_.state();
    s.relayMask = delivery_.relayMask();
    s.temperature_centiC = boardTemperature_centiC;
    s.supply_mV = supply_mV;
    for (std::size_t i = 0; i < maxSites; ++i)
        s.sites[i] = {delivery_.setPoint_uA(i),
                      static_cast<std::int32_t>(std::lround(lastElectrodes_[i].anode_uA)),
                      delivery_.charge_uC(i)};
    reported_ = {static_cast<std::uint32_t>(s.state), s.faults, s.relayMask};
    efp::Payload payload;
    (void)send(Type::Status, 0, nextSequence(Type::Status), now.device,
               std::span{payload}.first(efp::writeStatus(s, payload)));
}

void FrontEndDevice::announceFaults(const Instant& now) {
    for (const auto& fault : delivery_.takeFaults()) {
        if (!session_ || events_.size() >= mostEvents) continue;
        DeviceEvent event;
        event.code = static_cast<std::uint16_t>(fault.fault);
        event.site = fault.site;
        event.severity = 2;
        event.value = fault.value;
        event.sampleIndex = electrodes_.nextIndex();
        event.at = now.device;
        events_.push_back({event, nextSequence(Type::Event), now.host});
    }
}

void FrontEndDevice::answer(const efp::Frame& request, Answer result, std::uint32_t command,
                            const Instant& now) {
    Acknowledgement ack;
    ack.type = request.header.type;
    ack.result = static_cast<std::uint8_t>(result);
    ack.command = command;
    efp::Payload payload;
    const std::uint16_t error = result == Answer::Ok ? 0 : FrameHeader::errorFlag;
    (void)send(Type::Acknowledge, static_cast<std::uint16_t>(FrameHeader::replyFlag | error),
               request.header.sequence, now.device,
               std::span{payload}.first(efp::writeAcknowledge(ack, payload)));
}

bool FrontEndDevice::send(Type type, std::uint16_t flags, std::uint32_t sequence, DeviceTime at,
                          std::span<const std::byte> payload) {
    const bool sheddable = type == Type::Data || type == Type::Status;
    if (sheddable && active_.frameLoss > 0.0 && loss_.uniform() < active_.frameLoss) {
        ++framesLost_;
        return true; // lost on the wire: the device does not know
    }
    FrameHeader header;
    header.type = efp::code(type);
    header.flags = static_cast<std::uint16_t>(flags | FrameHeader::simulatedFlag);
    header.sequence = sequence;
    header.time_us = microseconds(at);
    efp::WireBuffer wire;
    if (emit_(efp::encodeFrame(header, payload, wire))) return true;
    ++framesLost_;
    return false;
}

} // namespace eccrine::devices::virtual_instrument
