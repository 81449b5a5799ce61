// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/psychrometrics.hpp"
#include "analysis/saturation_polynomial.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace eccrine::analysis {
namespace {

TEST(SaturationPressure, AgreesWithTheIapwsTable) {
    // °C, Pa: IAPWS saturation equation, evaluated by an independent program, second decimal meaningful
    const std::pair<double, double> table[]{{5, 872.530},   {10, 1228.112}, {15, 1705.677},  {20, 2339.194},
                                            {25, 3169.824}, {30, 4246.920}, {32, 4759.555},  {34, 5325.078},
                                            {37, 6282.381}, {40, 7385.110}, {50, 12352.479}, {60, 19947.383}};
    for (const auto& [t, p] : table)
        EXPECT_NEAR(saturationPressure(kelvinsOf({t})).value / p, 1.0, 1e-6) << t << " °C";
}

TEST(SaturationPressure, AgreesWithTheOtherInternationalEquationAsFarAsBothMeanTheSame) {
    // IAPWS-IF97 region 4, published check value at 300 K; from 0 to 60 °C the two equations differ by at
    // most 1.1e-4
    EXPECT_NEAR(saturationPressure({300.0}).value / 3536.58941, 1.0, 1.1e-4);
}

TEST(SaturationPolynomial, FollowsTheEquationOverItsWholeRange) {
    double worst = 0.0;
    for (int i = 0; i <= 16000; ++i) { // every 5 mK from 0 to 80 °C
        const double t = 0.005 * i;
        const double deviation = saturationPolynomial_pa(t) / saturationPressure(kelvinsOf({t})).value - 1.0;
        worst = std::max(worst, std::abs(deviation));
    }
    EXPECT_LT(worst, 1.7e-9);
}

TEST(EnhancementFactor, IsThatOfTheWmoGuideAtSeaLevel) {
    EXPECT_NEAR(enhancementFactor({101325.0}), 1.004719, 5e-7); // WMO-No. 8 (2008), annex 4.B
}

TEST(VapourPressure, IsProportionalToHumidityAndUsesTheFactorOnlyWhenAsked) {
    const auto wet = vapourPressure({50.0}, {32.0}, {101325.0}, true);
    EXPECT_NEAR(wet.value, 0.5 * 1.004719 * 4759.555, 0.01);
    EXPECT_NEAR(vapourPressure({50.0}, {32.0}, {101325.0}, false).value, 0.5 * 4759.555, 0.01);
}

TEST(DewPoint, OfSaturatedAirIsItsTemperature) {
    for (const double t : {2.0, 20.0, 37.0, 60.0}) {
        const auto dew = dewPoint(vapourPressure({100.0}, {t}, {98000.0}, true), {98000.0}, true);
        ASSERT_TRUE(dew);
        EXPECT_NEAR(dew->value, t, 1e-6);
    }
}

TEST(DewPoint, IsAbsentWhereThereIsNone) {
    EXPECT_FALSE(dewPoint({0.0}, {101325.0}, true));
    EXPECT_FALSE(dewPoint({-5.0}, {101325.0}, true));
    EXPECT_FALSE(dewPoint({10.0}, {101325.0}, true)); // far below 0 °C
}

} // namespace
} // namespace eccrine::analysis
