// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/contact_rules.hpp"
#include "acquisition/reading_rules.hpp"
#include "acquisition/ripple_watch.hpp"
#include "acquisition/trip.hpp"
#include "acquisition/warning_book.hpp"
#include "core/failure.hpp"
#include "core/hard_limits.hpp"
#include "core/quantity.hpp"
#include "core/sample.hpp"
#include "devices/front_end.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace eccrine::acquisition {

/// Limits of one site. All zero: this site may not deliver. Asking for more than the hard limits is refused
/// when the interlock is configured.
struct SiteLimits {
    Microamperes current{}; ///< never above this, whatever the set-point; at most hard::current
    Millicoulombs charge{}; ///< target of the run; at most hard::charge
    Volts voltage{};        ///< compliance voltage of the source; at most hard::voltage
    friend bool operator==(const SiteLimits&, const SiteLimits&) = default;
};

struct InterlockLimits {
    std::array<SiteLimits, maxSites> sites{};
    std::chrono::milliseconds readingAge = hard::readingAge; ///< host time; at most hard::readingAge
    double declaredSpeed = 1.0; ///< device seconds per host second, > 1 for a virtual instrument only
};

/// What the rules look at, for one site at one instant. Filled by CurrentInterlock, or by hand in a test.
struct InterlockInput {
    bool stopPressed = false;
    std::chrono::nanoseconds readingAge{}; ///< host time since the last valid reading, while delivering
    unsigned invalidReadings = 0;          ///< within the last 100 ms of device time, this one included
    unsigned overFastLimit = 0;            ///< of the last three samples
    unsigned overMaximum = 0;              ///< consecutive, up to the last sample
    std::optional<double> mean500ms_uA{};  ///< magnitude; empty until 500 ms have been seen
    double slowLimit_uA = 0.0;             ///< mean of 1.05·set + 20 µA over the same 500 ms
    std::int64_t delivered_nA_us = 0;      ///< measured, magnitude
    std::chrono::microseconds openFor{};   ///< how long the open-circuit condition has held
};

/// No clock, no thread, no device: time and readings come in, so every case can be tested. Worst reason
/// first. `age` is the allowed reading age.
[[nodiscard]] std::optional<TripReason> check(const SiteLimits& limit, std::chrono::nanoseconds age,
                                              const InterlockInput& now) noexcept;

/// Stands between what the protocol wants and what the source is told, and looks at every sample of delivered
/// current. Runs on the device thread, whether or not an application is alive. A trip on any site brings
/// every site to zero and latches until a person clears it; of what is latched, current that flows on without
/// a command is the only thing that is found out later, and is told in its place.
///
/// All calls on one thread. Nothing here blocks, allocates or throws, except the constructor and configure(),
/// which are for the time before delivery.
class CurrentInterlock {
public:
    enum class Clearing : std::uint8_t {
        Cleared,
        NothingLatched,
        NoName,
        StopStillPressed,
        CurrentStillFlows
    };

    /// Until configured, no site may deliver. `declaredSpeed` as in InterlockLimits.
    explicit CurrentInterlock(double declaredSpeed = 1.0) { limits_.declaredSpeed = declaredSpeed; }

    /// Takes the limits of a run and starts its charge count at zero. Refused, with nothing changed: limits
    /// above the hard ones, negative or not a number; while a trip is latched; while current is commanded.
    [[nodiscard]] Done configure(const InterlockLimits& limits);
    [[nodiscard]] const InterlockLimits& limits() const noexcept { return limits_; }

    /// What may be sent to the device instead of `wanted`: zero while latched, never above a site's limit,
    /// never to a site without limits. Remembers it as what the device has been told, so every set-point,
    /// refreshes and the zero before a stop included, goes through here. After a trip has been cleared,
    /// current starts again only once a zero set-point has passed: nothing resumes by itself.
    [[nodiscard]] devices::SetPoint permit(devices::SetPoint wanted) noexcept;

    /// Self-test: the device is to end the current by itself, at a moment of its own; that it is gone is no
    /// open circuit then. Holds until the next set-point that differs.
    void mayEnd() noexcept;

    /// The device's own account of its set-points; a device that holds its ramp back is not taken for an open
    /// circuit.
    void reported(const devices::FrontEndStatus& status) noexcept;

    /// Holds one sample against the rules. Returns the trip when this sample caused it. Samples that go back
    /// in device time are ignored.
    [[nodiscard]] std::optional<Trip> observe(const CurrentSample& sample) noexcept;

    /// What the last samples give to look at, one after the other; empty: nothing new.
    [[nodiscard]] std::optional<DeliveryWarning> takeWarning() noexcept { return warnings_.take(); }

    /// Watches the clock and the operator: call at least every 50 ms, before reading the device too. Time
    /// without a call counts as time without a reading.
    [[nodiscard]] std::optional<Trip> tick(MonotonicTime now, bool stopPressed) noexcept;

    [[nodiscard]] const std::optional<Trip>& latched() const noexcept { return latched_; }
    /// A person, by name, takes responsibility for going on.
    [[nodiscard]] Clearing clear(std::string_view by) noexcept;

    /// Charge measured at a site since the first current of this run; ticks that are missing count as the
    /// largest current they can have had.
    [[nodiscard]] Millicoulombs delivered(std::uint8_t site) const noexcept;
    [[nodiscard]] std::int64_t deliveredNanoampereMicroseconds(std::uint8_t site) const noexcept;
    /// Whether any site has been told to deliver, or may still be ramping down.
    [[nodiscard]] bool delivering() const noexcept;

private:
    struct SlowBin {
        std::int64_t index = -1; ///< device time / 10 ms
        double current_uA = 0.0;
        double limit_uA = 0.0;
        unsigned samples = 0;
    };
    static constexpr std::size_t slowBins = 50; ///< of 10 ms

    /// One site's evidence. The device follows a command some time later, and ramps: `most` and `least` bound
    /// what it may be set to at this moment.
    struct Site {
        double target_uA = 0.0;
        double slope_uA_per_s = 0.0; ///< 0: at once
        double most_uA = 0.0;
        double least_uA = 0.0;
        bool mayEnd = false;
        bool targetIsNew = true;    ///< since the last sample
        DeviceTime targetSince{};   ///< of the first sample seen after it
        MonotonicTime targetTold{}; ///< of the host
        bool gone = false;          ///< none is commanded, and none was measured for a while since
        std::optional<DeviceTime> noneSince;
        bool started = false; ///< current has been commanded in this run
        bool seen = false;
        DeviceTime last{};
        double lastValid_uA = 0.0;
        MonotonicTime lastValidArrival{};
        std::array<DeviceTime, 3> invalidAt{};
        unsigned invalidCount = 0;
        std::uint8_t overFastHistory = 0; ///< bit 0 newest
        unsigned overMaximum = 0;
        bool open = false;
        DeviceTime openSince{};
        std::int64_t delivered_nA_us = 0;
        std::array<SlowBin, slowBins> slow{};
        std::int64_t slowFirst = -1;
        std::optional<double> slowMean_uA;
        double slowLimit_uA = 0.0;
        ReadingRules readings;
        ContactRules contact;
        LostSamples lost;
    };

    void follow(Site& site, const CurrentSample& sample, std::chrono::microseconds elapsed) noexcept;
    void watchGone(Site& site, const CurrentSample& sample) noexcept;
    [[nodiscard]] bool settled(const Site& site, const CurrentSample& sample) const noexcept;
    void integrate(Site& site, const CurrentSample& sample, bool valid,
                   std::chrono::microseconds elapsed) noexcept;
    void average(Site& site, DeviceTime at) noexcept;
    [[nodiscard]] Expected expectedAt(const Site& site, const CurrentSample& sample) const noexcept;
    [[nodiscard]] InterlockInput input(const Site& site, bool valid) const noexcept;
    [[nodiscard]] Finding evidence(TripReason reason, std::uint8_t site,
                                   const InterlockInput& input) const noexcept;
    void noteWarnings(const CurrentSample& sample) noexcept;
    Trip latch(const Finding& finding, std::uint8_t site, MonotonicTime now) noexcept;
    [[nodiscard]] std::chrono::microseconds settling() const noexcept;

    InterlockLimits limits_{};
    std::array<Site, maxSites> sites_{};
    std::array<RippleWatch, maxSites> ripple_;
    WarningBook warnings_;
    std::optional<Trip> latched_;
    bool zeroNeeded_ = false; ///< after a cleared trip
    bool stopPressed_ = false;
    std::optional<MonotonicTime> watchedSince_; ///< delivery began
    std::optional<MonotonicTime> lastTick_;
    DeviceTime latest_{};
};

} // namespace eccrine::acquisition
