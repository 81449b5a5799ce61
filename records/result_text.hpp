// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/site_signals.hpp"

#include <optional>
#include <string>
#include <vector>

namespace eccrine::records {

struct Review;

/// A site's name as a person reads it: "forearm" is "Forearm", "distal_leg" is "Distal leg".
[[nodiscard]] std::string siteTitle(const std::string& site);
/// With this many decimals and a point; "–" for what is absent.
[[nodiscard]] std::string fixed(std::optional<double> value, int decimals);
/// "void" in place of a number of a site that cannot be used; the numbers stay in the result document.
/// "104.5 ± 1.5", "no onset", "indeterminate", "void".
[[nodiscard]] std::string latencyText(const analysis::SiteAnalysis& site);
[[nodiscard]] std::string peakText(const analysis::SiteAnalysis& site);
[[nodiscard]] std::string volumeText(const analysis::SiteAnalysis& site);
/// "reduced (< 0.14)", "within (≥ 0.14)", "cannot be classified", "no norm"; "not compared" of a volume that
/// no norm holds for.
[[nodiscard]] std::string normText(const analysis::NormResult& norm);
/// Whether norms were left out on purpose, because they do not hold for the volume.
[[nodiscard]] bool notCompared(analysis::NoNorm cause);
/// "No norm for Foot: …", where a volume could be compared with nothing, one for each reason.
[[nodiscard]] std::vector<std::string> noNormSentences(const analysis::TestAnalysis& result);
/// "qsweat-adults 1, verified by nobody" for each set that classified a site; empty: none did.
[[nodiscard]] std::string normSources(const analysis::TestAnalysis& result);

/// The result as a table for a terminal, units in its head, flags as sentences below.
/// \param review on whose marks the result rests; null: on none
[[nodiscard]] std::string resultText(const RecordedTest& test, const analysis::TestAnalysis& result,
                                     const Review* review = nullptr);

} // namespace eccrine::records
