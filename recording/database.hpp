// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace eccrine::recording {

/// "ECCR": tells a recording from any other SQLite file (`PRAGMA application_id`).
inline constexpr std::int32_t applicationId = 0x45434352;
/// `PRAGMA user_version`; docs/formats/recording.md describes each.
inline constexpr int schemaVersion = 2;
inline constexpr int oldestSchemaVersion = 1;

/// A SQLite connection that closes itself. One thread. Errors become sentences that name the file.
class Database {
public:
    enum class Mode { Create, ReadWrite, ReadOnly };
    [[nodiscard]] static Result<Database> open(const std::filesystem::path& file, Mode mode);

    [[nodiscard]] Done execute(const char* sql);
    [[nodiscard]] Result<std::int64_t> integer(const char* sql);
    /// The last error of this connection as a person reads it.
    [[nodiscard]] Failure failure() const;
    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close(handle); }
    };
    std::filesystem::path file_;
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A prepared statement. Bound texts and blobs have to live until it is stepped.
class Statement {
public:
    [[nodiscard]] static Result<Statement> prepare(Database& database, const char* sql);

    Statement& bind(int at, std::int64_t value);
    Statement& bind(int at, double value);
    Statement& bind(int at, std::string_view text);
    Statement& bind(int at, std::span<const std::byte> blob);
    /// Executes a statement without rows and makes it ready for the next.
    [[nodiscard]] Done run();
    /// true: a row is there; false: no more rows.
    [[nodiscard]] Result<bool> next();

    [[nodiscard]] std::int64_t integer(int column) const;
    [[nodiscard]] double real(int column) const;
    [[nodiscard]] bool isNull(int column) const;
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::span<const std::byte> blob(int column) const; ///< valid until the next step

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    Database* database_ = nullptr;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

} // namespace eccrine::recording
