// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace eccrine::app {
namespace {

/// Becomes the program beside this one that has the window and every verb; returns only when it cannot.
int becomeTheWindow(char** argv) {
    std::error_code error;
    const auto beside = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
    const auto program = beside / "eccrine-window";
    ::execv(program.c_str(), argv);
    return reportFailure({std::string("the application cannot be started (") + std::strerror(errno) + ")",
                          program.string(), "install it beside this program"},
                         false);
}

} // namespace

int runQuickCommandLine(int argc, char** argv) {
    const std::string_view word = argc > 1 ? argv[1] : "";
    const auto verbs = quickVerbs();
    const auto* verb =
        std::find_if(verbs.begin(), verbs.end(), [&](const QuickVerb& quick) { return quick.name == word; });
    if (verb == verbs.end()) return becomeTheWindow(argv);
    CLI::App program;
    nameProgram(program);
    Action chosen;
    verb->add(program, chosen);
    return runVerb(program, chosen, argc, argv, [&] { return becomeTheWindow(argv); });
}

} // namespace eccrine::app
