// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/cass.hpp"
#include "tests/analysis/norms/example_norms.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::analysis {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr double limit_ul = 0.2;

CassRules rules() {
    auto read = loadCassRules(tests::shippedFile("cass-sudomotor.toml"));
    EXPECT_TRUE(read) << read.error().sentence();
    return read ? *read : CassRules{};
}

CassSite site(const char* name, double volume_ul) {
    CassSite s{name, Microlitres{volume_ul}, {}, false};
    s.norm.setId = "lab";
    s.norm.lower = Microlitres{limit_ul};
    s.norm.verified = true;
    s.norm.normClass = volume_ul < limit_ul ? NormClass::Reduced : NormClass::Within;
    return s;
}

/// Lower limit 0.2 µL at each site.
CassInput input(double forearm_ul, double proximal_ul, double distal_ul, double foot_ul) {
    return {{site("forearm", forearm_ul), site("proximal_leg", proximal_ul), site("distal_leg", distal_ul),
             site("foot", foot_ul)},
            {}};
}

int scoreOf(const CassInput& in) {
    const CassScore result = sudomotorSubscore(in, rules(), true);
    EXPECT_TRUE(result.score) << result.absentBecause;
    EXPECT_EQ(result.reasons.empty(), result.score == 0);
    return result.score.value_or(-1);
}

TEST(SudomotorScore, IsAbsentUnlessTheLaboratoryEnablesIt) {
    const CassScore off = sudomotorSubscore(input(1, 1, 1, 1), rules(), false);
    EXPECT_FALSE(off.score);
    EXPECT_THAT(off.absentBecause, HasSubstr("not enabled"));
    EXPECT_THAT(off.reasons, IsEmpty());
}

TEST(SudomotorScore, IsAbsentWithoutAVerifiedNormSet) {
    auto in = input(1, 1, 1, 1);
    in.sites[2].norm.verified = false;
    EXPECT_THAT(sudomotorSubscore(in, rules(), true).absentBecause, HasSubstr("verified by nobody"));
    in.sites[2].norm = {};
    in.sites[2].norm.reason = "No norm set is loaded.";
    EXPECT_THAT(sudomotorSubscore(in, rules(), true).absentBecause, HasSubstr("No norm set is loaded."));
}

TEST(SudomotorScore, IsAbsentForThePublishedSetsThatNobodyHasVerified) {
    auto in = input(1, 1, 1, 1);
    for (CassSite& s : in.sites)
        s.norm =
            classify({tests::shipped("qsweat-adults.toml")}, {s.site, "q-sweat", Sex::Male, 40}, *s.volume);
    EXPECT_FALSE(sudomotorSubscore(in, rules(), true).score);
}

TEST(SudomotorScore, IsAbsentWhereASiteIsMissingOrItsLimitIsZero) {
    auto in = input(1, 1, 1, 1);
    in.sites[3].norm.lower = Microlitres{0.0};
    in.sites[3].norm.normClass = NormClass::Unclassified;
    EXPECT_THAT(sudomotorSubscore(in, rules(), true).absentBecause, HasSubstr("cannot be graded"));
    in.sites[3].volume.reset();
    EXPECT_THAT(sudomotorSubscore(in, rules(), true).absentBecause, HasSubstr("\"foot\" has no volume"));
    in.sites.pop_back();
    EXPECT_THAT(sudomotorSubscore(in, rules(), true).absentBecause, HasSubstr("\"foot\" has no volume"));
}

TEST(SudomotorScore, GradesTheReducedSites) {
    EXPECT_EQ(scoreOf(input(1, 1, 1, 1)), 0);
    EXPECT_EQ(scoreOf(input(1, 1, 1, 0.2)), 0);     // equality is normal
    EXPECT_EQ(scoreOf(input(1, 1, 1, 0.19)), 1);    // one site reduced
    EXPECT_EQ(scoreOf(input(1, 1, 1, 0.1)), 1);     // half of the limit is not below half
    EXPECT_EQ(scoreOf(input(1, 1, 1, 0.099)), 2);   // one site below half of the limit
    EXPECT_EQ(scoreOf(input(0.09, 1, 1, 0.05)), 3); // two sites
    EXPECT_EQ(scoreOf(input(1, 1, 1, -0.01)), 2);   // at or below 0 is compared as 0
}

TEST(SudomotorScore, ASmallDistalVolumeInProportionIsMild) {
    EXPECT_EQ(scoreOf(input(1, 3.1, 1.0, 1)), 1);
    EXPECT_EQ(scoreOf(input(1, 2.9, 1.0, 1)), 0);
}

TEST(SudomotorScore, PersistentSweatingCountsAtTheFootOnly) {
    auto in = input(1, 1, 1, 1);
    in.sites[0].persistent = true;
    EXPECT_EQ(scoreOf(in), 0);
    in.sites[3].persistent = true;
    EXPECT_EQ(scoreOf(in), 1);
}

TEST(SudomotorScore, GradesTheAnhidrosisAndTakesTheLargestGrade) {
    auto in = input(1, 1, 1, 1);
    for (const auto& [area_pct, score] : {std::pair{0.0, 0}, std::pair{24.9, 1}, std::pair{25.0, 2},
                                          std::pair{50.0, 2}, std::pair{50.1, 3}}) {
        in.anhidrosis_pct = area_pct;
        EXPECT_EQ(scoreOf(in), score) << area_pct;
    }
    in = input(0.01, 0.01, 1, 1);
    in.anhidrosis_pct = 10.0;
    EXPECT_EQ(scoreOf(in), 3);
    in.anhidrosis_pct = 101.0;
    EXPECT_FALSE(sudomotorSubscore(in, rules(), true).score);
}

TEST(SudomotorScore, NamesTheRulesAndThatNobodyHasVerifiedThem) {
    const CassScore result = sudomotorSubscore(input(1, 1, 1, 1), rules(), true);
    EXPECT_THAT(result.citation, HasSubstr("Low 1993"));
    EXPECT_EQ(result.rulesSha256.size(), 64U);
    EXPECT_FALSE(result.rulesVerified);
}

struct BrokenRule {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class BrokenCassRules : public testing::TestWithParam<BrokenRule> {};

TEST_P(BrokenCassRules, AreRefusedWholeWithTheLine) {
    std::string text = tests::readText(tests::shippedFile("cass-sudomotor.toml"));
    const std::string from = GetParam().from;
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), GetParam().to);
    const auto read = parseCassRules(text, "rules.toml");
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().sentence(), HasSubstr("rules.toml:"));
    EXPECT_THAT(read.error().sentence(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenCassRules,
    testing::Values(BrokenRule{"Schema", "schema = 1", "schema = 9", "schema version"},
                    BrokenRule{"Site", "distal_site = \"distal_leg\"", "distal_site = \"toe\"", "not one of"},
                    BrokenRule{"Fraction", "of_limit = 0.5", "of_limit = 50", "outside 0 to 1"},
                    BrokenRule{"Order", "above_pct = 50", "above_pct = 20", "is below"},
                    BrokenRule{"NoCitation", "citation =", "cites =", "no \"citation\""}),
    [](const auto& broken) { return std::string(broken.param.name); });

} // namespace
} // namespace eccrine::analysis
