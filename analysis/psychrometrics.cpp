// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/psychrometrics.hpp"

#include <cmath>

namespace eccrine::analysis {
namespace {
constexpr double criticalTemperature_k = 647.096;
constexpr double criticalPressure_pa = 22.064e6;
} // namespace

Pascals saturationPressure(Kelvins temperature) noexcept {
    // Every exponent is a multiple of one half: with s = sqrt(theta) all powers are products.
    const double theta = 1.0 - temperature.value / criticalTemperature_k;
    const double s = std::sqrt(theta);
    const double t2 = theta * theta;
    const double t3 = t2 * theta;
    const double sum = -7.85951783 * theta + 1.84408259 * theta * s - 11.7866497 * t3 + 22.6807411 * t3 * s -
                       15.9618719 * t2 * t2 + 1.80122502 * t3 * t3 * theta * s;
    return {criticalPressure_pa * std::exp(criticalTemperature_k / temperature.value * sum)};
}

double enhancementFactor(Pascals pressure) noexcept {
    const double hectopascals = pressure.value / 100.0;
    return 1.0016 + 3.15e-6 * hectopascals - 0.074 / hectopascals;
}

Pascals vapourPressure(RelativeHumidity rh, Celsius temperature, Pascals pressure,
                       bool enhancement) noexcept {
    const double f = enhancement ? enhancementFactor(pressure) : 1.0;
    return rh.value / 100.0 * f * saturationPressure(kelvinsOf(temperature));
}

std::optional<Celsius> dewPoint(Pascals vapour, Pascals pressure, bool enhancement) noexcept {
    const double f = enhancement ? enhancementFactor(pressure) : 1.0;
    const double target = vapour.value / f;
    if (!(target > 0.0)) return std::nullopt;
    const double magnus = std::log(target / 611.2);
    double t = 243.12 * magnus / (17.62 - magnus); // WMO/Magnus, inverted, as the start
    for (int i = 0; i < 4; ++i) {
        constexpr double h = 1e-3;
        const double here = std::log(saturationPressure(kelvinsOf({t})).value);
        const double slope = (std::log(saturationPressure(kelvinsOf({t + h})).value) - here) / h;
        t -= (here - std::log(target)) / slope;
    }
    if (!(t >= 0.0 && t <= 100.0)) return std::nullopt;
    return Celsius{t};
}

} // namespace eccrine::analysis
