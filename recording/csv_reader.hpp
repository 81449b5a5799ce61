// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <filesystem>
#include <string_view>

namespace eccrine::recording {

/// Reads a recording CSV, version 1 (docs/formats/recording-csv.md). The first thing wrong ends the reading
/// with a sentence that names file, line and column. Unknown columns are kept out of the numbers and named in
/// `remarks`. sha256 is that of the file's bytes.
[[nodiscard]] Result<RecordedTest> readCsv(const std::filesystem::path& file);
[[nodiscard]] Result<RecordedTest> parseCsv(std::string_view text, const std::string& name);

} // namespace eccrine::recording
