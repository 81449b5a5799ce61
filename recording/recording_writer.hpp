// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "core/sample.hpp"
#include "core/site_signals.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;

namespace eccrine::recording {

/// What is known when a recording begins. Written once, in the transaction that creates the file.
struct RecordingHeader {
    std::string id; ///< random UUID; the only name that logs may carry
    std::string protocol;
    std::string protocolHash; ///< SHA-256 of the protocol file that ran
    bool simulated = false;
    std::map<std::string, std::string>
        meta; ///< device serial and firmware, operator, patient fields, software version
    std::vector<StreamDescription> streams;
    std::vector<SiteSignals>
        sites; ///< site bit order; only names, capsule constants and flow reference are used
};

/// Something that happened, beside the samples: steps, set-points, trips, link loss, operator notes.
struct RecordedEvent {
    TestTime at{};
    std::string kind;   ///< "step", "stimulus_start", "stimulus_stop", "trip", "gap", "note", ...
    std::string site;   ///< empty: all
    std::string detail; ///< JSON object or empty
};

/// Appends to one `.eccrine` file (SQLite, WAL, synchronous=FULL). One thread. Nothing is acknowledged before
/// it is durable.
class RecordingWriter {
public:
    /// Fails if the file exists.
    [[nodiscard]] static Result<RecordingWriter> create(const std::filesystem::path& file,
                                                        const RecordingHeader& header);
    RecordingWriter(RecordingWriter&&) noexcept;
    RecordingWriter& operator=(RecordingWriter&&) noexcept;
    ~RecordingWriter();

    /// Adds a run of ticks to the pending chunk of its stream. `at` is test time of the first tick, `raw` in
    /// the stream's format.
    void add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw);
    void add(const RecordedEvent& event);
    void setMeta(const std::string& key, const std::string& value);
    /// Writes everything pending in one durable transaction (the session calls it every 100 ms). On failure
    /// (disk full, I/O error) nothing pending is lost: it stays pending, and the next commit tries again
    /// after reopening.
    [[nodiscard]] Done commit();
    /// Commits, marks the recording complete, writes the WAL into the file: from then on it is one file,
    /// which nobody changes. Very small chunks are joined in a copy that takes its place (docs/adr/0007);
    /// that takes a fraction of a second and may fail without harm. A second call does nothing.
    [[nodiscard]] Done close();
    [[nodiscard]] const std::filesystem::path& file() const;
    [[nodiscard]] std::size_t pendingBytes() const;

private:
    struct State;
    explicit RecordingWriter(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

} // namespace eccrine::recording
