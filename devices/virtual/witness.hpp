// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/virtual/front_end_device.hpp"

#include <string>

namespace eccrine::devices::virtual_instrument {

/// The independent witness: one line of JSON with what the device is told, what it reads, and what really
/// flows and has flowed through the skin. `now.device` is the instant up to which the device has run.
[[nodiscard]] std::string witnessJson(const FrontEndDevice& device, const Instant& now);

/// "ramp up" and so on.
[[nodiscard]] const char* nameOf(DeliveryState state);

} // namespace eccrine::devices::virtual_instrument
