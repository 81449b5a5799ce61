// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/possible_case.hpp"

#include "analysis/chloride/sufficiency.hpp"

#include <string>

namespace eccrine::chloride {

Done checkCase(const Guideline& guideline, const SweatTest& test) {
    const std::string& where = test.caseId;
    if (guideline.analyte == Analyte::Information)
        return failed("the profile " + guideline.id + " is for information and classifies nothing", where,
                      "choose a chloride or conductivity profile", Failure::Kind::Call);
    if (test.collected < test.born)
        return failed("the collection on " + test.collected.text() + " is before the birth on " +
                          test.born.text(),
                      where, "check both dates");
    if (completedYears(test.born, test.collected) >= 120)
        return failed("the age of " + ageText(test.born, test.collected) + " is not possible", where,
                      "check both dates");
    if (test.area_cm2 && !isPossibleArea(*test.area_cm2))
        return failed("a collection area of " + test.area_cm2->text() + " cm² is not possible", where,
                      "check area_cm2");
    bool any = test.conductivity.has_value() && guideline.analyte == Analyte::Conductivity;
    for (const Side side : {Side::Left, Side::Right}) {
        const SiteReading& r = test.sites[indexOf(side)];
        const std::string name = nameOf(side);
        any = any || r.done();
        const auto within = [&](const std::optional<Decimal>& value, const char* what, int most) -> Done {
            if (value && (*value < Decimal(0) || *value > Decimal(most)))
                return failed(name + "_" + what + " is " + value->text() + ", outside 0 to " +
                                  std::to_string(most),
                              where, "check the reading");
            return {};
        };
        // Ends of what can be meant: beyond them it is a typing error, not a finding.
        for (const Done& done : {within(r.amount, "amount", 2000), within(r.minutes, "minutes", 600),
                                 within(r.chloride, "chloride", 1000), within(r.sodium, "sodium", 1000),
                                 within(r.conductivity, "conductivity", 1000)})
            if (!done) return done;
        if (r.amount && !r.minutes)
            return failed(name + "_minutes is missing", where,
                          "give the time of collection beside the amount");
        if (r.minutes && !r.amount && !r.burned)
            return failed(name + "_amount is missing", where, "give the amount, 0 if nothing was collected");
        if (r.amount && *r.minutes == Decimal(0) && *r.amount > Decimal(0))
            return failed(name + "_minutes is 0 although " + r.amount->text() + " was collected", where,
                          "check the time");
        if (r.chloride && !r.amount && guideline.analyte == Analyte::Chloride)
            return failed(name +
                              "_amount is missing beside a chloride: whether it was enough cannot be judged",
                          where, "give amount and minutes of the collection");
        if (r.amount && !r.burned && guideline.sufficiencyFor(test.collector) == nullptr)
            return failed(
                "the profile " + guideline.id + " says nothing of sweat collected by " +
                    std::string(codeOf(test.collector)),
                where, "choose another profile, or add the laboratory's own [[sufficiency]] to a copy of it");
    }
    if (!any) return failed("no site has an amount or a value", where, "give at least one site");
    if (guideline.analyte == Analyte::Conductivity && test.conductivity && test.sites[0].done() &&
        test.sites[1].done())
        return failed("one conductivity is given for two collections, and nobody says of which", where,
                      "give it at the site, or the one collection that was measured");
    return {};
}

} // namespace eccrine::chloride
