// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "devices/front_end.hpp"

#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>

namespace eccrine::acquisition {

using devices::DeliveryState;

/// Why a run is paused.
enum class PauseCause : std::uint8_t { Contact = 1, Patient, Operator };

/// Why delivery is latched, worst first: of several the first is named.
enum class DeliveryFailure : std::uint8_t {
    CurrentWithoutCommand = 1, ///< current flows although none is commanded
    OverCurrent,
    OverCharge,
    Leakage,      ///< what goes in at the anode does not come out at the cathode
    Polarity,     ///< the current flows the other way round
    Readings,     ///< frozen, not a number, out of range, or missing for too long
    LimitsDiffer, ///< the device holds other limits than it was given
    DeviceReset,
    DeviceFault, ///< the device found one by itself
    LinkLost,
    NoAnswer,
    SelfTest,
    HostStalled, ///< this computer slept, or did not keep up
};

/// How a run ended, or is about to.
enum class RunEnding : std::uint8_t {
    None = 0,
    DoseReached,
    TimeReached,
    Stopped,
    TooManyPauses,
    PausedTooLong,
    Failed
};

/// What may be commanded at this moment.
enum class Permission : std::uint8_t {
    None,  ///< zero, relay open
    Zero,  ///< zero, relay closed
    Probe, ///< at most 20 µA, to measure the contact
    Rise,  ///< up to the set-point, by its ramp
    Hold,  ///< no more than flows already
    Fall   ///< down only
};

/// The conditions of an event that needs some; all have to hold. Default: none does.
struct ReadyConditions {
    bool identity = false;    ///< serial number and kind are those of the bench
    bool firmware = false;    ///< a version that is known
    bool singleOwner = false; ///< no other program holds the device
};
struct ArmConditions {
    bool checklist = false;   ///< complete; no STOP, every ASK signed for
    bool role = false;        ///< the user may deliver
    bool confirmed = false;   ///< patient twice, site and side, preset
    bool limits = false;      ///< accepted, stored in the device and read back bit for bit
    bool storage = false;     ///< at least 500 MB free, the recording can be written
    bool battery = false;     ///< at least 30 %, or mains
    bool contact = false;     ///< the probe found a load within its window
    bool calibration = false; ///< in date
    bool clock = false;       ///< wall time is sane
};
struct StartConditions {
    bool sameUser = false; ///< who armed
    bool confirmed = false;
};
struct ResumeConditions {
    bool operatorPresent = false;
    bool causeAcknowledged = false;
    bool contact = false;
};
struct ClearConditions {
    bool role = false;
    bool cause = false;       ///< a text that says what it was
    bool released = false;    ///< neither STOP nor the emergency line is held
    bool currentGone = false; ///< no current is measured
};

/// Empty: accepted. Otherwise one sentence that says why not; nothing has changed then.
class Objection {
public:
    constexpr Objection() = default;
    constexpr explicit Objection(const char* sentence) : sentence_(sentence) {}
    [[nodiscard]] constexpr bool accepted() const { return sentence_ == nullptr; }
    [[nodiscard]] constexpr const char* sentence() const { return sentence_ == nullptr ? "" : sentence_; }

private:
    const char* sentence_ = nullptr; ///< static
};

/// Everything that decides what comes next, with times as ages: equal standings behave alike from here on.
struct DeliveryStanding {
    DeliveryState state{};
    RunEnding ending{};
    std::uint32_t failures = 0;
    bool linked = false, fast = false, probing = false, inspectionDue = false;
    /// Of the state that expires, the probe, the run, the self-test and the last pauses; no more than the
    /// longest time that makes a difference, negative where there is none.
    std::array<std::chrono::milliseconds, 7> ages{};
    friend auto operator<=>(const DeliveryStanding&, const DeliveryStanding&) = default;
};

/// The delivery state machine S0 to S11: what has to have happened before current may flow, and what ends it.
/// Pure: no clock, no device, no samples; events and the host's monotonic time come in. Every pair of state
/// and event that is not named here is refused and changes nothing.
///
/// What holds after any sequence of calls: current is permitted in RampUp, Hold and RampDown only, or as a
/// probe of at most 20 µA for at most 2 s; it rises in RampUp only, and RampUp is entered by start() and
/// resume() only, which a person gives; Fault and EmergencyStop are left by clear() only, through a
/// self-test; a run that delivered is followed by an inspection of the skin before the next one.
///
/// One thread (the device's). Nothing allocates or throws. advance() is called at least every 50 ms.
class DeliveryMachine {
public:
    static constexpr std::chrono::seconds armedFor{180};
    static constexpr std::chrono::hours selfTestHoldsFor{8};
    static constexpr std::chrono::seconds selfTestWithin{8};
    static constexpr std::chrono::minutes pauseWindow{10}; ///< in which pauses are counted
    static constexpr std::chrono::minutes pausedAtMost{10};
    static constexpr unsigned mostPauses = 3; ///< in that window; the last one ends the run
    static constexpr std::chrono::minutes runAtMost{60};
    static constexpr std::chrono::seconds probeAtMost{2};

    // ---- events; each says whether it was accepted ----

    [[nodiscard]] Objection deviceReady(const ReadyConditions& seen) noexcept;
    Objection linkLost() noexcept; ///< always accepted

    [[nodiscard]] Objection beginSelfTest(MonotonicTime now) noexcept;
    /// The same device has passed its self-test at that time, and was not latched since.
    [[nodiscard]] Objection testedBefore(MonotonicTime passed) noexcept;
    [[nodiscard]] Objection selfTestEnded(bool passed, MonotonicTime now) noexcept;

    /// A contact probe, before arming or resuming. It ends by endProbe() or by itself.
    [[nodiscard]] Objection beginProbe(MonotonicTime now) noexcept;
    Objection endProbe() noexcept;

    [[nodiscard]] Objection arm(const ArmConditions& seen, MonotonicTime now) noexcept;
    [[nodiscard]] Objection disarm() noexcept;
    [[nodiscard]] Objection start(const StartConditions& seen, MonotonicTime now) noexcept;
    Objection setPointReached() noexcept;
    /// All sites have what they were to have, less the share of the ramp down.
    Objection doseReached() noexcept;
    /// The protocol's time for the run is over.
    Objection timeReached() noexcept;
    /// Less than 10 µA at every site for 200 ms.
    Objection currentGone() noexcept;

    Objection pause(PauseCause cause, MonotonicTime now) noexcept;
    [[nodiscard]] Objection resume(const ResumeConditions& seen, MonotonicTime now) noexcept;

    Objection stop() noexcept;          ///< fast ramp to zero
    Objection emergencyStop() noexcept; ///< accepted in every state with a device; latches
    /// Accepted in every state with a device; latches. A second one is remembered beside the first.
    Objection fail(DeliveryFailure reason) noexcept;
    [[nodiscard]] Objection clear(const ClearConditions& seen, MonotonicTime now) noexcept;
    [[nodiscard]] Objection skinInspected() noexcept; ///< under both electrodes, and recorded

    /// Lets time pass: arming, probe, self-test, pause and run expire.
    void advance(MonotonicTime now) noexcept;

    // ---- what follows from them ----

    [[nodiscard]] DeliveryState state() const noexcept { return state_; }
    [[nodiscard]] Permission permission() const noexcept;
    [[nodiscard]] bool relayMayClose() const noexcept { return permission() != Permission::None; }
    /// In RampDown: within 500 ms instead of the protocol's ramp.
    [[nodiscard]] bool fast() const noexcept { return fast_; }
    [[nodiscard]] bool delivering() const noexcept; ///< RampUp, Hold or RampDown
    [[nodiscard]] bool latched() const noexcept {
        return state_ == DeliveryState::Fault || state_ == DeliveryState::EmergencyStop;
    }
    [[nodiscard]] std::optional<DeliveryFailure> worst() const noexcept; ///< while latched
    [[nodiscard]] std::optional<PauseCause> pausedBy() const noexcept;
    [[nodiscard]] unsigned pausesWithin(MonotonicTime now) const noexcept; ///< the last ten minutes
    [[nodiscard]] RunEnding ending() const noexcept { return ending_; }
    [[nodiscard]] bool inspectionDue() const noexcept { return inspectionDue_; }
    [[nodiscard]] bool linked() const noexcept { return linked_; }
    [[nodiscard]] std::optional<MonotonicTime> selfTestPassed() const noexcept { return selfTestPassed_; }
    [[nodiscard]] bool selfTestHolds(MonotonicTime now) const noexcept;
    [[nodiscard]] DeliveryStanding standing(MonotonicTime now) const noexcept;

private:
    void rest(DeliveryState state) noexcept; ///< a state without current
    void endRun(RunEnding ending) noexcept;

    DeliveryState state_ = DeliveryState::Offline;
    RunEnding ending_ = RunEnding::None;
    bool linked_ = false;
    bool fast_ = false;
    bool probing_ = false;
    bool inspectionDue_ = false;
    PauseCause pausedBy_ = PauseCause::Contact;
    std::uint32_t failures_ = 0; ///< bit by reason
    MonotonicTime since_{};      ///< of Armed, Paused or SelfTest
    MonotonicTime probeSince_{};
    MonotonicTime runSince_{};
    std::optional<MonotonicTime> selfTestPassed_;
    std::array<std::optional<MonotonicTime>, mostPauses> pauses_{}; ///< the last ones, newest first
};

} // namespace eccrine::acquisition
