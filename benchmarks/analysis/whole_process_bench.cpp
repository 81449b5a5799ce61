// SPDX-License-Identifier: GPL-3.0-or-later
// `eccrine analyze` as a person or a script calls it: one recording against the numpy and scipy script, both
// as whole processes with the loading of their libraries, reading the same file, and an archive of recordings
// of 10 Hz on one core. Times are processor time of the process: on a shared machine the time on the wall is
// mostly the neighbours'.
#include "benchmarks/analysis/bench_record.hpp"
#include "recording/recording_writer.hpp"
#include "tests/support/temporary_folder.hpp"

#include <benchmark/benchmark.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

extern char** environ; // NOLINT(readability-redundant-declaration): not in every libc's headers

namespace eccrine::benchmarks {
namespace {

using eccrine::tests::TemporaryFolder;
namespace fs = std::filesystem;

constexpr std::size_t sites = 4;

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

void must(const Done& done) {
    if (!done) throw std::runtime_error(done.error().sentence());
}

struct Took {
    double processor_s = 0.0, wall_s = 0.0;
};

/// Runs a program to its end, standard input and output from and to files.
Took runToEnd(const std::vector<std::string>& words, const fs::path& in, const fs::path& out) {
    std::vector<char*> arguments;
    for (const std::string& word : words)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, in.c_str(), O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    const auto from = std::chrono::steady_clock::now();
    pid_t process = 0;
    const int error = ::posix_spawn(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error(words[0] + " cannot be started");
    int status = 0;
    rusage used{};
    ::wait4(process, &status, 0, &used);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        throw std::runtime_error(words[0] + " failed; the peer needs python3-numpy and python3-scipy");
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
    };
    return {seconds(used.ru_utime) + seconds(used.ru_stime),
            std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count()};
}

void append(std::vector<std::byte>& raw, double value) {
    const auto bits = std::bit_cast<std::uint32_t>(static_cast<float>(value));
    for (unsigned i = 0; i < 4; ++i)
        raw.push_back(static_cast<std::byte>((bits >> (8 * i)) & 0xFFU));
}

/// The record as the session stores it while it comes: one durable commit every 100 ms. Written in memory and
/// copied, as thousands of commits would wait for the disk.
void writeRecording(const RecordedTest& test, int rate_hz, const fs::path& target) {
    std::error_code none;
    const fs::path memory = fs::is_directory("/dev/shm", none) ? fs::path("/dev/shm") : target.parent_path();
    const fs::path file = memory / ("eccrine-bench-" + std::to_string(::getpid()) + ".eccrine");
    fs::remove(file, none);
    recording::RecordingHeader h;
    h.id = "00000000-0000-4000-8000-000000000000";
    h.protocol = test.protocol;
    h.simulated = true;
    h.meta = test.meta;
    const auto rate = static_cast<std::uint32_t>(rate_hz) * 1000U;
    h.streams = {{1, RawFormat::F32, 0b1111, rate, {{Measurand::AnodeCurrent, 1.0F, 0.0F}}},
                 {2,
                  RawFormat::F32,
                  0b1111,
                  rate,
                  {{Measurand::HumidityIn, 1.0F, 0.0F},
                   {Measurand::TemperatureIn, 1.0F, 0.0F},
                   {Measurand::HumidityOut, 1.0F, 0.0F},
                   {Measurand::TemperatureOut, 1.0F, 0.0F},
                   {Measurand::Flow, 1.0F, 0.0F},
                   {Measurand::Pressure, 1.0F, 0.0F}}}};
    for (const SiteSignals& s : test.sites) {
        SiteSignals& described = h.sites.emplace_back();
        described.site = s.site;
        described.capsule = s.capsule;
        described.flowReference = s.flowReference;
    }
    auto writer = recording::RecordingWriter::create(file, h);
    if (!writer) throw std::runtime_error(writer.error().sentence());
    const int ticks = rate_hz / 10;
    const std::size_t count = test.sites.front().humidity.time_s.size();
    for (std::size_t from = 0; from + static_cast<std::size_t>(ticks) <= count;
         from += static_cast<std::size_t>(ticks)) {
        std::vector<std::byte> current, gas;
        for (std::size_t i = from; i < from + static_cast<std::size_t>(ticks); ++i)
            for (const SiteSignals& s : test.sites) {
                append(current, 1000.0 * s.current.current_ma[i]); // µA
                const HumiditySignals& g = s.humidity;
                for (const auto* column : {&g.humidityIn_pct, &g.temperatureIn_c, &g.humidityOut_pct,
                                           &g.temperatureOut_c, &g.flow_sccm, &g.pressure_kpa})
                    append(gas, (*column)[i]);
            }
        const auto at_us = static_cast<std::int64_t>(std::llround(1e6 * test.sites[0].humidity.time_s[from]));
        const TestTime at{std::chrono::microseconds{at_us}};
        BlockPosition position;
        position.firstIndex = from;
        position.ticks = static_cast<std::uint16_t>(ticks);
        position.first = DeviceTime{at.time_since_epoch()};
        position.stream = 1;
        writer->add(position, at, current);
        position.stream = 2;
        writer->add(position, at, gas);
        if (at == TestTime{std::chrono::seconds{180}}) writer->add({at, "stimulus_start", "", ""});
        if (at == TestTime{std::chrono::seconds{480}}) writer->add({at, "stimulus_stop", "", ""});
        must(writer->commit());
    }
    must(writer->close());
    fs::copy_file(file, target);
    fs::remove(file, none);
}

const std::string eccrine = ECCRINE_PROGRAM;

/// The numbers of the script's answer are onset, peak, volume, charge and level of each site.
void mustAgree(const fs::path& ours, const fs::path& theirs) {
    std::ifstream document(ours), answer(theirs);
    const auto result = nlohmann::json::parse(document);
    std::string word;
    answer >> word; // "ready"
    double number = 0.0;
    answer >> number; // its own time
    for (const auto& site : result.at("sites")) {
        std::array<double, 5> expected{};
        for (double& value : expected)
            answer >> value;
        const std::array<double, 3> found{site.at("onset_latency_s"), site.at("peak_nl_per_min"),
                                          site.at("volume_ul")};
        for (std::size_t i = 0; i < found.size(); ++i) // the file holds single precision
            if (!answer || !(std::abs(found[i] - expected[i]) <= 2e-3 * std::abs(expected[i])))
                throw std::runtime_error("ours and the script give different numbers for " +
                                         site.at("site").get<std::string>());
    }
}

void oneRecording(benchmark::State& state) {
    constexpr int rate_hz = 100;
    const TemporaryFolder folder;
    const RecordedTest test = benchRecord(rate_hz);
    writeRecording(test, rate_hz, folder.file("a.eccrine"));
    writeForPeer(test, folder.path());
    tests::writeText(folder.file("job"), "full\n");
    const char* chosen = std::getenv("ECCRINE_PEER_PYTHON");
    const std::vector<std::string> script{chosen != nullptr ? chosen : "/usr/bin/python3", ECCRINE_SCIPY_PEER,
                                          folder.path().string(), folder.file("a.eccrine").string()};
    const std::vector<std::string> call{eccrine, "analyze", folder.file("a.eccrine").string(), "--json"};
    const auto ours = [&] { return runToEnd(call, "/dev/null", folder.file("ours.json")); };
    const auto theirs = [&] { return runToEnd(script, folder.file("job"), folder.file("theirs")); };
    ours();
    theirs(); // everything has been read from the disk once
    mustAgree(folder.file("ours.json"), folder.file("theirs"));
    std::vector<double> oursSeconds, peerSeconds, ratios, walls;
    bool peerFirst = false;
    for ([[maybe_unused]] auto _ : state) {
        Took peer = peerFirst ? theirs() : Took{};
        const Took mine = ours();
        if (!peerFirst) peer = theirs();
        peerFirst = !peerFirst;
        oursSeconds.push_back(mine.processor_s);
        peerSeconds.push_back(peer.processor_s);
        ratios.push_back(peer.processor_s / mine.processor_s);
        walls.push_back(peer.wall_s / mine.wall_s);
        state.SetIterationTime(mine.wall_s);
    }
    state.counters["ours_ms"] = 1e3 * median(oursSeconds);
    state.counters["scipy_ms"] = 1e3 * median(peerSeconds);
    state.counters["x_scipy"] = median(ratios);
    state.counters["x_scipy_wall"] = median(walls);
}
BENCHMARK(oneRecording)
    ->Name("WholeProcess/eccrine/100Hz")
    ->Iterations(11)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

/// Sixteen patients under ten thousand names: links, so that it is the program that is measured and not the
/// disk.
void archive(benchmark::State& state) {
    constexpr int rate_hz = 10, patients = 16;
    const char* asked = std::getenv("ECCRINE_BENCH_ARCHIVE"); // fewer for a quick look
    const int recordings = asked != nullptr ? std::max(patients, std::atoi(asked)) : 10'000;
    const TemporaryFolder folder;
    fs::create_directory(folder.file("patients"));
    fs::create_directory(folder.file("archive"));
    for (int i = 0; i < patients; ++i)
        writeRecording(benchRecord(rate_hz, static_cast<unsigned>(i) + 1), rate_hz,
                       folder.path() / "patients" / (std::to_string(i) + ".eccrine"));
    for (int i = 0; i < recordings; ++i)
        fs::create_hard_link(folder.path() / "patients" / (std::to_string(i % patients) + ".eccrine"),
                             folder.path() / "archive" / (std::to_string(i) + ".eccrine"));
    const fs::path table = folder.file("results.csv");
    double processor_s = 0.0;
    for ([[maybe_unused]] auto _ : state) {
        const Took took = runToEnd({eccrine, "analyze", (folder.path() / "archive").string(), "--csv",
                                    table.string(), "--jobs", "1", "--force"},
                                   "/dev/null", folder.file("out"));
        processor_s = took.processor_s;
        state.SetIterationTime(took.wall_s);
    }
    std::ifstream rows(table);
    int lines = 0;
    for (std::string line; std::getline(rows, line);)
        ++lines;
    if (lines != 1 + recordings * static_cast<int>(sites))
        throw std::runtime_error("the table has not a row for each site of each recording");
    state.counters["recordings"] = recordings;
    state.counters["ms_each"] = 1e3 * processor_s / recordings;
    state.counters["per_second_and_core"] = recordings / processor_s;
}
BENCHMARK(archive)
    ->Name("Archive/eccrine/10Hz")
    ->Iterations(1)
    ->UseManualTime()
    ->Unit(benchmark::kMillisecond);

} // namespace
} // namespace eccrine::benchmarks

BENCHMARK_MAIN();
