// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocols/protocol_file.hpp"

#include <string>

namespace eccrine::protocols {

/// What the delivered charge of a site is good for.
enum class Dose {
    Full,
    Low,    ///< STIM_LOW: interrupted, enough to collect; flagged
    TooLow, ///< no collection; only the other limb may be stimulated the same day
};

struct DoseAssessment {
    Dose dose = Dose::Full;
    Millicoulombs delivered{}, wanted{};
    [[nodiscard]] double fraction() const { return delivered / wanted; }
};

[[nodiscard]] DoseAssessment assessDose(Millicoulombs delivered, Millicoulombs wanted, const DoseRule& rule);
/// "FULL", "STIM_LOW", "STIM_TOO_LOW".
[[nodiscard]] const char* codeOf(Dose dose);
/// One sentence: what was delivered and what follows from it.
[[nodiscard]] std::string describe(const DoseAssessment& assessment);

/// Charge that the nominal trapezoid has delivered `elapsed` after its start, when the current is cut off
/// there. 1.5 mA with 20 s of ramp, cut at 200 s: 285 mC.
[[nodiscard]] Millicoulombs chargeUntil(const Stimulus& stimulus, Seconds elapsed);

} // namespace eccrine::protocols
