// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace eccrine::app {

/// A recording as it was when its rows were made. Rows hold for another run only while size and checksum are
/// the same: enough to notice a change, not a forgery.
struct RecordingPrint {
    std::uintmax_t size = 0;
    std::int64_t modified_ns = 0; ///< for a person who looks for what changed; a copy may have another time
    std::optional<std::uint32_t>
        crc32c; ///< of the file's bytes, and of journal and reviews beside it; empty: unread

    /// The same content, whenever it was written.
    friend bool operator==(const RecordingPrint& a, const RecordingPrint& b) {
        return a.size == b.size && a.crc32c == b.crc32c;
    }
};

/// Of a recording with what lies beside it and goes into its rows: the samples that its writer has not
/// written into it (FILE-wal) and, when asked for, the versions of its review. Fails when one of them cannot
/// be read.
[[nodiscard]] Result<RecordingPrint> printOf(const std::filesystem::path& file, bool withReviews);

/// The rows of a table that is being made, on the disk as they come, so that an interrupted call can be taken
/// up again. One process at a time; append() from one thread at a time.
class ArchiveJournal {
public:
    struct Entry {
        RecordingPrint print;
        bool failed = false;
        std::string text; ///< its rows; of a failed one the sentence that says why
    };

    /// Opens or begins it. What was cut off in the middle is dropped. Fails when it holds rows of another
    /// recipe or is being written by somebody else.
    /// \param recipe one line: what the rows are made with
    [[nodiscard]] static Result<ArchiveJournal> open(const std::filesystem::path& file,
                                                     const std::string& recipe);
    ArchiveJournal(ArchiveJournal&& other) noexcept;
    ArchiveJournal& operator=(ArchiveJournal&& other) noexcept;
    ~ArchiveJournal();

    /// Null: there are none of this recording.
    [[nodiscard]] const Entry* find(const std::string& name) const;
    /// false: it could not be written.
    [[nodiscard]] bool append(const std::string& name, Entry entry);
    /// The table is there: nothing is left to take up.
    void remove();

private:
    ArchiveJournal() = default;
    [[nodiscard]] bool write(const std::string& text) const;

    std::filesystem::path file_;
    int descriptor_ = -1;
    std::map<std::string, Entry> entries_;
};

/// A name as one word on one line: what is no printable ASCII, and the percent sign, as %XX.
[[nodiscard]] std::string inOneWord(const std::string& text);

} // namespace eccrine::app
