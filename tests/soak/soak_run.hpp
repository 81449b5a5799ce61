// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/soak/schedule.hpp"
#include "tests/soak/virtual_bedside.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::tests {

/// One run of 30 mC at two sites under a schedule, and what has to hold at every tick of the device, judged
/// by the current through the skin that no sensor of the host has seen:
///   no current outside ramp up, hold and ramp down, but for the 20 µA of the probe and the 600 ms of STOP
///   and lease; never more than the hard maximum for longer than the lease; never more charge than 102 % and
///   what flows within one lease; after a fault or an emergency stop none at all, whatever is asked; at most
///   three pauses.
/// A source that does not obey cannot be held to the first two: there the host has to have noticed.
class SoakRun {
public:
    explicit SoakRun(std::uint64_t seed, Schedule schedule);
    void run();

    /// Empty: everything held.
    [[nodiscard]] const std::string& violation() const { return violation_; }
    [[nodiscard]] const std::vector<std::string>& told() const { return bedside_.told; }
    [[nodiscard]] acquisition::DeliveryState end() const { return bedside_.state; }
    /// Sites that got their charge.
    [[nodiscard]] bool complete() const { return bedside_.state == acquisition::DeliveryState::Complete; }
    [[nodiscard]] std::array<double, maxSites> hostCharge_mC() const { return bedside_.hostCharge_mC; }
    [[nodiscard]] std::array<double, maxSites> deviceCharge_mC() const { return bedside_.deviceCharge_mC(); }

private:
    void turn();
    void until(bool (SoakRun::*there)() const, double atMost_s);
    void deliver();
    void demand();
    void act();
    void afterTheEnd();
    void judge(DeviceTime at);
    void violated(const std::string& what);
    [[nodiscard]] bool tested() const { return bedside_.selfTested; }
    [[nodiscard]] bool over() const;

    Schedule schedule_;
    VirtualBedside bedside_;
    std::string violation_;
    std::vector<Act> left_;
    std::array<std::int32_t, maxSites> wanted_{};
    double began_s_ = -1.0, pausedAt_s_ = -1.0;
    double allowedAt_s_ = 0.0; ///< the last instant at which current was allowed
    double tooMuchSince_s_ = -1.0, latchedAt_s_ = -1.0, strayedSince_s_ = -1.0;
    bool hostDead_ = false;
};

} // namespace eccrine::tests
