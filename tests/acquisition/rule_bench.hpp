// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/trip.hpp"

#include <chrono>
#include <optional>

namespace eccrine::acquisition {

/// Feeds one site's samples at 1 kHz to the rules of that site, without an interlock. Stops at the first
/// finding.
struct RuleBench {
    std::chrono::microseconds now{10'000'000};
    std::chrono::microseconds period{1000};
    std::chrono::microseconds after{}; ///< what the last run() took
    Expected expected = set(2000.0);

    struct Reading {
        double current_uA = 0.0;
        std::optional<double> voltage_mV{};
        std::optional<double> cathode_uA{};
    };

    /// The whole set-point is expected to flow.
    [[nodiscard]] static Expected set(double uA) {
        return {.set_uA = uA, .most_uA = uA, .least_uA = uA, .voltageLimit_mV = 60'000.0, .settled = true};
    }
    /// `reading` is asked for each sample with the seconds since this run began. `watch` sees the rules after
    /// each.
    template <class Rules, class Read, class Watch>
    std::optional<Finding> run(Rules& rules, std::chrono::microseconds time, Read reading, Watch watch) {
        const auto start = now;
        while (now - start < time) {
            now += period;
            after = now - start;
            const Reading r = reading(std::chrono::duration<double>(after).count());
            const auto found = rules.observe({.site = 0,
                                              .current_uA = r.current_uA,
                                              .voltage_mV = r.voltage_mV,
                                              .at = DeviceTime{now},
                                              .period = period,
                                              .arrival = {},
                                              .cathode_uA = r.cathode_uA},
                                             expected);
            watch(rules);
            if (found) return found;
        }
        return std::nullopt;
    }
    template <class Rules, class Read>
    std::optional<Finding> run(Rules& rules, std::chrono::microseconds time, Read reading) {
        return run(rules, time, reading, [](const Rules&) {});
    }
};

} // namespace eccrine::acquisition
