// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "records/audit/audit_trail.hpp"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace eccrine::app {

/// The audit trail of this program: where it is, and who acts.
struct Audit {
    std::string named; ///< file; empty: audit.trail in $XDG_DATA_HOME/eccrine (~/.local/share/eccrine)
    std::string actor; ///< empty: the account of the operating system

    [[nodiscard]] Result<std::filesystem::path> file() const;
    /// The event is on the disk when this returns. A failure says that what it tells of must not happen.
    [[nodiscard]] Done add(records::AuditEvent event) const;
    /// A file that a laboratory may edit was refused: which, with its SHA-256, and why. When that cannot be
    /// added it is said on standard error; the file is refused all the same.
    /// \param kind of configuration: "protocol" \param file that was to be read: a refusal may name another
    /// one that lies beside it
    void refused(const char* kind, const std::filesystem::path& file, const Failure& why) const;
    /// The same of the files of a folder, by their sentences, each of which is told on standard error.
    void notUsed(const char* kind, const std::vector<std::string>& sentences) const;
};

/// What was read; a refusal is in the audit trail.
template <class T>
[[nodiscard]] Result<T> audited(Result<T> read, const char* kind, const std::filesystem::path& file,
                                const Audit& audit = {}) {
    if (!read) audit.refused(kind, file, read.error());
    return read;
}

} // namespace eccrine::app
