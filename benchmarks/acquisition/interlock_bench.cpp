// SPDX-License-Identifier: GPL-3.0-or-later
// What one reading costs the interlock: every rule, four sites at 1 kHz in hold at 2 mA, with noise and 1 %
// of mains, so that nothing trips. Beside the mean the slowest of all single decisions of a run: the device
// thread waits for each. There is no peer: nothing else does this.
#include "acquisition/current_interlock.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numbers>
#include <random>
#include <stdexcept>
#include <vector>

namespace eccrine::benchmarks {
namespace {

using acquisition::CurrentInterlock;
using acquisition::CurrentSample;
using namespace std::chrono_literals;

constexpr double set_uA = 2000.0;
constexpr std::int64_t readings = 40'000; // of all sites: 10 s

devices::SetPoint hold() {
    devices::SetPoint point;
    point.current_uA = {2000, 2000, 2000, 2000};
    point.ramp_uA_per_s = 0; // at once: the ramp is not what is measured
    point.lease = 500ms;
    point.siteMask = 0x0F;
    return point;
}

acquisition::InterlockLimits limits() {
    acquisition::InterlockLimits out;
    for (auto& site : out.sites)
        site = {{2500}, {700.0}, {60.0}};
    return out;
}

/// Readings as a source at rest in hold gives them, one second, over and over.
class Patient {
public:
    Patient() {
        std::mt19937 random(20261130);
        std::normal_distribution<double> noise(0.0, 4.0);
        for (int ms = 0; ms < 1000; ++ms) {
            const double mains = 0.01 * set_uA * std::sin(2.0 * std::numbers::pi * 50.0 * ms / 1000.0);
            current_uA_.push_back(set_uA + 0.5 * mains + noise(random));
        }
    }
    [[nodiscard]] CurrentSample at(std::int64_t number) const {
        const std::int64_t tick = number / 4;
        const double i = current_uA_[static_cast<std::size_t>(tick % 1000)];
        CurrentSample sample;
        sample.site = static_cast<std::uint8_t>(number % 4);
        sample.current_uA = i;
        sample.voltage_mV = 5.0 * i;
        sample.cathode_uA = -i;
        sample.period = 1ms;
        sample.at = DeviceTime{} + std::chrono::milliseconds{10'000 + tick};
        sample.arrival = MonotonicTime{} + std::chrono::milliseconds{10'000 + tick};
        return sample;
    }

private:
    std::vector<double> current_uA_;
};

void decisions(benchmark::State& state) {
    const Patient patient;
    std::vector<double> each;
    each.reserve(readings);
    for (auto _ : state) {
        state.PauseTiming();
        CurrentInterlock interlock;
        if (!interlock.configure(limits())) throw std::runtime_error("the limits were refused");
        static_cast<void>(interlock.permit(hold()));
        each.clear();
        state.ResumeTiming();
        for (std::int64_t number = 0; number < readings; ++number) {
            const CurrentSample sample = patient.at(number);
            const auto before = std::chrono::steady_clock::now();
            const auto trip = interlock.observe(sample);
            const auto after = std::chrono::steady_clock::now();
            if (trip)
                throw std::runtime_error("the interlock tripped on a source at rest: " +
                                         acquisition::describe(*trip));
            if (number % 400 == 0) static_cast<void>(interlock.permit(hold()));
            each.push_back(std::chrono::duration<double, std::nano>(after - before).count());
        }
    }
    std::sort(each.begin(), each.end());
    const auto at = [&](double part) {
        return each[static_cast<std::size_t>(part * static_cast<double>(each.size() - 1))];
    };
    state.SetItemsProcessed(state.iterations() * readings);
    state.counters["p50_ns"] = at(0.5);
    state.counters["p99_ns"] = at(0.99);
    state.counters["p99.9_ns"] = at(0.999);
    state.counters["longest_ns"] = each.back();
}
BENCHMARK(decisions)->Name("interlock/decision")->Unit(benchmark::kMillisecond);

} // namespace
} // namespace eccrine::benchmarks

BENCHMARK_MAIN();
