// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <filesystem>
#include <string>

namespace eccrine::recording {

struct CsvOptions {
    /// false: current and voltage as means over each humidity interval. true: a row for every current sample
    /// as well.
    bool fullRateCurrent = false;
    bool replace = false; ///< an existing file may be replaced
};

/// Writes the recording CSV, version 1 (docs/formats/recording-csv.md), whole or not at all. Numbers have as
/// many digits as it takes to read the same value back.
[[nodiscard]] Done writeCsv(const RecordedTest& test, const std::filesystem::path& file,
                            const CsvOptions& options);
[[nodiscard]] Result<std::string> formatCsv(const RecordedTest& test, const CsvOptions& options);

} // namespace eccrine::recording
