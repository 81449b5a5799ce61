// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/latch_book.hpp"

#include "core/crc32c.hpp"
#include "recording/durable_file.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <system_error>
#include <utility>

namespace eccrine::acquisition {
namespace {

using Json = nlohmann::ordered_json;

std::uint32_t checksumOf(const Json& kept) {
    const std::string text = kept.dump(-1, ' ', false, Json::error_handler_t::replace);
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
        const Json& kept = book.at("kept");
        if (book.at("schema") != 1 || book.at("crc32c") != checksumOf(kept)) return damaged;
        if (const Json& unknown = kept.at("unknown"); !unknown.is_null())
            unreadable_ = Latch{unknown.get<std::string>(), {}, {}};
        for (const auto& serial : kept.at("released"))
            released_.insert(serial.get<std::string>());
        for (const auto& [serial, entry] : kept.at("latches").items())
            latches_[serial] = {
                entry.at("sentence"), entry.at("recording"),
                WallTime{std::chrono::milliseconds{entry.at("since_ms").get<std::int64_t>()}}};
        if (const auto ports = kept.find("ports"); ports != kept.end()) // books of before have none
            for (const Json& port : *ports)
                ports_.push_back({port.at("name"), port.at("serial")});
    } catch (const Json::exception&) {
        latches_.clear();
        ports_.clear();
        released_.clear();
        return damaged;
    }
    return {};
}

std::optional<Latch> LatchBook::of(const std::string& serial) const {
    const auto found = latches_.find(serial);
    if (found != latches_.end()) return found->second;
    return released_.contains(serial) ? std::nullopt : unreadable_;
}

Done LatchBook::set(const std::string& serial, Latch latch) {
    latches_[serial] = std::move(latch);
    return store(latches_, released_);
}

Done LatchBook::release(const std::string& serial) {
    if (!of(serial)) return {};
    auto rest = latches_;
    rest.erase(serial);
    auto released = released_;
    if (unreadable_) released.insert(serial); // of the others it is still not known
    if (auto done = store(rest, released); !done) return done;
    latches_ = std::move(rest);
    released_ = std::move(released);
    return {};
}

std::string LatchBook::connected(const std::string& port, const std::string& serial) {
    const auto found =
        std::find_if(ports_.begin(), ports_.end(), [&port](const Port& p) { return p.name == port; });
    std::string before;
    if (found != ports_.end()) {
        if (found->serial == serial) return {};
        before = found->serial;
        ports_.erase(found);
    }
    ports_.push_back({port, serial});
    if (ports_.size() > mostPorts) ports_.pop_front();
    static_cast<void>(store(latches_, released_)); // otherwise it is asked for once more the next time
    return before;
}

Done LatchBook::store(const std::map<std::string, Latch>& latches,
                      const std::set<std::string>& released) const {
    std::error_code error;
    std::filesystem::create_directories(file_.parent_path(), error); // what is wrong, create() says
    Json entries = Json::object();
    for (const auto& [serial, latch] : latches)
        entries[serial] = {{"sentence", latch.sentence},
                           {"recording", latch.recordingId},
                           {"since_ms", latch.since.time_since_epoch().count()}};
    Json ports = Json::array();
    for (const Port& port : ports_)
        ports.push_back({{"name", port.name}, {"serial", port.serial}});
    auto out = recording::DurableFile::create(file_, true);
    if (!out) return tl::unexpected(out.error());
    const Json kept{{"unknown", unreadable_ ? Json(unreadable_->sentence) : Json(nullptr)},
                    {"released", released},
                    {"latches", entries},
                    {"ports", ports}};
    const Json book{{"schema", 1}, {"crc32c", checksumOf(kept)}, {"kept", kept}};
    if (auto done = out->write(book.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"); !done)
        return done;
    return out->finish();
}

} // namespace eccrine::acquisition
