// SPDX-License-Identifier: GPL-3.0-or-later
// The analysis against a vectorised numpy and scipy script that computes the same from the same numbers. Each
// iteration is one round in which ours and the script run in turn; a ratio is the median of the rounds'
// ratios. A round whose answers differ is an error: a fast wrong number is worth nothing.
#include "analysis/live_curve.hpp"
#include "analysis/qsart_analysis.hpp"
#include "analysis/rate_curve.hpp"
#include "benchmarks/analysis/bench_record.hpp"
#include "benchmarks/analysis/scipy_peer.hpp"
#include "core/kept_memory.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

namespace eccrine::benchmarks {
namespace {

double median(std::vector<double> values) {
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                     values.end());
    return values[values.size() / 2];
}

/// Of this thread: on a shared machine the time on the wall is mostly the neighbours'.
double processorSeconds() {
    timespec now{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

/// As the product's, but for a smoothing width whose ends fall between samples at both rates: which of two
/// samples at the same distance belongs to the window is nothing that a comparison should hang on.
analysis::AnalysisParameters benchParameters() {
    analysis::AnalysisParameters p;
    p.peakSmoothing_s = 5.005;
    return p;
}

std::vector<double> rates(const RecordedTest& test) {
    std::vector<double> sums;
    for (const SiteSignals& site : test.sites) {
        const auto curve = analysis::rateCurve(site, {});
        if (!curve) throw std::runtime_error(curve.error().sentence());
        benchmark::DoNotOptimize(curve->rate_nl_per_min.data());
        sums.push_back(0.0);
    }
    return sums;
}

std::vector<double> rateSums(const RecordedTest& test) {
    std::vector<double> sums;
    for (const SiteSignals& site : test.sites) {
        const auto curve = analysis::rateCurve(site, {});
        sums.push_back(std::accumulate(curve->rate_nl_per_min.begin(), curve->rate_nl_per_min.end(), 0.0));
    }
    return sums;
}

std::vector<double> numbers(const analysis::TestAnalysis& result) {
    std::vector<double> out;
    for (const auto& site : result.sites) {
        if (!site.onset.latency || !site.measures || !site.delivered)
            throw std::runtime_error("a number is missing");
        out.insert(out.end(),
                   {site.onset.latency->count(), site.measures->peak.value, site.measures->volume.value,
                    site.delivered->charge.value, site.baseline->level.value});
    }
    return out;
}

void mustAgree(const std::vector<double>& ours, const std::vector<double>& theirs, double tolerance = 2e-6) {
    if (ours.size() != theirs.size())
        throw std::runtime_error("ours and the peer give different counts of numbers");
    for (std::size_t i = 0; i < ours.size(); ++i)
        if (!(std::abs(ours[i] - theirs[i]) <= tolerance * std::abs(theirs[i])))
            throw std::runtime_error("number " + std::to_string(i) + " is " + std::to_string(ours[i]) +
                                     ", of the peer " + std::to_string(theirs[i]));
}

template <class Ours, class Expected>
void against(benchmark::State& state, const RecordedTest& test, const std::string& job, Ours ours,
             Expected expected, double tolerance = 2e-6) {
    ScipyPeer peer(test);
    mustAgree(expected(), peer.ask(job).values, tolerance);
    ours(); // both have run once: libraries loaded, memory touched
    std::vector<double> oursSeconds, peerSeconds, ratios;
    bool peerFirst = false;
    for ([[maybe_unused]] auto _ : state) {
        if (peerFirst) peerSeconds.push_back(peer.ask(job).seconds);
        const double from = processorSeconds();
        ours();
        oursSeconds.push_back(processorSeconds() - from);
        if (!peerFirst) peerSeconds.push_back(peer.ask(job).seconds);
        state.SetIterationTime(oursSeconds.back());
        ratios.push_back(peerSeconds.back() / oursSeconds.back());
        peerFirst = !peerFirst;
    }
    state.counters["ours_ms"] = median(oursSeconds) * 1e3;
    state.counters["scipy_ms"] = median(peerSeconds) * 1e3;
    state.counters["x_scipy"] = median(ratios);
}

void humidityToRate(benchmark::State& state, double rate_hz) {
    const RecordedTest test = benchRecord(rate_hz);
    against(
        state, test, "rate", [&] { return rates(test); }, [&] { return rateSums(test); });
}

/// \param most_hz gas readings that are faster are thinned; then the numbers differ from the script's, which
/// thins nothing, by the noise that the means take away
void fullAnalysis(benchmark::State& state, double rate_hz, double most_hz, double tolerance) {
    const RecordedTest test = benchRecord(rate_hz);
    auto p = benchParameters();
    p.mostHz = most_hz;
    const auto run = [&] {
        auto result = analysis::analyzeTest(test, p);
        if (!result) throw std::runtime_error(result.error().sentence());
        benchmark::DoNotOptimize(result->sites.data());
        return std::move(*result);
    };
    against(
        state, test, "full", run, [&] { return numbers(run()); }, tolerance);
}

/// Four sites of 50 Hz as the live view gets them, ten times a second. \return processor seconds
/// \param analysed false: only what the reader of the recording does
double live(const RecordedTest& test, bool analysed) {
    constexpr std::size_t block = 5;
    const std::size_t n = test.sites[0].humidity.time_s.size();
    std::vector<analysis::LiveCurve> curves(test.sites.size());
    std::vector<SiteSignals> grown(test.sites.size());
    for (std::size_t s = 0; s < curves.size(); ++s) {
        grown[s].site = test.sites[s].site;
        grown[s].flowReference = test.sites[s].flowReference;
    }
    const double from = processorSeconds();
    for (std::size_t end = block; end <= n; end += block)
        for (std::size_t s = 0; s < curves.size(); ++s) {
            for (const auto column : {&HumiditySignals::time_s, &HumiditySignals::humidityIn_pct,
                                      &HumiditySignals::temperatureIn_c, &HumiditySignals::humidityOut_pct,
                                      &HumiditySignals::temperatureOut_c, &HumiditySignals::flow_sccm,
                                      &HumiditySignals::pressure_kpa}) {
                const auto begin = (test.sites[s].humidity.*column).begin();
                std::vector<double>& to = grown[s].humidity.*column;
                to.insert(to.end(), begin + static_cast<std::ptrdiff_t>(end - block),
                          begin + static_cast<std::ptrdiff_t>(end));
            }
            if (!analysed) continue;
            if (!curves[s].extend(grown[s])) throw std::runtime_error("a block was refused");
            if (grown[s].humidity.time_s.back() >= test.stimulusStart->count())
                curves[s].startStimulus(test.stimulusStart->count());
            benchmark::DoNotOptimize(curves[s].volume()); // shown at every poll
        }
    const double spent = processorSeconds() - from;
    benchmark::DoNotOptimize(grown.data());
    for (const analysis::LiveCurve& curve : curves)
        if (analysed && !curve.volume()) throw std::runtime_error("there is no volume");
    return spent;
}

/// Time of one tick of all four sites; what the reader of the recording does is taken off.
void streaming(benchmark::State& state) {
    const RecordedTest test = benchRecord(50.0);
    const auto ticks = static_cast<double>(test.sites[0].humidity.time_s.size());
    std::vector<double> perTick_ns;
    for ([[maybe_unused]] auto _ : state) {
        const double whole = live(test, true), reader = live(test, false);
        state.SetIterationTime(whole);
        perTick_ns.push_back(1e9 * (whole - reader) / ticks);
    }
    state.counters["tick_ns"] = median(perTick_ns);
}

/// Eight channels of 10 Hz over 20 min; row 11 of the acceptance tests asks for less than 100 ms.
void eightChannels(benchmark::State& state) {
    RecordedTest test = benchRecord(10.0);
    for (std::size_t s = 0; s < 4; ++s) {
        test.sites.push_back(test.sites[s]);
        test.sites.back().site += "_right";
    }
    const auto p = benchParameters();
    for ([[maybe_unused]] auto _ : state) {
        const auto result = analysis::analyzeTest(test, p);
        if (!result) throw std::runtime_error(result.error().sentence());
        benchmark::DoNotOptimize(result->sites.data());
    }
}

BENCHMARK_CAPTURE(humidityToRate, 100Hz, 100.0)
    ->Name("HumidityToRate/eccrine/100Hz")
    ->UseManualTime()
    ->Iterations(21)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(humidityToRate, 1kHz, 1000.0)
    ->Name("HumidityToRate/eccrine/1kHz")
    ->UseManualTime()
    ->Iterations(11)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fullAnalysis, 100Hz, 100.0, 1e6, 2e-6)
    ->Name("FullAnalysis/eccrine/100Hz")
    ->UseManualTime()
    ->Iterations(21)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fullAnalysis, 1kHz, 1000.0, 1e6, 2e-6)
    ->Name("FullAnalysis/eccrine/1kHz")
    ->UseManualTime()
    ->Iterations(11)
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fullAnalysis, multirate, 1000.0, 50.0, 2e-3)
    ->Name("FullAnalysis/eccrine/1kHz/multirate")
    ->UseManualTime()
    ->Iterations(11)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(streaming)
    ->Name("Streaming/eccrine/four_sites")
    ->UseManualTime()
    ->Iterations(51)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(eightChannels)->Name("EightChannels/eccrine/10Hz")->Unit(benchmark::kMillisecond);

} // namespace
} // namespace eccrine::benchmarks

int main(int argc, char** argv) {
    eccrine::keepFreedMemory(); // as the program does
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
