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

struct TableRow {
    double celsius, iapws_pa, if97_pa;
    double hylandWexler, sonntag, buck1996, buck1981, magnus; ///< deviation from IAPWS in %
    double density;                                           ///< g/L
};
// the domain's reference table: equations as published, evaluated independently (second decimal of es
// meaningful, IF97 and density checked against the published values 3536.58941 Pa at 300 K and 997.0470 g/L
// at 298.15 K)
constexpr TableRow table[]{{5, 872.530, 872.575, -.0050, +.0011, -.0103, -.0182, -.090, 999.9660},
                           {10, 1228.112, 1228.184, -.0095, +.0017, -.0205, -.0419, -.170, 999.7019},
                           {15, 1705.677, 1705.745, -.0134, +.0021, -.0296, -.0649, -.235, 999.1020},
                           {20, 2339.194, 2339.215, -.0167, +.0024, -.0365, -.0817, -.282, 998.2065},
                           {22, 2645.223, 2645.211, -.0178, +.0024, -.0386, -.0857, -.295, 997.7729},
                           {25, 3169.824, 3169.747, -.0192, +.0025, -.0408, -.0880, -.308, 997.0470},
                           {30, 4246.920, 4246.688, -.0209, +.0026, -.0422, -.0803, -.311, 995.6488},
                           {32, 4759.555, 4759.247, -.0215, +.0026, -.0420, -.0727, -.305, 995.0275},
                           {34, 5325.078, 5324.685, -.0218, +.0026, -.0414, -.0622, -.295, 994.3725},
                           {35, 5629.057, 5628.620, -.0220, +.0026, -.0410, -.0559, -.288, 994.0327},
                           {37, 6282.381, 6281.849, -.0222, +.0026, -.0397, -.0409, -.272, 993.3292},
                           {40, 7385.110, 7384.427, -.0223, +.0025, -.0372, -.0127, -.239, 992.2158},
                           {45, 9595.338, 9594.389, -.0221, +.0024, -.0317, +.0508, -.163, 990.2123},
                           {50, 12352.479, 12351.270, -.0212, +.0021, -.0249, +.136, -.059, 988.0345},
                           {55, 15762.843, 15761.414, -.0199, +.0018, -.0178, +.242, +.072, 985.6925},
                           {60, 19947.383, 19945.802, -.0182, +.0014, -.0112, +.371, +.230, 983.1953}};

class SaturationTable : public testing::TestWithParam<TableRow> {};

TEST_P(SaturationTable, EachFormulaGivesItsRow) {
    const TableRow& row = GetParam();
    const Kelvins t = kelvinsOf({row.celsius});
    const auto es = [&](SaturationFormula f) { return saturationPressure(t, f).value; };
    const double iapws = es(SaturationFormula::Iapws);
    EXPECT_NEAR(iapws / row.iapws_pa, 1.0, 1e-6);
    EXPECT_NEAR(es(SaturationFormula::If97) / row.if97_pa, 1.0, 1e-6);
    const auto deviation = [&](SaturationFormula f) { return 100.0 * (es(f) / iapws - 1.0); };
    EXPECT_NEAR(deviation(SaturationFormula::HylandWexler), row.hylandWexler, 6e-5);
    EXPECT_NEAR(deviation(SaturationFormula::Sonntag), row.sonntag, 6e-5);
    EXPECT_NEAR(deviation(SaturationFormula::Buck1996), row.buck1996, 6e-5);
    EXPECT_NEAR(deviation(SaturationFormula::Buck1981), row.buck1981, 6e-4);
    EXPECT_NEAR(deviation(SaturationFormula::Magnus), row.magnus, 6e-4);
    EXPECT_NEAR(waterDensity_g_per_l(t) / row.density, 1.0, 1e-6);
}
INSTANTIATE_TEST_SUITE_P(Rows, SaturationTable, testing::ValuesIn(table), [](const auto& row) {
    return "At" + std::to_string(int(row.param.celsius)) + "Celsius";
});

TEST(SaturationFormula, If97GivesItsPublishedCheckValues) {
    const auto at = [](double kelvin) { return saturationPressure({kelvin}, SaturationFormula::If97).value; };
    EXPECT_NEAR(at(300.0) / 3536.58941, 1.0, 1e-8);
    EXPECT_NEAR(at(500.0) / 2.63889776e6, 1.0, 1e-8);
    EXPECT_NEAR(at(600.0) / 12.3443146e6, 1.0, 1e-8);
}

TEST(SaturationFormula, NamesReadBack) {
    for (const auto f : {SaturationFormula::Iapws, SaturationFormula::If97, SaturationFormula::HylandWexler,
                         SaturationFormula::Sonntag, SaturationFormula::Buck1996, SaturationFormula::Buck1981,
                         SaturationFormula::Magnus})
        EXPECT_EQ(saturationFormulaOf(nameOf(f)), f);
    EXPECT_FALSE(saturationFormulaOf("goff-gratch"));
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
