// SPDX-License-Identifier: GPL-3.0-or-later
// A whole bedside at 10 000 ticks of current and voltage a second for four sites: the virtual instrument as a
// process of its own at ten times real time, TCP, driver, device thread with interlock, ring, session thread,
// durable recording in TMPDIR. What counts is that nothing is lost; what it costs is beside it. There is no
// peer: nothing else does this.
#include "acquisition/device_thread.hpp"
#include "acquisition/session_thread.hpp"
#include "core/clock.hpp"
#include "devices/open_front_end.hpp"
#include "tests/support/temporary_folder.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace eccrine::benchmarks {
namespace {

using namespace std::chrono_literals;

/// eccrine-instrument at ten times real time, until this goes away.
class Instrument {
public:
    Instrument() {
        std::array<int, 2> out{};
        if (::pipe(out.data()) != 0) throw std::runtime_error("no pipe to the instrument");
        process_ = ::fork();
        if (process_ < 0) throw std::runtime_error("no process for the instrument");
        if (process_ == 0) {
            ::dup2(out[1], STDOUT_FILENO);
            ::close(out[0]);
            ::close(out[1]);
            ::execl(ECCRINE_INSTRUMENT, ECCRINE_INSTRUMENT, "--tcp", "0", "--speed", "10", nullptr);
            ::_exit(127);
        }
        ::close(out[1]);
        std::FILE* lines = ::fdopen(out[0], "r");
        std::array<char, 256> line{};
        if (std::fgets(line.data(), line.size(), lines) == nullptr ||
            std::string(line.data()).rfind("url: ", 0) != 0)
            throw std::runtime_error("the instrument did not print its URL");
        url_ = std::string(line.data() + 5);
        url_.erase(url_.find_last_not_of('\n') + 1);
        output_ = lines;
    }
    Instrument(const Instrument&) = delete;
    Instrument& operator=(const Instrument&) = delete;
    ~Instrument() {
        ::kill(process_, SIGTERM);
        ::waitpid(process_, nullptr, 0);
        std::fclose(output_);
    }
    [[nodiscard]] const std::string& url() const { return url_; }

private:
    pid_t process_ = -1;
    std::FILE* output_ = nullptr;
    std::string url_;
};

template <class T>
T valueOf(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().sentence());
    return std::move(*result);
}

double processSeconds() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

acquisition::SessionRequest recordOnly(const std::filesystem::path& file) {
    acquisition::SessionRequest request;
    protocols::Step step;
    step.id = "recording";
    step.kind = protocols::Step::Kind::Recording;
    step.afterStimulusStart = step.afterStimulusStop = Seconds{3600};
    request.protocol.steps = {step};
    request.recordingFile = file;
    for (std::size_t i = 0; i < maxSites; ++i)
        request.siteNames[i] = std::string(standardSites[i]);
    request.active.fill(true);
    return request;
}

void tenKilohertz(benchmark::State& state) {
    constexpr double instrumentSeconds = 100.0;
    const tests::TemporaryFolder folder;
    const SystemHostClock clock;
    for ([[maybe_unused]] auto _ : state) {
        const Instrument instrument;
        const auto device = valueOf(devices::openFrontEnd(instrument.url(), clock));
        const auto identity = valueOf(device->open(3s));
        double ticksPerSecond = 0.0;
        for (const StreamDescription& s : identity.streams) {
            const auto perFrame =
                static_cast<std::uint16_t>(std::clamp<std::uint32_t>(s.rateMilliHz / 100'000U, 1U, 25U));
            if (!device->startStream(s.id, s.siteMask, perFrame, s.rateMilliHz))
                throw std::runtime_error("the instrument does not take the stream's start");
            ticksPerSecond = std::max(ticksPerSecond, s.rateMilliHz / 1000.0);
        }
        acquisition::SampleRing<SampleFrame> ring(1U << 16U);
        acquisition::DeviceLoop loop(*device, identity, ring, clock);
        acquisition::Session session(loop, ring, identity, clock);
        if (auto done = session.start(recordOnly(folder.file("bench.eccrine"))); !done)
            throw std::runtime_error(done.error().sentence());
        const double from = processSeconds();
        const MonotonicTime begin = clock.monotonic();
        acquisition::SessionSnapshot end;
        {
            acquisition::SessionThread turns(session);
            acquisition::DeviceThread thread(loop);
            while (turns.snapshot().testTime.count() < instrumentSeconds) {
                std::this_thread::sleep_for(50ms); // of the reader of the figures, not of what is measured
                if (clock.monotonic() - begin > 60s) throw std::runtime_error("the instrument is too slow");
            }
            end = turns.snapshot();
        }
        const std::chrono::duration<double> took = clock.monotonic() - begin;
        state.SetIterationTime(took.count());
        state.counters["ticks_per_s"] = ticksPerSecond * end.testTime.count() / took.count();
        state.counters["lost_ticks"] = static_cast<double>(end.lostTicks);
        state.counters["ring_dropped"] = static_cast<double>(end.ringDropped);
        state.counters["processor_percent"] = 100.0 * (processSeconds() - from) / took.count();
        state.counters["longest_turn_ms"] =
            std::chrono::duration<double, std::milli>(loop.worstLateness()).count();
    }
}

BENCHMARK(tenKilohertz)
    ->Name("session/four_sites/10kHz")
    ->UseManualTime()
    ->Iterations(1)
    ->Unit(benchmark::kSecond);

} // namespace
} // namespace eccrine::benchmarks

BENCHMARK_MAIN();
