// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "devices/virtual/active_faults.hpp"
#include "devices/virtual/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// Follows faults along device time: those of a scenario, and those that somebody starts while the program
/// runs. The anchors of a scenario are set once per start of the program: the first stream start and the
/// first stimulus, so that a fault comes once. Pure; time comes in.
class FaultSchedule {
public:
    static constexpr std::size_t mostFaults = 1000;

    FaultSchedule() = default;
    explicit FaultSchedule(Scenario scenario);

    void streamStarted(DeviceTime at);
    void stimulusStarted(DeviceTime at);
    /// A fault that begins `fault.at` after `now`.
    void start(const ScenarioFault& fault, DeviceTime now);
    void clear();               ///< every fault, also those to come
    void clear(FaultKind kind); ///< every fault of this kind
    void setDeviceRules(bool on) { deviceRules_ = on; }

    [[nodiscard]] bool empty() const { return faults_.empty(); }
    [[nodiscard]] bool full() const { return faults_.size() >= mostFaults; }
    [[nodiscard]] bool deviceRules() const { return deviceRules_; }
    [[nodiscard]] ActiveFaults at(DeviceTime now) const;
    /// The latest identity fault at work, if any.
    [[nodiscard]] const ScenarioFault* identityAt(DeviceTime now) const;

private:
    struct Entry {
        ScenarioFault fault;
        std::optional<DeviceTime> anchor; ///< absent: has not come yet
    };
    /// How long the fault has been at work; absent: it is not.
    [[nodiscard]] static std::optional<Seconds> activeFor(const Entry& entry, DeviceTime now);
    [[nodiscard]] static bool isOver(const Entry& entry, DeviceTime now);
    void anchorAll(ScenarioFault::Anchor anchor, DeviceTime at);

    std::vector<Entry> faults_;
    bool deviceRules_ = true;
    bool streamStarted_ = false;
    bool stimulusStarted_ = false;
};

} // namespace eccrine::devices::virtual_instrument
