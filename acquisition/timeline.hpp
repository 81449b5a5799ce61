// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "devices/front_end.hpp"

#include <boost/circular_buffer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

namespace eccrine::acquisition {

/// How a device's clock lies on the host's monotonic clock, fitted over a sliding window of host time.
///
/// Two kinds of evidence: two-way probes (offset ((t1−t0)+(t2−t3))/2, kept when their round trip is within 1
/// ms of the shortest in the window), and one-way arrivals, of which only the least delayed in each second
/// counts; their line runs below all of them, so queueing delays do not bend it. Probes win where there are
/// any: an arrival cannot tell a fixed delay from an offset.
///
/// One thread. Memory is taken at construction; nothing later allocates or throws.
class DeviceClockFit {
public:
    struct Settings {
        double declaredSpeed =
            1.0; ///< device seconds per host second; > 1 for an accelerated virtual instrument
        std::chrono::seconds window{60}; ///< host time
        std::chrono::microseconds roundTripMargin{1000};
        std::chrono::seconds bin{1};         ///< of one-way arrivals, host time
        std::size_t probes = 512;            ///< kept at most: 8 per burst, a burst every 2 s, twice over
        std::chrono::seconds driftNeeds{10}; ///< host time spanned before a drift is stated
        double warnPpm = 200.0;
        double refusePpm = 1000.0;
    };
    enum class Health : std::uint8_t {
        Unknown,  ///< no evidence yet
        Settling, ///< an offset, not yet a drift
        Good,
        Drifting, ///< |drift| > 200 ppm: warn
        Refused,  ///< |drift| > 1000 ppm: this is not the clock the device says it is
    };
    enum class Evidence : std::uint8_t { None, Arrivals, Probes };

    DeviceClockFit();
    explicit DeviceClockFit(const Settings& settings);

    void addProbe(const devices::TimeSyncProbe& probe) noexcept;
    /// A sample or frame stamped `at` by the device was complete on the host at `arrival`.
    void addArrival(DeviceTime at, MonotonicTime arrival) noexcept;

    /// Forgets everything: another boot of the device is another clock.
    void reset() noexcept;

    [[nodiscard]] Health health() const noexcept { return health_; }
    [[nodiscard]] Evidence evidence() const noexcept { return evidence_; }
    /// Device seconds per host second against the declared speed, parts per million; positive: the device's
    /// clock is fast. Empty while settling.
    [[nodiscard]] std::optional<double> driftPpm() const noexcept { return driftPpm_; }
    /// Half the shortest round trip of the window: no offset from probes is better known than that. Empty
    /// without probes.
    [[nodiscard]] std::optional<std::chrono::nanoseconds> offsetUncertainty() const noexcept;

    /// Empty while there is no evidence.
    [[nodiscard]] std::optional<MonotonicTime> hostTimeOf(DeviceTime at) const noexcept;
    [[nodiscard]] std::optional<DeviceTime> deviceTimeOf(MonotonicTime at) const noexcept;

private:
    struct Point {
        double device_us = 0.0; ///< since the first evidence
        double host_us = 0.0;   ///< since the first evidence
        double roundTrip_us = 0.0;
    };
    struct Line { ///< host = host_us + (device − device_us) / speed
        double device_us = 0.0;
        double host_us = 0.0;
        double speed = 1.0;   ///< device per host
        double span_us = 0.0; ///< of host time
        bool known = false;
    };
    [[nodiscard]] Point pointOf(DeviceTime device, MonotonicTime host) noexcept;
    void forget(double now_us) noexcept;
    void refit() noexcept;
    [[nodiscard]] double shortestRoundTrip() const noexcept;
    [[nodiscard]] Line lineThroughProbes() const noexcept;
    [[nodiscard]] Line lineBelowArrivals() noexcept;

    Settings settings_;
    boost::circular_buffer<Point> probes_;
    boost::circular_buffer<Point> arrivals_; ///< the least delayed of each bin
    std::vector<Point> hull_;                ///< scratch of lineBelowArrivals
    std::int64_t bin_ = std::numeric_limits<std::int64_t>::min();
    std::optional<DeviceTime> deviceOrigin_;
    MonotonicTime hostOrigin_{};
    Line line_;
    Health health_ = Health::Unknown;
    Evidence evidence_ = Evidence::None;
    std::optional<double> driftPpm_;
};

/// Test time: one line for all devices of a recording. The first device is the reference: its test time is
/// its device time minus the recording's origin, exactly, whatever its drift (which is reported, not
/// applied). A further device is mapped through the host clock onto the reference. One thread.
class Timeline {
public:
    using DeviceIndex = std::size_t;
    static constexpr DeviceIndex reference = 0;

    /// Adds a device; the first one becomes the reference.
    DeviceIndex addDevice(const DeviceClockFit::Settings& settings);
    [[nodiscard]] std::size_t devices() const noexcept { return fits_.size(); }
    [[nodiscard]] DeviceClockFit& clock(DeviceIndex device) { return fits_.at(device); }
    [[nodiscard]] const DeviceClockFit& clock(DeviceIndex device) const { return fits_.at(device); }

    /// Test time zero, in the reference device's time.
    void beginAt(DeviceTime origin) noexcept { origin_ = origin; }
    [[nodiscard]] std::optional<DeviceTime> origin() const noexcept { return origin_; }

    /// Empty before beginAt(), and for a further device while its clock or the reference's has no evidence.
    [[nodiscard]] std::optional<TestTime> testTimeOf(DeviceIndex device, DeviceTime at) const noexcept;
    /// For labels such as "operator pressed at"; from the reference's clock fit.
    [[nodiscard]] std::optional<TestTime> testTimeOf(MonotonicTime at) const noexcept;
    /// The reference device's time of a test time. Empty before beginAt().
    [[nodiscard]] std::optional<DeviceTime> deviceTimeOf(TestTime at) const noexcept;

private:
    std::vector<DeviceClockFit> fits_;
    std::optional<DeviceTime> origin_;
};

} // namespace eccrine::acquisition
