// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/efp_front_end.hpp"

#include "devices/efp/handshake.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

namespace eccrine::devices::efp {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds writeDeadline{50};
constexpr milliseconds helloEvery{250}; // a board may still be starting
constexpr milliseconds silence{100};    // ten frames of samples that have not come
constexpr milliseconds askEvery{25};    // so that a device that is back is heard before readings are too old
constexpr milliseconds askedInVain{1000}, askSeldom{250};
constexpr milliseconds logWait{100}; // the virtual instrument's LOG follows its DESCRIBEs at once

std::uint64_t randomNonce() {
    std::random_device source;
    return (static_cast<std::uint64_t>(source()) << 32U) | source();
}

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace

EfpFrontEnd::EfpFrontEnd(std::string url, std::unique_ptr<Transport> transport, const HostClock& clock)
    : url_(std::move(url)), transport_(std::move(transport)), clock_(clock) {}

Result<FrontEndIdentity> EfpFrontEnd::open(milliseconds timeout) {
    close();
    const MonotonicTime deadline = clock_.monotonic() + timeout;
    if (auto done = transport_->open(timeout); !done) return tl::unexpected(done.error());
    reader_ = FrameReader{};
    time_ = {};
    samplesAt_.reset();
    sequence_ = 0;
    bytesIn_ = 0;
    malformed_ = 0;
    probes_ = {};
    nextProbe_ = 0;
    ended_.reset();
    auto identity = handshake(deadline);
    if (!identity) {
        transport_->close();
        return identity;
    }
    bootId_ = identity->bootId;
    serial_ = identity->serial;
    streams_ = identity->streams;
    open_ = true;
    return identity;
}

Result<FrontEndIdentity> EfpFrontEnd::handshake(MonotonicTime deadline) {
    nonce_ = randomNonce();
    Handshake talk(nonce_);
    const std::byte delimiter{0};
    bool tookOurBytes = transport_->write(std::span(&delimiter, 1), writeDeadline);
    MonotonicTime askAgain = clock_.monotonic();
    std::optional<MonotonicTime> logUntil;
    while (talk.state() != Handshake::State::Finished) {
        const MonotonicTime now = clock_.monotonic();
        if (now >= deadline) break;
        if (talk.state() == Handshake::State::OnlyLogIsLeft) {
            if (!logUntil) logUntil = now + logWait;
            if (now >= *logUntil) break;
        } else if (now >= askAgain) {
            tookOurBytes = sayHello() && tookOurBytes;
            askAgain = now + helloEvery;
        }
        const auto got = transport_->read(received_, milliseconds{20});
        if (got.state == Transport::Read::State::Lost)
            return failed("the other end hung up during the hello", url_, "check the cable and try again");
        if (got.state == Transport::Read::State::Data) {
            bytesIn_ += got.bytes;
            reader_.feed(std::span(received_).first(got.bytes),
                         [&talk](const Frame& frame) { talk.onFrame(frame); });
        }
    }
    return talk.outcome(url_, {tookOurBytes, bytesIn_, reader_.count(FrameFault::Version)});
}

bool EfpFrontEnd::sayHello() noexcept {
    std::array<std::byte, 12> payload{};
    HelloRequest{nonce_}.write(payload);
    return send(Type::HelloRequest, payload);
}

/// A device that began anew streams nothing and need not say why. The hello of this connection changes
/// nothing in one that knows it.
void EfpFrontEnd::askWhoIsThere() noexcept {
    if (!samplesAt_) return;
    const MonotonicTime now = clock_.monotonic();
    const auto silent = now - *samplesAt_;
    if (silent < silence || now - helloAt_ < (silent < askedInVain ? askEvery : askSeldom)) return;
    helloAt_ = now;
    static_cast<void>(sayHello()); // a dead link shows at the next read
}

void EfpFrontEnd::close() noexcept {
    open_ = false;
    transport_->close();
}

FrontEnd::Poll EfpFrontEnd::poll(FrontEndSink& sink, milliseconds atMost) noexcept {
    if (!open_) return Poll::Lost;
    askWhoIsThere();
    const auto got = transport_->read(received_, atMost);
    if (got.state == Transport::Read::State::Lost) {
        open_ = false;
        return Poll::Lost;
    }
    if (got.state == Transport::Read::State::TimedOut) return Poll::TimedOut;
    bytesIn_ += got.bytes;
    reader_.feed(std::span(received_).first(got.bytes), [&](const Frame& frame) { dispatch(frame, sink); });
    if (ended_) {
        open_ = false;
        return *ended_;
    }
    return Poll::Ok;
}

void EfpFrontEnd::dispatch(const Frame& frame, FrontEndSink& sink) noexcept {
    switch (static_cast<Type>(frame.header.type)) {
    case Type::Data:
        onData(frame, sink);
        break;
    case Type::Status:
        if (auto m = parseStatus(frame.payload)) {
            const auto at = deviceTime(frame.header.time_us);
            if (!at) return;
            m->at = *at;
            sink.onStatus(*m);
        } else {
            ++malformed_;
        }
        break;
    case Type::LimitsEcho:
        if (const auto m = parseLimits(frame.payload))
            sink.onLimitsEcho(*m);
        else
            ++malformed_;
        break;
    case Type::Acknowledge:
        if (const auto m = parseAcknowledge(frame.payload))
            onAcknowledge(frame, *m, sink);
        else
            ++malformed_;
        break;
    case Type::Event:
        if (auto m = parseEvent(frame.payload)) {
            m->at = time_.ofThePast(frame.header.time_us); // it may have happened before the link was lost
            sink.onEvent(*m);
            // it is repeated until acknowledged; a lost acknowledgement only means one more repetition
            static_cast<void>(acknowledgeEvent(m->code, frame.header.sequence));
        } else {
            ++malformed_;
        }
        break;
    case Type::TimeSync:
        onTimeSync(frame, sink);
        break;
    case Type::Hello:
        if (const auto m = Hello::parse(frame.payload)) onHello(*m);
        break;
    case Type::Log:
        sink.onLog(textOf(frame.payload));
        break;
    default:
        break; // a newer minor version may say more
    }
}

/// Empty: the device has begun anew, whether it says so or not.
std::optional<DeviceTime> EfpFrontEnd::deviceTime(std::uint64_t us) noexcept {
    const auto at = time_.unwrap(us);
    if (!at && !ended_) ended_ = Poll::Restarted;
    return at;
}

/// One that has begun anew knows nothing of the run and refuses its commands; what is told then is that it
/// restarted, as its clock says.
void EfpFrontEnd::onAcknowledge(const Frame& frame, const Acknowledgement& ack, FrontEndSink& sink) noexcept {
    if (!deviceTime(frame.header.time_us)) return;
    sink.onAcknowledgement(ack);
}

/// Of a device that was open already: it says so when it has begun anew.
void EfpFrontEnd::onHello(const Hello& hello) noexcept {
    if (!hello.isOf(serial_))
        ended_ = Poll::Exchanged;
    else if (hello.bootId != bootId_ && !ended_)
        ended_ = Poll::Restarted;
}

/// Values can only be read as the stream was described; anything else would put them under a wrong site.
bool EfpFrontEnd::asDescribed(const DataHead& head) const noexcept {
    return std::any_of(streams_.begin(), streams_.end(), [&head](const StreamDescription& s) {
        return s.id == head.stream && static_cast<std::uint8_t>(s.format) == head.format &&
               s.siteMask == head.siteMask && s.channels.size() == head.channels;
    });
}

void EfpFrontEnd::onData(const Frame& frame, FrontEndSink& sink) noexcept {
    const auto m = Data::parse(frame.payload);
    if (!m || !asDescribed(m->head)) {
        ++malformed_;
        return;
    }
    const auto at = deviceTime(frame.header.time_us);
    if (!at) return;
    SampleBlock block;
    block.position.stream = m->head.stream;
    block.position.ticks = m->head.ticks;
    block.position.overrunBefore = (m->head.flags & DataHead::overrunFlag) != 0;
    block.position.firstIndex = m->head.firstIndex;
    block.position.first = *at;
    block.position.arrival = clock_.monotonic();
    samplesAt_ = block.position.arrival;
    block.raw = m->samples;
    sink.onBlock(block);
}

void EfpFrontEnd::onTimeSync(const Frame& frame, FrontEndSink& sink) noexcept {
    const auto m = TimeSyncReply::parse(frame.payload);
    if (!m) {
        ++malformed_;
        return;
    }
    const auto asked = std::find_if(probes_.begin(), probes_.end(),
                                    [&m](const PendingProbe& p) { return p.waiting && p.t0_us == m->t0; });
    if (asked == probes_.end()) return; // late, twice, or to somebody else
    asked->waiting = false;
    const auto t1 = deviceTime(m->t1_us), t2 = deviceTime(frame.header.time_us);
    if (!t1 || !t2) return;
    TimeSyncProbe probe;
    probe.t0 = asked->t0;
    probe.t1 = *t1;
    probe.t2 = *t2;
    probe.t3 = clock_.monotonic();
    sink.onTimeSync(probe);
}

bool EfpFrontEnd::send(Type type, std::span<const std::byte> payload, std::uint64_t time_us) noexcept {
    WireBuffer wire;
    const FrameHeader header{code(type), 0, ++sequence_, time_us};
    return transport_->write(encodeFrame(header, payload, wire), writeDeadline);
}

bool EfpFrontEnd::startStream(std::uint8_t stream, std::uint8_t siteMask, std::uint16_t samplesPerFrame,
                              std::uint32_t rateMilliHz) noexcept {
    std::array<std::byte, 8> payload{};
    StreamControl{stream, siteMask, samplesPerFrame, rateMilliHz}.write(payload);
    samplesAt_ = clock_.monotonic();
    return send(Type::StreamStart, payload);
}

bool EfpFrontEnd::stopStream(std::uint8_t stream) noexcept {
    std::array<std::byte, 8> payload{};
    StreamControl{stream, 0, 0, 0}.write(payload);
    samplesAt_.reset();
    return send(Type::StreamStop, payload);
}

bool EfpFrontEnd::requestTimeSync() noexcept {
    const MonotonicTime now = clock_.monotonic();
    const auto us = std::chrono::floor<std::chrono::microseconds>(now.time_since_epoch());
    const auto t0_us = static_cast<std::uint64_t>(us.count());
    probes_[nextProbe_] = {t0_us, now, true};
    nextProbe_ = (nextProbe_ + 1) % probes_.size();
    return send(Type::TimeSyncRequest, {}, t0_us);
}

bool EfpFrontEnd::setLimits(const DeliveryLimits& limits) noexcept {
    std::array<std::byte, limitsBytes> payload{};
    writeLimits(limits, payload);
    return send(Type::SetLimits, payload);
}

bool EfpFrontEnd::arm(std::uint64_t nonce, std::uint32_t command, std::uint8_t siteMask,
                      DeliveryMode mode) noexcept {
    std::array<std::byte, 16> payload{};
    Arm{nonce, command, siteMask, static_cast<std::uint8_t>(mode)}.write(payload);
    return send(Type::Arm, payload);
}

bool EfpFrontEnd::setCurrent(const SetPoint& p) noexcept {
    std::array<std::byte, 36> payload{};
    const auto lease = static_cast<std::uint16_t>(std::clamp<milliseconds::rep>(p.lease.count(), 0, 500));
    const SetCurrent message{p.nonce,
                             p.command,
                             p.current_uA,
                             p.ramp_uA_per_s,
                             lease,
                             p.siteMask,
                             static_cast<std::uint8_t>(p.mode)};
    const auto length = message.write(payload);
    return send(Type::SetCurrent, std::span(payload).first(length));
}

bool EfpFrontEnd::stop(StopBy how) noexcept {
    if (how == StopBy::Ramp) return send(Type::Stop, {});
    constexpr std::array<std::byte, 1> atOnce{std::byte{stopAtOnce}};
    return send(Type::Stop, atOnce);
}

bool EfpFrontEnd::acknowledgeEvent(std::uint16_t eventCode, std::uint32_t sequence) noexcept {
    std::array<std::byte, 8> payload{};
    EventAcknowledge{eventCode, sequence}.write(payload);
    return send(Type::EventAcknowledge, payload);
}

LinkCounters EfpFrontEnd::counters() const noexcept {
    return {reader_.count(FrameFault::None), reader_.bad() + malformed_, bytesIn_};
}

} // namespace eccrine::devices::efp
