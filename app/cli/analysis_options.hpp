// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_library.hpp"
#include "analysis/parameters.hpp"
#include "analysis/qsart_analysis.hpp"
#include "app/audit.hpp"
#include "core/failure.hpp"
#include "core/site_signals.hpp"
#include "recording/edf_reader.hpp"
#include "recording/recording_keys.hpp"
#include "records/review.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::app {

/// How a recording is analysed, as the verbs that analyse one take it.
struct AnalysisOptions {
    std::vector<std::string> settings; ///< NAME=VALUE
    std::string method;
    std::vector<std::string> norms; ///< files, or "none"
    std::vector<std::string> meta;  ///< KEY=VALUE, in place of what the recording says
    std::vector<std::string> map;   ///< LABEL=SITE.QUANTITY, of an EDF file
    std::string review;             ///< "none", "latest" or a version
    Audit audit{};                  ///< where a file that is refused is told
};

/// \param usualReview what --review is without being given
void addAnalysisOptions(CLI::App& verb, AnalysisOptions& options, const std::string& usualReview);

/// Default parameters, then the settings, then the method.
[[nodiscard]] Result<analysis::AnalysisParameters> parametersOf(const AnalysisOptions& options,
                                                                analysis::AnalysisParameters from = {});
/// The laboratory's norms with those named first; what was refused is said on standard error.
[[nodiscard]] Result<analysis::NormLibrary> libraryOf(const AnalysisOptions& options);

/// A call that was found sound: what it takes to analyse one recording after another.
struct AnalysisCall {
    AnalysisOptions options;
    analysis::AnalysisParameters parameters; ///< without those of a review
    analysis::NormLibrary norms;
    recording::SignalMap map;
    recording::RecordingKeys keys; ///< of --meta
};

/// Says what is wrong with the call before a recording is read.
[[nodiscard]] Result<AnalysisCall> soundCall(const AnalysisOptions& options);

/// Refuses names for signals (--map) of a file that is neither EDF nor BDF.
[[nodiscard]] Done checkMap(const std::filesystem::path& file, const AnalysisCall& call);
/// Reads a recording and states in it what the call does; signals are named in EDF and BDF files only.
[[nodiscard]] Result<RecordedTest> readStated(const std::filesystem::path& file, const AnalysisCall& call);

struct AnalyzedRecording {
    RecordedTest test;
    analysis::TestAnalysis result;
    std::optional<records::Review> review; ///< on which the result rests
};

/// Analyses and compares a recording that was read. `test` is kept in the result.
[[nodiscard]] Result<AnalyzedRecording> analyzeStated(RecordedTest test, const std::filesystem::path& file,
                                                      const AnalysisCall& call);
/// Reads, analyses and compares one recording.
[[nodiscard]] Result<AnalyzedRecording> analyzeRecording(const std::string& file,
                                                         const AnalysisOptions& options);

/// The parameters with their defaults, units and meanings, for --help.
[[nodiscard]] std::string parameterHelp();

} // namespace eccrine::app
