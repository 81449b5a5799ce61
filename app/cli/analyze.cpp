// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_options.hpp"
#include "app/cli/archive.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "records/result_document.hpp"
#include "records/result_text.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace eccrine::app {
namespace {

struct Options {
    std::string file;
    AnalysisOptions analysis;
    std::string table;
    unsigned jobs = 0;
    bool force = false;
    bool json = false;
};

int analyzeFolder(const Options& options) {
    if (options.table.empty())
        return reportFailure({"a folder is analysed into a table", "--csv",
                              "name the table: --csv results.csv", Failure::Kind::Call},
                             options.json);
    const auto parameters = parametersOf(options.analysis);
    if (!parameters) return reportFailure(parameters.error(), options.json);
    auto library = libraryOf(options.analysis);
    if (!library) return reportFailure(library.error(), options.json);
    ArchiveJob job;
    job.folder = options.file;
    job.table = options.table;
    job.jobs = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
    job.replace = options.force;
    job.parameters = *parameters;
    job.norms = std::move(*library);
    const auto done = analyzeArchive(job);
    if (!done) return reportFailure(done.error(), options.json);
    const std::string counts =
        std::to_string(done->recordings) + " recordings, " + std::to_string(done->failed) +
        " of them could not be analysed (see the column error)" +
        (done->takenOver > 0 ? ", " + std::to_string(done->takenOver) + " taken over" : "");
    const int code = options.json ? print("{\"recordings\": " + std::to_string(done->recordings) +
                                          ", \"failed\": " + std::to_string(done->failed) +
                                          ", \"taken_over\": " + std::to_string(done->takenOver) + "}\n")
                                  : print(counts + "\n");
    if (code != 0) return code;
    return done->failed > 0 ? 1 : 0;
}

int analyze(const Options& options) {
    std::error_code error;
    if (std::filesystem::is_directory(options.file, error)) return analyzeFolder(options);
    if (!options.table.empty())
        return reportFailure({"a table is for a folder of recordings", "--csv",
                              "name a folder, or leave it out", Failure::Kind::Call},
                             options.json);
    const auto done = analyzeRecording(options.file, options.analysis);
    if (!done) return reportFailure(done.error(), options.json);
    const records::Review* review = done->review ? &*done->review : nullptr;
    return print(options.json ? records::resultJson(done->test, done->result, review)
                              : records::resultText(done->test, done->result, review));
}

} // namespace

void addAnalyze(CLI::App& program, Action& chosen) {
    auto options = std::make_shared<Options>();
    auto* verb = program.add_subcommand(
        "analyze", "Onset latency, peak and volume per site from a recording (.eccrine, CSV, EDF or BDF)");
    verb->add_option("FILE", options->file, "the recording, or a folder of recordings (with --csv)")
        ->required();
    verb->add_option("--csv", options->table,
                     "for a folder: the table, one row for each site of each recording")
        ->type_name("FILE");
    verb->add_option("--jobs", options->jobs,
                     "for a folder: recordings at the same time (default: one a processor)")
        ->check(CLI::Range(1U, 256U));
    verb->add_flag("--force", options->force, "replace an existing table");
    addAnalysisOptions(*verb, options->analysis, "none");
    verb->add_flag("--json", options->json, "print the result document instead of a table");
    verb->footer(parameterHelp());
    verb->callback([options, &chosen] { chosen = [options] { return analyze(*options); }; });
}

} // namespace eccrine::app
