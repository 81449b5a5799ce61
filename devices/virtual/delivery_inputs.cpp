// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/delivery.hpp"

namespace eccrine::devices::virtual_instrument {

namespace {
constexpr std::uint8_t everySite = 0xFF;
constexpr std::uint8_t emptyBattery_pct = 5; // proposal: the source cannot be trusted below it
} // namespace

bool Delivery::refusesToArm() const {
    const bool unfit = inputs_.memoryDamaged || inputs_.battery_pct < emptyBattery_pct;
    return inputs_.emergencyStop || (detects_ && unfit);
}

void Delivery::follow(const DeviceInputs& inputs) {
    const DeviceInputs before = inputs_;
    inputs_ = inputs;
    if (inputs.emergencyStop && state_ != DeliveryState::EmergencyStop)
        latch(FaultBit::EmergencyStop, everySite, 0.0);
    if (inputs.memoryDamaged) {
        note(FaultBit::MemoryChecksum, everySite, 0.0);
        if (detects_ && !before.memoryDamaged) latch(FaultBit::MemoryChecksum, everySite, 0.0);
    }
    if (inputs.battery_pct < emptyBattery_pct) {
        note(FaultBit::Battery, everySite, inputs.battery_pct);
        if (detects_ && before.battery_pct >= emptyBattery_pct)
            latch(FaultBit::Battery, everySite, inputs.battery_pct);
    }
    if (inputs.patientButton && !before.patientButton) {
        note(FaultBit::PatientButton, everySite, 0.0);
        if (!detects_ || !active()) return;
        limitsFresh_ = false;
        stop();
        afterStop_ = DeliveryState::Paused;
        if (!active()) state_ = DeliveryState::Paused; // nothing flowed
    }
}

void Delivery::restart() {
    Delivery fresh{source_};
    fresh.runs_ = runs_;
    fresh.countedRun_ = countedRun_;
    fresh.detects_ = detects_;
    *this = fresh;
}

} // namespace eccrine::devices::virtual_instrument
