// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/supported_front_end.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace eccrine::devices {
namespace {

/// Firmware that the tests of this program have been run with: what is fixed in it changes the last number.
struct TestedFirmware {
    std::uint16_t major = 0, minor = 0;
    bool simulated = false;
};
constexpr std::array tested{TestedFirmware{0, 1, true}}; // the virtual instrument

constexpr std::uint8_t stopAtOnceSince = 2; // EFP/1.2: the host's own trips rely on it (SR-6)

bool isTested(const FrontEndIdentity& identity) {
    return std::any_of(tested.begin(), tested.end(), [&identity](const TestedFirmware& t) {
        const std::string release = std::to_string(t.major) + "." + std::to_string(t.minor) + ".";
        return t.simulated == identity.simulated && identity.firmware.starts_with(release);
    });
}

} // namespace

Done supported(const FrontEndIdentity& identity) {
    if (!isTested(identity))
        return failed(
            "the instrument " + identity.serial + " has firmware " + identity.firmware +
                ", which this version of Eccrine has not been tested with; no current flows from it",
            identity.url, "use another instrument, or a version of Eccrine that names this firmware");
    if (identity.protocolMinor < stopAtOnceSince)
        return failed("the instrument " + identity.serial + " speaks EFP 1." +
                          std::to_string(identity.protocolMinor) +
                          ", which cannot end the current at once; this program needs 1." +
                          std::to_string(stopAtOnceSince),
                      identity.url, "update the instrument's firmware");
    return {};
}

} // namespace eccrine::devices
