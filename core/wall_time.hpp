// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"

#include <string>

namespace eccrine {

/// "2026-03-02T14:05:09Z", ISO 8601 in UTC to the second.
[[nodiscard]] std::string utcText(WallTime t);
/// "2026-03-02": the day where the program runs.
[[nodiscard]] std::string localDateText(WallTime t);

} // namespace eccrine
