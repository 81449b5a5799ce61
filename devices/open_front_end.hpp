// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "devices/front_end.hpp"

#include <memory>
#include <string_view>

namespace eccrine::devices {

/// The driver for an instrument URL, not yet opened. `clock` has to outlive it.
[[nodiscard]] Result<std::unique_ptr<FrontEnd>> openFrontEnd(std::string_view url, const HostClock& clock);

} // namespace eccrine::devices
