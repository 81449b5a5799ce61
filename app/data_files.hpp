// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/laboratory_rules.hpp"
#include "app/audit.hpp"
#include "core/failure.hpp"
#include "records/station.hpp"

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

/// What this computer is there for: the file that was named, else $XDG_CONFIG_HOME/eccrine/station.toml
/// (~/.config when that is not set), else training. \param named empty: none
[[nodiscard]] Result<records::Station> stationHere(const std::string& named, const Audit& audit = {});

/// A folder of the user by the variable of the XDG specification, else below the home; empty: there is none.
[[nodiscard]] std::filesystem::path userFolder(const char* variable, const char* below);

} // namespace eccrine::app
