// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/current_look.hpp"
#include "core/quantity.hpp"
#include "core/site_signals.hpp"

#include <optional>

namespace eccrine::analysis {

/// What the source really delivered at a site, from the measured current.
struct Delivered {
    Millicoulombs charge{};     ///< ramps included
    Milliamperes meanCurrent{}; ///< charge over duration
    Seconds duration{};         ///< from start to stop
    Milliamperes
        plateau{};   ///< median of the samples above half of the highest: the set current as it came out
    Seconds start{}; ///< test time of the first sample with `fraction` of the plateau
    Seconds stop{};  ///< test time at which it falls below that for good
};

/// Empty when no current of at least 20 µA was recorded.
[[nodiscard]] std::optional<Delivered> deliveredOf(const CurrentSignals& current, double fraction);
/// The same of a current that was looked at already.
[[nodiscard]] std::optional<Delivered> deliveredOf(const CurrentLook& look, double fraction);

} // namespace eccrine::analysis
