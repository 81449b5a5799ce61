// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/current_interlock.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <limits>
#include <optional>

namespace eccrine::acquisition {

using namespace std::chrono_literals;
using std::chrono::microseconds;

inline constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
inline constexpr double infinite = std::numeric_limits<double>::infinity();
inline constexpr SiteLimits qsart{.current = {2500}, .charge = {600.0}, .voltage = {60.0}};

inline InterlockLimits fourSites() {
    InterlockLimits limits;
    limits.sites.fill(qsart);
    return limits;
}

inline devices::SetPoint demand(std::int32_t uA, std::uint32_t ramp = 0) {
    devices::SetPoint s;
    s.current_uA = {uA, uA, uA, uA};
    s.ramp_uA_per_s = ramp;
    s.siteMask = 0b1111;
    return s;
}

/// A patient on the couch: 1 kHz samples at all four sites, device and host clock in step, the interlock
/// looked at every 10 ms. Stops at the first trip.
struct Couch {
    CurrentInterlock interlock;
    microseconds now = 10s;
    microseconds period = 1ms;
    bool stop = false;
    bool stuck = false; ///< readings without the last bit of noise that every converter has
    std::array<double, maxSites> current_uA{};
    std::array<double, maxSites> voltage_mV{10'000.0, 10'000.0, 10'000.0, 10'000.0};

    explicit Couch(const InterlockLimits& limits = fourSites()) { EXPECT_TRUE(interlock.configure(limits)); }

    [[nodiscard]] MonotonicTime host() const { return MonotonicTime{now + 1000s}; }
    [[nodiscard]] DeviceTime device() const { return DeviceTime{now}; }

    std::optional<Trip> sample(std::uint8_t site, double uA, double mV = 10'000.0) {
        return interlock.observe({.site = site,
                                  .current_uA = uA,
                                  .voltage_mV = mV,
                                  .at = device(),
                                  .period = period,
                                  .arrival = host()});
    }
    std::optional<Trip> step() {
        now += period;
        for (std::uint8_t site = 0; site < maxSites; ++site)
            if (auto trip = sample(site, current_uA[site], voltage_mV[site] + lastBit())) return trip;
        if (now % 10ms == 0us) return interlock.tick(host(), stop);
        return std::nullopt;
    }
    [[nodiscard]] double lastBit() const { return !stuck && now / period % 2 != 0 ? 0.01 : 0.0; } // mV
    std::optional<Trip> run(microseconds time) {
        for (const auto end = now + time; now < end;)
            if (auto trip = step()) return trip;
        return std::nullopt;
    }
    void all(double uA) { current_uA.fill(uA); }
    /// 2 mA everywhere, quietly, long enough for every rule's window.
    void deliver(std::int32_t uA = 2000) {
        EXPECT_EQ(interlock.permit(demand(uA)).current_uA[0], uA);
        all(uA);
        EXPECT_EQ(run(2s), std::nullopt);
    }
};

} // namespace eccrine::acquisition
