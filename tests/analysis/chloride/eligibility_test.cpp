// SPDX-License-Identifier: GPL-3.0-or-later
// Expected values: rows E1 to E12 of the reference table of the pilocarpine sweat test.
#include "analysis/chloride/eligibility.hpp"
#include "tests/analysis/chloride/profiles.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace eccrine::chloride {
namespace {

using Answers = std::map<std::string, std::string>;

const DrugClasses& drugs() {
    static const DrugClasses classes =
        loadDrugClasses({std::string(ECCRINE_PROTOCOL_DIR) + "/guidelines"}).value();
    return classes;
}

EligibilityVerdict judged(const std::string& profile, const Answers& answers,
                          const std::vector<EligibilityOverride>& overrides = {}) {
    const auto input = eligibilityInputOf(answers);
    EXPECT_TRUE(input) << (input ? "" : input.error().sentence());
    const auto verdict =
        judgeEligibility(*shippedProfiles().require(profile).value(), drugs(), *input, overrides);
    EXPECT_TRUE(verdict) << (verdict ? "" : verdict.error().sentence());
    return *verdict;
}

bool names(const EligibilityVerdict& verdict, const std::string& code) {
    return std::any_of(verdict.reasons.begin(), verdict.reasons.end(),
                       [&](const EligibilityReason& r) { return r.code == code; });
}

/// An infant of so many days whom nothing stands in the way of.
Answers infant(int days) {
    const Date at{2026, 3, 2};
    return {{"born", Date::ofDays(at.days() - days).text() + "T08:00"}, {"at", at.text() + "T08:00"}};
}

Answers with(Answers answers, const Answers& more) {
    for (const auto& [key, value] : more)
        answers[key] = value;
    return answers;
}

struct Row {
    const char* name;
    const char* profile;
    int days;
    Answers answers;
    const char* verdict;
    const char* code;
};

class Eligibility : public testing::TestWithParam<Row> {};

TEST_P(Eligibility, GivesTheVerdictOfTheTable) {
    const EligibilityVerdict verdict =
        judged(GetParam().profile, with(infant(GetParam().days), GetParam().answers));
    EXPECT_EQ(codeOf(verdict.result), GetParam().verdict);
    if (*GetParam().code != '\0') {
        EXPECT_TRUE(names(verdict, GetParam().code));
    }
}

const Answers screened{{"newborn_screen", "positive"}, {"weight_kg", "3"}, {"corrected_gestation", "38w0d"}};

INSTANTIATE_TEST_SUITE_P(
    Table, Eligibility,
    testing::Values(
        Row{"E1",
            "CFF-2017",
            12,
            {{"newborn_screen", "positive"}, {"weight_kg", "2.01"}, {"corrected_gestation", "36w0d"}},
            "GO",
            ""},
        Row{"E2",
            "CFF-2017",
            12,
            {{"newborn_screen", "positive"}, {"weight_kg", "2.00"}, {"corrected_gestation", "36w0d"}},
            "DEFER",
            "WEIGHT"},
        Row{"E3",
            "CFF-2017",
            12,
            {{"newborn_screen", "positive"}, {"weight_kg", "2.01"}, {"corrected_gestation", "35w6d"}},
            "DEFER",
            "GESTATION"},
        Row{"E4", "CFF-2017", 8, screened, "WARN", "AGE_UP_TO_10_DAYS"},
        Row{"E5", "CFF-2017", 2, with(screened, {{"at", "2026-03-02T07:00"}}), "BLOCK", "AGE_UNDER_48_H"},
        Row{"E6", "FR-2010", 20, {{"weight_kg", "3.4"}}, "DEFER", "AGE_UNDER_3_WEEKS"},
        Row{"E7", "FR-2010", 21, {{"weight_kg", "3.1"}}, "GO", ""},
        Row{"E8", "FR-2010", 21, {{"weight_kg", "3.0"}}, "DEFER", "WEIGHT"},
        Row{"E9", "UK-2014", 6, {{"weight_kg", "3"}}, "DEFER", "AGE_UNDER_7_DAYS"},
        Row{"E10", "UK-2014", 7, {{"weight_kg", "2.0"}}, "GO", "AGE_UNDER_3_WEEKS"},
        Row{"E11", "CFF-2017", 400, {{"oxygen", "open"}}, "BLOCK", "OPEN_OXYGEN"},
        Row{"E12", "CFF-2017", 400, {{"drugs", "oral prednisolone"}}, "DEFER", "CORTICOSTEROID"},
        Row{"UkWeightBelow2", "UK-2014", 30, {{"weight_kg", "1.99"}}, "DEFER", "WEIGHT"},
        Row{"NasalOxygen", "CFF-2017", 400, {{"oxygen", "nasal"}}, "GO", ""},
        Row{"Trunk", "CFF-2017", 400, {{"current_path", "trunk"}}, "BLOCK", "CURRENT_PATH"},
        Row{"Implant", "CFF-2017", 400, {{"conditions", "implant"}}, "BLOCK", "IMPLANT"},
        Row{"Pregnancy", "CFF-2017", 9000, {{"conditions", "pregnancy"}}, "BLOCK", "PREGNANCY"},
        Row{"Epilepsy", "CFF-2017", 9000, {{"conditions", "epilepsy"}}, "BLOCK", "EPILEPSY"},
        Row{"BrokenSkin", "CFF-2017", 9000, {{"conditions", "broken_skin"}}, "BLOCK", "BROKEN_SKIN"},
        Row{"Fever", "CFF-2017", 400, {{"conditions", "fever"}}, "DEFER", "ACUTE_ILLNESS"},
        Row{"Oedema", "CFF-2017", 400, {{"conditions", "oedema"}}, "DEFER", "OEDEMA"},
        Row{"Dehydrated", "CFF-2017", 400, {{"conditions", "dehydrated"}}, "DEFER", "DEHYDRATED"},
        Row{"Fasting", "CFF-2017", 400, {{"conditions", "fasting"}}, "DEFER", "FASTING"},
        Row{"Mineralocorticoid",
            "CFF-2017",
            400,
            {{"drugs", "Fludrocortisone"}},
            "DEFER",
            "MINERALOCORTICOID"},
        Row{"Diuretic", "CFF-2017", 400, {{"drugs", "furosemide 10 mg"}}, "DEFER", "DIURETIC"},
        Row{"Iodide", "CFF-2017", 400, {{"drugs", "potassium iodide"}}, "DEFER", "BROMIDE_IODIDE"},
        Row{"Modulator", "CFF-2017", 4000, {{"drugs", "Kaftrio"}}, "WARN", "CFTR_MODULATOR"},
        Row{"FalseHigh", "CFF-2017", 400, {{"conditions", "hypothyroidism"}}, "WARN", "FALSE_HIGH"},
        Row{"Cream", "CFF-2017", 400, {{"conditions", "cream_within_24_h"}}, "WARN", "CREAM"},
        Row{"UnknownDrug", "CFF-2017", 400, {{"drugs", "xyzamol"}}, "WARN", "DRUG_NOT_KNOWN"},
        Row{"KnownHarmlessDrug", "CFF-2017", 400, {{"drugs", "Paracetamol"}}, "GO", ""},
        Row{"HarmlessDrugWithDose", "CFF-2017", 400, {{"drugs", "paracetamol 250 mg"}}, "GO", ""},
        Row{"HarmlessDrugHidesNoOther",
            "CFF-2017",
            400,
            {{"drugs", "paracetamol prednisolone"}},
            "DEFER",
            "CORTICOSTEROID"},
        Row{"HarmlessDrugHidesNoUnknownOne",
            "CFF-2017",
            400,
            {{"drugs", "ibuprofen and xyzamol"}},
            "WARN",
            "DRUG_NOT_KNOWN"},
        Row{"DrugsPartedBySemicolon",
            "CFF-2017",
            400,
            {{"drugs", "furosemide; prednisolone"}},
            "DEFER",
            "CORTICOSTEROID"},
        Row{"PartOfAWordIsNoDrug", "CFF-2017", 400, {{"drugs", "prednisolonex"}}, "WARN", "DRUG_NOT_KNOWN"},
        Row{"AcuteIllness", "CFF-2017", 400, {{"conditions", "acute_illness"}}, "DEFER", "ACUTE_ILLNESS"},
        Row{"NotWashed", "CFF-2017", 400, {{"conditions", "not_washed"}}, "WARN", "NOT_WASHED"},
        Row{"HeadBoxOxygen", "CFF-2017", 400, {{"oxygen", "head_box"}}, "GO", ""},
        Row{"Head", "CFF-2017", 400, {{"current_path", "head"}}, "BLOCK", "CURRENT_PATH"},
        Row{"Limb", "CFF-2017", 400, {{"current_path", "limb"}}, "GO", ""},
        Row{"Day11", "CFF-2017", 11, screened, "GO", ""},
        Row{"Day10", "CFF-2017", 10, screened, "WARN", "AGE_UP_TO_10_DAYS"},
        Row{"WorstWins",
            "CFF-2017",
            400,
            {{"conditions", "cream_within_24_h,fever,implant"}},
            "BLOCK",
            "ACUTE_ILLNESS"},
        Row{"NotScreened", "CFF-2017", 30, {{"newborn_screen", "negative"}, {"weight_kg", "1.9"}}, "GO", ""},
        Row{"OlderChild", "UK-2014", 900, {}, "GO", ""}),
    [](const auto& named) { return std::string(named.param.name); });

TEST(Eligibility, ComputesTheCorrectedGestation) {
    // 34w3d at birth and 12 days later 36w1d
    const EligibilityVerdict verdict =
        judged("CFF-2017",
               with(infant(12),
                    {{"newborn_screen", "positive"}, {"weight_kg", "2.5"}, {"gestation_at_birth", "34w3d"}}));
    EXPECT_EQ(gestationText(*verdict.correctedGestation_days), "36w1d");
    EXPECT_EQ(codeOf(verdict.result), "GO");
}

TEST(Eligibility, WhatARuleNeedsAndIsNotKnownFailsItAndSaysSo) {
    const EligibilityVerdict verdict = judged("CFF-2017", with(infant(30), {{"newborn_screen", "positive"}}));
    EXPECT_EQ(codeOf(verdict.result), "DEFER");
    ASSERT_TRUE(names(verdict, "WEIGHT"));
    EXPECT_TRUE(names(verdict, "GESTATION"));
    EXPECT_NE(verdict.reasons.front().sentence.find("not known"), std::string::npos);
}

TEST(Eligibility, DaysAloneDoNotProveFortyEightHours) {
    const auto at = [](const char* born) { return judged("RCPA", {{"born", born}, {"at", "2026-03-04"}}); };
    EXPECT_EQ(codeOf(at("2026-03-03").result), "BLOCK"); // less than 48 h for sure
    const EligibilityVerdict open = at("2026-03-02");    // 24 to 72 h
    EXPECT_EQ(codeOf(open.result), "BLOCK");
    EXPECT_NE(open.blockedBecause().find("time of birth"), std::string::npos);
    EXPECT_EQ(codeOf(at("2026-03-01").result), "GO");
}

TEST(Override, NeedsAClinicianAndAReasonAndIsTold) {
    const Answers pregnant = with(infant(9000), {{"conditions", "pregnancy"}});
    const EligibilityVerdict lifted =
        judged("CFF-2017", pregnant, {{"PREGNANCY", "Dr Gray", "benefit outweighs"}});
    EXPECT_EQ(codeOf(lifted.result), "GO");
    EXPECT_TRUE(lifted.blockedBecause().empty());
    ASSERT_TRUE(names(lifted, "PREGNANCY"));
    EXPECT_EQ(lifted.reasons.front().liftedBy, "Dr Gray");

    const auto refused = [&](const EligibilityOverride& given, const Answers& answers) {
        return judgeEligibility(*shippedProfiles().require("CFF-2017").value(), drugs(),
                                *eligibilityInputOf(answers), {given})
            .error()
            .sentence();
    };
    EXPECT_NE(refused({"PREGNANCY", "", "because"}, pregnant).find("no clinician"), std::string::npos);
    EXPECT_NE(refused({"PREGNANCY", "Dr Gray", ""}, pregnant).find("no reason"), std::string::npos);
    EXPECT_NE(refused({"IMPLANT", "Dr Gray", "x"}, pregnant).find("no rule of this name has failed"),
              std::string::npos);
    EXPECT_NE(refused({"AGE_UNDER_48_H", "Dr Gray", "x"}, infant(1)).find("nobody can lift"),
              std::string::npos);
}

TEST(Override, BySpacesIsByNobody) {
    const auto input = *eligibilityInputOf(with(infant(9000), {{"conditions", "pregnancy"}}));
    for (const EligibilityOverride& given :
         {EligibilityOverride{"PREGNANCY", " ", "because"}, EligibilityOverride{"PREGNANCY", "Dr Gray", " "}})
        EXPECT_FALSE(
            judgeEligibility(*shippedProfiles().require("CFF-2017").value(), drugs(), input, {given}));
}

TEST(Override, HoldsForAllReasonsOfItsCode) {
    const EligibilityVerdict verdict = judged("CFF-2017", with(infant(400), {{"drugs", "xyzamol,zyxamol"}}),
                                              {{"DRUG_NOT_KNOWN", "Dr Gray", "both looked up"}});
    EXPECT_EQ(codeOf(verdict.result), "GO");
    ASSERT_EQ(verdict.reasons.size(), 2U);
    for (const EligibilityReason& reason : verdict.reasons)
        EXPECT_EQ(reason.liftedBy, "Dr Gray");
}

TEST(Override, LeavesTheOtherReasonsStanding) {
    const EligibilityVerdict verdict =
        judged("CFF-2017", with(infant(400), {{"conditions", "implant,fever"}}),
               {{"IMPLANT", "Dr Gray", "pacemaker far from the path"}});
    EXPECT_EQ(codeOf(verdict.result), "DEFER");
}

struct Wrong {
    const char* key;
    const char* value;
    const char* says;
};
class Answer : public testing::TestWithParam<Wrong> {};
TEST_P(Answer, ThatCannotBeIsNamed) {
    const auto refused = eligibilityInputOf(with(infant(30), {{GetParam().key, GetParam().value}}));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().sentence().find(GetParam().says), std::string::npos)
        << refused.error().sentence();
}
INSTANTIATE_TEST_SUITE_P(Table, Answer,
                         testing::Values(Wrong{"born", "2026-02-30", "does not exist"},
                                         Wrong{"weight_kg", "3,2", "comma"},
                                         Wrong{"weight_kg", "0", "not possible"},
                                         Wrong{"weight_kg", "-3", "not possible"},
                                         Wrong{"weight_kg", "900", "not possible"},
                                         Wrong{"gestation_at_birth", "36w9d", "no gestation"},
                                         Wrong{"gestation_at_birth", "abc", "no gestation"},
                                         Wrong{"gestation_at_birth", "50w0d", "not possible"},
                                         Wrong{"newborn_screen", "maybe", "positive, negative, unknown"},
                                         Wrong{"oxygen", "lots", "none, nasal, head_box, open"},
                                         Wrong{"current_path", "arm", "limb, trunk, head"}));

TEST(Gestation, IsWrittenInWeeksAndDays) {
    for (const char* text : {"36w3d", "36+3"})
        EXPECT_EQ(gestationOf(text, "g").value(), 36 * 7 + 3);
    for (const char* text : {"36", "36w", "36w0d"})
        EXPECT_EQ(gestationOf(text, "g").value(), 36 * 7) << text;
}

TEST(Eligibility, ATestBeforeBirthIsRefused) {
    const auto refused =
        judgeEligibility(*shippedProfiles().require("CFF-2017").value(), drugs(),
                         *eligibilityInputOf({{"born", "2026-03-04"}, {"at", "2026-03-02"}}));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("before the birth"), std::string::npos);
}

TEST(DrugList, ADrugStandsInOneClassOnly) {
    const auto refused = parseDrugClasses(
        "schema = 1\nsource = \"s\"\ncertainty = \"memory\"\n[class]\na = [\"x\"]\nb = [\"x\"]\n", "d.toml");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().where, "d.toml:6:6");
}

TEST(DrugList, NamesAreSmallLettersAsTheyAreLookedUp) {
    const auto refused = parseDrugClasses(
        "schema = 1\nsource = \"s\"\ncertainty = \"memory\"\n[class]\ndiuretic = [\"Furosemide\"]\n",
        "d.toml");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find("small letters"), std::string::npos);
    EXPECT_EQ(refused.error().where, "d.toml:5:13");
}

TEST(DrugList, AClassThatNoRuleAsksForIsDecidedByHand) {
    const auto misspelt = parseDrugClasses(
        "schema = 1\nsource = \"s\"\ncertainty = \"memory\"\n[class]\ndiuretics = [\"furosemide\"]\n",
        "d.toml");
    ASSERT_TRUE(misspelt);
    const auto verdict = judgeEligibility(*shippedProfiles().require("CFF-2017").value(), *misspelt,
                                          *eligibilityInputOf(with(infant(400), {{"drugs", "furosemide"}})));
    ASSERT_TRUE(verdict);
    EXPECT_EQ(codeOf(verdict->result), "WARN");
    ASSERT_TRUE(names(*verdict, "DRUG_NOT_KNOWN"));
    EXPECT_NE(verdict->reasons.front().sentence.find("diuretics"), std::string::npos);
}

struct WrongRule {
    const char* name;
    const char* from;
    const char* to;
    const char* says;
};
class EligibilityRow : public testing::TestWithParam<WrongRule> {};

TEST_P(EligibilityRow, ThatIsNotSoundRefusesTheFileAndNamesTheLine) {
    std::ifstream in(std::string(ECCRINE_PROTOCOL_DIR) + "/guidelines/CFF-2017.toml");
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const std::string from = GetParam().from;
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    const auto refused = parseGuideline(text.replace(at, from.size(), GetParam().to), "mine.toml");
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().what.find(GetParam().says), std::string::npos) << refused.error().sentence();
    EXPECT_TRUE(refused.error().where.starts_with("mine.toml:")) << refused.error().sentence();
}

INSTANTIATE_TEST_SUITE_P(
    Table, EligibilityRow,
    testing::Values(
        WrongRule{"UnknownCheck", "check = \"age_hours\"", "check = \"age_weeks\"",
                  "it has to be one of age_hours"},
        WrongRule{"UnknownAction", "action = \"defer\"", "action = \"wait\"", "it has to be one of block"},
        WrongRule{"UnknownLift", "lift = \"never\"", "lift = \"perhaps\"", "it has to be one of never"},
        WrongRule{"NoLimit", "at_least = 48\n", "", "has no \"above\""},
        WrongRule{"TwoLimits", "at_least = 48\n", "at_least = 48\nabove = 47\n", "\"above\" is not known"},
        WrongRule{"LimitIsAWord", "at_least = 48\n", "at_least = \"two days\"\n", "has to be a number"},
        WrongRule{"TooManyDecimals", "above = 2\n", "above = 2.000001\n", "more than five decimals"},
        WrongRule{"HalfADay", "only_below_days = ", "only_below_days = 0.5 #", "\"only_below_days\""},
        WrongRule{"NoLift", "lift = \"never\"\n", "", "has no \"lift\""},
        WrongRule{"NoReason", "reason = \"With an implanted device a specialist has to be asked first.\"\n",
                  "", "has no \"reason\""},
        WrongRule{"NoValues", "values = [\"implant\"]\n", "", "has no \"values\""},
        WrongRule{"EmptyValues", "values = [\"implant\"]", "values = []", "has to be a list of texts"},
        WrongRule{"MisspeltOxygen", "values = [\"open\"]", "values = [\"opne\"]",
                  "it has to be of none, nasal, head_box, open"},
        WrongRule{"MisspeltPath", "values = [\"trunk\", \"head\"]", "values = [\"torso\"]",
                  "it has to be of limb, trunk, head"},
        WrongRule{"UncitedSource", "source = \"age-48h\"", "source = \"hearsay\"",
                  "which [[sources]] does not list"},
        WrongRule{"TwiceTheSameCode", "code = \"NOT_WASHED\"", "code = \"CREAM\"",
                  "two eligibility rules have the code"},
        WrongRule{"UnknownKey", "check = \"age_hours\"", "check = \"age_hours\"\nolny_below_days = 60",
                  "is not known"}),
    [](const auto& named) { return std::string(named.param.name); });

} // namespace
} // namespace eccrine::chloride
