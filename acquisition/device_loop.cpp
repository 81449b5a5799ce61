// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/device_loop.hpp"

#include <algorithm>

namespace eccrine::acquisition {
namespace {

using std::chrono::milliseconds;

// Eight probes every two seconds (the numbers LSL uses).
constexpr unsigned probesPerBurst = 8;
constexpr milliseconds burstEvery{2000};

std::optional<LinkEnd> endOf(devices::FrontEnd::Poll state) {
    using Poll = devices::FrontEnd::Poll;
    switch (state) {
    case Poll::Ok:
    case Poll::TimedOut:
        return std::nullopt;
    case Poll::Restarted:
        return LinkEnd::Restarted;
    case Poll::Exchanged:
        return LinkEnd::Exchanged;
    case Poll::Lost:
        break;
    }
    return LinkEnd::Lost;
}

} // namespace

DeviceLoop::DeviceLoop(devices::FrontEnd& device, const devices::FrontEndIdentity& identity,
                       SampleRing<SampleFrame>& ring, const HostClock& clock,
                       std::optional<MonotonicTime> tested, const HostSleep& sleep)
    : device_(device), ring_(ring), clock_(clock), sleep_(sleep), delivery_(device, identity, *this, tested) {
    for (const StreamDescription& s : identity.streams) {
        StreamInfo info;
        info.id = s.id;
        info.format = s.format;
        info.valuesPerTick = static_cast<std::uint16_t>(s.valuesPerTick());
        info.perSite = static_cast<std::uint16_t>(s.channels.size());
        info.siteMask = s.siteMask;
        info.period = std::chrono::microseconds{1'000'000'000LL / s.rateMilliHz};
        for (std::size_t i = 0; i < s.channels.size(); ++i) {
            const StreamInfo::Channel channel{static_cast<int>(i), s.channels[i]};
            if (channel.what.measurand == Measurand::AnodeCurrent) info.anode = channel;
            if (channel.what.measurand == Measurand::CathodeCurrent) info.cathode = channel;
            if (channel.what.measurand == Measurand::Voltage) info.voltage = channel;
        }
        streams_.push_back(info);
    }
}

bool DeviceLoop::order(Order::Kind kind) {
    Order order;
    order.kind = kind;
    return orders_.push(order);
}

bool DeviceLoop::selfTest() {
    steered();
    return order(Order::Kind::SelfTest);
}

bool DeviceLoop::pause() {
    return order(Order::Kind::Pause);
}

bool DeviceLoop::resume(const ResumeOrder& resume) {
    steered();
    Order order;
    order.kind = Order::Kind::Resume;
    order.resume = resume;
    return orders_.push(order);
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
    return order(Order::Kind::End);
}

bool DeviceLoop::step(milliseconds atMost) noexcept {
    if (linkLost()) return false;
    const MonotonicTime now = clock_.monotonic();
    watchOwnPace(now);
    // Before the device is read: a turn that came too late must not be forgiven by the samples that waited
    // meanwhile.
    delivery_.watch(now, pressed_.load(std::memory_order_acquire));
    tellWhatIsHeld();
    takeOrders(now);
    watchSession(now);
    delivery_.send(now);
    syncTime(now);
    const auto state = device_.poll(*this, atMost);
    const devices::LinkCounters frames = device_.counters();
    goodFrames_.store(frames.framesOk, std::memory_order_relaxed);
    badFrames_.store(frames.framesBad, std::memory_order_relaxed);
    const auto end = endOf(state);
    if (!end) return true;
    delivery_.linkEnded(*end, now);
    tell(noticeFrame(NoticeKind::LinkLost, *end));
    linkLost_.store(true, std::memory_order_release); // after the notices
    return false;
}

/// A late turn is counted; that its readings are too old, the interlock finds out. What no clock of the
/// control shows is that the whole computer slept (SR-37).
void DeviceLoop::watchOwnPace(MonotonicTime now) noexcept {
    if (lastStep_) {
        const auto turn = now - *lastStep_;
        if (turn.count() > worstLateness_.load(std::memory_order_relaxed))
            worstLateness_.store(turn.count(), std::memory_order_relaxed);
        if (turn > late) lateTurns_.fetch_add(1, std::memory_order_relaxed);
    }
    lastStep_ = now;
    constexpr milliseconds noticed{50};
    const auto slept = sleep_.total();
    if (slept_ && slept - *slept_ > noticed)
        delivery_.hostSlept(std::chrono::duration_cast<milliseconds>(slept - *slept_), now);
    slept_ = slept;
}

void DeviceLoop::takeOrders(MonotonicTime now) noexcept {
    Order order;
    while (orders_.pop(order)) {
        switch (order.kind) {
        case Order::Kind::SelfTest:
            delivery_.selfTest(now);
            break;
        case Order::Kind::Begin:
            unsteered_ = false;
            delivery_.begin(order.limits, now);
            break;
        case Order::Kind::Demand:
            if (!unsteered_) delivery_.demand(order.demand);
            break;
        case Order::Kind::Pause:
            delivery_.pause(PauseCause::Operator, now);
            break;
        case Order::Kind::Resume:
            if (!unsteered_) delivery_.resume(order.resume, now);
            break;
        case Order::Kind::End:
            delivery_.end(now);
            break;
        }
    }
}

void DeviceLoop::watchSession(MonotonicTime now) noexcept {
    if (!delivery_.active()) return;
    const auto silence =
        now - MonotonicTime{std::chrono::nanoseconds{steeredAt_.load(std::memory_order_acquire)}};
    if (silence > sessionSilence && !unsteered_) {
        unsteered_ = true; // until the next run: nothing resumes by itself
        delivery_.demand({});
        tell(noticeFrame(NoticeKind::Unsteered));
    }
    if (silence > relayOpensAfter) delivery_.end(now);
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
    if (info->anode.at >= 0) observe(*info, block);
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
            sample.current_uA = info.value(site, info.anode);
            if (info.cathode.at >= 0) sample.cathode_uA = info.value(site, info.cathode);
            if (info.voltage.at >= 0) sample.voltage_mV = info.value(site, info.voltage);
            delivery_.observe(sample);
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
    StatusNotice notice;
    notice.state = status.state;
    notice.relayMask = status.relayMask;
    notice.leaseLeft_ms = status.leaseLeft_ms;
    notice.faults = status.faults;
    for (std::uint8_t i = 0; i < maxSites; ++i) {
        notice.set_uA[i] = status.sites[i].set_uA;
        notice.charge_uC[i] =
            static_cast<std::uint32_t>(std::max(0.0, delivery_.interlock().delivered(i).value * 1000.0));
    }
    ring_.push(noticeFrame(NoticeKind::Status, notice));
    delivery_.onStatus(status, clock_.monotonic());
}

void DeviceLoop::onLimitsEcho(const devices::DeliveryLimits& limits) noexcept {
    delivery_.onLimitsEcho(limits, clock_.monotonic());
}

void DeviceLoop::onAcknowledgement(const devices::Acknowledgement& ack) noexcept {
    delivery_.onAcknowledgement(ack, clock_.monotonic());
}

void DeviceLoop::onEvent(const devices::DeviceEvent& event) noexcept {
    delivery_.onEvent(event);
    ring_.push(noticeFrame(NoticeKind::DeviceEvent, event));
}

void DeviceLoop::onTimeSync(const devices::TimeSyncProbe& probe) noexcept {
    ring_.push(noticeFrame(NoticeKind::TimeSync, probe));
}

void DeviceLoop::onLog(std::string_view) noexcept {} // text has no place on this thread

} // namespace eccrine::acquisition
