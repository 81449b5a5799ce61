// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/recording_reader.hpp"
#include "recording/run_end.hpp"

#include <cstddef>
#include <vector>

namespace eccrine::recording {

/// Joins chunks into longer ones where they say the same in one piece (RunEnd): a session that stores every
/// 100 ms leaves a chunk per tick at 10 Hz, and each costs more than its values. The order within a stream
/// stays, that between streams does not.
class ChunkRuns {
public:
    ChunkRuns(const std::vector<StreamDescription>& streams, RecordingReader::ChunkSink sink);

    void add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw);
    /// Once, after the last chunk.
    void finish();

private:
    struct Run {
        explicit Run(const StreamDescription& s) : stream(s.id), end(s.rateMilliHz) {}
        std::uint8_t stream;
        RunEnd end;
        BlockPosition position;
        TestTime at{};
        std::size_t ticks = 0; ///< 0: nothing waits
        std::vector<std::byte> raw;
    };
    void handOn(Run& run);

    RecordingReader::ChunkSink sink_;
    std::vector<Run> runs_;
};

} // namespace eccrine::recording
