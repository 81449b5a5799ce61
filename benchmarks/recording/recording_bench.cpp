// SPDX-License-Identifier: GPL-3.0-or-later
// The recording against its peers: EDFlib with the same samples, and for appending a plain file with
// fdatasync. Each iteration is one round in which ours and the peers run in turn; a ratio is the median of
// the rounds' ratios, so that a neighbour on the machine hits all alike. Files lie in TMPDIR.
#include "benchmarks/recording/edf_peer.hpp"
#include "recording/recording_reader.hpp"
#include "recording/recording_writer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <fcntl.h>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace eccrine::benchmarks {
namespace {

using eccrine::tests::TemporaryFolder;
using recording::RecordingHeader;

constexpr int currentRate_Hz = 1000;
constexpr int humidityRate_Hz = 50;
constexpr int sites = 4;
constexpr int currentChannels = 3;
constexpr int humidityChannels = 6;
constexpr int currentValues = sites * currentChannels;
constexpr int humidityValues = sites * humidityChannels;

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

/// Seconds of each contestant per round; reports medians and the medians of the ratios peer/ours.
class Rounds {
public:
    void add(const std::string& who, double seconds) { seconds_[who].push_back(seconds); }
    void report(benchmark::State& state, double perRound, const char* unit) const {
        const auto& ours = seconds_.at("ours");
        for (const auto& [who, values] : seconds_) {
            state.counters[who + "_" + unit] = median(values) * perRound;
            if (who == "ours") continue;
            std::vector<double> ratios;
            for (std::size_t i = 0; i < ours.size(); ++i)
                ratios.push_back(values[i] / ours[i]);
            state.counters["x_" + who] = median(ratios);
        }
    }

private:
    std::map<std::string, std::vector<double>> seconds_;
};

double timed(const std::function<void()>& work) {
    const auto from = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
}

void must(const Done& done) {
    if (!done) throw std::runtime_error(done.error().sentence());
}

/// The reference front end: anode, cathode and voltage at 1 kHz as i24, six gas readings at 50 Hz as f32.
RecordingHeader header() {
    RecordingHeader h;
    h.id = "00000000-0000-4000-8000-000000000000";
    h.protocol = "qsart";
    h.simulated = true;
    h.streams = {{1,
                  RawFormat::I24,
                  0b1111,
                  currentRate_Hz * 1000,
                  {{Measurand::AnodeCurrent, 0.5F, 0.0F},
                   {Measurand::CathodeCurrent, 0.5F, 0.0F},
                   {Measurand::Voltage, 0.01F, 0.0F}}},
                 {2,
                  RawFormat::F32,
                  0b1111,
                  humidityRate_Hz * 1000,
                  {{Measurand::HumidityIn, 1.0F, 0.0F},
                   {Measurand::TemperatureIn, 1.0F, 0.0F},
                   {Measurand::HumidityOut, 1.0F, 0.0F},
                   {Measurand::TemperatureOut, 1.0F, 0.0F},
                   {Measurand::Flow, 1.0F, 0.0F},
                   {Measurand::Pressure, 1.0F, 0.0F}}}};
    for (const auto site : standardSites) {
        SiteSignals s;
        s.site = site;
        h.sites.push_back(s);
    }
    return h;
}

/// Noise about a level, the same for ours and peer.
class Noise {
public:
    int next(int level, int spread) {
        state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
        return level + static_cast<int>(state_ >> 33U) % spread;
    }

private:
    std::uint64_t state_ = 1;
};

void append(std::vector<std::byte>& out, std::int32_t word, std::size_t bytes) {
    for (std::size_t i = 0; i < bytes; ++i)
        out.push_back(static_cast<std::byte>((static_cast<std::uint32_t>(word) >> (8 * i)) & 0xFFU));
}

std::vector<std::byte> currentTicks(Noise& noise, int ticks) {
    std::vector<std::byte> raw;
    for (int i = 0; i < ticks * sites; ++i) {
        append(raw, noise.next(4000, 40), 3);
        append(raw, noise.next(-4000, 40), 3);
        append(raw, noise.next(1'000'000, 4000), 3);
    }
    return raw;
}

std::vector<std::byte> humidityTicks(Noise& noise, int ticks) {
    std::vector<std::byte> raw;
    for (int i = 0; i < ticks * sites; ++i)
        for (const int level : {100, 3200, 2000, 3200, 10'000, 10'132})
            append(raw, std::bit_cast<std::int32_t>(static_cast<float>(noise.next(level, 20)) * 0.01F), 4);
    return raw;
}

BlockPosition positionOf(std::uint8_t stream, std::uint64_t firstIndex, int ticks, TestTime at) {
    BlockPosition p;
    p.stream = stream;
    p.firstIndex = firstIndex;
    p.ticks = static_cast<std::uint16_t>(ticks);
    p.first = DeviceTime{at.time_since_epoch()};
    return p;
}

void writeOurs(const std::filesystem::path& file, int seconds) {
    auto writer = recording::RecordingWriter::create(file, header());
    if (!writer) throw std::runtime_error(writer.error().sentence());
    Noise noise;
    for (int tenth = 0; tenth < seconds * 10; ++tenth) {
        const TestTime at{std::chrono::milliseconds{100 * tenth}};
        const auto index = static_cast<std::uint64_t>(tenth);
        writer->add(positionOf(1, index * 100, 100, at), at, currentTicks(noise, 100));
        writer->add(positionOf(2, index * 5, 5, at), at, humidityTicks(noise, 5));
        if (tenth == 1800) writer->add({at, "stimulus_start", "", ""});
        if (tenth == 4925) writer->add({at, "stimulus_stop", "", ""});
        must(writer->commit());
    }
    must(writer->close());
}

void writeEdf(const std::filesystem::path& file, int seconds) {
    std::vector<int> rates(currentValues, currentRate_Hz);
    rates.insert(rates.end(), humidityValues, humidityRate_Hz);
    EdfWriter writer(file, rates, 1.0);
    writer.annotation(180.0, "stimulus_start");
    writer.annotation(492.5, "stimulus_stop");
    Noise noise;
    std::vector<int> samples;
    for (int s = 0; s < seconds; ++s)
        for (const int rate : rates) {
            samples.resize(static_cast<std::size_t>(rate));
            for (int& v : samples)
                v = noise.next(4000, 40);
            writer.signal(samples);
        }
}

/// Open, verify each chunk, hash the content and turn it into curves, against EDFlib reading the same curves
/// (it verifies nothing). `live` is the first read of a live view: chunk by chunk, copied, without the hash.
/// The cathode's current stays raw in ours, so EDFlib need not read it either.
void open(benchmark::State& state) {
    const int seconds = static_cast<int>(state.range(0));
    const TemporaryFolder folder;
    writeOurs(folder.file("a.eccrine"), seconds);
    writeEdf(folder.file("a.bdf"), seconds);
    std::vector<int> signals;
    for (int i = 0; i < currentValues + humidityValues; ++i)
        if (i >= currentValues || i % currentChannels != 1) signals.push_back(i);
    const auto expected = static_cast<std::size_t>(seconds * currentRate_Hz);

    Rounds rounds;
    std::size_t round = 0;
    for ([[maybe_unused]] auto _ : state) {
        const std::array<std::function<void()>, 3> contestants{
            [&] {
                const double took = timed([&] {
                    const auto test = recording::readTest(folder.file("a.eccrine"));
                    if (!test) throw std::runtime_error(test.error().sentence());
                    if (test->sites[3].current.voltage_v.size() != expected)
                        throw std::runtime_error("samples are missing");
                });
                state.SetIterationTime(took);
                rounds.add("ours", took);
            },
            [&] {
                rounds.add("live", timed([&] {
                               auto reader = recording::RecordingReader::open(folder.file("a.eccrine"));
                               if (!reader) throw std::runtime_error(reader.error().sentence());
                               recording::CurveAssembler curves(reader->header());
                               const auto news = reader->readNew();
                               if (!news) throw std::runtime_error(news.error().sentence());
                               curves.add(*news);
                               benchmark::DoNotOptimize(curves.test());
                           }));
            },
            [&] {
                rounds.add("edflib", timed([&] {
                               const auto values = readEdf(folder.file("a.bdf"), signals);
                               if (values.front().size() != expected)
                                   throw std::runtime_error("samples are missing");
                           }));
            }};
        for (std::size_t i = 0; i < contestants.size(); ++i)
            contestants[(i + round) % contestants.size()]();
        ++round;
    }
    rounds.report(state, 1e3, "ms");
}

/// 60 s of the current stream, one durable commit per `frames` ticks. EDFlib writes data records of the same
/// length, once as it comes (nothing is durable before it closes the file) and once with each record synced;
/// the plain file is what durability alone costs on this disk.
void append(benchmark::State& state) {
    const int frames = static_cast<int>(state.range(0));
    const int commits = 60 * currentRate_Hz / frames;
    Noise noise;
    const auto raw = currentTicks(noise, frames);
    std::vector<int> samples(static_cast<std::size_t>(frames), 4000);
    const std::vector<int> rates(currentValues, currentRate_Hz);
    const auto edf = [&](const std::filesystem::path& file, bool synced) {
        EdfWriter writer(file, rates, static_cast<double>(frames) / currentRate_Hz);
        return timed([&] {
            for (int c = 0; c < commits; ++c) {
                for (int i = 0; i < currentValues; ++i)
                    writer.signal(samples);
                if (synced) writer.sync();
            }
        });
    };

    Rounds rounds;
    std::size_t round = 0;
    for ([[maybe_unused]] auto _ : state) {
        const TemporaryFolder folder;
        const std::array<std::function<void()>, 4> contestants{
            [&] {
                auto writer = recording::RecordingWriter::create(folder.file("a.eccrine"), header());
                if (!writer) throw std::runtime_error(writer.error().sentence());
                const double took = timed([&] {
                    for (int c = 0; c < commits; ++c) {
                        const TestTime at{std::chrono::milliseconds{frames * c}};
                        writer->add(positionOf(1, static_cast<std::uint64_t>(c * frames), frames, at), at,
                                    raw);
                        must(writer->commit());
                    }
                });
                state.SetIterationTime(took);
                rounds.add("ours", took);
            },
            [&] { rounds.add("edflib", edf(folder.file("a.bdf"), false)); },
            [&] { rounds.add("edflib_synced", edf(folder.file("b.bdf"), true)); },
            [&] {
                const int file = ::open(folder.file("a.raw").c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
                rounds.add("file", timed([&] {
                               for (int c = 0; c < commits; ++c)
                                   if (::write(file, raw.data(), raw.size()) < 0 || ::fdatasync(file) != 0)
                                       throw std::runtime_error("the plain file cannot be written");
                           }));
                ::close(file);
            }};
        for (std::size_t i = 0; i < contestants.size(); ++i)
            contestants[(i + round) % contestants.size()]();
        ++round;
    }
    const double frameCount = static_cast<double>(commits) * frames;
    rounds.report(state, 1e6 / frameCount, "us_per_frame");
}

BENCHMARK(open)
    ->Name("recording/open")
    ->ArgName("seconds")
    ->Arg(600)
    ->UseManualTime()
    ->Iterations(15)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(append)
    ->Name("recording/append")
    ->ArgName("frames")
    ->Arg(100)
    ->Arg(1000)
    ->UseManualTime()
    ->Iterations(9)
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace eccrine::benchmarks

BENCHMARK_MAIN();
