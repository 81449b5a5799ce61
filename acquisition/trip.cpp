// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/trip.hpp"

#include <array>
#include <charconv>

namespace eccrine::acquisition {
namespace {

std::string placeOf(std::uint8_t site, std::string_view siteName) {
    if (site == noSite) return "the instrument";
    return siteName.empty() ? "site " + std::to_string(site + 1) : std::string(siteName);
}

std::string number(double value, int decimals, const char* unit) {
    std::array<char, 48> text{};
    const auto end =
        std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, decimals);
    return std::string(text.data(), end.ec == std::errc{} ? end.ptr : text.data()) + " " + unit;
}

std::string ohms(double value) {
    constexpr double kilo = 1000.0;
    return value >= kilo ? number(value / kilo, 1, "kΩ") : number(value, 0, "Ω");
}

} // namespace

std::string describe(const Trip& trip, std::string_view siteName) {
    const std::string where = placeOf(trip.site, siteName);
    switch (trip.reason) {
    case TripReason::OperatorStop:
        return "Current stopped: STOP was pressed; look at the skin.";
    case TripReason::CurrentWithoutCommand:
        return "Current flows although none is commanded (" + number(trip.value, 0, "µA") + " at " + where +
               "); take the leads off the patient now, then take the instrument out of use until it has been "
               "checked.";
    case TripReason::StaleReading:
        return "Current stopped: no current reading from " + where + " for " + number(trip.value, 0, "ms") +
               " (allowed " + number(trip.limit, 0, "ms") + "); check the cable to the instrument.";
    case TripReason::InvalidReading:
        return "Current stopped: the readings of current or voltage at " + where +
               " make no sense; take the instrument out of use until it has been checked.";
    case TripReason::FrozenReading:
        return "Current stopped: the readings at " + where + " have not changed at all for " +
               number(trip.value, 0, "ms") + "; take the instrument out of use until it has been checked.";
    case TripReason::OverCurrent:
    case TripReason::SlowOverCurrent:
        return "Current stopped: " + number(trip.value / 1000.0, 3, "mA") + " at " + where +
               (trip.reason == TripReason::OverCurrent ? ", more than the "
                                                       : " over half a second, more than the ") +
               number(trip.limit / 1000.0, 3, "mA") +
               " allowed; take the electrodes off, look at the skin and have the current source checked.";
    case TripReason::OverCharge:
        return "Current stopped: " + number(trip.value, 1, "mC") + " delivered at " + where +
               ", more than the " + number(trip.limit, 1, "mC") +
               " allowed; take the electrodes off and look at the skin.";
    case TripReason::Leakage:
        return "Current stopped: " + number(trip.value, 0, "µA") + " of the current at " + where +
               " do not come back through its other electrode; look for a path to earth or to another "
               "site, then have the instrument checked.";
    case TripReason::Polarity:
        return "Current stopped: the current at " + where + " flowed the wrong way round (" +
               number(trip.value / 1000.0, 3, "mA") +
               "); take the instrument out of use until it has been checked.";
    case TripReason::ShortCircuit:
        return "Current stopped: the electrodes at " + where +
               " are bridged; look for gel or sweat between them.";
    case TripReason::OpenCircuit:
        if (trip.value >= trip.limit)
            return "Current stopped: the voltage at " + where +
                   " is at its limit, the contact is too poor; check electrode, gel and cable.";
        return "Current stopped: no contact at " + where + " (" + number(trip.value / 1000.0, 3, "mA") +
               " flowing); check electrode, gel and cable.";
    case TripReason::ContactDrift:
        return "Current stopped: the resistance at " + where + " has risen to " + ohms(trip.value) +
               " within a second; the electrode lifts or dries, press it on or wet it.";
    case TripReason::UnderCurrent:
        return "Current stopped: only " + number(trip.value / 1000.0, 3, "mA") + " at " + where +
               ", less than the " + number(trip.limit / 1000.0, 3, "mA") +
               " it should be at least; check electrode, gel and cable.";
    case TripReason::Ripple:
        return "Current stopped: " + number(trip.value, 0, "µA") + " of alternating current at " + where +
               " (allowed " + number(trip.limit, 0, "µA") +
               "); look for mains equipment or a loose cable near the patient.";
    case TripReason::SamplesLost:
        return "Current stopped: " + number(trip.value, 0, "frames") + " of readings from " + where +
               " were lost within ten seconds (allowed " + number(trip.limit, 0, "in one second") +
               "); check the cable to the instrument.";
    }
    return "Current stopped for a reason this version does not know; do not go on.";
}

const char* nameOf(WarningReason reason) {
    switch (reason) {
    case WarningReason::ContactDrift:
        return "contact_drift";
    case WarningReason::UnderCurrent:
        return "under_current";
    case WarningReason::Ripple:
        return "ripple";
    case WarningReason::MainsLine:
        return "mains_line";
    }
    return "";
}

std::string describe(const DeliveryWarning& warning, std::string_view siteName) {
    const std::string where = placeOf(warning.site, siteName);
    switch (warning.reason) {
    case WarningReason::ContactDrift:
        return "The resistance at " + where + " has risen to " + ohms(warning.value) +
               "; look whether the electrode lifts or dries.";
    case WarningReason::UnderCurrent:
        return "Only " + number(warning.value / 1000.0, 3, "mA") + " at " + where + ", less than the " +
               number(warning.limit / 1000.0, 3, "mA") +
               " it should be at least; check electrode, gel and cable.";
    case WarningReason::Ripple:
        return "The current at " + where + " is not steady (" + number(warning.value, 0, "µA") +
               " of alternating current); look for mains equipment or a loose cable near the patient.";
    case WarningReason::MainsLine:
        return "The current at " + where + " carries " + number(warning.value, 0, "µA") +
               " of the mains; look for mains equipment near the patient.";
    }
    return {};
}

} // namespace eccrine::acquisition
