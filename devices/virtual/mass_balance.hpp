// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

namespace eccrine::devices::virtual_instrument {

/// Water vapour in the dry gas, from the instrument's side: which humidity does a sweat rate make? Written
/// here anew and not shared with the analysis, so that a wrong formula on either side shows.

/// Saturation vapour pressure over water, IAPWS (Wagner and Pruss).
[[nodiscard]] Pascals saturationPressure(Celsius t);
/// Enhancement factor of moist air, WMO-No. 8 (2008) annex 4.B.
[[nodiscard]] double enhancementFactor(Pascals pressure);

/// mol water per mol dry gas.
[[nodiscard]] double mixingRatioOf(RelativeHumidity rh, Celsius t, Pascals pressure, bool enhanced = true);
[[nodiscard]] RelativeHumidity humidityOf(double mixingRatio, Celsius t, Pascals pressure,
                                          bool enhanced = true);
/// What a sweat rate adds to the mixing ratio of a flow of dry gas in sccm of the given reference temperature
/// (101 325 Pa).
[[nodiscard]] double mixingRatioOfSweat(NanolitresPerMin rate, StandardCm3PerMin flow,
                                        Kelvins reference = {273.15});

} // namespace eccrine::devices::virtual_instrument
