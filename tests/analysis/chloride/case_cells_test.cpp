// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/case_cells.hpp"

#include <gtest/gtest.h>

namespace eccrine::chloride {
namespace {

using Cells = std::map<std::string, std::string>;

constexpr Date today{2026, 2, 7};

Cells good() {
    return {{"case_id", "A"},        {"profile", "CFF-2017"},
            {"dob", "2026-01-10"},   {"collection_date", "2026-02-07"},
            {"method", "coil"},      {"left_amount", "40"},
            {"left_unit", "uL"},     {"left_minutes", "30"},
            {"left_chloride", "52"}, {"sodium", ""}};
}

TEST(CaseCells, AnEmptyCellMeansNotDone) {
    const auto read = caseOf(good(), "", today);
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_EQ(read->test.sites[0].amount, Decimal(40));
    EXPECT_FALSE(read->test.sites[1].done());
    EXPECT_FALSE(read->test.sodium);
}

TEST(CaseCells, MinutesMayHaveSecondsAndNeverReachTheNextMinute) {
    Cells cells = good();
    cells["left_minutes"] = "30:59";
    const auto read = caseOf(cells, "", today);
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_EQ(read->test.sites[0].minutes->whole(), 30);
    EXPECT_EQ(read->test.sites[0].minutes->text(), "30.98");
}

TEST(CaseCells, KnowsTheNamesOfMethodsAndUnits) {
    for (const auto& [method, unit] :
         {std::pair{"macroduct", "µL"}, std::pair{"coil", ""}, std::pair{"gauze", "mg"},
          std::pair{"paper", "mg"}, std::pair{"nanoduct", "ul"}}) {
        Cells cells = good();
        cells["method"] = method;
        cells["left_unit"] = unit;
        EXPECT_TRUE(caseOf(cells, "", today)) << method << " " << unit;
    }
}

TEST(CaseCells, WhatWasCollectedTodayIsThereAndWhatWillBeTomorrowIsNot) {
    EXPECT_TRUE(caseOf(good(), "", {2026, 2, 7}));
    const auto refused = caseOf(good(), "", {2026, 2, 6});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().sentence(),
              "collection_date: the collection on 2026-02-07 is after today, 2026-02-06; "
              "check the date, and the one of this computer.");
}

struct Wrong {
    const char* name;
    const char* column;
    const char* cell;
    const char* says;
};
class CaseCells : public testing::TestWithParam<Wrong> {};

TEST_P(CaseCells, NamesTheCellThatIsWrong) {
    Cells cells = good();
    cells[GetParam().column] = GetParam().cell;
    const auto refused = caseOf(cells, "cases.csv:3, case A", today);
    ASSERT_FALSE(refused);
    const std::string sentence = refused.error().sentence();
    EXPECT_NE(sentence.find(GetParam().says), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("cases.csv:3"), std::string::npos) << sentence;
}

INSTANTIATE_TEST_SUITE_P(Table, CaseCells,
                         testing::Values(Wrong{"CommaDecimal", "left_chloride", "29,5", "comma"},
                                         Wrong{"Word", "left_amount", "QNS", "not a number"},
                                         Wrong{"WrongUnit", "left_unit", "mg", "measured in uL"},
                                         Wrong{"NoProfile", "profile", "", "profile is missing"},
                                         Wrong{"NoBirth", "dob", "", "dob is missing"},
                                         Wrong{"NoDay", "dob", "2026-02-30", "does not exist"},
                                         Wrong{"NoCollection", "collection_date", "yesterday", "not a date"},
                                         Wrong{"Method", "method", "sponge", "\"sponge\" is not known"},
                                         Wrong{"Seconds", "left_minutes", "30:75", "not a time"},
                                         Wrong{"Sodium", "sodium", "-1", "sodium is -1"},
                                         Wrong{"Weight", "weight_kg", "4000", "weight_kg is 4000"}),
                         [](const auto& named) { return std::string(named.param.name); });

} // namespace
} // namespace eccrine::chloride
