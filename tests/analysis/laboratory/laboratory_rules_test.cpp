// SPDX-License-Identifier: GPL-3.0-or-later
#include "datafiles/text_hash.hpp"
#include "shipped_rules.hpp"

#include <fstream>
#include <iterator>

namespace eccrine::laboratory {
namespace {

std::string shippedText() {
    std::ifstream in(rulesFile());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(LaboratoryRules, TheShippedFileHasTheNumbersOfTheReference) {
    const LaboratoryRules& r = shippedRules();
    EXPECT_EQ(r.weighing.massMost_mg, Decimal(2000)); // section 1.5
    EXPECT_EQ(r.weighing.tareHoursMost, 24);
    EXPECT_EQ(r.coil_ul_per_cm, dec("2.7")); // section 1.2, step 11
    ASSERT_TRUE(r.coilWidest);
    EXPECT_EQ(r.coilWidest->ul_per_cmAtMost, dec("3.7")); // from memory, see the file
    EXPECT_EQ(r.coilWidest->readWithin_cm, dec("0.1"));
    EXPECT_TRUE(r.secondPerson); // section 1.2, step 14
    EXPECT_EQ(r.duplicate.leftLeast_ul, Decimal(20));
    EXPECT_EQ(r.duplicate.within_mmol_l, Decimal(3));
    EXPECT_EQ(r.duplicate.within_percent, Decimal(5));
    EXPECT_EQ(r.storage.roomHours, 24);
    EXPECT_EQ(r.storage.coldHours, 72);
    EXPECT_EQ(r.control.levelsPerDay, 2); // section 1.6
    EXPECT_EQ(r.control.cvBelow_percent, Decimal(5));
    EXPECT_EQ(r.control.warn, std::set{WestgardRule::OneTwoS});
    EXPECT_EQ(r.control.reject, (std::set{WestgardRule::OneThreeS, WestgardRule::TwoTwoS}));
    ASSERT_EQ(r.qns.bands.size(), 2U); // section 1.4, point 7
    EXPECT_EQ(r.qns.bands[0].toMonths, 3);
    EXPECT_EQ(r.qns.bands[0].atMost_percent, Decimal(10));
    EXPECT_EQ(r.qns.bands[1].atMost_percent, Decimal(5));
    EXPECT_EQ(r.qns.windowMonths, 12);
    EXPECT_EQ(r.qns.repeatWithinDays, 7);
    EXPECT_EQ(r.sha256, datafiles::sha256Of(shippedText()));
}

TEST(LaboratoryRules, AChangedFileHasAnotherHash) {
    const auto mine = parseLaboratoryRules(
        replaced(shippedText(), "levels_per_day = 2", "levels_per_day = 3"), "mine.toml");
    ASSERT_TRUE(mine) << mine.error().sentence();
    EXPECT_EQ(mine->control.levelsPerDay, 3);
    EXPECT_NE(mine->sha256, shippedRules().sha256);
}

TEST(LaboratoryRules, AFileOfBeforeSaysNothingOfTheWidestCoilAndAsksForASecondPerson) {
    const std::string text = shippedText();
    const auto cut = [](std::string from, const std::string& table) {
        const std::size_t begin = from.find("[" + table + "]\n");
        EXPECT_NE(begin, std::string::npos) << table;
        return from.erase(begin, from.find("\n\n", begin) - begin);
    };
    const auto before =
        parseLaboratoryRules(cut(cut(cut(text, "coil_widest"), "validation"), "stimulation"), "before.toml");
    ASSERT_TRUE(before) << before.error().sentence();
    EXPECT_FALSE(before->coilWidest);
    EXPECT_TRUE(before->secondPerson);
    const auto narrow =
        parseLaboratoryRules(replaced(text, "ul_per_cm_at_most = 3.7", "ul_per_cm_at_most = 2.6"), "x.toml");
    ASSERT_FALSE(narrow);
    EXPECT_NE(narrow.error().sentence().find("below"), std::string::npos) << narrow.error().sentence();
}

TEST(LaboratoryRules, TheDayOfThreeMonthsBelongsToTheYoungerBand) {
    const QnsRules& rules = shippedRules().qns;
    EXPECT_EQ(rules.bandOf({2025, 12, 10}, {2026, 3, 10}).id, "le_3_months");
    EXPECT_EQ(rules.bandOf({2025, 12, 10}, {2026, 3, 11}).id, "gt_3_months");
    EXPECT_EQ(rules.bandOf({2025, 11, 30}, {2026, 2, 28}).id, "le_3_months"); // February has no 30th
    EXPECT_EQ(rules.bandOf({2025, 11, 30}, {2026, 3, 1}).id, "gt_3_months");
}

struct Spoilt {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};
class RefusedRules : public testing::TestWithParam<Spoilt> {};

TEST_P(RefusedRules, AreNamedWithTheirLine) {
    const auto refused =
        parseLaboratoryRules(replaced(shippedText(), GetParam().from, GetParam().to), "mine.toml");
    ASSERT_FALSE(refused);
    const std::string sentence = refused.error().sentence();
    EXPECT_NE(sentence.find(GetParam().says), std::string::npos) << sentence;
    EXPECT_NE(sentence.find("mine.toml:"), std::string::npos) << sentence;
}

INSTANTIATE_TEST_SUITE_P(
    Table, RefusedRules,
    testing::Values(
        Spoilt{"Schema", "schema = 1", "schema = 2", "schema"},
        Spoilt{"UnknownKey", "room_hours = 24", "room_hours = 24\nfridge_hours = 1", "fridge_hours"},
        Spoilt{"MissingKey", "room_hours = 24\n", "", "no \"room_hours\""},
        Spoilt{"OutOfRange", "ul_per_cm = 2.7", "ul_per_cm = 0", "\"ul_per_cm\" is 0"},
        Spoilt{"NotWhole", "levels_per_day = 2", "levels_per_day = 2.5", "whole number"},
        Spoilt{"SixDecimals", "ul_per_cm = 2.7", "ul_per_cm = 2.700001", "five decimals"},
        Spoilt{"NotCited", "[coil]\nsource = \"coil-bore\"", "[coil]\nsource = \"x\"", "cites \"x\""},
        Spoilt{"Certainty", "certainty = \"policy\"", "certainty = \"sure\"", "\"sure\""},
        Spoilt{"TwoSources", "id = \"entry\"", "id = \"weighing\"", "two sources"},
        Spoilt{"Westgard", "\"1-2s\"", "\"1-4s\"", "\"1-4s\""},
        Spoilt{"WarnsAndRejects", "warn = [\"1-2s\"]", "warn = [\"1-3s\"]", "both warns and rejects"},
        Spoilt{"NoOpenBand", "label = \"above 3 months\"", "label = \"above\"\nto_months = 9",
               "every later age"},
        Spoilt{"BandOrder", "to_months = 3\n", "", "order of age"},
        Spoilt{"TwoBands", "id = \"gt_3_months\"", "id = \"le_3_months\"", "two [[qns_band]]"}),
    [](const auto& named) { return std::string(named.param.name); });

} // namespace
} // namespace eccrine::laboratory
