// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/norm_set.hpp"
#include "tests/analysis/norms/example_norms.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::analysis {
namespace {

using testing::HasSubstr;
using tests::labs;

struct Broken {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class BrokenNorms : public testing::TestWithParam<Broken> {};

TEST_P(BrokenNorms, AreRefusedWholeWithTheLine) {
    std::string text = labs;
    const auto at = text.find(GetParam().from);
    ASSERT_NE(at, std::string::npos);
    text.replace(at, std::string(GetParam().from).size(), GetParam().to);
    const auto set = parseNorms(text, "lab.toml");
    ASSERT_FALSE(set);
    EXPECT_THAT(set.error().sentence(), HasSubstr("lab.toml:"));
    EXPECT_THAT(set.error().sentence(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenNorms,
    testing::Values(
        Broken{"Schema", "schema = 1", "schema = 2", "schema version"},
        Broken{"Unit", "uL per capsule", "uL/cm2", "unit"},
        Broken{"UnknownKey", "n = 60", "n = 60\nmedian = 1", "\"median\" is not known"},
        Broken{"NoCitation", "citation = \"own controls 2026\"\n", "", "no \"citation\""},
        Broken{"Sex", "sex = \"any\"", "sex = \"both\"", "female, male or any"},
        Broken{"Use", "use = \"classification\"", "use = \"show\"", "classification or information"},
        Broken{"NoPersons", "n = 60\n", "", "no \"n\""},
        Broken{"NoAges", "age_to_y = 80\n", "", "no \"age_to_y\""},
        Broken{"HalfAYear", "age_to_y = 80", "age_to_y = 80.5", "whole years"},
        Broken{"NoCertainty", "certainty = \"own data\"\n", "", "no \"certainty\""},
        Broken{"NoLicence", "licence = \"own\"\n", "", "no \"licence\""},
        Broken{"Interval", "n = 60", "n = 60\nconfidence_pct = 90\nintervals = { p5 = { low = 0.2 } }",
               "does not enclose"},
        Broken{"IntervalOfNothing", "n = 60",
               "n = 60\nconfidence_pct = 90\nintervals = { p7 = { low = 0.2 } }",
               "of a percentile that is stored"},
        Broken{"IntervalSide", "n = 60", "n = 60\nconfidence_pct = 90\nintervals = { p5 = { least = 0.2 } }",
               "\"low\" and \"high\""},
        Broken{"NoConfidence", "n = 60", "n = 60\nintervals = { p5 = { low = 0.01 } }",
               "no \"confidence_pct\""},
        Broken{"Ages", "age_from_y = 20", "age_from_y = 90", "below"},
        Broken{"Falling", "p50 = 0.5", "p50 = 0.01", "fall"},
        Broken{"Percentile", "p50", "median", "not a percentile"},
        Broken{"Negative", "p5 = 0.1", "p5 = -0.1", "0 or more"},
        Broken{"Twice", "sex = \"female\"", "sex = \"any\"", "same site, sex and age"},
        Broken{"Syntax", "id = \"lab\"", "id = lab", "lab.toml:3"}),
    [](const auto& broken) { return std::string(broken.param.name); });

TEST(NormFile, ItsHashChangesWithEachCharacter) {
    EXPECT_NE(parseNorms(labs, "a")->sha256, parseNorms(std::string(labs) + "\n", "a")->sha256);
    EXPECT_EQ(parseNorms(labs, "a")->sha256.size(), 64U);
    EXPECT_EQ(parseNorms(labs, "a")->verifiedBy, "B. Person");
    EXPECT_EQ(tests::shipped("qsweat-adults.toml").verifiedBy, "");
}

TEST(NormFile, CarriesItsCitationsAndTheHashOfItsText) {
    for (const char* name :
         {"qsweat-adults.toml", "qsweat-children.toml", "qsweat-taiwan-information.toml"}) {
        const NormSet set = tests::shipped(name);
        EXPECT_EQ(set.deviceFamily, "q-sweat") << name;
        EXPECT_EQ(set.unit, "uL per capsule") << name;
        EXPECT_FALSE(set.verified()) << name;
        EXPECT_EQ(set.tables.size(), 8U) << name;
        for (const NormTable& table : set.tables) {
            EXPECT_FALSE(table.citation.empty()) << name;
            EXPECT_FALSE(table.certainty.empty()) << name;
        }
    }
}

TEST(NormFile, TheMediansOfTheTaiwaneseControlsStateNeitherAgesNorN) {
    const NormSet set = tests::shipped("qsweat-taiwan-information.toml");
    EXPECT_EQ(set.use, NormUse::Information);
    std::vector<double> medians;
    for (const NormTable& table : set.tables) {
        EXPECT_FALSE(table.agesStated);
        EXPECT_EQ(table.n, 0U);
        ASSERT_EQ(table.percentiles.size(), 1U);
        medians.push_back(table.percentiles.at(50.0).value);
    }
    // forearm, proximal leg, distal leg, foot of women, then of men [µL per capsule]
    EXPECT_THAT(medians, testing::ElementsAre(0.495, 0.505, 0.389, 0.203, 1.079, 1.091, 1.107, 0.585));
}

TEST(NormFile, WrittenAndReadAgainIsTheSame) {
    for (const char* name :
         {"qsweat-adults.toml", "qsweat-children.toml", "qsweat-taiwan-information.toml"}) {
        const std::string text = normText(tests::shipped(name));
        const auto again = parseNorms(text, name);
        ASSERT_TRUE(again) << again.error().sentence();
        EXPECT_EQ(normText(*again), text);
    }
    NormSet odd = *parseNorms(labs, "lab.toml");
    odd.title = "a \"quoted\" title \\ of\ntwo lines";
    odd.tables[0].quantile = "type 6";
    odd.tables[0].confidence_pct = 90.0;
    odd.tables[0].intervals = {{5.0, {{}, Microlitres{0.2}}}, {50.0, {Microlitres{0.4}, Microlitres{0.6}}}};
    const auto again = parseNorms(normText(odd), "odd.toml");
    ASSERT_TRUE(again) << again.error().sentence();
    EXPECT_EQ(again->title, odd.title);
    EXPECT_EQ(again->verifiedBy, "B. Person");
    EXPECT_EQ(again->tables[0].percentiles, odd.tables[0].percentiles);
    EXPECT_EQ(again->tables[0].intervals, odd.tables[0].intervals);
    EXPECT_EQ(again->tables[0].quantile, "type 6");
}

TEST(NormFile, IsNotWrittenOverAnotherNorLeftHalfWritten) {
    const tests::TemporaryFolder folder;
    const NormSet set = *parseNorms(labs, "lab.toml");
    ASSERT_TRUE(writeNorms(set, folder.file("own.toml")));
    EXPECT_EQ(tests::readText(folder.file("own.toml")), normText(set));
    const auto again = writeNorms(set, folder.file("own.toml"));
    ASSERT_FALSE(again);
    EXPECT_THAT(again.error().sentence(), HasSubstr("exists"));
    EXPECT_FALSE(writeNorms(set, folder.file("nowhere/own.toml")));
    EXPECT_FALSE(std::filesystem::exists(folder.file("own.toml.part")));
}

TEST(NormFile, AFileThatIsNotThereIsAWrongCall) {
    const auto set = loadNorms("nowhere.toml");
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().kind, Failure::Kind::Call);
}

} // namespace
} // namespace eccrine::analysis
