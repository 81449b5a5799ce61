// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/small_chunks.hpp"

#include "recording/chunk_runs.hpp"
#include "recording/durable_file.hpp"
#include "recording/recording_hash.hpp"
#include "recording/recording_schema.hpp"

#include <string>

namespace eccrine::recording {
namespace {

constexpr std::int64_t smallChunk = 1024;     // bytes on average; longer ones gain little
constexpr std::int64_t fewChunks = 16;        // of which there is nothing to gain
constexpr std::int64_t mostBytes = 32 << 20U; // of samples: the copy must not keep the bedside waiting
constexpr std::int64_t leastGain = 2;         // times fewer chunks

struct Size {
    std::int64_t chunks = 0, bytes = 0;
};

std::optional<Size> sizeOf(const std::filesystem::path& file) {
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database) return std::nullopt;
    const auto chunks = database->integer("SELECT count(*) FROM chunk");
    const auto bytes = database->integer("SELECT coalesce(sum(length(data)),0) FROM chunk");
    if (!chunks || !bytes) return std::nullopt;
    return Size{*chunks, *bytes};
}

/// What a recording says, with every checksum checked; empty: it cannot be read.
std::string hashOf(const std::filesystem::path& file) {
    auto reader = RecordingReader::open(file);
    if (!reader || !reader->complete()) return {};
    RecordingHash hash(reader->header(), reader->version());
    const auto read = reader->readNew([&](const BlockPosition& position, TestTime at,
                                          std::span<const std::byte> raw) { hash.add(position, at, raw); },
                                      [&](const RecordedEvent& event) { hash.add(event); });
    return read ? hash.hex() : std::string();
}

/// Everything but the chunks, as it is.
Done copyTables(Database& to, const std::filesystem::path& from) {
    auto attach = Statement::prepare(to, "ATTACH ? AS whole");
    if (!attach) return tl::unexpected(attach.error());
    const std::string name = from.string();
    if (auto done = attach->bind(1, name).run(); !done) return done;
    for (const char* sql :
         {"BEGIN", "INSERT INTO recording SELECT * FROM whole.recording",
          "INSERT INTO recording VALUES('joined','1')", "INSERT INTO stream SELECT * FROM whole.stream",
          "INSERT INTO channel SELECT * FROM whole.channel", "INSERT INTO site SELECT * FROM whole.site",
          "INSERT INTO event SELECT * FROM whole.event", "COMMIT", "DETACH whole"})
        if (auto done = to.execute(sql); !done) return done;
    return {};
}

/// false: it could not be written, or there is not enough to gain.
bool writeJoined(const std::filesystem::path& from, const std::filesystem::path& to,
                 std::int64_t mostChunks) {
    auto reader = RecordingReader::open(from);
    auto copy = Database::open(to, Database::Mode::Create);
    if (!reader || !copy) return false;
    // a file that nobody knows yet needs no journal: cut off, it is thrown away
    for (const char* sql : {setPageSize, "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "BEGIN"})
        if (!copy->execute(sql)) return false;
    if (!createTables(*copy) || !copy->execute("COMMIT") || !copyTables(*copy, from)) return false;
    auto chunk = ChunkInsert::prepare(*copy);
    if (!chunk || !copy->execute("BEGIN")) return false;
    std::int64_t written = 0;
    bool sound = true;
    ChunkRuns runs(reader->header().streams,
                   [&](const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
                       sound = sound && ++written <= mostChunks && chunk->add(position, at, raw);
                   });
    const auto read = reader->readNew([&](const BlockPosition& position, TestTime at,
                                          std::span<const std::byte> raw) { runs.add(position, at, raw); },
                                      [](const RecordedEvent&) {});
    runs.finish();
    return read && sound && copy->execute("COMMIT");
}

} // namespace

bool joinSmallChunks(const std::filesystem::path& file) {
    const auto size = sizeOf(file);
    if (!size || size->chunks < fewChunks || size->bytes > mostBytes ||
        size->bytes > size->chunks * smallChunk)
        return false;
    const std::string hash = hashOf(file);
    if (hash.empty()) return false;
    auto copy = DurableFile::create(file, true);
    if (!copy || !writeJoined(file, copy->temporaryPath(), size->chunks / leastGain)) return false;
    return hashOf(copy->temporaryPath()) == hash && copy->finish();
}

} // namespace eccrine::recording
