// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "devices/virtual/scenario.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace eccrine::devices::virtual_instrument {

struct StatusCommand {};
struct ClearCommand {
    std::optional<FaultKind> kind; ///< absent: all
};
struct RulesCommand {
    bool on = true;
};
using ControlCommand = std::variant<ScenarioFault, StatusCommand, ClearCommand, RulesCommand>;

/// One line of the control socket:
///   KIND key=value ...       a fault from now on; a value is a number, true, false, or a word
///   { kind = "KIND", ... }   the same as a TOML inline table
///   clear | clear KIND | device_rules on | device_rules off | status
/// What is wrong is said in one sentence.
[[nodiscard]] Result<ControlCommand> parseControlCommand(std::string_view line);

} // namespace eccrine::devices::virtual_instrument
