// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/recording_hash.hpp"

#include <algorithm>
#include <optional>

namespace eccrine::recording {
namespace {

void addHeader(ContentHash& hash, const RecordingHeader& header) {
    hash.add(std::string_view(header.id)).add(std::string_view(header.protocol));
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

} // namespace

RecordingHash::RecordingHash(const RecordingHeader& header, int version)
    : inRuns_(version > 1), streams_(header.streams.begin(), header.streams.end()) {
    hash_.add(std::string_view(inRuns_ ? "ECCRINE-RECORDING-2" : "ECCRINE-RECORDING-1"));
    addHeader(hash_, header);
}

void RecordingHash::add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
    const std::int64_t device_us = position.first.time_since_epoch().count();
    const std::int64_t test_us = at.time_since_epoch().count();
    if (!inRuns_) {
        hash_.add(std::int64_t{position.stream}).add(static_cast<std::int64_t>(position.firstIndex));
        hash_.add(std::int64_t{position.ticks}).add(device_us);
        hash_.add(test_us).add(std::int64_t{position.overrunBefore});
        hash_.add(raw);
        return;
    }
    const auto stream = std::find_if(streams_.begin(), streams_.end(),
                                     [&](const Stream& s) { return s.id == position.stream; });
    if (stream == streams_.end()) return; // no reader gives a chunk of another stream, or one after events
    if (!stream->end.continuedBy(position, at)) {
        if (stream->ticks > 0) stream->hash.add(stream->ticks);
        stream->ticks = 0;
        stream->hash.add(static_cast<std::int64_t>(position.firstIndex)).add(device_us);
        stream->hash.add(test_us).add(std::int64_t{position.overrunBefore});
    }
    stream->hash.addBare(raw);
    stream->ticks += position.ticks;
    stream->end.after(position, at);
}

void RecordingHash::finishSamples() {
    for (Stream& stream : streams_) {
        if (stream.ticks > 0) stream.hash.add(stream.ticks);
        if (inRuns_) hash_.add(std::string_view(stream.hash.hex()));
    }
    streams_.clear();
}

void RecordingHash::add(const RecordedEvent& event) {
    finishSamples();
    hash_.add(std::int64_t{event.at.time_since_epoch().count()}).add(std::string_view(event.kind));
    hash_.add(std::string_view(event.site)).add(std::string_view(event.detail));
}

std::string RecordingHash::hex() {
    finishSamples();
    return hash_.hex();
}

} // namespace eccrine::recording
