// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/analysis_options.hpp"

#include "analysis/norms/comparison.hpp"
#include "app/data_files.hpp"
#include "recording/recording_keys.hpp"
#include "recording/recording_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace eccrine::app {
namespace {

Result<std::pair<std::string, std::string>> splitAtEquals(const std::string& text, const char* option,
                                                          const char* example) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
        return failed("\"" + text + "\" is not of the form NAME=VALUE", option,
                      std::string("write for instance ") + example, Failure::Kind::Call);
    return std::pair(text.substr(0, equals), text.substr(equals + 1));
}

/// What the call states about each recording, in place of what the file does.
Result<recording::RecordingKeys> keysOf(const std::vector<std::string>& meta) {
    recording::RecordingKeys keys;
    for (const std::string& text : meta) {
        const auto pair = splitAtEquals(text, "--meta", "device.family=q-sweat");
        if (!pair) return tl::unexpected(pair.error());
        try {
            keys.set(pair->first, pair->second);
        } catch (const recording::KeyRefusal& refusal) {
            return failed(refusal.what, "--meta " + text, refusal.remedy, Failure::Kind::Call);
        }
    }
    return keys;
}

Result<recording::SignalMap> mapOf(const std::vector<std::string>& named) {
    recording::SignalMap map;
    for (const std::string& text : named) {
        auto pair = splitAtEquals(text, "--map", "\"Humidity 1=forearm.rh_out_pct\"");
        if (!pair) return tl::unexpected(pair.error());
        if (!map.emplace(pair->first, pair->second).second)
            return failed("the signal \"" + pair->first + "\" is named twice", "--map", "name it once",
                          Failure::Kind::Call);
    }
    return map;
}

std::optional<std::size_t> versionIn(const std::string& wanted) {
    std::size_t version = 0;
    const auto [end, error] = std::from_chars(wanted.data(), wanted.data() + wanted.size(), version);
    if (error != std::errc{} || end != wanted.data() + wanted.size() || version < 1) return std::nullopt;
    return version;
}

/// The version that was asked for; empty: none.
Result<std::optional<records::Review>> reviewOf(const std::string& wanted, const std::filesystem::path& file,
                                                const std::string& sha256) {
    if (wanted == "none") return std::optional<records::Review>();
    auto all = records::loadReviews(file, sha256);
    if (!all) return tl::unexpected(all.error());
    if (wanted == "latest")
        return all->empty() ? std::optional<records::Review>() : std::optional(std::move(all->back()));
    const auto version = versionIn(wanted);
    if (!version || *version > all->size())
        return failed("there is no version " + wanted + " of the review; there are " +
                          std::to_string(all->size()),
                      file.string(), "eccrine review FILE lists them", Failure::Kind::Call);
    return std::optional(std::move((*all)[*version - 1]));
}

/// Two statements about the same thing: which of them was meant is not for the program to guess.
Done agree(const AnalysisOptions& options) {
    if (!options.method.empty())
        for (const std::string& setting : options.settings)
            if (setting.starts_with("onset.method=") && setting.substr(13) != options.method)
                return failed("the onset rule is given twice, as " + options.method + " and as " +
                                  setting.substr(13),
                              "--method", "leave one out", Failure::Kind::Call);
    if (options.norms.size() > 1 &&
        std::find(options.norms.begin(), options.norms.end(), "none") != options.norms.end())
        return failed("norms are named together with none", "--norms", "leave out the one or the other",
                      Failure::Kind::Call);
    if (options.review != "none" && options.review != "latest" && !versionIn(options.review))
        return failed("\"" + options.review + "\" is no version of a review", "--review",
                      "write none, latest or a number", Failure::Kind::Call);
    return {};
}

} // namespace

std::string parameterHelp() {
    std::string text = "Parameters for --set (default, unit, meaning):\n";
    for (const auto& p : analysis::parameterList({})) {
        std::string line = "  " + p.name + "=" + p.value;
        line.resize(std::max<std::size_t>(line.size(), 42), ' ');
        text += line + " " + (p.unit.empty() ? "" : p.unit + ", ") + p.meaning + "\n";
    }
    return text;
}

void addAnalysisOptions(CLI::App& verb, AnalysisOptions& options, const std::string& usualReview) {
    options.review = usualReview;
    verb.add_option("--set", options.settings,
                    "change a parameter of the analysis: NAME=VALUE, may be repeated")
        ->type_name("NAME=VALUE")
        ->allow_extra_args(false);
    verb.add_option("--method", options.method,
                    "onset rule: rise (default), hinge, segmented, threshold-sd, cusum")
        ->type_name("RULE");
    verb.add_option("--norms", options.norms,
                    "compare volumes with this norm set (TOML) before those of the laboratory, may be "
                    "repeated; none: compare with nothing")
        ->type_name("FILE")
        ->allow_extra_args(false);
    verb.add_option(
            "--meta", options.meta,
            "state what the recording does not: KEY=VALUE with the keys of a recording CSV, for instance "
            "stimulus_start_s=180, flow_reference=sccm_0C, device.family=q-sweat, patient.sex=female; may "
            "be repeated")
        ->type_name("KEY=VALUE")
        ->allow_extra_args(false);
    verb.add_option(
            "--map", options.map,
            "what a signal of a foreign EDF or BDF file is: LABEL=SITE.QUANTITY, for instance \"Humidity "
            "1=forearm.rh_out_pct\"; may be repeated")
        ->type_name("LABEL=COLUMN")
        ->allow_extra_args(false);
    verb.add_option("--review", options.review,
                    "rest on this version of the reader's review: none, latest or a number (usual: " +
                        usualReview + ")")
        ->type_name("VERSION");
}

Result<analysis::AnalysisParameters> parametersOf(const AnalysisOptions& options,
                                                  analysis::AnalysisParameters from) {
    for (const std::string& setting : options.settings) {
        const auto pair = splitAtEquals(setting, "--set", "window.s=480");
        if (!pair) return tl::unexpected(pair.error());
        if (auto done = analysis::setParameter(from, pair->first, pair->second); !done)
            return tl::unexpected(done.error());
    }
    if (!options.method.empty())
        if (auto done = analysis::setParameter(from, "onset.method", options.method); !done)
            return tl::unexpected(done.error());
    return from;
}

Result<analysis::NormLibrary> libraryOf(const AnalysisOptions& options) {
    if (options.norms.size() == 1 && options.norms[0] == "none") return analysis::NormLibrary{};
    analysis::NormLibrary library = analysis::loadNormLibrary(normFolders());
    options.audit.notUsed("norms", library.refused);
    for (auto file = options.norms.rbegin(); file != options.norms.rend(); ++file) {
        auto set = audited(analysis::loadNorms(*file), "norms", *file, options.audit);
        if (!set) return tl::unexpected(set.error());
        analysis::preferNorms(library, std::move(*set));
    }
    return library;
}

Result<AnalysisCall> soundCall(const AnalysisOptions& options) {
    if (auto done = agree(options); !done) return tl::unexpected(done.error());
    auto parameters = parametersOf(options);
    if (!parameters) return tl::unexpected(parameters.error());
    auto map = mapOf(options.map);
    if (!map) return tl::unexpected(map.error());
    auto keys = keysOf(options.meta);
    if (!keys) return tl::unexpected(keys.error());
    auto norms = libraryOf(options);
    if (!norms) return tl::unexpected(norms.error());
    return AnalysisCall{options, *parameters, std::move(*norms), std::move(*map), std::move(*keys)};
}

Done checkMap(const std::filesystem::path& file, const AnalysisCall& call) {
    std::error_code error;
    if (call.map.empty() || !std::filesystem::is_regular_file(file, error) || recording::startsLikeEdf(file))
        return {};
    return failed("signals are named, but this is no EDF or BDF file", file.string(), "leave out --map",
                  Failure::Kind::Call);
}

Result<RecordedTest> readStated(const std::filesystem::path& file, const AnalysisCall& call) {
    auto test =
        recording::readTest(file, {.map = call.map, .flowReferenceFollows = call.keys.hasFlowReference()});
    if (!test) return test;
    try {
        call.keys.applyTo(*test);
    } catch (const recording::KeyRefusal& refusal) {
        return failed(refusal.what, file.string() + ", --meta", refusal.remedy, Failure::Kind::Call);
    }
    return test;
}

Result<AnalyzedRecording> analyzeStated(RecordedTest test, const std::filesystem::path& file,
                                        const AnalysisCall& call) {
    auto review = reviewOf(call.options.review, file, test.sha256);
    if (!review) return tl::unexpected(review.error());
    analysis::MarksBySite marks;
    Result<analysis::AnalysisParameters> parameters = call.parameters;
    if (*review) {
        const auto its = (*review)->parameters();
        if (!its) return tl::unexpected(its.error());
        parameters = parametersOf(call.options, *its);
        if (!parameters) return tl::unexpected(parameters.error());
        marks = (*review)->marksBySite();
    }
    auto result = analysis::analyzeTest(test, *parameters, marks);
    if (!result) return tl::unexpected(result.error());
    compareWithNorms(*result, test, call.norms);
    return AnalyzedRecording{std::move(test), std::move(*result), std::move(*review)};
}

Result<AnalyzedRecording> analyzeRecording(const std::string& file, const AnalysisOptions& options) {
    const auto call = soundCall(options);
    if (!call) return tl::unexpected(call.error());
    if (auto done = checkMap(file, *call); !done) return tl::unexpected(done.error());
    auto test = readStated(file, *call);
    if (!test) return tl::unexpected(test.error());
    return analyzeStated(std::move(*test), file, *call);
}

} // namespace eccrine::app
