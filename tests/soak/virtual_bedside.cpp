// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/soak/virtual_bedside.hpp"

#include "acquisition/notice.hpp"
#include "devices/virtual/patient_library.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace eccrine::tests {
namespace {

using namespace std::chrono_literals;
using namespace acquisition;
namespace vi = devices::virtual_instrument;

constexpr auto beat = 2ms;            // as the program of the virtual instrument
constexpr std::size_t room = 200'000; // bytes on their way: some 4 s

} // namespace

VirtualCable::VirtualCable(VirtualTime& time, vi::FrontEndDevice& device) : time_(time), device_(device) {}

Done VirtualCable::open(std::chrono::milliseconds) {
    device_.linkOpened();
    return {};
}

bool VirtualCable::pulled() {
    const bool now = device_.activeFaults().unplugged;
    if (now && !wasPulled_) {
        device_.linkClosed();
        waiting_.clear();
    }
    wasPulled_ = wasPulled_ || now; // a cable that was pulled does not come back to the same connection
    return wasPulled_;
}

void VirtualCable::wait(std::chrono::nanoseconds length) {
    for (const auto end = time_.since + length; time_.since < end;) {
        time_.since = std::min<std::chrono::nanoseconds>(end, time_.since + beat);
        device_.advance(time_.now());
    }
}

devices::Transport::Read VirtualCable::read(std::span<std::byte> into,
                                            std::chrono::milliseconds atMost) noexcept {
    for (const auto end = time_.since + atMost; waiting_.empty() && !pulled() && time_.since < end;)
        wait(std::min<std::chrono::nanoseconds>(beat, end - time_.since));
    if (pulled()) return {Read::State::Lost, 0};
    if (waiting_.empty()) return {Read::State::TimedOut, 0};
    const auto count = std::min(into.size(), waiting_.size());
    std::copy_n(waiting_.begin(), count, into.begin());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(count));
    return {Read::State::Data, count};
}

bool VirtualCable::write(std::span<const std::byte> bytes, std::chrono::milliseconds) noexcept {
    if (pulled()) return false;
    device_.receive(bytes, time_.now());
    return true;
}

bool VirtualCable::arrive(std::span<const std::byte> wire) {
    if (waiting_.size() + wire.size() > room) return false;
    waiting_.insert(waiting_.end(), wire.begin(), wire.end());
    return true;
}

VirtualBedside::VirtualBedside(const vi::Scenario& scenario, std::uint64_t seed) {
    const auto library = vi::builtInPatientLibrary().value();
    vi::PatientChoice choice;
    choice.seed = seed;
    vi::DeviceIdentity identity;
    identity.serial = "SOAK-1";
    identity.bootId = static_cast<std::uint32_t>(seed) + 1;
    identity.greeting = "virtual instrument; speed=1";
    device_ = std::make_unique<vi::FrontEndDevice>(
        identity, library.source,
        vi::MeasuredPatient{library, vi::drawPatient(library, choice).value(), vi::NoiseChoice{}},
        vi::FaultSchedule{scenario}, seed,
        [this](std::span<const std::byte> wire) { return cable_->arrive(wire); });
    auto cable = std::make_unique<VirtualCable>(time, *device_);
    cable_ = cable.get();
    driver_ = std::make_unique<devices::efp::EfpFrontEnd>("virtual", std::move(cable), time);
}

bool VirtualBedside::connect() {
    const auto identity = driver_->open(3s);
    if (!identity) {
        told.push_back(identity.error().sentence());
        return false;
    }
    for (const StreamDescription& s : identity->streams) {
        const auto perFrame =
            static_cast<std::uint16_t>(std::clamp<std::uint32_t>(s.rateMilliHz / 100'000U, 1U, 25U));
        if (!driver_->startStream(s.id, s.siteMask, perFrame, s.rateMilliHz)) return false;
    }
    loop = std::make_unique<DeviceLoop>(*driver_, *identity, ring_, time);
    return true;
}

bool VirtualBedside::turn() {
    if (sessionLives) loop->steered();
    const bool alive = loop->step(10ms);
    for (auto run = ring_.peek(4096); !run.empty(); run = ring_.peek(4096)) {
        for (std::size_t i = 0; i < run.size(); ++i)
            if (run[i].kind == SampleFrame::Kind::Notice) hear(run[i]);
        ring_.consume(run.size());
    }
    return alive;
}

std::array<double, maxSites> VirtualBedside::deviceCharge_mC() const {
    std::array<double, maxSites> charge{};
    for (std::size_t i = 0; i < maxSites; ++i)
        charge[i] = device_->delivery().charge_uC(i) / 1000.0;
    return charge;
}

void VirtualBedside::hear(const SampleFrame& frame) {
    const auto note = [this](const std::string& what) {
        std::array<char, 16> at{};
        static_cast<void>(std::snprintf(at.data(), at.size(), "%8.3f ", seconds()));
        told.push_back(at.data() + what);
    };
    switch (static_cast<NoticeKind>(frame.stream)) {
    case NoticeKind::Delivery: {
        const auto moved = frame.payload<DeliveryNotice>();
        state = moved.to;
        pauses = std::max(pauses, unsigned{moved.pauses});
        note("S" + std::to_string(static_cast<int>(moved.to)));
        break;
    }
    case NoticeKind::Armed:
        armed = true;
        break;
    case NoticeKind::Refused:
        refused = true;
        note(describe(frame.payload<DeliveryRefusal>()));
        break;
    case NoticeKind::SelfTest:
        selfTested = true;
        selfTestPassed = frame.payload<SelfTestNotice>().fault == SelfTestNotice::Fault::None;
        note("self-test " + describe(frame.payload<SelfTestNotice>()));
        break;
    case NoticeKind::Status: {
        const auto status = frame.payload<StatusNotice>();
        for (std::size_t i = 0; i < maxSites; ++i)
            hostCharge_mC[i] = status.charge_uC[i] / 1000.0;
        break;
    }
    case NoticeKind::LinkLost:
        linkLost = true;
        note("link lost");
        break;
    case NoticeKind::Tripped:
    case NoticeKind::Paused:
        note(describe(frame.payload<Trip>()));
        break;
    case NoticeKind::Fault:
        note(describe(frame.payload<DeliveryFault>()));
        break;
    case NoticeKind::Warning:
        note(describe(frame.payload<DeliveryWarning>()));
        break;
    default:
        break;
    }
}

} // namespace eccrine::tests
