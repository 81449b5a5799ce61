// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/patterns.hpp"
#include "tests/analysis/norms/example_norms.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>

namespace eccrine::analysis {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::initializer_list<const char*> standardSites{"forearm", "proximal_leg", "distal_leg", "foot"};

Distribution of(std::initializer_list<const char*> reduced, std::initializer_list<const char*> open = {},
                NormClass openClass = NormClass::None) {
    std::map<std::string, NormClass> sites;
    for (const char* s : standardSites)
        sites[s] = NormClass::Within;
    for (const char* s : reduced)
        sites[s] = NormClass::Reduced;
    for (const char* s : open)
        sites[s] = openClass;
    return distributionOf(sites);
}

TEST(Distribution, FollowsTheReducedSites) {
    EXPECT_EQ(of({}), Distribution::None);
    EXPECT_EQ(of({"foot"}), Distribution::LengthDependent);
    EXPECT_EQ(of({"foot", "distal_leg"}), Distribution::LengthDependent);
    EXPECT_EQ(of({"foot", "distal_leg", "proximal_leg"}), Distribution::LengthDependent);
    EXPECT_EQ(of({"forearm", "proximal_leg", "distal_leg", "foot"}), Distribution::Generalized);
    EXPECT_EQ(of({"forearm"}), Distribution::Focal);
    EXPECT_EQ(of({"distal_leg"}), Distribution::Focal);
    EXPECT_EQ(of({"proximal_leg", "foot"}), Distribution::Focal);
    EXPECT_EQ(of({"forearm", "distal_leg", "foot"}), Distribution::Focal);
}

TEST(Distribution, IsUnknownWhereASiteWithoutAClassCouldChangeIt) {
    EXPECT_EQ(distributionOf({{"foot", NormClass::Reduced}}), Distribution::Unknown);
    EXPECT_EQ(of({}, {"foot"}), Distribution::Unknown);
    EXPECT_EQ(of({}, {"foot"}, NormClass::Unclassified), Distribution::Unknown);
    EXPECT_EQ(of({"foot", "distal_leg"}, {"forearm"}), Distribution::Unknown);
    EXPECT_EQ(of({"forearm"}, {"foot"}), Distribution::Focal); // focal with the foot reduced, and without
    EXPECT_EQ(of({"foot"}, {"distal_leg"}), Distribution::LengthDependent);
}

TEST(Distribution, AnIncreasedSiteIsNotAReducedOne) {
    std::map<std::string, NormClass> sites;
    for (const char* s : standardSites)
        sites[s] = NormClass::Increased;
    EXPECT_EQ(distributionOf(sites), Distribution::None);
}

PatternTexts texts() {
    auto read = loadPatternTexts(tests::shippedFile("pattern-texts.toml"));
    EXPECT_TRUE(read) << read.error().sentence();
    return read ? *read : PatternTexts{};
}

std::vector<SiteState> states(std::initializer_list<const char*> reduced) {
    std::vector<SiteState> out;
    for (const char* s : standardSites)
        out.push_back({s, NormClass::Within, false});
    for (SiteState& s : out)
        for (const char* r : reduced)
            if (s.site == r) s.normClass = NormClass::Reduced;
    return out;
}

TEST(Pattern, AlwaysEndsWithTheRequestForClinicalCorrelation) {
    for (const auto& sites : {std::vector<SiteState>{}, states({}), states({"foot"}), states({"forearm"}),
                              states({"forearm", "proximal_leg", "distal_leg", "foot"})}) {
        const Pattern pattern = patternOf(sites, texts());
        ASSERT_GE(pattern.sentences.size(), 2U);
        EXPECT_THAT(pattern.sentences.back(), HasSubstr("correlate clinically"));
    }
}

TEST(Pattern, ListsTheReducedSitesFromForearmToFoot) {
    auto sites = states({"foot", "distal_leg", "proximal_leg"});
    std::swap(sites.front(), sites.back());
    const Pattern pattern = patternOf(sites, texts());
    EXPECT_EQ(pattern.distribution, Distribution::LengthDependent);
    EXPECT_THAT(pattern.reduced, ElementsAre("proximal_leg", "distal_leg", "foot"));
    EXPECT_THAT(pattern.sentences.front(), HasSubstr("the proximal leg, the distal leg and the foot"));
}

TEST(Pattern, PersistentAndIncreasedSitesAreStatementsOfTheirOwn) {
    auto sites = states({"foot"});
    sites[0].normClass = NormClass::Increased;
    sites[1].persistent = true;
    const Pattern pattern = patternOf(sites, texts());
    EXPECT_EQ(pattern.distribution, Distribution::LengthDependent);
    EXPECT_THAT(pattern.increased, ElementsAre("forearm"));
    EXPECT_THAT(pattern.persistent, ElementsAre("proximal_leg"));
    EXPECT_THAT(pattern.sentences, Contains(HasSubstr("above the 95th percentile at the forearm.")));
    EXPECT_THAT(pattern.sentences, Contains(HasSubstr("persists after the stimulus at the proximal leg.")));
}

TEST(Pattern, OtherSitesAreNamedAndDoNotChangeTheDistribution) {
    auto sites = states({});
    sites.push_back({"thumb", NormClass::Reduced, false});
    const Pattern pattern = patternOf(sites, texts());
    EXPECT_EQ(pattern.distribution, Distribution::None);
    EXPECT_THAT(pattern.otherReduced, ElementsAre("thumb"));
    EXPECT_THAT(pattern.sentences, Contains(HasSubstr("Further sites below the lower limit: thumb.")));
}

TEST(Pattern, SaysWhichSitesHaveNoClass) {
    auto sites = states({});
    sites[3].normClass = NormClass::Unclassified;
    sites[0].normClass = NormClass::None;
    const Pattern pattern = patternOf(sites, texts());
    EXPECT_EQ(pattern.distribution, Distribution::Unknown);
    EXPECT_THAT(pattern.unclassified, ElementsAre("foot"));
    EXPECT_THAT(pattern.noNorm, ElementsAre("forearm"));
    EXPECT_THAT(pattern.sentences, Contains(HasSubstr("no norm for the forearm")));
}

TEST(PatternTexts, TheWordsAreThoseOfTheFile) {
    std::string text = tests::readText(tests::shippedFile("pattern-texts.toml"));
    const std::string from = "No standard site is below its lower limit.";
    text.replace(text.find(from), from.size(), "Alles im Rahmen.");
    const auto german = parsePatternTexts(text, "de.toml");
    ASSERT_TRUE(german);
    EXPECT_EQ(patternOf(states({}), *german).sentences.front(), "Alles im Rahmen.");
    EXPECT_NE(german->sha256, texts().sha256);
}

struct BrokenText {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class BrokenPatternTexts : public testing::TestWithParam<BrokenText> {};

TEST_P(BrokenPatternTexts, AreRefusedWholeWithTheLine) {
    std::string text = tests::readText(tests::shippedFile("pattern-texts.toml"));
    const std::string from = GetParam().from;
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), GetParam().to);
    const auto read = parsePatternTexts(text, "texts.toml");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().sentence(), HasSubstr("texts.toml:"));
    EXPECT_THAT(read.error().sentence(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenPatternTexts,
    testing::Values(
        BrokenText{"Schema", "schema = 1", "schema = 2", "schema version"},
        BrokenText{"NoSites", "at {sites}: length", "at some: length", "has no {sites}"},
        BrokenText{"Placeholder", "{sites}: focal", "{site}: {sites}", "nothing would fill"},
        BrokenText{"NoRequest", "clinical_correlation =", "correlation =", "\"clinical_correlation\""},
        BrokenText{"EmptyRequest",
                   "\"Please correlate clinically: these statements describe measured volumes and "
                   "are not a diagnosis.\"",
                   "\"\"", "has to be a text"},
        BrokenText{"SiteName", "\"the foot\"", "4", "\"foot\" has to be a text"},
        BrokenText{"Unknown", "schema = 1", "schema = 1\nauthor = \"x\"", "not known"}),
    [](const auto& broken) { return std::string(broken.param.name); });

} // namespace
} // namespace eccrine::analysis
