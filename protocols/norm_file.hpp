// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <string>

namespace eccrine::protocols {

/// A norm set from a file like norms/q-sweat.toml (docs/formats/norms.md). Refused whole, with line and
/// column, when anything in it is wrong: an unknown key, percentiles that fall, ages that are turned round, a
/// table without a citation, two tables for the same group.
[[nodiscard]] Result<analysis::NormSet> loadNorms(const std::filesystem::path& file);
[[nodiscard]] Result<analysis::NormSet> parseNorms(const std::string& text, const std::string& name);

} // namespace eccrine::protocols
