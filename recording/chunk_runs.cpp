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
    : sink_(std::move(sink)) {
    constexpr std::int64_t milliHertz_us = 1'000'000'000;
    for (const StreamDescription& stream : streams) {
        Run& run = runs_.emplace_back();
        run.stream = stream.id;
        const std::int64_t rate = stream.rateMilliHz;
        run.period_us = rate > 0 && milliHertz_us % rate == 0 ? milliHertz_us / rate : 0;
    }
}

void ChunkRuns::add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
    const auto found =
        std::find_if(runs_.begin(), runs_.end(), [&](const Run& r) { return r.stream == position.stream; });
    if (found == runs_.end() || found->period_us == 0) {
        sink_(position, at, raw);
        return;
    }
    Run& run = *found;
    const std::int64_t at_us = at.time_since_epoch().count();
    const bool continues = run.begun && at_us == run.end_us && !position.overrunBefore &&
                           position.firstIndex == run.position.firstIndex + run.ticks &&
                           run.ticks + position.ticks <= mostTicks && run.raw.size() + raw.size() <= mostBytes;
    if (!continues) handOn(run);
    // of what a device repeats each chunk is judged alone
    if (!continues && at_us < run.end_us) {
        sink_(position, at, raw);
        return;
    }
    if (!continues) {
        run.begun = true;
        run.position = position;
        run.at = at;
    }
    run.raw.insert(run.raw.end(), raw.begin(), raw.end());
    run.ticks += position.ticks;
    run.end_us = at_us + position.ticks * run.period_us;
}

void ChunkRuns::handOn(Run& run) {
    if (!run.begun) return;
    run.position.ticks = static_cast<std::uint16_t>(run.ticks);
    sink_(run.position, run.at, run.raw);
    run.begun = false;
    run.ticks = 0;
    run.raw.clear();
}

void ChunkRuns::finish() {
    for (Run& run : runs_)
        handOn(run);
}

} // namespace eccrine::recording
