// SPDX-License-Identifier: GPL-3.0-or-later
#include "benchmarks/analysis/bench_record.hpp"

#include "analysis/psychrometrics.hpp"
#include "analysis/sweat_rate.hpp"

#include <array>
#include <cmath>
#include <fstream>
#include <iomanip>
#include <random>
#include <span>
#include <stdexcept>
#include <utility>

namespace eccrine::benchmarks {
namespace {

constexpr double baseline_s = 180.0, window_s = 600.0, stimulus_s = 300.0;
constexpr double washout_s = 0.6, sensor_s = 4.0, delay_s = 1.2;

struct Response {
    const char* site;
    double latency_s, amplitude, resting;
};

double sweat(const Response& r, double t) {
    const auto rising = [&](double x) {
        return x > r.latency_s ? 1.0 - std::exp(-(x - r.latency_s) / 75.0) : 0.0;
    };
    constexpr double off = 308.0;
    return r.resting + r.amplitude * (t <= off ? rising(t) : rising(off) * std::exp(-(t - off) / 90.0));
}

/// The outlet humidity that this rate makes.
double humidityOf(double rate, const analysis::HumidityReading& gas, double perRatio) {
    const double in = analysis::vapourPressure(gas.humidityIn, gas.temperatureIn, gas.pressure, true).value;
    const double ratio = in / (gas.pressure.value - in) + rate / perRatio;
    const double vapour = gas.pressure.value * ratio / (1.0 + ratio);
    return 100.0 * vapour / analysis::vapourPressure({100.0}, gas.temperatureOut, gas.pressure, true).value;
}

} // namespace

RecordedTest benchRecord(double rate_hz, unsigned seed) {
    RecordedTest test;
    test.sourceFile = "benchmark";
    test.protocol = "qsart";
    test.simulated = true;
    test.stimulusStart = Seconds{baseline_s};
    test.stimulusStop = Seconds{baseline_s + stimulus_s};
    test.meta["protocol.charge_mc"] = "600";
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    const auto n = static_cast<std::size_t>((baseline_s + window_s + 5.0) * rate_hz);
    const double keepWashout = std::exp(-1.0 / rate_hz / washout_s);
    const double keepSensor = std::exp(-1.0 / rate_hz / sensor_s);
    const double keepSlow = std::exp(-1.0 / rate_hz / 20.0);
    for (const Response& r :
         std::array{Response{"forearm", 95.0, 280.0, 35.0}, Response{"proximal_leg", 110.0, 250.0, 40.0},
                    Response{"distal_leg", 120.0, 220.0, 38.0}, Response{"foot", 135.0, 90.0, 30.0}}) {
        SiteSignals site;
        site.site = r.site;
        site.flowReference = FlowReference{};
        site.capsule = {std::nullopt, Seconds{washout_s}, Seconds{sensor_s}, Seconds{delay_s}};
        HumiditySignals& h = site.humidity;
        double first = r.resting, second = r.resting, slow = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
            const double t = static_cast<double>(i) / rate_hz;
            const double x = sweat(r, t - baseline_s - delay_s);
            first = x + (first - x) * keepWashout;
            second = first + (second - first) * keepSensor;
            slow = keepSlow * slow + std::sqrt(1.0 - keepSlow * keepSlow) * 0.3 * normal(random);
            analysis::HumidityReading gas;
            gas.humidityIn = {1.0 + 0.01 * normal(random)};
            gas.temperatureIn = {24.0 + 0.02 * normal(random)};
            gas.temperatureOut = {32.0 + 0.02 * normal(random)};
            gas.pressure = {98000.0 + 5.0 * normal(random)};
            gas.flow = {100.0 + 0.05 * normal(random)};
            const double perRatio = 805.196 * gas.flow.value; // nL/min per mol/mol and sccm at 0 °C
            h.time_s.push_back(t);
            h.humidityIn_pct.push_back(gas.humidityIn.value);
            h.temperatureIn_c.push_back(gas.temperatureIn.value);
            h.humidityOut_pct.push_back(humidityOf(second + slow + normal(random), gas, perRatio));
            h.temperatureOut_c.push_back(gas.temperatureOut.value);
            h.flow_sccm.push_back(gas.flow.value);
            h.pressure_kpa.push_back(gas.pressure.value / 1000.0);
            site.current.time_s.push_back(t);
            const bool on = t >= baseline_s && t < baseline_s + stimulus_s;
            site.current.current_ma.push_back((on ? 2.0 : 0.0) + 0.001 * normal(random));
        }
        test.sites.push_back(std::move(site));
    }
    return test;
}

void writeForPeer(const RecordedTest& test, const std::filesystem::path& folder) {
    const auto write = [&](std::size_t site, const char* column, std::span<const double> values) {
        std::ofstream file(folder / (std::to_string(site) + "." + column), std::ios::binary);
        file.write(reinterpret_cast<const char*>(values.data()),
                   static_cast<std::streamsize>(values.size_bytes()));
        if (!file.flush())
            throw std::runtime_error("the columns for the peer cannot be written to " + folder.string());
    };
    for (std::size_t i = 0; i < test.sites.size(); ++i) {
        const HumiditySignals& h = test.sites[i].humidity;
        const CurrentSignals& c = test.sites[i].current;
        for (const auto& [name, values] : {std::pair{"time_s", &h.time_s},
                                           {"rh_in_pct", &h.humidityIn_pct},
                                           {"t_in_c", &h.temperatureIn_c},
                                           {"rh_out_pct", &h.humidityOut_pct},
                                           {"t_out_c", &h.temperatureOut_c},
                                           {"flow_sccm", &h.flow_sccm},
                                           {"pressure_kpa", &h.pressure_kpa},
                                           {"current_time_s", &c.time_s},
                                           {"current_ma", &c.current_ma}})
            write(i, name, *values);
    }
    std::ofstream constants(folder / "record.json");
    constants << std::setprecision(17) << "{\"sites\": " << test.sites.size()
              << ", \"stimulus_start_s\": " << test.stimulusStart->count()
              << ", \"stimulus_stop_s\": " << test.stimulusStop->count() << ", \"washout_s\": " << washout_s
              << ", \"sensor_s\": " << sensor_s << ", \"delay_s\": " << delay_s << "}\n";
    if (!constants.flush()) throw std::runtime_error("record.json cannot be written to " + folder.string());
}

} // namespace eccrine::benchmarks
