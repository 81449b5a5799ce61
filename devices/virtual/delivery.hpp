// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/quantity.hpp"
#include "devices/efp/messages.hpp"
#include "devices/front_end.hpp"
#include "devices/virtual/device_inputs.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// The current source as built: its own ceilings, which no host can raise, and its imperfections.
struct SourceParameters {
    double gainSpread = 0.0;      ///< sigma of the gain between channels
    double currentNoise_uA = 0.0; ///< white, per reading
    std::int32_t maxCurrent_uA = 0;
    double maxTime_s = 0.0;
    double stopRamp_s = 0.0; ///< STOP: from any current to zero
    double compliance_v = 0.0;
};

using efp::Answer;
using efp::FaultBit;

/// What the device's own sense sees at the electrodes of one site.
struct ElectrodeReading {
    double anode_uA = 0.0;
    double cathode_uA = 0.0; ///< negative of the anode's when nothing leaks
    double voltage_v = 0.0;
};

/// A fault as it latched. The EVENT that announces it carries the bit's number as its code.
struct LatchedFault {
    FaultBit fault{};
    std::uint8_t site = 0xFF; ///< 0xFF: not of one site
    std::uint32_t value = 0;  ///< uA, uC, ms or mV, whichever the rule looks at
};

/// The delivery side of a front end: limits, arming, set-points under a lease, ramps, faults. Pure: no clock,
/// no link, no physics. Device time comes in as ticks, real time (for the lease alone) as an argument. A
/// fault takes the output to zero at once, opens the relay and stays until new limits and a new ARM.
class Delivery {
public:
    explicit Delivery(const SourceParameters& source) : source_(source) {}

    // Requests of the host.
    [[nodiscard]] Answer setLimits(const DeliveryLimits& limits);
    [[nodiscard]] Answer arm(std::uint64_t nonce, std::uint32_t command, std::uint8_t siteMask,
                             DeliveryMode mode);
    [[nodiscard]] Answer setCurrent(const SetPoint& setPoint, MonotonicTime host);
    void stop();       ///< fast ramp to zero, relay open; right in every state
    void stopAtOnce(); ///< the same without the ramp
    void linkLost();   ///< as stop, and then idle
    /// The device starts again: nothing is known any more but which patient lies there.
    void restart();
    void newSession(); ///< another host has said hello; only when not active()

    /// Whether the device looks for faults by itself. Its ceilings (charge, time, lease, the source's
    /// maximum) and the emergency-stop line stay. `blind`: sites at which its over-current rules see nothing.
    void setRules(bool detects, std::uint8_t blind) {
        detects_ = detects;
        blindSites_ = blind;
    }
    /// Emergency-stop line, patient's button, memory, battery as they are now.
    void follow(const DeviceInputs& inputs);

    // Time. Per tick: expireLease (as often as real time is looked at), ramp, [physics], judge.
    void expireLease(MonotonicTime host);
    void ramp(Seconds dt);
    void judge(const std::array<ElectrodeReading, maxSites>& readings, Seconds dt);

    /// Armed or delivering: the relay is closed.
    [[nodiscard]] bool active() const { return relayMask_ != 0; }
    [[nodiscard]] DeliveryState state() const { return state_; }
    [[nodiscard]] std::uint32_t faults() const { return faults_; }
    [[nodiscard]] std::uint8_t relayMask() const { return relayMask_; }
    [[nodiscard]] DeliveryMode mode() const { return mode_; }
    [[nodiscard]] std::uint64_t nonce() const { return nonce_; }
    [[nodiscard]] std::uint32_t lastCommand() const { return lastCommand_; }
    [[nodiscard]] const std::optional<DeliveryLimits>& limits() const { return limits_; }
    [[nodiscard]] std::uint16_t leaseLeft_ms(MonotonicTime host) const;
    /// Since the host has refreshed the lease last, in real time; nothing when no lease runs.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> silence(MonotonicTime host) const;
    [[nodiscard]] std::int32_t setPoint_uA(std::size_t site) const { return target_uA_[site]; }
    [[nodiscard]] double output_uA(std::size_t site) const {
        return output_uA_[site];
    } ///< asked of the source now
    [[nodiscard]] std::uint32_t charge_uC(std::size_t site) const;
    /// Rises with every run nonce that was new: the patient on the bench has changed.
    [[nodiscard]] unsigned runs() const { return runs_; }
    [[nodiscard]] std::vector<LatchedFault> takeFaults();

private:
    struct ArmRequest {
        std::uint64_t nonce = 0;
        std::uint32_t command = 0;
        std::uint8_t siteMask = 0;
        DeliveryMode mode{};
    };
    struct Watch { ///< how long each rule has been broken at a site, s
        double open = 0.0, voltage = 0.0, shorted = 0.0, leakage = 0.0, idle = 0.0;
        unsigned overCurrent = 0; ///< last three readings, newest in bit 0
        unsigned overMaximum = 0;
        std::array<double, 5> slow{}, slowSet{}; ///< uA s of the last pieces of the slow rule's window
        double slowTime = 0.0;                   ///< within the newest piece, s
        std::size_t slowNewest = 0;
    };

    [[nodiscard]] bool anyOutput() const;
    [[nodiscard]] bool anyTarget() const;
    void latch(FaultBit fault, std::uint8_t site, double value);
    void openRelay(DeliveryState next);
    void lend(std::chrono::milliseconds lease, MonotonicTime host);
    [[nodiscard]] bool refusesToArm() const;
    void note(FaultBit fault, std::uint8_t site, double value);
    [[nodiscard]] bool latchedState() const {
        return state_ == DeliveryState::Fault || state_ == DeliveryState::Paused ||
               state_ == DeliveryState::EmergencyStop;
    }
    void judgeOverCurrent(std::size_t site, double i_uA, double set_uA);
    void judgeContact(std::size_t site, const ElectrodeReading& reading, double set_uA, double dt_s);
    void judgeSite(std::size_t site, const ElectrodeReading& reading, double dt_s);
    void followState(double dt_s);

    SourceParameters source_;
    std::optional<DeliveryLimits> limits_;
    std::uint64_t nonce_ = 0;
    std::variant<std::monostate, ArmRequest, SetPoint> lastContent_;
    std::array<double, maxSites> output_uA_{};
    std::array<double, maxSites> voltage_v_{};
    std::array<double, maxSites> stopFrom_uA_{};
    double ramp_uAPerS_ = 0.0;
    double stopTime_s_ = 0.0;
    double zeroTime_s_ = 0.0;
    double deliveringTime_s_ = 0.0;
    std::optional<MonotonicTime> leaseEnd_;
    MonotonicTime refreshed_{};                      ///< while leaseEnd_ is there
    std::array<std::int64_t, maxSites> charge_fC_{}; ///< nA us, exact
    std::array<Watch, maxSites> watch_{};
    std::vector<LatchedFault> latched_;
    std::array<std::int32_t, maxSites> target_uA_{};
    std::uint32_t lastCommand_ = 0;
    std::uint32_t faults_ = 0;
    unsigned runs_ = 0;
    DeliveryState state_ = DeliveryState::Idle;
    DeliveryState afterStop_ = DeliveryState::Complete;
    DeliveryMode mode_ = DeliveryMode::Patient;
    std::uint8_t relayMask_ = 0;
    bool limitsFresh_ = false; ///< set since the last fault
    bool stopping_ = false;
    bool detects_ = true;
    std::uint8_t blindSites_ = 0;
    DeviceInputs inputs_;
    std::uint64_t countedRun_ = 0; ///< nonce of the run that runs_ has counted last
};

} // namespace eccrine::devices::virtual_instrument
