// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"

#include <cstdint>
#include <optional>

namespace eccrine::devices::virtual_instrument {

/// The time that the device writes into its frames: microseconds since it was started, or a counter of 32
/// bits that begins again at zero.
class WireClock {
public:
    void startAgain(DeviceTime at) { boot_ = at; }
    /// From now on 32 bits, zero at this instant.
    void wrapAt(std::optional<DeviceTime> zero) { zero_ = zero; }

    [[nodiscard]] std::uint64_t stamp(DeviceTime at) const {
        if (zero_) return static_cast<std::uint32_t>((at - *zero_).count());
        return at > boot_ ? static_cast<std::uint64_t>((at - boot_).count()) : 0U;
    }

private:
    DeviceTime boot_{};
    std::optional<DeviceTime> zero_;
};

} // namespace eccrine::devices::virtual_instrument
