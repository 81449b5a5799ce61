// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <pthread.h>
#include <sched.h>
#include <stdexcept>
#include <thread>
#include <vector>

namespace eccrine::benchmarks {

inline void relax() noexcept {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

inline double median(std::vector<double> values) {
    if (values.empty()) return 0.0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

inline double quantile(std::vector<double>& values, double q) {
    const auto at = values.begin() + static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

/// Two threads, each on a processor of its own: the caller and a partner that waits between rounds by
/// spinning. Alive for one benchmark only, so that nobody else is disturbed.
class TwoThreads { // NOLINT(clang-analyzer-optin.performance.Padding): it keeps the threads' lines apart
public:
    TwoThreads() {
        cpu_set_t allowed;
        sched_getaffinity(0, sizeof(allowed), &allowed);
        for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu)
            if (CPU_ISSET(static_cast<std::size_t>(cpu), &allowed)) cpus_.push_back(cpu);
        if (cpus_.size() < 2)
            throw std::runtime_error("this benchmark needs two processors; the process is allowed one");
        pthread_getaffinity_np(pthread_self(), sizeof(before_), &before_);
        pin(cpus_[0]);
        partner_ = std::jthread([this](const std::stop_token& stop) {
            pin(cpus_[1]);
            std::uint64_t done = 0;
            while (!stop.stop_requested()) {
                if (round_.load(std::memory_order_acquire) == done) {
                    relax();
                    continue;
                }
                work_();
                finished_.store(++done, std::memory_order_release);
            }
        });
    }
    ~TwoThreads() {
        partner_.request_stop();
        partner_.join();
        pthread_setaffinity_np(pthread_self(), sizeof(before_), &before_);
    }
    TwoThreads(const TwoThreads&) = delete;
    TwoThreads& operator=(const TwoThreads&) = delete;

    /// Runs both at once; returns the seconds from the start until both were done.
    template <class Mine>
    double run(std::function<void()> partner, Mine&& mine) {
        work_ = std::move(partner);
        const auto start = std::chrono::steady_clock::now();
        const auto round = round_.load(std::memory_order_relaxed) + 1;
        round_.store(round, std::memory_order_release);
        mine();
        while (finished_.load(std::memory_order_acquire) != round)
            relax();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    }

private:
    static void pin(int cpu) {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(cpu), &one);
        pthread_setaffinity_np(pthread_self(), sizeof(one), &one);
    }
    std::vector<int> cpus_;
    cpu_set_t before_{};
    std::function<void()> work_;
    alignas(128) std::atomic<std::uint64_t> round_{0};
    alignas(128) std::atomic<std::uint64_t> finished_{0};
    std::jthread partner_;
};

/// Nanoseconds for one cache line to go to the other processor and back: what the machine gives any queue at
/// this moment. Two virtual processors may share a core in one run and not in the next.
inline double lineRoundTrip(TwoThreads& threads) {
    constexpr std::uint64_t trips = 2000;
    alignas(128) std::atomic<std::uint64_t> line{0};
    const double seconds = threads.run(
        [&] {
            for (std::uint64_t i = 0; i < trips; ++i) {
                while (line.load(std::memory_order_acquire) != 2 * i + 1) {
                }
                line.store(2 * i + 2, std::memory_order_release);
            }
        },
        [&] {
            for (std::uint64_t i = 0; i < trips; ++i) {
                line.store(2 * i + 1, std::memory_order_release);
                while (line.load(std::memory_order_acquire) != 2 * i + 2) {
                }
            }
        });
    return seconds / static_cast<double>(trips) * 1e9;
}

} // namespace eccrine::benchmarks
