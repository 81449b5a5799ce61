// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace eccrine::analysis {

/// Readings of the outlet humidity that leave their neighbours by more than `jump_pct` in one sample and are
/// back with the next: cable or converter. No gas does that, its volume in capsule and tube mixes for
/// seconds. In readings that are slower than eight a second it could be the gas; none is looked for there.
/// \return their numbers, rising
[[nodiscard]] std::vector<std::size_t> spikesOf(const HumiditySignals& gas, double jump_pct);

/// The site with these readings left out; empty when there are none. Without the current's samples.
[[nodiscard]] std::optional<SiteSignals> withoutReadings(const SiteSignals& site,
                                                         const std::vector<std::size_t>& numbers);

} // namespace eccrine::analysis
