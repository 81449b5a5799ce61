// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <chrono>

/// Limits that no file and no configuration can exceed. The reader of protocols refuses what is beyond them,
/// and so do the session and the interlock, each by itself. Basis: acetylcholine sudomotor test, 2 mA for
/// 5 min (600 mC) through about 5 cm², hard at 2.5 mA, i.e. 0.5 mA/cm², the figure in wide use for drug
/// iontophoresis and held to at both electrodes here; above 60 V d.c. IEC 60601-1 asks for two means of
/// patient protection.
namespace eccrine::hard {

inline constexpr Microamperes current{2500};
inline constexpr Millicoulombs charge{750.0}; ///< 2.5 mA for 5 min
inline constexpr Volts voltage{60.0};
inline constexpr MilliamperesPerCm2 density{0.5};
inline constexpr SquareCentimetres widestElectrode{400.0}; ///< a larger area is a typing error (SR-12)
inline constexpr Seconds shortestRampUp{10.0};             ///< SR-10
inline constexpr std::chrono::milliseconds readingAge{250};

} // namespace eccrine::hard
