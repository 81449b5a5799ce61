// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"

#include "app/cli/output.hpp"
#include "app/data_files.hpp"
#include "app/gui.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace eccrine::app {
namespace {

void addWindowOptions(CLI::App& program, GuiOptions& options) {
    program.add_option("--instrument", options.instrumentUrl, "instrument to connect at start")
        ->type_name("URL");
    program.add_option("--theme", options.theme, "light, dark or system (default)")
        ->check(CLI::IsMember({"light", "dark", "system"}));
    program.add_option("--data-dir", options.dataFolder, "folder for recordings and reports")
        ->type_name("DIR");
    program.add_option("--test", options.test, "go straight to a test: sweat or qsart")
        ->check(CLI::IsMember({"sweat", "qsart"}));
}

/// `eccrine [options] FILE` opens a recording in the window.
bool endsWithARecording(int argc, char** argv) {
    std::error_code error;
    return argc >= 2 && (argc == 2 || argv[1][0] == '-') && argv[argc - 1][0] != '-' &&
           std::filesystem::is_regular_file(argv[argc - 1], error);
}

} // namespace

int runCommandLine(int& argc, char** argv) {
    CLI::App program{"Eccrine: instrument software for the iontophoretic sweat tests. Without a verb it "
                     "opens the application;\n"
                     "eccrine [OPTIONS] FILE opens it on a recording."};
    program.name("eccrine");
    program.set_version_flag("--version", std::string("eccrine ") + ECCRINE_VERSION);
    program.require_subcommand(0, 1);
    program.footer("Each verb has --help. Exit codes: 0 done, 1 the data or the instrument said no, 2 the "
                   "call was wrong.");
    GuiOptions window;
    addWindowOptions(program, window);
    Action chosen;
    addRun(program, chosen);
    addAnalyze(program, chosen);
    addNorms(program, chosen);
    addPlot(program, chosen);
    addReport(program, chosen);
    addReview(program, chosen);
    addConvert(program, chosen);
    addCalibrate(program, chosen);
    addCalc(program, chosen);
    addChloride(program, chosen);
    addEligibility(program, chosen);
    addQns(program, chosen);
    int words = argc;
    if (endsWithARecording(argc, argv)) window.recording = argv[--words];
    try {
        program.parse(words, argv);
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
    if (chosen) return chosen();
    const auto protocol = findProtocol("qsart");
    if (!protocol) return reportFailure(protocol.error(), false);
    window.protocolFile = protocol->string();
    return runGui(argc, argv, window);
}

} // namespace eccrine::app
