// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/current_interlock.hpp"
#include "acquisition/delivery_machine.hpp"
#include "acquisition/load_check.hpp"
#include "core/sample_frame.hpp"
#include "devices/front_end.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace eccrine::acquisition {

/// What travels beside the samples from the device thread to the session, in order with them.
/// `SampleFrame::stream` of a frame of kind Notice holds one of these; the payload is named behind each.
enum class NoticeKind : std::uint8_t {
    Tripped = 1, ///< Trip: the interlock has latched
    Fault,       ///< DeliveryFault: the device or the link made delivery impossible
    Armed,       ///< none: set-points are taken from now on
    Status,      ///< StatusNotice, about 10 times per device second
    TimeSync,    ///< devices::TimeSyncProbe
    DeviceEvent, ///< devices::DeviceEvent
    LinkLost,    ///< LinkEnd: nothing more will come
    Unsteered,   ///< none: the session was silent, every set-point went to zero by its ramp
    Delivery,    ///< DeliveryNotice: the delivery state machine has moved
    Paused,      ///< Trip: of contact, ripple or lost samples; a person may resume
    Refused,     ///< DeliveryRefusal: no current was started; a person may try again
    SelfTest,    ///< SelfTestNotice
    Warning,     ///< DeliveryWarning: to be looked at; the current goes on
};

/// Why nothing more comes from the device of this connection.
enum class LinkEnd : std::uint8_t {
    Lost,
    Restarted, ///< it came back with its counters at zero
    Exchanged, ///< another one answers
};
/// One sentence for a person, where no delivery was under way: what happened, what to do.
[[nodiscard]] const char* describe(LinkEnd end);

/// Why delivery ended although no rule of the interlock fired.
struct DeliveryFault {
    enum class Reason : std::uint8_t {
        LimitsRefused,  ///< the interlock refused the limits of the run
        NoAnswer,       ///< the device did not confirm limits or arming in time
        LimitsDiffer,   ///< the device's echo is not what was sent
        CommandRefused, ///< NAK; `value` holds its reason
        DeviceFault,    ///< fault bits in STATUS; `value` holds them
        LinkLost,
        Latched,       ///< a fault or an emergency stop of before
        DeviceReset,   ///< it came back with its counters at zero
        NoEcho,        ///< it does not repeat its limits any more
        ChargesDiffer, ///< host and device have counted different charges; `value` holds the site
        EmergencyKey,  ///< STOP was pressed twice at once
        HostSlept,     ///< this computer; `value` holds the milliseconds
        OtherDevice,   ///< another serial number answers on this connection
    };
    Reason reason{};
    std::uint32_t value = 0;
};

/// What an event of the instrument means that nobody else tells while no current flows (patient's button,
/// battery, memory); empty: nothing.
[[nodiscard]] std::string describe(const devices::DeviceEvent& event);
/// The instrument itself says that current flows which nobody commands, or may: the leads come off.
[[nodiscard]] bool mayStillFlow(const DeliveryFault& fault);
/// One sentence for a person: what happened, what to do.
[[nodiscard]] std::string describe(const DeliveryFault& fault, std::string_view siteName = {});

/// The delivery state machine went from one state to another.
struct DeliveryNotice {
    DeliveryState from{}, to{};
    RunEnding ending{};
    std::uint8_t pausedBy = 0; ///< PauseCause; 0: not paused
    std::uint8_t pauses = 0;   ///< of the last ten minutes
    bool inspectionDue = false;
};

/// Arming or resuming was refused; nothing flows.
struct DeliveryRefusal {
    const char* sentence = nullptr; ///< static; empty: the load says why
    LoadFinding load;
};
/// One sentence for a person: what is wrong, where, what to do.
[[nodiscard]] std::string describe(const DeliveryRefusal& refusal, std::string_view siteName = {});

/// How a self-test went.
struct SelfTestNotice {
    enum class Fault : std::uint8_t {
        None,
        NoAnswer,
        LimitsDiffer,
        Refused,
        Load,
        Lease,
        Limits,
        Stopped,
        NoReadings,   ///< for too long, or too many were lost
        Readings,     ///< of another rule of the interlock
        Capabilities, ///< it does not state what has to be there before current may flow
    };
    Fault fault = Fault::None;
    LoadFinding load; ///< of Fault::Load and Fault::Readings
};
/// Empty when it passed.
[[nodiscard]] std::string describe(const SelfTestNotice& selfTest);

struct StatusNotice {
    devices::DeliveryState state{};
    std::uint8_t relayMask = 0;
    std::uint16_t leaseLeft_ms = 0;
    std::uint32_t faults = 0;
    std::array<std::int32_t, maxSites> set_uA{};
    std::array<std::uint32_t, maxSites> charge_uC{}; ///< as the interlock measured it, not as the device says
};

template <class Payload>
[[nodiscard]] SampleFrame noticeFrame(NoticeKind kind, const Payload& payload) {
    SampleFrame frame;
    frame.kind = SampleFrame::Kind::Notice;
    frame.stream = static_cast<std::uint8_t>(kind);
    frame.setPayload(payload);
    return frame;
}
[[nodiscard]] inline SampleFrame noticeFrame(NoticeKind kind) {
    SampleFrame frame;
    frame.kind = SampleFrame::Kind::Notice;
    frame.stream = static_cast<std::uint8_t>(kind);
    return frame;
}

} // namespace eccrine::acquisition
