// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/delivery_machine.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace eccrine::acquisition {
namespace {

using State = DeliveryState;

constexpr Objection accepted{};
constexpr Objection notNow{"This is not possible in the present state of delivery."};

std::uint32_t bitOf(DeliveryFailure reason) {
    return 1U << static_cast<unsigned>(reason);
}

/// The first condition that does not hold.
struct Condition {
    bool holds;
    const char* otherwise;
};
template <std::size_t n>
Objection firstMissing(const std::array<Condition, n>& conditions) {
    for (const Condition& c : conditions)
        if (!c.holds) return Objection(c.otherwise);
    return accepted;
}

} // namespace

// ---- the device ----

Objection DeliveryMachine::deviceReady(const ReadyConditions& seen) noexcept {
    if (linked_) return notNow;
    const auto missing = firstMissing(std::array{
        Condition{seen.identity,
                  "The instrument is not the one of this bench; check which one is connected."},
        Condition{seen.firmware, "The instrument's firmware is not known to this version; do not use it."},
        Condition{seen.singleOwner, "Another program holds the instrument; close it first."},
    });
    if (!missing.accepted()) return missing;
    linked_ = true;
    if (!latched()) rest(State::Idle); // a latch is not opened by pulling the cable
    return accepted;
}

Objection DeliveryMachine::linkLost() noexcept {
    linked_ = false;
    selfTestPassed_.reset(); // another device may come back
    probing_ = false;
    if (latched()) return accepted;
    if (delivering() || state_ == State::Paused) {
        failures_ |= bitOf(DeliveryFailure::LinkLost);
        endRun(RunEnding::Failed);
        rest(State::Fault);
    } else {
        rest(State::Offline);
    }
    return accepted;
}

Objection DeliveryMachine::beginSelfTest(MonotonicTime now) noexcept {
    if (state_ != State::Idle && state_ != State::Ready) return notNow;
    rest(State::SelfTest);
    since_ = now;
    return accepted;
}

Objection DeliveryMachine::selfTestEnded(bool passed, MonotonicTime now) noexcept {
    if (state_ != State::SelfTest) return notNow;
    if (!passed) return fail(DeliveryFailure::SelfTest);
    selfTestPassed_ = now;
    failures_ = 0;
    rest(State::Ready);
    return accepted;
}

Objection DeliveryMachine::testedBefore(MonotonicTime passed) noexcept {
    if (state_ != State::Idle) return notNow;
    selfTestPassed_ = passed;
    rest(State::Ready);
    return accepted;
}

bool DeliveryMachine::selfTestHolds(MonotonicTime now) const noexcept {
    return selfTestPassed_ && now - *selfTestPassed_ <= selfTestHoldsFor;
}

// ---- from arming to the end of the current ----

Objection DeliveryMachine::beginProbe(MonotonicTime now) noexcept {
    if (probing_ || (state_ != State::Ready && state_ != State::Paused)) return notNow;
    probing_ = true;
    probeSince_ = now;
    return accepted;
}

Objection DeliveryMachine::endProbe() noexcept {
    if (!probing_) return notNow;
    probing_ = false;
    return accepted;
}

Objection DeliveryMachine::arm(const ArmConditions& seen, MonotonicTime now) noexcept {
    if (state_ != State::Ready) return notNow;
    const auto missing = firstMissing(std::array{
        Condition{!inspectionDue_,
                  "The skin has not been looked at since the last current; do it and confirm it."},
        Condition{selfTestHolds(now), "The self-test is older than 8 h; run it again."},
        Condition{seen.checklist, "The safety questions are not all answered in a way that permits current."},
        Condition{seen.role, "This user may not deliver current; let somebody who may do it."},
        Condition{seen.confirmed, "Patient, site and preset have not been confirmed twice."},
        Condition{seen.limits, "The instrument does not hold the limits of this run."},
        Condition{seen.storage, "There is no room to store the recording; free at least 500 MB."},
        Condition{seen.battery, "The instrument's battery is below 30 %; charge it first."},
        Condition{seen.contact, "The contact has not been found good; check electrodes, gel and cable."},
        Condition{seen.calibration, "The instrument's calibration is out of date; have it calibrated."},
        Condition{seen.clock, "This computer's clock is wrong; set it first."},
    });
    if (!missing.accepted()) return missing;
    rest(State::Armed);
    since_ = now;
    pauses_ = {};
    ending_ = RunEnding::None;
    return accepted;
}

Objection DeliveryMachine::disarm() noexcept {
    if (state_ != State::Armed) return notNow;
    rest(State::Ready);
    return accepted;
}

Objection DeliveryMachine::start(const StartConditions& seen, MonotonicTime now) noexcept {
    advance(now);
    if (state_ != State::Armed) return notNow;
    const auto missing = firstMissing(std::array{
        Condition{seen.sameUser, "Only who armed may start; arm again."},
        Condition{seen.confirmed, "The start has not been confirmed."},
    });
    if (!missing.accepted()) return missing;
    state_ = State::RampUp;
    runSince_ = now;
    inspectionDue_ = true;
    return accepted;
}

Objection DeliveryMachine::setPointReached() noexcept {
    if (state_ != State::RampUp) return notNow;
    state_ = State::Hold;
    return accepted;
}

Objection DeliveryMachine::doseReached() noexcept {
    if (state_ != State::RampUp && state_ != State::Hold) return notNow;
    state_ = State::RampDown;
    endRun(RunEnding::DoseReached);
    return accepted;
}

Objection DeliveryMachine::timeReached() noexcept {
    if (state_ != State::RampUp && state_ != State::Hold) return notNow;
    state_ = State::RampDown;
    endRun(RunEnding::TimeReached);
    return accepted;
}

Objection DeliveryMachine::currentGone() noexcept {
    if (state_ != State::RampDown) return notNow;
    rest(State::Complete);
    return accepted;
}

Objection DeliveryMachine::pause(PauseCause cause, MonotonicTime now) noexcept {
    if (state_ != State::RampUp && state_ != State::Hold) return notNow;
    std::rotate(pauses_.begin(), pauses_.end() - 1, pauses_.end());
    pauses_.front() = now;
    rest(State::Paused);
    since_ = now;
    pausedBy_ = cause;
    advance(now); // one pause too many ends the run
    return accepted;
}

Objection DeliveryMachine::resume(const ResumeConditions& seen, MonotonicTime now) noexcept {
    advance(now);
    if (state_ != State::Paused) return notNow;
    const auto missing = firstMissing(std::array{
        Condition{seen.operatorPresent, "Nobody is known to be with the patient; stay and confirm."},
        Condition{seen.causeAcknowledged, "What led to the pause has not been acknowledged."},
        Condition{seen.contact, "The contact has not been found good; check electrodes, gel and cable."},
    });
    if (!missing.accepted()) return missing;
    probing_ = false;
    state_ = State::RampUp;
    return accepted;
}

// ---- the ends ----

Objection DeliveryMachine::stop() noexcept {
    const bool probed = std::exchange(probing_, false);
    switch (state_) {
    case State::Armed:
        rest(State::Ready);
        return accepted;
    case State::RampUp:
    case State::Hold:
    case State::RampDown:
        state_ = State::RampDown;
        fast_ = true;
        endRun(RunEnding::Stopped);
        return accepted;
    case State::Paused:
        endRun(RunEnding::Stopped);
        rest(State::Complete);
        return accepted;
    case State::SelfTest:
        rest(State::Idle);
        return accepted;
    default:
        return probed ? accepted : notNow; // else there is no current that could be stopped
    }
}

Objection DeliveryMachine::emergencyStop() noexcept {
    if (state_ == State::Offline) return notNow;
    if (delivering() || state_ == State::Paused) endRun(RunEnding::Stopped);
    rest(State::EmergencyStop);
    return accepted;
}

Objection DeliveryMachine::fail(DeliveryFailure reason) noexcept {
    if (state_ == State::Offline) return notNow;
    failures_ |= bitOf(reason);
    if (latched()) return accepted;
    if (delivering() || state_ == State::Paused) endRun(RunEnding::Failed);
    rest(State::Fault);
    return accepted;
}

Objection DeliveryMachine::clear(const ClearConditions& seen, MonotonicTime now) noexcept {
    if (!latched()) return notNow;
    const auto missing = firstMissing(std::array{
        Condition{linked_, "The instrument is not connected; connect it first."},
        Condition{seen.role, "This user may not clear a fault; let somebody who may do it."},
        Condition{seen.cause, "Write what the cause was."},
        Condition{seen.released, "STOP is still held; release it first."},
        Condition{seen.currentGone, "Current is still measured; take the leads off the patient."},
    });
    if (!missing.accepted()) return missing;
    selfTestPassed_.reset();
    rest(State::SelfTest);
    since_ = now;
    return accepted;
}

Objection DeliveryMachine::skinInspected() noexcept {
    if (!inspectionDue_) return Objection("No inspection of the skin is due.");
    if (delivering() || state_ == State::Paused)
        return Objection("The run is not over; look at the skin when the electrodes are off.");
    inspectionDue_ = false;
    if (state_ == State::Complete) rest(State::Ready);
    return accepted;
}

void DeliveryMachine::advance(MonotonicTime now) noexcept {
    if (probing_ && now - probeSince_ >= probeAtMost) probing_ = false;
    switch (state_) {
    case State::SelfTest:
        if (now - since_ > selfTestWithin) static_cast<void>(fail(DeliveryFailure::SelfTest));
        break;
    case State::Armed:
        if (now - since_ > armedFor) rest(State::Ready);
        break;
    case State::RampUp:
    case State::Hold:
        if (now - runSince_ >= runAtMost) static_cast<void>(timeReached());
        break;
    case State::Paused:
        if (pausesWithin(now) >= mostPauses) {
            endRun(RunEnding::TooManyPauses);
            rest(State::Complete);
        } else if (now - since_ > pausedAtMost || now - runSince_ >= runAtMost) {
            endRun(RunEnding::PausedTooLong);
            rest(State::Complete);
        }
        break;
    default:
        break;
    }
}

// ---- what follows ----

void DeliveryMachine::rest(DeliveryState state) noexcept {
    state_ = state;
    fast_ = false;
    probing_ = false;
}

void DeliveryMachine::endRun(RunEnding ending) noexcept {
    if (ending_ == RunEnding::None || ending == RunEnding::Failed || ending == RunEnding::Stopped)
        ending_ = ending;
}

Permission DeliveryMachine::permission() const noexcept {
    switch (state_) {
    case State::Armed:
        return Permission::Zero;
    case State::RampUp:
        return Permission::Rise;
    case State::Hold:
        return Permission::Hold;
    case State::RampDown:
        return Permission::Fall;
    default:
        return probing_ ? Permission::Probe : Permission::None;
    }
}

bool DeliveryMachine::delivering() const noexcept {
    return state_ == State::RampUp || state_ == State::Hold || state_ == State::RampDown;
}

std::optional<DeliveryFailure> DeliveryMachine::worst() const noexcept {
    if (state_ != State::Fault || failures_ == 0) return std::nullopt;
    return static_cast<DeliveryFailure>(std::countr_zero(failures_));
}

std::optional<PauseCause> DeliveryMachine::pausedBy() const noexcept {
    if (state_ != State::Paused) return std::nullopt;
    return pausedBy_;
}

DeliveryStanding DeliveryMachine::standing(MonotonicTime now) const noexcept {
    using std::chrono::milliseconds;
    const auto age = [&](bool counts, MonotonicTime from, auto longest) {
        if (!counts) return milliseconds{-1};
        return std::min(std::chrono::floor<milliseconds>(now - from),
                        milliseconds{longest} + milliseconds{1});
    };
    const bool running = delivering() || state_ == State::Paused;
    const bool expires = state_ == State::Armed || state_ == State::Paused || state_ == State::SelfTest;
    const auto paused = [&](const std::optional<MonotonicTime>& at) {
        return age(running && at.has_value(), at.value_or(now), pauseWindow);
    };
    return {state_,
            ending_,
            failures_,
            linked_,
            fast_,
            probing_,
            inspectionDue_,
            {age(expires, since_, pausedAtMost), age(probing_, probeSince_, probeAtMost),
             age(running, runSince_, runAtMost),
             age(selfTestPassed_.has_value(), selfTestPassed_.value_or(now), selfTestHoldsFor),
             paused(pauses_[0]), paused(pauses_[1]), paused(pauses_[2])}};
}

unsigned DeliveryMachine::pausesWithin(MonotonicTime now) const noexcept {
    return static_cast<unsigned>(std::count_if(
        pauses_.begin(), pauses_.end(), [&](const auto& at) { return at && now - *at <= pauseWindow; }));
}

} // namespace eccrine::acquisition
