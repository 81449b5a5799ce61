// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/site_signals.hpp"
#include "recording/reading_settings.hpp"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace eccrine::recording {

/// A recording CSV that comes piece by piece, cut anywhere: whatever its length, no more is in memory than
/// one line and `mostValues` values (BoundedCurves). What was reduced is said in `remarks`.
class CsvReader {
public:
    /// \param name of the file, for sentences
    explicit CsvReader(std::string name, const ReadingSettings& settings = {});
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;
    ~CsvReader();

    /// Fails for the first thing wrong; nothing may be added after that.
    [[nodiscard]] Done add(std::string_view bytes);
    [[nodiscard]] std::size_t held() const; ///< values in memory
    /// After the last piece.
    [[nodiscard]] Result<RecordedTest> finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Reads a recording CSV, version 1 (docs/formats/recording-csv.md), from a file of any size or a pipe. The
/// first thing wrong ends the reading with a sentence that names file, line and column. Unknown columns are
/// kept out of the numbers and named in `remarks`. sha256 is that of the file's bytes.
[[nodiscard]] Result<RecordedTest> readCsv(const std::filesystem::path& file,
                                           const ReadingSettings& settings = {});
[[nodiscard]] Result<RecordedTest> parseCsv(std::string_view text, const std::string& name,
                                            const ReadingSettings& settings = {});

} // namespace eccrine::recording
