// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/recording_reader.hpp"

#include "recording/checksum.hpp"
#include "recording/database.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace eccrine::recording {
namespace {

/// Says in plain words what is wrong with a file before SQLite has to. true: its writer has not closed it, so
/// that SQLite will want the journal beside it.
Result<bool> looksLikeARecording(const std::filesystem::path& file) {
    std::error_code error;
    const auto status = std::filesystem::status(file, error);
    if (status.type() == std::filesystem::file_type::none)
        return failed("the file cannot be reached (" + error.message() + ")", file.string(),
                      "check the permissions", Failure::Kind::Call);
    if (!std::filesystem::exists(status))
        return failed("there is no such file", file.string(), "check the name", Failure::Kind::Call);
    if (!std::filesystem::is_regular_file(status))
        return failed("this is not a file", file.string(), "choose an .eccrine file", Failure::Kind::Call);
    std::ifstream in(file, std::ios::binary);
    if (!in) return failed("the file cannot be read", file.string(), "check the permissions");
    std::array<char, 100> head{};
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (in.gcount() == 0) return failed("the file is empty", file.string(), "choose an .eccrine file");
    constexpr std::string_view magic{"SQLite format 3\0", 16};
    if (static_cast<std::size_t>(in.gcount()) < head.size() ||
        std::string_view(head.data(), magic.size()) != magic)
        return failed("this is not a recording of Eccrine", file.string(), "choose an .eccrine file");
    constexpr std::size_t writeVersion = 18; // of the SQLite header: 1 rollback journal, 2 WAL
    return head[writeVersion] == 2;
}

std::optional<double> optionalReal(const Statement& row, int column) {
    if (row.isNull(column)) return std::nullopt;
    return row.real(column);
}

/// Runs `each` for every row of a query.
template <class Each>
Done forEachRow(Database& database, const char* sql, Each each) {
    auto rows = Statement::prepare(database, sql);
    if (!rows) return tl::unexpected(rows.error());
    for (;;) {
        const auto row = rows->next();
        if (!row) return tl::unexpected(row.error());
        if (!*row) return {};
        if (auto done = each(*rows); !done) return done;
    }
}

Result<RecordingHeader> readHeader(Database& database) {
    RecordingHeader header;
    const auto damaged = [&](const char* what) {
        return failed(what, database.file().string(), "restore it from a copy");
    };
    auto done = forEachRow(database, "SELECT key,value FROM recording", [&](const Statement& row) -> Done {
        const std::string key = row.text(0);
        if (key == "id") header.id = row.text(1);
        if (key == "protocol") header.protocol = row.text(1);
        if (key == "protocol_sha256") header.protocolHash = row.text(1);
        if (key == "simulated") header.simulated = row.text(1) != "0";
        if (key.starts_with("meta.") && key != "meta.complete") header.meta[key.substr(5)] = row.text(1);
        return {};
    });
    if (done)
        done = forEachRow(database, "SELECT id,format,site_mask,rate_mhz FROM stream ORDER BY id",
                          [&](const Statement& row) -> Done {
                              const auto format = row.integer(1);
                              if (format < 1 || format > 4 || row.integer(3) < 1 ||
                                  row.integer(3) > UINT32_MAX || row.integer(2) < 1 || row.integer(2) > 15)
                                  return damaged("a stream has a description that cannot be");
                              header.streams.push_back({static_cast<std::uint8_t>(row.integer(0)),
                                                        static_cast<RawFormat>(format),
                                                        static_cast<std::uint8_t>(row.integer(2)),
                                                        static_cast<std::uint32_t>(row.integer(3)),
                                                        {}});
                              return {};
                          });
    if (done)
        done = forEachRow(database,
                          "SELECT stream,measurand,scale,\"offset\" FROM channel ORDER BY stream,position",
                          [&](const Statement& row) -> Done {
                              for (auto& stream : header.streams) {
                                  if (stream.id != row.integer(0)) continue;
                                  stream.channels.push_back({static_cast<Measurand>(row.integer(1)),
                                                             static_cast<float>(row.real(2)),
                                                             static_cast<float>(row.real(3))});
                              }
                              return {};
                          });
    if (done)
        done = forEachRow(
            database,
            "SELECT name,area_cm2,washout_s,sensor_lag_s,transport_delay_s,flow_reference_k,flow_reference_pa"
            " FROM site ORDER BY position",
            [&](const Statement& row) -> Done {
                SiteSignals site;
                site.site = row.text(0);
                if (const auto v = optionalReal(row, 1)) site.capsule.area = SquareCentimetres{*v};
                if (const auto v = optionalReal(row, 2)) site.capsule.washout = Seconds{*v};
                if (const auto v = optionalReal(row, 3)) site.capsule.sensorLag = Seconds{*v};
                if (const auto v = optionalReal(row, 4)) site.capsule.transportDelay = Seconds{*v};
                if (!row.isNull(5) && !row.isNull(6))
                    site.flowReference = FlowReference{Kelvins{row.real(5)}, Pascals{row.real(6)}};
                header.sites.push_back(std::move(site));
                return {};
            });
    if (!done) return tl::unexpected(done.error());
    if (header.streams.empty() || header.sites.empty())
        return damaged("the recording describes no streams or no sites");
    return header;
}

} // namespace

struct RecordingReader::State {
    std::filesystem::path file;
    int version = 0;
    RecordingHeader header;
    std::int64_t lastChunk = 0;
    std::int64_t lastEvent = 0;
    std::map<std::uint8_t, std::int64_t> ticksRead; ///< of each stream
    bool joined = false;                            ///< as far as it was read
    std::optional<Database> kept; ///< of a reader of the whole, in a transaction, until it has read

    [[nodiscard]] Result<Database> connect() const { return Database::open(file, Database::Mode::ReadOnly); }
    [[nodiscard]] std::size_t tickBytes(std::int64_t stream) const {
        for (const auto& s : header.streams)
            if (s.id == stream) return s.valuesPerTick() * bytesOf(s.format);
        return 0;
    }
    /// Leaves out the ticks at the beginning that were read before the chunks were joined.
    void leaveOut(std::int64_t ticks, BlockPosition& position, TestTime& at,
                  std::span<const std::byte>& raw) const {
        for (const auto& s : header.streams) {
            if (s.id != position.stream) continue;
            const std::chrono::microseconds length{ticks * 1'000'000'000 / s.rateMilliHz};
            position.first += length;
            at += length;
        }
        position.firstIndex += static_cast<std::uint64_t>(ticks);
        position.ticks = static_cast<std::uint16_t>(position.ticks - ticks);
        raw = raw.subspan(static_cast<std::size_t>(ticks) * tickBytes(position.stream));
        position.overrunBefore = false;
    }
};

RecordingReader::RecordingReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordingReader::RecordingReader(RecordingReader&&) noexcept = default;
RecordingReader& RecordingReader::operator=(RecordingReader&&) noexcept = default;
RecordingReader::~RecordingReader() = default;

Result<RecordingReader> RecordingReader::open(const std::filesystem::path& file) {
    auto reader = openToReadOnce(file);
    if (reader) reader->state_->kept.reset();
    return reader;
}

Result<RecordingReader> RecordingReader::openToReadOnce(const std::filesystem::path& file) {
    const auto unclosed = looksLikeARecording(file);
    if (!unclosed) return tl::unexpected(unclosed.error());
    auto database = Database::open(file, Database::Mode::ReadOnly);
    if (!database) return tl::unexpected(database.error());
    // one look at the file: each statement by itself would lock it and search for its journal
    if (auto done = database->execute("BEGIN"); !done) return tl::unexpected(done.error());
    const auto application = database->integer("PRAGMA application_id");
    if (!application) {
        const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
        if (*unclosed && ::access(folder.c_str(), W_OK) != 0)
            return failed(
                "the recording was not closed by its writer, and its journal cannot be read in a folder "
                "that is not writable",
                file.string(), "copy it together with its -wal file to another folder");
        return tl::unexpected(application.error());
    }
    if (*application != applicationId)
        return failed("this is a database of another program, not a recording of Eccrine", file.string(),
                      "choose an .eccrine file");
    const auto version = database->integer("PRAGMA user_version");
    if (!version) return tl::unexpected(version.error());
    if (*version < oldestSchemaVersion || *version > schemaVersion)
        return failed("the recording has format version " + std::to_string(*version) +
                          ", this program reads versions " + std::to_string(oldestSchemaVersion) + " to " +
                          std::to_string(schemaVersion),
                      file.string(), "update Eccrine");
    auto header = readHeader(*database);
    if (!header) return tl::unexpected(header.error());
    auto state = std::make_unique<State>();
    state->file = file;
    state->version = static_cast<int>(*version);
    state->header = std::move(*header);
    state->kept = std::move(*database);
    return RecordingReader(std::move(state));
}

int RecordingReader::version() const {
    return state_->version;
}

const RecordingHeader& RecordingReader::header() const {
    return state_->header;
}

RecordingReader::Extent RecordingReader::extent() const {
    Extent extent;
    std::optional<Database> own;
    if (!state_->kept) {
        auto opened = state_->connect();
        if (!opened) return extent;
        own = std::move(*opened);
    }
    Database* const database = own ? &*own : &*state_->kept;
    const auto closed =
        database->integer("SELECT count(*) FROM recording WHERE key='meta.complete' AND value='1'");
    extent.complete = closed && *closed == 1;
    const auto last =
        database->integer("SELECT max(test_us+ticks*1000000000/rate_mhz) FROM (SELECT stream,test_us,ticks"
                          " FROM chunk ORDER BY id DESC LIMIT 32) JOIN stream ON stream.id=stream");
    if (last) extent.length = Seconds{TestClock::duration{*last}};
    return extent;
}

Result<RecordingReader::News> RecordingReader::readNew() {
    News news;
    const auto done = readNew(
        [&](const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
            news.chunks.push_back({position, at, {raw.begin(), raw.end()}});
        },
        [&](const RecordedEvent& event) { news.events.push_back(event); });
    if (!done) return tl::unexpected(done.error());
    return news;
}

Done RecordingReader::readNew(const ChunkSink& chunk, const EventSink& event) {
    State& s = *state_;
    // A connection per read: between reads nothing of ours keeps the writer from closing its journal.
    auto database = std::exchange(s.kept, std::nullopt);
    if (!database) {
        auto opened = s.connect();
        if (!opened) return tl::unexpected(opened.error());
        database = std::move(*opened);
        if (auto done = database->execute("BEGIN"); !done) return done;
    }
    const auto damaged = [&](const char* kind, std::int64_t id, const char* what) {
        return failed(std::string(kind) + " " + std::to_string(id) + " " + what, s.file.string(),
                      "the file was damaged after it was written; restore it from a copy");
    };
    const auto joined = database->integer("SELECT count(*) FROM recording WHERE key='joined'");
    if (!joined) return tl::unexpected(joined.error());
    std::map<std::uint8_t, std::int64_t> ticksRead = s.ticksRead, known;
    std::int64_t lastChunk = s.lastChunk;
    std::int64_t lastEvent = s.lastEvent;
    if (*joined != 0 && !s.joined) { // the chunks are others than those that were read: all again
        known = std::exchange(ticksRead, {});
        lastChunk = 0;
    }
    auto chunks = Statement::prepare(
        *database, "SELECT id,stream,first_index,ticks,device_us,test_us,overrun,crc32c,data"
                   " FROM chunk WHERE id>? ORDER BY id");
    if (!chunks) return tl::unexpected(chunks.error());
    chunks->bind(1, lastChunk);
    for (;;) {
        const auto row = chunks->next();
        if (!row) return tl::unexpected(row.error());
        if (!*row) break;
        lastChunk = chunks->integer(0);
        auto raw = chunks->blob(8);
        const auto ticks = chunks->integer(3);
        const std::size_t tickBytes = s.tickBytes(chunks->integer(1));
        constexpr std::int64_t farthest_us = std::int64_t{1} << 53; // three centuries; a double counts so far
        for (const int column : {2, 4, 5})
            if (chunks->integer(column) > farthest_us || chunks->integer(column) < -farthest_us)
                return damaged("chunk", lastChunk, "has a time or an index that cannot be");
        if (ticks < 1 || ticks > 0xFFFF || tickBytes == 0 ||
            raw.size() != static_cast<std::size_t>(ticks) * tickBytes)
            return damaged("chunk", lastChunk, "has the wrong length");
        BlockPosition position;
        position.stream = static_cast<std::uint8_t>(chunks->integer(1));
        position.firstIndex = static_cast<std::uint64_t>(chunks->integer(2));
        position.ticks = static_cast<std::uint16_t>(ticks);
        position.first = DeviceTime{std::chrono::microseconds{chunks->integer(4)}};
        position.overrunBefore = chunks->integer(6) != 0;
        TestTime at{std::chrono::microseconds{chunks->integer(5)}};
        if (checksumOf(position, at, raw) != chunks->integer(7))
            return damaged("chunk", lastChunk, "does not match its checksum");
        ticksRead[position.stream] += ticks;
        if (std::int64_t& old = known[position.stream]; old > 0) {
            const std::int64_t part = std::min<std::int64_t>(old, ticks);
            old -= part;
            if (part == ticks) continue;
            s.leaveOut(part, position, at, raw);
        }
        chunk(position, at, raw);
    }
    auto events = Statement::prepare(
        *database, "SELECT id,test_us,kind,site,detail,crc32c FROM event WHERE id>? ORDER BY id");
    if (!events) return tl::unexpected(events.error());
    events->bind(1, s.lastEvent);
    for (;;) {
        const auto row = events->next();
        if (!row) return tl::unexpected(row.error());
        if (!*row) break;
        lastEvent = events->integer(0);
        const RecordedEvent read{TestTime{std::chrono::microseconds{events->integer(1)}}, events->text(2),
                                 events->text(3), events->text(4)};
        if (checksumOf(read) != events->integer(5))
            return damaged("event", lastEvent, "does not match its checksum");
        event(read);
    }
    s.lastChunk = lastChunk;
    s.lastEvent = lastEvent;
    s.ticksRead = std::move(ticksRead);
    s.joined = *joined != 0;
    return {};
}

} // namespace eccrine::recording
