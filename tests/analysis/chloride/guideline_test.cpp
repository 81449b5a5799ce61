// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/analysis/chloride/profiles.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace eccrine::chloride {
namespace {

std::string textOf(const std::string& id) {
    std::ifstream in(std::string(ECCRINE_PROTOCOL_DIR) + "/guidelines/" + id + ".toml");
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(Guidelines, AllThatComeWithTheProgramAreSound) {
    const GuidelineLibrary library = shippedProfiles();
    EXPECT_TRUE(library.refused.empty()) << library.refused.front();
    for (const char* id : {"ADULT-INFO", "CFF-2017", "CLSI-C34-A3", "COND-CINEL", "COND-MATTAR",
                           "COND-NANODUCT", "COND-SCREEN", "COND-UK", "FR-2010", "RCPA", "UK-2014"})
        EXPECT_NE(library.find(id), nullptr) << id;
}

TEST(Guidelines, AreVerifiedByNobodyUntilALaboratorySaysSo) {
    for (const Guideline& g : shippedProfiles().guidelines)
        EXPECT_FALSE(g.verified()) << g.id;
}

// P1 of the reference table
TEST(Guidelines, GiveEveryWholeNumberAtEveryAgeExactlyOneClass) {
    const Date born{2025, 8, 31};
    for (const Guideline& g : shippedProfiles().guidelines) {
        if (g.analyte == Analyte::Information) continue;
        for (int months = 0; months < 120 * 12; months += months < 250 ? 1 : 60)
            for (const int shift : {-1, 0, 1}) {
                const Date on = Date::ofDays(born.plusMonths(months).days() + shift);
                if (on < born) continue;
                int bands = 0;
                for (const AgeBand& band : g.bands)
                    bands += band.holds(born, on) ? 1 : 0;
                ASSERT_EQ(bands, 1) << g.id << " " << on.text();
                const AgeBand& band = *g.bandAt(born, on);
                if (!band.refusal.empty()) continue;
                for (int value = 0; value <= 160; ++value) {
                    int classes = 0;
                    for (const ClassRange& range : band.classes)
                        classes += value >= range.lowest && value <= range.highest ? 1 : 0;
                    ASSERT_EQ(classes, 1) << g.id << " " << value << " on " << on.text();
                }
            }
    }
}

// P2
TEST(Guidelines, SixMonthsEndByTheCalendar) {
    const GuidelineLibrary library = shippedProfiles();
    const Date born{2025, 8, 31};
    const auto unlikelyFrom40 = [&](const char* id, const Date& on) {
        return library.find(id)->bandAt(born, on)->decisionLimits.front() == 40;
    };
    EXPECT_FALSE(unlikelyFrom40("UK-2014", {2026, 2, 27}));
    EXPECT_TRUE(unlikelyFrom40("UK-2014", {2026, 2, 28}));
    EXPECT_FALSE(unlikelyFrom40("CLSI-C34-A3", {2026, 2, 28}));
    EXPECT_TRUE(unlikelyFrom40("CLSI-C34-A3", {2026, 3, 1}));
}

// P3
TEST(Guidelines, AnEditedOneHasAnotherHash) {
    const std::string text = textOf("CFF-2017");
    const auto before = parseGuideline(text, "a"), again = parseGuideline(text, "b");
    const auto after = parseGuideline(replaced(text, "at_or_below = 10", "at_or_below = 11"), "a");
    ASSERT_TRUE(before && again && after);
    EXPECT_EQ(before->sha256, again->sha256);
    EXPECT_NE(before->sha256, after->sha256);
}

TEST(Guidelines, EachValueCitesASourceWithItsCertainty) {
    for (const Guideline& g : shippedProfiles().guidelines) {
        for (const AgeBand& band : g.bands)
            ASSERT_NE(g.source(band.source), nullptr) << g.id;
        for (const SufficiencyRule& rule : g.sufficiency)
            ASSERT_NE(g.source(rule.source), nullptr) << g.id;
        if (g.agreement) {
            ASSERT_NE(g.source(g.agreement->source), nullptr) << g.id;
            EXPECT_NE(g.source(g.agreement->source)->certainty, "read")
                << "the limits between two sites were not read anywhere";
        }
        for (const EligibilityRule& rule : g.eligibility)
            ASSERT_NE(g.source(rule.source), nullptr) << g.id << " " << rule.code;
    }
}

struct Edit {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};
class GuidelineRefuses : public testing::TestWithParam<Edit> {};

TEST_P(GuidelineRefuses, AnEditThatLeavesItUnsoundAndNamesTheLine) {
    const auto refused =
        parseGuideline(replaced(textOf("UK-2014"), GetParam().from, GetParam().to), "mine.toml");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find(GetParam().says), std::string::npos) << refused.error().sentence();
    EXPECT_TRUE(refused.error().where.starts_with("mine.toml:")) << refused.error().sentence();
}

INSTANTIATE_TEST_SUITE_P(
    Table, GuidelineRefuses,
    testing::Values(
        Edit{"Gap", "highest = 29", "highest = 28", "the value 29 falls in no class"},
        Edit{"PrintedLimits", "limits = \"<30\"", "limits = \"<35\"",
             "is printed as \"<35\" and holds from 0 to 29"},
        Edit{"DecisionLimits", "decision_limits = [30, 60]", "decision_limits = [35, 60]",
             "the decision limit 35 lies between no two classes"},
        Edit{"Overlap", "highest = 29", "highest = 30", "the value 30 falls in more than one class"},
        Edit{"Missing", "lowest = 61\nhighest = 160", "lowest = 61\nhighest = 159",
             "the value 160 falls in no class"},
        Edit{"AgeGap", "from_months = 6", "from_months = 7", "falls in no [[age_band]]"},
        Edit{"AgeOverlap", "to_included = false", "to_included = true", "more than one [[age_band]]"},
        Edit{"UnknownClass", "code = \"CF_UNLIKELY\"", "code = \"CF_MAYBE\"", "CF_MAYBE"},
        Edit{"NoSource", "source = \"uk-rate\"", "source = \"somewhere\"", "which [[sources]] does not list"},
        Edit{"Certainty", "certainty = \"memory\"", "certainty = \"sure\"",
             "not one of read, derived, memory, policy"},
        Edit{"UnknownKey", "split = 60", "split = 60\nsplitt = 61", "is not known"},
        Edit{"Schema", "schema = 1", "schema = 2", "schema version"},
        Edit{"Unit", "unit = \"mmol/L\"", "unit = \"mg/dL\"", "the unit has to be"},
        Edit{"Collector", "collector = \"coil\"", "collector = \"sponge\"",
             "has to be one of coil, gauze, pad, cell"},
        Edit{"TwoRules", "collector = \"gauze\"", "collector = \"coil\"", "two sufficiency rules"},
        Edit{"Window", "minutes_at_least = 20", "minutes_at_least = 40", "above \"minutes_at_most\""},
        Edit{"Words", "[wording.DISCORDANT]", "[wording.SOMETHING]", "no words for \"DISCORDANT\""},
        Edit{"Date", "effective_from = \"2014-03-01\"", "effective_from = \"2014-02-30\"", "does not exist"},
        Edit{"ClassifyOn", "classify_on = \"rounded\"", "classify_on = \"floor\"", "one of rounded, raw"},
        Edit{"Sodium", "reject_above = 30", "reject_above = 3", "below \"warn_above\""}),
    [](const auto& named) { return std::string(named.param.name); });

TEST(Guidelines, ANameThatIsNotThereIsAnsweredWithThoseThatAre) {
    const auto missing = shippedProfiles().require("CFF-2071");
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().sentence().find("CFF-2017"), std::string::npos);
}

} // namespace
} // namespace eccrine::chloride
