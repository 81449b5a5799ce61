// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/recording_reader.hpp"

#include <bit>
#include <string>
#include <vector>

namespace eccrine::recording::tests {

/// Two sites; stream 1: current and voltage at 1 kHz as i24; stream 2: outlet humidity, temperature and flow
/// at 50 Hz as f32.
inline RecordingHeader header() {
    RecordingHeader h;
    h.id = "5f0c1b1e-0000-4000-8000-000000000001";
    h.protocol = "qsart";
    h.protocolHash = "abc";
    h.simulated = true;
    h.meta = {{"operator", "M. Muster"}};
    h.streams = {{1,
                  RawFormat::I24,
                  0b0011,
                  1'000'000,
                  {{Measurand::AnodeCurrent, 0.5F, 0.0F}, {Measurand::Voltage, 1.0F, 0.0F}}},
                 {2,
                  RawFormat::F32,
                  0b0011,
                  50'000,
                  {{Measurand::HumidityOut, 1.0F, 0.0F},
                   {Measurand::TemperatureOut, 1.0F, 0.0F},
                   {Measurand::Flow, 1.0F, 0.0F}}}};
    for (const char* name : {"forearm", "foot"}) {
        SiteSignals s;
        s.site = name;
        h.sites.push_back(s);
    }
    h.sites[0].capsule.area = SquareCentimetres{0.8};
    h.sites[0].capsule.washout = Seconds{0.6};
    return h;
}

inline TestTime at(double seconds) {
    return TestTime{std::chrono::microseconds{static_cast<std::int64_t>(seconds * 1e6 + 0.5)}};
}

inline BlockPosition position(std::uint8_t stream, std::uint64_t firstIndex, std::uint16_t ticks,
                              double firstSeconds) {
    BlockPosition p;
    p.stream = stream;
    p.firstIndex = firstIndex;
    p.ticks = ticks;
    p.first = DeviceTime{at(firstSeconds).time_since_epoch()};
    return p;
}

inline void put(std::vector<std::byte>& out, std::int32_t word, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
        out.push_back(static_cast<std::byte>((static_cast<std::uint32_t>(word) >> (8 * i)) & 0xFFU));
}
/// Ticks of stream 1: site 0 carries `current_uA`, site 1 its negative; voltage 1000 mV + tick.
inline std::vector<std::byte> currentTicks(int ticks, int current_uA) {
    std::vector<std::byte> raw;
    for (int k = 0; k < ticks; ++k)
        for (const int sign : {1, -1}) {
            put(raw, sign * current_uA * 2, 3); // scale 0.5
            put(raw, 1000 + k, 3);
        }
    return raw;
}
/// Ticks of stream 2, the same at both sites.
inline std::vector<std::byte> humidityTicks(int ticks, float rh, float t, float flow) {
    std::vector<std::byte> raw;
    for (int k = 0; k < 2 * ticks; ++k)
        for (const float v : {rh, t, flow})
            put(raw, std::bit_cast<std::int32_t>(v), 4);
    return raw;
}

} // namespace eccrine::recording::tests
