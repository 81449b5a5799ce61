// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/station.hpp"

#include <string>

namespace eccrine::app {

/// How the application was called. Empty means the usual.
struct GuiOptions {
    std::string theme = "system"; ///< "system", "light" or "dark"
    std::string instrumentUrl;    ///< connected at start
    std::string dataFolder;       ///< recordings and reports; usual: the user's documents, in Eccrine
    std::string protocolFile;     ///< qsart.toml
    std::string recording;        ///< shown at start
    records::Station station;     ///< what this computer is there for
    std::string test;             ///< "sweat", "qsart"; empty: the window asks
};

/// Opens the application and returns when its window is closed, with the exit code. `argc` and `argv` are
/// those of main(): Qt takes its own options (-style, -platform) from them. Main thread.
int runGui(int& argc, char** argv, const GuiOptions& options);

} // namespace eccrine::app
