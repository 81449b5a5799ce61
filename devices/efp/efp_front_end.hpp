// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "devices/efp/clock_unwrapper.hpp"
#include "devices/efp/frame.hpp"
#include "devices/efp/messages.hpp"
#include "devices/front_end.hpp"
#include "devices/transport/transport.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace eccrine::devices::efp {

/// The host's side of EFP/1 over any transport. Thread and deadlines as FrontEnd says.
class EfpFrontEnd final : public FrontEnd {
public:
    EfpFrontEnd(std::string url, std::unique_ptr<Transport> transport, const HostClock& clock);

    [[nodiscard]] Result<FrontEndIdentity> open(std::chrono::milliseconds timeout) override;
    void close() noexcept override;
    [[nodiscard]] Poll poll(FrontEndSink& sink, std::chrono::milliseconds atMost) noexcept override;
    [[nodiscard]] bool startStream(std::uint8_t stream, std::uint8_t siteMask, std::uint16_t samplesPerFrame,
                                   std::uint32_t rateMilliHz) noexcept override;
    [[nodiscard]] bool stopStream(std::uint8_t stream) noexcept override;
    [[nodiscard]] bool requestTimeSync() noexcept override;
    [[nodiscard]] bool setLimits(const DeliveryLimits& limits) noexcept override;
    [[nodiscard]] bool arm(std::uint64_t nonce, std::uint32_t command, std::uint8_t siteMask,
                           DeliveryMode mode) noexcept override;
    [[nodiscard]] bool setCurrent(const SetPoint& setPoint) noexcept override;
    [[nodiscard]] bool stop(StopBy how) noexcept override;
    [[nodiscard]] bool acknowledgeEvent(std::uint16_t code, std::uint32_t sequence) noexcept override;
    [[nodiscard]] LinkCounters counters() const noexcept override;

private:
    [[nodiscard]] bool send(Type type, std::span<const std::byte> payload,
                            std::uint64_t time_us = 0) noexcept;
    [[nodiscard]] bool sayHello() noexcept;
    void askWhoIsThere() noexcept;
    void dispatch(const Frame& frame, FrontEndSink& sink) noexcept;
    void onData(const Frame& frame, FrontEndSink& sink) noexcept;
    [[nodiscard]] std::optional<DeviceTime> deviceTime(std::uint64_t us) noexcept;
    void onAcknowledge(const Frame& frame, const Acknowledgement& ack, FrontEndSink& sink) noexcept;
    void onHello(const Hello& hello) noexcept;
    void onTimeSync(const Frame& frame, FrontEndSink& sink) noexcept;
    [[nodiscard]] bool asDescribed(const DataHead& head) const noexcept;
    [[nodiscard]] Result<FrontEndIdentity> handshake(MonotonicTime deadline);

    std::string url_;
    std::unique_ptr<Transport> transport_;
    const HostClock& clock_;
    FrameReader reader_;
    ClockUnwrapper time_;
    std::array<std::byte, 16384> received_{};
    std::uint64_t nonce_ = 0;                ///< of this connection
    std::optional<MonotonicTime> samplesAt_; ///< the last came, or were asked for
    MonotonicTime helloAt_{};
    std::uint32_t sequence_ = 0;
    std::uint32_t bootId_ = 0;
    std::uint64_t bytesIn_ = 0;
    std::uint64_t malformed_ = 0; ///< whole frames whose payload is too short or not as described
    std::vector<StreamDescription> streams_;
    /// The last requests for time, so that a late, repeated or invented answer is not believed.
    struct PendingProbe {
        std::uint64_t t0_us = 0;
        MonotonicTime t0{};
        bool waiting = false;
    };
    std::array<PendingProbe, 8> probes_{};
    std::size_t nextProbe_ = 0;
    bool open_ = false;
    std::string serial_;
    std::optional<Poll> ended_; ///< a hello with another boot id or serial number: the link counts as lost
};

} // namespace eccrine::devices::efp
