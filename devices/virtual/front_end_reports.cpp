// SPDX-License-Identifier: GPL-3.0-or-later
// What the front end sends: samples, status, events, answers.
#include "devices/virtual/front_end_device.hpp"
#include "devices/virtual/output_stage.hpp"

#include <cmath>

namespace eccrine::devices::virtual_instrument {

namespace {

using namespace std::chrono_literals;
using efp::FrameHeader;
using efp::Type;

constexpr std::chrono::milliseconds eventPeriod = 200ms; // of the host: it is the host that has to answer
constexpr std::size_t mostEvents = 32;
constexpr std::int16_t boardTemperature_centiC = 2315;
constexpr std::uint16_t supply_mV = 5000;
constexpr std::uint8_t emergencyStopInput = 1U << 0U;
constexpr std::uint8_t patientButtonInput = 1U << 1U;

} // namespace

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
    s.battery_pct = active_.inputs.battery_pct;
    s.inputs = static_cast<std::uint8_t>((active_.inputs.emergencyStop ? emergencyStopInput : 0U) |
                                         (active_.inputs.patientButton ? patientButtonInput : 0U));
    for (std::size_t i = 0; i < maxSites; ++i) {
        const auto taken = believed(lastElectrodes_[i], delivery_.output_uA(i), active_.electrodes[i]);
        s.sites[i] = {delivery_.setPoint_uA(i), static_cast<std::int32_t>(std::lround(taken.anode_uA)),
                      delivery_.charge_uC(i)};
    }
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
    FrameHeader header;
    header.type = efp::code(type);
    header.flags = static_cast<std::uint16_t>(flags | FrameHeader::simulatedFlag);
    header.sequence = sequence;
    header.time_us = clock_.stamp(at);
    efp::WireBuffer wire;
    const bool sheddable = type == Type::Data || type == Type::Status;
    return link_.send(efp::encodeFrame(header, payload, wire), sheddable, active_.link);
}

} // namespace eccrine::devices::virtual_instrument
