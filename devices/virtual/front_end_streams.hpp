// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sample.hpp"

#include <chrono>
#include <cstdint>

namespace eccrine::devices::virtual_instrument {

/// The two streams of the virtual front end, their rates and the ticks between which nothing happens.
inline constexpr std::uint8_t electrodeStream = 1;
inline constexpr std::uint8_t hygrometerStream = 2;
inline constexpr std::uint32_t normalRate_mHz = 1'000'000;
inline constexpr std::uint32_t fastRate_mHz = 10'000'000;
inline constexpr std::uint32_t humidityRate_mHz = 50'000;
inline constexpr std::chrono::microseconds normalTick{1000};
inline constexpr std::chrono::microseconds fastTick{100};
inline constexpr std::chrono::microseconds echoPeriod{1'000'000}; ///< of the limits, while armed

[[nodiscard]] StreamDescription electrodeDescription();
[[nodiscard]] StreamDescription hygrometerDescription();

} // namespace eccrine::devices::virtual_instrument
