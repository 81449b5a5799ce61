// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/recording_writer.hpp"

#include "recording/checksum.hpp"
#include "recording/database.hpp"
#include "recording/recording_schema.hpp"
#include "recording/small_chunks.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

namespace eccrine::recording {
namespace {

void bindOptional(Statement& statement, int at, const std::optional<double>& value) {
    if (value) statement.bind(at, *value); // an unbound parameter is NULL
}

Done writeHeader(Database& database, const RecordingHeader& header) {
    auto meta = Statement::prepare(database, "INSERT INTO recording VALUES(?,?)");
    if (!meta) return tl::unexpected(meta.error());
    const auto put = [&](const std::string& key, const std::string& value) {
        return meta->bind(1, key).bind(2, value).run();
    };
    const std::pair<std::string, std::string> fixed[]{{"id", header.id},
                                                      {"protocol", header.protocol},
                                                      {"protocol_sha256", header.protocolHash},
                                                      {"simulated", header.simulated ? "1" : "0"}};
    for (const auto& [key, value] : fixed)
        if (auto done = put(key, value); !done) return done;
    for (const auto& [key, value] : header.meta)
        if (auto done = put("meta." + key, value); !done) return done;

    auto stream = Statement::prepare(database, "INSERT INTO stream VALUES(?,?,?,?)");
    auto channel = Statement::prepare(database, "INSERT INTO channel VALUES(?,?,?,?,?)");
    auto site = Statement::prepare(database, "INSERT INTO site VALUES(?,?,?,?,?,?,?,?)");
    if (!stream || !channel || !site) return tl::unexpected(database.failure());
    for (const StreamDescription& s : header.streams) {
        stream->bind(1, std::int64_t{s.id}).bind(2, static_cast<std::int64_t>(s.format));
        if (auto done = stream->bind(3, std::int64_t{s.siteMask}).bind(4, std::int64_t{s.rateMilliHz}).run();
            !done)
            return done;
        for (std::size_t i = 0; i < s.channels.size(); ++i) {
            const ChannelDescription& c = s.channels[i];
            channel->bind(1, std::int64_t{s.id}).bind(2, static_cast<std::int64_t>(i));
            channel->bind(3, static_cast<std::int64_t>(c.measurand));
            if (auto done = channel->bind(4, double{c.scale}).bind(5, double{c.offset}).run(); !done)
                return done;
        }
    }
    const auto valueOf = [](const auto& quantity) -> std::optional<double> {
        if (!quantity) return std::nullopt;
        return quantity->value;
    };
    const auto secondsOf = [](const std::optional<Seconds>& s) -> std::optional<double> {
        if (!s) return std::nullopt;
        return s->count();
    };
    for (std::size_t i = 0; i < header.sites.size(); ++i) {
        const SiteSignals& s = header.sites[i];
        site->bind(1, static_cast<std::int64_t>(i)).bind(2, s.site);
        bindOptional(*site, 3, valueOf(s.capsule.area));
        bindOptional(*site, 4, secondsOf(s.capsule.washout));
        bindOptional(*site, 5, secondsOf(s.capsule.sensorLag));
        bindOptional(*site, 6, secondsOf(s.capsule.transportDelay));
        if (s.flowReference)
            site->bind(7, s.flowReference->temperature.value).bind(8, s.flowReference->pressure.value);
        if (auto done = site->run(); !done) return done;
    }
    return {};
}

} // namespace

struct RecordingWriter::State {
    struct Pending {
        BlockPosition position;
        TestTime at{};
        std::vector<std::byte> raw;
        std::uint64_t ticks = 0;
    };
    explicit State(Database opened) : file(opened.file()), database(std::move(opened)) {}

    std::filesystem::path file;
    std::optional<Database> database; ///< none once the recording is closed
    bool reopen = false;
    std::vector<StreamDescription> streams;
    std::vector<Pending> chunks;
    std::vector<RecordedEvent> events;
    std::map<std::string, std::string> meta;

    [[nodiscard]] const StreamDescription* stream(std::uint8_t id) const {
        const auto found =
            std::find_if(streams.begin(), streams.end(), [id](const auto& s) { return s.id == id; });
        return found == streams.end() ? nullptr : &*found;
    }
    /// Whether a block belongs to a chunk that is not written yet. Within half a period, unlike RunEnd: a
    /// period may be no whole number of microseconds and the timeline corrects the device's clock by some,
    /// and what is written says where its first tick was. RunEnd joins what is stored already and must lose
    /// nothing of it; with its rule here a file would be of chunks of one block.
    [[nodiscard]] bool continues(const Pending& chunk, const BlockPosition& next, TestTime at) const {
        const StreamDescription* s = stream(next.stream);
        if (chunk.position.stream != next.stream || s == nullptr || next.overrunBefore) return false;
        if (next.firstIndex != chunk.position.firstIndex + chunk.ticks || chunk.ticks + next.ticks > 0xFFFF)
            return false;
        const double period_us = 1e9 / static_cast<double>(s->rateMilliHz);
        const double expected_us = static_cast<double>(chunk.ticks) * period_us;
        const auto actual = std::chrono::duration<double, std::micro>(at - chunk.at);
        return std::abs(actual.count() - expected_us) < 0.5 * period_us;
    }
    Done write() {
        auto chunk = ChunkInsert::prepare(*database);
        auto event = Statement::prepare(
            *database, "INSERT INTO event(test_us,kind,site,detail,crc32c) VALUES(?,?,?,?,?)");
        auto put = Statement::prepare(
            *database,
            "INSERT INTO recording VALUES(?,?) ON CONFLICT(key) DO UPDATE SET value=excluded.value");
        if (!chunk || !event || !put) return tl::unexpected(database->failure());
        for (const Pending& p : chunks) {
            BlockPosition whole = p.position;
            whole.ticks = static_cast<std::uint16_t>(p.ticks);
            if (auto done = chunk->add(whole, p.at, p.raw); !done) return done;
        }
        for (const RecordedEvent& e : events) {
            event->bind(1, std::int64_t{e.at.time_since_epoch().count()}).bind(2, e.kind).bind(3, e.site);
            if (auto done = event->bind(4, e.detail).bind(5, checksumOf(e)).run(); !done) return done;
        }
        for (const auto& [key, value] : meta)
            if (auto done = put->bind(1, key).bind(2, value).run(); !done) return done;
        return {};
    }
};

RecordingWriter::RecordingWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
RecordingWriter::RecordingWriter(RecordingWriter&&) noexcept = default;
RecordingWriter& RecordingWriter::operator=(RecordingWriter&&) noexcept = default;
RecordingWriter::~RecordingWriter() = default;

Result<RecordingWriter> RecordingWriter::create(const std::filesystem::path& file,
                                                const RecordingHeader& header) {
    std::error_code error;
    if (std::filesystem::exists(file, error))
        return failed("a file of this name exists already", file.string(), "choose another name",
                      Failure::Kind::Call);
    auto database = Database::open(file, Database::Mode::Create);
    if (!database) return tl::unexpected(database.error());
    const auto prepare = [&]() -> Done {
        // 100 ms of four sites are about 4 kB: in pages of 4 kB nearly half of the file would be empty.
        for (const char* sql :
             {setPageSize, "PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL", "BEGIN IMMEDIATE"})
            if (auto done = database->execute(sql); !done) return done;
        if (auto done = createTables(*database); !done) return done;
        if (auto done = writeHeader(*database, header); !done) return done;
        return database->execute("COMMIT");
    };
    if (auto done = prepare(); !done) {
        const Failure failure = done.error();
        database = failed(""); // closes
        for (const char* suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(file.string() + suffix, error);
        return tl::unexpected(failure);
    }
    auto state = std::make_unique<State>(std::move(*database));
    state->streams = header.streams;
    return RecordingWriter(std::move(state));
}

void RecordingWriter::add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
    auto& chunks = state_->chunks;
    // the newest pending chunk of this stream, if the block continues it
    const auto last = std::find_if(chunks.rbegin(), chunks.rend(),
                                   [&](const auto& c) { return c.position.stream == position.stream; });
    if (last != chunks.rend() && state_->continues(*last, position, at)) {
        last->raw.insert(last->raw.end(), raw.begin(), raw.end());
        last->ticks += position.ticks;
        return;
    }
    chunks.push_back({position, at, {raw.begin(), raw.end()}, position.ticks});
}

void RecordingWriter::add(const RecordedEvent& event) {
    state_->events.push_back(event);
}

void RecordingWriter::setMeta(const std::string& key, const std::string& value) {
    state_->meta["meta." + key] = value;
}

Done RecordingWriter::commit() {
    State& s = *state_;
    if (s.chunks.empty() && s.events.empty() && s.meta.empty()) return {};
    if (!s.database) return failed("the recording is closed", s.file.string(), "");
    if (s.reopen) {
        auto again = Database::open(s.file, Database::Mode::ReadWrite);
        if (!again) return tl::unexpected(again.error());
        s.database = std::move(*again);
        if (auto done = s.database->execute("PRAGMA synchronous=FULL"); !done) return done;
        s.reopen = false;
    }
    Done done = s.database->execute("BEGIN IMMEDIATE");
    if (done) done = s.write();
    if (done) done = s.database->execute("COMMIT");
    if (!done) {
        // After a failed write or fsync the connection's view of the file is not to be trusted: roll back,
        // open anew.
        static_cast<void>(s.database->execute("ROLLBACK"));
        s.reopen = true;
        return done;
    }
    s.chunks.clear();
    s.events.clear();
    s.meta.clear();
    return {};
}

Done RecordingWriter::close() {
    State& s = *state_;
    if (!s.database) return {};
    s.meta["meta.complete"] = "1";
    if (auto done = commit(); !done) return done;
    // Readers open the file for the length of a read only; wait for them, then make it one file.
    sqlite3_busy_timeout(s.database->handle(), 0);
    constexpr int tries = 100;
    Result<std::int64_t> busy = 1;
    for (int i = 0; i < tries; ++i) {
        busy = s.database->integer("PRAGMA wal_checkpoint(TRUNCATE)");
        if (busy && *busy == 0 && s.database->execute("PRAGMA journal_mode=DELETE")) {
            s.database.reset();
            joinSmallChunks(s.file);
            return {};
        }
        sqlite3_sleep(20);
    }
    if (!busy) return tl::unexpected(busy.error());
    return failed("the recording is complete, but another program keeps its journal open", s.file.string(),
                  "keep the -wal file beside it until that program has closed it");
}

const std::filesystem::path& RecordingWriter::file() const {
    return state_->file;
}

std::size_t RecordingWriter::pendingBytes() const {
    std::size_t sum = 0;
    for (const auto& chunk : state_->chunks)
        sum += chunk.raw.size();
    return sum;
}

} // namespace eccrine::recording
