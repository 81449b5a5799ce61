// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/laboratory/elution.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::laboratory {
namespace {

constexpr int exactPlaces = 5; ///< half of a sum of two such numbers is exact

/// a·b / c of numbers that are not negative, cut after five decimals: what is rounded later from it is what
/// the exact number rounds to, and nothing is lifted onto a limit that it does not reach.
std::optional<Decimal> cutQuotient(Decimal a, Decimal b, Decimal c) {
    constexpr Decimal lastPlace = Decimal::ofMillionths(10);
    auto quotient = quotientOfProducts(a, b, c, 1, exactPlaces);
    if (quotient && compareProducts(*quotient, c, a, b) == std::strong_ordering::greater)
        quotient = *quotient - lastPlace;
    return quotient;
}

/// Not below 0 (or above 0 when `positive`), not above `most`.
Done within(Decimal value, bool positive, Decimal most, const char* name, const char* unit) {
    if (positive ? value <= Decimal(0) : value < Decimal(0))
        return failed("it is " + value.text() + " " + unit + ", which cannot be", name, "check the number");
    if (value > most)
        return failed("it is " + value.text() + " " + unit + ", above " + most.text() + " " + unit, name,
                      "check the number and its unit");
    return {};
}

std::string hoursText(std::int64_t minutes) {
    const std::int64_t rest = minutes % 60;
    return std::to_string(minutes / 60) + " h" + (rest == 0 ? "" : " " + std::to_string(rest) + " min");
}

std::int64_t minuteOf(const Moment& moment) {
    return moment.date.days() * 24 * 60 + moment.minuteOfDay.value_or(0);
}

} // namespace

Result<Decimal> sweatMass_mg(const LaboratoryRules& rules, const Weighing& w) {
    constexpr const char* where = "weighing";
    const HoursPassed tareAge = hoursBetween(w.taredAt, w.weighedAt);
    if (tareAge.atMost < 0)
        return failed("the vial was weighed with sweat (" + w.weighedAt.text() + ") before its tare (" +
                          w.taredAt.text() + ")",
                      where, "check the two times");
    if (tareAge.atMost > rules.weighing.tareHoursMost)
        return failed("the tare of " + w.taredAt.text() + " is or may be older than " +
                          std::to_string(rules.weighing.tareHoursMost) + " h at " + w.weighedAt.text(),
                      where, "weigh with a vial tared on the day; without a tare there is no mass");
    if (w.tare_mg <= Decimal(0))
        return failed("the tare is " + w.tare_mg.text() + " mg", where,
                      "weigh the sealed vial with its dry pad");
    const Decimal mass = w.gross_mg - w.tare_mg;
    if (mass <= Decimal(0))
        return failed("the mass of sweat is " + mass.text() + " mg (gross " + w.gross_mg.text() + ", tare " +
                          w.tare_mg.text() + ")",
                      where, "check the two weights and that they are of one vial");
    if (mass > rules.weighing.massMost_mg)
        return failed("the mass of sweat is " + mass.text() + " mg, above " +
                          rules.weighing.massMost_mg.text() + " mg",
                      where, "check the two weights and that they are of one vial");
    return mass;
}

Result<EluteResult> elute(const LaboratoryRules& rules, const Elution& e) {
    for (const Done& checked :
         {within(e.sweat_mg, true, rules.weighing.massMost_mg, "mass of sweat", "mg"),
          within(e.eluent_ul, true, rules.entry.eluentMost_ul, "volume of eluent", "µL"),
          within(e.eluate_mmol_l, false, rules.entry.concentrationMost_mmol_l, "eluate", "mmol/L"),
          within(e.blank_mmol_l, false, rules.entry.concentrationMost_mmol_l, "blank", "mmol/L")})
        if (!checked) return tl::unexpected(checked.error());
    if (e.eluate_mmol_l < e.blank_mmol_l)
        return failed("the eluate (" + e.eluate_mmol_l.text() + " mmol/L) is below the blank (" +
                          e.blank_mmol_l.text() + " mmol/L)",
                      "elution", "check the two readings and the lot of the blank");
    const Decimal whole = e.eluent_ul + e.sweat_mg;
    const auto dilution = quotientOfProducts(whole, 1, e.sweat_mg, 1, 3);
    const auto concentration = cutQuotient(e.eluate_mmol_l - e.blank_mmol_l, whole, e.sweat_mg);
    if (!dilution || !concentration)
        return failed("the concentration is too large to be one", "elution", "check the numbers");
    if (*concentration > rules.entry.concentrationMost_mmol_l)
        return failed("the sweat would have " + concentration->text() + " mmol/L, above " +
                          rules.entry.concentrationMost_mmol_l.text() + " mmol/L",
                      "elution", "check the four numbers and their units");
    return EluteResult{*dilution, *concentration};
}

Result<Decimal> coilVolume_ul(const LaboratoryRules& rules, Decimal length_cm) {
    if (const auto checked = within(length_cm, false, rules.entry.coilMost_cm, "length of coil", "cm");
        !checked)
        return tl::unexpected(checked.error());
    return *cutQuotient(length_cm, rules.coil_ul_per_cm, 1);
}

Result<std::optional<Decimal>> coilVolumeAtMost_ul(const LaboratoryRules& rules, Decimal length_cm) {
    if (const auto least = coilVolume_ul(rules, length_cm); !least) return tl::unexpected(least.error());
    if (length_cm == Decimal(0)) return std::optional(Decimal(0));
    if (!rules.coilWidest) return std::optional<Decimal>();
    return quotientOfProducts(length_cm + rules.coilWidest->readWithin_cm, rules.coilWidest->ul_per_cmAtMost,
                              1, 1, exactPlaces);
}

Result<std::string> coilContradiction(const LaboratoryRules& rules, Decimal length_cm, Decimal measured_ul) {
    if (const auto least = coilVolume_ul(rules, length_cm); !least) return tl::unexpected(least.error());
    const Decimal within = rules.coilWidest ? rules.coilWidest->readWithin_cm : Decimal(0);
    const Decimal shortest = length_cm > within ? length_cm - within : Decimal(0);
    const Decimal least = *cutQuotient(shortest, rules.coil_ul_per_cm, 1);
    std::string sentence;
    if (measured_ul < least)
        sentence = "hold at least " + least.text() + " µL, but " + measured_ul.text() +
                   " µL were measured: sweat was lost, or one of the two was misread";
    if (rules.coilWidest) {
        const Decimal most =
            *quotientOfProducts(length_cm + within, rules.coilWidest->ul_per_cmAtMost, 1, 1, exactPlaces);
        if (measured_ul > most)
            sentence = "hold at most " + most.text() + " µL, but " + measured_ul.text() +
                       " µL were measured: one of the two was misread";
    }
    if (sentence.empty()) return sentence;
    return length_cm.text() + " cm of coil (read to " + within.text() + " cm) " + sentence + ".";
}

Result<MilliamperesPerCm2> currentDensity(Milliamperes current, SquareCentimetres area) {
    if (!(area.value > 0) || !std::isfinite(area.value) || !std::isfinite(current.value))
        return failed("there is no current density without a current and an area above 0 cm²",
                      "current density", "check the area of the electrode");
    return MilliamperesPerCm2{current.value / area.value};
}

Result<DuplicateCheck> checkDuplicate(const LaboratoryRules& rules, Decimal left_ul, Decimal first_mmol_l,
                                      Decimal second_mmol_l) {
    const DuplicateRule& rule = rules.duplicate;
    for (const Done& checked :
         {within(left_ul, false, rules.entry.eluentMost_ul, "sweat left", "µL"),
          within(first_mmol_l, false, rules.entry.concentrationMost_mmol_l, "first analysis", "mmol/L"),
          within(second_mmol_l, false, rules.entry.concentrationMost_mmol_l, "second analysis", "mmol/L")})
        if (!checked) return tl::unexpected(checked.error());
    DuplicateCheck out;
    if (left_ul < rule.leftLeast_ul) {
        out.sentence = "Only " + left_ul.text() + " µL were left; a second analysis needs " +
                       rule.leftLeast_ul.text() + " µL.";
        return out;
    }
    const Decimal delta = (first_mmol_l - second_mmol_l).magnitude();
    const Decimal sum = first_mmol_l + second_mmol_l;
    // percent of the mean: percent · sum / 200
    const bool agree = delta <= rule.within_mmol_l ||
                       compareProducts(delta, 200, rule.within_percent, sum) != std::strong_ordering::greater;
    const auto relative = quotientOfProducts(rule.within_percent, sum, 200, 1, exactPlaces);
    out.verdict = agree ? DuplicateCheck::Verdict::Agree : DuplicateCheck::Verdict::Differ;
    out.delta_mmol_l = delta;
    out.limit_mmol_l = std::max(rule.within_mmol_l, relative.value_or(Decimal(0)));
    out.sentence = first_mmol_l.text() + " and " + second_mmol_l.text() + " mmol/L differ by " +
                   delta.text() + (agree ? ", within " : ", more than ") + out.limit_mmol_l->text() +
                   " mmol/L" + (agree ? "." : "; neither value stands, analyse again.");
    return out;
}

Result<StorageClock> storageClock(const LaboratoryRules& rules, std::span<const StoragePlace> places,
                                  const Moment& now) {
    constexpr const char* where = "storage";
    if (places.empty())
        return failed("it is not known where the sample was kept", where, "state the place since collection");
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Moment& next = i + 1 < places.size() ? places[i + 1].since : now;
        if (!places[i].since.minuteOfDay || !next.minuteOfDay)
            return failed("the time of day is missing", where, "state hours and minutes of each move");
        if (next < places[i].since)
            return failed(next.text() + " is before " + places[i].since.text(), where,
                          "put the places in the order of time");
    }
    StorageClock out;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::int64_t minutes =
            minuteOf(i + 1 < places.size() ? places[i + 1].since : now) - minuteOf(places[i].since);
        if (places[i].kind == StoragePlace::Kind::Frozen) {
            out.verdict = StorageClock::Verdict::Frozen;
            out.sentence = "The sample was frozen; frozen sweat is not analysed.";
            return out;
        }
        (places[i].kind == StoragePlace::Kind::Room ? out.roomMinutes : out.coldMinutes) += minutes;
    }
    const std::int64_t room = std::int64_t{rules.storage.roomHours} * 60 - out.roomMinutes;
    const std::int64_t cold = std::int64_t{rules.storage.coldHours} * 60 - out.coldMinutes;
    const std::int64_t total =
        std::int64_t{rules.storage.totalHours} * 60 - out.roomMinutes - out.coldMinutes;
    const std::string kept =
        hoursText(out.roomMinutes) + " at room temperature, " + hoursText(out.coldMinutes) + " cold";
    if (std::min({room, cold, total}) < 0) {
        out.verdict = StorageClock::Verdict::Expired;
        out.sentence = "The sample is too old (" + kept + "; allowed " +
                       std::to_string(rules.storage.roomHours) + " h, " +
                       std::to_string(rules.storage.coldHours) + " h, together " +
                       std::to_string(rules.storage.totalHours) + " h); it is not analysed.";
        return out;
    }
    const bool isCold = places.back().kind == StoragePlace::Kind::Cold;
    out.remainingMinutes = std::min(isCold ? cold : room, total);
    out.sentence = "Analyse within " + hoursText(out.remainingMinutes) + " (" + kept + ").";
    return out;
}

} // namespace eccrine::laboratory
