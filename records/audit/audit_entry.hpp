// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace eccrine::records {

/// What was done. Numbers of the file: never used twice. A later version may have others.
enum class AuditAction : std::uint16_t {
    ConfigRefused = 1,      ///< a file that a laboratory may edit was not taken
    TestBegun = 2,          ///< a test was asked for; nothing is connected yet
    TestEnded = 3,          ///< however it ended
    SoftLimitConfirmed = 4, ///< somebody lets a protocol cross it
    LatchReleased = 5,      ///< somebody has said what ended the last test with an instrument
    TornEntryRemoved = 6,   ///< the last entry had not been written whole
};
/// "config_refused"; "action 17" for one that is not known.
[[nodiscard]] std::string nameOf(AuditAction action);

/// What whoever acts says. Identifiers and hashes: nothing of a patient. Hashes are SHA-256 in hex; empty:
/// none. Texts are UTF-8 of 64 KiB at most.
struct AuditEvent {
    AuditAction action = AuditAction::ConfigRefused;
    std::string actor{}; ///< who is answerable for it
    std::string role{};  ///< in which they acted; empty: there are no roles yet
    std::string objectType{}, objectId{}, objectVersion{};
    std::string before{}, after{}; ///< hash of the object before and after
    std::string reason{};
};

/// What the computer says.
struct AuditStamp {
    std::int64_t utc_ns = 0;        ///< wall time since 1970
    std::string bootId;             ///< 32 hex digits; empty: not known
    std::uint64_t monotonic_ns = 0; ///< since the boot
    std::int32_t tzOffset_s = 0;    ///< local time minus UTC
    std::string program;            ///< SHA-256 of the running program, hex
    std::string login;              ///< account of the operating system
    std::string workstation;        ///< name of the computer
};
/// Of this computer, this process and now.
[[nodiscard]] AuditStamp stampNow();

/// One entry of the trail (docs/formats/audit-trail.md).
struct AuditEntry {
    std::uint64_t sequence = 0; ///< from 1, without a gap
    AuditStamp stamp;
    AuditEvent event;
    std::string previous; ///< hash of the entry before; empty: this is the first
};

/// The canonical bytes: one entry has one form, and each byte counts for its hash. Fails for a text that is
/// too long and for a hash that is none.
[[nodiscard]] Result<std::string> bytesOf(const AuditEntry& entry);
/// The entry of such bytes; fails for any others.
[[nodiscard]] Result<AuditEntry> entryOf(std::string_view bytes);
/// SHA-256("SWEATAUD1" and the bytes), hex.
[[nodiscard]] std::string hashOf(std::string_view bytes);

inline constexpr std::size_t mostEntryBytes = 1U << 20U;

} // namespace eccrine::records
