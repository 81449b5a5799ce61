// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sample.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>

namespace eccrine {

/// What travels through the SampleRing from the device thread to the session: 56 bytes, so that with the
/// ring's 8-byte sequence it fills one cache line. Ticks follow the BlockStart that places them in time;
/// everything else that the session must see in order (trips, status changes, acknowledgements) travels the
/// same way.
struct SampleFrame {
    enum class Kind : std::uint8_t {
        Tick,       ///< up to 12 raw words of one tick; a wider tick takes several frames, `part` counts them
        BlockStart, ///< payload BlockPosition
        Notice,     ///< payload defined by acquisition (interlock trips, link and device state changes)
    };
    Kind kind = Kind::Tick;
    std::uint8_t stream = 0;
    std::uint8_t part = 0;
    std::uint8_t count = 0; ///< words used
    std::uint32_t tick = 0; ///< position of the tick within its block
    std::array<std::int32_t, 12> words{};

    template <class T>
    [[nodiscard]] T payload() const {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(words));
        T t;
        std::memcpy(static_cast<void*>(&t), words.data(), sizeof(T));
        return t;
    }
    template <class T>
    void setPayload(const T& t) {
        static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= sizeof(words));
        std::memcpy(words.data(), static_cast<const void*>(&t), sizeof(T));
    }
};
static_assert(sizeof(SampleFrame) == 56 && std::is_trivially_copyable_v<SampleFrame>);

} // namespace eccrine
