// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "records/result_csv.hpp"
#include "records/result_document.hpp"
#include "records/review.hpp"
#include "safety_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <limits>
#include <map>
#include <sstream>

namespace eccrine::records {
namespace {

using testing::StartsWith;
using tests::exampleResult;

std::vector<std::string> cellsOf(const std::string& line) {
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            cells.emplace_back();
        else if (c != '\n')
            cells.back() += c;
    }
    return cells;
}

/// One map from column to cell for each line below the head.
std::vector<std::map<std::string, std::string>> rowsOf(const std::string& table) {
    const auto names = cellsOf(resultCsvHead());
    std::vector<std::map<std::string, std::string>> rows;
    std::istringstream lines(table);
    for (std::string line; std::getline(lines, line);) {
        const auto cells = cellsOf(line);
        EXPECT_EQ(cells.size(), names.size()) << line;
        rows.emplace_back();
        for (std::size_t i = 0; i < std::min(cells.size(), names.size()); ++i)
            rows.back()[names[i]] = cells[i];
    }
    return rows;
}

TEST(ResultCsv, BeginsWithTheColumnsThatItHasAlwaysHad) {
    EXPECT_THAT(resultCsvHead(), StartsWith("file,sha256,site,usable,baseline_nl_per_min,onset_latency_s,"
                                            "onset_half_width_s,peak_nl_per_min,peak_time_s,volume_ul,"
                                            "volume_uncertainty_ul,charge_mc,shape,norm,flags,error,"));
    EXPECT_TRUE(isResultCsvHead(resultCsvHead()));
    EXPECT_FALSE(isResultCsvHead("time_s,forearm.rh_out_pct"));
}

TEST(ResultCsv, HasTheNumbersOfTheDocumentUnderTheSameNames) {
    const auto example = exampleResult();
    const auto rows = rowsOf(resultCsvRows("a.eccrine", example.test, example.result));
    const auto document = nlohmann::json::parse(resultJson(example.test, example.result));
    ASSERT_EQ(rows.size(), document["sites"].size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto site = document["sites"][i];
        site.update(site["delivered"]);
        int compared = 0;
        for (const auto& [name, value] : site.items()) {
            const auto cell = rows[i].find(name);
            if (cell == rows[i].end() || !(value.is_number() || value.is_null())) continue;
            ++compared;
            if (value.is_null()) {
                EXPECT_EQ(cell->second, "") << name;
            } else {
                EXPECT_EQ(std::stod(cell->second), value.get<double>()) << name;
            }
        }
        EXPECT_GE(compared, 23) << "of the document's numbers a column is missing";
    }
}

TEST(ResultCsv, HasAColumnForEachNumberOfASite) {
    const auto example = exampleResult();
    const auto document = nlohmann::json::parse(resultJson(example.test, example.result));
    const auto names = cellsOf(resultCsvHead());
    auto site = document["sites"][0];
    site.update(site["delivered"]);
    for (const auto& [name, value] : site.items())
        if (value.is_number()) {
            EXPECT_THAT(names, testing::Contains(name));
        }
}

TEST(ResultCsv, SaysWhatIsNotANumber) {
    const auto example = exampleResult();
    auto rows = rowsOf(resultCsvRows("x, \"y\"\n.csv", example.test, example.result));
    EXPECT_EQ(rows[0]["usable"], "yes");
    EXPECT_EQ(rows[0]["peak_nl_per_min_per_cm2"], "375"); // 300 nL/min over 0.8 cm²
    EXPECT_EQ(rows[0]["onset_verdict"], "found");
    EXPECT_EQ(rows[0]["simulated"], "yes");
    EXPECT_EQ(rows[0]["remarks"], "column foot.ph is not known and was not used");
    EXPECT_EQ(rows[1]["volume_over_forearm"], "0.375");
    EXPECT_EQ(rows[1]["usable"], "no");
    EXPECT_EQ(rows[1]["flags"], "NO_CURRENT NO_BASELINE");
    EXPECT_EQ(rows[1]["review_version"], "");
    Review review;
    review.version = 3;
    rows = rowsOf(resultCsvRows("a", example.test, example.result, &review));
    EXPECT_EQ(rows[0]["review_version"], "3");
}

TEST(ResultCsv, LeavesEmptyWhatIsNoNumber) {
    auto example = exampleResult();
    example.result.sites[0].measures->volume = {std::numeric_limits<double>::quiet_NaN()};
    example.result.sites[0].peakReliable = false;
    auto row = rowsOf(resultCsvRows("a", example.test, example.result))[0];
    for (const char* absent : {"volume_ul", "peak_nl_per_min", "peak_nl_per_min_per_cm2",
                               "peak_absolute_nl_per_min", "peak_lag_corrected_nl_per_min"})
        EXPECT_EQ(row[absent], "") << absent;
}

TEST(ResultCsv, HasTheSkinOfASiteAndTheHoldInEachRow) {
    auto example = exampleResult();
    auto rows = rowsOf(resultCsvRows("a", example.test, example.result));
    EXPECT_EQ(rows[0]["skin_grade"], "") << "not known is no 0";
    EXPECT_EQ(rows[0]["held"], "");
    EXPECT_EQ(rows[0]["trip"], "");
    tests::answerAll(example.test, "grade_1", "grade_4");
    example.test.events.push_back(tests::tripped(400, "The link to the instrument was lost."));
    rows = rowsOf(resultCsvRows("a", example.test, example.result));
    EXPECT_EQ(rows[0]["trip"], "200 s after the stimulus start: The link to the instrument was lost.");
    EXPECT_EQ(rows[0]["skin_grade"], "1");
    EXPECT_EQ(rows[1]["skin_grade"], "4");
    for (auto& row : rows)
        EXPECT_EQ(row["held"], "Foot: skin grade 4, burn");
}

TEST(ResultCsv, OfAFailureHasOneLineWithTheSentence) {
    const std::string line = failedCsvRow("a.csv", "a.csv: it is damaged,\nor empty; restore it.");
    auto rows = rowsOf(line);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(rows[0]["file"], "a.csv");
    EXPECT_EQ(rows[0]["usable"], "no");
    EXPECT_EQ(rows[0]["error"], "a.csv: it is damaged, or empty; restore it.");
    EXPECT_EQ(rows[0]["volume_ul"], "");
}

} // namespace
} // namespace eccrine::records
