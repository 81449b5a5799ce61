// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/fault_schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace eccrine::devices::virtual_instrument {

namespace {

constexpr double readingsPerMinute = 3000.0; // hygrometers, 50 Hz

/// In the order of the words of `value`.
constexpr std::array impossibleValues{std::numeric_limits<double>::quiet_NaN(),
                                      std::numeric_limits<double>::infinity(),
                                      -std::numeric_limits<double>::infinity(), -0.0, 1e-40};

DeviceTime later(DeviceTime from, Seconds time) {
    return from + std::chrono::round<std::chrono::microseconds>(time);
}

void takeHigher(double& probability, double another) {
    probability = std::max(probability, another);
}

void spoilHygrometer(const ScenarioFault& f, Seconds since, Artefacts& a) {
    switch (f.kind) {
    case FaultKind::HumidityStep:
        a.humidityStep_pct += f.numbers[0];
        break;
    case FaultKind::Dropout:
        a.dropout = true;
        break;
    case FaultKind::Leak:
        a.seen *= f.numbers[0];
        break;
    case FaultKind::Film:
        a.evaporationLimit_pct = f.numbers[0];
        break;
    case FaultKind::Burst:
        a.burst_nLPerMin += f.numbers[0];
        break;
    case FaultKind::HumiditySpikes:
        a.spikeProbability = f.numbers[0] / readingsPerMinute;
        a.spike = f.numbers[1] / 100.0;
        break;
    case FaultKind::HumidityDrift:
        a.humidityStep_pct += f.numbers[0] * since.count();
        break;
    case FaultKind::HumiditySaturated:
        a.saturated = true;
        break;
    default:
        break;
    }
}

void spoilElectrode(const ScenarioFault& f, Seconds since, ElectrodeTrouble& e) {
    switch (f.kind) {
    case FaultKind::OpenElectrode:
        e.open = true;
        break;
    case FaultKind::FrozenCurrent:
        e.frozen = static_cast<FrozenSense>(f.words[0] + 1);
        break;
    case FaultKind::StuckOutput:
        e.stuck = true;
        e.comparatorOff = e.comparatorOff || !f.flag;
        break;
    case FaultKind::GainError:
        e.gain *= f.numbers[0];
        break;
    case FaultKind::LiftedElectrode:
        e.area *= f.numbers[0];
        break;
    case FaultKind::IntermittentContact: // the first half of each period without contact
        if (std::fmod(since.count() * f.numbers[0], 1.0) < 0.5) e.open = true;
        break;
    case FaultKind::DryingPads: {
        const double part = f.duration->count() > 0.0 ? since / *f.duration : 1.0;
        e.resistance *= 1.0 + (f.numbers[0] - 1.0) * std::min(part, 1.0);
        break;
    }
    case FaultKind::BridgedElectrodes:
        e.bridge_kOhm = f.numbers[0] / 1e3;
        break;
    case FaultKind::SwappedLeads:
        e.swapped = true;
        break;
    case FaultKind::WeldedRelay:
        e.welded_uA = f.numbers[0];
        break;
    case FaultKind::LyingStatus:
        e.unconfessed_uA = f.numbers[0];
        break;
    case FaultKind::EarthLeak:
        e.earthLeak_uA += f.numbers[0];
        break;
    case FaultKind::MainsRipple:
        e.ripple = f.numbers[0] / 100.0;
        e.ripple_hz = f.numbers[1];
        break;
    default:
        break;
    }
}

/// Of the device as a whole.
void spoilDevice(const ScenarioFault& f, DeviceTime began, ActiveFaults& active) {
    switch (f.kind) {
    case FaultKind::Unplug:
        active.unplugged = true;
        break;
    case FaultKind::FrozenHumidity:
        active.frozenHumidity |= f.siteMask;
        break;
    case FaultKind::LostFrames:
        takeHigher(active.link.loss, f.numbers[0]);
        break;
    case FaultKind::DuplicatedFrames:
        takeHigher(active.link.duplicate, f.numbers[0]);
        break;
    case FaultKind::ReorderedFrames:
        takeHigher(active.link.reorder, f.numbers[0]);
        break;
    case FaultKind::FlippedBytes:
        takeHigher(active.link.flip, f.numbers[0]);
        break;
    case FaultKind::LateBurst:
        active.link.silent = true;
        break;
    case FaultKind::ImpossibleValue:
        active.impossible.at(f.words[0]) = {f.siteMask, impossibleValues.at(f.words[1])};
        break;
    case FaultKind::Restart:
        active.restarting = true;
        active.announced = f.flag;
        break;
    case FaultKind::MemoryChecksum:
        active.inputs.memoryDamaged = true;
        break;
    case FaultKind::PatientButton:
        active.inputs.patientButton = true;
        break;
    case FaultKind::EmergencyStop:
        active.inputs.emergencyStop = true;
        break;
    case FaultKind::Battery:
        active.inputs.battery_pct = static_cast<std::uint8_t>(std::lround(f.numbers[0]));
        break;
    case FaultKind::ClockDrift:
        active.clock_ppm += f.numbers[0];
        break;
    case FaultKind::ClockWrap:
        active.clockWraps = later(began, Seconds{f.numbers[0]});
        break;
    default:
        break;
    }
}

} // namespace

FaultSchedule::FaultSchedule(Scenario scenario) : deviceRules_(scenario.deviceRules) {
    for (auto& f : scenario.faults)
        faults_.push_back({std::move(f), std::nullopt});
    anchorAll(ScenarioFault::Anchor::Boot, DeviceTime{});
}

void FaultSchedule::anchorAll(ScenarioFault::Anchor anchor, DeviceTime at) {
    for (auto& e : faults_)
        if (e.fault.anchor == anchor && !e.anchor) e.anchor = at;
}

void FaultSchedule::streamStarted(DeviceTime at) {
    if (streamStarted_) return;
    streamStarted_ = true;
    anchorAll(ScenarioFault::Anchor::FirstStreamStart, at);
}

void FaultSchedule::stimulusStarted(DeviceTime at) {
    if (stimulusStarted_) return;
    stimulusStarted_ = true;
    anchorAll(ScenarioFault::Anchor::Stimulus, at);
}

void FaultSchedule::start(const ScenarioFault& fault, DeviceTime now) {
    std::erase_if(faults_, [now](const Entry& e) { return isOver(e, now); });
    faults_.push_back({fault, now});
}

void FaultSchedule::clear() {
    faults_.clear();
}

void FaultSchedule::clear(FaultKind kind) {
    std::erase_if(faults_, [kind](const Entry& e) { return e.fault.kind == kind; });
}

bool FaultSchedule::isOver(const Entry& e, DeviceTime now) {
    const bool stays = e.fault.kind == FaultKind::DryingPads; // its duration is that of the drying
    if (stays || !e.anchor || !e.fault.duration) return false;
    return Seconds{now - *e.anchor} - e.fault.at >= *e.fault.duration;
}

std::optional<Seconds> FaultSchedule::activeFor(const Entry& e, DeviceTime now) {
    if (!e.anchor) return std::nullopt;
    const Seconds since = Seconds{now - *e.anchor} - e.fault.at;
    if (since.count() < 0.0 || isOver(e, now)) return std::nullopt;
    return since;
}

ActiveFaults FaultSchedule::at(DeviceTime now) const {
    ActiveFaults active;
    for (const auto& e : faults_) {
        const auto since = activeFor(e, now);
        if (!since) continue;
        active.kinds |= std::uint64_t{1} << static_cast<unsigned>(e.fault.kind);
        spoilDevice(e.fault, later(*e.anchor, e.fault.at), active);
        for (std::size_t i = 0; i < maxSites; ++i) {
            if (!inMask(e.fault.siteMask, i)) continue;
            spoilHygrometer(e.fault, *since, active.artefacts[i]);
            spoilElectrode(e.fault, *since, active.electrodes[i]);
        }
    }
    return active;
}

const ScenarioFault* FaultSchedule::identityAt(DeviceTime now) const {
    const ScenarioFault* found = nullptr;
    for (const auto& e : faults_)
        if (e.fault.kind == FaultKind::Identity && activeFor(e, now)) found = &e.fault;
    return found;
}

} // namespace eccrine::devices::virtual_instrument
