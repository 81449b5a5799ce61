// SPDX-License-Identifier: GPL-3.0-or-later
// Compiled once per case by the tests MixedUnits.*: only CASE_Control may compile.
#include "core/clock.hpp"
#include "core/quantity.hpp"

using namespace eccrine;

[[maybe_unused]] static double saturation(Kelvins t) {
    return t.value;
}
[[maybe_unused]] static double vapour(RelativeHumidity rh) {
    return rh.value;
}
[[maybe_unused]] static Millicoulombs dose(Milliamperes i) {
    return chargeOf(i, Seconds{1.0});
}

int main() {
    [[maybe_unused]] const Milliamperes current{2.0};
    [[maybe_unused]] const Millicoulombs charge{600.0};
    [[maybe_unused]] const NanolitresPerMin rate{100.0};
    [[maybe_unused]] const Microlitres volume{1.0};
    [[maybe_unused]] const DeviceTime device{};
    [[maybe_unused]] const TestTime test{};
#if defined(CASE_Control)
    [[maybe_unused]] const auto sum = charge + chargeOf(current, Seconds{1.0});
    [[maybe_unused]] const auto k = saturation(kelvinsOf(Celsius{32.0}));
    return static_cast<int>(vapour(RelativeHumidity{0.0}) + dose(milliamperesOf(Microamperes{0})).value);
#elif defined(CASE_CurrentPlusCharge)
    [[maybe_unused]] const auto sum = current + charge;
#elif defined(CASE_CompareRateWithVolume)
    return rate < volume ? 1 : 0;
#elif defined(CASE_AssignVoltsToCurrent)
    [[maybe_unused]] const Milliamperes wrong = Volts{2.0};
#elif defined(CASE_CelsiusAsKelvins)
    return static_cast<int>(saturation(Celsius{32.0}));
#elif defined(CASE_BareNumberAsCurrent)
    [[maybe_unused]] const Milliamperes wrong = 2.0;
#elif defined(CASE_DeviceTimeMinusTestTime)
    [[maybe_unused]] const auto wrong = device - test;
#elif defined(CASE_MicroamperesAsMilliamperes)
    return static_cast<int>(dose(Microamperes{2000}).value);
#elif defined(CASE_PressureAsHumidity)
    return static_cast<int>(vapour(Pascals{101325.0}));
#else
#error "name a case"
#endif
}
