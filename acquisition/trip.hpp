// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace eccrine::acquisition {

/// Why current was stopped, worst first: where several rules fire at once, the first is named. The numbers of
/// the rules stand in delivery_thresholds.hpp.
enum class TripReason : std::uint8_t {
    OperatorStop = 1,
    CurrentWithoutCommand, ///< mean of 1 s > 10 µA although none is commanded
    StaleReading,          ///< no valid reading for longer than allowed, or nobody looked at the readings
    InvalidReading,        ///< NaN, or outside ±30 mA / ±120 V, three times in 100 ms
    FrozenReading,         ///< the same current and voltage for more than 250 ms
    OverCurrent,           ///< > 1.25·set + 50 µA in 2 of 3 samples, or > the maximum in 2 in a row
    SlowOverCurrent,       ///< mean of 500 ms > 1.05·set + 20 µA
    OverCharge,            ///< measured charge > 1.02·target
    Leakage,               ///< anode and cathode differ by more than 50 µA for 100 ms
    Polarity,              ///< < −50 µA three times in a row
    ShortCircuit,          ///< less than 300 Ω at 0.1 mA or more for 100 ms
    OpenCircuit,           ///< < 20 % of a set-point of at least 50 µA, or voltage at its limit, for 50 ms
    ContactDrift,          ///< the load has risen by half within 1 s
    UnderCurrent,          ///< mean of 1 s < 0.90·set − 20 µA for 5 s, with voltage to spare
    Ripple,                ///< alternating current > 5 % of the set-point
    SamplesLost,           ///< more than five frames in 1 s, or 0.5 % in 10 s
};

/// Reasons that pause: a person sees to contact or cable, and may resume. Every other one ends the run.
[[nodiscard]] constexpr bool pauses(TripReason reason) {
    return reason >= TripReason::ShortCircuit;
}

inline constexpr std::uint8_t noSite = 255;

/// What happened, with the number that did it. Trivially copyable, 40 bytes: travels through the ring.
struct Trip {
    TripReason reason{};
    std::uint8_t site = noSite;
    DeviceTime at{};         ///< of the sample that tripped; the latest seen for stop and stale
    MonotonicTime noticed{}; ///< host time
    double value = 0.0;      ///< µA, mC, V, ms, Ω or frames by reason; 0 for OperatorStop
    double limit = 0.0;      ///< in the same unit
    friend bool operator==(const Trip&, const Trip&) = default;
};
static_assert(sizeof(Trip) <= 48 && std::is_trivially_copyable_v<Trip>);

/// One sentence for a person: what happened, where, what to do. `siteName` as the person knows it; empty:
/// "site 1" and so on.
[[nodiscard]] std::string describe(const Trip& trip, std::string_view siteName = {});

/// What is not yet a reason to stop, and should be looked at. The numbers are an index.
enum class WarningReason : std::uint8_t {
    ContactDrift, ///< the load is 1.5 times the least of this hold
    UnderCurrent, ///< mean of 1 s < 0.90·set − 20 µA, with voltage to spare
    Ripple,       ///< alternating current > 2 % of the set-point
    MainsLine,    ///< 50 or 60 Hz > 1 % of it
};
inline constexpr std::size_t warningReasons = 4;
[[nodiscard]] const char* nameOf(WarningReason reason); ///< as in a recording

/// Travels through the ring like a Trip.
struct DeliveryWarning {
    WarningReason reason{};
    std::uint8_t site = noSite;
    DeviceTime at{};
    double value = 0.0; ///< Ω or µA by reason
    double limit = 0.0; ///< in the same unit
    friend bool operator==(const DeliveryWarning&, const DeliveryWarning&) = default;
};
static_assert(sizeof(DeliveryWarning) <= 48 && std::is_trivially_copyable_v<DeliveryWarning>);

/// One sentence for a person: what is seen, where, what to look at.
[[nodiscard]] std::string describe(const DeliveryWarning& warning, std::string_view siteName = {});

/// One sample of one site as the device measured it.
struct CurrentSample {
    std::uint8_t site = 0;
    double current_uA = 0.0;            ///< at the anode; NaN when missing
    std::optional<double> voltage_mV{}; ///< across the electrodes; empty when the device does not measure it
    DeviceTime at{};
    std::chrono::microseconds period{}; ///< nominal tick period
    MonotonicTime arrival{};
    std::optional<double> cathode_uA{}; ///< negative when the anode delivers; empty as for the voltage
};

/// What a rule has found, and the number that did it.
struct Finding {
    TripReason reason{};
    double value = 0.0;
    double limit = 0.0;
    friend bool operator==(const Finding&, const Finding&) = default;
};
struct WarningFinding {
    WarningReason reason{};
    double value = 0.0;
    double limit = 0.0;
    friend bool operator==(const WarningFinding&, const WarningFinding&) = default;
};

/// What a site may be set to at the moment of a sample. The device follows a command some time later, and
/// ramps: `most` and `least` bound it.
struct Expected {
    double set_uA = 0.0; ///< commanded last
    double most_uA = 0.0;
    double least_uA = 0.0;
    double voltageLimit_mV = 0.0;
    bool settled = false; ///< the device has had time to follow the last command
    bool gone = false;    ///< none has been commanded, and none was measured since
    /// The whole set-point flows.
    [[nodiscard]] bool hold() const { return set_uA > 0.0 && most_uA == set_uA && least_uA == set_uA; }
    /// No current is commanded, and the last of it has gone.
    [[nodiscard]] bool idle() const { return set_uA <= 0.0 && (gone || (most_uA <= 0.0 && settled)); }
};

} // namespace eccrine::acquisition
