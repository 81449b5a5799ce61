// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/chunk_runs.hpp"
#include "recording/csv_reader.hpp"
#include "recording/recording_hash.hpp"
#include "recording/recording_keys.hpp"
#include "recording/recording_reader.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>

namespace eccrine::recording {
namespace {

constexpr Seconds longestReserved{7200}; ///< a damaged time must not ask for all memory

bool namedLikeEdf(const std::filesystem::path& file) {
    std::string ending = file.extension().string();
    for (char& c : ending)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return ending == ".edf" || ending == ".bdf";
}

bool startsLikeSqlite(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::array<char, 15> head{};
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    return std::string_view(head.data(), static_cast<std::size_t>(in.gcount())) == "SQLite format 3";
}

/// What the recording says about its sensors, into the sites.
void applyAccuracy(RecordedTest& test) {
    RecordingKeys keys;
    for (auto at = test.meta.begin(); at != test.meta.end();) {
        if (!isAccuracyKey(at->first)) {
            ++at;
            continue;
        }
        try {
            keys.set(at->first, at->second);
        } catch (const KeyRefusal& refusal) {
            test.remarks.push_back("The key " + at->first + " was not used: " + refusal.what + ".");
        }
        at = test.meta.erase(at);
    }
    try {
        keys.applyTo(test);
    } catch (const KeyRefusal& refusal) {
        test.remarks.push_back("Accuracies of the sensors were not used: " + refusal.what + ".");
    }
}

Result<RecordedTest> readRecording(const std::filesystem::path& file, std::size_t mostValues) {
    auto reader = RecordingReader::openToReadOnce(file);
    if (!reader) return tl::unexpected(reader.error());
    // Asked before reading: a writer that closes meanwhile must not make a part look like the whole.
    const auto extent = reader->extent();
    CurveAssembler curves(reader->header());
    curves.bound(mostValues);
    curves.reserve(std::min(extent.length, longestReserved));
    ChunkRuns runs(reader->header().streams,
                   [&](const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
                       curves.add(position, at, raw);
                   });
    RecordingHash hash(reader->header(), reader->version());
    const auto done = reader->readNew(
        [&](const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
            hash.add(position, at, raw);
            runs.add(position, at, raw);
        },
        [&](const RecordedEvent& event) {
            hash.add(event);
            curves.add(event);
        });
    if (!done) return tl::unexpected(done.error());
    runs.finish();
    if (curves.tooLong())
        return failed("the recording is too long to be read as a whole, even at 4 readings a second",
                      file.string(), "export it in parts");
    RecordedTest test = curves.take();
    applyAccuracy(test);
    test.sourceFile = file.string();
    test.sha256 = hash.hex();
    test.interrupted = !extent.complete;
    test.meta["id"] = reader->header().id;
    test.meta["protocol_sha256"] = reader->header().protocolHash;
    return test;
}

} // namespace

Result<RecordedTest> readTest(const std::filesystem::path& file, const ReadingSettings& settings) {
    std::error_code error;
    const bool named = file.extension() == ".eccrine";
    const auto status = std::filesystem::status(file, error);
    if (std::filesystem::is_regular_file(status)) {
        if (startsLikeEdf(file)) return readEdf(file, settings);
        if (namedLikeEdf(file))
            return failed("this is no EDF or BDF file, whatever its name says", file.string(),
                          "choose another file, or get a fresh copy of it");
        if (!startsLikeSqlite(file) && !named) return readCsv(file, settings);
    }
    // of a pipe nothing can be read twice: it is what a program writes line by line
    if (std::filesystem::is_fifo(status) && !named) return readCsv(file, settings);
    return readRecording(file, settings.mostValues);
}

} // namespace eccrine::recording
