// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_options.hpp"
#include "app/cli/archive.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/cli/station_option.hpp"
#include "app/data_files.hpp"
#include "records/result_document.hpp"
#include "records/result_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace eccrine::app {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string file, station;
    AnalysisOptions analysis;
    std::string table;
    std::optional<unsigned> jobs; ///< empty: not asked for
    bool force = false;
    bool json = false;
};

Failure wrongCall(std::string what, std::string where, std::string remedy) {
    return {std::move(what), std::move(where), std::move(remedy), Failure::Kind::Call};
}

int reportArchive(const ArchiveDone& done, bool json) {
    if (json) {
        nlohmann::ordered_json document{
            {"recordings", done.recordings}, {"failed", done.failed.size()},
            {"taken_over", done.takenOver},  {"failures", nlohmann::ordered_json::array()},
            {"passed_over", done.tables},    {"copies_passed_over", done.copies}};
        for (const auto& [file, sentence] : done.failed)
            document["failures"].push_back({{"file", file}, {"error", sentence}});
        return print(document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
    }
    std::string text = std::to_string(done.recordings) + " recordings, " +
                       std::to_string(done.failed.size()) +
                       " of them could not be analysed (see the column error)";
    if (done.takenOver > 0) text += ", " + std::to_string(done.takenOver) + " taken over";
    text += "\n";
    for (const std::string& table : done.tables)
        text += "passed over, a table of results: " + table + "\n";
    for (const std::string& copy : done.copies)
        text += "passed over, a copy of the .eccrine file of this name: " + copy + "\n";
    return print(text);
}

int analyzeFolder(const Options& options) {
    if (options.table.empty())
        return reportFailure(
            wrongCall("a folder is analysed into a table", "--csv", "name the table: --csv results.csv"),
            options.json);
    auto call = soundCall(options.analysis);
    if (!call) return reportFailure(call.error(), options.json);
    auto station = stationHere(options.station);
    if (!station) return reportFailure(station.error(), options.json);
    ArchiveJob job;
    job.station = std::move(*station);
    job.folder = options.file;
    job.table = options.table;
    job.jobs = options.jobs.value_or(std::max(1U, std::thread::hardware_concurrency()));
    job.replace = options.force;
    job.call = std::move(*call);
    const auto done = analyzeArchive(job);
    if (!done) return reportFailure(done.error(), options.json);
    if (const int code = reportArchive(*done, options.json); code != 0) return code;
    return done->failed.empty() ? 0 : 1;
}

/// An option that means something for a folder only.
std::optional<Failure> onlyForFolders(const Options& options) {
    const char* remedy = "name a folder, or leave it out";
    if (!options.table.empty()) return wrongCall("a table is for a folder of recordings", "--csv", remedy);
    if (options.jobs) return wrongCall("one recording is one job", "--jobs", remedy);
    if (options.force) return wrongCall("there is no table that could be replaced", "--force", remedy);
    return std::nullopt;
}

int analyze(const Options& options) {
    std::error_code error;
    const auto status = fs::status(options.file, error);
    if (status.type() == fs::file_type::not_found) {
        const bool folder = !options.table.empty() || options.jobs || options.file.ends_with('/');
        const std::string searched = fs::path(options.file).is_absolute()
                                         ? ""
                                         : " (it was looked for in " + fs::current_path(error).string() + ")";
        return reportFailure(wrongCall(folder ? "there is no such folder" : "there is no such file or folder",
                                       options.file, "check the name" + searched),
                             options.json);
    }
    if (fs::is_directory(status)) return analyzeFolder(options);
    if (const auto wrong = onlyForFolders(options)) return reportFailure(*wrong, options.json);
    const auto station = stationHere(options.station);
    if (!station) return reportFailure(station.error(), options.json);
    const auto done = analyzeRecording(options.file, options.analysis);
    if (!done) return reportFailure(done.error(), options.json);
    if (options.json) { // a document is for others, the table is looked at
        const auto may = records::mayLeaveAsResult(*station, done->test.simulated, options.file);
        if (!may) return reportFailure(may.error(), options.json);
    }
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
    addStationOption(*verb, options->station);
    verb->add_flag("--json", options->json, "print one JSON document");
    verb->footer(parameterHelp());
    verb->callback([options, &chosen] { chosen = [options] { return analyze(*options); }; });
}

} // namespace eccrine::app
