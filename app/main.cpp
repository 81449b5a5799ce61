// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"
#include "core/kept_memory.hpp"

int main(int argc, char** argv) {
    eccrine::keepFreedMemory();
    return eccrine::app::runQuickCommandLine(argc, argv);
}
