// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// clang-format off
#include <utility> // first: Qt 6.4's moc cannot read the <concepts> that <compare> brings
// clang-format on
#include <chrono>
#include <compare>
#include <cstdint>

namespace eccrine {

/// A number that knows its unit. Two quantities of different tags neither add, compare nor assign; a
/// conversion is a named function below. Time is std::chrono. `value` is public because a unit is named by
/// the type.
template <class Tag>
struct Quantity {
    double value = 0.0;

    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.value + b.value}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.value - b.value}; }
    friend constexpr Quantity operator-(Quantity a) { return {-a.value}; }
    friend constexpr Quantity operator*(double k, Quantity a) { return {k * a.value}; }
    friend constexpr Quantity operator*(Quantity a, double k) { return {a.value * k}; }
    friend constexpr Quantity operator/(Quantity a, double k) { return {a.value / k}; }
    friend constexpr double operator/(Quantity a, Quantity b) { return a.value / b.value; }
    constexpr Quantity& operator+=(Quantity other) {
        value += other.value;
        return *this;
    }
    constexpr Quantity& operator-=(Quantity other) {
        value -= other.value;
        return *this;
    }
};

using RelativeHumidity = Quantity<struct PercentRhTag>; ///< %RH, 0..100 over liquid water
using Celsius = Quantity<struct CelsiusTag>;            ///< °C
using Kelvins = Quantity<struct KelvinTag>;             ///< K, thermodynamic temperature
using Pascals = Quantity<struct PascalTag>;             ///< Pa, absolute or partial pressure
using StandardCm3PerMin =
    Quantity<struct StandardCm3PerMinTag>;              ///< sccm; means nothing without its FlowReference
using Milliamperes = Quantity<struct MilliampereTag>;   ///< mA, iontophoresis current
using Millicoulombs = Quantity<struct MillicoulombTag>; ///< mC, delivered charge
using Volts = Quantity<struct VoltTag>;                 ///< V across the electrodes
using Kiloohms = Quantity<struct KiloohmTag>;           ///< kΩ, load seen by the source
using NanolitresPerMin = Quantity<struct NanolitrePerMinTag>;     ///< nL/min, sweat rate per capsule
using Microlitres = Quantity<struct MicrolitreTag>;               ///< µL, sweat volume
using SquareCentimetres = Quantity<struct SquareCentimetreTag>;   ///< cm²
using MilliamperesPerCm2 = Quantity<struct MilliamperePerCm2Tag>; ///< mA/cm², current density
using MicrolitresPerCm2 = Quantity<struct MicrolitrePerCm2Tag>;   ///< µL/cm²
using Seconds = std::chrono::duration<double>;                    ///< s, test time

/// A set-point on the wire and in every limit: whole microamperes, no rounding between host and device.
struct Microamperes {
    std::int32_t value = 0;
    friend constexpr auto operator<=>(Microamperes, Microamperes) = default;
};

constexpr Kelvins kelvinsOf(Celsius t) {
    return {t.value + 273.15};
}
constexpr Celsius celsiusOf(Kelvins t) {
    return {t.value - 273.15};
}
constexpr Pascals pascalsOfKilopascals(double kpa) {
    return {kpa * 1000.0};
}
constexpr Milliamperes milliamperesOf(Microamperes i) {
    return {static_cast<double>(i.value) / 1000.0};
}
constexpr Millicoulombs chargeOf(Milliamperes i, Seconds t) {
    return {i.value * t.count()};
}
constexpr MilliamperesPerCm2 densityOf(Milliamperes i, SquareCentimetres a) {
    return {i.value / a.value};
}
constexpr MicrolitresPerCm2 perArea(Microlitres v, SquareCentimetres a) {
    return {v.value / a.value};
}
constexpr Kiloohms loadOf(Volts v, Milliamperes i) {
    return {v.value / i.value};
}
/// Volume that a constant rate gives in a time: nL/min · min / 1000.
constexpr Microlitres volumeOf(NanolitresPerMin r, Seconds t) {
    return {r.value * t.count() / 60.0 / 1000.0};
}

} // namespace eccrine
