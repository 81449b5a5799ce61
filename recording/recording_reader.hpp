// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/recording_writer.hpp"

namespace eccrine::recording {

/// One chunk as stored, CRC already checked.
struct Chunk {
    BlockPosition position;
    TestTime at{};
    std::vector<std::byte> raw;
};

/// Reads a recording, closed or still growing. Opens read-only; several readers and one writer may share a
/// file.
class RecordingReader {
public:
    [[nodiscard]] static Result<RecordingReader> open(const std::filesystem::path& file);
    RecordingReader(RecordingReader&&) noexcept;
    RecordingReader& operator=(RecordingReader&&) noexcept;
    ~RecordingReader();

    [[nodiscard]] const RecordingHeader& header() const;
    [[nodiscard]] bool complete() const; ///< closed by its writer; asks the file again
    /// What was appended since the last call, in order. The live view polls this; the first call after open()
    /// reads all.
    struct News {
        std::vector<Chunk> chunks;
        std::vector<RecordedEvent> events;
    };
    [[nodiscard]] Result<News> readNew();

private:
    struct State;
    explicit RecordingReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Turns chunks into physical values per site, one call after another (live) or all at once (review): the one
/// curve-reading path. Appends to `test.sites`; missing ticks become NaN rows at their times.
class CurveAssembler {
public:
    explicit CurveAssembler(const RecordingHeader& header);
    void add(const RecordingReader::News& news);
    [[nodiscard]] const RecordedTest& test() const { return test_; }
    [[nodiscard]] RecordedTest take() { return std::move(test_); }

private:
    RecordingHeader header_;
    RecordedTest test_;
    std::vector<std::uint64_t> nextIndex_; ///< per stream
};

/// The whole of a recording of any readable kind (`.eccrine`, `.csv`) in memory, checked; sha256 filled.
[[nodiscard]] Result<RecordedTest> readTest(const std::filesystem::path& file);

} // namespace eccrine::recording
