// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sample.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace eccrine::devices::virtual_instrument {

inline constexpr std::uint8_t allSites = (1U << maxSites) - 1U;

/// Is this site one of the mask's?
[[nodiscard]] constexpr bool inMask(std::uint8_t mask, std::size_t site) {
    return ((static_cast<unsigned>(mask) >> site) & 1U) != 0;
}
/// Does the mask name a site that is not there?
[[nodiscard]] constexpr bool beyondSites(std::uint8_t mask) {
    return mask > allSites;
}

template <class T>
using PerSite = std::array<T, maxSites>; ///< in the order of standardSites

} // namespace eccrine::devices::virtual_instrument
