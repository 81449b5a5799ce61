// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <ctime>

namespace eccrine::acquisition {

/// How long this computer has slept since it was started. The clock that control goes by stands still
/// meanwhile. Injected as the clock is: a test hands in its own. Any thread.
class HostSleep {
public:
    HostSleep() = default;
    HostSleep(const HostSleep&) = delete;
    HostSleep& operator=(const HostSleep&) = delete;
    virtual ~HostSleep() = default;
    [[nodiscard]] virtual std::chrono::nanoseconds total() const noexcept = 0;
};

class SystemHostSleep final : public HostSleep {
public:
    [[nodiscard]] std::chrono::nanoseconds total() const noexcept override {
        timespec withSleep{};
        timespec without{};
        if (::clock_gettime(CLOCK_MONOTONIC, &without) != 0 ||
            ::clock_gettime(CLOCK_BOOTTIME, &withSleep) != 0)
            return {};
        return std::chrono::seconds{withSleep.tv_sec - without.tv_sec} +
               std::chrono::nanoseconds{withSleep.tv_nsec - without.tv_nsec};
    }
};

/// That of the system.
[[nodiscard]] inline const HostSleep& systemHostSleep() {
    static const SystemHostSleep sleep;
    return sleep;
}

} // namespace eccrine::acquisition
