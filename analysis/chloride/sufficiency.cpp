// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/sufficiency.hpp"

namespace eccrine::chloride {
namespace {

std::string amountText(Collector collector, const Decimal& amount) {
    const int places = unitOf(collector) == "uL" ? 1 : 0;
    return amount.text(places) + " " + std::string(printedUnitOf(collector));
}

/// Hundredths, cut off and not rounded: 30:59 never reads as 31.
std::string minutesText(const Decimal& minutes) {
    constexpr std::int64_t hundredth = Decimal::one / 100;
    return Decimal::ofMillionths(minutes.millionths() / hundredth * hundredth).text();
}

} // namespace

bool isPossibleArea(const Decimal& area_cm2) {
    constexpr int larger_cm2 = 400; // than any limb has room for
    return area_cm2 > Decimal(0) && area_cm2 <= Decimal(larger_cm2);
}

Sufficiency judgeSufficiency(const SufficiencyRule& rule, const Collection& c) {
    Sufficiency out;
    const std::int64_t minutes = c.minutes.whole(); // completed: 30:59 counts 30
    const Decimal counted = Decimal(1) * minutes;
    const std::optional<Decimal> area = c.area_cm2 ? c.area_cm2 : rule.area_cm2;
    const bool floor = rule.mode == SufficiencyRule::Mode::Floor, late = counted > rule.minutesAtMost;
    if (floor)
        out.needed =
            late ? quotientOfProducts(*rule.floor, counted, rule.minutesAtMost, 1, 5).value_or(*rule.floor)
                 : *rule.floor;
    else
        out.needed =
            quotientOfProducts(*rule.least_g_per_m2_min, *area * minutes, 10, 1, 5).value_or(Decimal());
    const auto isEnough = [&](const Decimal& amount) {
        if (!floor) return compareProducts(amount, 10, *rule.least_g_per_m2_min, *area * minutes) >= 0;
        return late ? compareProducts(amount, rule.minutesAtMost, *rule.floor, counted) >= 0
                    : amount >= *rule.floor;
    };
    const bool enough = isEnough(c.amount);
    const bool undecided = !enough && c.amountIsLeast && (!c.amountAtMost || isEnough(*c.amountAtMost));
    if (area && c.minutes > Decimal(0))
        out.rate_g_m2_min = quotientOfProducts(c.amount, 10, *area, c.minutes, 2);
    const bool inTime =
        counted <= rule.minutesAtMost && (!rule.minutesAtLeast || counted >= *rule.minutesAtLeast);
    const auto& most = rule.implausibleAbove_g_per_m2_min;
    // amount · 10 / (area · minutes) > most, without a division that rounds
    const auto ceiling = most && area ? quotientOfProducts(*most, *area, 1, 1, 6) : std::optional<Decimal>();
    const bool tooFast =
        ceiling && c.minutes > Decimal(0) && compareProducts(c.amount, 10, *ceiling, c.minutes) > 0;
    out.verdict = undecided ? SiteStatus::Weigh
                  : !enough ? SiteStatus::Qns
                  : tooFast ? SiteStatus::Implausible
                  : inTime  ? SiteStatus::Ok
                            : SiteStatus::DevTime;
    return out;
}

std::string neededText(Collector collector, const std::optional<Decimal>& needed) {
    if (!needed) return "no amount is known";
    return "needs ≥ " + needed->text() + " " + std::string(printedUnitOf(collector));
}

std::string sufficiencySentence(const Guideline& guideline, const Collection& c, const Sufficiency& found) {
    std::string text = (c.amountIsLeast ? "at least " : "") + amountText(c.collector, c.amount);
    if (found.verdict == SiteStatus::Weigh && c.amountAtMost)
        text += ", at most " + amountText(c.collector, *c.amountAtMost) + ",";
    text += " in " + minutesText(c.minutes) + " min";
    if (found.rate_g_m2_min)
        text +=
            std::string(" (") + (c.amountIsLeast ? "≥ " : "") + found.rate_g_m2_min->text(2) + " g/m²/min)";
    const std::string limit = "≥ " + found.needed.text() + " " + std::string(printedUnitOf(c.collector));
    switch (found.verdict) {
    case SiteStatus::Qns:
        return text + ": insufficient under " + guideline.id + " (needs " + limit + ")";
    case SiteStatus::Weigh:
        return text + ": undecided under " + guideline.id + " (needs " + limit +
               "): a length says the least amount only; weigh the sample";
    case SiteStatus::Implausible: {
        const SufficiencyRule* rule = guideline.sufficiencyFor(c.collector);
        const bool known = rule != nullptr && rule->implausibleAbove_g_per_m2_min;
        return text + ": not plausible" +
               (known ? ", skin gives at most " + rule->implausibleAbove_g_per_m2_min->text() + " g/m²/min"
                      : std::string()) +
               "; check amount and time";
    }
    case SiteStatus::DevTime:
        return text + ": enough under " + guideline.id + " (" + limit +
               "), but collected outside the allowed time";
    default:
        return text + ": sufficient under " + guideline.id + " (" + limit + ")";
    }
}

} // namespace eccrine::chloride
