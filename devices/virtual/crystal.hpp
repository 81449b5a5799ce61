// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"

#include <cmath>

namespace eccrine::devices::virtual_instrument {

/// What drives the device's clock: so many device seconds per second of the host, a little more or less when
/// the crystal is off. A change of its error does not make the clock jump. Pure; the host's time comes in.
class Crystal {
public:
    explicit Crystal(double speed) : speed_(speed) {}

    void startAt(MonotonicTime host) { since_ = host; }
    /// Parts per million by which the device is too fast from now on.
    void setError(double ppm, MonotonicTime now) {
        if (ppm == ppm_) return;
        at_us_ = microsecondsAt(now);
        since_ = now;
        ppm_ = ppm;
    }
    /// Runs as fast as the host's clock from now on, or at its own speed again; no jump.
    void runInRealTime(bool on, MonotonicTime now) {
        if (on == realTime_) return;
        at_us_ = microsecondsAt(now);
        since_ = now;
        realTime_ = on;
    }
    /// The device has stood still for so long.
    void standStill(std::chrono::nanoseconds time) { since_ += time; }

    [[nodiscard]] DeviceTime at(MonotonicTime host) const {
        return DeviceTime{
            std::chrono::microseconds{static_cast<std::int64_t>(std::floor(microsecondsAt(host)))}};
    }

private:
    [[nodiscard]] double microsecondsAt(MonotonicTime host) const {
        return at_us_ + std::chrono::duration<double, std::micro>(host - since_).count() *
                            (realTime_ ? 1.0 : speed_) * (1.0 + ppm_ * 1e-6);
    }

    double speed_;
    bool realTime_ = false;
    double ppm_ = 0.0;
    double at_us_ = 0.0;
    MonotonicTime since_{};
};

} // namespace eccrine::devices::virtual_instrument
