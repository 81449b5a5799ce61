// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <optional>
#include <string_view>

namespace eccrine::analysis {

/// Saturation vapour pressure over liquid water, IAPWS saturation equation (Wagner and Pruss; coefficients as
/// in the library jjgomera/iapws). 273.15..647 K; the triple point is at 273.16 K. Pure.
[[nodiscard]] Pascals saturationPressure(Kelvins temperature) noexcept;

/// Equations for the saturation vapour pressure over liquid water. Within 0 to 60 °C they differ by less than
/// 0.03 % (IAPWS, IF97, Hyland–Wexler, Sonntag), 0.04 % (Buck 1996), 0.4 % (Buck 1981, Magnus); a choice only
/// for comparison with other software. Sources: IAPWS saturation equation and IAPWS-IF97 region 4 (as in
/// jjgomera/iapws), ASHRAE/Hyland–Wexler (psychrolib), Sonntag 1994 (atmtools/arts), Buck 1981 and 1996
/// (Vömel), WMO-No. 8 (Magnus).
enum class SaturationFormula { Iapws, If97, HylandWexler, Sonntag, Buck1996, Buck1981, Magnus };
[[nodiscard]] Pascals saturationPressure(Kelvins temperature, SaturationFormula formula) noexcept;
/// As --set takes it: iapws, if97, hyland-wexler, sonntag, buck-1996, buck-1981, magnus.
[[nodiscard]] std::string_view nameOf(SaturationFormula formula) noexcept;
[[nodiscard]] std::optional<SaturationFormula> saturationFormulaOf(std::string_view name) noexcept;

/// Density of liquid water at 0.1 MPa in g/L, 253..383 K (IAPWS SR6-08). For comparison: rates use 998.2065
/// g/L throughout, so that a volume means a mass.
[[nodiscard]] double waterDensity_g_per_l(Kelvins temperature) noexcept;

/// Moist air holds a little more vapour than the pure phase: f = 1.0016 + 3.15e-6 p − 0.074/p, p in hPa
/// (WMO-No. 8, 2008).
[[nodiscard]] double enhancementFactor(Pascals pressure) noexcept;

/// Partial pressure of water: RH/100 · f(P) · es(T).
[[nodiscard]] Pascals vapourPressure(RelativeHumidity rh, Celsius temperature, Pascals pressure,
                                     bool enhancement) noexcept;

/// Temperature at which vapour of this partial pressure saturates (Newton on ln e). Empty outside 0..100 °C.
[[nodiscard]] std::optional<Celsius> dewPoint(Pascals vapour, Pascals pressure, bool enhancement) noexcept;

} // namespace eccrine::analysis
