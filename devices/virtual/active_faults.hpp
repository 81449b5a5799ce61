// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "devices/virtual/artefacts.hpp"
#include "devices/virtual/device_inputs.hpp"
#include "devices/virtual/electrode_trouble.hpp"
#include "devices/virtual/fault_kinds.hpp"
#include "devices/virtual/link_trouble.hpp"
#include "devices/virtual/site_mask.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace eccrine::devices::virtual_instrument {

/// One field of a stream that carries what no number is.
struct ImpossibleValue {
    std::uint8_t siteMask = 0; ///< 0: the field is as it should be
    double value = 0.0;
    friend bool operator==(const ImpossibleValue& a, const ImpossibleValue& b) {
        return a.siteMask == b.siteMask && (a.siteMask == 0 || a.value == b.value);
    }
};

/// What is wrong at an instant.
struct ActiveFaults {
    std::uint64_t kinds = 0; ///< bit per FaultKind
    bool unplugged = false;
    bool restarting = false;         ///< the device is off
    bool announced = false;          ///< and says hello unasked when it is back
    std::uint8_t frozenHumidity = 0; ///< site mask
    LinkTrouble link;
    DeviceInputs inputs;
    double clock_ppm = 0.0;
    std::optional<DeviceTime> clockWraps; ///< the 32-bit time stamp is zero then
    PerSite<Artefacts> artefacts{};
    PerSite<ElectrodeTrouble> electrodes{};
    std::array<ImpossibleValue, streamFields> impossible{};

    [[nodiscard]] bool has(FaultKind kind) const {
        return ((kinds >> static_cast<unsigned>(kind)) & 1U) != 0;
    }
    friend bool operator==(const ActiveFaults&, const ActiveFaults&) = default;
};

} // namespace eccrine::devices::virtual_instrument
