// SPDX-License-Identifier: GPL-3.0-or-later
// The pure rules and the limits they can be given. Expected values as in current_interlock_test.cpp.
#include "acquisition/current_interlock.hpp"
#include "tests/acquisition/couch.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace eccrine::acquisition {
namespace {

// ---- the pure rules ----

constexpr std::int64_t millicoulomb = 1'000'000'000'000; // nA·µs

struct RuleCase {
    const char* name;
    InterlockInput input;
    std::optional<TripReason> expected;
};
std::ostream& operator<<(std::ostream& out, const RuleCase& c) {
    return out << c.name;
}
class InterlockRule : public testing::TestWithParam<RuleCase> {};
TEST_P(InterlockRule, FiresAtItsLimitAndNotJustBelow) {
    EXPECT_EQ(check(qsart, 250ms, GetParam().input), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Table, InterlockRule,
    testing::Values(
        RuleCase{"Nothing", {}, std::nullopt},
        RuleCase{"Stop", {.stopPressed = true}, TripReason::OperatorStop},
        RuleCase{"AgeAtLimit", {.readingAge = 250ms}, std::nullopt},
        RuleCase{"AgeBeyond", {.readingAge = 250ms + 1ns}, TripReason::StaleReading},
        RuleCase{"TwoInvalid", {.invalidReadings = 2}, std::nullopt},
        RuleCase{"ThreeInvalid", {.invalidReadings = 3}, TripReason::InvalidReading},
        RuleCase{"OneFast", {.overFastLimit = 1}, std::nullopt},
        RuleCase{"TwoFast", {.overFastLimit = 2}, TripReason::OverCurrent},
        RuleCase{"OneOverMaximum", {.overMaximum = 1}, std::nullopt},
        RuleCase{"TwoOverMaximum", {.overMaximum = 2}, TripReason::OverCurrent},
        RuleCase{"MeanAtLimit", {.mean500ms_uA = 2120.0, .slowLimit_uA = 2120.0}, std::nullopt},
        RuleCase{
            "MeanBeyond", {.mean500ms_uA = 2120.01, .slowLimit_uA = 2120.0}, TripReason::SlowOverCurrent},
        RuleCase{"MeanNotANumber",
                 {.mean500ms_uA = notANumber, .slowLimit_uA = 2120.0},
                 TripReason::SlowOverCurrent},
        RuleCase{"ChargeAtLimit", {.delivered_nA_us = 612 * millicoulomb}, std::nullopt},
        RuleCase{"ChargeBeyond", {.delivered_nA_us = 612 * millicoulomb + 1}, TripReason::OverCharge},
        RuleCase{"ChargeBackwards", {.delivered_nA_us = -612 * millicoulomb - 1}, TripReason::OverCharge},
        RuleCase{"OpenTooShort", {.openFor = 49'999us}, std::nullopt},
        RuleCase{"Open", {.openFor = 50ms}, TripReason::OpenCircuit}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(InterlockRule, NamesTheWorstReasonWhenSeveralHold) {
    // All at once; then the worst is taken away, one after the other.
    InterlockInput all{.stopPressed = true,
                       .readingAge = 1s,
                       .invalidReadings = 3,
                       .overFastLimit = 3,
                       .overMaximum = 3,
                       .mean500ms_uA = 9000.0,
                       .slowLimit_uA = 2120.0,
                       .delivered_nA_us = 700 * millicoulomb,
                       .openFor = 1s};
    EXPECT_EQ(check(qsart, 250ms, all), TripReason::OperatorStop);
    all.stopPressed = false;
    EXPECT_EQ(check(qsart, 250ms, all), TripReason::StaleReading);
    all.readingAge = 0ns;
    EXPECT_EQ(check(qsart, 250ms, all), TripReason::InvalidReading);
    all.invalidReadings = 0;
    EXPECT_EQ(check(qsart, 250ms, all), TripReason::OverCurrent);
    all.overFastLimit = 0;
    EXPECT_EQ(check(qsart, 250ms, all), TripReason::OverCurrent);
    all.overMaximum = 0;
    EXPECT_EQ(check(qsart, 250ms, all), TripReason::SlowOverCurrent);
    all.mean500ms_uA.reset();
    EXPECT_EQ(check(qsart, 250ms, all), TripReason::OverCharge);
    all.delivered_nA_us = 0;
    EXPECT_EQ(check(qsart, 250ms, all), TripReason::OpenCircuit);
    all.openFor = 0us;
    EXPECT_EQ(check(qsart, 250ms, all), std::nullopt);
}

// ---- limits ----

struct LimitCase {
    const char* name;
    void (*change)(InterlockLimits&);
    bool accepted;
};
std::ostream& operator<<(std::ostream& out, const LimitCase& c) {
    return out << c.name;
}
class InterlockLimit : public testing::TestWithParam<LimitCase> {};
TEST_P(InterlockLimit, IsRefusedBeyondTheHardOneAndThenNothingChanges) {
    CurrentInterlock interlock;
    auto limits = fourSites();
    GetParam().change(limits);
    const auto done = interlock.configure(limits);
    EXPECT_EQ(done.has_value(), GetParam().accepted);
    if (!done) {
        EXPECT_FALSE(done.error().what.empty());
        EXPECT_EQ(interlock.limits().sites[0], SiteLimits{});
        EXPECT_EQ(interlock.permit(demand(1000)).current_uA[0], 0);
    }
}
INSTANTIATE_TEST_SUITE_P(
    Table, InterlockLimit,
    testing::Values(
        LimitCase{"Typical", [](InterlockLimits&) {}, true},
        LimitCase{"CurrentAtHard", [](InterlockLimits& l) { l.sites[3].current = {2500}; }, true},
        LimitCase{"CurrentAbove", [](InterlockLimits& l) { l.sites[3].current = {2501}; }, false},
        LimitCase{"CurrentHuge", [](InterlockLimits& l) { l.sites[3].current = {1'000'000'000}; }, false},
        LimitCase{"CurrentNegative", [](InterlockLimits& l) { l.sites[3].current = {-1}; }, false},
        LimitCase{"ChargeAtHard", [](InterlockLimits& l) { l.sites[0].charge = {750.0}; }, true},
        LimitCase{"ChargeAbove", [](InterlockLimits& l) { l.sites[0].charge = {750.1}; }, false},
        LimitCase{"ChargeNegative", [](InterlockLimits& l) { l.sites[0].charge = {-0.1}; }, false},
        LimitCase{"ChargeNotANumber", [](InterlockLimits& l) { l.sites[0].charge = {notANumber}; }, false},
        LimitCase{"ChargeInfinite", [](InterlockLimits& l) { l.sites[0].charge = {infinite}; }, false},
        LimitCase{"VoltageAtHard", [](InterlockLimits& l) { l.sites[0].voltage = {60.0}; }, true},
        LimitCase{"VoltageAbove", [](InterlockLimits& l) { l.sites[0].voltage = {60.1}; }, false},
        LimitCase{"VoltageNotANumber", [](InterlockLimits& l) { l.sites[0].voltage = {notANumber}; }, false},
        LimitCase{"AgeShorter", [](InterlockLimits& l) { l.readingAge = 100ms; }, true},
        LimitCase{"AgeAbove", [](InterlockLimits& l) { l.readingAge = 251ms; }, false},
        LimitCase{"AgeZero", [](InterlockLimits& l) { l.readingAge = 0ms; }, false},
        LimitCase{"SpeedTwenty", [](InterlockLimits& l) { l.declaredSpeed = 20.0; }, true},
        LimitCase{"SpeedZero", [](InterlockLimits& l) { l.declaredSpeed = 0.0; }, false},
        LimitCase{"SpeedNotANumber", [](InterlockLimits& l) { l.declaredSpeed = notANumber; }, false}),
    [](const auto& each) { return std::string(each.param.name); });

TEST(DescribeTrip, NamesNumbersWithTheirUnits) {
    EXPECT_EQ(describe({.reason = TripReason::OverCurrent, .site = 2, .value = 2600.0, .limit = 2500.0}, {}),
              "Current stopped: 2.600 mA at site 3, more than the 2.500 mA allowed; take the electrodes off, "
              "look at "
              "the skin and have the current source checked.");
    EXPECT_EQ(
        describe({.reason = TripReason::StaleReading, .site = 0, .value = 260.0, .limit = 250.0}, "foot"),
        "Current stopped: no current reading from foot for 260 ms (allowed 250 ms); check the cable to the "
        "instrument.");
    EXPECT_EQ(
        describe({.reason = TripReason::OpenCircuit, .site = 0, .value = 2000.0, .limit = 400.0}, "foot"),
        "Current stopped: the voltage at foot is at its limit, the contact is too poor; check electrode, gel "
        "and cable.");
}

TEST(DescribeTrip, HasASentenceForEachReasonAndWarning) {
    for (auto r = TripReason::OperatorStop; r <= TripReason::SamplesLost;
         r = static_cast<TripReason>(static_cast<unsigned>(r) + 1)) {
        const std::string text = describe({.reason = r, .site = 1, .value = 60.0, .limit = 50.0}, "foot");
        EXPECT_EQ(text.find("does not know"), std::string::npos) << static_cast<unsigned>(r);
        EXPECT_NE(text.find("; "), std::string::npos) << text;
        EXPECT_TRUE(text.ends_with(".")) << text;
    }
    for (std::size_t r = 0; r < warningReasons; ++r) {
        const auto reason = static_cast<WarningReason>(r);
        const std::string text =
            describe({.reason = reason, .site = 1, .value = 60.0, .limit = 50.0}, "foot");
        EXPECT_NE(text.find("foot"), std::string::npos) << text;
        EXPECT_TRUE(text.ends_with(".")) << text;
        EXPECT_STRNE(nameOf(reason), "");
    }
    EXPECT_EQ(describe({.reason = TripReason::CurrentWithoutCommand, .site = 3, .value = 15.2, .limit = 10.0},
                       "foot"),
              "Current flows although none is commanded (15 µA at foot); take the leads off the patient now, "
              "then take the instrument out of use until it has been checked.");
}

} // namespace
} // namespace eccrine::acquisition
