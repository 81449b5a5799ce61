// SPDX-License-Identifier: GPL-3.0-or-later
// Expected values: RFC 4180, section 2.
#include "datafiles/csv_table.hpp"

#include <gtest/gtest.h>

namespace eccrine::datafiles {
namespace {

using Cells = std::vector<std::string>;

CsvTable table(std::string_view text) {
    const auto parsed = parseCsvTable(text, "t.csv");
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().sentence());
    return parsed.value_or(CsvTable{});
}

TEST(CsvTable, ReadsRowsUnderTheirColumns) {
    const CsvTable t = table("a,b\n1,2\n3,4\n");
    EXPECT_EQ(t.columns, (Cells{"a", "b"}));
    ASSERT_EQ(t.rows.size(), 2U);
    EXPECT_EQ(t.rows[1].cells, (Cells{"3", "4"}));
    EXPECT_EQ(t.rows[1].line, 3U);
    EXPECT_EQ(t.column("b"), 1U);
    EXPECT_FALSE(t.column("c"));
}

TEST(CsvTable, TheLastLineNeedsNoEnd) {
    EXPECT_EQ(table("a,b\r\n1,").rows.at(0).cells, (Cells{"1", ""}));
    EXPECT_EQ(table("a,b\r\n1,\"x\"").rows.at(0).cells, (Cells{"1", "x"}));
}

TEST(CsvTable, QuotedCellsHoldCommasQuotesAndLineEnds) {
    const CsvTable t = table("a,b\n\"x, y\",\"say \"\"no\"\"\"\n\"two\nlines\",z\nq,r\n");
    EXPECT_EQ(t.rows.at(0).cells, (Cells{"x, y", "say \"no\""}));
    EXPECT_EQ(t.rows.at(1).cells, (Cells{"two\nlines", "z"}));
    EXPECT_EQ(t.rows.at(2).line, 5U); // the cell before took two lines
}

TEST(CsvTable, PassesOverMarkCarriageReturnsCommentsAndEmptyLines) {
    const CsvTable t = table("\xEF\xBB\xBF# made by hand\r\na,b\r\n\r\n1,2\r\n# end\r\n");
    EXPECT_EQ(t.columns, (Cells{"a", "b"}));
    ASSERT_EQ(t.rows.size(), 1U);
    EXPECT_EQ(t.rows[0].line, 4U);
}

TEST(CsvTable, SaysOfSemicolonsThatTheyAreSemicolons) {
    const auto refused = parseCsvTable("# made by a spreadsheet\na;b\n1,5;2\n", "t.csv");
    ASSERT_FALSE(refused);
    EXPECT_EQ(
        refused.error().sentence(),
        "t.csv:2: the columns are separated by semicolons, and this file is read with commas; save it with a "
        "comma between the columns and a point in the numbers.");
    EXPECT_EQ(table("a;b,c\n1,2\n").columns, (Cells{"a;b", "c"})) << "a name may hold one";
}

TEST(CsvTable, AHeaderAloneIsAnEmptyTable) {
    EXPECT_TRUE(table("a,b\n").rows.empty());
}

TEST(CsvTable, AFaultyRowIsKeptWithItsFaultAndTheOthersGoOn) {
    const auto kept =
        parseCsvTable("a,b\n1,2\n3\n4,5,6\n7,x\"y\n8,\"z\"w\n9,10\n", "t.csv", FaultyRow::IsKept);
    ASSERT_TRUE(kept) << kept.error().sentence();
    ASSERT_EQ(kept->rows.size(), 6U);
    std::vector<std::size_t> lines, faulty;
    for (const CsvTable::Row& row : kept->rows) {
        lines.push_back(row.line);
        if (row.fault) faulty.push_back(row.line);
    }
    EXPECT_EQ(lines, (std::vector<std::size_t>{2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(faulty, (std::vector<std::size_t>{3, 4, 5, 6}));
    EXPECT_EQ(kept->rows[1].cells, (Cells{"3"}));
    EXPECT_EQ(kept->rows[1].fault->what, "the row has 1 cells, the header 2");
    EXPECT_EQ(kept->rows[3].cells, (Cells{"7"})) << "the cells before the fault";
    EXPECT_EQ(kept->rows[5].cells, (Cells{"9", "10"}));
}

TEST(CsvTable, AQuoteThatIsNotClosedRefusesTheFileInAnyCase) {
    const auto refused = parseCsvTable("a,b\n1,2\n3,\"4\n5,6\n", "t.csv", FaultyRow::IsKept);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "t.csv:3");
}

struct Wrong {
    const char* name;
    std::string text;
    const char* where;
    const char* says;
};
class CsvTableRefuses : public testing::TestWithParam<Wrong> {};

TEST_P(CsvTableRefuses, NamingTheLine) {
    const auto refused = parseCsvTable(GetParam().text, "t.csv");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, GetParam().where);
    EXPECT_NE(refused.error().what.find(GetParam().says), std::string::npos) << refused.error().sentence();
}

INSTANTIATE_TEST_SUITE_P(
    Table, CsvTableRefuses,
    testing::Values(Wrong{"Empty", "", "t.csv:1", "no header"},
                    Wrong{"CommentsOnly", "# nothing\n", "t.csv:1", "no header"},
                    Wrong{"ShortRow", "a,b\n1\n", "t.csv:2", "1 cells, the header 2"},
                    Wrong{"LongRow", "a,b\n1,2\n1,2,3\n", "t.csv:3", "3 cells, the header 2"},
                    Wrong{"TwoOfOneName", "a,a\n", "t.csv:1", "two columns are named \"a\""},
                    Wrong{"NoName", "a,,b\n", "t.csv:1", "no name"},
                    Wrong{"NotClosed", "a\nx\n\"never\nclosed\n", "t.csv:3", "not closed"},
                    Wrong{"BesideQuotes", "a,b\n\"x\"y,z\n", "t.csv:2", "beside a cell in quotes"},
                    Wrong{"QuoteInside", "a,b\nx\"y,z\n", "t.csv:2", "inside a cell"},
                    Wrong{"Latin1", "a\nM\xFCller\n", "t.csv:2", "no UTF-8"},
                    Wrong{"CutUtf8", "a\nM\xC3", "t.csv:2", "no UTF-8"},
                    Wrong{"Binary", std::string("a\n\0\n", 4), "t.csv:2", "no UTF-8"}),
    [](const auto& named) { return std::string(named.param.name); });

} // namespace
} // namespace eccrine::datafiles
