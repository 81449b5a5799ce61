// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/efp/efp_front_end.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <random>
#include <utility>

namespace eccrine::devices::efp {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds writeDeadline{50};
constexpr milliseconds helloEvery{250}; // a board may still be starting
constexpr milliseconds logWait{100};    // the virtual instrument's LOG follows its DESCRIBEs at once
constexpr double highestDeclaredSpeed = 1000.0;

std::uint64_t randomNonce() {
    std::random_device source;
    return (static_cast<std::uint64_t>(source()) << 32U) | source();
}

/// `virtual instrument; speed=20; seed=1; preset=healthy`
double declaredSpeed(std::string_view log) {
    constexpr std::string_view key = "speed=";
    const auto at = log.find(key);
    if (!log.starts_with("virtual instrument") || at == std::string_view::npos) return 1.0;
    const auto digits = log.substr(at + key.size());
    double speed = 1.0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), speed);
    return error == std::errc{} && speed >= 1.0 && speed <= highestDeclaredSpeed ? speed : 1.0;
}

DeviceTime deviceTime(std::uint64_t us) {
    return DeviceTime{std::chrono::microseconds{static_cast<std::int64_t>(us)}};
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
    sequence_ = 0;
    bytesIn_ = 0;
    rebooted_ = false;
    auto identity = handshake(deadline);
    if (!identity) {
        transport_->close();
        return identity;
    }
    bootId_ = identity->bootId;
    open_ = true;
    return identity;
}

Result<FrontEndIdentity> EfpFrontEnd::handshake(MonotonicTime deadline) {
    const std::uint64_t nonce = randomNonce();
    std::optional<Hello> hello;
    std::optional<Answer> refusal;
    std::map<std::uint8_t, StreamDescription> streams;
    std::string log;
    bool simulated = false;
    bool foreignVersion = false;
    const auto onFrame = [&](const Frame& frame) {
        switch (static_cast<Type>(frame.header.type)) {
        case Type::Hello:
            if (const auto m = Hello::parse(frame.payload); m && m->nonce == nonce) {
                hello = m;
                simulated = (frame.header.flags & FrameHeader::simulatedFlag) != 0;
            }
            break;
        case Type::Describe:
            if (auto m = parseDescribe(frame.payload); m && hello) streams[m->id] = std::move(*m);
            break;
        case Type::Acknowledge:
            if (const auto m = parseAcknowledge(frame.payload);
                m && m->type == code(Type::HelloRequest) && m->result != 0)
                refusal = static_cast<Answer>(m->result);
            break;
        case Type::Log:
            if (hello && log.empty()) log = textOf(frame.payload);
            break;
        default:
            break; // streams of an earlier connection may still be running
        }
    };
    const std::byte delimiter{0};
    bool asked = transport_->write(std::span(&delimiter, 1), writeDeadline);
    MonotonicTime askAgain = clock_.monotonic();
    std::optional<MonotonicTime> logUntil;
    const auto complete = [&] { return hello && streams.size() >= hello->streams; };
    while (!(complete() && (!simulated || !log.empty())) && !refusal) {
        const MonotonicTime now = clock_.monotonic();
        if (now >= deadline) break;
        if (complete()) { // only the optional LOG is missing
            if (!logUntil) logUntil = now + logWait;
            if (now >= *logUntil) break;
        } else if (now >= askAgain) {
            std::array<std::byte, 16> payload{};
            const auto length = HelloRequest{nonce}.write(payload);
            asked = send(Type::HelloRequest, std::span(payload).first(length)) && asked;
            askAgain = now + helloEvery;
        }
        const auto got = transport_->read(received_, milliseconds{20});
        if (got.state == Transport::Read::State::Lost)
            return failed("the other end hung up during the hello", url_, "check the cable and try again");
        if (got.state == Transport::Read::State::Data) {
            bytesIn_ += got.bytes;
            reader_.feed(std::span(received_).first(got.bytes), onFrame);
        }
        foreignVersion = reader_.count(FrameFault::Version) > 0;
    }
    if (refusal == Answer::Busy)
        return failed("the instrument is armed for another host", url_, "stop the test there first");
    if (refusal || (foreignVersion && !hello) || (hello && hello->version != protocolVersion))
        return failed(
            hello
                ? "the instrument speaks EFP version " + std::to_string(hello->version) +
                      ", this program speaks version 1"
                : std::string("the instrument speaks another version of EFP, this program speaks version 1"),
            url_, "update the instrument's firmware or Eccrine");
    if (!hello) {
        if (!asked) return failed("the port takes no data", url_, "check the cable");
        if (bytesIn_ == 0)
            return failed("nothing answers", url_,
                          "check that the instrument is on and that this is its port");
        return failed("something answers, but not in EFP/1", url_,
                      "check that this is the instrument's port");
    }
    if (!complete())
        return failed("the instrument announced " + std::to_string(hello->streams) +
                          " streams and described " + std::to_string(streams.size()),
                      url_, "switch the instrument off and on");
    FrontEndIdentity identity;
    identity.url = url_;
    identity.serial = hello->serialText();
    identity.firmware = std::to_string(hello->firmware[0]) + "." + std::to_string(hello->firmware[1]) + "." +
                        std::to_string(hello->firmware[2]);
    identity.hardware = hello->hardware;
    identity.bootId = hello->bootId;
    identity.sites = hello->sites;
    identity.capabilities = hello->capabilities;
    identity.simulated = simulated;
    if (simulated) identity.declaredSpeed = declaredSpeed(log);
    for (auto& [id, stream] : streams)
        identity.streams.push_back(std::move(stream));
    return identity;
}

void EfpFrontEnd::close() noexcept {
    open_ = false;
    transport_->close();
}

FrontEnd::Poll EfpFrontEnd::poll(FrontEndSink& sink, milliseconds atMost) noexcept {
    if (!open_) return Poll::Lost;
    const auto got = transport_->read(received_, atMost);
    if (got.state == Transport::Read::State::Lost) {
        open_ = false;
        return Poll::Lost;
    }
    if (got.state == Transport::Read::State::TimedOut) return Poll::TimedOut;
    bytesIn_ += got.bytes;
    reader_.feed(std::span(received_).first(got.bytes), [&](const Frame& frame) { dispatch(frame, sink); });
    if (rebooted_) {
        open_ = false;
        return Poll::Lost;
    }
    return Poll::Ok;
}

void EfpFrontEnd::dispatch(const Frame& frame, FrontEndSink& sink) noexcept {
    switch (static_cast<Type>(frame.header.type)) {
    case Type::Data:
        if (const auto m = Data::parse(frame.payload)) {
            SampleBlock block;
            block.position.stream = m->head.stream;
            block.position.ticks = m->head.ticks;
            block.position.overrunBefore = (m->head.flags & DataHead::overrunFlag) != 0;
            block.position.firstIndex = m->head.firstIndex;
            block.position.first = deviceTime(frame.header.time_us);
            block.position.arrival = clock_.monotonic();
            block.raw = m->samples;
            sink.onBlock(block);
        }
        break;
    case Type::Status:
        if (auto m = parseStatus(frame.payload)) {
            m->at = deviceTime(frame.header.time_us);
            sink.onStatus(*m);
        }
        break;
    case Type::LimitsEcho:
        if (const auto m = parseLimits(frame.payload)) sink.onLimitsEcho(*m);
        break;
    case Type::Acknowledge:
        if (const auto m = parseAcknowledge(frame.payload)) sink.onAcknowledgement(*m);
        break;
    case Type::Event:
        if (auto m = parseEvent(frame.payload)) {
            m->at = deviceTime(frame.header.time_us);
            sink.onEvent(*m);
            // it is repeated until acknowledged; a lost acknowledgement only means one more repetition
            static_cast<void>(acknowledgeEvent(m->code, frame.header.sequence));
        }
        break;
    case Type::TimeSync:
        if (const auto m = TimeSyncReply::parse(frame.payload)) {
            TimeSyncProbe probe;
            probe.t0 = MonotonicTime{std::chrono::microseconds{static_cast<std::int64_t>(m->t0)}};
            probe.t1 = deviceTime(m->t1_us);
            probe.t2 = deviceTime(frame.header.time_us);
            probe.t3 = clock_.monotonic();
            sink.onTimeSync(probe);
        }
        break;
    case Type::Hello:
        if (const auto m = Hello::parse(frame.payload); m && m->bootId != bootId_) rebooted_ = true;
        break;
    case Type::Log:
        sink.onLog(textOf(frame.payload));
        break;
    default:
        break; // a newer minor version may say more
    }
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
    return send(Type::StreamStart, payload);
}

bool EfpFrontEnd::stopStream(std::uint8_t stream) noexcept {
    std::array<std::byte, 8> payload{};
    StreamControl{stream, 0, 0, 0}.write(payload);
    return send(Type::StreamStop, payload);
}

bool EfpFrontEnd::requestTimeSync() noexcept {
    const auto now = std::chrono::floor<std::chrono::microseconds>(clock_.monotonic().time_since_epoch());
    return send(Type::TimeSyncRequest, {}, static_cast<std::uint64_t>(now.count()));
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

bool EfpFrontEnd::stop() noexcept {
    return send(Type::Stop, {});
}

bool EfpFrontEnd::acknowledgeEvent(std::uint16_t eventCode, std::uint32_t sequence) noexcept {
    std::array<std::byte, 8> payload{};
    EventAcknowledge{eventCode, sequence}.write(payload);
    return send(Type::EventAcknowledge, payload);
}

LinkCounters EfpFrontEnd::counters() const noexcept {
    return {reader_.count(FrameFault::None), reader_.bad(), bytesIn_};
}

} // namespace eccrine::devices::efp
