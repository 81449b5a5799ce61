// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/evaluation.hpp"

#include <optional>
#include <string>

namespace eccrine::chloride {

/// Sweat of one site as it was collected.
struct Collection {
    Collector collector = Collector::Coil;
    Decimal amount;                        ///< µL or mg, raw
    Decimal minutes;                       ///< of collection
    std::optional<Decimal> area_cm2;       ///< in place of the rule's
    bool amountIsLeast = false;            ///< of a length of coil: at least so much …
    std::optional<Decimal> amountAtMost{}; ///< … and at most so much, where that is known
};

struct Sufficiency {
    SiteStatus verdict = SiteStatus::Qns; ///< Ok, Qns, Weigh, DevTime or Implausible
    Decimal needed;                       ///< µL or mg for this time
    std::optional<Decimal> rate_g_m2_min; ///< 2 decimals, half up, of all of the time
};

/// Is it enough, and was it collected in time? The raw amount counts, whole completed minutes count; enough
/// sweat outside the allowed time is a deviation, too little is insufficient whatever the time was. An amount
/// between two bounds is enough when the lower one is, insufficient when the upper one is, else undecided. A
/// rate that skin does not give is not plausible.
/// 10 · m [mg] / (A [cm²] · t [min]) is g/m²/min; a microlitre counts as a milligram.
[[nodiscard]] Sufficiency judgeSufficiency(const SufficiencyRule& rule, const Collection& collection);

/// "15.0 µL in 30 min (1.00 g/m²/min): sufficient under CFF-2017 (≥ 15 µL)"
[[nodiscard]] std::string sufficiencySentence(const Guideline& guideline, const Collection& collection,
                                              const Sufficiency& found);
/// "needs 18 µL"
[[nodiscard]] std::string neededText(Collector collector, const std::optional<Decimal>& needed);

/// Whether a collector can have this area: a slip of the pen is found by it, nothing else.
[[nodiscard]] bool isPossibleArea(const Decimal& area_cm2);

} // namespace eccrine::chloride
