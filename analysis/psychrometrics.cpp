// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/psychrometrics.hpp"

#include <array>
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

namespace {

double if97(double kelvin) {
    constexpr std::array<double, 11> n{0.0,
                                       1167.0521452767,
                                       -724213.16703206,
                                       -17.073846940092,
                                       12020.82470247,
                                       -3232555.0322333,
                                       14.91510861353,
                                       -4823.2657361591,
                                       405113.40542057,
                                       -0.23855557567849,
                                       650.17534844798};
    const double t = kelvin + n[9] / (kelvin - n[10]);
    const double a = t * t + n[1] * t + n[2];
    const double b = n[3] * t * t + n[4] * t + n[5];
    const double c = n[6] * t * t + n[7] * t + n[8];
    const double root = 2.0 * c / (-b + std::sqrt(b * b - 4.0 * a * c));
    return 1e6 * root * root * root * root;
}

struct NamedFormula {
    SaturationFormula formula;
    std::string_view name;
};
constexpr std::array formulas{NamedFormula{SaturationFormula::Iapws, "iapws"},
                              NamedFormula{SaturationFormula::If97, "if97"},
                              NamedFormula{SaturationFormula::HylandWexler, "hyland-wexler"},
                              NamedFormula{SaturationFormula::Sonntag, "sonntag"},
                              NamedFormula{SaturationFormula::Buck1996, "buck-1996"},
                              NamedFormula{SaturationFormula::Buck1981, "buck-1981"},
                              NamedFormula{SaturationFormula::Magnus, "magnus"}};

} // namespace

Pascals saturationPressure(Kelvins temperature, SaturationFormula formula) noexcept {
    const double k = temperature.value;
    const double c = k - 273.15;
    switch (formula) {
    case SaturationFormula::Iapws:
        break;
    case SaturationFormula::If97:
        return {if97(k)};
    case SaturationFormula::HylandWexler:
        return {std::exp(-5800.2206 / k + 1.3914993 +
                         k * (-0.048640239 + k * (4.1764768e-5 + k * -1.4452093e-8)) +
                         6.5459673 * std::log(k))};
    case SaturationFormula::Sonntag:
        return {std::exp(-6096.9385 / k + 21.2409642 + k * (-0.02711193 + k * 1.673952e-5) +
                         2.433502 * std::log(k))};
    case SaturationFormula::Buck1996:
        return {611.21 * std::exp((18.678 - c / 234.5) * c / (257.14 + c))};
    case SaturationFormula::Buck1981:
        return {611.21 * std::exp(17.502 * c / (240.97 + c))};
    case SaturationFormula::Magnus:
        return {611.2 * std::exp(17.62 * c / (243.12 + c))};
    }
    return saturationPressure(temperature);
}

std::string_view nameOf(SaturationFormula formula) noexcept {
    for (const auto& f : formulas)
        if (f.formula == formula) return f.name;
    return {};
}

std::optional<SaturationFormula> saturationFormulaOf(std::string_view name) noexcept {
    for (const auto& f : formulas)
        if (f.name == name) return f.formula;
    return std::nullopt;
}

double waterDensity_g_per_l(Kelvins temperature) noexcept {
    constexpr double gasConstant_kj_per_kg_k = 0.46151805, pressure_mpa = 0.1;
    const double a = 10.0 / (593.0 - temperature.value);
    const double b = 10.0 / (temperature.value - 232.0);
    const double a2 = a * a;
    const double a4 = a2 * a2;
    const double fromAbove =
        a4 *
        (6.74458446e3 + a * (-2.22521604e5 + a2 * (1.00231247e8 + a * (-1.63552118e9 + a * 8.32299658e9))));
    const double fromBelow =
        b * (5.78545292e-3 +
             b * (-1.53195665e-2 +
                  b * (3.11337859e-2 + b * (-4.23546241e-2 + b * (3.38713507e-2 + b * -1.19946761e-2)))));
    const double litresPerGram =
        gasConstant_kj_per_kg_k * 10.0 / pressure_mpa * 1e-3 * (1.93763157e-2 + fromAbove + fromBelow);
    return 1.0 / litresPerGram;
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
