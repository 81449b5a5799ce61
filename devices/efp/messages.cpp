// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/messages.hpp"

#include "core/crc32c.hpp"
#include "devices/efp/wire.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace eccrine::devices::efp {
namespace {

template <class T>
std::optional<T> whole(const WireReader& in, const T& message) {
    if (!in.ok()) return std::nullopt;
    return message;
}

std::size_t sitesIn(std::uint8_t mask) {
    return static_cast<std::size_t>(std::popcount(mask));
}

} // namespace

std::size_t HelloRequest::write(std::span<std::byte> out) const noexcept {
    return WireWriter(out).put(nonce).put(lowestVersion).put(highestVersion).put(std::uint16_t{0}).size();
}
std::optional<HelloRequest> HelloRequest::parse(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    HelloRequest m;
    m.nonce = r.take<std::uint64_t>();
    m.lowestVersion = r.take<std::uint8_t>();
    m.highestVersion = r.take<std::uint8_t>();
    static_cast<void>(r.take<std::uint16_t>());
    return whole(r, m);
}

std::string Hello::serialText() const {
    return {serial.begin(), std::find(serial.begin(), serial.end(), '\0')};
}
bool Hello::isOf(std::string_view serialNumber) const noexcept {
    const auto end = std::find(serial.begin(), serial.end(), '\0');
    return std::equal(serial.begin(), end, serialNumber.begin(), serialNumber.end());
}
void Hello::setSerial(std::string_view text) {
    serial = {};
    std::copy_n(text.begin(), std::min(text.size(), serial.size()), serial.begin());
}
std::size_t Hello::write(std::span<std::byte> out) const noexcept {
    WireWriter w(out);
    w.put(nonce).put(version).put(sites).put(streams).put(minor).put(capabilities).put(bootId);
    for (const auto part : firmware)
        w.put(part);
    w.put(hardware);
    for (const char c : serial)
        w.put(static_cast<std::uint8_t>(c));
    return w.size();
}
std::optional<Hello> Hello::parse(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    Hello m;
    m.nonce = r.take<std::uint64_t>();
    m.version = r.take<std::uint8_t>();
    m.sites = r.take<std::uint8_t>();
    m.streams = r.take<std::uint8_t>();
    m.minor = r.take<std::uint8_t>();
    m.capabilities = r.take<std::uint32_t>();
    m.bootId = r.take<std::uint32_t>();
    for (auto& part : m.firmware)
        part = r.take<std::uint16_t>();
    m.hardware = r.take<std::uint16_t>();
    for (char& c : m.serial)
        c = static_cast<char>(r.take<std::uint8_t>());
    return whole(r, m);
}

std::size_t writeDescribe(const StreamDescription& stream, std::span<std::byte> out) noexcept {
    WireWriter w(out);
    w.put(stream.id).put(static_cast<std::uint8_t>(stream.format));
    w.put(static_cast<std::uint8_t>(stream.channels.size())).put(stream.siteMask).put(stream.rateMilliHz);
    for (const ChannelDescription& c : stream.channels)
        w.put(static_cast<std::uint8_t>(c.measurand))
            .put(std::uint8_t{0})
            .put(std::uint16_t{0})
            .put(c.scale)
            .put(c.offset);
    return w.size();
}
std::optional<StreamDescription> parseDescribe(std::span<const std::byte> in) {
    WireReader r(in);
    StreamDescription m;
    m.id = r.take<std::uint8_t>();
    const auto format = r.take<std::uint8_t>();
    const auto channels = r.take<std::uint8_t>();
    m.siteMask = r.take<std::uint8_t>();
    m.rateMilliHz = r.take<std::uint32_t>();
    for (unsigned i = 0; i < channels && r.ok(); ++i) {
        ChannelDescription c;
        c.measurand = static_cast<Measurand>(r.take<std::uint8_t>());
        static_cast<void>(r.take<std::uint8_t>());
        static_cast<void>(r.take<std::uint16_t>());
        c.scale = r.takeFloat();
        c.offset = r.takeFloat();
        if (!std::isfinite(c.scale) || c.scale == 0.0F || !std::isfinite(c.offset)) return std::nullopt;
        m.channels.push_back(c);
    }
    if (!r.ok() || format < 1 || format > 4 || channels == 0 || m.siteMask == 0 || m.siteMask > 15 ||
        m.rateMilliHz == 0)
        return std::nullopt;
    m.format = static_cast<RawFormat>(format);
    return m;
}

std::size_t TimeSyncReply::write(std::span<std::byte> out) const noexcept {
    return WireWriter(out).put(t0).put(t1_us).size();
}
std::optional<TimeSyncReply> TimeSyncReply::parse(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    TimeSyncReply m;
    m.t0 = r.take<std::uint64_t>();
    m.t1_us = r.take<std::uint64_t>();
    return whole(r, m);
}

std::size_t StreamControl::write(std::span<std::byte> out) const noexcept {
    return WireWriter(out).put(stream).put(siteMask).put(samplesPerFrame).put(rateMilliHz).size();
}
std::optional<StreamControl> StreamControl::parse(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    StreamControl m;
    m.stream = r.take<std::uint8_t>();
    m.siteMask = r.take<std::uint8_t>();
    m.samplesPerFrame = r.take<std::uint16_t>();
    m.rateMilliHz = r.take<std::uint32_t>();
    return whole(r, m);
}

std::size_t DataHead::write(std::span<std::byte> out) const noexcept {
    return WireWriter(out)
        .put(stream)
        .put(format)
        .put(siteMask)
        .put(channels)
        .put(ticks)
        .put(flags)
        .put(firstIndex)
        .size();
}
std::optional<Data> Data::parse(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    Data m;
    m.head.stream = r.take<std::uint8_t>();
    m.head.format = r.take<std::uint8_t>();
    m.head.siteMask = r.take<std::uint8_t>();
    m.head.channels = r.take<std::uint8_t>();
    m.head.ticks = r.take<std::uint16_t>();
    m.head.flags = r.take<std::uint16_t>();
    m.head.firstIndex = r.take<std::uint64_t>();
    if (!r.ok() || m.head.format < 1 || m.head.format > 4) return std::nullopt;
    const std::size_t size = std::size_t{m.head.ticks} * sitesIn(m.head.siteMask) * m.head.channels *
                             bytesOf(static_cast<RawFormat>(m.head.format));
    if (size == 0 || r.rest().size() < size) return std::nullopt;
    m.samples = r.rest().first(size);
    return m;
}

std::size_t writeLimits(const DeliveryLimits& limits, std::span<std::byte> out) noexcept {
    WireWriter w(out);
    w.put(limits.nonce);
    for (std::size_t i = 0; i < maxSites; ++i)
        w.put(limits.current_uA[i]).put(limits.charge_uC[i]);
    w.put(limits.time_ms).put(limits.voltage_mV).put(limits.slope_uA_per_s).put(std::uint32_t{0});
    return w.size();
}
std::optional<DeliveryLimits> parseLimits(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    DeliveryLimits m;
    m.nonce = r.take<std::uint64_t>();
    for (std::size_t i = 0; i < maxSites; ++i) {
        m.current_uA[i] = r.take<std::int32_t>();
        m.charge_uC[i] = r.take<std::uint32_t>();
    }
    m.time_ms = r.take<std::uint32_t>();
    m.voltage_mV = r.take<std::uint32_t>();
    m.slope_uA_per_s = r.take<std::uint32_t>();
    static_cast<void>(r.take<std::uint32_t>());
    return whole(r, m);
}
std::uint32_t limitsChecksum(const DeliveryLimits& limits) noexcept {
    std::array<std::byte, limitsBytes> bytes{};
    writeLimits(limits, bytes);
    return crc32c(bytes);
}

std::size_t Arm::write(std::span<std::byte> out) const noexcept {
    return WireWriter(out).put(nonce).put(command).put(siteMask).put(mode).put(std::uint16_t{0}).size();
}
std::optional<Arm> Arm::parse(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    Arm m;
    m.nonce = r.take<std::uint64_t>();
    m.command = r.take<std::uint32_t>();
    m.siteMask = r.take<std::uint8_t>();
    m.mode = r.take<std::uint8_t>();
    static_cast<void>(r.take<std::uint16_t>());
    return whole(r, m);
}

std::size_t SetCurrent::write(std::span<std::byte> out) const noexcept {
    WireWriter w(out);
    w.put(nonce).put(command);
    for (const auto i : current_uA)
        w.put(i);
    return w.put(ramp_uA_per_s).put(lease_ms).put(siteMask).put(mode).size();
}
std::optional<SetCurrent> SetCurrent::parse(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    SetCurrent m;
    m.nonce = r.take<std::uint64_t>();
    m.command = r.take<std::uint32_t>();
    for (auto& i : m.current_uA)
        i = r.take<std::int32_t>();
    m.ramp_uA_per_s = r.take<std::uint32_t>();
    m.lease_ms = r.take<std::uint16_t>();
    m.siteMask = r.take<std::uint8_t>();
    m.mode = r.take<std::uint8_t>();
    return whole(r, m);
}

std::size_t writeAcknowledge(const Acknowledgement& ack, std::span<std::byte> out) noexcept {
    return WireWriter(out).put(ack.type).put(ack.result).put(std::uint16_t{0}).put(ack.command).size();
}
std::optional<Acknowledgement> parseAcknowledge(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    Acknowledgement m;
    m.type = r.take<std::uint8_t>();
    m.result = r.take<std::uint8_t>();
    static_cast<void>(r.take<std::uint16_t>());
    m.command = r.take<std::uint32_t>();
    return whole(r, m);
}

std::size_t writeStatus(const FrontEndStatus& s, std::span<std::byte> out) noexcept {
    WireWriter w(out);
    w.put(s.nonce).put(s.lastCommand).put(s.faults).put(s.limitsCrc).put(s.leaseLeft_ms);
    w.put(static_cast<std::uint8_t>(s.state)).put(s.relayMask).put(s.battery_pct).put(s.inputs);
    w.put(s.temperature_centiC).put(s.supply_mV).put(std::uint16_t{0});
    for (const SiteStatus& site : s.sites)
        w.put(site.set_uA).put(site.measured_uA).put(site.charge_uC);
    return w.size();
}
std::optional<FrontEndStatus> parseStatus(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    FrontEndStatus m;
    m.nonce = r.take<std::uint64_t>();
    m.lastCommand = r.take<std::uint32_t>();
    m.faults = r.take<std::uint32_t>();
    m.limitsCrc = r.take<std::uint32_t>();
    m.leaseLeft_ms = r.take<std::uint16_t>();
    const auto state = r.take<std::uint8_t>();
    m.relayMask = r.take<std::uint8_t>();
    m.battery_pct = r.take<std::uint8_t>();
    m.inputs = r.take<std::uint8_t>();
    m.temperature_centiC = r.take<std::int16_t>();
    m.supply_mV = r.take<std::uint16_t>();
    static_cast<void>(r.take<std::uint16_t>());
    for (SiteStatus& site : m.sites) {
        site.set_uA = r.take<std::int32_t>();
        site.measured_uA = r.take<std::int32_t>();
        site.charge_uC = r.take<std::uint32_t>();
    }
    // a state that is not known is a device that is not understood
    m.state = state <= static_cast<std::uint8_t>(DeliveryState::EmergencyStop)
                  ? static_cast<DeliveryState>(state)
                  : DeliveryState::Fault;
    return whole(r, m);
}

std::size_t writeEvent(const DeviceEvent& e, std::span<std::byte> out) noexcept {
    return WireWriter(out).put(e.code).put(e.site).put(e.severity).put(e.value).put(e.sampleIndex).size();
}
std::optional<DeviceEvent> parseEvent(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    DeviceEvent m;
    m.code = r.take<std::uint16_t>();
    m.site = r.take<std::uint8_t>();
    m.severity = r.take<std::uint8_t>();
    m.value = r.take<std::uint32_t>();
    m.sampleIndex = r.take<std::uint64_t>();
    return whole(r, m);
}

std::size_t EventAcknowledge::write(std::span<std::byte> out) const noexcept {
    return WireWriter(out).put(code).put(std::uint16_t{0}).put(sequence).size();
}
std::optional<EventAcknowledge> EventAcknowledge::parse(std::span<const std::byte> in) noexcept {
    WireReader r(in);
    EventAcknowledge m;
    m.code = r.take<std::uint16_t>();
    static_cast<void>(r.take<std::uint16_t>());
    m.sequence = r.take<std::uint32_t>();
    return whole(r, m);
}

} // namespace eccrine::devices::efp
