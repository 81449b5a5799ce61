// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine {

/// What a channel measures. The numbers are EFP/1's (and the recording's); the unit belongs to the measurand.
enum class Measurand : std::uint8_t {
    AnodeCurrent = 1,    ///< µA
    CathodeCurrent = 2,  ///< µA, negative when the anode delivers
    Voltage = 3,         ///< mV across the electrodes
    HumidityIn = 16,     ///< %RH of the dry gas before the capsule
    TemperatureIn = 17,  ///< °C at that sensor
    HumidityOut = 18,    ///< %RH after the capsule
    TemperatureOut = 19, ///< °C at that sensor
    Flow = 20,           ///< sccm, reference 0 °C and 101.325 kPa
    Pressure = 21,       ///< kPa absolute at the outlet sensor
};

/// How a raw sample is stored, on the wire and in the recording (little-endian, two's complement, IEEE 754).
enum class RawFormat : std::uint8_t { I16 = 1, I24 = 2, I32 = 3, F32 = 4 };
[[nodiscard]] constexpr std::size_t bytesOf(RawFormat f) {
    switch (f) {
    case RawFormat::I16:
        return 2;
    case RawFormat::I24:
        return 3;
    case RawFormat::I32:
    case RawFormat::F32:
        return 4;
    }
    return 0;
}

/// value in the measurand's unit = raw · scale + offset.
struct ChannelDescription {
    Measurand measurand{};
    float scale = 1.0F;
    float offset = 0.0F;
    friend bool operator==(const ChannelDescription&, const ChannelDescription&) = default;
};

inline constexpr std::size_t maxSites = 4; ///< per front end (the protocol's site masks and arrays)

/// One stream of a device: the same channels for each site in the mask, at one rate.
/// A tick is all values of one instant: site ascending, then channel ascending.
struct StreamDescription {
    std::uint8_t id = 0;
    RawFormat format = RawFormat::I24;
    std::uint8_t siteMask = 0;
    std::uint32_t rateMilliHz = 0;
    std::vector<ChannelDescription> channels;

    [[nodiscard]] std::size_t sites() const {
        std::size_t n = 0;
        for (unsigned bit = 0; bit < maxSites; ++bit)
            n += (siteMask >> bit) & 1U;
        return n;
    }
    [[nodiscard]] std::size_t valuesPerTick() const { return sites() * channels.size(); }
    friend bool operator==(const StreamDescription&, const StreamDescription&) = default;
};

/// Where a run of ticks lies in device time. Ticks are numbered from 0 at stream start; a jump is a gap.
struct BlockPosition {
    std::uint8_t stream = 0;
    std::uint16_t ticks = 0;
    bool overrunBefore = false;   ///< the device itself lost ticks before this block
    std::uint64_t firstIndex = 0; ///< of the first tick
    DeviceTime first{};           ///< device time of the first tick
    MonotonicTime arrival{};      ///< host time at which the frame was complete
};

/// A block as a driver hands it on: position, and the raw values as the device sent them (valid during the
/// call only).
struct SampleBlock {
    BlockPosition position;
    std::span<const std::byte> raw; ///< ticks · valuesPerTick · bytesOf(format)
};

/// Raw little-endian bytes to a 32-bit pattern: sign-extended integer, or the bits of the float.
[[nodiscard]] constexpr std::int32_t rawWord(const std::byte* p, RawFormat f) {
    const auto b = [p](int i) { return static_cast<std::uint32_t>(p[i]); };
    switch (f) {
    case RawFormat::I16:
        return static_cast<std::int16_t>(b(0) | (b(1) << 8U));
    case RawFormat::I24: {
        const std::uint32_t u = (b(0) << 8U) | (b(1) << 16U) | (b(2) << 24U);
        return static_cast<std::int32_t>(u) >> 8;
    }
    case RawFormat::I32:
    case RawFormat::F32:
        return static_cast<std::int32_t>(b(0) | (b(1) << 8U) | (b(2) << 16U) | (b(3) << 24U));
    }
    return 0;
}

/// A 32-bit pattern to the measurand's unit. NaN in an F32 stays NaN: the caller marks the sample missing.
[[nodiscard]] double physicalValue(std::int32_t word, RawFormat f, const ChannelDescription& c);

/// The four classic QSART sites in the order of EFP's site bits; other names are allowed everywhere (an open
/// list).
inline constexpr std::array<std::string_view, maxSites> standardSites{"forearm", "proximal_leg", "distal_leg",
                                                                      "foot"};

} // namespace eccrine
