// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <optional>

namespace eccrine::analysis {

/// Saturation vapour pressure over liquid water, IAPWS saturation equation (Wagner and Pruss; coefficients as
/// in the library jjgomera/iapws). 273.15..647 K; the triple point is at 273.16 K. Pure.
[[nodiscard]] Pascals saturationPressure(Kelvins temperature) noexcept;

/// Moist air holds a little more vapour than the pure phase: f = 1.0016 + 3.15e-6 p − 0.074/p, p in hPa
/// (WMO-No. 8, 2008).
[[nodiscard]] double enhancementFactor(Pascals pressure) noexcept;

/// Partial pressure of water: RH/100 · f(P) · es(T).
[[nodiscard]] Pascals vapourPressure(RelativeHumidity rh, Celsius temperature, Pascals pressure,
                                     bool enhancement) noexcept;

/// Temperature at which vapour of this partial pressure saturates (Newton on ln e). Empty outside 0..100 °C.
[[nodiscard]] std::optional<Celsius> dewPoint(Pascals vapour, Pascals pressure, bool enhancement) noexcept;

} // namespace eccrine::analysis
