// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/qml/synthetic_recording.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace eccrine::ui {

namespace {

constexpr double rate_hz = 10.0;
constexpr std::uint8_t currentStream = 1;
constexpr std::uint8_t humidityStream = 2;

recording::RecordingHeader header(const std::string& startedUtc) {
    recording::RecordingHeader h;
    h.id = "00000000-0000-4000-8000-000000000001";
    h.protocol = "qsart";
    h.simulated = true;
    h.meta = {
        {"patient.name", "Doe, Jane"}, {"patient.id", "10023"},      {"patient.birth_date", "1979-04-30"},
        {"patient.sex", "female"},     {"operator", "MK"},           {"side", "left"},
        {"device.family", "virtual"},  {"device.serial", "SN-0042"}, {"device.firmware", "1.2"}};
    if (!startedUtc.empty()) h.meta["started_utc"] = startedUtc;
    const auto channel = [](Measurand m) { return ChannelDescription{m, 1.0F, 0.0F}; };
    h.streams = {{.id = currentStream,
                  .format = RawFormat::F32,
                  .siteMask = 1,
                  .rateMilliHz = 10'000,
                  .channels = {channel(Measurand::AnodeCurrent), channel(Measurand::Voltage)}},
                 {.id = humidityStream,
                  .format = RawFormat::F32,
                  .siteMask = 1,
                  .rateMilliHz = 10'000,
                  .channels = {channel(Measurand::HumidityIn), channel(Measurand::TemperatureIn),
                               channel(Measurand::HumidityOut), channel(Measurand::TemperatureOut),
                               channel(Measurand::Flow), channel(Measurand::Pressure)}}};
    SiteSignals forearm;
    forearm.site = "forearm";
    h.sites = {forearm};
    return h;
}

void put(std::vector<std::byte>& raw, double value) {
    const auto v = static_cast<float>(value);
    std::byte bytes[sizeof v];
    std::memcpy(bytes, &v, sizeof v);
    raw.insert(raw.end(), bytes, bytes + sizeof v);
}

double humidityFor(double rate_nl_per_min) {
    constexpr double sccm = 100.0;
    const double ratio = rate_nl_per_min / (805.196 * sccm);
    const double vapour_pa = ratio * 101'325.0 / (1.0 + ratio);
    return 100.0 * vapour_pa / (1.004719 * 4759.555);
}

TestTime at(double time_s) {
    return TestTime{std::chrono::microseconds{static_cast<std::int64_t>(time_s * 1e6)}};
}

recording::RecordingWriter createOrThrow(const std::filesystem::path& file, const std::string& startedUtc) {
    auto writer = recording::RecordingWriter::create(file, header(startedUtc));
    if (!writer) throw std::runtime_error(writer.error().sentence());
    return std::move(*writer);
}

} // namespace

SyntheticRecording::SyntheticRecording(const std::filesystem::path& file, const std::string& startedUtc)
    : writer_(createOrThrow(file, startedUtc)) {}

double SyntheticRecording::rateAt(double time_s) {
    const double rise = std::clamp(time_s - stimulusStart_s - latency_s, 0.0, peak_nl_per_min);
    const double fall = std::clamp((time_s - stimulusStop_s) / 2.0, 0.0, peak_nl_per_min);
    return 40.0 + rise - fall;
}

void SyntheticRecording::record(double until_s) {
    constexpr std::uint16_t most = 100;
    const auto end = static_cast<std::uint64_t>(until_s * rate_hz);
    while (tick_ < end) {
        const auto ticks = static_cast<std::uint16_t>(std::min<std::uint64_t>(most, end - tick_));
        std::vector<std::byte> current;
        std::vector<std::byte> humidity;
        const double first = static_cast<double>(tick_) / rate_hz;
        for (unsigned k = 0; k < ticks; ++k) {
            const double t = first + k / rate_hz;
            const bool rests = t >= pauseFrom_s_ && t < pauseTo_s_;
            const bool flows = t >= stimulusStart_s && t < stimulusStop_s && !rests;
            put(current, flows ? 2000.0 : 0.0);
            put(current, flows ? 6000.0 : 0.0);
            const double step = k % 2 == 0 ? 1e-4 : -1e-4; // a reading that never changes is a stuck sensor
            for (const double v : {0.0, 32.0, humidityFor(rateAt(t)) + step, 32.0, 100.0, 101.325})
                put(humidity, v);
        }
        writer_.add(
            {.stream = currentStream, .ticks = ticks, .firstIndex = tick_, .first = {}, .arrival = {}},
            at(first), current);
        writer_.add(
            {.stream = humidityStream, .ticks = ticks, .firstIndex = tick_, .first = {}, .arrival = {}},
            at(first), humidity);
        tick_ += ticks;
        const double now = static_cast<double>(tick_) / rate_hz;
        if (now >= stimulusStart_s && !std::exchange(started_, true))
            writer_.add({.at = at(stimulusStart_s), .kind = "stimulus_start", .site = {}, .detail = {}});
        if (now >= stimulusStop_s && !std::exchange(stopped_, true))
            writer_.add({.at = at(stimulusStop_s), .kind = "stimulus_stop", .site = {}, .detail = {}});
    }
    if (auto done = writer_.commit(); !done) throw std::runtime_error(done.error().sentence());
}

void SyntheticRecording::pause(double from_s, double to_s) {
    pauseFrom_s_ = from_s;
    pauseTo_s_ = to_s;
    writer_.add({.at = at(from_s), .kind = "delivery_paused", .site = {}, .detail = {}});
    writer_.add({.at = at(to_s), .kind = "delivery", .site = {}, .detail = R"({"from":"S8","to":"S5"})"});
}

void SyntheticRecording::answer(double at_s, const std::string& step, const std::string& site,
                                const std::string& answer) {
    writer_.add(
        {.at = at(stimulusStart_s), .kind = "delivery", .site = {}, .detail = R"({"from":"S4","to":"S5"})"});
    writer_.add({.at = at(at_s),
                 .kind = "operator_step",
                 .site = site,
                 .detail = R"({"id":")" + step + R"(","answer":")" + answer + R"(","answered_by":"MK"})"});
}

void SyntheticRecording::trip(double at_s, const std::string& sentence, bool ofStimulation) {
    writer_.add({.at = at(at_s),
                 .kind = "trip",
                 .site = {},
                 .detail = R"({"sentence":")" + sentence + R"(","stimulation":)" +
                           (ofStimulation ? "true}" : "false}")});
}

void SyntheticRecording::close() {
    if (auto done = writer_.close(); !done) throw std::runtime_error(done.error().sentence());
}

} // namespace eccrine::ui
