// SPDX-License-Identifier: GPL-3.0-or-later
// The rules are those of Westgard, Barry, Hunt, Groth 1981, Clin Chem 27:493; the runs are made by hand.
#include "analysis/laboratory/quality_control.hpp"
#include "shipped_rules.hpp"

namespace eccrine::laboratory {
namespace {

using enum WestgardRule;
using Verdict = ControlVerdict;

const std::vector<ControlLevel> levels{{"low", "L1", 20, 1, {2026, 12, 31}},
                                       {"high", "H1", 100, 3, {2026, 12, 31}},
                                       {"mid", "M1", 50, 2, {2026, 12, 31}}};

/// One value; its run has the name of its day.
ControlValue value(const char* level, const char* mmol_l, int day, int minute = 480) {
    const std::string name = level;
    return {name,
            name == "low"    ? "L1"
            : name == "high" ? "H1"
                             : "M1",
            dec(mmol_l),
            Moment{{2026, 3, day}, minute},
            "Ada",
            "meter",
            "run " + std::to_string(day)};
}

std::vector<JudgedControl> judged(const std::vector<ControlValue>& values,
                                  const ControlRules& rules = shippedRules().control) {
    auto out = judgeControls(rules, levels, values);
    EXPECT_TRUE(out) << out.error().sentence();
    return out.value_or(std::vector<JudgedControl>{});
}

struct Expected {
    Verdict verdict;
    std::set<WestgardRule> broken;
};
struct RuleRow {
    const char* name;
    std::vector<ControlValue> values;
    std::vector<Expected> expected;
};
class Westgard : public testing::TestWithParam<RuleRow> {};

TEST_P(Westgard, JudgesARunMadeByHand) {
    const auto controls = judged(GetParam().values);
    ASSERT_EQ(controls.size(), GetParam().expected.size());
    for (std::size_t i = 0; i < controls.size(); ++i) {
        EXPECT_EQ(controls[i].verdict, GetParam().expected[i].verdict) << controls[i].sentence;
        EXPECT_EQ(controls[i].broken, GetParam().expected[i].broken) << controls[i].sentence;
    }
}

const Expected good{Verdict::Accepted, {}};
const Expected warned{Verdict::Warned, {OneTwoS}};
INSTANTIATE_TEST_SUITE_P(
    Table, Westgard,
    testing::Values(
        RuleRow{"Good", {value("low", "20.5", 1), value("high", "98", 1)}, {good, good}},
        RuleRow{"ExactlyTwoSdPasses", {value("low", "22", 1), value("low", "22", 2)}, {good, good}},
        RuleRow{"R12sAbove", {value("low", "22.01", 1)}, {warned}},
        RuleRow{"R12sBelow", {value("low", "17.99", 1)}, {warned}},
        RuleRow{"ExactlyThreeSdWarns", {value("low", "23", 1)}, {warned}},
        RuleRow{"R13sAbove", {value("low", "23.01", 1)}, {{Verdict::Rejected, {OneThreeS}}}},
        RuleRow{"R13sBelow", {value("high", "90.9", 1)}, {{Verdict::Rejected, {OneThreeS}}}},
        RuleRow{"R22sSuccessive",
                {value("low", "22.1", 1), value("low", "22.2", 2)},
                {warned, {Verdict::Rejected, {TwoTwoS}}}},
        RuleRow{"R22sSuccessiveBelow",
                {value("low", "17.9", 1), value("low", "17.8", 2)},
                {warned, {Verdict::Rejected, {TwoTwoS}}}},
        RuleRow{"NotSuccessive",
                {value("low", "22.1", 1), value("low", "20", 2), value("low", "22.1", 3)},
                {warned, good, warned}},
        RuleRow{"OppositeSides", {value("low", "22.1", 1), value("low", "17.9", 2)}, {warned, warned}},
        RuleRow{"R22sBothLevelsOfARun",
                {value("low", "22.1", 1), value("high", "106.1", 1)},
                {{Verdict::Rejected, {TwoTwoS}}, {Verdict::Rejected, {TwoTwoS}}}},
        RuleRow{"R22sTwoOfThreeLevels",
                {value("low", "22.1", 1), value("high", "100", 1), value("mid", "54.1", 1)},
                {{Verdict::Rejected, {TwoTwoS}}, good, {Verdict::Rejected, {TwoTwoS}}}},
        RuleRow{
            "LevelsOnOppositeSides", {value("low", "22.1", 1), value("high", "93.9", 1)}, {warned, warned}},
        RuleRow{
            "LevelsOfDifferentRuns", {value("low", "22.1", 1), value("high", "106.1", 2)}, {warned, warned}},
        RuleRow{"OneThreeAndTwoTwo",
                {value("low", "22.1", 1), value("low", "23.5", 2)},
                {warned, {Verdict::Rejected, {OneThreeS, TwoTwoS}}}}),
    [](const auto& named) { return std::string(named.param.name); });

TEST(ControlRules, OrderOfTimeDecidesAndNotOfEntry) {
    const auto controls = judged({value("low", "20", 2), value("low", "22.1", 3), value("low", "22.1", 1)});
    ASSERT_EQ(controls.size(), 3U);
    EXPECT_EQ(controls[0].given.at.date.day, 1);
    EXPECT_EQ(controls[2].verdict, Verdict::Warned);
}

TEST(ControlRules, TwoAnalysersAreNotMixed) {
    ControlValue other = value("low", "22.2", 2);
    other.analyser = "spare";
    EXPECT_EQ(judged({value("low", "22.1", 1), other})[1].verdict, Verdict::Warned);
    other = value("high", "106.1", 1);
    other.analyser = "spare";
    EXPECT_EQ(judged({value("low", "22.1", 1), other})[1].verdict, Verdict::Warned);
}

TEST(ControlRules, ALaboratoryDecidesWhatWarnsAndWhatRejects) {
    ControlRules rules = shippedRules().control;
    rules.warn = {OneThreeS};
    rules.reject = {OneTwoS};
    EXPECT_EQ(judged({value("low", "22.1", 1)}, rules)[0].verdict, Verdict::Rejected);
    rules.reject = {TwoTwoS};
    EXPECT_EQ(judged({value("low", "22.1", 1)}, rules)[0].verdict, Verdict::Accepted);
    EXPECT_EQ(judged({value("low", "23.1", 1)}, rules)[0].verdict, Verdict::Warned);
}

TEST(ControlRules, TargetSdAndLotAreTheLevels) {
    const ControlValue given = value("low", "22.5", 1);
    std::vector<ControlLevel> changed = levels;
    EXPECT_EQ(judgeControls(shippedRules().control, changed, std::vector{given})->front().z, dec("2.5"));
    changed[0].target_mmol_l = 21;
    EXPECT_EQ(judgeControls(shippedRules().control, changed, std::vector{given})->front().z, dec("1.5"));
    changed[0].sd_mmol_l = 3;
    EXPECT_EQ(judgeControls(shippedRules().control, changed, std::vector{given})->front().z, dec("0.5"));
}

TEST(ControlRules, AnExpiredLotIsRejectedWhateverItsValue) {
    std::vector<ControlLevel> old = levels;
    old[0].expiry = {2026, 3, 1};
    const std::vector given{value("low", "20", 1), value("low", "20", 2)};
    const auto controls = judgeControls(shippedRules().control, old, given);
    ASSERT_TRUE(controls);
    EXPECT_EQ((*controls)[0].verdict, Verdict::Accepted); // on its last day
    EXPECT_EQ((*controls)[1].verdict, Verdict::Rejected);
    EXPECT_NE((*controls)[1].sentence.find("expired on 2026-03-01"), std::string::npos);
}

TEST(ControlRules, RefusesValuesAndLevelsThatAreNone) {
    const ControlRules& rules = shippedRules().control;
    ControlValue unlisted = value("low", "20", 1);
    unlisted.lot = "L2";
    EXPECT_FALSE(judgeControls(rules, levels, std::vector{unlisted}));
    EXPECT_FALSE(judgeControls(rules, levels, std::vector{value("low", "-1", 1)}));
    EXPECT_FALSE(
        judgeControls(rules, levels, std::vector{value("low", "20", 1), value("low", "20", 1, 500)}));
    std::vector<ControlLevel> wrong = levels;
    wrong[0].sd_mmol_l = dec("0.00001");
    EXPECT_FALSE(judgeControls(rules, wrong, std::vector{value("low", "999999", 1)})); // z = 1e11
    wrong[0].sd_mmol_l = 0;
    EXPECT_FALSE(judgeControls(rules, wrong, {}));
    wrong = levels;
    wrong.push_back(levels[0]);
    EXPECT_FALSE(judgeControls(rules, wrong, {}));
}

struct DayRow {
    const char* name;
    std::vector<ControlValue> values;
    DayControl::State state;
    const char* says;
};
class ControlOfADay : public testing::TestWithParam<DayRow> {};

TEST_P(ControlOfADay, OpensOrLocksResultEntry) {
    const auto controls = judged(GetParam().values);
    const DayControl day = dayControl(shippedRules().control, controls, "meter", {2026, 3, 2});
    EXPECT_EQ(day.state, GetParam().state) << day.sentence;
    EXPECT_EQ(day.locked(), GetParam().state != DayControl::State::Passed);
    EXPECT_NE(day.sentence.find(GetParam().says), std::string::npos) << day.sentence;
}

ControlValue inRun(ControlValue given, const char* run) {
    given.run = run;
    return given;
}
using State = DayControl::State;
INSTANTIATE_TEST_SUITE_P(
    Table, ControlOfADay,
    testing::Values(
        DayRow{"Nothing", {}, State::NotDone, "0 of 2 levels accepted"},
        DayRow{"OneLevel", {value("low", "20", 2)}, State::NotDone, "1 of 2 levels accepted (low)"},
        DayRow{"TwoLevels",
               {value("low", "20", 2), value("high", "100", 2)},
               State::Passed,
               "passed: high, low"},
        DayRow{"AWarningLetsItOpen",
               {value("low", "22.1", 2), value("high", "100", 2)},
               State::Passed,
               "passed"},
        DayRow{
            "Rejected", {value("low", "24", 2), value("high", "100", 2)}, State::Failed, "rejected by 1-3s"},
        DayRow{"OtherDay", {value("low", "20", 1), value("high", "100", 1)}, State::NotDone, "0 of 2"},
        DayRow{"RunRepeated",
               {inRun(value("low", "24", 2), "a"), inRun(value("high", "100", 2), "a"),
                inRun(value("low", "20", 2, 540), "b"), inRun(value("high", "100", 2, 540), "b")},
               State::Passed,
               "passed"},
        DayRow{"OnlyTheRejectedLevelRepeated",
               {inRun(value("low", "24", 2), "a"), inRun(value("high", "100", 2), "a"),
                inRun(value("low", "20", 2, 540), "b")},
               State::Failed,
               "its run was rejected"},
        DayRow{"RejectedAfterItPassed",
               {inRun(value("low", "20", 2), "a"), inRun(value("high", "100", 2), "a"),
                inRun(value("low", "24", 2, 540), "b")},
               State::Failed,
               "rejected by 1-3s"}),
    [](const auto& named) { return std::string(named.param.name); });

TEST(ControlOfADayOn, AnotherAnalyserOrWithAnotherNumberOfLevels) {
    const auto controls = judged({value("low", "20", 2), value("high", "100", 2)});
    ControlRules rules = shippedRules().control;
    EXPECT_EQ(dayControl(rules, controls, "spare", {2026, 3, 2}).state, State::NotDone);
    rules.levelsPerDay = 3;
    EXPECT_EQ(dayControl(rules, controls, "meter", {2026, 3, 2}).state, State::NotDone);
    rules.levelsPerDay = 1;
    EXPECT_EQ(dayControl(rules, controls, "meter", {2026, 3, 2}).state, State::Passed);
}

/// 20 days of high, `spread` above and below 100 in turn.
std::vector<ControlValue> series(const char* below, const char* above) {
    std::vector<ControlValue> values;
    for (int day = 1; day <= 20; ++day)
        values.push_back(value("high", day % 2 == 0 ? below : above, day));
    return values;
}

TEST(LeveyJenningsChart, HasThePointsOfItsLevelAndTheVariationBetweenRuns) {
    std::vector<ControlValue> values = series("96", "104");
    values.push_back(value("low", "20", 5));
    const LeveyJennings chart = leveyJennings(shippedRules().control, levels[1], judged(values), "meter");
    EXPECT_EQ(chart.points.size(), 20U);
    EXPECT_EQ(chart.points[1].z, dec("-1.33"));
    ASSERT_TRUE(chart.imprecision);
    EXPECT_EQ(chart.imprecision->values, 20U);
    EXPECT_DOUBLE_EQ(chart.imprecision->mean_mmol_l, 100);
    EXPECT_NEAR(chart.imprecision->sd_mmol_l, 4.1039, 0.0001); // sqrt(20 · 16 / 19)
    EXPECT_NEAR(chart.imprecision->cv_percent, 4.1039, 0.0001);
    EXPECT_TRUE(chart.imprecision->meetsGoal);
}

TEST(LeveyJenningsChart, AVariationAboveTheGoalIsSaid) {
    const LeveyJennings chart =
        leveyJennings(shippedRules().control, levels[1], judged(series("95", "105")), "meter");
    ASSERT_TRUE(chart.imprecision);
    EXPECT_NEAR(chart.imprecision->cv_percent, 5.1299, 0.0001); // sqrt(20 · 25 / 19)
    EXPECT_FALSE(chart.imprecision->meetsGoal);
}

TEST(LeveyJenningsChart, TheVariationWithinADayIsAboutEachDaysOwnMean) {
    // ten days with two values, 2 mmol/L apart, and days that differ by 6: SD of a pair sqrt(2)
    std::vector<ControlValue> values;
    for (int day = 1; day <= 10; ++day)
        for (const auto& [run, odd, even] : {std::tuple{"a", "102", "96"}, std::tuple{"b", "104", "98"}})
            values.push_back(inRun(value("high", day % 2 == 0 ? even : odd, day, run[0]), run));
    for (ControlValue& given : values)
        given.run += std::to_string(given.at.date.day);
    values.push_back(value("high", "90.9", 10, 900)); // 1-3s: does not count
    values.push_back(value("high", "100", 11));       // alone on its day: nothing within it
    const LeveyJennings chart = leveyJennings(shippedRules().control, levels[1], judged(values), "meter");
    ASSERT_TRUE(chart.withinDay) << chart.withinDayMissing;
    EXPECT_EQ(chart.withinDay->values, 20U);
    EXPECT_DOUBLE_EQ(chart.withinDay->mean_mmol_l, 100);
    EXPECT_NEAR(chart.withinDay->sd_mmol_l, 1.4142, 0.0001);
    EXPECT_TRUE(chart.withinDay->meetsGoal);
    ASSERT_TRUE(chart.imprecision);
    EXPECT_EQ(chart.imprecision->values, 21U);
    EXPECT_NEAR(chart.imprecision->sd_mmol_l, 3.1623, 0.0001); // sqrt(200 / 20)
    const LeveyJennings alone =
        leveyJennings(shippedRules().control, levels[1], judged(series("96", "104")), "meter");
    EXPECT_FALSE(alone.withinDay);
    EXPECT_EQ(alone.withinDayMissing, "0 values, 20 are needed for a coefficient of variation within a day");
}

TEST(LeveyJenningsChart, TooFewValuesOfAcceptedRunsGiveNoVariation) {
    std::vector<ControlValue> values = series("96", "104");
    values.back().value_mmol_l = 80; // 1-3s
    const LeveyJennings chart = leveyJennings(shippedRules().control, levels[1], judged(values), "meter");
    EXPECT_EQ(chart.points.size(), 20U); // the rejected one is drawn
    EXPECT_FALSE(chart.imprecision);
    EXPECT_EQ(chart.imprecisionMissing, "19 values, 20 are needed for a coefficient of variation");
}

} // namespace
} // namespace eccrine::laboratory
