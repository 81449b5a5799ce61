// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/sweat_rate.hpp"
#include "core/site_signals.hpp"

#include <cmath>
#include <functional>
#include <random>
#include <vector>

namespace eccrine::analysis::tests {

/// Response of the published shape: b + A·S(t), s = t − L, S = 1 − exp(−(s/tr)^m) up to 308 s, then
/// exponential decay with td.
struct Shape {
    double baseline = 40.0, amplitude = 280.7, latency_s = 105.0, rise_s = 75.0, exponent = 1.0,
           decay_s = 90.0;

    [[nodiscard]] double at(double t) const {
        constexpr double off = 308.0;
        const auto rising = [&](double x) {
            return x > latency_s ? 1.0 - std::exp(-std::pow((x - latency_s) / rise_s, exponent)) : 0.0;
        };
        const double s = t <= off ? rising(t) : rising(off) * std::exp(-(t - off) / decay_s);
        return baseline + amplitude * s;
    }
};

struct Chain {
    double washout_s = 0.0, sensor_s = 0.0, delay_s = 0.0; ///< lag between skin and reading
    double white = 0.0;                                    ///< nL/min, standard deviation per sample
    double slow = 0.0;  ///< nL/min, standard deviation of correlated noise (20 s)
    double drift = 0.0; ///< nL/min per min
    double before_s = 200.0, after_s = 610.0, rate_hz = 10.0;
    unsigned seed = 1;
};

/// A site with the rate column filled; time 0 is `before_s` after the first sample... i.e. the stimulus
/// starts at before_s.
inline SiteSignals siteOf(const Shape& shape, const Chain& chain) {
    SiteSignals site;
    site.site = "forearm";
    if (chain.washout_s > 0) site.capsule.washout = Seconds{chain.washout_s};
    if (chain.sensor_s > 0) site.capsule.sensorLag = Seconds{chain.sensor_s};
    if (chain.delay_s > 0) site.capsule.transportDelay = Seconds{chain.delay_s};
    std::mt19937 random(chain.seed);
    std::normal_distribution<double> normal;
    const int fine = chain.washout_s > 0 || chain.sensor_s > 0 ? 10 : 1; // steps of the lag chain per sample
    const double step = 1.0 / chain.rate_hz / fine;
    double first = shape.baseline, second = shape.baseline, slow = 0.0;
    const double keep = std::exp(-1.0 / chain.rate_hz / 20.0);
    const auto n = static_cast<int>((chain.before_s + chain.after_s) * chain.rate_hz);
    for (int i = 0; i < n; ++i) {
        const double t = i / chain.rate_hz - chain.before_s;
        for (int k = 0; k < fine; ++k) {
            const double x = shape.at(t - chain.delay_s - (fine - 1 - k) * step);
            first = chain.washout_s > 0 ? x + (first - x) * std::exp(-step / chain.washout_s) : x;
            second = chain.sensor_s > 0 ? first + (second - first) * std::exp(-step / chain.sensor_s) : first;
        }
        slow = keep * slow + std::sqrt(1.0 - keep * keep) * chain.slow * normal(random);
        site.humidity.time_s.push_back(i / chain.rate_hz);
        site.humidity.rate_nl_per_min.push_back(second + slow + chain.white * normal(random) +
                                                chain.drift * t / 60.0);
    }
    return site;
}

/// A test of one site with 2 mA for 300 s from the stimulus start.
inline RecordedTest testOf(const SiteSignals& site, double start_s) {
    RecordedTest test;
    test.sourceFile = "synthetic";
    test.stimulusStart = Seconds{start_s};
    test.stimulusStop = Seconds{start_s + 300.0};
    test.sites.push_back(site);
    auto& current = test.sites[0].current;
    for (int i = 0; i < 8000; ++i) {
        const double t = 0.1 * i;
        current.time_s.push_back(t);
        current.current_ma.push_back(t >= start_s && t < start_s + 300.0 ? 2.0 : 0.0);
    }
    return test;
}

inline constexpr double spoiltStart_s = 200.0;

/// A healthy response as humidity at 100 sccm, 32 °C, dry inlet, 101.325 kPa that was not recorded;
/// `spoil(t, reading)` with t from the stimulus start.
inline RecordedTest spoilt(const std::function<void(double, HumidityReading&)>& spoil,
                           const char* name = "forearm", unsigned seed = 1, const Shape& shape = {}) {
    Chain chain;
    chain.white = 0.5;
    chain.slow = 0.1;
    chain.before_s = spoiltStart_s;
    chain.seed = seed;
    SiteSignals site = siteOf(shape, chain);
    site.site = name;
    site.flowReference = FlowReference{};
    HumiditySignals h;
    for (std::size_t i = 0; i < site.humidity.time_s.size(); ++i) {
        HumidityReading r;
        r.humidityOut = {site.humidity.rate_nl_per_min[i] / 38.36};
        r.temperatureOut = {32.0};
        r.flow = {100.0};
        spoil(site.humidity.time_s[i] - spoiltStart_s, r);
        h.time_s.push_back(site.humidity.time_s[i]);
        h.humidityOut_pct.push_back(r.humidityOut.value);
        h.temperatureOut_c.push_back(r.temperatureOut.value);
        h.flow_sccm.push_back(r.flow.value);
    }
    site.humidity = h;
    return testOf(site, spoiltStart_s);
}

} // namespace eccrine::analysis::tests
