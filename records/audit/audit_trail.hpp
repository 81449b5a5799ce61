// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "records/audit/audit_entry.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace eccrine::records {

/// An entry by its number and hash. Of the last one, written down elsewhere: an anchor. A chain alone does
/// not show that entries were cut from its end, or that all of it was written anew.
struct AuditHead {
    std::uint64_t sequence = 0; ///< 0: there is no entry
    std::string hash;
};

/// What reading a trail from its first entry has found.
struct TrailCheck {
    AuditHead head;                ///< the last entry that is as it was written
    std::uintmax_t wholeBytes = 0; ///< of the file, up to its end
    std::uintmax_t tornBytes = 0;  ///< behind it, of an entry that a power cut has left unfinished
    std::optional<Failure> fault;  ///< the first entry that is not as it was written, and why
};

/// Reads the whole trail: each entry's hash, its number and the hash of the entry before. Waits for a writer
/// (5 s). Fails when there is no trail, or no permission. A file without one whole entry is a fault: a trail
/// is made together with its first, so that it was emptied. \param anchor an entry that has to be there
/// \param visit each good entry, in their order; may be empty
[[nodiscard]] Result<TrailCheck>
checkTrail(const std::filesystem::path& file, const std::optional<AuditHead>& anchor = {},
           const std::function<void(const AuditEntry&, const std::string& hash)>& visit = {});

/// Adds an entry. It is on the disk when this returns, and the file is locked meanwhile, so that two
/// processes add in order. Makes file and folder when there is none, the file with its first entry. An
/// unfinished entry at the end is removed, and an entry before the new one says so. Fails, and adds nothing,
/// when the trail is not whole or cannot be written: what was to be audited must not happen then. Any thread.
/// \return the new entry
[[nodiscard]] Result<AuditHead> appendToTrail(const std::filesystem::path& file, const AuditEvent& event,
                                              const AuditStamp& stamp);

} // namespace eccrine::records
