// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/delivery_control.hpp"

#include "devices/supported_front_end.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <utility>

namespace eccrine::acquisition {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

// EFP/1 types and fault bits that are told apart here.
constexpr std::uint8_t armType = 0x22, setCurrentType = 0x20, stopType = 0x2F;
constexpr unsigned leaseBit = 0, openBit = 3, shortBit = 4, voltageBit = 10, emergencyBit = 12,
                   buttonBit = 13;
constexpr std::uint32_t contactBits = (1U << openBit) | (1U << shortBit) | (1U << voltageBit);

// The self-test: three currents through the dummy load, each within 3 % (SR-3, SR-22, §1.5 of the safety
// file). The last and least is the one whose lease is left to run out: an accelerated instrument goes on for
// long by its clock.
constexpr std::array<std::int32_t, 3> points_uA{2000, 1000, 500};
constexpr double dummyLoad_ohm = 5000.0;
constexpr double selfTestTolerance = 0.03;
constexpr std::uint32_t selfTestRamp_uA_per_s = 20'000;
constexpr std::int32_t selfTestMost_uA = 2100;
constexpr double selfTestCharge_mC = 200.0;
constexpr double selfTestVoltage_v = 15.0; // the dummy load needs 10 V
constexpr microseconds pointSettles{250'000}, pointMeasured{100'000};

// The contact probe.
constexpr std::int32_t probe_uA = 20;
constexpr std::uint32_t probeRamp_uA_per_s = 400;
constexpr double probeTolerance = 0.5;
constexpr double bridged_ohm = 300.0; // R_short of the sweat tests
constexpr double complianceShare = 0.9;
constexpr microseconds probeSettles{200'000}, probeMeasured{100'000};

constexpr double gone_uA = 10.0;
constexpr double openShare = 0.2; // of the set current, below which a circuit is open
constexpr microseconds goneFor{200'000};
// What the host cannot do itself: a source, isolated from the mains, that limits and ends its own current,
// and a load to prove it on before a patient is connected (SR-3, SR-5, SR-6).
constexpr std::uint32_t needed = static_cast<std::uint32_t>(devices::Capability::Source) |
                                 static_cast<std::uint32_t>(devices::Capability::Isolated) |
                                 static_cast<std::uint32_t>(devices::Capability::Comparator) |
                                 static_cast<std::uint32_t>(devices::Capability::Lease) |
                                 static_cast<std::uint32_t>(devices::Capability::DummyLoad);
constexpr std::uint8_t leastBattery_pct = 30, unknownBattery = 255;
constexpr double reached = 0.9; // of the current that the device may be set to: not one that is held back

DeliveryFailure failureOf(TripReason reason) {
    switch (reason) {
    case TripReason::OverCurrent:
    case TripReason::SlowOverCurrent:
        return DeliveryFailure::OverCurrent;
    case TripReason::OverCharge:
        return DeliveryFailure::OverCharge;
    case TripReason::CurrentWithoutCommand:
        return DeliveryFailure::CurrentWithoutCommand;
    case TripReason::Leakage:
        return DeliveryFailure::Leakage;
    case TripReason::Polarity:
        return DeliveryFailure::Polarity;
    default:
        return DeliveryFailure::Readings;
    }
}

bool allZero(const std::array<std::int32_t, maxSites>& current) {
    return std::all_of(current.begin(), current.end(), [](std::int32_t i) { return i == 0; });
}

} // namespace

DeliveryControl::DeliveryControl(devices::FrontEnd& device, const devices::FrontEndIdentity& identity,
                                 DeliveryNews& news, std::optional<MonotonicTime> tested)
    : device_(device), news_(news), interlock_(identity.declaredSpeed), speed_(identity.declaredSpeed),
      missing_(needed & ~identity.capabilities) {
    for (std::size_t i = 0; i < std::min<std::size_t>(identity.sites, maxSites); ++i)
        deviceSites_ = static_cast<std::uint8_t>(deviceSites_ | (1U << i));
    // A device counts commands by the nonce: one that it has heard before would be taken for an old order.
    std::random_device source;
    selfTestLimits_.nonce = (std::uint64_t{source()} << 32U) | source();
    selfTestLimits_.current_uA.fill(selfTestMost_uA);
    selfTestLimits_.charge_uC.fill(static_cast<std::uint32_t>(1000.0 * selfTestCharge_mC));
    selfTestLimits_.time_ms = static_cast<std::uint32_t>(1000.0 * std::min(60.0 * speed_, 1800.0));
    selfTestLimits_.voltage_mV = static_cast<std::uint32_t>(1000.0 * selfTestVoltage_v);
    selfTestLimits_.slope_uA_per_s = selfTestRamp_uA_per_s;
    // Whoever has connected it has looked at its serial number; one program at a time holds the port.
    static_cast<void>(machine_.deviceReady({true, devices::supported(identity).has_value(), true}));
    if (tested) static_cast<void>(machine_.testedBefore(*tested));
}

const devices::DeliveryLimits& DeliveryControl::deviceLimits() const noexcept {
    return goal_ == Goal::SelfTest ? selfTestLimits_ : run_.device;
}

void DeliveryControl::follow(DeliveryState before) noexcept {
    if (before == machine_.state()) return;
    DeliveryNotice notice;
    notice.from = before;
    notice.to = machine_.state();
    notice.ending = machine_.ending();
    notice.pausedBy = static_cast<std::uint8_t>(machine_.pausedBy().value_or(PauseCause{}));
    notice.pauses = static_cast<std::uint8_t>(machine_.pausesWithin(now_));
    notice.inspectionDue = machine_.inspectionDue();
    news_.tell(noticeFrame(NoticeKind::Delivery, notice));
}

// ---- orders ----

void DeliveryControl::selfTest(MonotonicTime now) noexcept {
    now_ = now;
    const DeliveryState before = machine_.state();
    if (active() || !machine_.beginSelfTest(now).accepted()) return;
    follow(before);
    if (missing_ != 0) return selfTestEnded(SelfTestNotice::Fault::Capabilities, now);
    ++selfTestLimits_.nonce;
    InterlockLimits limits;
    limits.declaredSpeed = speed_;
    for (std::size_t i = 0; i < maxSites; ++i)
        if (((unsigned{deviceSites_} >> i) & 1U) != 0)
            limits.sites[i] = {{selfTestMost_uA}, {selfTestCharge_mC}, {selfTestVoltage_v}};
    if (!interlock_.configure(limits)) {
        selfTestEnded(SelfTestNotice::Fault::Limits, now);
        return;
    }
    sendLimits(Goal::SelfTest, now);
}

void DeliveryControl::begin(const RunLimits& limits, MonotonicTime now) noexcept {
    now_ = now;
    run_ = limits;
    demand_ = {};
    runWaits_ = true;
    resuming_ = false;
    if (goal_ == Goal::SelfTest && active()) return; // goes on when it has ended
    if (machine_.latched()) {
        runWaits_ = false;
        news_.tell(noticeFrame(NoticeKind::Fault, DeliveryFault{DeliveryFault::Reason::Latched, 0}));
        return;
    }
    if (!machine_.selfTestHolds(now)) selfTest(now);
    if (runWaits_ && machine_.state() != DeliveryState::SelfTest) beginRun(now);
}

void DeliveryControl::beginRun(MonotonicTime now) noexcept {
    if (interlock_.latched() || !interlock_.configure(run_.host)) {
        runWaits_ = false;
        fail(DeliveryFailure::LimitsDiffer, DeliveryFault::Reason::LimitsRefused, 0);
        return;
    }
    command_ = 0;
    sendLimits(Goal::Probe, now);
}

void DeliveryControl::demand(const Demand& demand) noexcept {
    if (goal_ != Goal::Run || stage_ != Stage::On) return;
    demand_ = demand;
    if (!allZero(demand.current_uA)) return;
    const DeliveryState before = machine_.state();
    bool whole = true;
    constexpr double nearly = 0.98;
    for (std::uint8_t i = 0; i < maxSites; ++i)
        whole = whole && interlock_.delivered(i) >= nearly * run_.host.sites[i].charge;
    if (whole)
        machine_.doseReached();
    else
        machine_.timeReached();
    follow(before);
}

void DeliveryControl::pause(PauseCause cause, MonotonicTime now) noexcept {
    now_ = now;
    const DeliveryState before = machine_.state();
    if (machine_.pause(cause, now).accepted()) {
        outputOff(devices::FrontEnd::StopBy::Ramp);
        resuming_ = machine_.state() == DeliveryState::Paused;
        follow(before);
    } else if (runWaits_ || resuming_) { // on its way to the first current, or back to it
        interrupt();
        refuse(cause == PauseCause::Patient
                   ? "The patient has pressed the button; ask why, and look at the skin."
                   : "It was paused.",
               noSite, {});
    }
}

/// What leads to current is given up; the run waits for a person.
void DeliveryControl::interrupt() noexcept {
    const DeliveryState before = machine_.state();
    outputOff();
    machine_.endProbe();
    static_cast<void>(machine_.disarm());
    follow(before);
}

void DeliveryControl::resume(const ResumeOrder& order, MonotonicTime now) noexcept {
    now_ = now;
    const bool again = machine_.state() == DeliveryState::Ready && runWaits_;
    if (active() || !(again || machine_.state() == DeliveryState::Paused)) return;
    run_.conditions = order.conditions;
    run_.siteMask = order.siteMask;
    switch (interlock_.clear("operator")) {
    case CurrentInterlock::Clearing::Cleared:
    case CurrentInterlock::Clearing::NothingLatched:
        static_cast<void>(interlock_.permit({})); // it begins at zero
        goal_ = Goal::Probe;
        stage_ = Stage::WaitOpen;
        askedAt_ = now;
        return;
    case CurrentInterlock::Clearing::CurrentStillFlows:
        return refuse("Current is still measured; take the leads off the patient.", noSite, {});
    default:
        return refuse("STOP was pressed.", noSite, {});
    }
}

void DeliveryControl::end(MonotonicTime now) noexcept {
    now_ = now;
    const DeliveryState before = machine_.state();
    runWaits_ = false;
    if (goal_ == Goal::SelfTest && active()) return; // has nothing to do with the run
    outputOff(devices::FrontEnd::StopBy::Ramp);
    if (before != DeliveryState::RampDown) machine_.stop();
    follow(before);
}

// ---- limits, arming ----

void DeliveryControl::sendLimits(Goal goal, MonotonicTime now) noexcept {
    goal_ = goal;
    stage_ = Stage::LimitsSent;
    askedAt_ = now;
    if (!device_.setLimits(deviceLimits()))
        fail(DeliveryFailure::LinkLost, DeliveryFault::Reason::LinkLost, 0);
}

void DeliveryControl::sendArm(Goal goal, MonotonicTime now) noexcept {
    goal_ = goal;
    stage_ = Stage::ArmSent;
    askedAt_ = now;
    somethingSent_ = false;
    demand_ = {};
    measured_uA_ = {};
    if (goal == Goal::SelfTest) command_ = 0;
    const auto mode = goal == Goal::SelfTest ? devices::DeliveryMode::DummyLoad
                      : goal == Goal::Probe  ? devices::DeliveryMode::Probe
                                             : run_.mode;
    const std::uint8_t mask = goal == Goal::SelfTest ? deviceSites_ : run_.siteMask;
    if (!device_.arm(deviceLimits().nonce, ++command_, mask, mode))
        fail(DeliveryFailure::LinkLost, DeliveryFault::Reason::LinkLost, 0);
}

void DeliveryControl::onLimitsEcho(const devices::DeliveryLimits& limits, MonotonicTime now) noexcept {
    now_ = now;
    if (!active() || limits.nonce != deviceLimits().nonce) return;
    if (limits != deviceLimits()) { // bit for bit, before START and at 1 Hz while running (SR-4)
        fail(DeliveryFailure::LimitsDiffer, DeliveryFault::Reason::LimitsDiffer, 0);
        return;
    }
    echoedAt_ = now;
    strangeStatuses_ = 0;
    if (stage_ != Stage::LimitsSent) return;
    if (goal_ == Goal::Probe && !machine_.beginProbe(now).accepted()) {
        outputOff();
        refuse("The contact cannot be measured now; try again.", noSite, {});
        return;
    }
    sendArm(goal_, now);
}

void DeliveryControl::onAcknowledgement(const devices::Acknowledgement& ack, MonotonicTime now) noexcept {
    now_ = now;
    if (!active() || ack.type == stopType) return;
    if (ack.result != 0) {
        fail(DeliveryFailure::DeviceFault, DeliveryFault::Reason::CommandRefused, ack.result);
        return;
    }
    if (ack.command != command_) return;
    if (ack.type == armType && stage_ == Stage::ArmSent) onArmed(now);
    if (ack.type == setCurrentType && stage_ == Stage::On && loadWaits_) {
        // from here on the samples are of the current that was asked for
        loadWaits_ = false;
        if (goal_ == Goal::SelfTest)
            load_.begin(deviceSites_, pointSettles, pointMeasured);
        else
            load_.begin(run_.siteMask, probeSettles + probeRises(), probeMeasured);
    }
}

/// A run of little current has a flat ramp, and the device lets the probe rise no faster.
microseconds DeliveryControl::probeRises() const noexcept {
    constexpr double perSecond = 1e6;
    return microseconds{std::llround(perSecond * probe_uA / std::max(demand_.ramp_uA_per_s, 1U))};
}

void DeliveryControl::onArmed(MonotonicTime now) noexcept {
    stage_ = Stage::On;
    switch (goal_) {
    case Goal::SelfTest:
        point_ = 0;
        beginPoint();
        return;
    case Goal::Probe:
        for (std::size_t i = 0; i < maxSites; ++i)
            demand_.current_uA[i] = ((unsigned{run_.siteMask} >> i) & 1U) != 0 ? probe_uA : 0;
        demand_.ramp_uA_per_s = std::min(probeRamp_uA_per_s, run_.device.slope_uA_per_s);
        loadWaits_ = true;
        return;
    case Goal::Run:
        break;
    }
    const DeliveryState before = machine_.state();
    const Objection answer =
        resuming_ ? machine_.resume({true, true, true}, now) : machine_.start({true, true}, now);
    if (!answer.accepted()) {
        outputOff();
        refuse(answer.sentence(), noSite, {});
        follow(before); // a pause may have taken too long
        return;
    }
    runWaits_ = resuming_ = false;
    follow(before);
    news_.tell(noticeFrame(NoticeKind::Armed));
}

void DeliveryControl::arm(MonotonicTime now) noexcept {
    machine_.endProbe();
    if (!resuming_) {
        ArmConditions seen = run_.conditions;
        seen.limits = true; // echoed bit for bit
        seen.contact = true;
        seen.battery = battery_pct_ == unknownBattery || battery_pct_ >= leastBattery_pct;
        const DeliveryState before = machine_.state();
        if (const Objection answer = machine_.arm(seen, now); !answer.accepted()) {
            outputOff();
            refuse(answer.sentence(), noSite, {});
            return;
        }
        follow(before);
    }
    sendArm(Goal::Run, now);
}

void DeliveryControl::refuse(const char* sentence, std::uint8_t site, LoadFault fault) noexcept {
    news_.tell(noticeFrame(NoticeKind::Refused, DeliveryRefusal{sentence, {fault, site, 0.0}}));
}

// ---- self-test and probe ----

void DeliveryControl::beginPoint() noexcept {
    demand_ = {};
    for (std::size_t i = 0; i < maxSites; ++i)
        demand_.current_uA[i] = ((unsigned{deviceSites_} >> i) & 1U) != 0 ? points_uA[point_] : 0;
    demand_.ramp_uA_per_s = selfTestRamp_uA_per_s;
    loadWaits_ = true;
}

void DeliveryControl::watchLoad(MonotonicTime now) noexcept {
    if (goal_ == Goal::Run) return;
    if (stage_ == Stage::On && goal_ == Goal::Probe && machine_.permission() != Permission::Probe) {
        interrupt();
        refuse("The contact could not be measured in time; try again.", noSite, {});
        return;
    }
    if (stage_ == Stage::On && !loadWaits_ && load_.complete()) {
        if (goal_ == Goal::Probe) {
            const double mostOhm =
                complianceShare * 1000.0 * run_.device.voltage_mV / static_cast<double>(probe_uA);
            const auto finding = load_.judge({probe_uA, probeTolerance, bridged_ohm, mostOhm});
            demand_.current_uA = {};
            if (finding) {
                machine_.endProbe();
                outputOff();
                news_.tell(noticeFrame(NoticeKind::Refused, DeliveryRefusal{nullptr, *finding}));
                return;
            }
            send(now);
            if (stage_ != Stage::On) return;
            stage_ = Stage::ToZero;
            askedAt_ = now;
            return;
        }
        const auto finding = load_.judge({static_cast<double>(points_uA[point_]), selfTestTolerance,
                                          (1.0 - selfTestTolerance) * dummyLoad_ohm,
                                          (1.0 + selfTestTolerance) * dummyLoad_ohm});
        if (finding) return selfTestEnded(SelfTestNotice::Fault::Load, now, *finding);
        if (++point_ < points_uA.size()) return beginPoint();
        stage_ = Stage::LeaseWithheld;
        zeroSince_.reset();
        leaseSeen_ = false;
        interlock_.mayEnd();
        return;
    }
    if (stage_ != Stage::LeaseWithheld) return;
    const auto ended = [&] {
        if (!zeroSince_ || *zeroSince_ <= refreshedDevice_) return false;
        const auto took = std::chrono::duration<double>(*zeroSince_ - refreshedDevice_) / speed_;
        return took <= leaseEndsWithin;
    };
    if (leaseSeen_ && ended()) return selfTestEnded(SelfTestNotice::Fault::None, now);
    if (now - refreshedAt_ > leaseEndsWithin + answerWithin) selfTestEnded(SelfTestNotice::Fault::Lease, now);
}

void DeliveryControl::selfTestEnded(SelfTestNotice::Fault fault, MonotonicTime now,
                                    const LoadFinding& load) noexcept {
    const bool passed = fault == SelfTestNotice::Fault::None;
    outputOff();
    const DeliveryState before = machine_.state();
    static_cast<void>(machine_.selfTestEnded(passed, now));
    news_.tell(noticeFrame(NoticeKind::SelfTest, SelfTestNotice{fault, load}));
    follow(before);
    if (passed && runWaits_) beginRun(now);
    if (!passed) runWaits_ = false;
}

// ---- time ----

void DeliveryControl::watch(MonotonicTime now, Pressed pressed) noexcept {
    now_ = now;
    if (pressed == Pressed::Emergency && !std::exchange(emergencyKeySeen_, true))
        emergencyStop(DeliveryFault::Reason::EmergencyKey, 0);
    if (const auto trip = interlock_.tick(now, pressed != Pressed::Nothing)) tripped(*trip);
    const DeliveryState before = machine_.state();
    machine_.advance(now);
    if (machine_.state() != before) {
        if (before == DeliveryState::SelfTest) return selfTestEnded(SelfTestNotice::Fault::NoAnswer, now);
        if (machine_.state() == DeliveryState::RampDown)
            demand_.current_uA = {}; // an hour is the most
        else if (!machine_.delivering())
            outputOff();
        follow(before);
    }
    watchAnswers(now);
    watchLoad(now);
}

void DeliveryControl::watchAnswers(MonotonicTime now) noexcept {
    const bool waiting = stage_ == Stage::LimitsSent || stage_ == Stage::ArmSent || stage_ == Stage::ToZero ||
                         stage_ == Stage::WaitOpen;
    if (stage_ == Stage::On && goal_ == Goal::Run && now - echoedAt_ > echoWithin)
        return fail(DeliveryFailure::NoAnswer, DeliveryFault::Reason::NoEcho, 0);
    if (!waiting || now - askedAt_ <= answerWithin) return;
    if (goal_ == Goal::SelfTest) return selfTestEnded(SelfTestNotice::Fault::NoAnswer, now);
    fail(DeliveryFailure::NoAnswer, DeliveryFault::Reason::NoAnswer, 0);
}

devices::SetPoint DeliveryControl::setPoint() const noexcept {
    devices::SetPoint wanted;
    wanted.nonce = deviceLimits().nonce;
    wanted.current_uA = demand_.current_uA;
    const bool falls = goal_ == Goal::Run && run_.fall_uA_per_s != 0 && allZero(demand_.current_uA);
    const std::uint32_t otherwise = falls ? run_.fall_uA_per_s : deviceLimits().slope_uA_per_s;
    wanted.ramp_uA_per_s = demand_.ramp_uA_per_s != 0 ? demand_.ramp_uA_per_s : otherwise;
    wanted.lease = lease;
    wanted.siteMask = goal_ == Goal::SelfTest ? deviceSites_ : run_.siteMask;
    wanted.mode = goal_ == Goal::SelfTest ? devices::DeliveryMode::DummyLoad
                  : goal_ == Goal::Probe  ? devices::DeliveryMode::Probe
                                          : run_.mode;
    if (goal_ == Goal::SelfTest) return wanted; // no patient is in this circuit
    switch (machine_.permission()) {
    case Permission::Rise:
        riseByItsRamp(wanted);
        break;
    case Permission::Hold:
    case Permission::Fall:
        for (std::size_t i = 0; i < maxSites; ++i)
            wanted.current_uA[i] = std::min(wanted.current_uA[i], sent_.current_uA[i]);
        break;
    case Permission::Probe:
        for (std::int32_t& current : wanted.current_uA)
            current = std::min(current, probe_uA);
        break;
    case Permission::Zero:
    case Permission::None:
        wanted.current_uA = {};
        break;
    }
    return wanted;
}

/// All sites share one ramp. Where one falls, by its steeper ramp, the others wait a little below where they
/// are; what rises, rises by the ramp of the rise (SR-10).
void DeliveryControl::riseByItsRamp(devices::SetPoint& wanted) const noexcept {
    if (goal_ != Goal::Run) return;
    // what STATUS says is measured may be 2 % and 10 µA off the output, and is noisy
    const auto surelyAbove = [](std::int32_t set_uA) { return set_uA + set_uA / 40 + 40; };
    const auto surelyBelow = [](std::int32_t measured) { return std::max(measured - measured / 30 - 20, 0); };
    bool falls = false;
    for (std::size_t i = 0; i < maxSites; ++i)
        falls = falls || measured_uA_[i] > surelyAbove(wanted.current_uA[i]);
    if (!falls) {
        if (!allZero(wanted.current_uA))
            wanted.ramp_uA_per_s = std::min(wanted.ramp_uA_per_s, run_.device.slope_uA_per_s);
        return;
    }
    for (std::size_t i = 0; i < maxSites; ++i) {
        const bool waits = sent_.current_uA[i] < demand_.current_uA[i];
        const std::int32_t here = waits ? sent_.current_uA[i] : surelyBelow(measured_uA_[i]);
        wanted.current_uA[i] = std::min(wanted.current_uA[i], here);
    }
}

void DeliveryControl::send(MonotonicTime now) noexcept {
    if (stage_ != Stage::On && stage_ != Stage::ToZero) return;
    devices::SetPoint wanted = setPoint();
    // Content first, then the number: the same content under the same number refreshes the lease, a change
    // needs a new one.
    const bool changed = !somethingSent_ || wanted.current_uA != sent_.current_uA ||
                         wanted.ramp_uA_per_s != sent_.ramp_uA_per_s;
    if (!changed && now - refreshedAt_ < refreshEvery) return;
    if (changed) ++command_;
    wanted.command = command_;
    const auto permitted = interlock_.permit(wanted);
    sent_ = wanted;
    somethingSent_ = true;
    refreshedAt_ = now;
    refreshedDevice_ = latest_;
    if (!device_.setCurrent(permitted)) fail(DeliveryFailure::LinkLost, DeliveryFault::Reason::LinkLost, 0);
}

// ---- what the device says ----

void DeliveryControl::observe(const CurrentSample& sample) noexcept {
    latest_ = std::max(latest_, sample.at);
    if (goal_ != Goal::Run && stage_ == Stage::On) load_.add(sample);
    watchZero(sample);
    if (const auto trip = interlock_.observe(sample)) tripped(*trip);
    while (const auto warning = interlock_.takeWarning())
        news_.tell(noticeFrame(NoticeKind::Warning, *warning));
}

void DeliveryControl::watchZero(const CurrentSample& sample) noexcept {
    const bool wanted = ((unsigned{deviceSites_} >> sample.site) & 1U) != 0;
    if (!wanted) return;
    if (!(std::abs(sample.current_uA) < gone_uA)) { // a reading that is missing is not zero
        zeroSince_.reset();
        return;
    }
    if (!zeroSince_) zeroSince_ = sample.at;
    if (machine_.state() != DeliveryState::RampDown || sample.at - *zeroSince_ < goneFor) return;
    machine_.currentGone();
    follow(DeliveryState::RampDown);
}

void DeliveryControl::onStatus(const devices::FrontEndStatus& status, MonotonicTime now) noexcept {
    now_ = now;
    interlock_.reported(status);
    battery_pct_ = status.battery_pct;
    relays_ = status.relayMask;
    for (std::uint8_t i = 0; i < maxSites; ++i) // of a fault that the status does not place
        if (((unsigned{run_.siteMask} >> i) & 1U) != 0 && sent_.current_uA[i] > 0 &&
            std::abs(status.sites[i].measured_uA) < sent_.current_uA[i] / 5)
            emptySite_ = i;
    if (watchInputs(status.faults)) return;
    if (stage_ == Stage::WaitOpen && relays_ == 0) return sendLimits(Goal::Probe, now);
    if (!active() || !stillOurRun(status)) return;
    if (stage_ == Stage::LeaseWithheld) {
        leaseSeen_ = leaseSeen_ || ((status.faults >> leaseBit) & 1U) != 0;
        return;
    }
    if (stage_ != Stage::On && stage_ != Stage::ToZero) return;
    if (status.faults != 0) return deviceFaults(status.faults);
    if (!chargesAgree(status)) return;
    for (std::size_t i = 0; i < maxSites; ++i)
        measured_uA_[i] = status.sites[i].measured_uA;
    if (stage_ == Stage::ToZero) {
        if (relays_ == 0) arm(now);
        return;
    }
    if (goal_ != Goal::Run || machine_.state() != DeliveryState::RampUp) return;
    bool there = !allZero(demand_.current_uA);
    for (std::size_t i = 0; i < maxSites; ++i) {
        if (demand_.current_uA[i] == 0) continue;
        const bool heldBack = demand_.current_uA[i] < reached * run_.device.current_uA[i] ||
                              sent_.current_uA[i] < demand_.current_uA[i]; // it waits for one that falls
        there = there && !heldBack && status.state == DeliveryState::Hold;
    }
    if (!there) return;
    machine_.setPointReached();
    follow(DeliveryState::RampUp);
}

/// A status of another run is of before the limits were taken, or of a device that began anew and did not say
/// so. One may be late; two are not.
bool DeliveryControl::stillOurRun(const devices::FrontEndStatus& status) noexcept {
    if (status.nonce == deviceLimits().nonce) {
        strangeStatuses_ = 0;
        return true;
    }
    if (goal_ == Goal::SelfTest || stage_ == Stage::LimitsSent || stage_ == Stage::WaitOpen) return false;
    if (++strangeStatuses_ >= 2) fail(DeliveryFailure::DeviceReset, DeliveryFault::Reason::DeviceReset, 0);
    return false;
}

/// Two counts of the same charge: where they part, one of both currents is not what it is said to be (INV5).
bool DeliveryControl::chargesAgree(const devices::FrontEndStatus& status) noexcept {
    if (goal_ != Goal::Run) return true;
    for (std::uint8_t i = 0; i < maxSites; ++i) {
        if (((unsigned{run_.siteMask} >> i) & 1U) == 0) continue;
        const double ours = interlock_.delivered(i).value;
        const double theirs = status.sites[i].charge_uC / 1000.0;
        const double apart = std::max(chargeApart.value, chargeApart_part * std::max(ours, theirs));
        if (std::abs(ours - theirs) <= apart) continue;
        fail(DeliveryFailure::Readings, DeliveryFault::Reason::ChargesDiffer, i);
        return false;
    }
    return true;
}

void DeliveryControl::onEvent(const devices::DeviceEvent& event) noexcept {
    const bool ofContact =
        event.code < 32 && ((contactBits >> event.code) & 1U) != 0; // the code is a fault bit
    if (ofContact && event.site < maxSites) faultSite_ = event.site;
}

void DeliveryControl::emergencyStop(DeliveryFault::Reason reason, std::uint32_t value) noexcept {
    const DeliveryState before = machine_.state();
    const bool matters = active() || runWaits_ || machine_.delivering() || before == DeliveryState::Paused;
    machine_.emergencyStop();
    outputOff();
    runWaits_ = resuming_ = false;
    if (matters) news_.tell(noticeFrame(NoticeKind::Fault, DeliveryFault{reason, value}));
    follow(before);
}

/// The emergency line and the patient's button count in every stage. \return whether one of them was new
bool DeliveryControl::watchInputs(std::uint32_t faults) noexcept {
    const bool emergency = ((faults >> emergencyBit) & 1U) != 0, button = ((faults >> buttonBit) & 1U) != 0;
    const bool emergencyIsNew = emergency && !std::exchange(emergencySeen_, emergency);
    const bool buttonIsNew = button && !std::exchange(buttonSeen_, button);
    emergencySeen_ = emergency;
    buttonSeen_ = button;
    if (emergencyIsNew) {
        emergencyStop(DeliveryFault::Reason::DeviceFault, faults);
        return true;
    }
    if (!buttonIsNew || goal_ == Goal::SelfTest) return false;
    pause(PauseCause::Patient, now_);
    return true;
}

void DeliveryControl::deviceFaults(std::uint32_t bits) noexcept {
    bits &= ~((1U << emergencyBit) | (1U << buttonBit)); // seen to already
    if (bits == 0) return;
    if (goal_ == Goal::SelfTest) return selfTestEnded(SelfTestNotice::Fault::Refused, now_);
    if ((bits & ~contactBits) == 0) {
        Trip trip;
        trip.reason = ((bits >> shortBit) & 1U) != 0 ? TripReason::ShortCircuit : TripReason::OpenCircuit;
        // What it said comes first: with all outputs at zero every site measures too little.
        trip.site = faultSite_ < maxSites ? faultSite_ : emptySite_;
        faultSite_ = emptySite_ = noSite;
        trip.at = latest_;
        trip.noticed = now_;
        // in words: the voltage is at its limit, or no current flows
        const bool starved = ((bits >> voltageBit) & 1U) == 0;
        trip.limit =
            starved ? openShare * static_cast<double>(sent_.current_uA[trip.site < maxSites ? trip.site : 0])
                    : 0.0;
        return tripped(trip);
    }
    fail(DeliveryFailure::DeviceFault, DeliveryFault::Reason::DeviceFault, bits);
}

void DeliveryControl::linkEnded(LinkEnd end, MonotonicTime now) noexcept {
    now_ = now;
    if (end == LinkEnd::Lost || !underWay())
        return ended(DeliveryFailure::LinkLost, DeliveryFault::Reason::LinkLost, 0);
    ended(DeliveryFailure::DeviceReset,
          end == LinkEnd::Exchanged ? DeliveryFault::Reason::OtherDevice : DeliveryFault::Reason::DeviceReset,
          0);
}

void DeliveryControl::hostSlept(std::chrono::milliseconds length, MonotonicTime now) noexcept {
    now_ = now;
    if (!underWay()) return;
    const auto slept_ms = std::min<std::int64_t>(length.count(), std::numeric_limits<std::int32_t>::max());
    ended(DeliveryFailure::HostStalled, DeliveryFault::Reason::HostSlept,
          static_cast<std::uint32_t>(slept_ms));
}

/// Nothing can be said to the device any more, or to the one that was.
void DeliveryControl::ended(DeliveryFailure failure, DeliveryFault::Reason reason,
                            std::uint32_t value) noexcept {
    const bool delivering = active() || machine_.delivering() || machine_.state() == DeliveryState::Paused;
    const DeliveryState before = machine_.state();
    if (failure == DeliveryFailure::LinkLost)
        machine_.linkLost();
    else
        machine_.fail(failure);
    outputOff();
    runWaits_ = false;
    if (delivering) news_.tell(noticeFrame(NoticeKind::Fault, DeliveryFault{reason, value}));
    follow(before);
}

// ---- off ----

void DeliveryControl::outputOff(devices::FrontEnd::StopBy how) noexcept {
    stage_ = Stage::Off;
    demand_ = {};
    loadWaits_ = false;
    devices::SetPoint zero;
    zero.nonce = deviceLimits().nonce;
    static_cast<void>(interlock_.permit(zero));
    static_cast<void>(device_.stop(how)); // if it cannot be sent, the lease ends the current
}

void DeliveryControl::tripped(const Trip& trip) noexcept {
    const DeliveryState before = machine_.state();
    const Goal goal = goal_;
    const bool wasActive = active();
    if (goal == Goal::SelfTest && wasActive) {
        using Fault = SelfTestNotice::Fault;
        if (trip.reason == TripReason::StaleReading || trip.reason == TripReason::SamplesLost)
            return selfTestEnded(Fault::NoReadings, now_);
        if (trip.reason != TripReason::OperatorStop && stage_ == Stage::LeaseWithheld)
            return selfTestEnded(Fault::Lease, now_);
        if (trip.reason == TripReason::OverCurrent || trip.reason == TripReason::SlowOverCurrent)
            return selfTestEnded(Fault::Load, now_, {LoadFault::TooMuch, trip.site, trip.value});
        if (trip.reason != TripReason::OperatorStop)
            return selfTestEnded(Fault::Readings, now_, {LoadFault::NoReading, trip.site, trip.value});
        machine_.stop();
        runWaits_ = false;
        news_.tell(noticeFrame(NoticeKind::SelfTest, SelfTestNotice{SelfTestNotice::Fault::Stopped, {}}));
    }
    outputOff(trip.reason == TripReason::OperatorStop ? devices::FrontEnd::StopBy::Ramp
                                                      : devices::FrontEnd::StopBy::AtOnce);
    if (trip.reason == TripReason::OperatorStop) {
        runWaits_ = false;
        machine_.stop();
    } else if (pauses(trip.reason) && before == DeliveryState::RampDown) {
        machine_.stop(); // what was to be given has been given
        return follow(before);
    } else if (pauses(trip.reason)) {
        const bool rampsDown = before == DeliveryState::Paused && !(goal == Goal::Probe && wasActive);
        if (rampsDown) {
            // Paused already: what is found in the ramp down is told, and a person looks at it before going
            // on.
        } else if (machine_.pause(PauseCause::Contact, now_).accepted()) {
            resuming_ = machine_.state() == DeliveryState::Paused;
        } else if (goal == Goal::Probe && wasActive) {
            machine_.endProbe();
            if (trip.reason == TripReason::SamplesLost)
                refuse("Readings were lost while the contact was measured; check the cable to the "
                       "instrument, then try again.",
                       noSite, {});
            else
                refuse(nullptr, trip.site, LoadFault::TooLittle);
            return follow(before);
        } else {
            machine_.stop();
        }
    } else {
        machine_.fail(failureOf(trip.reason));
    }
    const bool paused = machine_.state() == DeliveryState::Paused;
    news_.tell(noticeFrame(paused ? NoticeKind::Paused : NoticeKind::Tripped, trip));
    follow(before);
}

void DeliveryControl::fail(DeliveryFailure failure, DeliveryFault::Reason reason,
                           std::uint32_t value) noexcept {
    if (!active() && reason != DeliveryFault::Reason::LimitsRefused) return; // nothing was being delivered
    if (goal_ == Goal::SelfTest && active())
        return selfTestEnded(failure == DeliveryFailure::LimitsDiffer ? SelfTestNotice::Fault::LimitsDiffer
                                                                      : SelfTestNotice::Fault::Refused,
                             now_);
    const DeliveryState before = machine_.state();
    outputOff();
    runWaits_ = false;
    machine_.fail(failure);
    news_.tell(noticeFrame(NoticeKind::Fault, DeliveryFault{reason, value}));
    follow(before);
}

} // namespace eccrine::acquisition
