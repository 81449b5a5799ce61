// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "datafiles/strict_toml.hpp"
#include "protocols/source.hpp"

#include <string>
#include <vector>

/// [[sources]] of a cited file. Only for .cpp files (the TOML library is heavy).
namespace eccrine::protocols {

[[nodiscard]] Source sourceOf(const toml::node& node);
/// The source that `key` of a table names, which is called `what` for a person.
[[nodiscard]] std::string citedSource(const std::vector<Source>& sources, const toml::table& table,
                                      datafiles::StrictTable& in, const char* key, const std::string& what);

} // namespace eccrine::protocols
