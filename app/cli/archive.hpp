// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/cli/analysis_options.hpp"
#include "core/failure.hpp"
#include "records/station.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace eccrine::app {

struct ArchiveJob {
    std::filesystem::path folder; ///< searched for .eccrine, .csv, .edf and .bdf, with all below it
    std::filesystem::path table;  ///< CSV, one row for each site of each recording
    unsigned jobs = 1;            ///< threads
    bool replace = false;         ///< an older table; never a file that is no such table
    AnalysisCall call;            ///< holds for each recording
    records::Station station;     ///< what may stand in the table
};

struct ArchiveDone {
    struct Failed {
        std::string file, sentence;
    };
    std::size_t recordings = 0, takenOver = 0;
    std::vector<Failed> failed;      ///< those that could not be analysed, sorted by name
    std::vector<std::string> tables; ///< of results, which lie in the folder and were passed over
    std::vector<std::string> copies; ///< of an .eccrine file of the same name beside them, passed over
};

/// Analyses every recording of a folder. A recording that cannot be read or analysed, whatever goes wrong,
/// gets a row that says why and stops nothing. Rows are kept beside the table (TABLE.partial) as they come;
/// called again after an interruption in the same way, what is there of recordings that are the same is taken
/// over. The table appears whole, sorted by file and site. Progress goes to standard error.
[[nodiscard]] Result<ArchiveDone> analyzeArchive(const ArchiveJob& job);

} // namespace eccrine::app
