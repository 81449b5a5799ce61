// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/norm_match.hpp"
#include "analysis/norms/own_controls.hpp"
#include "tests/support/temporary_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

namespace eccrine::analysis {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

OwnControlsPlan plan() {
    OwnControlsPlan p;
    p.id = "lab";
    p.version = "1";
    p.title = "own controls";
    p.licence = "own";
    p.enteredBy = "A. Person";
    p.citation = "own controls 2026";
    p.ages = {{20, 69}};
    return p;
}

/// Volumes 0.01, 0.02, … µL at the foot of women of 40.
Controls ladder(int n) {
    Controls c;
    c.deviceFamily = "lab-device";
    for (int i = n; i >= 1; --i) // not sorted
        c.persons.push_back({"foot", Sex::Female, 40, {0.01 * i}});
    return c;
}

TEST(Quantile, IsTheOrderStatisticOfRankNPlusOneTimesP) {
    const std::vector<Microlitres> v{{1}, {2}, {4}, {8}};
    EXPECT_EQ(quantile(v, 0.2)->value, 1.0); // rank 1
    EXPECT_EQ(quantile(v, 0.5)->value, 3.0); // rank 2.5
    EXPECT_EQ(quantile(v, 0.7)->value, 6.0); // rank 3.5
    EXPECT_EQ(quantile(v, 0.8)->value, 8.0); // rank 4
    EXPECT_FALSE(quantile(v, 0.19));
    EXPECT_FALSE(quantile(v, 0.81));
    EXPECT_FALSE(quantile({}, 0.5));
}

// Ranks of the 90 % interval of the 2.5th percentile: CLSI EP28 gives 1 and 7 for 120 to 132 persons.
TEST(RankInterval, IsThatOfTheBinomialDistribution) {
    EXPECT_EQ(rankInterval(120, 0.025, 0.9).low, 1U);
    EXPECT_EQ(rankInterval(120, 0.025, 0.9).high, 7U);
    EXPECT_EQ(rankInterval(120, 0.975, 0.9).low, 114U);
    EXPECT_EQ(rankInterval(120, 0.975, 0.9).high, 120U);
    // sign test, 10 persons, 95 %: P(1 or fewer) = 11/1024, P(2 or fewer) = 56/1024
    EXPECT_EQ(rankInterval(10, 0.5, 0.95).low, 2U);
    EXPECT_EQ(rankInterval(10, 0.5, 0.95).high, 9U);
}

TEST(RankInterval, HasNoSideThatTheSampleCannotBound) {
    EXPECT_FALSE(rankInterval(118, 0.025, 0.9).low); // 0.975^118 > 0.05
    EXPECT_TRUE(rankInterval(119, 0.025, 0.9).low);  // 0.975^119 < 0.05
    EXPECT_FALSE(rankInterval(4, 0.5, 0.9).low);
    EXPECT_FALSE(rankInterval(0, 0.5, 0.9).low);
    EXPECT_TRUE(rankInterval(100'000, 0.975, 0.9).low); // no underflow
}

TEST(OwnNorms, GivesFivePercentilesFromFortyControlsOn) {
    const auto norms = normsOfControls(ladder(40), plan());
    ASSERT_TRUE(norms) << norms.error().sentence();
    const NormTable& table = norms->set.tables.at(0);
    EXPECT_EQ(table.n, 40U);
    EXPECT_EQ(table.certainty, "own data");
    EXPECT_THAT(table.quantile, HasSubstr("type 6"));
    ASSERT_EQ(table.percentiles.size(), 5U);
    EXPECT_NEAR(table.percentiles.at(2.5).value, 0.01025, 1e-12); // rank 41 x 0.025
    EXPECT_NEAR(table.percentiles.at(5.0).value, 0.0205, 1e-12);
    EXPECT_NEAR(table.percentiles.at(50.0).value, 0.205, 1e-12);
    EXPECT_NEAR(table.percentiles.at(95.0).value, 0.3895, 1e-12);
    EXPECT_NEAR(table.percentiles.at(97.5).value, 0.39975, 1e-12);
    EXPECT_FALSE(table.intervals.at(5.0).low); // 0.95^40 > 0.05
    EXPECT_NEAR(table.intervals.at(5.0).high->value, 0.05, 1e-12);
    EXPECT_NEAR(table.intervals.at(50.0).low->value, 0.15, 1e-12);
    EXPECT_NEAR(table.intervals.at(50.0).high->value, 0.26, 1e-12);
    EXPECT_THAT(norms->cells.at(0).remark, IsEmpty());
}

TEST(OwnNorms, BelowFortyTheTailsAreRefusedAndSaidSo) {
    const auto norms = normsOfControls(ladder(39), plan());
    ASSERT_TRUE(norms);
    const ControlCell& cell = norms->cells.at(0);
    EXPECT_EQ(cell.n, 39U);
    EXPECT_THAT(cell.refused, ElementsAre(2.5, 5.0, 95.0, 97.5));
    EXPECT_THAT(cell.remark, HasSubstr("Only 39 controls (40 or more are needed"));
    EXPECT_EQ(norms->set.tables.at(0).percentiles.size(), 1U);
    const auto r = classify({norms->set}, {"foot", "lab-device", Sex::Female, 40}, {0.001});
    EXPECT_EQ(r.noNorm, NoNorm::NoLimit);
}

TEST(OwnNorms, ALowerDemandOfTheLabDoesNotMakeUpRanks) {
    auto p = plan();
    p.enoughForTails = 20;
    const auto norms = normsOfControls(ladder(20), p);
    ASSERT_TRUE(norms);
    EXPECT_THAT(norms->cells.at(0).refused, ElementsAre(2.5, 97.5)); // rank 21 x 0.025 < 1
}

TEST(OwnNorms, MakesACellOfEachSiteSexAndAgeBand) {
    Controls c = ladder(40);
    for (Control other : ladder(40).persons) {
        other.sex = Sex::Male;
        c.persons.push_back(other);
        other.site = "thumb";
        other.age_y = 70;
        c.persons.push_back(other);
    }
    auto p = plan();
    auto norms = normsOfControls(c, p);
    ASSERT_TRUE(norms);
    EXPECT_EQ(norms->set.tables.size(), 2U);
    EXPECT_EQ(norms->outsideAges, 40U);
    p.ages = {{20, 69}, {70, 90}};
    norms = normsOfControls(c, p);
    EXPECT_EQ(norms->set.tables.size(), 3U);
    EXPECT_EQ(norms->outsideAges, 0U);
    p.sexesApart = false;
    norms = normsOfControls(c, p);
    ASSERT_EQ(norms->set.tables.size(), 2U);
    EXPECT_EQ(norms->set.tables[0].n, 80U);
    EXPECT_FALSE(norms->set.tables[0].sex);
}

TEST(OwnNorms, AVolumeBelowZeroIsTakenAsZero) {
    Controls c = ladder(40);
    for (std::size_t i = 0; i < 5; ++i)
        c.persons[c.persons.size() - 1 - i].volume = {-0.01};
    const auto norms = normsOfControls(c, plan());
    ASSERT_TRUE(norms);
    EXPECT_EQ(norms->takenAsZero, 5U);
    EXPECT_EQ(norms->set.tables[0].percentiles.at(5.0).value, 0.0);
}

TEST(OwnNorms, AHigherConfidenceWidensTheInterval) {
    auto p = plan();
    p.confidence_pct = 99.0;
    const auto wide = normsOfControls(ladder(200), p);
    const auto narrow = normsOfControls(ladder(200), plan());
    ASSERT_TRUE(wide && narrow);
    EXPECT_LT(*wide->set.tables[0].intervals.at(50.0).low, *narrow->set.tables[0].intervals.at(50.0).low);
    EXPECT_EQ(wide->set.tables[0].confidence_pct, 99.0);
}

TEST(OwnNorms, AreANormSetThatIsReadBack) {
    const tests::TemporaryFolder folder;
    const auto norms = normsOfControls(ladder(60), plan());
    ASSERT_TRUE(norms);
    ASSERT_TRUE(writeNorms(norms->set, folder.file("own.toml")));
    const auto read = loadNorms(folder.file("own.toml"));
    ASSERT_TRUE(read) << read.error().sentence();
    EXPECT_FALSE(read->verified());
    EXPECT_EQ(read->tables[0].percentiles, norms->set.tables[0].percentiles);
    EXPECT_EQ(read->tables[0].intervals, norms->set.tables[0].intervals);
    const auto r = classify({*read}, {"foot", "lab-device", Sex::Female, 40}, {0.001});
    EXPECT_EQ(r.normClass, NormClass::Reduced);
    EXPECT_EQ(r.certainty, "own data");
}

TEST(OwnNorms, RefusesAPlanThatIsNotWhole) {
    const auto refused = [](const std::function<void(OwnControlsPlan&)>& spoil) {
        auto p = plan();
        spoil(p);
        const auto norms = normsOfControls(ladder(40), p);
        return norms ? std::string() : norms.error().sentence();
    };
    EXPECT_THAT(refused([](auto& p) { p.citation.clear(); }), HasSubstr("\"citation\" is empty"));
    EXPECT_THAT(refused([](auto& p) { p.ages.clear(); }), HasSubstr("no age band"));
    EXPECT_THAT(refused([](auto& p) { p.ages = {{30, 20}}; }), HasSubstr("ends before"));
    EXPECT_THAT(refused([](auto& p) { p.ages = {{40, 60}, {20, 40}}; }), HasSubstr("same age"));
    EXPECT_THAT(refused([](auto& p) { p.ages = {{50, 60}}; }), HasSubstr("no control lies"));
    EXPECT_THAT(refused([](auto& p) { p.confidence_pct = 100.0; }), HasSubstr("confidence"));
}

const char* const table = "# controls of 2026\n"
                          "site,sex,age_y,volume_ul,device_family\r\n"
                          "foot,female,40,0.31,q-sweat\n"
                          " thumb , male,8,-0.01,q-sweat\n";

TEST(Controls, AreReadFromATable) {
    const auto controls = parseControls(table, "controls.csv");
    ASSERT_TRUE(controls) << controls.error().sentence();
    EXPECT_EQ(controls->deviceFamily, "q-sweat");
    ASSERT_EQ(controls->persons.size(), 2U);
    EXPECT_EQ(controls->persons[1].site, "thumb");
    EXPECT_EQ(controls->persons[1].sex, Sex::Male);
    EXPECT_EQ(controls->persons[1].age_y, 8);
    EXPECT_EQ(controls->persons[1].volume.value, -0.01);
    EXPECT_EQ(controls->sha256.size(), 64U);
}

TEST(Controls, TheColumnsMayStandInAnyOrderBehindAByteOrderMark) {
    const auto controls =
        parseControls("\xEF\xBB\xBFvolume_ul,device_family,site,sex,age_y\n0.5,x,foot,male,30", "c.csv");
    ASSERT_TRUE(controls) << controls.error().sentence();
    EXPECT_EQ(controls->persons.at(0).volume.value, 0.5);
}

struct BrokenTable {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};

class BrokenControls : public testing::TestWithParam<BrokenTable> {};

TEST_P(BrokenControls, AreRefusedWholeWithLineAndColumn) {
    std::string text = table;
    const std::string from = GetParam().from;
    ASSERT_NE(text.find(from), std::string::npos);
    text.replace(text.find(from), from.size(), GetParam().to);
    const auto controls = parseControls(text, "controls.csv");
    ASSERT_FALSE(controls);
    EXPECT_THAT(controls.error().sentence(), HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenControls,
    testing::Values(
        BrokenTable{"Column", "age_y", "age", "controls.csv:2:10: the column \"age\" is not known"},
        BrokenTable{"MissingColumn", ",device_family", "", "\"device_family\" is missing"},
        BrokenTable{"TwiceAColumn", "sex,", "site,", "controls.csv:2:6: the column \"site\" stands twice"},
        BrokenTable{"Sex", "female", "woman", "controls.csv:3:6: sex is \"woman\""},
        BrokenTable{"Age", "40,", "40.5,", "controls.csv:3:13: age_y"},
        BrokenTable{"OldAge", "40,", "400,", "controls.csv:3:13: age_y"},
        BrokenTable{"Volume", "0.31", "wet", "controls.csv:3:16: volume_ul is \"wet\""},
        BrokenTable{"NotANumber", "0.31", "nan", "controls.csv:3:16"},
        BrokenTable{"DecimalComma", "0.31", "0,31", "the row has 6 cells, the header 5"},
        BrokenTable{"Empty", "0.31", "", "controls.csv:3:16: volume_ul is empty"},
        BrokenTable{"SecondFamily", "-0.01,q-sweat", "-0.01,other", "controls.csv:4:23: a second device"},
        BrokenTable{"Quotes", "foot,f", "\"foot\",f", "controls.csv:3:1: a quotation mark"}),
    [](const auto& broken) { return std::string(broken.param.name); });

TEST(Controls, ATableWithoutRowsOrAFileThatIsNotThereIsRefused) {
    EXPECT_THAT(parseControls("", "c.csv").error().sentence(), HasSubstr("no header row"));
    EXPECT_THAT(parseControls("site,sex,age_y,volume_ul,device_family\n", "c.csv").error().sentence(),
                HasSubstr("there is no control"));
    EXPECT_EQ(loadControls("nowhere.csv").error().kind, Failure::Kind::Call);
}

} // namespace
} // namespace eccrine::analysis
