// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/station_option.hpp"

namespace eccrine::app {

void addStationOption(CLI::App& verb, std::string& file) {
    verb.add_option("--station", file,
                    "what this computer is there for (default: eccrine/station.toml in $XDG_CONFIG_HOME or "
                    "~/.config; without one: training). At a station for patients no simulated result is "
                    "handed on (exit code 1)")
        ->type_name("FILE");
}

} // namespace eccrine::app
