// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/delivery.hpp"

#include "devices/virtual/site_mask.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace eccrine::devices::virtual_instrument {

namespace {

// The device's own detection rules; the host's interlock holds its own beside them.
constexpr double openShare = 0.20;   // of the set current
constexpr double openFrom_uA = 50.0; // below, an open circuit cannot be told
constexpr double openTime_s = 0.050;
constexpr double complianceShare = 0.98; // of the voltage limit
constexpr double rampFreezeShare = 0.90; // the ramp waits above it
constexpr double shortLoad_kOhm = 0.300;
constexpr double shortFrom_uA = 100.0;
constexpr double shortTime_s = 0.100;
constexpr double leakage_uA = 50.0;
constexpr double leakageTime_s = 0.100;
constexpr double idle_uA = 10.0;
constexpr double idleTime_s = 1.0;
constexpr double zeroTime_s = 0.200;   // below idle_uA this long: the ramp down is complete
constexpr double slowPiece_s = 0.0995; // a tenth of a second, less the rounding of its ticks
constexpr double slowWindow_s = 0.500;
constexpr std::int32_t probe_uA = 20;
constexpr std::chrono::milliseconds longestLease{500};
constexpr std::uint8_t noSite = 0xFF;

bool sameContent(const SetPoint& a, const SetPoint& b) {
    return a.nonce == b.nonce && a.command == b.command && a.current_uA == b.current_uA &&
           a.ramp_uA_per_s == b.ramp_uA_per_s && a.lease == b.lease && a.siteMask == b.siteMask &&
           a.mode == b.mode;
}

/// Has the rule been broken for so long? `time` keeps count.
bool lasts(double& time, bool broken, double limit, double dt_s) {
    time = broken ? time + dt_s : 0.0;
    return time >= limit;
}

bool knownMode(DeliveryMode mode) {
    return mode == DeliveryMode::Patient || mode == DeliveryMode::DummyLoad || mode == DeliveryMode::Probe;
}

} // namespace

bool Delivery::anyOutput() const {
    return std::any_of(output_uA_.begin(), output_uA_.end(), [](double i) { return i != 0.0; });
}

bool Delivery::anyTarget() const {
    return std::any_of(target_uA_.begin(), target_uA_.end(), [](std::int32_t i) { return i != 0; });
}

Answer Delivery::setLimits(const DeliveryLimits& limits) {
    if (active()) return Answer::WrongState;
    const bool negative =
        std::any_of(limits.current_uA.begin(), limits.current_uA.end(), [](std::int32_t i) { return i < 0; });
    if (negative || limits.slope_uA_per_s == 0 || limits.time_ms == 0 || limits.voltage_mV == 0)
        return Answer::BadValue;
    const bool over = std::any_of(limits.current_uA.begin(), limits.current_uA.end(),
                                  [this](std::int32_t i) { return i > source_.maxCurrent_uA; });
    if (over || limits.time_ms > source_.maxTime_s * 1e3 || limits.voltage_mV > source_.compliance_v * 1e3)
        return Answer::OverLimit;
    if (runs_ == 0 || limits.nonce != nonce_) { // a new run: charge, time and command numbers begin again
        if (runs_ == 0 || limits.nonce != countedRun_) ++runs_;
        countedRun_ = nonce_ = limits.nonce;
        lastCommand_ = 0;
        lastContent_ = std::monostate{};
        charge_fC_.fill(0);
        deliveringTime_s_ = 0.0;
    }
    limits_ = limits;
    limitsFresh_ = true;
    if (!latchedState()) state_ = DeliveryState::Ready;
    return Answer::Ok;
}

Answer Delivery::arm(std::uint64_t nonce, std::uint32_t command, std::uint8_t siteMask, DeliveryMode mode) {
    if (!limits_ || nonce != nonce_) return Answer::WrongNonce;
    const ArmRequest request{nonce, command, siteMask, mode};
    if (command == lastCommand_) {
        const auto* last = std::get_if<ArmRequest>(&lastContent_);
        if (last == nullptr || last->siteMask != siteMask || last->mode != mode)
            return Answer::ChangedContent;
        return active() ? Answer::Ok : Answer::WrongState;
    }
    if (command < lastCommand_) return Answer::StaleCommand;
    const bool ready = state_ == DeliveryState::Ready || state_ == DeliveryState::Complete;
    if (!(ready || (latchedState() && limitsFresh_))) return Answer::WrongState;
    if (refusesToArm()) return Answer::WrongState;
    if (siteMask == 0 || beyondSites(siteMask) || !knownMode(mode)) return Answer::BadValue;
    for (std::size_t site = 0; site < maxSites; ++site)
        if (inMask(siteMask, site) && limits_->current_uA[site] == 0) return Answer::OverLimit;

    lastCommand_ = command;
    lastContent_ = request;
    faults_ = 0; // what is still so, follow() puts back
    watch_.fill({});
    target_uA_.fill(0);
    output_uA_.fill(0.0);
    stopping_ = false;
    leaseEnd_.reset();
    zeroTime_s_ = 0.0;
    relayMask_ = siteMask;
    mode_ = mode;
    state_ = DeliveryState::Armed;
    return Answer::Ok;
}

Answer Delivery::setCurrent(const SetPoint& s, MonotonicTime host) {
    if (!limits_ || s.nonce != nonce_) return Answer::WrongNonce;
    const bool zero =
        std::all_of(s.current_uA.begin(), s.current_uA.end(), [](std::int32_t i) { return i == 0; });
    if (!active()) {
        // Zero after the run is over changes nothing: a host that has not yet seen the end is not at fault.
        return zero && state_ == DeliveryState::Complete ? Answer::Ok : Answer::NotArmed;
    }
    if (s.command < lastCommand_) return Answer::StaleCommand;
    if (s.command == lastCommand_) {
        const auto* last = std::get_if<SetPoint>(&lastContent_);
        if (last == nullptr || !sameContent(*last, s)) return Answer::ChangedContent;
        if (!stopping_) lend(s.lease, host);
        return Answer::Ok;
    }
    if (stopping_ && !zero) return Answer::WrongState;
    if (s.lease <= std::chrono::milliseconds{0} || s.lease > longestLease || s.siteMask != relayMask_ ||
        s.mode != mode_ || s.ramp_uA_per_s == 0)
        return Answer::BadValue;
    for (std::size_t site = 0; site < maxSites; ++site) {
        const std::int64_t i = std::abs(static_cast<std::int64_t>(s.current_uA[site]));
        if (i != 0 && !inMask(relayMask_, site)) return Answer::BadValue;
        if (i > limits_->current_uA[site]) return Answer::OverLimit;
        if (mode_ == DeliveryMode::Probe && i > probe_uA) return Answer::OverLimit;
    }
    bool rises = false;
    for (std::size_t site = 0; site < maxSites; ++site)
        rises = rises || std::abs(s.current_uA[site]) > std::abs(output_uA_[site]);
    if (rises && s.ramp_uA_per_s > limits_->slope_uA_per_s) return Answer::OverLimit;

    lastCommand_ = s.command;
    lastContent_ = s;
    if (stopping_) return Answer::Ok; // already on its way to zero, faster
    target_uA_ = s.current_uA;
    ramp_uAPerS_ = s.ramp_uA_per_s;
    lend(s.lease, host);
    return Answer::Ok;
}

void Delivery::lend(std::chrono::milliseconds lease, MonotonicTime host) {
    refreshed_ = host;
    leaseEnd_ = host + lease;
}

void Delivery::stop() {
    if (!active() || stopping_) return;
    if (!anyOutput()) {
        openRelay(state_ == DeliveryState::Armed ? DeliveryState::Ready : DeliveryState::Complete);
        return;
    }
    stopping_ = true;
    stopFrom_uA_ = output_uA_;
    stopTime_s_ = 0.0;
    afterStop_ = DeliveryState::Complete;
    target_uA_.fill(0);
    leaseEnd_.reset(); // the ramp to zero is shorter than any lease
    state_ = DeliveryState::RampDown;
}

void Delivery::stopAtOnce() {
    if (!active()) return;
    const DeliveryState next = stopping_                        ? afterStop_
                               : state_ == DeliveryState::Armed ? DeliveryState::Ready
                                                                : DeliveryState::Complete;
    openRelay(next);
}

void Delivery::linkLost() {
    stop();
    if (active())
        afterStop_ = DeliveryState::Idle;
    else if (!latchedState())
        state_ = DeliveryState::Idle;
}

void Delivery::newSession() {
    if (active()) return;
    limits_.reset();
    limitsFresh_ = false;
    target_uA_.fill(0);
    state_ = DeliveryState::Idle; // fault bits stay for the next host to see, until limits and ARM
}

void Delivery::openRelay(DeliveryState next) {
    relayMask_ = 0;
    target_uA_.fill(0);
    output_uA_.fill(0.0);
    leaseEnd_.reset();
    stopping_ = false;
    zeroTime_s_ = 0.0;
    state_ = next;
}

void Delivery::note(FaultBit fault, std::uint8_t site, double value) {
    const std::uint32_t bit = 1U << static_cast<unsigned>(fault);
    if ((faults_ & bit) == 0)
        latched_.push_back(
            {fault, site,
             static_cast<std::uint32_t>(std::isfinite(value) ? std::clamp(std::abs(value), 0.0, 4e9) : 0.0)});
    faults_ |= bit;
}

void Delivery::latch(FaultBit fault, std::uint8_t site, double value) {
    note(fault, site, value);
    limitsFresh_ = false;
    const bool contact = fault == FaultBit::OpenCircuit || fault == FaultBit::ShortCircuit;
    if (fault == FaultBit::EmergencyStop || state_ == DeliveryState::EmergencyStop)
        openRelay(DeliveryState::EmergencyStop);
    else
        openRelay(contact && state_ != DeliveryState::Fault ? DeliveryState::Paused : DeliveryState::Fault);
}

void Delivery::expireLease(MonotonicTime host) {
    if (active() && leaseEnd_ && host >= *leaseEnd_)
        latch(FaultBit::Lease, noSite, std::chrono::duration<double, std::milli>(host - *leaseEnd_).count());
}

std::uint16_t Delivery::leaseLeft_ms(MonotonicTime host) const {
    if (!leaseEnd_ || host >= *leaseEnd_) return 0;
    return static_cast<std::uint16_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(*leaseEnd_ - host).count());
}

std::optional<std::chrono::nanoseconds> Delivery::silence(MonotonicTime host) const {
    if (!leaseEnd_) return std::nullopt;
    return host - refreshed_;
}

void Delivery::ramp(Seconds dt) {
    if (!active()) return;
    if (stopping_) {
        stopTime_s_ += dt.count();
        const double left = 1.0 - stopTime_s_ / source_.stopRamp_s;
        if (left <= 0.0) {
            openRelay(afterStop_);
            return;
        }
        for (std::size_t site = 0; site < maxSites; ++site)
            output_uA_[site] = left * stopFrom_uA_[site];
        return;
    }
    const double freeze_v = rampFreezeShare * limits_->voltage_mV / 1e3;
    for (std::size_t site = 0; site < maxSites; ++site) {
        const double target = target_uA_[site];
        double& output = output_uA_[site];
        if (std::abs(target) > std::abs(output) && std::abs(voltage_v_[site]) > freeze_v) continue;
        const double step = ramp_uAPerS_ * dt.count();
        output += std::clamp(target - output, -step, step);
    }
    followState(dt.count());
}

void Delivery::followState(double dt_s) {
    const bool delivering = anyOutput();
    if (!delivering && !anyTarget()) {
        if (state_ == DeliveryState::Armed) return;
        zeroTime_s_ += dt_s;
        state_ = DeliveryState::RampDown;
        if (zeroTime_s_ >= zeroTime_s) openRelay(DeliveryState::Complete);
        return;
    }
    zeroTime_s_ = 0.0;
    bool rising = false;
    bool falling = false;
    for (std::size_t site = 0; site < maxSites; ++site) {
        const double gap = std::abs(static_cast<double>(target_uA_[site])) - std::abs(output_uA_[site]);
        rising = rising || gap > 0.0;
        falling = falling || gap < 0.0;
    }
    state_ = !anyTarget() || (falling && !rising) ? DeliveryState::RampDown
             : rising                             ? DeliveryState::RampUp
                                                  : DeliveryState::Hold;
}

void Delivery::judge(const std::array<ElectrodeReading, maxSites>& readings, Seconds dt) {
    for (std::size_t site = 0; site < maxSites; ++site) {
        voltage_v_[site] = readings[site].voltage_v;
        judgeSite(site, readings[site], dt.count());
    }
    if (!active()) return;
    if (anyOutput()) deliveringTime_s_ += dt.count();
    if (deliveringTime_s_ * 1e3 > limits_->time_ms) latch(FaultBit::Time, noSite, deliveringTime_s_ * 1e3);
}

void Delivery::judgeSite(std::size_t site, const ElectrodeReading& r, double dt_s) {
    Watch& w = watch_[site];
    const auto number = static_cast<std::uint8_t>(site);
    const double i = std::abs(r.anode_uA);
    const double set = std::abs(output_uA_[site]);
    if (detects_ && lasts(w.idle, set == 0.0 && i > idle_uA, idleTime_s, dt_s)) {
        w.idle = 0.0;
        latch(FaultBit::IdleLeakage, number, i);
    }
    if (!inMask(relayMask_, site)) return;

    if (detects_ && !inMask(blindSites_, site)) judgeOverCurrent(site, i, set);
    if (!inMask(relayMask_, site)) return;

    if (std::isfinite(i)) charge_fC_[site] += std::llround(r.anode_uA * 1e3 * dt_s * 1e6);
    if (charge_uC(site) >= limits_->charge_uC[site] && set > 0.0)
        return latch(FaultBit::Charge, number, charge_uC(site));
    if (detects_) judgeContact(site, r, set, dt_s);
}

void Delivery::judgeOverCurrent(std::size_t site, double i, double set) {
    Watch& w = watch_[site];
    const double tolerated = 1.02 * limits_->current_uA[site] + 10.0; // the accuracy of the source
    w.overCurrent = (w.overCurrent << 1U) | (!(i <= 1.25 * set + 50.0) ? 1U : 0U); // a NaN is over, too
    w.overMaximum = (w.overMaximum << 1U) | (!(i <= tolerated) ? 1U : 0U);
    const unsigned lastThree = w.overCurrent & 7U;
    if (lastThree == 3U || lastThree == 5U || lastThree == 6U || lastThree == 7U ||
        (w.overMaximum & 3U) == 3U)
        latch(FaultBit::OverCurrentFast, static_cast<std::uint8_t>(site), i);
}

void Delivery::judgeContact(std::size_t site, const ElectrodeReading& r, double set, double dt_s) {
    Watch& w = watch_[site];
    const auto number = static_cast<std::uint8_t>(site);
    const double i = std::abs(r.anode_uA);
    w.slow[w.slowNewest] += i * dt_s;
    w.slowSet[w.slowNewest] += set * dt_s;
    w.slowTime += dt_s;
    if (w.slowTime >= slowPiece_s) {
        const double mean = std::accumulate(w.slow.begin(), w.slow.end(), 0.0) / slowWindow_s;
        const double meanSet = std::accumulate(w.slowSet.begin(), w.slowSet.end(), 0.0) / slowWindow_s;
        w.slowTime = 0.0;
        w.slowNewest = (w.slowNewest + 1) % w.slow.size();
        w.slow[w.slowNewest] = w.slowSet[w.slowNewest] = 0.0;
        if (mean > 1.05 * meanSet + 20.0 && !inMask(blindSites_, site))
            return latch(FaultBit::OverCurrentSlow, number, mean);
    }

    const double v = std::abs(r.voltage_v);
    const bool atCompliance = v >= complianceShare * limits_->voltage_mV / 1e3;
    const bool starved = set >= openFrom_uA && i < openShare * set;
    if (lasts(w.open, starved, openTime_s, dt_s)) return latch(FaultBit::OpenCircuit, number, i);
    if (lasts(w.voltage, atCompliance && !starved, openTime_s, dt_s))
        return latch(FaultBit::Voltage, number, v * 1e3);
    if (lasts(w.shorted, i >= shortFrom_uA && v / (i / 1e3) < shortLoad_kOhm, shortTime_s, dt_s))
        return latch(FaultBit::ShortCircuit, number, i);
    if (lasts(w.leakage, std::abs(r.anode_uA + r.cathode_uA) > leakage_uA, leakageTime_s, dt_s))
        return latch(FaultBit::Leakage, number, std::abs(r.anode_uA + r.cathode_uA));
}

std::uint32_t Delivery::charge_uC(std::size_t site) const {
    return static_cast<std::uint32_t>(std::abs(charge_fC_[site]) / 1'000'000'000);
}

std::vector<LatchedFault> Delivery::takeFaults() {
    return std::exchange(latched_, {});
}

} // namespace eccrine::devices::virtual_instrument
