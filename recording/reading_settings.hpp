// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/bounded_curves.hpp"

#include <cstddef>
#include <map>
#include <string>

namespace eccrine::recording {

/// Which column a signal of a foreign file is: its label to SITE.QUANTITY, as in the recording CSV.
using SignalMap = std::map<std::string, std::string>;

/// How one recording is read.
struct ReadingSettings {
    SignalMap map{};                         ///< of EDF and BDF
    std::size_t mostValues = mostValuesHeld; ///< in memory; a longer one is reduced (BoundedCurves)
    /// Of a CSV: the caller states what sccm means, so that a flow column without it is not refused.
    bool flowReferenceFollows = false;
};

} // namespace eccrine::recording
