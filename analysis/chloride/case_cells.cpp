// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/case_cells.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace eccrine::chloride {
namespace {

/// Reads cells one after the other; the first that is wrong is kept.
class Cells {
public:
    Cells(const std::map<std::string, std::string>& cells, std::string where)
        : cells_(cells), where_(std::move(where)) {}

    [[nodiscard]] std::string text(const std::string& column) const {
        const auto found = cells_.find(column);
        if (found == cells_.end()) return {};
        const std::string& cell = found->second;
        const auto first = cell.find_first_not_of(" \t");
        return first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(" \t") - first + 1);
    }
    [[nodiscard]] std::string place(const std::string& column) const {
        return where_.empty() ? column : where_ + ", " + column;
    }
    std::optional<Decimal> number(const std::string& column) {
        const std::string cell = text(column);
        if (cell.empty()) return std::nullopt;
        return kept(Decimal::parse(cell, place(column)));
    }
    std::optional<Decimal> minutes(const std::string& column) {
        const std::string cell = text(column);
        const auto colon = cell.find(':');
        if (colon == std::string::npos) return number(column);
        const auto whole = kept(Decimal::parse(cell.substr(0, colon), place(column)));
        const std::string rest = cell.substr(colon + 1);
        const bool seconds =
            rest.size() == 2 && rest.find_first_not_of("0123456789") == std::string::npos && rest[0] < '6';
        if (whole && (!seconds || whole->millionths() % Decimal::one != 0)) {
            fail(
                {"\"" + cell + "\" is not a time", place(column), "write minutes, for instance 30 or 30:59"});
            return std::nullopt;
        }
        if (!whole) return std::nullopt;
        // to the nearest hundredth of a minute and never up to the next one, so that 30:59 stays below 31
        return *whole + quotientOfProducts(std::stoi(rest), 1, 60, 1, 2).value_or(Decimal());
    }
    Moment moment(const std::string& column) {
        if (text(column).empty()) missing(column, "give the date as YYYY-MM-DD");
        return kept(Moment::parse(text(column), place(column))).value_or(Moment());
    }
    void fail(Failure failure) {
        if (!failure_) failure_ = std::move(failure);
    }
    /// Of the options of a call it is the call that is wrong, of a row in a file the data.
    void missing(const std::string& column, const std::string& remedy) {
        std::string option = "--" + column;
        std::replace(option.begin(), option.end(), '_', '-');
        if (where_.empty())
            fail({column + " is missing", option, remedy, Failure::Kind::Call});
        else
            fail({column + " is missing", where_, remedy});
    }
    [[nodiscard]] const std::optional<Failure>& failure() const { return failure_; }

private:
    template <class T>
    std::optional<T> kept(Result<T> result) {
        if (result) return *result;
        fail(result.error());
        return std::nullopt;
    }
    const std::map<std::string, std::string>& cells_;
    std::string where_;
    std::optional<Failure> failure_;
};

SiteReading siteOf(Cells& cells, const std::string& side, Collector collector) {
    SiteReading site;
    site.amount = cells.number(side + "_amount");
    site.minutes = cells.minutes(side + "_minutes");
    site.chloride = cells.number(side + "_chloride");
    std::string unit = cells.text(side + "_unit");
    if (unit == "µL" || unit == "μL" || unit == "ul" || unit == "µl" || unit == "μl") unit = "uL";
    if (!unit.empty() && unit != unitOf(collector))
        cells.fail({side + "_unit is \"" + unit + "\", sweat collected by " + std::string(codeOf(collector)) +
                        " is measured in " + std::string(unitOf(collector)),
                    cells.place(side + "_unit"), "check method and unit"});
    return site;
}

} // namespace

Result<ChlorideCase> caseOf(const std::map<std::string, std::string>& given, const std::string& where,
                            const Date& today) {
    Cells cells(given, where);
    ChlorideCase out;
    out.test.caseId = cells.text("case_id");
    out.profile = cells.text("profile");
    if (out.profile.empty())
        cells.missing("profile", "name a guideline profile; eccrine chloride --profiles lists them");
    out.bornAt = cells.moment("dob");
    out.collectedAt = cells.moment("collection_date");
    out.test.born = out.bornAt.date;
    out.test.collected = out.collectedAt.date;
    if (out.test.collected > today)
        cells.fail({"the collection on " + out.test.collected.text() + " is after today, " + today.text(),
                    cells.place("collection_date"), "check the date, and the one of this computer"});
    const std::string method = cells.text("method");
    const auto collector = collectorOf(method);
    if (method.empty())
        cells.missing("method", "write coil, gauze, pad or cell");
    else if (!collector)
        cells.fail({"the method \"" + method + "\" is not known", cells.place("method"),
                    "write coil, gauze, pad or cell"});
    out.test.collector = collector.value_or(Collector::Coil);
    out.test.sites = {siteOf(cells, "left", out.test.collector), siteOf(cells, "right", out.test.collector)};
    out.test.area_cm2 = cells.number("area_cm2");
    out.test.sodium = cells.number("sodium");
    out.test.conductivity = cells.number("conductivity");
    out.weight_kg = cells.number("weight_kg");
    out.correctedGestation_weeks = cells.number("corrected_gestation_weeks");
    for (const auto& [name, value, most] :
         {std::tuple{"sodium", &out.test.sodium, 1000},
          std::tuple{"conductivity", &out.test.conductivity, 1000},
          std::tuple{"weight_kg", &out.weight_kg, 400},
          std::tuple{"corrected_gestation_weeks", &out.correctedGestation_weeks, 10'000}})
        if (*value && (**value < Decimal(0) || **value > Decimal(most)))
            cells.fail(
                {std::string(name) + " is " + (**value).text() + ", outside 0 to " + std::to_string(most),
                 cells.place(name), "check the value"});
    if (cells.failure()) return tl::unexpected(*cells.failure());
    return out;
}

} // namespace eccrine::chloride
