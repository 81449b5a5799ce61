// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

namespace eccrine::devices::virtual_instrument {

/// What spoils the reading of one site at an instant.
struct Artefacts {
    double humidityStep_pct = 0.0;
    bool dropout = false;
    double seen = 1.0;                          ///< part of the vapour that reaches the tube
    std::optional<double> evaporationLimit_pct; ///< outlet humidity above which sweat stays on the skin
    double burst_nLPerMin = 0.0;
    double spikeProbability = 0.0; ///< of each reading
    double spike = 0.0;            ///< its height as a part of the reading
    bool saturated = false;        ///< the outlet hygrometer reads 100 %RH
    friend bool operator==(const Artefacts&, const Artefacts&) = default;
};

} // namespace eccrine::devices::virtual_instrument
