// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/database.hpp"

#include <utility>

namespace eccrine::recording {

Result<Database> Database::open(const std::filesystem::path& file, Mode mode) {
    Database database;
    database.file_ = file;
    int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (mode == Mode::ReadOnly) flags |= SQLITE_OPEN_READONLY;
    if (mode == Mode::ReadWrite) flags |= SQLITE_OPEN_READWRITE;
    if (mode == Mode::Create) flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
    database.handle_.reset(handle);
    if (code != SQLITE_OK) return tl::unexpected(database.failure());
    sqlite3_busy_timeout(handle, 5000);
    // Settings against hostile files: no code from the schema, pages checked before use.
    for (const char* pragma :
         {"PRAGMA trusted_schema=OFF", "PRAGMA cell_size_check=ON", "PRAGMA foreign_keys=ON"}) {
        if (auto done = database.execute(pragma); !done) return tl::unexpected(done.error());
    }
    return database;
}

Done Database::execute(const char* sql) {
    if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK)
        return tl::unexpected(failure());
    return {};
}

Result<std::int64_t> Database::integer(const char* sql) {
    auto statement = Statement::prepare(*this, sql);
    if (!statement) return tl::unexpected(statement.error());
    const auto row = statement->next();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return failed("a value is missing", file_.string(), "restore the file from a copy");
    return statement->integer(0);
}

Failure Database::failure() const {
    const int code = handle_ ? sqlite3_extended_errcode(handle_.get()) : SQLITE_NOMEM;
    const std::string where = file_.string();
    switch (code & 0xFF) {
    case SQLITE_FULL:
        return {"the disk is full", where, "free some space; what was stored before is readable"};
    case SQLITE_NOTADB:
        return {"this is not a recording of Eccrine", where, "choose an .eccrine file"};
    case SQLITE_CORRUPT:
        return {"the file is damaged or cut off", where, "restore it from a copy"};
    case SQLITE_CANTOPEN:
        return {"the file cannot be opened", where, "check the name and the permissions"};
    case SQLITE_READONLY:
    case SQLITE_PERM:
        return {"the file cannot be written", where, "check the permissions"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return {"the file is in use by another program", where, "close it there and try again"};
    case SQLITE_IOERR:
        return {"the disk reports an input/output error (SQLite code " + std::to_string(code) + ")", where,
                "check the disk; what was stored before is readable"};
    default:
        return {"the database says: " +
                    std::string(handle_ ? sqlite3_errmsg(handle_.get()) : "out of memory"),
                where, ""};
    }
}

Result<Statement> Statement::prepare(Database& database, const char* sql) {
    Statement statement;
    statement.database_ = &database;
    sqlite3_stmt* handle = nullptr;
    if (sqlite3_prepare_v2(database.handle(), sql, -1, &handle, nullptr) != SQLITE_OK)
        return tl::unexpected(database.failure());
    statement.statement_.reset(handle);
    return statement;
}

Statement& Statement::bind(int at, std::int64_t value) {
    sqlite3_bind_int64(statement_.get(), at, value);
    return *this;
}
Statement& Statement::bind(int at, double value) {
    sqlite3_bind_double(statement_.get(), at, value);
    return *this;
}
Statement& Statement::bind(int at, std::string_view text) {
    sqlite3_bind_text(statement_.get(), at, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
    return *this;
}
Statement& Statement::bind(int at, std::span<const std::byte> blob) {
    sqlite3_bind_blob64(statement_.get(), at, blob.data(), blob.size(), SQLITE_STATIC);
    return *this;
}

Done Statement::run() {
    const int code = sqlite3_step(statement_.get());
    Done done;
    if (code != SQLITE_DONE && code != SQLITE_ROW) done = tl::unexpected(database_->failure());
    sqlite3_reset(statement_.get());
    sqlite3_clear_bindings(statement_.get());
    return done;
}

Result<bool> Statement::next() {
    const int code = sqlite3_step(statement_.get());
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    return tl::unexpected(database_->failure());
}

std::int64_t Statement::integer(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}
double Statement::real(int column) const {
    return sqlite3_column_double(statement_.get(), column);
}
bool Statement::isNull(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
    const auto* text = sqlite3_column_text(statement_.get(), column);
    if (text == nullptr) return {};
    return {reinterpret_cast<const char*>(text),
            static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::span<const std::byte> Statement::blob(int column) const {
    const auto* data = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
    if (data == nullptr) return {};
    return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

} // namespace eccrine::recording
