// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/notice.hpp"

namespace eccrine::acquisition {

std::string describe(const DeliveryFault& fault) {
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
        return "The instrument reports a fault (bits " + std::to_string(fault.value) +
               "); the current is off. Check electrodes and instrument, then start a new test.";
    case Reason::LinkLost:
        return "The connection to the instrument was lost; its own timer has ended the current. Check the "
               "cable, then inspect the skin.";
    }
    return {};
}

} // namespace eccrine::acquisition
