// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/recording_reader.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#if defined(__linux__)
#include <sys/mman.h>
#endif
#include <utility>

namespace eccrine::recording {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// A gap is filled with missing samples so that curves break there; a longer one gets one at each end.
constexpr double longestFilledGap_us = 60e6;

/// One channel of a run of ticks, decoded as it is read: a vector takes it in without being filled with zeros
/// before. The same arithmetic in the same order as physicalValue(), with the format known to the compiler: a
/// whole recording is five million of these.
template <RawFormat F>
class Decoded {
public:
    using iterator_category = std::random_access_iterator_tag; // as far as std::vector::insert() needs it
    using value_type = double;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = double;

    struct Scaling {
        double scale, zero, factor, least, most;
    };
    Decoded(const std::byte* from, std::size_t stride, const Scaling& scaling)
        : from_(from), stride_(static_cast<difference_type>(stride)), s_(scaling) {}
    double operator*() const {
        const std::int32_t word = rawWord(from_, F);
        double raw = static_cast<double>(word);
        if constexpr (F == RawFormat::F32) raw = static_cast<double>(std::bit_cast<float>(word));
        const double value = (raw * s_.scale + s_.zero) * s_.factor;
        return value >= s_.least && value <= s_.most ? value : missing; // NaN is missing, too
    }
    Decoded& operator++() {
        from_ += stride_;
        return *this;
    }
    Decoded& operator--() {
        from_ -= stride_;
        return *this;
    }
    Decoded& operator+=(difference_type ticks) {
        from_ += ticks * stride_;
        return *this;
    }
    friend difference_type operator-(const Decoded& a, const Decoded& b) {
        return (a.from_ - b.from_) / a.stride_;
    }
    friend bool operator==(const Decoded& a, const Decoded& b) { return a.from_ == b.from_; }

private:
    const std::byte* from_;
    difference_type stride_;
    Scaling s_;
};

/// Makes room without giving up doubling: resize() to the exact size would move a live curve at every chunk.
void grow(std::vector<double>& values, std::size_t by) {
    const std::size_t needed = values.size() + by;
    if (needed > values.capacity()) values.reserve(std::max(needed, 2 * values.capacity()));
}

/// Half of the time to read a recording would go into page faults of fresh memory: asks for large pages. A
/// hint; where the system has none, nothing changes.
void reserveInLargePages(std::vector<double>& values, std::size_t count) {
    values.reserve(count);
#if defined(__linux__)
    constexpr std::size_t page = 4096, worthAsking = 256U << 10U; // bytes; below, asking takes as long
    void* from = values.data();
    std::size_t length = values.capacity() * sizeof(double);
    if (length >= worthAsking && std::align(page, page, from, length) != nullptr)
        static_cast<void>(::madvise(from, length / page * page, MADV_HUGEPAGE));
#endif
}

} // namespace

CurveAssembler::CurveAssembler(const RecordingHeader& header) {
    test_.protocol = header.protocol;
    test_.simulated = header.simulated;
    test_.meta = header.meta;
    test_.sites = header.sites;
    std::vector<std::pair<std::size_t, bool>> taken; // time bases: site, fast
    for (const StreamDescription& description : header.streams) {
        Stream stream;
        stream.description = description;
        describe(stream, taken);
        streams_.push_back(std::move(stream));
    }
}

void CurveAssembler::describe(Stream& stream, std::vector<std::pair<std::size_t, bool>>& taken) {
    const auto columnOf = [](Measurand measurand) -> Column {
        constexpr double any = std::numeric_limits<double>::max();
        Column c;
        const auto current = [&](std::vector<double> CurrentSignals::*to, double most) {
            c.current = to;
            c.factor = 1e-3;
            c.least = -most;
            c.most = most;
        };
        const auto gas = [&](std::vector<double> HumiditySignals::*to, double least, double most) {
            c.humidity = to;
            c.least = least;
            c.most = most;
        };
        switch (measurand) {
        case Measurand::AnodeCurrent:
            current(&CurrentSignals::current_ma, 30.0);
            break;
        case Measurand::Voltage:
            current(&CurrentSignals::voltage_v, 120.0);
            break;
        case Measurand::HumidityIn:
            gas(&HumiditySignals::humidityIn_pct, -5.0, 105.0);
            break;
        case Measurand::TemperatureIn:
            gas(&HumiditySignals::temperatureIn_c, -20.0, 80.0);
            break;
        case Measurand::HumidityOut:
            gas(&HumiditySignals::humidityOut_pct, -5.0, 105.0);
            break;
        case Measurand::TemperatureOut:
            gas(&HumiditySignals::temperatureOut_c, -20.0, 80.0);
            break;
        case Measurand::Flow:
            gas(&HumiditySignals::flow_sccm, -any, any);
            break;
        case Measurand::Pressure:
            gas(&HumiditySignals::pressure_kpa, -any, any);
            break;
        case Measurand::CathodeCurrent:
            break; // stays in the raw data; leakage is the interlock's business
        }
        return c;
    };
    const StreamDescription& d = stream.description;
    const std::size_t width = bytesOf(d.format);
    stream.tickBytes = d.valuesPerTick() * width;
    stream.period_us = 1e9 / static_cast<double>(d.rateMilliHz);
    std::size_t offset = 0;
    for (std::size_t site = 0; site < maxSites; ++site) {
        if (((d.siteMask >> site) & 1U) == 0) continue;
        Base fast{site, true, {}, {}, 0};
        Base slow{site, false, {}, {}, 0};
        for (const ChannelDescription& channel : d.channels) {
            Column column = columnOf(channel.measurand);
            column.offset = offset;
            column.scale = static_cast<double>(channel.scale);
            column.zero = static_cast<double>(channel.offset);
            offset += width;
            if (column.current == nullptr && column.humidity == nullptr) continue;
            Base& base = column.current != nullptr ? fast : slow;
            const bool twice = std::any_of(base.columns.begin(), base.columns.end(), [&](const Column& c) {
                return c.current == column.current && c.humidity == column.humidity;
            });
            if (!twice) base.columns.push_back(column);
            if (channel.measurand == Measurand::Flow && site < test_.sites.size() &&
                !test_.sites[site].flowReference)
                test_.sites[site].flowReference =
                    FlowReference{}; // EFP/1 states sccm at 0 °C and 101.325 kPa
        }
        if (site >= test_.sites.size()) continue;
        for (Base* base : {&fast, &slow}) {
            if (base->columns.empty()) continue;
            const std::pair key{site, base->fast};
            if (std::find(taken.begin(), taken.end(), key) != taken.end()) {
                test_.remarks.push_back("Stream " + std::to_string(d.id) + " carries " +
                                        (base->fast ? "current" : "gas") + " readings of " +
                                        test_.sites[site].site +
                                        " on a second time base, which were not used.");
                continue;
            }
            taken.push_back(key);
            stream.bases.push_back(std::move(*base));
        }
    }
}

std::vector<double>& CurveAssembler::timeOf(const Base& base) {
    SiteSignals& site = test_.sites[base.site];
    return base.fast ? site.current.time_s : site.humidity.time_s;
}

std::vector<double>& CurveAssembler::valuesOf(const Base& base, const Column& column) {
    SiteSignals& site = test_.sites[base.site];
    return column.current != nullptr ? site.current.*column.current : site.humidity.*column.humidity;
}

void CurveAssembler::bound(std::size_t mostValues) {
    bounded_.emplace(mostValues);
    most_ = mostValues;
    for (Stream& stream : streams_)
        for (Base& base : stream.bases) {
            std::vector<KnownColumn> columns;
            for (const Column& c : base.columns)
                columns.push_back({c.humidity, c.current});
            base.number = bounded_->addBase(base.site, std::move(columns));
        }
}

RecordedTest CurveAssembler::take() {
    if (bounded_) {
        bounded_->finish(test_.sites);
        for (std::string& remark : bounded_->remarks(test_.sites))
            test_.remarks.push_back(std::move(remark));
    }
    if (const auto pauses = test_.meta.find("delivery.pauses"); pauses != test_.meta.end())
        test_.remarks.push_back("The stimulation was paused " + pauses->second +
                                (pauses->second == "1" ? " time." : " times."));
    if (const auto confirmed = test_.meta.find("preset.confirmed"); confirmed != test_.meta.end())
        test_.remarks.push_back("A soft limit was crossed and confirmed: " + confirmed->second + ".");
    return std::move(test_);
}

void CurveAssembler::reserve(Seconds length) {
    for (const Stream& stream : streams_) {
        // a second more: the last chunk and the reader's estimate
        auto ticks = static_cast<std::size_t>(std::max(0.0, (length.count() + 1.0) * 1e6 / stream.period_us));
        if (bounded_) ticks = std::min(ticks, most_ / 2); // a time and a reading
        for (const Base& base : stream.bases) {
            reserveInLargePages(timeOf(base), ticks);
            for (const Column& column : base.columns)
                reserveInLargePages(valuesOf(base, column), ticks);
        }
    }
}

void CurveAssembler::append(Stream& stream, Base& base, const BlockPosition& position, TestTime at,
                            std::span<const std::byte> raw) {
    // Whole microseconds divided once: a time prints as the decimal it is, and two streams meet exactly.
    const auto first_us = static_cast<double>(at.time_since_epoch().count());
    const auto secondsAt = [&](double us) { return us / 1e6; };
    // Time never goes back within a stream: what a device repeats is dropped here and counted by the session.
    if (base.last_s && secondsAt(first_us) <= *base.last_s) return;

    const bool reduced = bounded_ && bounded_->reduced(base.number);
    if (reduced) {
        chunkTime_.clear();
        chunk_.resize(base.columns.size());
        for (std::vector<double>& column : chunk_)
            column.clear();
    }
    std::vector<double>& time = reduced ? chunkTime_ : timeOf(base);
    std::size_t gap = 0;
    if (base.last_s && position.firstIndex != stream.nextIndex) {
        const double from_us = *base.last_s * 1e6 + stream.period_us;
        if (first_us - from_us > longestFilledGap_us) {
            time.push_back(secondsAt(from_us));
            time.push_back(secondsAt(first_us - stream.period_us));
            gap = 2;
        } else {
            for (double t = from_us; t < first_us - 0.5 * stream.period_us;
                 t = from_us + static_cast<double>(gap) * stream.period_us) {
                time.push_back(secondsAt(t));
                ++gap;
            }
        }
    }
    const std::size_t ticks = position.ticks;
    grow(time, ticks);
    if (stream.times.empty()) { // the first of the sites, which share them
        stream.times.resize(ticks);
        for (std::size_t k = 0; k < ticks; ++k)
            stream.times[k] = secondsAt(first_us + static_cast<double>(k) * stream.period_us);
    }
    time.insert(time.end(), stream.times.begin(), stream.times.end());

    if (!time.empty()) base.last_s = time.back();

    for (std::size_t i = 0; i < base.columns.size(); ++i) {
        const Column& c = base.columns[i];
        std::vector<double>& values = reduced ? chunk_[i] : valuesOf(base, c);
        grow(values, gap + ticks);
        values.insert(values.end(), gap, missing);
        const auto with = [&]<RawFormat F>() {
            const Decoded<F> first(raw.data() + c.offset, stream.tickBytes,
                                   {c.scale, c.zero, c.factor, c.least, c.most});
            Decoded<F> end = first;
            values.insert(values.end(), first, end += static_cast<std::ptrdiff_t>(ticks));
        };
        switch (stream.description.format) {
        case RawFormat::I16:
            with.template operator()<RawFormat::I16>();
            break;
        case RawFormat::I24:
            with.template operator()<RawFormat::I24>();
            break;
        case RawFormat::I32:
            with.template operator()<RawFormat::I32>();
            break;
        case RawFormat::F32:
            with.template operator()<RawFormat::F32>();
            break;
        }
    }
    if (!bounded_) return;
    if (!reduced) {
        bounded_->grew(test_.sites, base.number);
        return;
    }
    std::vector<std::span<const double>> columns(chunk_.begin(), chunk_.end());
    bounded_->add(test_.sites, base.number, chunkTime_, columns);
}

void CurveAssembler::add(const BlockPosition& position, TestTime at, std::span<const std::byte> raw) {
    const auto found = std::find_if(streams_.begin(), streams_.end(),
                                    [&](const Stream& s) { return s.description.id == position.stream; });
    if (found == streams_.end() || raw.size() != position.ticks * found->tickBytes) return;
    found->times.clear();
    for (Base& base : found->bases)
        append(*found, base, position, at, raw);
    found->nextIndex = position.firstIndex + position.ticks;
}

void CurveAssembler::add(const RecordedEvent& event) {
    const Seconds at = std::chrono::duration<double>(event.at.time_since_epoch());
    if (event.kind == "stimulus_start" && !test_.stimulusStart) test_.stimulusStart = at;
    if (event.kind == "stimulus_stop") test_.stimulusStop = at;
    test_.events.push_back({at, event.kind, event.site, event.detail});
}

void CurveAssembler::add(const RecordingReader::News& news) {
    for (const Chunk& chunk : news.chunks)
        add(chunk.position, chunk.at, chunk.raw);
    for (const RecordedEvent& event : news.events)
        add(event);
}

} // namespace eccrine::recording
