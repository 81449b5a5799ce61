// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/device_loop.hpp"

#include <atomic>
#include <chrono>
#include <thread>

namespace eccrine::acquisition {

/// Runs a DeviceLoop on its own thread; destroying it stops and joins. Asks for real-time scheduling; a
/// machine that does not permit it is said so in the recording, not refused.
class DeviceThread {
public:
    explicit DeviceThread(DeviceLoop& loop);
    DeviceThread(const DeviceThread&) = delete;
    DeviceThread& operator=(const DeviceThread&) = delete;
    ~DeviceThread();

    [[nodiscard]] bool linkLost() const noexcept { return lost_.load(std::memory_order_acquire); }
    enum class Scheduling { Unknown, RealTime, Ordinary };
    [[nodiscard]] Scheduling scheduling() const noexcept {
        return scheduling_.load(std::memory_order_acquire);
    }

private:
    std::atomic<bool> lost_{false};
    std::atomic<Scheduling> scheduling_{Scheduling::Unknown};
    std::jthread thread_; // last: joined before anything it uses goes away
};

} // namespace eccrine::acquisition
