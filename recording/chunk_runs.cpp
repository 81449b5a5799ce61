// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/chunk_runs.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace eccrine::recording {
namespace {

constexpr std::size_t mostTicks = std::numeric_limits<decltype(BlockPosition::ticks)>::max();
constexpr std::size_t mostBytes = 32U << 10U; // stays in the processor's cache

} // namespace

ChunkRuns::ChunkRuns(const std::vector<StreamDescription>& streams, RecordingReader::ChunkSink sink)
    : sink_(std::move(sink)), runs_(streams.begin(), streams.end()) {}

void ChunkRuns::add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
    const auto found =
        std::find_if(runs_.begin(), runs_.end(), [&](const Run& r) { return r.stream == position.stream; });
    if (found == runs_.end()) {
        sink_(position, at, raw);
        return;
    }
    Run& run = *found;
    const bool fits = run.ticks + position.ticks <= mostTicks && run.raw.size() + raw.size() <= mostBytes;
    if (run.ticks > 0 && !(fits && run.end.continuedBy(position, at))) handOn(run);
    if (run.ticks == 0 && raw.size() > mostBytes / 2) { // long enough, as of a recording that was joined
        sink_(position, at, raw);
        return;
    }
    if (run.ticks == 0) {
        run.position = position;
        run.at = at;
    }
    run.raw.insert(run.raw.end(), raw.begin(), raw.end());
    run.ticks += position.ticks;
    run.end.after(position, at);
}

void ChunkRuns::handOn(Run& run) {
    run.position.ticks = static_cast<std::uint16_t>(run.ticks);
    sink_(run.position, run.at, run.raw);
    run.ticks = 0;
    run.raw.clear();
}

void ChunkRuns::finish() {
    for (Run& run : runs_)
        if (run.ticks > 0) handOn(run);
}

} // namespace eccrine::recording
