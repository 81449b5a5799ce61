// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/recording_schema.hpp"

#include "recording/checksum.hpp"

#include <string>

namespace eccrine::recording {
namespace {

// Append-only by triggers: neither a bug nor a curious user changes what was measured.
constexpr const char* schema = R"sql(
CREATE TABLE recording(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE stream(id INTEGER PRIMARY KEY, format INTEGER NOT NULL, site_mask INTEGER NOT NULL, rate_mhz INTEGER NOT NULL) STRICT;
CREATE TABLE channel(stream INTEGER NOT NULL REFERENCES stream(id), position INTEGER NOT NULL, measurand INTEGER NOT NULL,
  scale REAL NOT NULL, "offset" REAL NOT NULL, PRIMARY KEY(stream, position)) STRICT, WITHOUT ROWID;
CREATE TABLE site(position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, area_cm2 REAL, washout_s REAL, sensor_lag_s REAL,
  transport_delay_s REAL, flow_reference_k REAL, flow_reference_pa REAL) STRICT;
CREATE TABLE chunk(id INTEGER PRIMARY KEY, stream INTEGER NOT NULL REFERENCES stream(id), first_index INTEGER NOT NULL,
  ticks INTEGER NOT NULL, device_us INTEGER NOT NULL, test_us INTEGER NOT NULL, overrun INTEGER NOT NULL,
  crc32c INTEGER NOT NULL, data BLOB NOT NULL) STRICT;
CREATE TABLE event(id INTEGER PRIMARY KEY, test_us INTEGER NOT NULL, kind TEXT NOT NULL, site TEXT NOT NULL,
  detail TEXT NOT NULL, crc32c INTEGER NOT NULL) STRICT;
CREATE TRIGGER chunk_stays BEFORE UPDATE ON chunk BEGIN SELECT RAISE(ABORT, 'samples are never changed'); END;
CREATE TRIGGER chunk_remains BEFORE DELETE ON chunk BEGIN SELECT RAISE(ABORT, 'samples are never removed'); END;
CREATE TRIGGER event_stays BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER event_remains BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never removed'); END;
)sql";

} // namespace

Done createTables(Database& database) {
    const std::string identity = "PRAGMA application_id=" + std::to_string(applicationId) +
                                 "; PRAGMA user_version=" + std::to_string(schemaVersion) + ";";
    if (auto done = database.execute(identity.c_str()); !done) return done;
    return database.execute(schema);
}

Result<ChunkInsert> ChunkInsert::prepare(Database& database) {
    auto statement = Statement::prepare(
        database, "INSERT INTO chunk(stream,first_index,ticks,device_us,test_us,overrun,crc32c,data)"
                  " VALUES(?,?,?,?,?,?,?,?)");
    if (!statement) return tl::unexpected(statement.error());
    return ChunkInsert(std::move(*statement));
}

Done ChunkInsert::add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
    statement_.bind(1, std::int64_t{position.stream}).bind(2, static_cast<std::int64_t>(position.firstIndex));
    statement_.bind(3, std::int64_t{position.ticks});
    statement_.bind(4, std::int64_t{position.first.time_since_epoch().count()});
    statement_.bind(5, std::int64_t{at.time_since_epoch().count()});
    statement_.bind(6, std::int64_t{position.overrunBefore});
    statement_.bind(7, checksumOf(position, at, raw)).bind(8, raw);
    return statement_.run();
}

} // namespace eccrine::recording
