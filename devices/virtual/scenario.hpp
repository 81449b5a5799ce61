// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/quantity.hpp"
#include "devices/virtual/fault_kinds.hpp"
#include "devices/virtual/site_mask.hpp"
#include "devices/virtual/strict_table.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::devices::virtual_instrument {

/// One `[[fault]]`. Its time is device time after the anchor.
struct ScenarioFault {
    enum class Anchor { Boot, FirstStreamStart, Stimulus };
    FaultKind kind{};
    Anchor anchor = Anchor::FirstStreamStart;
    Seconds at{};
    std::optional<Seconds> duration;    ///< absent: to the end
    std::uint8_t siteMask = allSites;   ///< all sites unless `site` names one
    std::array<double, 2> numbers{};    ///< in the order of the kind's keys
    std::array<std::size_t, 2> words{}; ///< positions in the lists of choices
    bool flag = false;
    std::optional<std::array<std::uint16_t, 3>> firmware; ///< of identity
    std::string serial;                                   ///< of identity; empty: unchanged
};

struct Scenario {
    std::string title;
    bool deviceRules = true; ///< false: the device does not look for faults by itself, the host has to
    std::vector<ScenarioFault> faults;
};

/// Refused whole, with file, line and column, when anything in it is wrong.
[[nodiscard]] Result<Scenario> parseScenario(std::string_view toml, const std::string& name);
[[nodiscard]] Result<Scenario> readScenario(const std::filesystem::path& file);

/// When a fault begins: so long after its anchor, or so long from now on.
enum class FaultTime { AfterAnchor, FromNow };
/// One fault. What is wrong in it is said by the table's finish().
[[nodiscard]] ScenarioFault readFault(const StrictTable& table, FaultTime time);

} // namespace eccrine::devices::virtual_instrument
