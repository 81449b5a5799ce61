// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <filesystem>
#include <string>

namespace eccrine::app {

/// The protocol file for an identifier ("qsart") or a path. Looked for in $ECCRINE_DATA_DIR/protocols, then
/// beside the installed program (../share/eccrine/protocols), then in the source tree that the program was
/// built from.
[[nodiscard]] Result<std::filesystem::path> findProtocol(const std::string& nameOrPath);

} // namespace eccrine::app
