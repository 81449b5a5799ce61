// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/front_end_device.hpp"

#include "devices/virtual/front_end_streams.hpp"
#include "devices/virtual/output_stage.hpp"
#include "devices/virtual/site_mask.hpp"

#include <array>
#include <utility>

namespace eccrine::devices::virtual_instrument {

namespace {

using namespace std::chrono_literals;
using efp::Type;

constexpr std::chrono::microseconds humidityTickPeriod = 20ms;
constexpr std::chrono::microseconds statusPeriod = 100ms;
constexpr std::array delimiter{std::byte{0}};

} // namespace

FrontEndDevice::FrontEndDevice(DeviceIdentity identity, const SourceParameters& source,
                               MeasuredPatient patient, FaultSchedule faults, std::uint64_t seed, Emit emit)
    : identity_(std::move(identity)), patient_(std::move(patient)), schedule_(std::move(faults)),
      emit_(std::move(emit)), link_(seed, emit_), sourceMaximum_uA_(source.maxCurrent_uA), delivery_(source),
      electrodes_(electrodeDescription()), hygrometers_(hygrometerDescription()), tickPeriod_(normalTick) {
    lastHumidity_ = patient_.stepHumidity();
    delivery_.setRules(schedule_.deviceRules(), 0);
}

void FrontEndDevice::linkOpened() {
    reader_.reset();
    (void)emit_(delimiter);
}

void FrontEndDevice::linkClosed() {
    delivery_.linkLost();
    electrodes_.stop();
    hygrometers_.stop();
    session_.reset();
    events_.clear();
    link_.forget();
}

void FrontEndDevice::receive(std::span<const std::byte> bytes, const Instant& now) {
    if (active_.restarting) return;
    reader_.feed(bytes, [&](const efp::Frame& frame) { handle(frame, now); });
    announceFaults(now);
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
    link_.release(active_.link);
}

void FrontEndDevice::tick(DeviceTime at, MonotonicTime host) {
    followFaults(at);
    stepCurrents(at);
    if (electrodes_.running()) electrodeTick(at);
    if (at >= nextHumidity_) {
        nextHumidity_ = at + humidityTickPeriod;
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
    if (observer_) observer_(at);
}

/// Control, source, skin, sense, and the control's judgement of what it senses.
void FrontEndDevice::stepCurrents(DeviceTime at) {
    const Seconds dt = tickPeriod_;
    delivery_.ramp(dt);
    PerSite<double> driven{};
    for (std::size_t i = 0; i < maxSites; ++i)
        driven[i] = drivenCurrent_uA(delivery_.output_uA(i), inMask(delivery_.relayMask(), i),
                                     sourceMaximum_uA_, active_.electrodes[i], at);
    const bool dummyLoad = delivery_.mode() == DeliveryMode::DummyLoad && delivery_.active();
    const bool stimulated = patient_.stimulated();
    const auto& present = patient_.stepElectrodes(driven, dummyLoad, dt, at, active_.electrodes);
    if (!stimulated && patient_.stimulated()) schedule_.stimulusStarted(at);
    lastElectrodes_ = sense_.read(present, active_.electrodes);
    PerSite<ElectrodeReading> taken = lastElectrodes_;
    for (std::size_t i = 0; i < maxSites; ++i)
        taken[i] = believed(taken[i], delivery_.output_uA(i), active_.electrodes[i]);
    delivery_.judge(taken, dt);
}

void FrontEndDevice::electrodeTick(DeviceTime at) {
    constexpr auto first = static_cast<std::size_t>(StreamField::Anode);
    electrodes_.beginTick(at);
    for (std::size_t i = 0; i < maxSites; ++i) {
        if (!electrodes_.wants(i)) continue;
        const ElectrodeReading& r = lastElectrodes_[i];
        std::size_t channel = 0;
        for (const double value : {r.anode_uA, r.cathode_uA, r.voltage_v * 1e3}) {
            const ImpossibleValue& instead = active_.impossible.at(first + channel);
            electrodes_.put(channel++, inMask(instead.siteMask, i) ? instead.value : value);
        }
    }
    flushStream(electrodes_);
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
                                   r.flow_sccm, r.pressure_kPa}) {
            const ImpossibleValue& instead = active_.impossible.at(channel);
            hygrometers_.put(channel++, inMask(instead.siteMask, i) ? instead.value : value);
        }
    }
    flushStream(hygrometers_);
}

void FrontEndDevice::followFaults(DeviceTime at) {
    std::uint8_t blind = 0;
    if (!schedule_.empty() || active_.kinds != 0) {
        const bool wasDown = active_.restarting;
        active_ = schedule_.at(at);
        if (active_.restarting && !wasDown) goDown();
        clock_.wrapAt(active_.clockWraps);
        if (!active_.restarting && wasDown) comeBack(at);
        for (std::size_t i = 0; i < maxSites; ++i)
            if (active_.electrodes[i].comparatorOff) blind = static_cast<std::uint8_t>(blind | (1U << i));
    }
    delivery_.setRules(schedule_.deviceRules(), blind);
    delivery_.follow(active_.inputs);
}

void FrontEndDevice::goDown() {
    delivery_.restart();
    electrodes_.stop();
    hygrometers_.stop();
    session_.reset();
    events_.clear();
    sequences_.clear();
    reported_.reset();
    reader_.reset();
    link_.forget();
    announceWhenBack_ = active_.announced;
}

void FrontEndDevice::comeBack(DeviceTime at) {
    identity_.bootId = identity_.bootId * 1'664'525U + 1'013'904'223U; // another one, and the same by seed
    clock_.startAgain(at);
    (void)emit_(delimiter);
    if (!announceWhenBack_) return;
    efp::Payload payload;
    (void)send(Type::Hello, 0, nextSequence(Type::Hello), at,
               std::span{payload}.first(identification(0, at).write(payload)));
}

} // namespace eccrine::devices::virtual_instrument
