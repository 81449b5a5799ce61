// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/device_loop.hpp"

#include <algorithm>

namespace eccrine::acquisition {
namespace {

using std::chrono::milliseconds;

// Eight probes every two seconds (the numbers LSL uses).
constexpr unsigned probesPerBurst = 8;
constexpr milliseconds burstEvery{2000};

} // namespace

DeviceLoop::DeviceLoop(devices::FrontEnd& device, const devices::FrontEndIdentity& identity,
                       SampleRing<SampleFrame>& ring, const HostClock& clock)
    : device_(device), ring_(ring), clock_(clock) {
    for (const StreamDescription& s : identity.streams) {
        StreamInfo info;
        info.id = s.id;
        info.format = s.format;
        info.valuesPerTick = static_cast<std::uint16_t>(s.valuesPerTick());
        info.perSite = static_cast<std::uint16_t>(s.channels.size());
        info.siteMask = s.siteMask;
        info.period = std::chrono::microseconds{1'000'000'000LL / s.rateMilliHz};
        for (std::size_t i = 0; i < s.channels.size(); ++i) {
            if (s.channels[i].measurand == Measurand::AnodeCurrent) {
                info.anode = static_cast<int>(i);
                info.anodeChannel = s.channels[i];
            }
            if (s.channels[i].measurand == Measurand::Voltage) {
                info.voltage = static_cast<int>(i);
                info.voltageChannel = s.channels[i];
            }
        }
        streams_.push_back(info);
    }
}

bool DeviceLoop::begin(const RunLimits& limits) {
    steered();
    Order order;
    order.kind = Order::Kind::Begin;
    order.limits = limits;
    return orders_.push(order);
}

bool DeviceLoop::demand(const Demand& demand) {
    Order order;
    order.kind = Order::Kind::Demand;
    order.demand = demand;
    return orders_.push(order);
}

bool DeviceLoop::end() {
    Order order;
    order.kind = Order::Kind::End;
    return orders_.push(order);
}

bool DeviceLoop::step(milliseconds atMost) noexcept {
    if (linkLost()) return false;
    const MonotonicTime now = clock_.monotonic();
    if (lastStep_) {
        const auto turn = (now - *lastStep_).count();
        if (turn > worstLateness_.load(std::memory_order_relaxed))
            worstLateness_.store(turn, std::memory_order_relaxed);
    }
    lastStep_ = now;
    // Before the device is read: a turn that came too late must not be forgiven by the samples that waited
    // meanwhile.
    if (const auto trip = interlock_.tick(now, stopPressed_.load(std::memory_order_acquire))) tripped(*trip);
    tellWhatIsHeld();
    takeOrders(now);
    watchAnswers(now);
    watchSession(now);
    sendSetPoint(now);
    syncTime(now);
    const auto state = device_.poll(*this, atMost);
    badFrames_.store(device_.counters().framesBad, std::memory_order_relaxed);
    if (state == devices::FrontEnd::Poll::Lost) {
        fault(DeliveryFault::Reason::LinkLost, 0);
        tell(noticeFrame(NoticeKind::LinkLost));
        linkLost_.store(true, std::memory_order_release); // after the notices
        return false;
    }
    return true;
}

void DeviceLoop::takeOrders(MonotonicTime now) noexcept {
    Order order;
    while (orders_.pop(order)) {
        switch (order.kind) {
        case Order::Kind::Begin:
            beginRun(order.limits, now);
            break;
        case Order::Kind::Demand:
            if (arming_ == Arming::On && !unsteered_) demand_ = order.demand;
            break;
        case Order::Kind::End:
            outputOff();
            break;
        }
    }
}

void DeviceLoop::beginRun(const RunLimits& limits, MonotonicTime now) noexcept {
    if (interlock_.latched() || !interlock_.configure(limits.host)) {
        fault(DeliveryFault::Reason::LimitsRefused, 0);
        return;
    }
    run_ = limits;
    demand_ = {};
    unsteered_ = false;
    somethingSent_ = false;
    command_ = 0;
    arming_ = Arming::LimitsSent;
    askedAt_ = now;
    if (!device_.setLimits(limits.device)) fault(DeliveryFault::Reason::LinkLost, 0);
}

void DeviceLoop::watchAnswers(MonotonicTime now) noexcept {
    const bool waiting = arming_ == Arming::LimitsSent || arming_ == Arming::ArmSent;
    if (waiting && now - askedAt_ > answerWithin) fault(DeliveryFault::Reason::NoAnswer, 0);
}

void DeviceLoop::watchSession(MonotonicTime now) noexcept {
    if (arming_ == Arming::Off) return;
    const auto silence =
        now - MonotonicTime{std::chrono::nanoseconds{steeredAt_.load(std::memory_order_acquire)}};
    if (silence > sessionSilence && !unsteered_) {
        unsteered_ = true; // until the next run: nothing resumes by itself
        demand_ = {};
        tell(noticeFrame(NoticeKind::Unsteered));
    }
    if (silence > relayOpensAfter) outputOff();
}

void DeviceLoop::sendSetPoint(MonotonicTime now) noexcept {
    if (arming_ != Arming::On) return;
    devices::SetPoint wanted;
    wanted.nonce = run_.device.nonce;
    wanted.current_uA = demand_.current_uA;
    wanted.ramp_uA_per_s = demand_.ramp_uA_per_s != 0 ? demand_.ramp_uA_per_s : run_.device.slope_uA_per_s;
    wanted.lease = lease;
    wanted.siteMask = run_.siteMask;
    wanted.mode = run_.mode;
    // Content first, then the number: the same content under the same number refreshes the lease, a change
    // needs a new one.
    const bool changed = !somethingSent_ || wanted.current_uA != sent_.current_uA ||
                         wanted.ramp_uA_per_s != sent_.ramp_uA_per_s;
    if (!changed && now - refreshedAt_ < refreshEvery) return;
    if (changed) ++command_;
    wanted.command = command_;
    const auto permitted = interlock_.permit(wanted);
    sent_ = wanted;
    somethingSent_ = true;
    refreshedAt_ = now;
    if (!device_.setCurrent(permitted)) fault(DeliveryFault::Reason::LinkLost, 0);
}

void DeviceLoop::syncTime(MonotonicTime now) noexcept {
    if (now >= nextSync_) {
        nextSync_ = now + burstEvery;
        syncLeft_ = probesPerBurst;
    }
    if (syncLeft_ == 0) return;
    --syncLeft_;
    static_cast<void>(device_.requestTimeSync()); // a dead link shows at the next poll
}

void DeviceLoop::outputOff() noexcept {
    arming_ = Arming::Off;
    demand_ = {};
    devices::SetPoint zero;
    zero.nonce = run_.device.nonce;
    static_cast<void>(interlock_.permit(zero));
    static_cast<void>(device_.stop()); // if it cannot be sent, the lease ends the current
}

void DeviceLoop::tripped(const Trip& trip) noexcept {
    outputOff();
    tell(noticeFrame(NoticeKind::Tripped, trip));
}

void DeviceLoop::fault(DeliveryFault::Reason reason, std::uint32_t value) noexcept {
    if (arming_ == Arming::Off && reason != DeliveryFault::Reason::LimitsRefused)
        return; // nothing was being delivered
    outputOff();
    tell(noticeFrame(NoticeKind::Fault, DeliveryFault{reason, value}));
}

void DeviceLoop::tell(const SampleFrame& notice) noexcept {
    if (heldCount_ == 0 && ring_.push(notice)) return;
    if (heldCount_ < held_.size()) held_[heldCount_++] = notice;
}

void DeviceLoop::tellWhatIsHeld() noexcept {
    if (heldCount_ == 0 || !ring_.hasRoom(heldCount_)) return;
    ring_.push(std::span<const SampleFrame>(held_.data(), heldCount_));
    heldCount_ = 0;
}

const DeviceLoop::StreamInfo* DeviceLoop::stream(std::uint8_t id) const noexcept {
    for (const StreamInfo& s : streams_)
        if (s.id == id) return &s;
    return nullptr;
}

void DeviceLoop::onBlock(const SampleBlock& block) noexcept {
    const StreamInfo* info = stream(block.position.stream);
    if (info == nullptr ||
        block.raw.size() != std::size_t{block.position.ticks} * info->valuesPerTick * bytesOf(info->format))
        return;
    if (info->anode >= 0) observe(*info, block);
    pushBlock(*info, block);
}

void DeviceLoop::observe(const StreamInfo& info, const SampleBlock& block) noexcept {
    const std::size_t width = bytesOf(info.format);
    const std::byte* tick = block.raw.data();
    for (unsigned k = 0; k < block.position.ticks; ++k, tick += info.valuesPerTick * width) {
        const std::byte* site = tick;
        for (std::uint8_t bit = 0; bit < maxSites; ++bit) {
            if (((info.siteMask >> bit) & 1U) == 0) continue;
            CurrentSample sample;
            sample.site = bit;
            sample.at = block.position.first + k * info.period;
            sample.period = info.period;
            sample.arrival = block.position.arrival;
            sample.current_uA =
                physicalValue(rawWord(site + static_cast<std::size_t>(info.anode) * width, info.format),
                              info.format, info.anodeChannel);
            if (info.voltage >= 0)
                sample.voltage_mV =
                    physicalValue(rawWord(site + static_cast<std::size_t>(info.voltage) * width, info.format),
                                  info.format, info.voltageChannel);
            if (const auto trip = interlock_.observe(sample)) tripped(*trip);
            site += info.perSite * width;
        }
    }
}

void DeviceLoop::pushBlock(const StreamInfo& info, const SampleBlock& block) noexcept {
    std::size_t used = 0;
    const auto flush = [&] {
        const std::size_t fitted = ring_.push(std::span<const SampleFrame>(frames_.data(), used));
        const bool all = fitted == used;
        used = 0;
        return all;
    };
    SampleFrame& head = frames_[used++];
    head = {};
    head.kind = SampleFrame::Kind::BlockStart;
    head.stream = info.id;
    head.setPayload(block.position);
    const std::size_t width = bytesOf(info.format);
    const std::byte* value = block.raw.data();
    for (unsigned k = 0; k < block.position.ticks; ++k) {
        std::size_t left = info.valuesPerTick;
        for (std::uint8_t part = 0; left > 0; ++part) {
            if (used == frames_.size() && !flush()) return; // the rest of the block is lost, and counted
            SampleFrame& frame = frames_[used++];
            frame.kind = SampleFrame::Kind::Tick;
            frame.stream = info.id;
            frame.part = part;
            frame.count = static_cast<std::uint8_t>(std::min<std::size_t>(left, frame.words.size()));
            frame.tick = k;
            for (std::size_t i = 0; i < frame.count; ++i, value += width)
                frame.words[i] = rawWord(value, info.format);
            left -= frame.count;
        }
    }
    static_cast<void>(flush());
}

void DeviceLoop::onStatus(const devices::FrontEndStatus& status) noexcept {
    interlock_.reported(status);
    StatusNotice notice;
    notice.state = status.state;
    notice.relayMask = status.relayMask;
    notice.leaseLeft_ms = status.leaseLeft_ms;
    notice.faults = status.faults;
    for (std::uint8_t i = 0; i < maxSites; ++i) {
        notice.set_uA[i] = status.sites[i].set_uA;
        notice.charge_uC[i] =
            static_cast<std::uint32_t>(std::max(0.0, interlock_.delivered(i).value * 1000.0));
    }
    ring_.push(noticeFrame(NoticeKind::Status, notice));
    if (arming_ == Arming::On && status.nonce == run_.device.nonce && status.faults != 0)
        fault(DeliveryFault::Reason::DeviceFault, status.faults);
}

void DeviceLoop::onLimitsEcho(const devices::DeliveryLimits& limits) noexcept {
    if (arming_ == Arming::Off || limits.nonce != run_.device.nonce) return;
    if (limits != run_.device) { // bit for bit, before START and at 1 Hz while running (SR-4)
        fault(DeliveryFault::Reason::LimitsDiffer, 0);
        return;
    }
    if (arming_ != Arming::LimitsSent) return;
    arming_ = Arming::ArmSent;
    askedAt_ = clock_.monotonic();
    if (!device_.arm(run_.device.nonce, ++command_, run_.siteMask, run_.mode))
        fault(DeliveryFault::Reason::LinkLost, 0);
}

void DeviceLoop::onAcknowledgement(const devices::Acknowledgement& ack) noexcept {
    constexpr std::uint8_t stop = 0x2F;
    if (arming_ == Arming::Off || ack.type == stop) return;
    if (ack.result != 0) {
        fault(DeliveryFault::Reason::CommandRefused, ack.result);
        return;
    }
    constexpr std::uint8_t arm = 0x22;
    if (ack.type == arm && arming_ == Arming::ArmSent && ack.command == command_) {
        arming_ = Arming::On;
        tell(noticeFrame(NoticeKind::Armed));
    }
}

void DeviceLoop::onEvent(const devices::DeviceEvent& event) noexcept {
    ring_.push(noticeFrame(NoticeKind::DeviceEvent, event));
}

void DeviceLoop::onTimeSync(const devices::TimeSyncProbe& probe) noexcept {
    ring_.push(noticeFrame(NoticeKind::TimeSync, probe));
}

void DeviceLoop::onLog(std::string_view) noexcept {} // text has no place on this thread

} // namespace eccrine::acquisition
