// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/cass.hpp"
#include "analysis/norms/norm_set.hpp"
#include "analysis/norms/patterns.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::analysis {

/// What a laboratory compares its results with.
struct NormLibrary {
    std::vector<NormSet> sets;
    std::optional<PatternTexts> texts; ///< without them a pattern has no sentences
    std::optional<CassRules> cass;     ///< without them no subscore
    /// Sentences about files that were refused: nothing of such a file is used, the others are.
    std::vector<std::string> refused;
};

/// The .toml files of the folders, in the order of their names; of two files of one name, or two sets of one
/// id, the first counts, so that a lab's own folder comes before the one shipped. pattern-texts.toml and
/// cass-sudomotor.toml are what their names say, every other file is a norm set. A folder that does not exist
/// is empty.
[[nodiscard]] NormLibrary loadNormLibrary(const std::vector<std::filesystem::path>& folders);

/// Adds a set that was asked for by name, before the others.
void preferNorms(NormLibrary& library, NormSet set);

} // namespace eccrine::analysis
