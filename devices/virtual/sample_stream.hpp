// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/sample.hpp"
#include "devices/efp/messages.hpp"
#include "devices/virtual/site_mask.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace eccrine::devices::virtual_instrument {

/// Collects the ticks of one stream into DATA payloads. Values come in physical units and are stored as the
/// description says: (value - offset) / scale, rounded and limited to the format's range.
class SampleStream {
public:
    explicit SampleStream(StreamDescription description) : description_(std::move(description)) {}

    [[nodiscard]] const StreamDescription& description() const { return description_; }
    [[nodiscard]] bool running() const { return running_; }
    /// Ticks per frame that fit for this many sites.
    [[nodiscard]] std::size_t roomFor(std::uint8_t siteMask) const;

    void start(std::uint8_t siteMask, std::uint16_t ticksPerFrame);
    void stop() { running_ = false; }

    /// Begins a tick; then put() each value, sites ascending, channels ascending, only of sites in the mask.
    void beginTick(DeviceTime at);
    [[nodiscard]] bool wants(std::size_t site) const { return inMask(siteMask_, site); }
    void put(std::size_t channel, double value);

    [[nodiscard]] bool frameReady() const { return running_ && ticks_ >= ticksPerFrame_; }
    struct Frame {
        DeviceTime at; ///< of the first tick
        std::span<const std::byte> payload;
    };
    /// The collected ticks as a DATA payload, valid until the next beginTick().
    [[nodiscard]] Frame take();
    /// The frame just taken got lost on the way out: the next one says so.
    void markOverrun() { overrun_ = true; }
    [[nodiscard]] std::uint64_t nextIndex() const { return firstIndex_ + ticks_; }

private:
    StreamDescription description_;
    bool running_ = false;
    bool overrun_ = false;
    std::uint8_t siteMask_ = 0;
    std::uint16_t ticksPerFrame_ = 1;
    std::uint16_t ticks_ = 0;
    std::uint64_t firstIndex_ = 0;
    DeviceTime first_{};
    efp::Payload payload_{};
    std::size_t used_ = efp::DataHead::bytes;
};

} // namespace eccrine::devices::virtual_instrument
