// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/virtual/delivery.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace eccrine::devices::virtual_instrument {
using namespace std::chrono_literals;

inline constexpr Seconds tick{0.001};
inline constexpr std::uint64_t run = 0xA1B2C3D4E5F60718U;

inline SourceParameters source() {
    SourceParameters p;
    p.maxCurrent_uA = 5000;
    p.maxTime_s = 3600.0;
    p.stopRamp_s = 0.4;
    p.compliance_v = 60.0;
    return p;
}

inline DeliveryLimits limits() {
    DeliveryLimits l;
    l.nonce = run;
    l.current_uA = {2100, 2100, 2100, 2100};
    l.charge_uC = {630'000, 630'000, 630'000, 630'000};
    l.time_ms = 360'000;
    l.voltage_mV = 60'000;
    l.slope_uA_per_s = 2000;
    return l;
}

inline SetPoint setPoint(std::uint32_t command, std::int32_t current_uA) {
    SetPoint s;
    s.nonce = run;
    s.command = command;
    s.current_uA = {current_uA, 0, 0, 0};
    s.ramp_uA_per_s = 2000;
    s.siteMask = 0x01;
    return s;
}

/// A delivery on a 5 kOhm load with both clocks in hand. Device time may run faster than the host's.
struct Bench {
    Delivery delivery{source()};
    MonotonicTime host{};
    double speed = 1.0;
    std::function<ElectrodeReading(double)> load = [](double out_uA) {
        return ElectrodeReading{out_uA, -out_uA, out_uA * 5e-3};
    };

    void advance(double device_s) {
        const auto ticks = std::lround(device_s / tick.count());
        for (long k = 0; k < ticks; ++k) {
            host += std::chrono::nanoseconds{std::llround(1e6 / speed)};
            delivery.expireLease(host);
            delivery.ramp(tick);
            std::array<ElectrodeReading, maxSites> readings{};
            for (std::size_t i = 0; i < maxSites; ++i)
                readings[i] = load(delivery.output_uA(i));
            delivery.judge(readings, tick);
        }
    }
    /// As a good host: refreshes every 100 ms of its own time.
    void deliver(double device_s, const SetPoint& s) {
        for (double done = 0.0; done < device_s - 1e-9; done += 0.1 * speed) {
            ASSERT_EQ(delivery.setCurrent(s, host), Answer::Ok);
            advance(std::min(0.1 * speed, device_s - done));
        }
    }
    void arm() {
        ASSERT_EQ(delivery.setLimits(limits()), Answer::Ok);
        ASSERT_EQ(delivery.arm(run, 1, 0x01, DeliveryMode::Patient), Answer::Ok);
    }
    void hold(std::int32_t current_uA = 2000) {
        arm();
        deliver(1.5, setPoint(2, current_uA));
        ASSERT_EQ(delivery.state(), DeliveryState::Hold);
    }
};

inline std::uint32_t bit(FaultBit b) {
    return 1U << static_cast<unsigned>(b);
}

} // namespace eccrine::devices::virtual_instrument
