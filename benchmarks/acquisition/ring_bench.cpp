// SPDX-License-Identifier: GPL-3.0-or-later
// The SampleRing against its peers. Each iteration is one round in which every queue runs once, in turning
// order, next to a measurement of the cache-line round trip; a ratio is the median of the rounds' ratios. So
// a neighbour on the machine, or two virtual processors that share a core, hits ours and peer alike.
#include "benchmarks/acquisition/queues.hpp"
#include "benchmarks/acquisition/two_threads.hpp"

#include <benchmark/benchmark.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <string>
#include <tuple>

namespace eccrine::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

/// Per round and queue one number; at the end medians, and the medians of the ratios peer/ours.
class Rounds {
public:
    void add(const std::string& queue, double value) { values_[queue].push_back(value); }
    void report(benchmark::State& state, const std::string& unit) const {
        const auto& ours = values_.at("ours");
        for (const auto& [queue, values] : values_) {
            state.counters[std::string(queue).append("_").append(unit)] = median(values);
            if (queue == "ours" || queue == "line") continue;
            std::vector<double> ratios;
            for (std::size_t i = 0; i < values.size(); ++i)
                ratios.push_back(values[i] / ours[i]);
            state.counters["x_" + queue] = median(ratios);
        }
        const auto best = bestPeer();
        std::vector<double> ratios;
        for (std::size_t i = 0; i < ours.size(); ++i)
            ratios.push_back(values_.at(best)[i] / ours[i]);
        state.counters["x_best"] = median(ratios);
        state.counters["best_" + unit] = median(values_.at(best));
        state.SetLabel("best peer: " + best);
    }

private:
    [[nodiscard]] std::string bestPeer() const {
        std::string best;
        for (const auto& [queue, values] : values_)
            if (queue != "ours" && queue != "line" &&
                (best.empty() || median(values) < median(values_.at(best))))
                best = queue;
        return best;
    }
    std::map<std::string, std::vector<double>> values_;
};

template <class... Queues>
struct List {};
using All = List<OurRing, BoostQueue, MoodycamelQueue, JackRing, LockedBuffer>;

/// Calls f once per queue type, starting with another one each round.
template <class F, class... Queues>
void inTurn(List<Queues...>, std::size_t round, F&& f) {
    const std::array<std::function<void()>, sizeof...(Queues)> calls{
        [&] { f.template operator()<Queues>(); }...};
    for (std::size_t i = 0; i < calls.size(); ++i)
        calls[(i + round) % calls.size()]();
}

/// Owns one queue of each type, so that no round pays for construction.
template <class... Queues>
struct Owner {
    explicit Owner(List<Queues...>, std::size_t capacity) : queues(std::make_unique<Queues>(capacity)...) {}
    template <class Queue>
    Queue& get() {
        return *std::get<std::unique_ptr<Queue>>(queues);
    }
    std::tuple<std::unique_ptr<Queues>...> queues;
};

template <class Queue>
double nanosecondsPerFrame(TwoThreads& threads, Queue& queue, std::size_t burst, std::uint64_t frames) {
    std::uint64_t sum = 0;
    const double seconds = threads.run(
        [&] {
            for (std::uint64_t taken = 0; taken < frames;) {
                const auto n = queue.take(burst, sum);
                taken += n;
                if (n == 0) relax();
            }
        },
        [&] {
            for (std::uint64_t i = 0; i < frames; i += burst)
                while (!queue.put(burst, i))
                    relax();
        });
    benchmark::DoNotOptimize(sum);
    return seconds / static_cast<double>(frames) * 1e9;
}

void throughput(benchmark::State& state) {
    const auto burst = static_cast<std::size_t>(state.range(0));
    const auto capacity = static_cast<std::size_t>(state.range(1));
    constexpr std::uint64_t frames = 1U << 17U;
    TwoThreads threads;
    Owner owner(All{}, capacity);
    Rounds rounds;
    std::size_t round = 0;
    for ([[maybe_unused]] auto _ : state) {
        rounds.add("line", lineRoundTrip(threads));
        inTurn(All{}, round++, [&]<class Queue>() {
            const double ns = nanosecondsPerFrame(threads, owner.get<Queue>(), burst, frames);
            rounds.add(Queue::name, ns);
            if (std::string_view(Queue::name) == "ours") state.SetIterationTime(ns * 1e-9 * frames);
        });
    }
    rounds.report(state, "ns");
}

void roundTrip(benchmark::State& state) {
    constexpr std::size_t trips = 4000;
    TwoThreads threads;
    Owner ping(All{}, 4096);
    Owner pong(All{}, 4096);
    Rounds p50;
    Rounds p99;
    std::size_t round = 0;
    std::vector<double> nanoseconds(trips);
    for ([[maybe_unused]] auto _ : state) {
        const double line = lineRoundTrip(threads);
        p50.add("line", line);
        p99.add("line", line);
        inTurn(All{}, round++, [&]<class Queue>() {
            auto& out = ping.get<Queue>();
            auto& back = pong.get<Queue>();
            std::uint64_t sum = 0;
            const double seconds = threads.run(
                [&] {
                    std::uint64_t partnerSum = 0;
                    for (std::size_t i = 0; i < trips; ++i) {
                        while (out.take(1, partnerSum) == 0)
                            relax();
                        while (!back.put(1, i))
                            relax();
                    }
                    benchmark::DoNotOptimize(partnerSum);
                },
                [&] {
                    auto before = Clock::now();
                    for (std::size_t i = 0; i < trips; ++i) {
                        while (!out.put(1, i))
                            relax();
                        while (back.take(1, sum) == 0)
                            relax();
                        const auto now = Clock::now();
                        nanoseconds[i] = std::chrono::duration<double, std::nano>(now - before).count();
                        before = now;
                    }
                });
            benchmark::DoNotOptimize(sum);
            p50.add(Queue::name, quantile(nanoseconds, 0.50));
            p99.add(Queue::name, quantile(nanoseconds, 0.99));
            if (std::string_view(Queue::name) == "ours") state.SetIterationTime(seconds);
        });
    }
    (state.range(0) == 50 ? p50 : p99).report(state, "ns");
}

/// What the device thread feels: 5 kHz, a frame at a time, while a reader copies a window of 65536 frames
/// over and over, a millisecond apart. With the ring the window is the reader's own; with a mutex it is the
/// shared buffer.
class PacedRing {
public:
    static constexpr const char* name = "ours";
    void write(std::uint64_t number) noexcept {
        Frame<7> frame;
        frame.fill(number);
        ring_.push(frame);
    }
    void read(std::vector<PeerFrame>& copy) {
        for (auto waiting = ring_.peek(4096); !waiting.empty(); waiting = ring_.peek(4096)) {
            for (std::size_t i = 0; i < waiting.size(); ++i) {
                PeerFrame frame;
                std::copy(waiting[i].words.begin(), waiting[i].words.end(), frame.words.begin());
                window_.push_back(frame);
            }
            ring_.consume(waiting.size());
        }
        std::copy(window_.begin(), window_.end(), copy.begin());
    }

private:
    acquisition::SampleRing<Frame<7>> ring_{65536};
    boost::circular_buffer<PeerFrame> window_ = boost::circular_buffer<PeerFrame>(65536, PeerFrame{});
};

class PacedLocked {
public:
    static constexpr const char* name = "mutex";
    void write(std::uint64_t number) noexcept {
        PeerFrame frame;
        frame.fill(number);
        const std::lock_guard hold(mutex_);
        window_.push_back(frame);
    }
    void read(std::vector<PeerFrame>& copy) {
        const std::lock_guard hold(mutex_);
        std::copy(window_.begin(), window_.end(), copy.begin());
    }

private:
    std::mutex mutex_;
    boost::circular_buffer<PeerFrame> window_ = boost::circular_buffer<PeerFrame>(65536, PeerFrame{});
};

void paced(benchmark::State& state) {
    constexpr std::size_t frames = 5000;
    constexpr auto period = std::chrono::microseconds{200};
    constexpr auto between = std::chrono::milliseconds{1};
    using Pair = List<PacedRing, PacedLocked>;
    TwoThreads threads;
    PacedRing ours;
    PacedLocked locked;
    const auto of = [&]<class Queue>() -> Queue& {
        if constexpr (std::is_same_v<Queue, PacedRing>)
            return ours;
        else
            return locked;
    };
    Rounds p99;
    std::size_t round = 0;
    std::vector<double> nanoseconds(frames);
    std::vector<PeerFrame> copy(65536);
    for ([[maybe_unused]] auto _ : state) {
        p99.add("line", lineRoundTrip(threads));
        inTurn(Pair{}, round++, [&]<class Queue>() {
            auto& queue = of.template operator()<Queue>();
            std::atomic<bool> over{false};
            threads.run(
                [&] {
                    for (auto next = Clock::now(); !over.load(std::memory_order_relaxed);) {
                        if (Clock::now() < next) {
                            relax();
                            continue;
                        }
                        queue.read(copy);
                        benchmark::DoNotOptimize(copy.data());
                        next = Clock::now() + between;
                    }
                },
                [&] {
                    auto next = Clock::now();
                    for (std::size_t i = 0; i < frames; ++i) {
                        while (Clock::now() < next)
                            relax();
                        const auto before = Clock::now();
                        queue.write(i);
                        nanoseconds[i] =
                            std::chrono::duration<double, std::nano>(Clock::now() - before).count();
                        next += period;
                    }
                    over.store(true, std::memory_order_relaxed);
                });
            const double value = quantile(nanoseconds, 0.99);
            p99.add(Queue::name, value);
            if (std::string_view(Queue::name) == "ours") state.SetIterationTime(value * 1e-9);
        });
    }
    p99.report(state, "ns");
}

} // namespace

BENCHMARK(throughput)
    ->Name("ring/burst")
    ->ArgNames({"frames", "capacity"})
    ->ArgsProduct({{1, 16, 64, 256}, {4096, 65536}})
    ->UseManualTime()
    ->Iterations(41);
BENCHMARK(roundTrip)
    ->Name("ring/round_trip")
    ->ArgName("p")
    ->Arg(50)
    ->Arg(99)
    ->UseManualTime()
    ->Iterations(41);
BENCHMARK(paced)->Name("ring/paced_p99")->UseManualTime()->Iterations(5);

} // namespace eccrine::benchmarks

BENCHMARK_MAIN();
