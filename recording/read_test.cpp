// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/content_hash.hpp"
#include "recording/csv_reader.hpp"
#include "recording/recording_reader.hpp"

#include <array>
#include <fstream>
#include <string_view>

namespace eccrine::recording {
namespace {

/// docs/formats/recording.md, "The hash".
void add(ContentHash& hash, const RecordingHeader& header) {
    hash.add(std::string_view("ECCRINE-RECORDING-1"))
        .add(std::string_view(header.id))
        .add(std::string_view(header.protocol));
    hash.add(std::string_view(header.protocolHash)).add(std::int64_t{header.simulated});
    hash.add(static_cast<std::int64_t>(header.meta.size()));
    for (const auto& [key, value] : header.meta)
        hash.add(std::string_view(key)).add(std::string_view(value));
    hash.add(static_cast<std::int64_t>(header.streams.size()));
    for (const StreamDescription& s : header.streams) {
        hash.add(std::int64_t{s.id}).add(static_cast<std::int64_t>(s.format)).add(std::int64_t{s.siteMask});
        hash.add(std::int64_t{s.rateMilliHz}).add(static_cast<std::int64_t>(s.channels.size()));
        for (const ChannelDescription& c : s.channels)
            hash.add(static_cast<std::int64_t>(c.measurand)).add(double{c.scale}).add(double{c.offset});
    }
    hash.add(static_cast<std::int64_t>(header.sites.size()));
    for (const SiteSignals& s : header.sites) {
        hash.add(std::string_view(s.site));
        const auto optional = [&](const std::optional<double>& v) {
            hash.add(std::int64_t{v.has_value()});
            if (v) hash.add(*v);
        };
        optional(s.capsule.area ? std::optional(s.capsule.area->value) : std::nullopt);
        optional(s.capsule.washout ? std::optional(s.capsule.washout->count()) : std::nullopt);
        optional(s.capsule.sensorLag ? std::optional(s.capsule.sensorLag->count()) : std::nullopt);
        optional(s.capsule.transportDelay ? std::optional(s.capsule.transportDelay->count()) : std::nullopt);
        optional(s.flowReference ? std::optional(s.flowReference->temperature.value) : std::nullopt);
        optional(s.flowReference ? std::optional(s.flowReference->pressure.value) : std::nullopt);
    }
}

void add(ContentHash& hash, const RecordingReader::News& news) {
    for (const Chunk& c : news.chunks) {
        hash.add(std::int64_t{c.position.stream}).add(static_cast<std::int64_t>(c.position.firstIndex));
        hash.add(std::int64_t{c.position.ticks})
            .add(std::int64_t{c.position.first.time_since_epoch().count()});
        hash.add(std::int64_t{c.at.time_since_epoch().count()}).add(std::int64_t{c.position.overrunBefore});
        hash.add(std::span<const std::byte>(c.raw));
    }
    for (const RecordedEvent& e : news.events) {
        hash.add(std::int64_t{e.at.time_since_epoch().count()}).add(std::string_view(e.kind));
        hash.add(std::string_view(e.site)).add(std::string_view(e.detail));
    }
}

bool startsLikeSqlite(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::array<char, 15> head{};
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    return std::string_view(head.data(), static_cast<std::size_t>(in.gcount())) == "SQLite format 3";
}

Result<RecordedTest> readRecording(const std::filesystem::path& file) {
    auto reader = RecordingReader::open(file);
    if (!reader) return tl::unexpected(reader.error());
    const auto news = reader->readNew();
    if (!news) return tl::unexpected(news.error());
    CurveAssembler curves(reader->header());
    curves.add(*news);
    ContentHash hash;
    add(hash, reader->header());
    add(hash, *news);
    RecordedTest test = curves.take();
    test.sourceFile = file.string();
    test.sha256 = hash.hex();
    test.interrupted = !reader->complete();
    test.meta["id"] = reader->header().id;
    test.meta["protocol_sha256"] = reader->header().protocolHash;
    return test;
}

} // namespace

Result<RecordedTest> readTest(const std::filesystem::path& file) {
    std::error_code error;
    if (std::filesystem::is_regular_file(file, error) && !startsLikeSqlite(file) &&
        file.extension() != ".eccrine")
        return readCsv(file);
    return readRecording(file);
}

} // namespace eccrine::recording
