// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/mass_balance.hpp"

#include <gtest/gtest.h>

namespace eccrine::devices::virtual_instrument {
namespace {

// Saturation pressure: the IAPWS column of the psychrometric reference table (IAPWS R6/SR1 equation).
TEST(MassBalance, SaturationPressureAgreesWithTheIapwsTable) {
    EXPECT_NEAR(saturationPressure({20.0}).value, 2339.194, 0.002);
    EXPECT_NEAR(saturationPressure({32.0}).value, 4759.555, 0.005);
    EXPECT_NEAR(saturationPressure({37.0}).value, 6282.381, 0.006);
    EXPECT_NEAR(saturationPressure({60.0}).value, 19947.383, 0.02);
}

TEST(MassBalance, EnhancementFactorAtOneAtmosphereIsWmos) {
    EXPECT_NEAR(enhancementFactor({101325.0}), 1.004719, 1e-6);
}

// End-to-end vectors of the dry-gas mass balance: flow, reference, inlet, outlet, pressure -> sweat rate.
// Here the other way round: the rate must give the outlet humidity.
struct Vector {
    double flow_sccm, reference_K;
    double rhIn, tIn, rhOut, tOut, pressure;
    bool enhanced;
    double rate;
};

class MassBalanceVector : public testing::TestWithParam<Vector> {};

TEST_P(MassBalanceVector, TheSweatRateGivesTheOutletHumidityOfTheReferenceVector) {
    const auto& v = GetParam();
    const double inlet = mixingRatioOf({v.rhIn}, {v.tIn}, {v.pressure}, v.enhanced);
    const double outlet = inlet + mixingRatioOfSweat({v.rate}, {v.flow_sccm}, {v.reference_K});
    EXPECT_NEAR(humidityOf(outlet, {v.tOut}, {v.pressure}, v.enhanced).value, v.rhOut, 1e-6 * v.rhOut);
}

INSTANTIATE_TEST_SUITE_P(Reference, MassBalanceVector,
                         testing::Values(Vector{100, 273.15, 0, 24, 20, 32, 101325, true, 767.2635},
                                         Vector{100, 273.15, 0, 24, 20, 32, 101325, false, 763.6258},
                                         Vector{100, 273.15, 2, 24, 35, 32, 101325, true, 1304.6715},
                                         Vector{100, 293.15, 2, 24, 35, 32, 101325, true, 1215.6609},
                                         Vector{60, 273.15, 1.5, 25, 12.5, 34, 98000, true, 308.3614},
                                         Vector{300, 273.15, 0, 24, 5, 24, 101325, true, 358.1032},
                                         Vector{50, 298.15, 3, 22, 80, 36, 84000, true, 2189.5812}));

TEST(MassBalance, MixingRatiosOfTheReferenceVectors) {
    EXPECT_NEAR(mixingRatioOf({20.0}, {32.0}, {101325.0}), 0.00952891, 5e-9);
    EXPECT_NEAR(mixingRatioOf({2.0}, {24.0}, {101325.0}), 0.00059246, 5e-9);
    EXPECT_NEAR(mixingRatioOf({80.0}, {36.0}, {84000.0}), 0.06031355, 5e-9);
}

} // namespace
} // namespace eccrine::devices::virtual_instrument
