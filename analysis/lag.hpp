// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"
#include "core/site_signals.hpp"

namespace eccrine::analysis {

/// What stands between skin and reading: capsule and sensor as first-order lags, tube as delay. Zero where
/// not known or not to be corrected.
struct Lag {
    double first_s = 0.0, second_s = 0.0, delay_s = 0.0;
    [[nodiscard]] double sum() const { return first_s + second_s + delay_s; }
    friend bool operator==(const Lag&, const Lag&) = default;
};
[[nodiscard]] Lag lagOf(const CapsuleConstants& capsule, const AnalysisParameters& parameters);

} // namespace eccrine::analysis
