// SPDX-License-Identifier: GPL-3.0-or-later
#include "protocols/norm_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::protocols {
namespace {

using analysis::classify;
using analysis::Distribution;
using analysis::distributionOf;
using analysis::NormClass;
using analysis::NormQuery;
using analysis::NormSet;
using analysis::Sex;
using testing::HasSubstr;

std::vector<NormSet> published() {
    const auto set = loadNorms(std::filesystem::path(ECCRINE_PROTOCOL_DIR) / "norms/q-sweat.toml");
    EXPECT_TRUE(set) << set.error().sentence();
    return {*set};
}

NormQuery adult(const char* site, Sex sex = Sex::Female, int age = 40) {
    return {site, "q-sweat", sex, age};
}

struct Limit {
    const char* site;
    Sex sex;
    int age;
    double fifth_ul;
};

class PublishedLimit : public testing::TestWithParam<Limit> {};

TEST_P(PublishedLimit, IsTheOneOfTheTable) {
    const Limit& limit = GetParam();
    const auto r = classify(published(), adult(limit.site, limit.sex, limit.age), {1.0});
    ASSERT_TRUE(r.lower);
    EXPECT_EQ(r.lower->value, limit.fifth_ul);
    EXPECT_EQ(r.normClass, NormClass::Within);
    EXPECT_FALSE(r.citation.empty());
}

// 376 adults of 20 to 69 years (Hawaii and Mayo), 101 children (Mayo): 5th percentiles in µL per capsule
INSTANTIATE_TEST_SUITE_P(
    Tables, PublishedLimit,
    testing::Values(Limit{"forearm", Sex::Female, 20, 0.08}, Limit{"proximal_leg", Sex::Female, 69, 0.19},
                    Limit{"distal_leg", Sex::Female, 40, 0.14}, Limit{"foot", Sex::Female, 40, 0.07},
                    Limit{"forearm", Sex::Male, 40, 0.25}, Limit{"proximal_leg", Sex::Male, 40, 0.48},
                    Limit{"distal_leg", Sex::Male, 40, 0.62}, Limit{"foot", Sex::Male, 40, 0.15},
                    Limit{"forearm", Sex::Male, 8, 0.02}, Limit{"distal_leg", Sex::Female, 19, 0.40}));

TEST(Classify, BelowIsStrictEqualityIsNormal) {
    EXPECT_EQ(classify(published(), adult("foot"), {0.069}).normClass, NormClass::Reduced);
    EXPECT_EQ(classify(published(), adult("foot"), {0.07}).normClass, NormClass::Within);
}

TEST(Classify, AFifteenYearOldWithoutAFootResponseIsNeverReduced) {
    const auto r = classify(published(), adult("foot", Sex::Male, 15), {0.0});
    EXPECT_EQ(r.normClass, NormClass::Unclassified);
    EXPECT_THAT(r.reason, HasSubstr("normal in this group"));
}

TEST(Classify, ANegativeVolumeIsComparedAsZero) {
    EXPECT_EQ(classify(published(), adult("foot"), {-0.01}).normClass, NormClass::Reduced);
    EXPECT_EQ(classify(published(), adult("foot", Sex::Male, 10), {-0.01}).normClass,
              NormClass::Unclassified);
}

TEST(Classify, WhatDoesNotFitHasNoNormAndSaysWhy) {
    auto other = adult("foot");
    other.deviceFamily = "mayo";
    EXPECT_THAT(classify(published(), other, {0.1}).reason,
                HasSubstr("no norm set for devices of the family"));
    auto noSex = adult("foot");
    noSex.sex.reset();
    EXPECT_THAT(classify(published(), noSex, {0.1}).reason, HasSubstr("sex"));
    auto noAge = adult("foot");
    noAge.age_y.reset();
    EXPECT_THAT(classify(published(), noAge, {0.1}).reason, HasSubstr("age is not known"));
    for (const int age : {7, 70, 90})
        EXPECT_EQ(classify(published(), adult("foot", Sex::Male, age), {0.1}).normClass, NormClass::None)
            << age;
    EXPECT_EQ(classify(published(), adult("thumb"), {0.1}).normClass, NormClass::None);
    EXPECT_THAT(classify({}, adult("foot"), {0.1}).reason, HasSubstr("No norm set is loaded"));
}

const char* const labs = R"(
schema = 1
id = "lab"
version = "3"
title = "own controls"
device_family = "q-sweat"
unit = "uL per capsule"
licence = "own"
entered_by = "A. Person"
verified_by = "B. Person"
[[norm]]
site = "foot"
sex = "both"
age_from_y = 20
age_to_y = 80
n = 60
citation = "own controls 2026"
certainty = "own data"
percentiles = { p5 = 0.1, p50 = 0.5, p95 = 1.5 }
[[norm]]
site = "foot"
sex = "female"
age_from_y = 20
age_to_y = 80
n = 60
citation = "own controls 2026, women"
certainty = "own data"
percentiles = { p5 = 0.05, p50 = 0.4, p95 = 1.0 }
)";

TEST(Classify, TheTableOfTheSexGoesBeforeTheOneOfBothThenTheNarrowerAges) {
    const std::vector<NormSet> sets{*parseNorms(labs, "lab.toml")};
    EXPECT_EQ(classify(sets, adult("foot"), {0.3}).citation, "own controls 2026, women");
    EXPECT_EQ(classify(sets, adult("foot", Sex::Male), {0.3}).citation, "own controls 2026");
    auto both = sets;
    both.push_back(published()[0]); // women of 20 to 69: narrower than 20 to 80
    EXPECT_EQ(classify(both, adult("foot"), {0.3}).setId, "q-sweat-published");
}

TEST(Classify, AboveExistsOnlyWhereTheNinetyFifthPercentileIsStored) {
    const std::vector<NormSet> lab{*parseNorms(labs, "lab.toml")};
    EXPECT_EQ(classify(lab, adult("foot"), {1.01}).normClass, NormClass::Increased);
    EXPECT_EQ(classify(lab, adult("foot"), {1.0}).normClass, NormClass::Within);
    EXPECT_EQ(classify(published(), adult("foot"), {50.0}).normClass, NormClass::Within);
}

TEST(Classify, APositionIsGivenFromThreeStoredPercentilesOn) {
    const std::vector<NormSet> lab{*parseNorms(labs, "lab.toml")};
    EXPECT_NEAR(*classify(lab, adult("foot", Sex::Male), {0.3}).percentile, 27.5,
                1e-9); // half way from 5 to 50
    EXPECT_FALSE(classify(published(), adult("foot"), {0.3}).percentile);
}

TEST(Distribution, FollowsTheReducedSites) {
    const auto of = [](std::initializer_list<const char*> reduced) {
        std::map<std::string, NormClass> sites;
        for (const char* s : {"forearm", "proximal_leg", "distal_leg", "foot"})
            sites[s] = NormClass::Within;
        for (const char* s : reduced)
            sites[s] = NormClass::Reduced;
        return distributionOf(sites);
    };
    EXPECT_EQ(of({}), Distribution::None);
    EXPECT_EQ(of({"foot"}), Distribution::LengthDependent);
    EXPECT_EQ(of({"foot", "distal_leg"}), Distribution::LengthDependent);
    EXPECT_EQ(of({"foot", "distal_leg", "proximal_leg"}), Distribution::LengthDependent);
    EXPECT_EQ(of({"forearm", "proximal_leg", "distal_leg", "foot"}), Distribution::Generalized);
    EXPECT_EQ(of({"forearm"}), Distribution::Focal);
    EXPECT_EQ(of({"distal_leg"}), Distribution::Focal);
    EXPECT_EQ(of({"proximal_leg", "foot"}), Distribution::Focal);
    EXPECT_EQ(distributionOf({{"foot", NormClass::Reduced}}), Distribution::Unknown);
}

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
    testing::Values(Broken{"Schema", "schema = 1", "schema = 2", "schema version"},
                    Broken{"Unit", "uL per capsule", "uL/cm2", "unit"},
                    Broken{"UnknownKey", "n = 60", "n = 60\nmedian = 1", "\"median\" is not known"},
                    Broken{"NoCitation", "citation = \"own controls 2026\"\n", "", "no \"citation\""},
                    Broken{"Sex", "sex = \"both\"", "sex = \"any\"", "female, male or both"},
                    Broken{"Ages", "age_from_y = 20", "age_from_y = 90", "below"},
                    Broken{"Falling", "p50 = 0.5", "p50 = 0.01", "fall"},
                    Broken{"Percentile", "p50", "median", "not a percentile"},
                    Broken{"Negative", "p5 = 0.1", "p5 = -0.1", "0 or more"},
                    Broken{"Twice", "sex = \"female\"", "sex = \"both\"", "same site, sex and age"},
                    Broken{"Syntax", "id = \"lab\"", "id = lab", "lab.toml:3"}),
    [](const auto& broken) { return std::string(broken.param.name); });

TEST(CompletedYears, CountsBirthdays) {
    EXPECT_EQ(analysis::completedYears("1979-04-30", "2026-04-29T10:00:00Z"), 46);
    EXPECT_EQ(analysis::completedYears("1979-04-30", "2026-04-30"), 47);
    EXPECT_EQ(analysis::completedYears("2008-02-29", "2026-02-28"), 17);
    EXPECT_EQ(analysis::completedYears("2008-02-29", "2026-03-01"), 18);
    for (const char* birth : {"", "1979", "30.04.1979", "1979-13-01", "2027-01-01", "1979-02-30"})
        EXPECT_FALSE(analysis::completedYears(birth, "2026-04-30")) << birth;
}

TEST(NormFile, ItsHashChangesWithEachCharacter) {
    EXPECT_NE(parseNorms(labs, "a")->sha256, parseNorms(std::string(labs) + "\n", "a")->sha256);
    EXPECT_EQ(parseNorms(labs, "a")->sha256.size(), 64U);
    EXPECT_EQ(parseNorms(labs, "a")->verifiedBy, "B. Person");
    EXPECT_EQ(published()[0].verifiedBy, "");
}

TEST(NormFile, AFileThatIsNotThereIsAWrongCall) {
    const auto set = loadNorms("nowhere.toml");
    ASSERT_FALSE(set);
    EXPECT_EQ(set.error().kind, Failure::Kind::Call);
}

} // namespace
} // namespace eccrine::protocols
