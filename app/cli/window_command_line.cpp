// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/cli/station_option.hpp"
#include "app/data_files.hpp"
#include "app/gui.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace eccrine::app {
namespace {

void addWindowOptions(CLI::App& program, GuiOptions& options, std::string& station) {
    addStationOption(program, station);
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

void addHelp(CLI::App& program, Action& chosen) {
    auto words = std::make_shared<std::vector<std::string>>();
    auto* verb = program.add_subcommand("help", "This text, or that of a verb");
    verb->add_option("VERB", *words, "the verb, for instance analyze or calc sweat-rate");
    verb->callback([words, &program, &chosen] {
        chosen = [words, &program] {
            const CLI::App* app = &program;
            std::string call = program.get_name();
            for (const std::string& word : *words) {
                const auto verbs =
                    app->get_subcommands([&](const CLI::App* v) { return v->get_name() == word; });
                if (verbs.empty()) return reportFailure(unknownVerb(*app, word), false);
                app = verbs.front();
                call += " " + word;
            }
            // not help(), which is that of the verb that was called: this one
            return print(app->get_formatter()->make_help(app, call, CLI::AppFormatMode::Normal));
        };
    });
}

} // namespace

int runCommandLine(int& argc, char** argv) {
    CLI::App program{
        "Eccrine: instrument software for the iontophoretic sweat tests. Without a verb it opens the "
        "application;\neccrine [OPTIONS] FILE opens it on a recording."};
    nameProgram(program);
    program.set_version_flag("--version", std::string("eccrine ") + ECCRINE_VERSION);
    GuiOptions window;
    std::string station;
    addWindowOptions(program, window, station);
    Action chosen;
    addRun(program, chosen);
    addPlot(program, chosen);
    addReport(program, chosen);
    for (const QuickVerb& verb : quickVerbs())
        verb.add(program, chosen);
    addHelp(program, chosen);
    // last: verbs would take it over
    program.footer("Each verb has --help (or: eccrine help VERB). Exit codes: 0 done, 1 the data or the "
                   "instrument said no, 2 the call was wrong.");
    int words = argc;
    if (endsWithARecording(argc, argv)) window.recording = argv[--words];
    return runVerb(program, chosen, words, argv, [&] {
        const auto protocol = findProtocol("qsart");
        if (!protocol) return reportFailure(protocol.error(), false);
        window.protocolFile = protocol->string();
        auto here = stationHere(station);
        if (!here) return reportFailure(here.error(), false);
        window.station = std::move(*here);
        return runGui(argc, argv, window);
    });
}

} // namespace eccrine::app
