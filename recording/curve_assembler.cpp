// SPDX-License-Identifier: GPL-3.0-or-later
#include "recording/recording_reader.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace eccrine::recording {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();
// A gap is filled with missing samples so that curves break there; a longer one gets one at each end.
constexpr double longestFilledGap_s = 60.0;

double seconds(TestTime t) {
    return std::chrono::duration<double>(t.time_since_epoch()).count();
}

/// Where a channel's values go, and what turns the channel's unit into that column's.
struct Column {
    std::vector<double>* values = nullptr;
    double factor = 1.0;
    double least = 0.0, most = 0.0; ///< outside: the sensor is broken, the sample missing (SR-20)
};

Column columnOf(Measurand measurand, SiteSignals& site) {
    constexpr double any = std::numeric_limits<double>::infinity();
    switch (measurand) {
    case Measurand::AnodeCurrent:
        return {&site.current.current_ma, 1e-3, -30.0, 30.0};
    case Measurand::Voltage:
        return {&site.current.voltage_v, 1e-3, -120.0, 120.0};
    case Measurand::HumidityIn:
        return {&site.humidity.humidityIn_pct, 1.0, -5.0, 105.0};
    case Measurand::TemperatureIn:
        return {&site.humidity.temperatureIn_c, 1.0, -20.0, 80.0};
    case Measurand::HumidityOut:
        return {&site.humidity.humidityOut_pct, 1.0, -5.0, 105.0};
    case Measurand::TemperatureOut:
        return {&site.humidity.temperatureOut_c, 1.0, -20.0, 80.0};
    case Measurand::Flow:
        return {&site.humidity.flow_sccm, 1.0, -any, any};
    case Measurand::Pressure:
        return {&site.humidity.pressure_kpa, 1.0, -any, any};
    case Measurand::CathodeCurrent:
        break; // stays in the raw data; leakage is the interlock's business
    }
    return {};
}

bool isCurrentStream(const StreamDescription& stream) {
    return std::any_of(stream.channels.begin(), stream.channels.end(),
                       [](const auto& c) { return c.measurand == Measurand::AnodeCurrent; });
}

template <RawFormat F>
void appendColumn(const std::byte* first, std::size_t ticks, std::size_t stride, const ChannelDescription& c,
                  const Column& to) {
    auto& values = *to.values;
    const std::size_t before = values.size();
    values.resize(before + ticks);
    double* out = values.data() + before;
    for (std::size_t k = 0; k < ticks; ++k) {
        const double value = physicalValue(rawWord(first + k * stride, F), F, c) * to.factor;
        out[k] = value >= to.least && value <= to.most ? value : missing;
    }
}

void append(RawFormat format, const std::byte* first, std::size_t ticks, std::size_t stride,
            const ChannelDescription& c, const Column& to) {
    switch (format) {
    case RawFormat::I16:
        return appendColumn<RawFormat::I16>(first, ticks, stride, c, to);
    case RawFormat::I24:
        return appendColumn<RawFormat::I24>(first, ticks, stride, c, to);
    case RawFormat::I32:
        return appendColumn<RawFormat::I32>(first, ticks, stride, c, to);
    case RawFormat::F32:
        return appendColumn<RawFormat::F32>(first, ticks, stride, c, to);
    }
}

} // namespace

CurveAssembler::CurveAssembler(const RecordingHeader& header)
    : header_(header), nextIndex_(header.streams.size(), 0) {
    test_.protocol = header.protocol;
    test_.simulated = header.simulated;
    test_.meta = header.meta;
    test_.sites = header.sites;
    for (const StreamDescription& stream : header.streams) {
        const bool flow = std::any_of(stream.channels.begin(), stream.channels.end(),
                                      [](const auto& c) { return c.measurand == Measurand::Flow; });
        if (!flow) continue;
        for (auto& site : test_.sites) // EFP/1 states sccm at 0 °C and 101.325 kPa
            if (!site.flowReference) site.flowReference = FlowReference{};
    }
}

void CurveAssembler::add(const RecordingReader::News& news) {
    for (const Chunk& chunk : news.chunks) {
        const auto found = std::find_if(header_.streams.begin(), header_.streams.end(),
                                        [&](const auto& s) { return s.id == chunk.position.stream; });
        if (found == header_.streams.end()) continue;
        const StreamDescription& stream = *found;
        auto& next = nextIndex_[static_cast<std::size_t>(found - header_.streams.begin())];
        const double period_s = 1000.0 / static_cast<double>(stream.rateMilliHz);
        const double first_s = seconds(chunk.at);
        const std::size_t ticks = chunk.position.ticks;
        const std::size_t width = bytesOf(stream.format);
        const std::size_t stride = stream.valuesPerTick() * width;
        const bool fast = isCurrentStream(stream);
        std::size_t column = 0;
        for (std::size_t bit = 0; bit < maxSites; ++bit) {
            if (((stream.siteMask >> bit) & 1U) == 0) continue;
            SiteSignals* site = bit < test_.sites.size() ? &test_.sites[bit] : nullptr;
            std::vector<double>* time = nullptr;
            if (site != nullptr) time = fast ? &site->current.time_s : &site->humidity.time_s;
            std::vector<double> gap;
            if (time != nullptr && !time->empty() && chunk.position.firstIndex != next) {
                const double from = time->back() + period_s;
                if (first_s - from > longestFilledGap_s)
                    gap = {from, first_s - period_s};
                else
                    for (double t = from; t < first_s - 0.5 * period_s; t += period_s)
                        gap.push_back(t);
            }
            // Time never goes back within a stream: what a device repeats is dropped here and counted by the
            // session.
            if (time != nullptr && !time->empty() && first_s <= time->back()) site = nullptr;
            if (site != nullptr) {
                time->insert(time->end(), gap.begin(), gap.end());
                for (std::size_t k = 0; k < ticks; ++k)
                    time->push_back(first_s + static_cast<double>(k) * period_s);
            }
            for (const ChannelDescription& channel : stream.channels) {
                const Column to = site != nullptr ? columnOf(channel.measurand, *site) : Column{};
                if (to.values != nullptr) {
                    to.values->insert(to.values->end(), gap.size(), missing);
                    append(stream.format, chunk.raw.data() + column * width, ticks, stride, channel, to);
                }
                ++column;
            }
        }
        next = chunk.position.firstIndex + ticks;
    }
    for (const RecordedEvent& event : news.events) {
        if (event.kind == "stimulus_start" && !test_.stimulusStart)
            test_.stimulusStart = Seconds{seconds(event.at)};
        if (event.kind == "stimulus_stop") test_.stimulusStop = Seconds{seconds(event.at)};
    }
}

} // namespace eccrine::recording
