// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <filesystem>
#include <map>
#include <string>

namespace eccrine::protocols {

/// Capsule constants by site name, from a file like capsules.toml. Refused whole, with line, when anything in
/// it is wrong.
using CapsuleSet = std::map<std::string, CapsuleConstants>;
[[nodiscard]] Result<CapsuleSet> loadCapsules(const std::filesystem::path& file);
[[nodiscard]] Result<CapsuleSet> parseCapsules(const std::string& text, const std::string& name);

} // namespace eccrine::protocols
