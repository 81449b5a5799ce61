// SPDX-License-Identifier: GPL-3.0-or-later
// Expected values: the reference table of the pilocarpine sweat test (vectors.csv, V01 to V52) and its rows
// C, N and P.
#include "analysis/chloride/case_cells.hpp"
#include "analysis/chloride/evaluation.hpp"
#include "analysis/chloride/sufficiency.hpp"
#include "datafiles/csv_table.hpp"
#include "tests/analysis/chloride/profiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace eccrine::chloride {
namespace {

Decimal number(const std::string& text) {
    return Decimal::parse(text, "n").value();
}

const Guideline& profile(const std::string& id) {
    return *shippedProfiles().require(id).value();
}

SiteReading siteOf(const char* amount, const char* minutes, const char* chloride = nullptr) {
    SiteReading site;
    site.amount = number(amount);
    site.minutes = number(minutes);
    if (chloride != nullptr) site.chloride = number(chloride);
    return site;
}

/// A child of 28 days, one coil.
SweatTest testOf(SiteReading left, SiteReading right = {}) {
    SweatTest test;
    test.born = {2026, 1, 10};
    test.collected = {2026, 2, 7};
    test.sites = {std::move(left), std::move(right)};
    return test;
}

Evaluation judged(const SweatTest& test, const std::string& id = "CFF-2017", QcState qc = QcState::Passed,
                  const std::string& blocked = {}) {
    return evaluate(profile(id), test, qc, blocked).value();
}

using Row = std::map<std::string, std::string>;

std::vector<Row> vectors() {
    std::ifstream in(ECCRINE_CHLORIDE_VECTORS);
    const auto table =
        datafiles::parseCsvTable(std::string{std::istreambuf_iterator<char>(in), {}}, "vectors.csv");
    std::vector<Row> rows;
    for (const auto& row : table->rows) {
        Row cells;
        for (std::size_t i = 0; i < table->columns.size(); ++i)
            cells[table->columns[i]] = row.cells[i];
        rows.push_back(std::move(cells));
    }
    return rows;
}

std::string textOr(const std::optional<Decimal>& value, int places) {
    return value ? value->text(places) : "";
}

class ReferenceTable : public testing::TestWithParam<Row> {};

TEST_P(ReferenceTable, IsReproduced) {
    Row row = GetParam();
    SCOPED_TRACE(row["rule"]);
    const auto given = caseOf(row, row["case_id"], {2026, 3, 31});
    ASSERT_TRUE(given) << given.error().sentence();
    EXPECT_EQ(std::to_string(daysBetween(given->test.born, given->test.collected)), row["expected_age_days"]);
    const auto e = evaluate(profile(given->profile), given->test, QcState::NotStated);
    ASSERT_TRUE(e) << e.error().sentence();
    EXPECT_EQ(codeOf(e->sites[0].status), row["expected_left_status"]);
    EXPECT_EQ(textOr(e->sites[0].rate_g_m2_min, 2), row["expected_left_rate"]);
    EXPECT_EQ(codeOf(e->sites[1].status), row["expected_right_status"]);
    EXPECT_EQ(textOr(e->sites[1].rate_g_m2_min, 2), row["expected_right_rate"]);
    EXPECT_EQ(codeOf(e->agreement.verdict), row["expected_verdict"]);
    EXPECT_EQ(textOr(e->agreement.delta, 0), row["expected_delta"]);
    EXPECT_EQ(textOr(e->agreement.limit, 0), row["expected_limit"]);
    EXPECT_EQ(codeOf(e->outcome), row["expected_outcome"]);
    EXPECT_EQ(e->reportedValue ? std::to_string(*e->reportedValue) : "", row["expected_value"]);
    EXPECT_EQ(e->classCode, row["expected_class"]);
    EXPECT_GE(e->explanation.size(), 5U);
}

INSTANTIATE_TEST_SUITE_P(Vectors, ReferenceTable, testing::ValuesIn(vectors()),
                         [](const auto& named) { return named.param.at("case_id"); });

TEST(ReferenceTableFile, HoldsAllFiftyTwoCases) {
    EXPECT_EQ(vectors().size(), 52U);
}

struct ConductivityRow {
    const char* name;
    const char* profile;
    const char* value;
    const char* expected;
};
class Conductivity : public testing::TestWithParam<ConductivityRow> {};

TEST_P(Conductivity, IsClassifiedByItsOwnProfile) {
    SweatTest test;
    test.born = {2025, 1, 1};
    test.collected = {2026, 1, 1};
    test.conductivity = number(GetParam().value);
    const Evaluation e = judged(test, GetParam().profile);
    EXPECT_EQ(e.classCode, GetParam().expected);
    EXPECT_EQ(e.flags.contains(Flag::ReferChloride), e.classCode != "NEGATIVE");
}

INSTANTIATE_TEST_SUITE_P(Table, Conductivity,
                         testing::Values(ConductivityRow{"C1", "COND-UK", "49", "NEGATIVE"},
                                         ConductivityRow{"C2", "COND-UK", "50", "BORDERLINE"},
                                         ConductivityRow{"C3", "COND-UK", "90", "BORDERLINE"},
                                         ConductivityRow{"C4", "COND-UK", "91", "POSITIVE"},
                                         ConductivityRow{"C5", "COND-NANODUCT", "59", "NEGATIVE"},
                                         ConductivityRow{"C6", "COND-NANODUCT", "60", "BORDERLINE"},
                                         ConductivityRow{"C7", "COND-NANODUCT", "80", "BORDERLINE"},
                                         ConductivityRow{"C8", "COND-NANODUCT", "81", "POSITIVE"},
                                         ConductivityRow{"C9", "COND-MATTAR", "74", "NEGATIVE"},
                                         ConductivityRow{"C10", "COND-MATTAR", "75", "BORDERLINE"},
                                         ConductivityRow{"C11", "COND-MATTAR", "89", "BORDERLINE"},
                                         ConductivityRow{"C12", "COND-MATTAR", "90", "POSITIVE"},
                                         ConductivityRow{"CinelEdge", "COND-CINEL", "70", "BORDERLINE"},
                                         ConductivityRow{"ScreenEdge", "COND-SCREEN", "50", "POSITIVE"}),
                         [](const auto& named) { return std::string(named.param.name); });

TEST(Conductivity, OfANewbornIsNotInterpreted_C13) {
    SweatTest test;
    test.born = {2026, 1, 1};
    test.conductivity = number("53");
    for (const char* id : {"COND-UK", "COND-NANODUCT", "COND-MATTAR", "COND-CINEL", "COND-SCREEN"}) {
        test.collected = {2026, 1, 5}; // 4 days
        const Evaluation early = judged(test, id);
        EXPECT_TRUE(early.flags.contains(Flag::CondNewborn)) << id;
        EXPECT_EQ(early.classCode, "NONE") << id;
        test.collected = {2026, 1, 15}; // 14 days
        EXPECT_NE(judged(test, id).classCode, "NONE") << id;
    }
}

TEST(Conductivity, BelowTheChlorideOfTheSameSampleIsImpossible_C14) {
    SweatTest test = testOf(siteOf("40", "30", "45"));
    test.conductivity = number("40");
    const Evaluation e = judged(test);
    EXPECT_TRUE(e.flags.contains(Flag::CondLtCl));
    EXPECT_EQ(e.outcome, Outcome::Implausible);
    EXPECT_FALSE(e.reportedValue);
    test.conductivity = number("45");
    EXPECT_EQ(judged(test).outcome, Outcome::ReportSingle);
}

TEST(Conductivity, OfAnAmountThatTheProfileHasNoRuleForIsRefused) {
    // an amount of 0 must not become a result because nobody wrote down how much is enough
    SweatTest test = testOf(siteOf("0", "30"));
    test.collector = Collector::Cell;
    test.conductivity = number("40");
    for (const char* id : {"COND-UK", "COND-MATTAR", "COND-CINEL", "COND-SCREEN"}) {
        const auto refused = evaluate(profile(id), test, QcState::Passed, {});
        ASSERT_FALSE(refused) << id;
        EXPECT_NE(refused.error().what.find("says nothing of sweat collected by cell"), std::string::npos);
    }
    EXPECT_EQ(judged(test, "COND-NANODUCT").outcome, Outcome::Qns);
}

TEST(Conductivity, OfOneOfTwoCollectionsIsRefusedAsNobodySaysOfWhich) {
    SweatTest test = testOf(siteOf("2", "30"), siteOf("5", "30"));
    test.collector = Collector::Cell;
    test.conductivity = number("95");
    for (int turn = 0; turn < 2; ++turn) {
        const auto refused = evaluate(profile("COND-NANODUCT"), test, QcState::Passed, {});
        ASSERT_FALSE(refused);
        EXPECT_NE(refused.error().what.find("of which"), std::string::npos);
        std::swap(test.sites[0], test.sites[1]);
    }
}

TEST(Conductivity, IsNeverReportedAsAChloride) {
    SweatTest test = testOf(siteOf("40", "30"));
    test.conductivity = number("95");
    const Evaluation e = judged(test); // a chloride profile, no chloride measured
    EXPECT_EQ(e.outcome, Outcome::Held);
    EXPECT_FALSE(e.reportedValue);
}

struct SodiumRow {
    const char* name;
    const char* sodium;
    bool warns, rejects;
};
class Sodium : public testing::TestWithParam<SodiumRow> {};

TEST_P(Sodium, IsACrossCheckAndNeverClassifies) {
    SweatTest test = testOf(siteOf("40", "30", "45"));
    test.sodium = number(GetParam().sodium);
    const Evaluation e = judged(test);
    EXPECT_EQ(e.flags.contains(Flag::NaClWarn), GetParam().warns);
    EXPECT_EQ(e.flags.contains(Flag::NaClReject), GetParam().rejects);
    EXPECT_EQ(e.outcome, GetParam().rejects ? Outcome::Implausible : Outcome::ReportSingle);
    EXPECT_EQ(e.classCode, GetParam().rejects ? "WITHHELD" : "INTERMEDIATE");
    // the same at the site
    SweatTest atSite = testOf(siteOf("40", "30", "45"));
    atSite.sites[0].sodium = number(GetParam().sodium);
    EXPECT_EQ(judged(atSite).outcome, e.outcome);
}

INSTANTIATE_TEST_SUITE_P(Table, Sodium,
                         testing::Values(SodiumRow{"N1", "60", false, false},
                                         SodiumRow{"N2", "61", true, false},
                                         SodiumRow{"N3", "75", true, false},
                                         SodiumRow{"N4", "76", false, true},
                                         SodiumRow{"BelowChloride", "14", false, true}),
                         [](const auto& named) { return std::string(named.param.name); });

TEST(Sufficiency, CountsWholeCompletedMinutes) {
    SweatTest test = testOf(siteOf("15", "30.98", "20")); // 30:59
    EXPECT_EQ(judged(test).sites[0].status, SiteStatus::Ok);
    EXPECT_EQ(judged(test).sites[0].rate_g_m2_min, number("0.97")); // the displayed rate uses the seconds
    test.sites[0].minutes = number("31");
    EXPECT_EQ(judged(test).sites[0].status, SiteStatus::Qns);
}

// Domain file 1.2, step 11: a length gives the least volume only; what is unclear is weighed. 5.5 cm of coil
// are 14.85 µL at least (A6) and, by the coil's data of the laboratory's rules, 20.35 µL at most.
TEST(Sufficiency, ALengthThatMayBeEnoughIsWeighed) {
    SweatTest test = testOf(siteOf("14.85", "30", "70"));
    test.sites[0].amountIsLeast = true;
    test.sites[0].amountAtMost = number("20.35");
    const Evaluation undecided = judged(test);
    EXPECT_EQ(undecided.sites[0].status, SiteStatus::Weigh);
    EXPECT_EQ(undecided.outcome, Outcome::Held);
    ASSERT_EQ(undecided.holds.size(), 1U);
    EXPECT_EQ(undecided.holds[0].cause, Hold::Cause::AmountUndecided);
    EXPECT_NE(undecided.followUp.front().find("weigh"), std::string::npos) << undecided.followUp.front();
    test.sites[0].amountAtMost.reset(); // nobody says how wide the coil is at most
    EXPECT_EQ(judged(test).sites[0].status, SiteStatus::Weigh);
    test.sites[0].amountAtMost = number("14.99999"); // surely not
    EXPECT_EQ(judged(test).outcome, Outcome::Qns);
    test.sites[0].amountAtMost = number("20.35");
    test.sites[0].amount = number("15"); // surely
    EXPECT_EQ(judged(test).outcome, Outcome::ReportSingle);
    test.sites[0] = siteOf("14.85", "30", "70"); // weighed: V26
    EXPECT_EQ(judged(test).outcome, Outcome::Qns);
}

// One site gives the result when the other one cannot (2.2, step 5); of this one nobody knows that yet.
TEST(Sufficiency, AnUndecidedSampleHoldsTheOtherOne) {
    SweatTest test = testOf(siteOf("14.85", "30"), siteOf("22", "30", "34"));
    test.sites[0].amountIsLeast = true;
    EXPECT_EQ(judged(test).outcome, Outcome::Held);
    test.sites[0] = siteOf("14.85", "30"); // weighed: it cannot
    EXPECT_EQ(judged(test).outcome, Outcome::ReportSingle);
    test.sites[0].amountIsLeast = true;
    test.sites[1] = siteOf("9", "30"); // QNS: the undecided one may still give a result
    EXPECT_EQ(judged(test).outcome, Outcome::Held);
}

TEST(Sufficiency, ALengthThatContradictsTheMeasuredAmountHoldsTheTest) {
    SweatTest test = testOf(siteOf("15", "30", "70"));
    EXPECT_FALSE(judged(test).flags.contains(Flag::AmountsDiffer));
    test.sites[0].amountsDiffer = true;
    EXPECT_TRUE(judged(test).flags.contains(Flag::AmountsDiffer));
    EXPECT_EQ(judged(test).outcome, Outcome::Held);
    ASSERT_FALSE(judged(test).holds.empty());
    EXPECT_EQ(judged(test).holds[0].cause, Hold::Cause::AmountsDiffer);
    test.sites[1] = siteOf("22", "30", "58");
    EXPECT_EQ(judged(test).outcome, Outcome::Held) << "the other site would hide it";
}

// 2.3: of one site out of time the other gives the result. An accepted one is out of time as well: while the
// other waits for the same decision, one arm alone could hide that the two do not agree.
TEST(Timing, AcceptingOneOfTwoLateSitesHidesNoDiscordance) {
    SweatTest test = testOf(siteOf("40", "35", "52"), siteOf("40", "35", "78"));
    EXPECT_EQ(judged(test).outcome, Outcome::Held);
    test.sites[0].deviationAccepted = true;
    EXPECT_EQ(judged(test).outcome, Outcome::Held);
    test.sites[1].deviationAccepted = true;
    EXPECT_EQ(judged(test).outcome, Outcome::Discordant);
    test.sites[0] = siteOf("40", "30", "52");
    test.sites[1].deviationAccepted = false;
    EXPECT_EQ(judged(test).outcome, Outcome::ReportSingle) << "in time, with one out of time beside it";
}

// The profiles' [sweat_rate]: 22 g/m²/min. On the coil's 5.0 cm² in 30 min that is 330 µL.
TEST(Sufficiency, ARateThatSkinDoesNotGiveIsNotPlausible) {
    const Evaluation impossible = judged(testOf(siteOf("40", "1", "52"), siteOf("40", "30", "58")));
    EXPECT_EQ(impossible.sites[0].status, SiteStatus::Implausible);
    EXPECT_EQ(impossible.outcome, Outcome::Implausible);
    EXPECT_TRUE(impossible.flags.contains(Flag::RateHigh));
    EXPECT_EQ(impossible.followUp.front(), "Left: check the amount and the time of the collection.");
    EXPECT_EQ(judged(testOf(siteOf("330", "30", "52"))).outcome, Outcome::ReportSingle);
    EXPECT_EQ(judged(testOf(siteOf("330.1", "30", "52"))).outcome, Outcome::Implausible);
    for (const char* id : {"CFF-2017", "CLSI-C34-A3", "UK-2014", "FR-2010"})
        EXPECT_EQ(judged(testOf(siteOf("40", "1", "52")), id).outcome, Outcome::Implausible) << id;
}

// Each cause of a held test has its own next step.
TEST(Held, SaysWhatHoldsItAndWhatIsDoneNext) {
    struct HeldRow {
        SiteReading left;
        Hold::Cause cause;
        const char* next;
    };
    SiteReading late = siteOf("40", "31", "70"), differing = siteOf("40", "30"), length = siteOf("14", "30");
    differing.analysesDiffer = true;
    length.amountIsLeast = true;
    for (const HeldRow& row :
         {HeldRow{late, Hold::Cause::CollectionTime, "A supervisor accepts the deviation"},
          HeldRow{siteOf("40", "30"), Hold::Cause::NotAnalysed, "analyse the sample and enter its chloride"},
          HeldRow{differing, Hold::Cause::AnalysesDiffer, "analyse the sample again"},
          HeldRow{length, Hold::Cause::AmountUndecided, "weigh the sample"}}) {
        const Evaluation e = judged(testOf(row.left));
        ASSERT_EQ(e.outcome, Outcome::Held);
        ASSERT_EQ(e.holds.size(), 1U) << row.next;
        EXPECT_EQ(e.holds[0].cause, row.cause);
        ASSERT_EQ(e.followUp.size(), 1U);
        EXPECT_NE(e.followUp[0].find(row.next), std::string::npos) << e.followUp[0];
        EXPECT_EQ(e.followUp[0].find("supervisor") != std::string::npos,
                  row.cause == Hold::Cause::CollectionTime)
            << e.followUp[0];
    }
}

TEST(Held, NamesTheCausesOfBothSites) {
    const Evaluation e = judged(testOf(siteOf("40", "31"), siteOf("40", "30")));
    ASSERT_EQ(e.holds.size(), 3U); // the left one late and not analysed, the right one not analysed
    EXPECT_EQ(e.holds[0].cause, Hold::Cause::CollectionTime);
    EXPECT_EQ(e.holds[1].cause, Hold::Cause::NotAnalysed);
    EXPECT_EQ(e.holds[2].side, Side::Right);
    EXPECT_TRUE(judged(testOf(siteOf("40", "30", "52"))).holds.empty());
}

TEST(Sufficiency, ASupervisorCanAcceptTheTime) {
    SweatTest test = testOf(siteOf("15.5", "31", "70"));
    EXPECT_EQ(judged(test).outcome, Outcome::Held);
    test.sites[0].deviationAccepted = true;
    const Evaluation e = judged(test);
    EXPECT_EQ(e.outcome, Outcome::ReportSingle);
    EXPECT_TRUE(e.flags.contains(Flag::DevTime)); // still told
    test.sites[0].amount = number("15.4");        // nobody can accept too little
    EXPECT_EQ(judged(test).outcome, Outcome::Qns);
}

TEST(Sufficiency, ASiteOutOfTimeLeavesTheOtherAlone) {
    const Evaluation e = judged(testOf(siteOf("40", "31", "70"), siteOf("40", "30", "34")));
    EXPECT_EQ(e.sites[0].status, SiteStatus::DevTime);
    EXPECT_EQ(e.outcome, Outcome::ReportSingle);
    EXPECT_EQ(e.reportedValue, 34);
}

TEST(Sufficiency, TheAreaCanBeTheLaboratorysOwn) {
    SweatTest test = testOf(siteOf("71.2", "30", "22"));
    test.collector = Collector::Pad;
    EXPECT_EQ(judged(test, "UK-2014").sites[0].status, SiteStatus::Qns);
    test.area_cm2 = number("23");
    EXPECT_EQ(judged(test, "UK-2014").sites[0].status, SiteStatus::Ok);
}

TEST(Sufficiency, IsExplainedBesideTheOtherProfiles) {
    const Evaluation e = evaluate(profile("CFF-2017"), testOf(siteOf("15.0", "30", "20")), QcState::Passed,
                                  {}, shippedProfiles().guidelines)
                             .value();
    const auto line = std::find_if(e.explanation.begin(), e.explanation.end(), [](const std::string& l) {
        return l.starts_with("Left: 15.0 µL in 30 min");
    });
    ASSERT_NE(line, e.explanation.end());
    EXPECT_NE(line->find("sufficient under CFF-2017 (≥ 15 µL)"), std::string::npos) << *line;
    EXPECT_NE(line->find("would be insufficient under UK-2014 (needs ≥ 18 µL)"), std::string::npos) << *line;
    EXPECT_TRUE(std::any_of(e.elsewhere.begin(), e.elsewhere.end(),
                            [](const std::string& l) { return l == "UK-2014: QNS NONE"; }));
}

TEST(Gates, ComeBeforeEveryResult) {
    const SweatTest good = testOf(siteOf("40", "30", "52"), siteOf("40", "30", "58"));
    const SweatTest implausible = testOf(siteOf("40", "30", "162"));
    EXPECT_EQ(judged(good, "CFF-2017", QcState::Failed).outcome, Outcome::QcLocked);
    EXPECT_EQ(judged(implausible, "CFF-2017", QcState::Failed, "blocked").outcome, Outcome::QcLocked);
    EXPECT_EQ(judged(implausible, "CFF-2017", QcState::Passed, "younger than 48 h").outcome,
              Outcome::Blocked);
    EXPECT_FALSE(judged(good, "CFF-2017", QcState::Failed).reportedValue);
    EXPECT_EQ(judged(good, "CFF-2017", QcState::Failed).classCode, "WITHHELD");
}

TEST(Gates, TheFrenchProfileRefusesAnOlderChild) {
    SweatTest test = testOf(siteOf("40", "30", "30"));
    test.born = {2025, 2, 6};
    test.collected = {2026, 2, 6}; // 12 months
    EXPECT_EQ(judged(test, "FR-2010").classCode, "INTERMEDIATE");
    test.collected = {2026, 2, 7};
    EXPECT_EQ(judged(test, "FR-2010").outcome, Outcome::Blocked);
}

TEST(Sites, ABurnVoidsItsSiteOnly) {
    SweatTest test = testOf(siteOf("40", "30", "70"), siteOf("40", "30", "34"));
    test.sites[0].burned = true;
    const Evaluation e = judged(test);
    EXPECT_EQ(e.sites[0].status, SiteStatus::Burn);
    EXPECT_EQ(e.outcome, Outcome::ReportSingle);
    EXPECT_EQ(e.reportedValue, 34);
}

TEST(Sites, OnDifferentSidesOfALimitAreFlagged) {
    EXPECT_TRUE(judged(testOf(siteOf("40", "30", "28.9"), siteOf("40", "30", "30.1")))
                    .flags.contains(Flag::Straddle)); // V48
    EXPECT_FALSE(
        judged(testOf(siteOf("40", "30", "31"), siteOf("40", "30", "32"))).flags.contains(Flag::Straddle));
}

TEST(Values, NearALimitAreFlaggedForInformation) {
    EXPECT_TRUE(judged(testOf(siteOf("40", "30", "22"))).flags.contains(Flag::NearLimit)); // 30 - 8
    EXPECT_FALSE(judged(testOf(siteOf("40", "30", "21.9"))).flags.contains(Flag::NearLimit));
    EXPECT_TRUE(judged(testOf(siteOf("40", "30", "68"))).flags.contains(Flag::NearLimit)); // 60 + 8
    EXPECT_FALSE(judged(testOf(siteOf("40", "30", "68.1"))).flags.contains(Flag::NearLimit));
}

TEST(Values, Above150AreQuestionedAndAbove160Refused) {
    EXPECT_FALSE(judged(testOf(siteOf("40", "30", "150"))).flags.contains(Flag::High150));
    EXPECT_TRUE(judged(testOf(siteOf("40", "30", "150.1"))).flags.contains(Flag::High150));
    EXPECT_EQ(judged(testOf(siteOf("40", "30", "160.00001"))).outcome, Outcome::Implausible);
}

TEST(Values, BelowTheLowEndArePrintedAsBelowIt) {
    EXPECT_EQ(judged(testOf(siteOf("40", "30", "9.4"))).reportedText, "<10");
    EXPECT_EQ(judged(testOf(siteOf("40", "30", "9.5"))).reportedText, "10");
}

TEST(Values, OnAModulatorHaveNoDiagnosticClass) {
    SweatTest test = testOf(siteOf("40", "30", "70"));
    test.onModulator = true;
    const Evaluation e = judged(test);
    EXPECT_EQ(e.reportedValue, 70);
    EXPECT_EQ(e.classCode, "NONE");
    EXPECT_TRUE(e.flags.contains(Flag::ModulatorDrug));
}

TEST(Values, CanBeClassifiedUnroundedWhenTheProfileSaysSo) {
    Guideline raw = profile("CFF-2017");
    raw.classifyOn = ClassifyOn::Raw;
    const auto classAt = [&](const char* value) {
        return evaluate(raw, testOf(siteOf("40", "30", value)), QcState::Passed)->classCode;
    };
    EXPECT_EQ(classAt("29.5"), "CF_UNLIKELY"); // < 30 as printed in the guideline
    EXPECT_EQ(classAt("30"), "INTERMEDIATE");
    EXPECT_EQ(classAt("59.9"), "INTERMEDIATE");
    Guideline uk = profile("UK-2014");
    uk.classifyOn = ClassifyOn::Raw;
    EXPECT_EQ(evaluate(uk, testOf(siteOf("40", "30", "60")), QcState::Passed)->classCode, "INTERMEDIATE");
    EXPECT_EQ(evaluate(uk, testOf(siteOf("40", "30", "60.1")), QcState::Passed)->classCode,
              "CF_INDICATED"); // > 60
}

TEST(FollowUp, AsksForTheConfirmationOfTheProfile) {
    const auto says = [](const Evaluation& e, const char* words) {
        return std::any_of(e.followUp.begin(), e.followUp.end(),
                           [&](const std::string& l) { return l.find(words) != std::string::npos; });
    };
    EXPECT_TRUE(says(judged(testOf(siteOf("40", "30", "80")), "UK-2014"), "second collection"));
    EXPECT_FALSE(says(judged(testOf(siteOf("40", "30", "80")), "CFF-2017"), "second collection"));
    EXPECT_TRUE(says(judged(testOf(siteOf("9", "30")), "CFF-2017"), "Repeat the collection"));
}

struct Impossible {
    const char* name;
    void (*spoil)(SweatTest&);
    const char* says;
};
class Evaluate : public testing::TestWithParam<Impossible> {};

TEST_P(Evaluate, RefusesWhatCannotBeNamingIt) {
    SweatTest test = testOf(siteOf("40", "30", "52"));
    test.caseId = "case 7";
    GetParam().spoil(test);
    const auto refused = evaluate(profile("CFF-2017"), test, QcState::Passed);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find(GetParam().says), std::string::npos) << refused.error().sentence();
    EXPECT_EQ(refused.error().where, "case 7");
}

INSTANTIATE_TEST_SUITE_P(
    Table, Evaluate,
    testing::Values(
        Impossible{"BeforeBirth",
                   [](SweatTest& test) {
                       test.collected = {2026, 1, 9};
                   },
                   "before the birth"},
        Impossible{"TooOld",
                   [](SweatTest& test) {
                       test.born = {1900, 1, 1};
                   },
                   "not possible"},
        Impossible{"NegativeAmount", [](SweatTest& test) { test.sites[0].amount = Decimal(-1); },
                   "left_amount is -1"},
        Impossible{"AbsurdAmount", [](SweatTest& test) { test.sites[0].amount = Decimal(2001); },
                   "left_amount is 2001"},
        Impossible{"NegativeMinutes", [](SweatTest& test) { test.sites[0].minutes = Decimal(-1); },
                   "left_minutes is -1"},
        Impossible{"NegativeChloride", [](SweatTest& test) { test.sites[0].chloride = Decimal(-3); },
                   "left_chloride is -3"},
        Impossible{"NoMinutes", [](SweatTest& test) { test.sites[0].minutes.reset(); },
                   "left_minutes is missing"},
        Impossible{"NoAmount", [](SweatTest& test) { test.sites[0].amount.reset(); },
                   "left_amount is missing"},
        Impossible{"NoTime", [](SweatTest& test) { test.sites[0].minutes = Decimal(0); },
                   "left_minutes is 0"},
        Impossible{"NothingDone", [](SweatTest& test) { test.sites = {}; }, "no site has"},
        Impossible{"Area", [](SweatTest& test) { test.area_cm2 = Decimal(0); }, "collection area"},
        Impossible{"Collector", [](SweatTest& test) { test.collector = Collector::Cell; },
                   "says nothing of sweat collected by cell"}),
    [](const auto& named) { return std::string(named.param.name); });

// ---- properties over random cases, seeded

SweatTest randomTest(std::mt19937& random) {
    const auto upTo = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most + 1)); };
    const auto site = [&]() {
        SiteReading s;
        if (upTo(9) == 0) return s;
        s.amount = Decimal::ofMillionths(upTo(5000) * 10'000LL);
        s.minutes = Decimal::ofMillionths((1000 + upTo(2500)) * 10'000LL);
        if (upTo(9) != 0) s.chloride = Decimal::ofMillionths(upTo(17000) * 10'000LL);
        if (upTo(3) == 0) s.sodium = Decimal::ofMillionths(upTo(17000) * 10'000LL);
        s.burned = upTo(19) == 0;
        s.stimulusLow = upTo(9) == 0;
        return s;
    };
    SweatTest test = testOf(site(), site());
    test.collected = Date::ofDays(test.born.days() + upTo(9000));
    if (!test.sites[0].done() && !test.sites[1].done()) test.sites[0] = siteOf("15", "30", "20");
    return test;
}

constexpr std::array chlorideProfiles{"CFF-2017", "UK-2014", "CLSI-C34-A3", "RCPA", "FR-2010"};
constexpr std::array conductivityProfiles{"COND-UK", "COND-NANODUCT", "COND-MATTAR", "COND-CINEL",
                                          "COND-SCREEN"};

/// A collector that the profile has a rule for, at random.
Collector collectorOf(const Guideline& g, std::mt19937& random) {
    return g.sufficiency[random() % g.sufficiency.size()].collector;
}

TEST(Property, SwappingLeftAndRightChangesNothingButTheLabels) {
    std::mt19937 random(20260301);
    for (int i = 0; i < 3000; ++i) {
        SweatTest test = randomTest(random);
        for (SiteReading& site : test.sites)
            site.deviationAccepted = random() % 4 == 0;
        std::vector<const char*> ids(chlorideProfiles.begin(), chlorideProfiles.end());
        ids.push_back("COND-NANODUCT");
        for (const char* id : ids) {
            SweatTest given = test;
            given.collector = collectorOf(profile(id), random);
            for (SiteReading& site : given.sites)
                if (profile(id).analyte == Analyte::Conductivity)
                    site.conductivity = std::exchange(site.chloride, {});
            SweatTest swapped = given;
            std::swap(swapped.sites[0], swapped.sites[1]);
            const Evaluation a = judged(given, id), b = judged(swapped, id);
            ASSERT_EQ(a.outcome, b.outcome) << id;
            ASSERT_EQ(a.reportedValue, b.reportedValue);
            ASSERT_EQ(a.classCode, b.classCode);
            ASSERT_EQ(a.flags, b.flags);
            const auto labelsLeftOut = [](std::vector<std::string> lines) {
                for (std::string& line : lines)
                    if (line.starts_with("Left: ") || line.starts_with("Right: "))
                        line.erase(0, line.find(' '));
                std::sort(lines.begin(), lines.end());
                return lines;
            };
            ASSERT_EQ(labelsLeftOut(a.followUp), labelsLeftOut(b.followUp));
            ASSERT_EQ(a.agreement.delta, b.agreement.delta);
            ASSERT_EQ(a.sites[0].status, b.sites[1].status);
            ASSERT_EQ(a.sites[0].rate_g_m2_min, b.sites[1].rate_g_m2_min);
        }
    }
}

/// Through the whole evaluation: the class that comes out is that of the one range which holds the reported
/// value.
void expectOneClass(const SweatTest& test, const char* id) {
    const Guideline& g = profile(id);
    const AgeBand* band = g.bandAt(test.born, test.collected);
    const Evaluation e = judged(test, id);
    if (band == nullptr || !band->refusal.empty()) {
        ASSERT_EQ(e.outcome, Outcome::Blocked);
        ASSERT_FALSE(e.reportedValue);
        return;
    }
    if (e.outcome == Outcome::Implausible) {
        ASSERT_FALSE(e.reportedValue);
        return;
    }
    ASSERT_EQ(e.outcome, Outcome::ReportSingle);
    ASSERT_TRUE(e.reportedValue);
    if (e.flags.contains(Flag::CondNewborn)) return; // a value, and no class
    std::vector<std::string> holding;
    for (const ClassRange& range : band->classes)
        if (range.lowest <= *e.reportedValue && *e.reportedValue <= range.highest)
            holding.push_back(range.code);
    ASSERT_EQ(holding, std::vector<std::string>{e.classCode});
}

TEST(Property, EveryValueAtEveryAgeHasExactlyOneClass) {
    const Date born{2025, 8, 31}; // six months end on a shorter month's last day
    std::vector<Date> days;
    for (const int days_ :
         {3, 13, 14, 28, 180, 181, 182, 200, 364, 365, 366, 3 * 365, 10 * 365, 18 * 366, 60 * 365})
        days.push_back(Date::ofDays(born.days() + days_));
    for (const Date& day : days)
        for (int tenths = 0; tenths <= 1600; ++tenths) {
            const Decimal value = Decimal::ofMillionths(tenths * 100'000LL);
            for (const char* id : chlorideProfiles) {
                SweatTest test = testOf(siteOf("200", "30"));
                test.collector = Collector::Gauze;
                test.born = born;
                test.collected = day;
                test.sites[0].chloride = value;
                expectOneClass(test, id);
                if (HasFatalFailure()) FAIL() << id << " " << day.text() << " " << value.text();
            }
            for (const char* id : conductivityProfiles) {
                SweatTest test;
                test.born = born;
                test.collected = day;
                test.conductivity = value;
                expectOneClass(test, id);
                if (HasFatalFailure()) FAIL() << id << " " << day.text() << " " << value.text();
            }
        }
}

TEST(Property, NoRoundingTurnsInsufficientIntoSufficient) {
    // the largest five-decimal amount below what is needed fails, what is needed passes
    const Decimal step = Decimal::ofMillionths(10);
    std::vector<const char*> ids(chlorideProfiles.begin(), chlorideProfiles.end());
    ids.push_back("COND-NANODUCT");
    for (const char* id : ids)
        for (const SufficiencyRule& rule : profile(id).sufficiency)
            for (int hundredths = 100; hundredths <= 4500; hundredths += 7) {
                Collection c{rule.collector, Decimal(0), Decimal::ofMillionths(hundredths * 10'000LL), {}};
                const Decimal needed = judgeSufficiency(rule, c).needed;
                c.amount = needed;
                if (judgeSufficiency(rule, c).verdict ==
                    SiteStatus::Qns) // needed itself was rounded to five decimals
                    c.amount = needed + step;
                ASSERT_NE(judgeSufficiency(rule, c).verdict, SiteStatus::Qns)
                    << id << " " << c.minutes.text();
                c.amount = needed - step;
                ASSERT_EQ(judgeSufficiency(rule, c).verdict, SiteStatus::Qns)
                    << id << " " << c.minutes.text();
                // and so does what rounds up to it
                c.amount = needed - Decimal::ofMillionths(40'000);
                ASSERT_EQ(judgeSufficiency(rule, c).verdict, SiteStatus::Qns);
            }
}

TEST(Property, AResultIsNeverReportedWithoutAClassNorAClassWithoutAResult) {
    std::mt19937 random(4);
    for (int i = 0; i < 5000; ++i) {
        const char* id = chlorideProfiles.at(static_cast<std::size_t>(i) % chlorideProfiles.size());
        SweatTest test = randomTest(random);
        test.collector = collectorOf(profile(id), random);
        const Evaluation e = judged(test, id);
        const bool reported = e.outcome == Outcome::ReportMean || e.outcome == Outcome::ReportSingle;
        ASSERT_EQ(reported, e.reportedValue.has_value());
        ASSERT_EQ(reported, e.classCode != "NONE" && e.classCode != "WITHHELD");
        ASSERT_FALSE(e.explanation.empty());
    }
}

TEST(Property, TheSameCaseGivesTheSameWordsAgain) {
    std::mt19937 random(9);
    for (int i = 0; i < 200; ++i) {
        const SweatTest test = randomTest(random);
        ASSERT_EQ(judged(test).explanation, judged(test).explanation);
    }
}

} // namespace
} // namespace eccrine::chloride
