// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/recording_reader.hpp"

#include <cstddef>
#include <vector>

namespace eccrine::recording {

/// Joins the chunks of a whole recording into longer ones before they are decoded: a session that stores every
/// 100 ms leaves a chunk per tick at 10 Hz, and each costs more than its values. Joined is only what says the
/// same in one piece, time included; the rest is handed on as it came. The order within a stream stays, that
/// between streams does not.
class ChunkRuns {
public:
    ChunkRuns(const std::vector<StreamDescription>& streams, RecordingReader::ChunkSink sink);

    void add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw);
    /// Once, after the last chunk.
    void finish();

private:
    struct Run {
        std::uint8_t stream = 0;
        std::int64_t period_us = 0; ///< 0: no whole number, nothing is joined
        std::int64_t end_us = 0;    ///< test time of the tick after the last one that was taken
        bool begun = false;
        BlockPosition position;
        TestTime at{};
        std::size_t ticks = 0;
        std::vector<std::byte> raw;
    };
    void handOn(Run& run);

    RecordingReader::ChunkSink sink_;
    std::vector<Run> runs_;
};

} // namespace eccrine::recording
