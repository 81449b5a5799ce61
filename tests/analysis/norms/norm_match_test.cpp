// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/norm_match.hpp"
#include "tests/analysis/norms/example_norms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace eccrine::analysis {
namespace {

using testing::HasSubstr;

std::vector<NormSet> published() {
    return {tests::shipped("qsweat-adults.toml"), tests::shipped("qsweat-children.toml")};
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

// Hawaii and Mayo: 376 adults of 20 to 69 years; Mayo: 101 children of 8 to 19. 5th percentiles, µL per
// capsule.
INSTANTIATE_TEST_SUITE_P(
    Adults, PublishedLimit,
    testing::Values(Limit{"forearm", Sex::Female, 20, 0.08}, Limit{"proximal_leg", Sex::Female, 69, 0.19},
                    Limit{"distal_leg", Sex::Female, 40, 0.14}, Limit{"foot", Sex::Female, 40, 0.07},
                    Limit{"forearm", Sex::Male, 40, 0.25}, Limit{"proximal_leg", Sex::Male, 20, 0.48},
                    Limit{"distal_leg", Sex::Male, 69, 0.62}, Limit{"foot", Sex::Male, 40, 0.15}));
INSTANTIATE_TEST_SUITE_P(
    Children, PublishedLimit,
    testing::Values(Limit{"forearm", Sex::Male, 8, 0.02}, Limit{"proximal_leg", Sex::Female, 13, 0.13},
                    Limit{"distal_leg", Sex::Male, 10, 0.13}, Limit{"forearm", Sex::Female, 14, 0.08},
                    Limit{"proximal_leg", Sex::Male, 16, 0.37}, Limit{"distal_leg", Sex::Female, 19, 0.40}));

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

TEST(Classify, TheTableOfTheSexGoesBeforeTheOneOfBothThenTheNarrowerAges) {
    const std::vector<NormSet> sets{*parseNorms(tests::labs, "lab.toml")};
    EXPECT_EQ(classify(sets, adult("foot"), {0.3}).citation, "own controls 2026, women");
    EXPECT_EQ(classify(sets, adult("foot", Sex::Male), {0.3}).citation, "own controls 2026");
    auto both = sets;
    both.push_back(published()[0]); // women of 20 to 69: narrower than 20 to 80
    EXPECT_EQ(classify(both, adult("foot"), {0.3}).setId, "q-sweat-adults");
}

TEST(Classify, AboveExistsOnlyWhereTheNinetyFifthPercentileIsStored) {
    const std::vector<NormSet> lab{*parseNorms(tests::labs, "lab.toml")};
    EXPECT_EQ(classify(lab, adult("foot"), {1.01}).normClass, NormClass::Increased);
    EXPECT_EQ(classify(lab, adult("foot"), {1.0}).normClass, NormClass::Within);
    EXPECT_EQ(classify(published(), adult("foot"), {50.0}).normClass, NormClass::Within);
}

TEST(Classify, APositionIsGivenFromThreeStoredPercentilesOn) {
    const std::vector<NormSet> lab{*parseNorms(tests::labs, "lab.toml")};
    EXPECT_NEAR(*classify(lab, adult("foot", Sex::Male), {0.3}).percentile, 27.5,
                1e-9); // half way from 5 to 50
    EXPECT_FALSE(classify(published(), adult("foot"), {0.3}).percentile);
}

TEST(Classify, NamesTheCauseOfEachMissingNorm) {
    const auto causeOf = [](const NormQuery& query, const std::vector<NormSet>& sets = published()) {
        const auto r = classify(sets, query, {0.01});
        EXPECT_EQ(r.normClass, NormClass::None);
        EXPECT_FALSE(r.reason.empty());
        EXPECT_FALSE(r.lower);
        return r.noNorm;
    };
    EXPECT_EQ(causeOf(adult("foot"), {}), NoNorm::NoSet);
    EXPECT_EQ(causeOf({"foot", "other", Sex::Female, 40}), NoNorm::OtherFamily);
    EXPECT_EQ(causeOf({"foot", "", Sex::Female, 40}), NoNorm::OtherFamily);
    EXPECT_EQ(causeOf(adult("thumb")), NoNorm::NoSite);
    EXPECT_EQ(causeOf({"foot", "q-sweat", std::nullopt, 40}), NoNorm::SexUnknown);
    EXPECT_EQ(causeOf({"foot", "q-sweat", std::nullopt, 10}), NoNorm::SexUnknown); // also where any sex fits
    EXPECT_EQ(causeOf({"foot", "q-sweat", Sex::Female, std::nullopt}), NoNorm::AgeUnknown);
    for (const int age : {7, 70})
        EXPECT_EQ(causeOf(adult("foot", Sex::Male, age)), NoNorm::AgeOutside);
    EXPECT_EQ(classify(published(), adult("foot"), {std::nan("")}).noNorm, NoNorm::NoVolume);
    EXPECT_EQ(classify(published(), adult("foot"), {0.1}).noNorm, NoNorm::NotAsked);

    auto men = *parseNorms(tests::labs, "lab.toml");
    men.tables.erase(men.tables.begin());
    EXPECT_EQ(causeOf(adult("foot", Sex::Male), {men}), NoNorm::OtherSex);
    men.tables[0].percentiles.erase(5.0);
    EXPECT_EQ(causeOf(adult("foot"), {men}), NoNorm::NoLimit);
}

TEST(Classify, AnAgeOutsideIsToldWithTheAgesThatAreStored) {
    EXPECT_THAT(classify(published(), adult("foot", Sex::Male, 70), {0.1}).reason,
                HasSubstr("8 to 13, 14 to 19, 20 to 69"));
}

TEST(Classify, NothingIsComparedWithASetForInformation) {
    const auto medians = tests::shipped("qsweat-taiwan-information.toml");
    EXPECT_EQ(classify({medians}, adult("foot"), {0.01}).noNorm, NoNorm::NoSet);
    NormSet own = *parseNorms(tests::labs, "lab.toml");
    own.use = NormUse::Information;
    EXPECT_EQ(classify({own}, adult("foot"), {0.01}).normClass, NormClass::None);
}

TEST(Classify, OfTwoEquallySpecificTablesTheVerifiedOneCounts) {
    NormSet first = *parseNorms(tests::labs, "lab.toml"), second = first;
    first.verifiedBy.clear();
    second.id = "second";
    const auto r = classify({first, second}, adult("foot"), {0.3});
    EXPECT_EQ(r.setId, "second");
    EXPECT_TRUE(r.verified);
    EXPECT_FALSE(classify({first}, adult("foot"), {0.3}).verified);
}

TEST(CompletedYears, CountsBirthdays) {
    EXPECT_EQ(completedYears("1979-04-30", "2026-04-29T10:00:00Z"), 46);
    EXPECT_EQ(completedYears("1979-04-30", "2026-04-30"), 47);
    EXPECT_EQ(completedYears("2008-02-29", "2026-02-28"), 17);
    EXPECT_EQ(completedYears("2008-02-29", "2026-03-01"), 18);
    for (const char* birth : {"", "1979", "30.04.1979", "1979-13-01", "2027-01-01", "1979-02-30"})
        EXPECT_FALSE(completedYears(birth, "2026-04-30")) << birth;
}

} // namespace
} // namespace eccrine::analysis
