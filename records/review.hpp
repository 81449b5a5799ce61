// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"
#include "analysis/qsart_analysis.hpp"
#include "analysis/reader_marks.hpp"
#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eccrine::records {

enum class Marker { Onset, Baseline, End };
[[nodiscard]] std::string_view nameOf(Marker marker);
[[nodiscard]] std::optional<Marker> markerOf(std::string_view name);

/// One marker that a reader placed, with who and why.
struct PlacedMark {
    std::string site;
    Marker marker = Marker::Onset;
    analysis::ReaderMarks mark; ///< only the one that `marker` names
    std::string reason, by, atUtc;
    friend bool operator==(const PlacedMark&, const PlacedMark&) = default;
};

/// One version of a reader's work on a recording: the parameters and the marks on which its result rests.
/// Kept beside the recording, whose raw data never change.
struct Review {
    int version = 0; ///< from 1; 0: not saved
    std::string savedUtc, reader, comment;
    std::vector<std::pair<std::string, std::string>> settings; ///< parameters unlike the default
    std::vector<PlacedMark> marks;

    [[nodiscard]] analysis::MarksBySite marksBySite() const;
    /// The mark, or null.
    [[nodiscard]] const PlacedMark* find(std::string_view site, Marker marker) const;
    /// Puts a mark in the place of that of its site and marker.
    void place(PlacedMark mark);
    void remove(std::string_view site, Marker marker);
    /// The default parameters with the settings; fails for one that this version does not know.
    [[nodiscard]] Result<analysis::AnalysisParameters> parameters() const;
    /// The settings become what differs from the default.
    void setParameters(const analysis::AnalysisParameters& parameters);
};

/// All versions of a recording's review, oldest first, from the files RECORDING.review-N.json beside it.
/// Fails when one cannot be read or belongs to another recording: a version is never passed over.
/// \param sha256 of the recording, as RecordedTest has it
[[nodiscard]] Result<std::vector<Review>> loadReviews(const std::filesystem::path& recording,
                                                      const std::string& sha256);

/// Writes the next version with the whole result document; no version is ever written over. Fails when
/// somebody else has saved since `review.version` was read.
/// \return the version as saved
[[nodiscard]] Result<Review> saveReview(const std::filesystem::path& recording, const RecordedTest& test,
                                        const analysis::TestAnalysis& result, Review review,
                                        const std::string& nowUtc);

/// "Onset placed at 112.0 s by Dr Gray: artefact before it (found: 104.5 s)", one sentence for each mark.
[[nodiscard]] std::vector<std::string> markSentences(const Review& review,
                                                     const analysis::TestAnalysis& result);

} // namespace eccrine::records
