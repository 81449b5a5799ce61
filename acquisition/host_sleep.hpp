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
        using std::chrono::nanoseconds;
        constexpr int tries = 1000;
        for (int i = 0; i < tries; ++i) {
            const nanoseconds before = now(CLOCK_MONOTONIC);
            const nanoseconds withSleep = now(CLOCK_BOOTTIME);
            const nanoseconds after = now(CLOCK_MONOTONIC);
            // a thread that had to wait in between has not slept
            if (after - before < std::chrono::milliseconds{1}) return withSleep - before;
        }
        return {};
    }

private:
    [[nodiscard]] static std::chrono::nanoseconds now(clockid_t clock) noexcept {
        timespec t{};
        ::clock_gettime(clock, &t);
        return std::chrono::seconds{t.tv_sec} + std::chrono::nanoseconds{t.tv_nsec};
    }
};

/// That of the system.
[[nodiscard]] inline const HostSleep& systemHostSleep() {
    static const SystemHostSleep sleep;
    return sleep;
}

} // namespace eccrine::acquisition
