// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"
#include "app/gui.hpp"

int main(int argc, char** argv) {
    if (eccrine::app::isCommandLine(argc, argv)) return eccrine::app::runCommandLine(argc, argv);
    return eccrine::app::runGui(argc, argv);
}
