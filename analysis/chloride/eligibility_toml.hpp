// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/eligibility_rule.hpp"
#include "datafiles/strict_toml.hpp"

/// Only for .cpp files: brings the TOML library.
namespace eccrine::chloride {

/// Reads the [[eligibility]] tables of a profile; throws datafiles::TomlRefusal on anything wrong.
/// \param sources ids that a rule may cite
[[nodiscard]] std::vector<EligibilityRule> eligibilityRulesOf(const toml::array& tables,
                                                              const std::set<std::string>& sources);

} // namespace eccrine::chloride
