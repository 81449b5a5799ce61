// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/laboratory/qns.hpp"

#include "analysis/laboratory/qns_csv.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/data_files.hpp"
#include "records/result_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace eccrine::app {
namespace {

using Json = nlohmann::ordered_json;
using namespace laboratory;
using records::fixed;

struct Options {
    std::string csv, until;
    std::vector<std::string> by{"laboratory", "operator", "device", "age"};
    bool json = false;
};

/// What is counted, and by what.
struct Count {
    LaboratoryRules rules;
    std::vector<TestOccasion> occasions;
    QnsWindow window;
    std::vector<GroupBy> by;
    [[nodiscard]] auto inWindow() const {
        return std::count_if(occasions.begin(), occasions.end(),
                             [&](const TestOccasion& o) { return window.holds(o.date); });
    }
};

Json toTwoPlaces(const std::optional<double>& value) {
    return value ? Json(std::round(*value * 100) / 100) : Json(nullptr);
}

Json jsonOf(const Proportion& rate) {
    const auto percent = rate.percent();
    const auto interval = rate.wilson95();
    return {{"count", rate.count},
            {"of", rate.of},
            {"percent", percent ? Json(percent->toDouble()) : Json(nullptr)},
            {"wilson_95_percent", interval ? Json{{"low", toTwoPlaces(interval->low_percent)},
                                                  {"high", toTwoPlaces(interval->high_percent)}}
                                           : Json(nullptr)}};
}

Json ratesJson(const Count& c) {
    Json rates = Json::array();
    for (const GroupBy by : c.by)
        for (const QnsRate& r : qnsRates(c.rules.qns, c.occasions, c.window, by)) {
            Json rate{{"by", codeOf(by)},
                      {"group", by == GroupBy::Age ? Json(nullptr) : Json(r.group)},
                      {"age_band", r.band.id},
                      {"attempt", codeOf(r.attempt)}};
            rate.update(jsonOf(r.rate));
            rate["benchmark_percent"] = r.band.atMost_percent.toDouble();
            rate["verdict"] = codeOf(r.verdict);
            rates.push_back(std::move(rate));
        }
    return rates;
}

Json skinJson(const Count& c) {
    Json rates = Json::array();
    for (const GroupBy by : c.by)
        for (const SkinReactionRate& r : skinReactionRates(c.rules.qns, c.occasions, c.window, by)) {
            Json rate{{"by", codeOf(by)}, {"group", r.group}};
            rate.update(jsonOf(r.rate));
            rate["not_recorded"] = r.notRecorded;
            rates.push_back(std::move(rate));
        }
    return rates;
}

Json chartsJson(const Count& c) {
    Json charts = Json::array();
    for (const ControlChart& chart : controlCharts(c.rules.qns, c.occasions, c.window)) {
        Json months = Json::array();
        for (const ControlChart::Month& m : chart.months) {
            const auto percent = m.rate.percent();
            months.push_back({{"month", m.text()},
                              {"count", m.rate.count},
                              {"of", m.rate.of},
                              {"percent", percent ? Json(percent->toDouble()) : Json(nullptr)},
                              {"lower_percent", toTwoPlaces(m.lower_percent)},
                              {"upper_percent", toTwoPlaces(m.upper_percent)},
                              {"verdict", codeOf(m.verdict)}});
        }
        const auto centre = chart.centre.percent();
        charts.push_back({{"age_band", chart.band.id},
                          {"attempt", codeOf(Attempt::First)},
                          {"sigma", c.rules.qns.sigma.toDouble()},
                          {"centre_percent", centre ? Json(centre->toDouble()) : Json(nullptr)},
                          {"months", std::move(months)}});
    }
    return charts;
}

Json repeatsJson(const Count& c, const RepeatTracking& tracking) {
    Json cases = Json::array();
    for (const RepeatTracking::Case& followed : tracking.cases)
        cases.push_back(
            {{"case_id", followed.caseId},
             {"laboratory", followed.laboratory},
             {"date", followed.date.text()},
             {"state", codeOf(followed.state)},
             {"repeated_on", followed.repeatedOn ? Json(followed.repeatedOn->text()) : Json(nullptr)}});
    return {{"within_days", c.rules.qns.repeatWithinDays},
            {"qns", tracking.cases.size()},
            {"in_time", tracking.count(RepeatTracking::State::InTime)},
            {"late", tracking.count(RepeatTracking::State::Late)},
            {"pending", tracking.count(RepeatTracking::State::Pending)},
            {"missing", tracking.count(RepeatTracking::State::Missing)},
            {"cases", std::move(cases)}};
}

Json documentOf(const Count& c) {
    return {{"rules", {{"id", c.rules.id}, {"version", c.rules.version}, {"sha256", c.rules.sha256}}},
            {"from", c.window.from.text()},
            {"until", c.window.until.text()},
            {"tests", c.inWindow()},
            {"tests_outside", static_cast<std::ptrdiff_t>(c.occasions.size()) - c.inWindow()},
            {"rates", ratesJson(c)},
            {"skin_reactions", skinJson(c)},
            {"control_charts", chartsJson(c)},
            {"repeats", repeatsJson(c, trackRepeats(c.rules.qns, c.occasions, c.window))}};
}

/// To this many characters (code points), at the right when it is a number.
std::string column(const std::string& text, std::size_t width, bool right = false) {
    const auto length = static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    const std::string space(length < width ? width - length : 0, ' ');
    return (right ? space + text : text + space) + "  ";
}

std::string percentText(const Proportion& rate) {
    const auto percent = rate.percent();
    return percent ? percent->text(2) + " %" : "–";
}

std::string intervalText(const Proportion& rate) {
    const auto interval = rate.wilson95();
    return interval ? fixed(interval->low_percent, 2) + "–" + fixed(interval->high_percent, 2) + " %" : "–";
}

std::string ratioText(const Proportion& rate) {
    return std::to_string(rate.count) + " of " + std::to_string(rate.of);
}

/// "rate (95 % interval)" columns of a proportion.
std::string columnsOf(const Proportion& rate) {
    return column(ratioText(rate), 12, true) + column(percentText(rate), 9, true) +
           column(intervalText(rate), 15, true);
}

constexpr std::size_t groupWidth = 20, bandWidth = 16;

std::string ratesText(const Count& c, GroupBy by) {
    std::string text = "\nInsufficient samples by " + std::string(codeOf(by)) + "\n  " +
                       column(by == GroupBy::Age ? "who" : std::string(codeOf(by)), groupWidth) +
                       column("age", bandWidth) + column("attempt", 7) + column("QNS", 12, true) +
                       column("rate", 9, true) + column("95 % interval", 15, true) + "benchmark\n";
    for (const QnsRate& r : qnsRates(c.rules.qns, c.occasions, c.window, by)) {
        if (r.rate.of == 0 && by != GroupBy::Age) continue; // "no data" for everybody is said once
        text += "  " + column(by == GroupBy::Age ? "everybody" : r.group, groupWidth) +
                column(r.band.label, bandWidth) + column(std::string(codeOf(r.attempt)), 7) +
                columnsOf(r.rate) + "≤ " + r.band.atMost_percent.text() +
                " %: " + std::string(codeOf(r.verdict)) + "\n";
    }
    return text;
}

std::string skinText(const Count& c, GroupBy by) {
    std::string text = "\nSkin reactions by " + std::string(codeOf(by)) + "\n";
    for (const SkinReactionRate& r : skinReactionRates(c.rules.qns, c.occasions, c.window, by))
        text += "  " + column(r.group, groupWidth) + columnsOf(r.rate) +
                (r.notRecorded == 0 ? "" : std::to_string(r.notRecorded) + " not recorded") + "\n";
    return text;
}

std::string chartText(const Count& c, const ControlChart& chart) {
    const std::string head = "\nControl chart, first attempts " + chart.band.label + ": ";
    if (chart.centre.of == 0) return head + "no tests\n";
    std::string text =
        head + "centre " + percentText(chart.centre) + ", limits at " + c.rules.qns.sigma.text() + " sigma\n";
    // from the first month that has a test to the last one that has
    const auto tested = [](const ControlChart::Month& m) { return m.rate.of != 0; };
    const auto first = std::find_if(chart.months.begin(), chart.months.end(), tested);
    const auto last = std::find_if(chart.months.rbegin(), chart.months.rend(), tested).base();
    for (const ControlChart::Month& m : std::span(first, last))
        text +=
            "  " + column(m.text(), 7) + column(ratioText(m.rate), 12, true) +
            column(percentText(m.rate), 9, true) +
            column(m.upper_percent ? fixed(m.lower_percent, 2) + "–" + fixed(m.upper_percent, 2) + " %" : "–",
                   15, true) +
            std::string(codeOf(m.verdict)) + "\n";
    return text;
}

std::string repeatsText(const Count& c) {
    const RepeatTracking tracking = trackRepeats(c.rules.qns, c.occasions, c.window);
    using State = RepeatTracking::State;
    std::string text = "\nRepeats within " + std::to_string(c.rules.qns.repeatWithinDays) +
                       " days: " + std::to_string(tracking.cases.size()) + " insufficient";
    for (const State state : {State::InTime, State::Late, State::Pending, State::Missing})
        text += ", " + std::to_string(tracking.count(state)) + " " + std::string(codeOf(state));
    text += "\n";
    for (const RepeatTracking::Case& followed : tracking.cases)
        if (!followed.repeatedOn)
            text += "  " + column(followed.date.text(), 10) + column(followed.caseId, groupWidth) +
                    std::string(codeOf(followed.state)) + "\n";
    return text;
}

std::string textOf(const Count& c) {
    std::string text = std::to_string(c.inWindow()) + " of " + std::to_string(c.occasions.size()) +
                       (c.occasions.size() == 1 ? " test, " : " tests, ") + c.window.from.text() + " to " +
                       c.window.until.text() + "; rules " + c.rules.id + " " + c.rules.version + "\n";
    for (const GroupBy by : c.by)
        text += ratesText(c, by);
    for (const GroupBy by : c.by)
        text += skinText(c, by);
    for (const ControlChart& chart : controlCharts(c.rules.qns, c.occasions, c.window))
        text += chartText(c, chart);
    return text + repeatsText(c);
}

Result<datafiles::CsvTable> tableOf(const std::string& file) {
    std::error_code error;
    std::ifstream in(file, std::ios::binary);
    if (!in || std::filesystem::is_directory(file, error))
        return failed("the file cannot be read", file, "check the name and the permissions",
                      Failure::Kind::Call);
    return datafiles::parseCsvTable(std::string{std::istreambuf_iterator<char>(in), {}}, file);
}

/// Every fault on a line of its own, and one JSON document.
int reportFaults(const OccasionFile& file, const Options& o) {
    const std::string what = std::to_string(file.faulty) + (file.faulty == 1 ? " row is" : " rows are") +
                             " wrong; nothing was counted";
    Json faults = Json::array();
    for (const Failure& f : file.faults) {
        std::fprintf(stderr, "eccrine: %s\n", f.sentence().c_str());
        faults.push_back({{"what", f.what}, {"where", f.where}, {"remedy", f.remedy}});
    }
    const char* remedy = "correct the rows";
    std::fprintf(stderr, "eccrine: %s: %s; %s.\n", o.csv.c_str(), what.c_str(), remedy);
    if (o.json) {
        const Json document{{"error", {{"what", what}, {"where", o.csv}, {"remedy", remedy}}},
                            {"faults", std::move(faults)}};
        print(document.dump(2) + "\n");
    }
    return 1;
}

Result<Date> lastDayOf(const Options& o, const std::vector<TestOccasion>& occasions) {
    if (!o.until.empty()) {
        auto until = Date::parse(o.until, "--until");
        if (!until) until.error().kind = Failure::Kind::Call;
        return until;
    }
    if (occasions.empty())
        return failed("the file has no tests, so that there is no last day to count back from", o.csv,
                      "give --until");
    return std::max_element(occasions.begin(), occasions.end(),
                            [](const TestOccasion& a, const TestOccasion& b) { return a.date < b.date; })
        ->date;
}

int runQns(const Options& o) {
    auto known = laboratoryRules();
    if (!known) return reportFailure(known.error(), o.json);
    const auto table = tableOf(o.csv);
    if (!table) return reportFailure(table.error(), o.json);
    auto file = occasionsOf(*table, o.csv);
    if (!file) return reportFailure(file.error(), o.json);
    for (const std::string& name : file->unknownColumns)
        std::fprintf(stderr, "eccrine: %s: the column \"%s\" is not known and is not used.\n", o.csv.c_str(),
                     name.c_str());
    if (file->faulty != 0) return reportFaults(*file, o);
    const auto until = lastDayOf(o, file->occasions);
    if (!until) return reportFailure(until.error(), o.json);
    Count count;
    count.window = windowUntil(known->qns, *until);
    count.rules = std::move(*known);
    count.occasions = std::move(file->occasions);
    for (const std::string& name : o.by)
        if (const auto by = groupByOf(name);
            by && std::find(count.by.begin(), count.by.end(), *by) == count.by.end())
            count.by.push_back(*by);
    return print(o.json ? documentOf(count).dump(2) + "\n" : textOf(count));
}

} // namespace

void addQns(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand(
        "qns", "How many sweat tests gave too little sweat, against the benchmarks, over a rolling year");
    verb->add_option("--csv", o->csv, "the tests, one row each; the columns are below")
        ->type_name("FILE")
        ->required();
    verb->add_option("--until", o->until, "last day that counts; left out: the last day in the file")
        ->type_name("YYYY-MM-DD");
    verb->add_option("--by", o->by,
                     "laboratory, operator, device, age, separated by commas; left out: all four")
        ->delimiter(',')
        ->check(CLI::IsMember({"laboratory", "operator", "device", "age"}))
        ->type_name("GROUP,…");
    verb->add_flag("--json", o->json, "one JSON document");
    verb->footer("Columns, all needed, in any order:\n"
                 "  case_id        the same for a first attempt and its repeats\n"
                 "  date           day of the test, YYYY-MM-DD\n"
                 "  dob            date of birth, YYYY-MM-DD\n"
                 "  laboratory     who answers for the test\n"
                 "  operator       who collected\n"
                 "  device         with which instrument\n"
                 "  attempt        first or repeat\n"
                 "  outcome        QNS, OK, or the outcome of eccrine chloride (REPORT_MEAN, HELD, …)\n"
                 "  skin_reaction  yes, no, or empty when nobody looked\n"
                 "A test of two sites is one row, QNS only if both sites are. A row that is wrong refuses "
                 "the whole file; the first ten are named. A line that begins with # is a comment.\n"
                 "Rates are compared with the benchmark as exact ratios; beside each is the 95 % interval "
                 "after Wilson 1927.\n"
                 "Example: eccrine qns --csv tests.csv --until 2026-03-31 --by operator,age");
    verb->callback([o, &chosen] { chosen = [o] { return runQns(*o); }; });
}

} // namespace eccrine::app
