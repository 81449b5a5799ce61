// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/laboratory_rules.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace eccrine::app {

/// The protocol file for an identifier ("qsart") or a path. Looked for in $ECCRINE_DATA_DIR/protocols, then
/// beside the installed program (../share/eccrine/protocols), then in the source tree that the program was
/// built from.
[[nodiscard]] Result<std::filesystem::path> findProtocol(const std::string& nameOrPath);

/// Folders of norm sets, the lab's own first: $ECCRINE_DATA_DIR/protocols/norms, then what came with the
/// program.
[[nodiscard]] std::vector<std::filesystem::path> normFolders();
/// Folders of guideline profiles, the lab's own first: $ECCRINE_DATA_DIR/protocols/guidelines, then what came
/// with the program.
[[nodiscard]] std::vector<std::filesystem::path> guidelineFolders();

/// The laboratory's rules: protocols/laboratory.toml.
[[nodiscard]] Result<laboratory::LaboratoryRules> laboratoryRules();

} // namespace eccrine::app
