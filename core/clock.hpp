// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace eccrine {

/// A device's own monotonic clock, microseconds since its boot, unwrapped to 64 bits.
struct DeviceClock {
    using rep = std::int64_t;
    using period = std::micro;
    using duration = std::chrono::microseconds;
    using time_point = std::chrono::time_point<DeviceClock>;
    static constexpr bool is_steady = true;
};

/// Test time: microseconds since the recording began, one line for all devices. What curves, steps and
/// latencies use.
struct TestClock {
    using rep = std::int64_t;
    using period = std::micro;
    using duration = std::chrono::microseconds;
    using time_point = std::chrono::time_point<TestClock>;
    static constexpr bool is_steady = true;
};

using DeviceTime = DeviceClock::time_point;
using TestTime = TestClock::time_point;
/// The host's CLOCK_MONOTONIC: watchdogs, leases and nothing else.
using MonotonicTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;
/// Wall time is a label, never used for control or latency.
using WallTime = std::chrono::time_point<std::chrono::system_clock, std::chrono::milliseconds>;

/// Time is injected: what needs "now" takes one of these, tests hand in their own.
class HostClock {
public:
    HostClock() = default;
    HostClock(const HostClock&) = delete;
    HostClock& operator=(const HostClock&) = delete;
    virtual ~HostClock() = default;
    [[nodiscard]] virtual MonotonicTime monotonic() const noexcept = 0;
    [[nodiscard]] virtual WallTime wall() const noexcept = 0;
};

class SystemHostClock final : public HostClock {
public:
    [[nodiscard]] MonotonicTime monotonic() const noexcept override {
        return std::chrono::time_point_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now());
    }
    [[nodiscard]] WallTime wall() const noexcept override {
        return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    }
};

} // namespace eccrine
