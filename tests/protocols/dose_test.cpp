// SPDX-License-Identifier: GPL-3.0-or-later
// Vectors A3 to A5 and A7 of the domain file, section 5.
#include "protocols/dose.hpp"
#include "protocols/engine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace eccrine::protocols {
namespace {

using testing::HasSubstr;

constexpr Stimulus coil{{1.5},        {450.0},     Seconds{20},           Seconds{5},
                        Seconds{375}, Volts{60.0}, SquareCentimetres{7.0}};
constexpr DoseRule rule{.complete = 0.98, .enough = 0.80};

TEST(Dose, A3_ConstantCurrentForFiveMinutes) {
    EXPECT_DOUBLE_EQ(chargeOf(Milliamperes{1.5}, Seconds{300}).value, 450.0);
}

TEST(Dose, A4_TheTrapezoidDeliversTheSameRampsIncluded) {
    EXPECT_DOUBLE_EQ(nominalDuration(coil).count(), 312.5);
    EXPECT_DOUBLE_EQ(chargeUntil(coil, Seconds{312.5}).value, 450.0);
    EXPECT_DOUBLE_EQ(chargeUntil(coil, Seconds{1000}).value, 450.0);
}

TEST(Dose, A5_CutOffAtTwoHundredSecondsIsTooLittle) {
    const auto delivered = chargeUntil(coil, Seconds{200});
    EXPECT_DOUBLE_EQ(delivered.value, 285.0);
    const auto assessment = assessDose(delivered, coil.charge, rule);
    EXPECT_NEAR(assessment.fraction(), 0.633, 0.0005);
    EXPECT_EQ(assessment.dose, Dose::TooLow);
    EXPECT_THAT(describe(assessment), HasSubstr("285.0 of 450.0 mC (63.3 %)"));
    EXPECT_THAT(describe(assessment), HasSubstr("other limb"));
}

TEST(Dose, A7_CurrentDensityOfTheGelDisc) {
    EXPECT_NEAR(densityOf(coil.current, coil.electrodeArea).value, 0.214, 0.0005);
}

TEST(Dose, TheRampsCountByTheirTriangles) {
    EXPECT_DOUBLE_EQ(chargeUntil(coil, Seconds{0}).value, 0.0);
    EXPECT_DOUBLE_EQ(chargeUntil(coil, Seconds{10}).value, 3.75); // half of 10 s at 0.75 mA
    EXPECT_DOUBLE_EQ(chargeUntil(coil, Seconds{20}).value, 15.0);
    EXPECT_DOUBLE_EQ(chargeUntil(coil, Seconds{307.5}).value, 446.25);
}

TEST(Dose, EightyPercentIsEnoughAndFlaggedExactlyFromThere) {
    EXPECT_EQ(assessDose({360.0}, {450.0}, rule).dose, Dose::Low);
    EXPECT_EQ(assessDose({359.99}, {450.0}, rule).dose, Dose::TooLow);
    EXPECT_EQ(assessDose({441.0}, {450.0}, rule).dose, Dose::Full);
    EXPECT_EQ(assessDose({440.9}, {450.0}, rule).dose, Dose::Low);
    EXPECT_EQ(assessDose({0.0}, {450.0}, rule).dose, Dose::TooLow);
    EXPECT_STREQ(codeOf(Dose::Low), "STIM_LOW");
}

} // namespace
} // namespace eccrine::protocols
