// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/laboratory_rules.hpp"
#include "core/calendar.hpp"
#include "core/decimal.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"

#include <optional>
#include <span>
#include <string>

namespace eccrine::laboratory {

/// A vial with its pad: dry before, with sweat right after collection.
struct Weighing {
    Decimal tare_mg, gross_mg;
    Moment taredAt, weighedAt;
};
/// Mass of sweat [mg], gross minus tare. Refused: nothing gained, more than a pad can hold, a tare that is or
/// may be too old, a gross weight from before the tare.
[[nodiscard]] Result<Decimal> sweatMass_mg(const LaboratoryRules& rules, const Weighing& weighing);

/// Sweat of a pad, washed out with a known volume.
struct Elution {
    Decimal sweat_mg, eluent_ul;         ///< a microlitre of sweat counts as a milligram
    Decimal eluate_mmol_l, blank_mmol_l; ///< read from the eluate, and from an unused pad of the same lot
};
struct EluteResult {
    Decimal dilution;             ///< (eluent + sweat) / sweat, 3 decimals, for display
    Decimal concentration_mmol_l; ///< (eluate - blank) · dilution, of the exact dilution; cut after 0.00001
};
/// Refused: a number that cannot be, and numbers that give more than may be typed in for a concentration.
[[nodiscard]] Result<EluteResult> elute(const LaboratoryRules& rules, const Elution& elution);

/// Volume [µL] of a length of coil [cm]: a lower bound, since the bore is at least what the file says. Cut
/// after 0.00001.
[[nodiscard]] Result<Decimal> coilVolume_ul(const LaboratoryRules& rules, Decimal length_cm);

/// The most [µL] that a length of coil [cm] can hold; empty where the file does not say.
[[nodiscard]] Result<std::optional<Decimal>> coilVolumeAtMost_ul(const LaboratoryRules& rules,
                                                                 Decimal length_cm);
/// Why a measured volume [µL] and the length of coil [cm] that it filled cannot both be right; empty: they
/// can. The length counts as read to the file's `read_within_cm`.
[[nodiscard]] Result<std::string> coilContradiction(const LaboratoryRules& rules, Decimal length_cm,
                                                    Decimal measured_ul);

/// Current over the area of the electrode. The limits are the interlock's; this is for the record.
[[nodiscard]] Result<MilliamperesPerCm2> currentDensity(Milliamperes current, SquareCentimetres area);

/// A second analysis of the same sample.
struct DuplicateCheck {
    enum class Verdict {
        TooLittleLeft, ///< no second analysis can be made
        Agree,
        Differ, ///< neither value stands
    } verdict = Verdict::TooLittleLeft;
    std::optional<Decimal> delta_mmol_l, limit_mmol_l; ///< the limit to 0.00001; the comparison is exact
    std::string sentence;
};
/// \param left_ul sweat that was left after the first analysis
[[nodiscard]] Result<DuplicateCheck> checkDuplicate(const LaboratoryRules& rules, Decimal left_ul,
                                                    Decimal first_mmol_l, Decimal second_mmol_l);

/// Where a capped sample has been kept from a moment on.
struct StoragePlace {
    enum class Kind { Room, Cold, Frozen } kind = Kind::Room;
    Moment since; ///< with the time of day
};
struct StorageClock {
    enum class Verdict { Usable, Expired, Frozen } verdict = Verdict::Usable;
    std::int64_t roomMinutes = 0, coldMinutes = 0;
    std::int64_t remainingMinutes = 0; ///< where the sample is now; 0 unless usable
    std::string sentence;
};
/// How long the sample may still be analysed. Exactly as old as allowed is still usable; frozen once is never
/// usable again.
/// \param places in the order of time; the first one begins with the collection
[[nodiscard]] Result<StorageClock> storageClock(const LaboratoryRules& rules,
                                                std::span<const StoragePlace> places, const Moment& now);

} // namespace eccrine::laboratory
