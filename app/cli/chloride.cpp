// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/case_cells.hpp"
#include "analysis/chloride/eligibility.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/data_files.hpp"
#include "core/clock.hpp"
#include "core/wall_time.hpp"
#include "datafiles/csv_table.hpp"
#include "records/chloride_json.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace eccrine::app {
namespace {

using Json = nlohmann::ordered_json;
using namespace chloride;

struct Options {
    std::map<std::string, std::string> cells; ///< of one case, by column
    std::string csv, check;
    std::string qc = "not-stated";
    std::string today; ///< empty: the clock's
    bool list = false, json = false;
};

QcState qcOf(const std::string& text) {
    return text == "passed" ? QcState::Passed : text == "failed" ? QcState::Failed : QcState::NotStated;
}

/// A profile by its id, or a file that the laboratory is working on.
Result<const Guideline*> profileOf(GuidelineLibrary& library, const std::string& name) {
    if (name.find('/') == std::string::npos && !name.ends_with(".toml")) return library.require(name);
    auto file = audited(loadGuideline(name), "guideline", name);
    if (!file) return tl::unexpected(file.error());
    const std::string id = file->id;
    std::erase_if(library.guidelines, [&](const Guideline& g) { return g.id == id; });
    library.guidelines.push_back(std::move(*file));
    return library.require(id);
}

std::string lineOf(const Guideline& g) {
    return g.id + " " + g.version + ": " + g.title + " (" + g.edition + "); " +
           (g.analyte == Analyte::Conductivity  ? "conductivity, screening only"
            : g.analyte == Analyte::Information ? "for information, no class"
                                                : "chloride") +
           "; " + (g.verified() ? "verified by " + g.verifiedBy : "not locally verified") + "\n";
}

Json jsonOf(const Guideline& g) {
    return {{"id", g.id},           {"version", g.version},
            {"edition", g.edition}, {"title", g.title},
            {"unit", g.unit},       {"verified_by", g.verified() ? Json(g.verifiedBy) : Json(nullptr)},
            {"sha256", g.sha256}};
}

int list(const GuidelineLibrary& library, bool json) {
    std::string text;
    Json all = Json::array();
    for (const Guideline& g : library.guidelines) {
        text += lineOf(g);
        all.push_back(jsonOf(g));
    }
    const int code =
        print(json ? Json{{"profiles", all}, {"refused", library.refused}}.dump(2) + "\n" : text);
    return code != 0 ? code : library.refused.empty() ? 0 : 1;
}

std::string textOf(const Evaluation& e) {
    std::string text = e.caseId.empty() ? "" : e.caseId + ": ";
    text +=
        codeOf(e.outcome) + (e.reportedText.empty() ? "" : " " + e.reportedText) + " " + e.classCode + "\n";
    for (const std::string& line : e.explanation)
        text += "  " + line + "\n";
    for (const std::string& line : e.followUp)
        text += "  Next: " + line + "\n";
    if (!e.elsewhere.empty()) text += "  Other profiles, for the reviewer only:\n";
    for (const std::string& line : e.elsewhere)
        text += "    " + line + "\n";
    return text;
}

/// What the case says of the patient is held against the profile's rules for age, weight and gestation. Only
/// a BLOCK takes the result away: the sample has been collected, whatever should have been waited for.
Result<EligibilityVerdict> eligibilityOf(const Guideline& profile, const ChlorideCase& given) {
    EligibilityInput input;
    input.born = given.bornAt;
    input.at = given.collectedAt;
    input.weight_kg = given.weight_kg;
    if (given.correctedGestation_weeks)
        input.correctedGestation_days = static_cast<int>((*given.correctedGestation_weeks * 7).whole());
    auto verdict = judgeEligibility(profile, {}, input);
    if (verdict) // what the case does not state is not judged
        std::erase_if(verdict->reasons, [&](const EligibilityReason& r) {
            return (r.code == "WEIGHT" && !given.weight_kg) || r.action == EligibilityAction::Advise;
        });
    return verdict;
}

Result<Evaluation> evaluated(GuidelineLibrary& library, const std::map<std::string, std::string>& cells,
                             QcState qc, const std::string& where, const Date& today) {
    const auto given = caseOf(cells, where, today);
    if (!given) return tl::unexpected(given.error());
    const auto profile = profileOf(library, given->profile);
    if (!profile) {
        Failure failure = profile.error();
        failure.where = where.empty() ? failure.where : where + ", " + failure.where;
        return tl::unexpected(failure);
    }
    const auto placed = [&](Failure failure) {
        failure.where = where;
        return tl::unexpected(std::move(failure));
    };
    const auto eligibility = eligibilityOf(**profile, *given);
    if (!eligibility) return placed(eligibility.error());
    auto evaluation = evaluate(**profile, given->test, qc, eligibility->blockedBecause(), library.guidelines);
    if (!evaluation) return placed(evaluation.error());
    for (const EligibilityReason& reason : eligibility->reasons)
        evaluation->explanation.push_back("Eligibility, " + codeOf(reason.action) + ": " + reason.sentence);
    return evaluation;
}

/// What was analysed while the control had failed is shown, and is no result.
int locked() {
    const Failure failure{"no result is given: the quality control of the day has not passed", "--qc",
                          "find the cause, pass the controls and analyse again"};
    std::fprintf(stderr, "eccrine: %s\n", failure.sentence().c_str());
    return failure.exitCode();
}

int one(const Options& o, GuidelineLibrary& library, const Date& today) {
    const auto evaluation = evaluated(library, o.cells, qcOf(o.qc), "", today);
    if (!evaluation) return reportFailure(evaluation.error(), o.json);
    const int code = print(o.json ? records::chlorideJson(*evaluation).dump(2) + "\n" : textOf(*evaluation));
    return code == 0 && evaluation->outcome == Outcome::QcLocked ? locked() : code;
}

Result<datafiles::CsvTable> tableOf(const std::string& file) {
    std::error_code error;
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file, error))
        return failed("the file cannot be read", file, "check the name and the permissions",
                      Failure::Kind::Call);
    auto table = datafiles::parseCsvTable(std::string{std::istreambuf_iterator<char>(in), {}}, file,
                                          datafiles::FaultyRow::IsKept);
    if (!table) return table;
    for (std::size_t i = 0; i < requiredCaseColumns; ++i)
        if (!table->column(caseColumns[i]) && caseColumns[i] != "profile")
            return failed("the column \"" + std::string(caseColumns[i]) + "\" is missing", file,
                          "see eccrine chloride --help for the columns");
    for (const std::string& column : table->columns)
        if (std::find(caseColumns.begin(), caseColumns.end(), column) == caseColumns.end())
            std::fprintf(stderr, "eccrine: %s: the column \"%s\" is not known and is not used.\n",
                         file.c_str(), column.c_str());
    return table;
}

int many(const Options& o, GuidelineLibrary& library, const Date& today) {
    const auto table = tableOf(o.csv);
    if (!table) return reportFailure(table.error(), o.json);
    Json all = Json::array();
    std::string text;
    std::map<std::string, std::vector<std::size_t>> linesOf; // of each case
    if (const auto id = table->column("case_id"))
        for (const auto& row : table->rows)
            if (*id < row.cells.size()) linesOf[row.cells[*id]].push_back(row.line);
    std::size_t wrong = 0;
    bool anyLocked = false;
    const auto profile = o.cells.find("profile");
    for (const auto& row : table->rows) {
        std::map<std::string, std::string> cells;
        for (std::size_t i = 0; i < std::min(table->columns.size(), row.cells.size()); ++i)
            cells[table->columns[i]] = row.cells[i];
        if (cells["profile"].empty() && profile != o.cells.end()) cells["profile"] = profile->second;
        const std::string& id = cells["case_id"];
        const std::string where = o.csv + ":" + std::to_string(row.line) + (id.empty() ? "" : ", case " + id);
        Result<Evaluation> evaluation =
            row.fault    ? failed(row.fault->what, where, row.fault->remedy)
            : id.empty() ? failed("case_id is missing", where, "name the case")
            : linesOf[id].size() > 1
                ? failed("the case stands in lines " + std::to_string(linesOf[id][0]) + " and " +
                             std::to_string(linesOf[id][1]) +
                             "; which of two results holds is not for the program to say",
                         where, "keep one of the rows")
                : evaluated(library, cells, qcOf(o.qc), where, today);
        if (!evaluation) {
            ++wrong;
            const Failure& f = evaluation.error();
            std::fprintf(stderr, "eccrine: %s\n", f.sentence().c_str());
            all.push_back(
                {{"case_id", id}, {"error", {{"what", f.what}, {"where", f.where}, {"remedy", f.remedy}}}});
            text += (id.empty() ? "" : id + ": ") + "not evaluated, line " + std::to_string(row.line) + ": " +
                    f.what + "\n";
            continue;
        }
        anyLocked = anyLocked || evaluation->outcome == Outcome::QcLocked;
        all.push_back(records::chlorideJson(*evaluation));
        text += textOf(*evaluation);
    }
    if (const int code = print(o.json ? all.dump(2) + "\n" : text); code != 0) return code;
    if (wrong != 0)
        std::fprintf(stderr, "eccrine: %zu of %zu cases could not be evaluated.\n", wrong,
                     table->rows.size());
    return anyLocked ? locked() : wrong != 0 ? 1 : 0;
}

std::string optionOf(std::string_view column) {
    std::string option = "--" + std::string(column);
    std::replace(option.begin(), option.end(), '_', '-');
    return option;
}

/// One thing is asked for at a time, and what is given beside it is never passed over.
Done checkCall(const Options& o) {
    std::vector<std::string> asked;
    if (!o.csv.empty()) asked.emplace_back("--csv");
    if (!o.check.empty()) asked.emplace_back("--check");
    if (o.list) asked.emplace_back("--profiles");
    if (asked.empty()) return {};
    if (asked.size() > 1)
        return failed(asked[0] + " and " + asked[1] + " are given together", asked[0],
                      "call the verb once for each", Failure::Kind::Call);
    std::string given;
    std::size_t options = 0;
    for (const std::string_view column : caseColumns) {
        if (!o.cells.contains(std::string(column)) || (column == "profile" && !o.csv.empty())) continue;
        given += (options++ == 0 ? "" : ", ") + optionOf(column);
    }
    if (options == 0) return {};
    return failed(given + (options == 1 ? " belongs" : " belong") + " to one case and would not be used",
                  asked[0], o.csv.empty() ? "leave it out" : "write that into the file, or leave --csv out",
                  Failure::Kind::Call);
}

Result<Date> todayOf(const Options& o) {
    if (o.today.empty()) return Date::parse(localDateText(SystemHostClock().wall()), "the clock");
    auto today = Date::parse(o.today, "--today");
    if (!today) today.error().kind = Failure::Kind::Call;
    return today;
}

int runChloride(const Options& o) {
    if (const Done sound = checkCall(o); !sound) return reportFailure(sound.error(), o.json);
    const auto today = todayOf(o);
    if (!today) return reportFailure(today.error(), o.json);
    if (!o.check.empty()) {
        const auto guideline = loadGuideline(o.check);
        if (!guideline) return reportFailure(guideline.error(), o.json);
        return print(o.json ? jsonOf(*guideline).dump(2) + "\n" : lineOf(*guideline));
    }
    GuidelineLibrary library = loadGuidelines(guidelineFolders());
    Audit{}.notUsed("guideline", library.refused);
    if (o.list) return list(library, o.json);
    return o.csv.empty() ? one(o, library, *today) : many(o, library, *today);
}

/// What the columns mean, for --help.
const char* meaningOf(std::string_view column) {
    static const std::map<std::string_view, const char*> meanings{
        {"case_id", "name of the case, printed with the result"},
        {"profile", "guideline profile, or the path of a profile file; see --profiles"},
        {"dob", "date of birth, YYYY-MM-DD"},
        {"collection_date", "day of the collection, YYYY-MM-DD"},
        {"method", "coil (macroduct), gauze, pad or cell (nanoduct)"},
        {"left_amount", "µL (coil, cell) or mg (gauze, pad), as read, not rounded"},
        {"left_unit", "uL or mg; has to be the method's"},
        {"left_minutes", "time of collection: 30, 30.5 or 30:59"},
        {"left_chloride", "mmol/L"},
        {"right_amount", "as on the left"},
        {"right_unit", "as on the left"},
        {"right_minutes", "as on the left"},
        {"right_chloride", "as on the left"},
        {"area_cm2", "collection area in place of the profile's"},
        {"sodium", "mmol/L of the same sample; a cross-check, never a class"},
        {"conductivity", "mmol/L NaCl-equivalent of the same sample"},
        {"weight_kg", "on the day, for the profile's eligibility rules"},
        {"corrected_gestation_weeks", "gestation at birth plus age, for the same rules"}};
    return meanings.at(column);
}

} // namespace

void addChloride(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand(
        "chloride", "Sweat-chloride cases by the rules of a guideline profile, each decision explained");
    for (const std::string_view column : caseColumns) {
        const std::string key(column);
        auto* added = verb->add_option_function<std::string>(
            optionOf(column), [o, key](const std::string& value) { o->cells[key] = value; },
            meaningOf(column));
        added->group(column == "profile" ? "Options" : "One case");
    }
    verb->add_option("--csv", o->csv,
                     "many cases: a file with these columns (a minus is written as an underscore)")
        ->type_name("FILE");
    verb->add_option("--qc", o->qc, "quality control of the day: passed, failed or not-stated")
        ->check(CLI::IsMember({"passed", "failed", "not-stated"}))
        ->capture_default_str();
    verb->add_option("--today", o->today,
                     "the day after which nothing was collected, YYYY-MM-DD; left out: the clock's")
        ->type_name("DATE");
    verb->add_flag("--profiles", o->list, "list the profiles there are");
    verb->add_option("--check", o->check, "read a profile file and say whether it is sound")
        ->type_name("FILE");
    verb->add_flag("--json", o->json, "one JSON document: an object for one case, a list for --csv");
    verb->footer(
        "Example: eccrine chloride --profile CFF-2017 --dob 2026-01-10 --collection-date 2026-02-07 "
        "--method coil\n"
        "  --left-amount 40 --left-minutes 30 --left-chloride 52 --right-amount 40 --right-minutes "
        "30 --right-chloride 58\n"
        "An empty cell means not done. A case that cannot be evaluated is named and the others go "
        "on (exit code 1).\nExit codes: 0 evaluated, whatever the outcome; 1 a case could not be "
        "evaluated, or the control had failed (--qc failed) and no case has a result; 2 the call was wrong.");
    verb->callback([o, &chosen] { chosen = [o] { return runChloride(*o); }; });
}

} // namespace eccrine::app
