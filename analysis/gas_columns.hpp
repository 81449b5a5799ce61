// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"

#include <array>
#include <vector>

namespace eccrine::analysis {

/// Every column of the gas readings, for what treats them all alike.
inline constexpr std::array<std::vector<double> HumiditySignals::*, 12> gasColumns{
    &HumiditySignals::time_s,           &HumiditySignals::humidityIn_pct,
    &HumiditySignals::temperatureIn_c,  &HumiditySignals::humidityOut_pct,
    &HumiditySignals::temperatureOut_c, &HumiditySignals::flow_sccm,
    &HumiditySignals::flow_ml_per_min,  &HumiditySignals::flowOut_sccm,
    &HumiditySignals::roomHumidity_pct, &HumiditySignals::roomTemperature_c,
    &HumiditySignals::pressure_kpa,     &HumiditySignals::rate_nl_per_min};

} // namespace eccrine::analysis
