// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/notice.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace eccrine::acquisition {
namespace {
constexpr unsigned emergencyBit = 12; // of EFP/1

/// What the instrument has found, by the bits of EFP/1; the first that is set is the worst.
struct DeviceFinding {
    unsigned bit;
    const char* words;
};
constexpr std::array deviceFindings{
    DeviceFinding{15, "its memory is damaged; take it out of use until it has been checked"},
    DeviceFinding{11, "its relay does not open; take the leads off the patient, then take it out of use"},
    DeviceFinding{6, "current flows although none is commanded; take the leads off the patient"},
    DeviceFinding{1,
                  "more current than it was allowed; look at the skin, and look for mains equipment near the "
                  "patient before the current source is blamed"},
    DeviceFinding{2, "more current than it was set to; look at the skin and have the current source checked"},
    DeviceFinding{5,
                  "current takes another way back than its other electrode; look for a path to earth or to "
                  "another site"},
    DeviceFinding{7, "its own reading of the current stands still; have it checked"},
    DeviceFinding{16, "its converter has lost readings; have it checked"},
    DeviceFinding{8, "the most charge of this run has flowed; look at the skin"},
    DeviceFinding{9, "the longest time of this run is over; look at the skin"},
    DeviceFinding{0, "it did not hear from this computer in time; look at cable and computer"},
    DeviceFinding{17, "too many commands came damaged; check the cable"},
    DeviceFinding{14, "its battery is empty; charge it"},
};

std::string found(std::uint32_t bits) {
    const auto worst = std::find_if(deviceFindings.begin(), deviceFindings.end(),
                                    [bits](const DeviceFinding& f) { return ((bits >> f.bit) & 1U) != 0; });
    if (worst == deviceFindings.end())
        return "one that this version does not know (bits " + std::to_string(bits) + ")";
    return worst->words;
}
} // namespace

std::string describe(const devices::DeviceEvent& event) {
    switch (event.code) { // the bits of EFP/1
    case 13:
        return "The patient has pressed the button. Ask why, and look at the skin.";
    case 14:
        return "The battery of the instrument is empty. Charge it; no current flows before.";
    case 15:
        return "The instrument reports that its memory is damaged. Take it out of use until it has been "
               "checked.";
    default:
        return {};
    }
}

bool mayStillFlow(const DeliveryFault& fault) {
    constexpr std::uint32_t idleLeakage = 1U << 6U;
    constexpr std::uint32_t relay = 1U << 11U;
    return fault.reason == DeliveryFault::Reason::DeviceFault && (fault.value & (idleLeakage | relay)) != 0;
}

std::string describe(const DeliveryFault& fault, std::string_view siteName) {
    using Reason = DeliveryFault::Reason;
    switch (fault.reason) {
    case Reason::LimitsRefused:
        return "The limits of the run were refused by the interlock; no current was started. Check the "
               "protocol.";
    case Reason::NoAnswer:
        return "The instrument did not confirm the limits in time; no current was started. Check the "
               "instrument.";
    case Reason::LimitsDiffer:
        return "The instrument's limits are not those that were set; the current is off. Have the instrument "
               "checked.";
    case Reason::CommandRefused:
        return "The instrument refused a command (reason " + std::to_string(fault.value) +
               "); the current is off. Check the instrument.";
    case Reason::DeviceFault:
        if (((fault.value >> emergencyBit) & 1U) != 0)
            return "The emergency stop of the instrument is pressed; the current is off. Look at the skin, "
                   "release it, "
                   "and connect the instrument again.";
        return (mayStillFlow(fault) ? "The instrument reports a fault: "
                                    : "The instrument reports a fault and has ended the current: ") +
               found(fault.value) + ".";
    case Reason::LinkLost:
        return "The connection to the instrument was lost; its own timer has ended the current. Check the "
               "cable, then inspect the skin.";
    case Reason::Latched:
        return "The instrument was stopped in an emergency or has failed; no current was started. See to the "
               "cause, then "
               "connect it again.";
    case Reason::DeviceReset:
        return "The instrument has restarted; the current is off. Have it checked, then inspect the skin.";
    case Reason::NoEcho:
        return "The instrument has not repeated its limits for two seconds; the current is off. Inspect the "
               "skin "
               "and have the instrument checked.";
    case Reason::ChargesDiffer:
        return "The instrument and this computer have counted different charges at " +
               (siteName.empty() ? "site " + std::to_string(fault.value + 1) : std::string(siteName)) +
               "; the current is off. Inspect the skin and have the instrument checked.";
    case Reason::EmergencyKey:
        return "The emergency stop was pressed; the current is off. Look at the skin under both electrodes.";
    case Reason::OtherDevice:
        return "Another instrument answers than the one of this test; the current of this test is off. Look "
               "at "
               "the "
               "skin, and find out which instrument the electrodes are connected to.";
    case Reason::HostSlept:
        return "This computer slept for " + std::to_string(fault.value) +
               " ms; the instrument has ended the current by its own timer. Inspect the skin, and switch "
               "sleep off "
               "before the next test.";
    }
    return {};
}

const char* describe(LinkEnd end) {
    switch (end) {
    case LinkEnd::Lost:
        return "The connection to the instrument was lost. Check the cable and connect again.";
    case LinkEnd::Restarted:
        return "The instrument has restarted. Have it checked if nobody has switched it off, and connect it "
               "again.";
    case LinkEnd::Exchanged:
        return "Another instrument answers than the one that was connected. Check which one it is, and "
               "connect "
               "it again.";
    }
    return "";
}

namespace {

/// A number of ohms as people write it.
std::string ohms(double value) {
    std::array<char, 32> text{};
    const bool kilo = value >= 1000.0;
    const int length =
        std::snprintf(text.data(), text.size(), kilo ? "%.1f kΩ" : "%.0f Ω", kilo ? value / 1000.0 : value);
    return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

std::string microamperes(double value) {
    std::array<char, 32> text{};
    const int length = std::snprintf(text.data(), text.size(), "%.1f µA", value);
    return {text.data(), static_cast<std::size_t>(std::max(length, 0))};
}

} // namespace

std::string describe(const DeliveryRefusal& refusal, std::string_view siteName) {
    if (refusal.sentence != nullptr) return std::string("No current was started: ") + refusal.sentence;
    const LoadFinding& load = refusal.load;
    const std::string where = !siteName.empty()     ? std::string(siteName)
                              : load.site == noSite ? std::string("the instrument")
                                                    : "site " + std::to_string(load.site + 1);
    switch (load.fault) {
    case LoadFault::NoReading:
        return "No current was started: there is no reading from " + where + "; check the instrument.";
    case LoadFault::TooLittle:
        return "No current was started: no contact at " + where + " (" + microamperes(load.value) +
               " of 20 µA); check electrode, gel and cable.";
    case LoadFault::TooMuch:
        return "No current was started: " + microamperes(load.value) + " at " + where +
               " instead of 20 µA; have the current source checked.";
    case LoadFault::Reversed:
        return "No current was started: the current at " + where +
               " flows the wrong way round; the leads are swapped, put the drug under the right electrode.";
    case LoadFault::LoadTooSmall:
        return "No current was started: only " + ohms(load.value) + " at " + where +
               ", the electrodes are bridged; look for gel or sweat between them.";
    case LoadFault::LoadTooLarge:
        return "No current was started: " + ohms(load.value) + " at " + where +
               ", the contact is too poor; check electrode, gel and cable.";
    }
    return "No current was started.";
}

std::string describe(const SelfTestNotice& selfTest) {
    using Fault = SelfTestNotice::Fault;
    const std::string head = "The self-test of the instrument failed: ";
    const std::string tail = "; take the instrument out of use until it has been checked.";
    const LoadFinding& f = selfTest.load;
    const std::string where =
        f.site == noSite ? std::string("the instrument") : "channel " + std::to_string(f.site + 1);
    switch (selfTest.fault) {
    case Fault::None:
        return {};
    case Fault::NoAnswer:
        return head + "it did not answer in time" + tail;
    case Fault::LimitsDiffer:
        return head + "it holds other limits than it was given" + tail;
    case Fault::Refused:
        return head + "it refused a command" + tail;
    case Fault::Limits:
        return head + "the interlock refused its limits" + tail;
    case Fault::Lease:
        return head + "the current did not end by itself when its lease ran out" + tail;
    case Fault::Stopped:
        return "The self-test of the instrument was stopped. Connect it again.";
    case Fault::NoReadings:
        return head + "no current reading came for too long; check the cable, then connect again.";
    case Fault::Capabilities:
        return "The instrument does not say that its current source is isolated, limits and ends its current "
               "by "
               "itself, and has a test load; no current flows from it. Use another instrument, or update its "
               "firmware.";
    case Fault::Readings:
        return head + "its readings at " + where + " are not those of its test load" + tail;
    case Fault::Load:
        break;
    }
    if (f.fault == LoadFault::LoadTooSmall || f.fault == LoadFault::LoadTooLarge)
        return head + "its test load reads " + ohms(f.value) + " at " + where + " instead of 5 kΩ" + tail;
    return head + "its test current reads " + microamperes(f.value) + " at " + where + tail;
}

} // namespace eccrine::acquisition
