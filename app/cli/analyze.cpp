// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"
#include "app/cli/archive.hpp"
#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "protocols/norm_file.hpp"
#include "recording/recording_reader.hpp"
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
    std::vector<std::string> settings;
    std::string method;
    std::vector<std::string> norms;
    std::string table;
    unsigned jobs = 0;
    bool force = false;
    bool json = false;
};

int analyzeFolder(const Options& options, const analysis::AnalysisParameters& parameters,
                  std::vector<analysis::NormSet> norms) {
    if (options.table.empty())
        return reportFailure({"a folder is analysed into a table", "--csv",
                              "name the table: --csv results.csv", Failure::Kind::Call},
                             options.json);
    ArchiveJob job;
    job.folder = options.file;
    job.table = options.table;
    job.jobs = options.jobs != 0 ? options.jobs : std::max(1U, std::thread::hardware_concurrency());
    job.replace = options.force;
    job.parameters = parameters;
    job.norms = std::move(norms);
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
    analysis::AnalysisParameters parameters;
    for (const std::string& setting : options.settings) {
        const auto equals = setting.find('=');
        if (equals == std::string::npos)
            return reportFailure({"\"" + setting + "\" is not of the form NAME=VALUE", "--set",
                                  "write for instance window.s=480", Failure::Kind::Call},
                                 options.json);
        if (auto done =
                analysis::setParameter(parameters, setting.substr(0, equals), setting.substr(equals + 1));
            !done)
            return reportFailure(done.error(), options.json);
    }
    if (!options.method.empty())
        if (auto done = analysis::setParameter(parameters, "onset.method", options.method); !done)
            return reportFailure(done.error(), options.json);
    std::vector<analysis::NormSet> norms;
    for (const std::string& file : options.norms) {
        auto set = protocols::loadNorms(file);
        if (!set) return reportFailure(set.error(), options.json);
        norms.push_back(std::move(*set));
    }
    std::error_code error;
    if (std::filesystem::is_directory(options.file, error))
        return analyzeFolder(options, parameters, std::move(norms));
    if (!options.table.empty())
        return reportFailure({"a table is for a folder of recordings", "--csv",
                              "name a folder, or leave it out", Failure::Kind::Call},
                             options.json);
    const auto test = recording::readTest(options.file);
    if (!test) return reportFailure(test.error(), options.json);
    auto result = analysis::analyzeTest(*test, parameters);
    if (!result) return reportFailure(result.error(), options.json);
    if (!norms.empty()) compareWithNorms(*result, *test, norms);
    return print(options.json ? records::resultJson(*test, *result) : records::resultText(*test, *result));
}

std::string parameterHelp() {
    std::string text = "Parameters for --set (default, unit, meaning):\n";
    for (const auto& p : analysis::parameterList({})) {
        std::string line = "  " + p.name + "=" + p.value;
        line.resize(std::max<std::size_t>(line.size(), 42), ' ');
        text += line + " " + (p.unit.empty() ? "" : p.unit + ", ") + p.meaning + "\n";
    }
    return text;
}

} // namespace

void addAnalyze(CLI::App& program, Action& chosen) {
    auto options = std::make_shared<Options>();
    auto* verb = program.add_subcommand(
        "analyze", "Onset latency, peak and volume per site from a recording (.eccrine or recording CSV)");
    verb->add_option("FILE", options->file, "the recording, or a folder of recordings (with --csv)")
        ->required();
    verb->add_option("--csv", options->table,
                     "for a folder: the table, one row for each site of each recording")
        ->type_name("FILE");
    verb->add_option("--jobs", options->jobs,
                     "for a folder: recordings at the same time (default: one a processor)")
        ->check(CLI::Range(1U, 256U));
    verb->add_flag("--force", options->force, "replace an existing table");
    verb->add_option("--set", options->settings,
                     "change a parameter of the analysis: NAME=VALUE, may be repeated")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    verb->add_option("--method", options->method,
                     "onset rule: rise (default), hinge, segmented, threshold-sd, cusum")
        ->type_name("RULE");
    verb->add_option("--norms", options->norms, "compare volumes with this norm set (TOML), may be repeated")
        ->type_name("FILE")
        ->allow_extra_args(false);
    verb->add_flag("--json", options->json, "print the result document instead of a table");
    verb->footer(parameterHelp());
    verb->callback([options, &chosen] { chosen = [options] { return analyze(*options); }; });
}

} // namespace eccrine::app
