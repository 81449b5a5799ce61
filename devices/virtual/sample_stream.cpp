// SPDX-License-Identifier: GPL-3.0-or-later
#include "devices/virtual/sample_stream.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace eccrine::devices::virtual_instrument {

namespace {

constexpr double limitOf(RawFormat format) {
    switch (format) {
    case RawFormat::I16:
        return 32767.0;
    case RawFormat::I24:
        return 8388607.0;
    case RawFormat::I32:
    case RawFormat::F32:
        break;
    }
    return 2147483647.0;
}

} // namespace

std::size_t SampleStream::roomFor(std::uint8_t siteMask) const {
    const auto sites = static_cast<std::size_t>(std::popcount(siteMask));
    const std::size_t tick = sites * description_.channels.size() * bytesOf(description_.format);
    return tick == 0 ? 0 : (efp::maxPayloadBytes - efp::DataHead::bytes) / tick;
}

void SampleStream::start(std::uint8_t siteMask, std::uint16_t ticksPerFrame) {
    running_ = true;
    overrun_ = false;
    siteMask_ = siteMask;
    ticksPerFrame_ = ticksPerFrame;
    ticks_ = 0;
    firstIndex_ = 0;
    used_ = efp::DataHead::bytes;
}

void SampleStream::beginTick(DeviceTime at) {
    if (ticks_ == 0) first_ = at;
    ++ticks_;
}

void SampleStream::put(std::size_t channel, double value) {
    const ChannelDescription& c = description_.channels[channel];
    const double scaled = (value - static_cast<double>(c.offset)) / static_cast<double>(c.scale);
    std::uint32_t bits = 0;
    if (description_.format == RawFormat::F32) {
        bits = std::bit_cast<std::uint32_t>(static_cast<float>(scaled));
    } else {
        const double limit = limitOf(description_.format);
        bits = static_cast<std::uint32_t>(
            static_cast<std::int32_t>(std::lround(std::clamp(scaled, -limit - 1.0, limit))));
    }
    for (std::size_t i = 0; i < bytesOf(description_.format); ++i)
        payload_[used_++] = static_cast<std::byte>((bits >> (8U * i)) & 0xFFU);
}

SampleStream::Frame SampleStream::take() {
    efp::DataHead head;
    head.stream = description_.id;
    head.format = static_cast<std::uint8_t>(description_.format);
    head.siteMask = siteMask_;
    head.channels = static_cast<std::uint8_t>(description_.channels.size());
    head.ticks = ticks_;
    head.flags = overrun_ ? efp::DataHead::overrunFlag : std::uint16_t{0};
    head.firstIndex = firstIndex_;
    (void)head.write(payload_);
    const Frame frame{first_, std::span<const std::byte>{payload_}.first(used_)};
    firstIndex_ += ticks_;
    ticks_ = 0;
    used_ = efp::DataHead::bytes;
    overrun_ = false;
    return frame;
}

} // namespace eccrine::devices::virtual_instrument
