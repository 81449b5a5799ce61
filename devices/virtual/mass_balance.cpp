// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/mass_balance.hpp"

#include <cmath>

namespace eccrine::devices::virtual_instrument {

namespace {
constexpr double gasConstant = 8.314462618;     // J/(mol K)
constexpr double molarMassOfWater = 18.015268;  // g/mol
constexpr double densityOfWater = 998.2065;     // g/L at 20 degC: a volume of sweat stands for its mass
constexpr double standardPressure = 101325.0;   // Pa
constexpr double criticalTemperature = 647.096; // K
constexpr double criticalPressure = 22.064e6;   // Pa
} // namespace

Pascals saturationPressure(Celsius t) {
    const double kelvin = kelvinsOf(t).value;
    const double x = 1.0 - kelvin / criticalTemperature;
    const double s = std::sqrt(x);
    const double x2 = x * x;
    const double x3 = x2 * x;
    const double sum = -7.85951783 * x + 1.84408259 * x * s - 11.7866497 * x3 + 22.6807411 * x3 * s -
                       15.9618719 * x2 * x2 + 1.80122502 * x3 * x3 * x * s;
    return {criticalPressure * std::exp(criticalTemperature / kelvin * sum)};
}

double enhancementFactor(Pascals pressure) {
    const double hPa = pressure.value / 100.0;
    return 1.0016 + 3.15e-6 * hPa - 0.074 / hPa;
}

double mixingRatioOf(RelativeHumidity rh, Celsius t, Pascals pressure, bool enhanced) {
    const double f = enhanced ? enhancementFactor(pressure) : 1.0;
    const double e = rh.value / 100.0 * f * saturationPressure(t).value;
    return e / (pressure.value - e);
}

RelativeHumidity humidityOf(double mixingRatio, Celsius t, Pascals pressure, bool enhanced) {
    const double f = enhanced ? enhancementFactor(pressure) : 1.0;
    const double e = pressure.value * mixingRatio / (1.0 + mixingRatio);
    return {100.0 * e / (f * saturationPressure(t).value)};
}

double mixingRatioOfSweat(NanolitresPerMin rate, StandardCm3PerMin flow, Kelvins reference) {
    const double molesOfGas = flow.value * 1e-6 * standardPressure / (gasConstant * reference.value);
    const double molesOfWater = rate.value * 1e-9 * densityOfWater / molarMassOfWater;
    return molesOfWater / molesOfGas;
}

} // namespace eccrine::devices::virtual_instrument
