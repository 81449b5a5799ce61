// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/latch_book.hpp"

#include "core/crc32c.hpp"
#include "recording/durable_file.hpp"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <span>
#include <system_error>
#include <utility>

namespace eccrine::acquisition {
namespace {

using Json = nlohmann::ordered_json;

std::uint32_t checksumOf(const Json& latches) {
    const std::string text = latches.dump();
    return crc32c(std::as_bytes(std::span(text)));
}

} // namespace

LatchBook::LatchBook(std::filesystem::path file) : file_(std::move(file)) {
    if (const Done done = load(); !done)
        unreadable_ = Latch{"It is not known how the last test ended: " + done.error().sentence(), {}, {}};
}

Done LatchBook::load() {
    std::error_code error;
    const bool there = std::filesystem::exists(file_, error);
    if (!error && !there) return {};
    std::ifstream in(file_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const Json book = Json::parse(text, nullptr, false);
    const auto damaged =
        failed("the book of latched instruments is damaged or cannot be read", file_.string());
    try {
        const Json& latches = book.at("latches");
        if (book.at("schema") != 1 || book.at("crc32c") != checksumOf(latches)) return damaged;
        for (const auto& [serial, entry] : latches.items())
            latches_[serial] = {
                entry.at("sentence"), entry.at("recording"),
                WallTime{std::chrono::milliseconds{entry.at("since_ms").get<std::int64_t>()}}};
    } catch (const Json::exception&) {
        latches_.clear();
        return damaged;
    }
    return {};
}

std::optional<Latch> LatchBook::of(const std::string& serial) const {
    const auto found = latches_.find(serial);
    if (found != latches_.end()) return found->second;
    return unreadable_;
}

Done LatchBook::set(const std::string& serial, Latch latch) {
    latches_[serial] = std::move(latch);
    return store(latches_);
}

Done LatchBook::release(const std::string& serial) {
    if (!of(serial)) return {};
    auto rest = latches_;
    rest.erase(serial);
    if (auto done = store(rest); !done) return done;
    latches_ = std::move(rest);
    unreadable_.reset(); // the file is whole again
    return {};
}

Done LatchBook::store(const std::map<std::string, Latch>& latches) const {
    std::error_code error;
    std::filesystem::create_directories(file_.parent_path(), error); // what is wrong, create() says
    Json entries = Json::object();
    for (const auto& [serial, latch] : latches)
        entries[serial] = {{"sentence", latch.sentence},
                           {"recording", latch.recordingId},
                           {"since_ms", latch.since.time_since_epoch().count()}};
    auto out = recording::DurableFile::create(file_, true);
    if (!out) return tl::unexpected(out.error());
    const Json book{{"schema", 1}, {"crc32c", checksumOf(entries)}, {"latches", entries}};
    if (auto done = out->write(book.dump(2) + "\n"); !done) return done;
    return out->finish();
}

} // namespace eccrine::acquisition
