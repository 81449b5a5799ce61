// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/current_interlock.hpp"
#include "acquisition/delivery_machine.hpp"
#include "acquisition/delivery_run.hpp"
#include "acquisition/load_check.hpp"
#include "acquisition/notice.hpp"
#include "core/clock.hpp"
#include "core/sample_frame.hpp"
#include "devices/front_end.hpp"

#include <cstdint>
#include <optional>

namespace eccrine::acquisition {

/// Takes what delivery has to say to the session, in order with the samples.
class DeliveryNews {
public:
    DeliveryNews() = default;
    DeliveryNews(const DeliveryNews&) = delete;
    DeliveryNews& operator=(const DeliveryNews&) = delete;
    virtual ~DeliveryNews() = default;
    virtual void tell(const SampleFrame& notice) noexcept = 0;
};

/// What a person has pressed on this connection: STOP, and the same again at once, which is an emergency.
enum class Pressed : std::uint8_t { Nothing, Stop, Emergency };

/// Delivers current through one device: the delivery state machine says what may be, the interlock looks at
/// every sample, and this says it to the device: limits and their echo, self-test on the dummy load, contact
/// probe, arming, set-points under leases of 500 ms that are refreshed every 100 ms (SR-3), STOP.
///
/// A trip, fault or pause goes to zero within the same call. Nothing re-arms or resumes by itself: each
/// begin() and resume() is an act of a person.
///
/// All calls on the device thread. Nothing blocks, allocates or throws.
class DeliveryControl {
public:
    static constexpr std::chrono::milliseconds lease{500};
    static constexpr std::chrono::milliseconds refreshEvery{100};
    static constexpr std::chrono::milliseconds answerWithin{1000};
    static constexpr std::chrono::milliseconds leaseEndsWithin{600}; ///< from the last refresh, measured zero
    /// The limits come back once a second while armed; two may be lost (SR-4).
    static constexpr std::chrono::milliseconds echoWithin{2200};
    /// What the charge of host and device may differ by (INV5): the larger of both.
    static constexpr double chargeApart_part = 0.02;
    static constexpr Millicoulombs chargeApart{5.0};

    /// `tested`: of the connection before to the same device, whose self-test still holds.
    DeliveryControl(devices::FrontEnd& device, const devices::FrontEndIdentity& identity, DeliveryNews& news,
                    std::optional<MonotonicTime> tested = std::nullopt);

    // ---- orders ----
    /// On the dummy load: three currents, and the proof that a lease that is not refreshed ends the current.
    /// A device that does not state what is needed fails it. Told by a SelfTest notice.
    void selfTest(MonotonicTime now) noexcept;
    /// Limits, contact probe, arming and start, preceded by a self-test where none holds. Told by an Armed
    /// notice; from then on demand() is followed. Or by Refused, and resume() tries it again; or by Fault.
    void begin(const RunLimits& limits, MonotonicTime now) noexcept;
    void demand(const Demand& demand) noexcept;
    void pause(PauseCause cause, MonotonicTime now) noexcept;
    /// After a pause or a refused begin(): the cause has been seen to, and somebody is with the patient.
    void resume(const ResumeOrder& order, MonotonicTime now) noexcept;
    /// The protocol has ended the run: output off, relay open.
    void end(MonotonicTime now) noexcept;

    // ---- what happens ----
    /// Time and the keys of a person; before the device is read.
    void watch(MonotonicTime now, Pressed pressed) noexcept;
    /// Set-points and refreshes.
    void send(MonotonicTime now) noexcept;
    void observe(const CurrentSample& sample) noexcept;
    void onStatus(const devices::FrontEndStatus& status, MonotonicTime now) noexcept;
    void onLimitsEcho(const devices::DeliveryLimits& limits, MonotonicTime now) noexcept;
    void onAcknowledgement(const devices::Acknowledgement& ack, MonotonicTime now) noexcept;
    void onEvent(const devices::DeviceEvent& event) noexcept;
    /// Also when the device began anew, or is another one: it knows neither limits nor charge of this run.
    void linkEnded(LinkEnd end, MonotonicTime now) noexcept;
    /// This computer slept for that long; the device's lease has ended the current meanwhile.
    void hostSlept(std::chrono::milliseconds length, MonotonicTime now) noexcept;

    [[nodiscard]] bool active() const noexcept { return stage_ != Stage::Off; }
    [[nodiscard]] const DeliveryMachine& machine() const noexcept { return machine_; }
    [[nodiscard]] const CurrentInterlock& interlock() const noexcept { return interlock_; }

private:
    /// What is being done with the device.
    enum class Goal : std::uint8_t { SelfTest, Probe, Run };
    /// How far it is. On: set-points are taken.
    enum class Stage : std::uint8_t {
        Off,
        LimitsSent,
        ArmSent,
        On,
        LeaseWithheld, ///< self-test: the device is to end the current by itself
        ToZero,        ///< probe: done, until the relay is open
        WaitOpen       ///< resume: until the relay is open, the ramp of STOP may not be over
    };

    void sendLimits(Goal goal, MonotonicTime now) noexcept;
    void sendArm(Goal goal, MonotonicTime now) noexcept;
    void onArmed(MonotonicTime now) noexcept;
    [[nodiscard]] std::chrono::microseconds probeRises() const noexcept;
    void watchAnswers(MonotonicTime now) noexcept;
    void watchLoad(MonotonicTime now) noexcept;
    void watchZero(const CurrentSample& sample) noexcept;
    void beginPoint() noexcept;
    void beginRun(MonotonicTime now) noexcept;
    void selfTestEnded(SelfTestNotice::Fault fault, MonotonicTime now, const LoadFinding& load = {}) noexcept;
    void arm(MonotonicTime now) noexcept;
    void interrupt() noexcept;
    void refuse(const char* sentence, std::uint8_t site, LoadFault fault) noexcept;
    void outputOff(devices::FrontEnd::StopBy how = devices::FrontEnd::StopBy::AtOnce) noexcept;
    void tripped(const Trip& trip) noexcept;
    void fail(DeliveryFailure failure, DeliveryFault::Reason reason, std::uint32_t value) noexcept;
    void emergencyStop(DeliveryFault::Reason reason, std::uint32_t value) noexcept;
    [[nodiscard]] bool watchInputs(std::uint32_t faults) noexcept;
    void deviceFaults(std::uint32_t bits) noexcept;
    [[nodiscard]] bool stillOurRun(const devices::FrontEndStatus& status) noexcept;
    [[nodiscard]] bool chargesAgree(const devices::FrontEndStatus& status) noexcept;
    [[nodiscard]] bool underWay() const noexcept {
        return active() || runWaits_ || machine_.delivering() || machine_.state() == DeliveryState::Paused;
    }
    void ended(DeliveryFailure failure, DeliveryFault::Reason reason, std::uint32_t value) noexcept;
    void follow(DeliveryState before) noexcept;
    [[nodiscard]] devices::SetPoint setPoint() const noexcept;
    void riseByItsRamp(devices::SetPoint& wanted) const noexcept;
    [[nodiscard]] const devices::DeliveryLimits& deviceLimits() const noexcept;

    devices::FrontEnd& device_;
    DeliveryNews& news_;
    CurrentInterlock interlock_;
    DeliveryMachine machine_;
    RunLimits run_;
    Demand demand_;
    devices::DeliveryLimits selfTestLimits_;
    LoadCheck load_;
    devices::SetPoint sent_;
    std::array<std::int32_t, maxSites> measured_uA_{}; ///< as STATUS said last
    MonotonicTime now_{};
    MonotonicTime askedAt_{};
    MonotonicTime refreshedAt_{};
    MonotonicTime echoedAt_{};     ///< the limits came back as they were sent
    DeviceTime refreshedDevice_{}; ///< the newest sample then
    DeviceTime latest_{};
    std::optional<DeviceTime> zeroSince_;
    std::uint32_t command_ = 0;
    std::uint8_t faultSite_ = noSite; ///< where the device has found its last fault of contact, as it said
    std::uint8_t emptySite_ = noSite; ///< where it measured too little, if it does not say
    bool emergencySeen_ = false, buttonSeen_ = false, emergencyKeySeen_ = false;
    std::uint8_t deviceSites_ = 0; ///< mask
    std::uint8_t relays_ = 0;      ///< mask, as the device said last
    std::uint8_t battery_pct_ = 255;
    std::uint8_t strangeStatuses_ = 0; ///< in a row, that know another run
    unsigned point_ = 0;               ///< of the self-test
    double speed_ = 1.0;
    Goal goal_ = Goal::Run;
    Stage stage_ = Stage::Off;
    bool somethingSent_ = false;
    bool loadWaits_ = false;    ///< for the acknowledgement of the current that is to be measured
    bool leaseSeen_ = false;    ///< the device says that the lease has run out
    bool runWaits_ = false;     ///< a run that was begun and has neither ended nor started
    bool resuming_ = false;     ///< the run had started before
    std::uint32_t missing_ = 0; ///< capabilities without which no current may flow
};

} // namespace eccrine::acquisition
