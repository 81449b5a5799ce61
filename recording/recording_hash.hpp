// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/content_hash.hpp"
#include "recording/recording_reader.hpp"
#include "recording/run_end.hpp"

#include <string>
#include <vector>

namespace eccrine::recording {

/// The SHA-256 of what a recording holds: docs/formats/recording.md, "The hash". However the samples are cut
/// into chunks, it is the same.
class RecordingHash {
public:
    /// \param version of the format of the file
    RecordingHash(const RecordingHeader& header, int version);

    void add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw);
    /// After the chunks.
    void add(const RecordedEvent& event);
    /// Once.
    [[nodiscard]] std::string hex();

private:
    struct Stream {
        explicit Stream(const StreamDescription& s) : id(s.id), end(s.rateMilliHz) {}
        std::uint8_t id;
        RunEnd end;
        std::int64_t ticks = 0; ///< of the run that has not ended
        ContentHash hash;
    };
    void finishSamples();

    ContentHash hash_;
    bool inRuns_;
    std::vector<Stream> streams_; ///< until the samples are finished
};

} // namespace eccrine::recording
