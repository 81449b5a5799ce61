// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace eccrine::app {

/// --station FILE, for stationHere().
void addStationOption(CLI::App& verb, std::string& file);

} // namespace eccrine::app
