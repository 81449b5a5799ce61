// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/laboratory/qns_csv.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace eccrine::laboratory {
namespace {

constexpr std::size_t mostFaults = 10;
constexpr std::array<std::string_view, 6> sufficientOutcomes{"ok",         "report_mean", "report_single",
                                                             "discordant", "implausible", "held"};

std::string lowered(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

using Cells = std::map<std::string_view, std::string>;

Result<TestOccasion> occasionOf(const Cells& cells, const std::string& where) {
    for (const std::string_view column : occasionColumns)
        if (column != "skin_reaction" && cells.at(column).empty())
            return failed(std::string(column) + " is missing", where, "fill in the cell");
    const auto placed = [&](const Failure& failure) {
        return failed(failure.where + ": " + failure.what, where, failure.remedy);
    };
    const auto word = [&](std::string_view column, const char* known) {
        return failed(std::string(column) + " is \"" + cells.at(column).substr(0, 40) + "\"", where,
                      "write " + std::string(known));
    };
    const auto date = Date::parse(cells.at("date"), "date");
    if (!date) return placed(date.error());
    const auto born = Date::parse(cells.at("dob"), "dob");
    if (!born) return placed(born.error());
    if (*date < *born)
        return failed("the test on " + date->text() + " is before the birth on " + born->text(), where,
                      "check the two dates");
    TestOccasion out;
    out.caseId = cells.at("case_id");
    out.date = *date;
    out.born = *born;
    out.laboratory = cells.at("laboratory");
    out.operatorName = cells.at("operator");
    out.device = cells.at("device");
    const std::string attempt = lowered(cells.at("attempt"));
    if (attempt != codeOf(Attempt::First) && attempt != codeOf(Attempt::Repeat))
        return word("attempt", "first or repeat");
    out.attempt = attempt == codeOf(Attempt::First) ? Attempt::First : Attempt::Repeat;
    const std::string outcome = lowered(cells.at("outcome"));
    out.qns = outcome == "qns";
    if (!out.qns &&
        std::find(sufficientOutcomes.begin(), sufficientOutcomes.end(), outcome) == sufficientOutcomes.end())
        return word("outcome", "QNS, OK or the outcome of the evaluation; leave out a test that was not "
                               "collected to its end");
    const std::string skin = lowered(cells.at("skin_reaction"));
    if (!skin.empty() && skin != "yes" && skin != "no")
        return word("skin_reaction", "yes or no, or leave the cell empty when nobody looked");
    if (!skin.empty()) out.skinReaction = skin == "yes";
    return out;
}

/// The rows of one case have to make a story.
class Cases {
public:
    [[nodiscard]] Done take(const TestOccasion& o, std::size_t line, const std::string& where) {
        std::vector<Seen>& before = seen_[o.caseId];
        for (const Seen& other : before) {
            const std::string lineText = "line " + std::to_string(other.line);
            if (other.occasion.born != o.born)
                return failed("the date of birth is " + o.born.text() + ", but " +
                                  other.occasion.born.text() + " in " + lineText,
                              where, "check the case and the two dates");
            const bool first = o.attempt == Attempt::First;
            const bool otherFirst = other.occasion.attempt == Attempt::First;
            if (first && otherFirst)
                return failed("a first attempt of the case is in " + lineText + " already", where,
                              "write repeat, or give the other patient a case_id of its own");
            if (!first && !otherFirst && other.occasion.date == o.date)
                return failed("a repeat of the case on this day is in " + lineText + " already", where,
                              "keep one of the rows");
            if (first != otherFirst && (first ? other.occasion.date < o.date : o.date < other.occasion.date))
                return failed("the repeat is before the first attempt (" + lineText + ")", where,
                              "check the dates and the attempts");
        }
        before.push_back({o, line});
        return {};
    }

private:
    struct Seen {
        TestOccasion occasion;
        std::size_t line = 0;
    };
    std::map<std::string, std::vector<Seen>> seen_;
};

} // namespace

Result<OccasionFile> occasionsOf(const datafiles::CsvTable& table, const std::string& name) {
    std::map<std::string_view, std::size_t> indexes;
    for (const std::string_view column : occasionColumns) {
        const auto index = table.column(column);
        if (!index)
            return failed("the column \"" + std::string(column) + "\" is missing", name,
                          "see eccrine qns --help for the columns");
        indexes[column] = *index;
    }
    OccasionFile out;
    for (const std::string& column : table.columns)
        if (std::find(occasionColumns.begin(), occasionColumns.end(), column) == occasionColumns.end())
            out.unknownColumns.push_back(column);
    Cases cases;
    for (const auto& row : table.rows) {
        Cells cells;
        for (const auto& [column, index] : indexes)
            cells[column] = row.cells[index];
        const std::string& id = cells.at("case_id");
        const std::string where =
            name + ":" + std::to_string(row.line) + (id.empty() ? "" : ", case " + id.substr(0, 40));
        auto occasion = occasionOf(cells, where);
        const Done taken = occasion ? cases.take(*occasion, row.line, where) : Done{};
        if (occasion && taken) {
            out.occasions.push_back(std::move(*occasion));
            continue;
        }
        ++out.faulty;
        if (out.faults.size() < mostFaults) out.faults.push_back(occasion ? taken.error() : occasion.error());
    }
    if (out.faulty != 0) out.occasions.clear();
    return out;
}

} // namespace eccrine::laboratory
