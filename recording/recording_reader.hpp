// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/bounded_curves.hpp"
#include "recording/edf_reader.hpp"
#include "recording/recording_writer.hpp"

#include <cstddef>
#include <functional>
#include <span>

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
    /// For who reads the whole at once: header, extent and the first readNew() see the same moment of the
    /// file over one connection, until whose end a writer cannot close its journal.
    [[nodiscard]] static Result<RecordingReader> openToReadOnce(const std::filesystem::path& file);
    RecordingReader(RecordingReader&&) noexcept;
    RecordingReader& operator=(RecordingReader&&) noexcept;
    ~RecordingReader();

    [[nodiscard]] const RecordingHeader& header() const;
    [[nodiscard]] int version() const;                                ///< of the file's format
    [[nodiscard]] bool complete() const { return extent().complete; } ///< asks the file again
    /// What was appended since the last call, in order within each stream. The live view polls this; the
    /// first call after open() reads all.
    struct News {
        std::vector<Chunk> chunks;
        std::vector<RecordedEvent> events;
    };
    [[nodiscard]] Result<News> readNew();

    using ChunkSink = std::function<void(const BlockPosition&, TestTime, std::span<const std::byte>)>;
    using EventSink = std::function<void(const RecordedEvent&)>;
    /// The same without copies: the bytes are valid during the call only. After a failure the sinks have got
    /// a part, which is to be thrown away; the next call begins at the same place again.
    [[nodiscard]] Done readNew(const ChunkSink& chunk, const EventSink& event);
    /// What the file holds by now.
    struct Extent {
        bool complete = false; ///< closed by its writer
        Seconds length{0};     ///< test time up to which samples are there, near enough to reserve memory
    };
    [[nodiscard]] Extent extent() const;

private:
    struct State;
    explicit RecordingReader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Turns chunks into physical values per site, one call after another (live) or all at once (review): the one
/// curve-reading path. Appends to `test.sites`; missing ticks become NaN rows at their times. The gas
/// readings of a site share one time base, its current and voltage another; each base belongs to the first
/// stream that carries it, and a reading on any other is left in the raw data and named in `remarks`.
class CurveAssembler {
public:
    explicit CurveAssembler(const RecordingHeader& header);
    /// Before anything is added: no more than so many values in memory, see BoundedCurves. For recordings
    /// that are read as a whole; a live view counts on samples that stay where they are.
    void bound(std::size_t mostValues);
    /// Bounded, and too long for it: what followed was not taken.
    [[nodiscard]] bool tooLong() const { return bounded_ && bounded_->tooLong(); }
    /// Values in memory; only when bounded.
    [[nodiscard]] std::size_t held() const { return bounded_ ? bounded_->held() : 0; }
    void add(const RecordingReader::News& news);
    void add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw);
    void add(const RecordedEvent& event);
    /// Memory for so much test time, so that a whole recording is read without moving its curves.
    void reserve(Seconds length);
    [[nodiscard]] const RecordedTest& test() const { return test_; }
    /// Once, after everything was added.
    [[nodiscard]] RecordedTest take();

private:
    /// Where one channel of one site goes.
    struct Column {
        std::size_t offset = 0; ///< in a tick, bytes
        double scale = 1.0, zero = 0.0;
        double factor = 1.0;            ///< from the channel's unit to the column's
        double least = 0.0, most = 0.0; ///< outside: the sensor is broken, the sample missing (SR-20)
        std::vector<double> CurrentSignals::*current = nullptr;
        std::vector<double> HumiditySignals::*humidity = nullptr;
    };
    /// The columns of one site that share a time base.
    struct Base {
        std::size_t site = 0;
        bool fast = false; ///< current and voltage; otherwise the gas readings
        std::vector<Column> columns;
        std::optional<double> last_s; ///< of the samples
        std::size_t number = 0;       ///< among the bounded curves
    };
    struct Stream {
        StreamDescription description;
        std::size_t tickBytes = 0;
        double period_us = 0.0;
        std::uint64_t nextIndex = 0;
        std::vector<Base> bases;
        std::vector<double> times; ///< of the chunk that is added; empty: not yet known
    };
    [[nodiscard]] std::vector<double>& timeOf(const Base& base);
    [[nodiscard]] std::vector<double>& valuesOf(const Base& base, const Column& column);
    void describe(Stream& stream, std::vector<std::pair<std::size_t, bool>>& taken);
    void append(Stream& stream, Base& base, const BlockPosition& position, TestTime at,
                std::span<const std::byte> raw);

    RecordedTest test_;
    std::vector<Stream> streams_;
    std::optional<BoundedCurves> bounded_;
    std::size_t most_ = 0;
    std::vector<double> chunkTime_; ///< of a chunk that is to be reduced
    std::vector<std::vector<double>> chunk_;
};

/// The whole of a recording of any readable kind (`.eccrine`, CSV, EDF, BDF) in memory, checked; sha256
/// filled. A pipe is read as CSV. One that is too long for the memory it may take is reduced (BoundedCurves),
/// which `remarks` say.
[[nodiscard]] Result<RecordedTest> readTest(const std::filesystem::path& file,
                                            const ReadingSettings& settings = {});

} // namespace eccrine::recording
