// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/laboratory/qns_csv.hpp"

#include <gtest/gtest.h>

namespace eccrine::laboratory {
namespace {

constexpr const char* header = "case_id,date,dob,laboratory,operator,device,attempt,outcome,skin_reaction\n";
constexpr const char* good = "A,2026-02-07,2026-01-10,North,Ada,M1,first,QNS,no\n";

Result<OccasionFile> read(const std::string& text) {
    const auto table = datafiles::parseCsvTable(text, "tests.csv");
    if (!table) return tl::unexpected(table.error());
    return occasionsOf(*table, "tests.csv");
}

TEST(OccasionFiles, AreReadCellByCell) {
    const auto file =
        read(std::string(header) + good + "A,2026-02-09,2026-01-10,South,Ben,M2,REPEAT,report_mean,\n");
    ASSERT_TRUE(file) << file.error().sentence();
    ASSERT_TRUE(file->faults.empty()) << file->faults[0].sentence();
    ASSERT_EQ(file->occasions.size(), 2U);
    const TestOccasion &first = file->occasions[0], &second = file->occasions[1];
    EXPECT_EQ(first.caseId, "A");
    EXPECT_EQ(first.date, (Date{2026, 2, 7}));
    EXPECT_EQ(first.born, (Date{2026, 1, 10}));
    EXPECT_EQ(first.attempt, Attempt::First);
    EXPECT_TRUE(first.qns);
    EXPECT_EQ(first.skinReaction, false);
    EXPECT_EQ(second.laboratory, "South");
    EXPECT_EQ(second.operatorName, "Ben");
    EXPECT_EQ(second.device, "M2");
    EXPECT_EQ(second.attempt, Attempt::Repeat);
    EXPECT_FALSE(second.qns);
    EXPECT_FALSE(second.skinReaction);
}

TEST(OccasionFiles, ColumnsMayStandInAnyOrderAndUnknownOnesAreTold) {
    const auto file = read("ward,outcome,skin_reaction,attempt,device,operator,laboratory,dob,date,case_id\n"
                           "3,OK,yes,first,M1,Ada,North,2026-01-10,2026-02-07,A\n");
    ASSERT_TRUE(file) << file.error().sentence();
    EXPECT_EQ(file->unknownColumns, std::vector<std::string>{"ward"});
    ASSERT_EQ(file->occasions.size(), 1U);
    EXPECT_EQ(file->occasions[0].skinReaction, true);
}

TEST(OccasionFiles, AMissingColumnRefusesTheFile) {
    const auto file = read("case_id,date,dob,laboratory,operator,device,attempt,outcome\n");
    ASSERT_FALSE(file);
    EXPECT_NE(file.error().what.find("skin_reaction"), std::string::npos);
}

struct WrongRow {
    const char* name;
    const char* row;
    const char* says;
};
class WrongRows : public testing::TestWithParam<WrongRow> {};

TEST_P(WrongRows, RefuseTheFileWithLineAndReason) {
    const auto file = read(std::string(header) + good + GetParam().row + "\n");
    ASSERT_TRUE(file) << file.error().sentence();
    EXPECT_TRUE(file->occasions.empty());
    ASSERT_EQ(file->faults.size(), 1U);
    const std::string sentence = file->faults[0].sentence();
    EXPECT_NE(sentence.find(GetParam().says), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("tests.csv:3"), std::string::npos) << sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Table, WrongRows,
    testing::Values(
        WrongRow{"NoCase", ",2026-02-07,2026-01-10,North,Ada,M1,first,OK,no", "case_id is missing"},
        WrongRow{"NoOperator", "B,2026-02-07,2026-01-10,North,,M1,first,OK,no", "operator is missing"},
        WrongRow{"Date", "B,07.02.2026,2026-01-10,North,Ada,M1,first,OK,no", "date: \"07.02.2026\""},
        WrongRow{"Birth", "B,2026-02-07,2026-02-30,North,Ada,M1,first,OK,no", "does not exist"},
        WrongRow{"BeforeBirth", "B,2026-02-07,2026-02-08,North,Ada,M1,first,OK,no", "before the birth"},
        WrongRow{"Attempt", "B,2026-02-07,2026-01-10,North,Ada,M1,second,OK,no", "attempt is \"second\""},
        WrongRow{"Outcome", "B,2026-02-07,2026-01-10,North,Ada,M1,first,fine,no", "outcome is \"fine\""},
        WrongRow{"Skin", "B,2026-02-07,2026-01-10,North,Ada,M1,first,OK,red", "skin_reaction is \"red\""},
        WrongRow{"TwoFirst", "A,2026-02-09,2026-01-10,North,Ada,M1,first,OK,no", "line 2 already"},
        WrongRow{"OtherBirth", "A,2026-02-09,2026-01-11,North,Ada,M1,repeat,OK,no", "but 2026-01-10"},
        WrongRow{"RepeatBefore", "A,2026-02-06,2026-01-10,North,Ada,M1,repeat,OK,no",
                 "before the first attempt"}),
    [](const auto& named) { return std::string(named.param.name); });

TEST(OccasionFiles, TwoRepeatsOfACaseOnOneDayAreRefused) {
    const std::string repeat = "A,2026-02-09,2026-01-10,North,Ada,M1,repeat,OK,no\n";
    const auto file = read(std::string(header) + good + repeat + repeat);
    ASSERT_TRUE(file);
    ASSERT_EQ(file->faults.size(), 1U);
    EXPECT_NE(file->faults[0].what.find("line 3 already"), std::string::npos);
}

TEST(OccasionFiles, TenFaultsAreNamedAndAllAreCounted) {
    std::string text = header;
    for (int i = 0; i < 12; ++i)
        text += "A,,,,,,,,\n";
    const auto file = read(text);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->faults.size(), 10U);
    EXPECT_EQ(file->faulty, 12U);
}

} // namespace
} // namespace eccrine::laboratory
