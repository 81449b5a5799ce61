// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace eccrine::app {
namespace {

/// Options that belong to the application window; a value may follow each.
constexpr std::string_view windowOptions[]{"--instrument", "--theme", "--data-dir"};

} // namespace

bool isCommandLine(int argc, char** argv) {
    if (argc < 2) return false;
    const std::string_view first(argv[1]);
    return std::none_of(std::begin(windowOptions), std::end(windowOptions), [&](std::string_view option) {
        return first == option || first.starts_with(std::string(option) + "=");
    });
}

int runCommandLine(int argc, char** argv) {
    CLI::App program{"Eccrine: instrument software for the iontophoretic sweat tests.\n"
                     "Without a verb it opens the application (options: --instrument URL, --theme "
                     "light|dark|system, --data-dir DIR)."};
    program.name("eccrine");
    program.set_version_flag("--version", std::string("eccrine ") + ECCRINE_VERSION);
    program.require_subcommand(1);
    program.footer("Each verb has --help. Exit codes: 0 done, 1 the data or the instrument said no, 2 the "
                   "call was wrong.");
    Action chosen;
    addRun(program, chosen);
    addAnalyze(program, chosen);
    addReport(program, chosen);
    addConvert(program, chosen);
    addCalc(program, chosen);
    try {
        program.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        return program.exit(help);
    } catch (const CLI::CallForVersion& version) {
        return program.exit(version);
    } catch (const CLI::ParseError& error) {
        const std::string what = error.what();
        std::fprintf(stderr, "eccrine: %s%s see eccrine --help, or --help after the verb.\n", what.c_str(),
                     what.empty() || what.back() == '.' ? "" : ";");
        return 2;
    }
    return chosen ? chosen() : 2;
}

} // namespace eccrine::app
