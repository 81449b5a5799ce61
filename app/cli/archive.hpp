// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_library.hpp"
#include "analysis/parameters.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace eccrine::app {

struct ArchiveJob {
    std::filesystem::path folder; ///< searched for .eccrine, .csv, .edf and .bdf, with all below it
    std::filesystem::path table;  ///< CSV, one row for each site of each recording
    unsigned jobs = 1;            ///< threads
    bool replace = false;
    analysis::AnalysisParameters parameters;
    analysis::NormLibrary norms;
};

struct ArchiveDone {
    std::size_t recordings = 0, failed = 0, takenOver = 0;
};

/// Analyses every recording of a folder. A recording that cannot be read gets a row that says why and stops
/// nothing. Rows are kept beside the table (TABLE.partial) as they come; called again after an interruption
/// with the same parameters, what is there is taken over. The table appears whole, sorted by file and site.
/// Progress goes to standard error.
[[nodiscard]] Result<ArchiveDone> analyzeArchive(const ArchiveJob& job);

} // namespace eccrine::app
