// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/quantity.hpp"

#include <gtest/gtest.h>

namespace eccrine {
namespace {

TEST(Quantity, TwoMilliamperesForFiveMinutesAreSixHundredMillicoulombs) {
    EXPECT_DOUBLE_EQ(chargeOf(Milliamperes{2.0}, std::chrono::minutes{5}).value, 600.0); // 10 mA·min
}

TEST(Quantity, ZeroCelsiusIsTheIcePointInKelvins) {
    EXPECT_DOUBLE_EQ(kelvinsOf(Celsius{0.0}).value, 273.15);
    EXPECT_DOUBLE_EQ(celsiusOf(Kelvins{310.15}).value, 37.0);
}

TEST(Quantity, ASetPointInMicroamperesIsAThousandthInMilliamperes) {
    EXPECT_DOUBLE_EQ(milliamperesOf(Microamperes{2500}).value, 2.5);
}

TEST(Quantity, AHundredNanolitresPerMinuteForTenMinutesAreOneMicrolitre) {
    EXPECT_DOUBLE_EQ(volumeOf(NanolitresPerMin{100.0}, std::chrono::minutes{10}).value, 1.0);
}

TEST(Quantity, CurrentDensityAndVolumePerAreaDivideByTheArea) {
    EXPECT_DOUBLE_EQ(densityOf(Milliamperes{2.0}, SquareCentimetres{5.0}).value, 0.4);
    EXPECT_DOUBLE_EQ(perArea(Microlitres{1.5}, SquareCentimetres{0.5}).value, 3.0);
}

TEST(Quantity, LoadIsVoltageOverCurrent) {
    EXPECT_DOUBLE_EQ(loadOf(Volts{10.0}, Milliamperes{2.0}).value, 5.0);
}

TEST(Quantity, SumsDifferencesAndRatiosKeepTheirMeaning) {
    Milliamperes i{1.0};
    i += Milliamperes{0.5};
    i -= Milliamperes{0.25};
    EXPECT_DOUBLE_EQ((2.0 * i - i / 2.0).value, 1.875);
    EXPECT_DOUBLE_EQ(Volts{6.0} / Volts{4.0}, 1.5);
    EXPECT_LT(-Volts{1.0}, Volts{0.0});
}

TEST(Quantity, APressureGivenInKilopascalsIsAThousandPascals) {
    EXPECT_DOUBLE_EQ(pascalsOfKilopascals(101.325).value, 101325.0);
}

} // namespace
} // namespace eccrine
