// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/sample.hpp"
#include "recording/database.hpp"

#include <cstddef>
#include <span>

namespace eccrine::recording {

/// Before anything is in the file.
inline constexpr const char* setPageSize = "PRAGMA page_size=16384";
/// Identity, tables and triggers of docs/formats/recording.md, inside the caller's transaction.
[[nodiscard]] Done createTables(Database& database);

/// Appends chunks. The database has to outlive it.
class ChunkInsert {
public:
    [[nodiscard]] static Result<ChunkInsert> prepare(Database& database);
    [[nodiscard]] Done add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw);

private:
    explicit ChunkInsert(Statement statement) : statement_(std::move(statement)) {}
    Statement statement_;
};

} // namespace eccrine::recording
