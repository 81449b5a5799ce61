// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/crc32c.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <nmmintrin.h>
#endif

namespace eccrine {
namespace {

constexpr std::uint32_t reflectedPolynomial = 0x82F63B78U;

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables makeTables() {
    Tables t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t c = i;
        for (int bit = 0; bit < 8; ++bit)
            c = (c >> 1U) ^ ((c & 1U) != 0 ? reflectedPolynomial : 0U);
        t[0][i] = c;
    }
    for (std::size_t slice = 1; slice < t.size(); ++slice) {
        for (std::size_t i = 0; i < 256; ++i)
            t[slice][i] = (t[slice - 1][i] >> 8U) ^ t[0][t[slice - 1][i] & 0xFFU];
    }
    return t;
}

constexpr Tables tables = makeTables();

std::uint64_t littleEndian64(const std::byte* p) {
    std::uint64_t v = 0;
    for (int i = 7; i >= 0; --i)
        v = (v << 8U) | static_cast<std::uint64_t>(p[i]);
    return v;
}

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) std::uint32_t crc32cHardware(std::span<const std::byte> bytes,
                                                               std::uint32_t crc) noexcept {
    std::uint64_t c = ~crc;
    const std::byte* p = bytes.data();
    std::size_t n = bytes.size();
    for (; n >= 8; n -= 8, p += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, p, sizeof word);
        c = _mm_crc32_u64(c, word);
    }
    auto c32 = static_cast<std::uint32_t>(c);
    for (; n > 0; --n, ++p)
        c32 = _mm_crc32_u8(c32, static_cast<unsigned char>(*p));
    return ~c32;
}
#endif

} // namespace

std::uint32_t crc32cPortable(std::span<const std::byte> bytes, std::uint32_t crc) noexcept {
    std::uint32_t c = ~crc;
    const std::byte* p = bytes.data();
    std::size_t n = bytes.size();
    for (; n >= 8; n -= 8, p += 8) {
        const std::uint64_t v = littleEndian64(p) ^ c;
        c = 0;
        for (std::size_t i = 0; i < 8; ++i)
            c ^= tables[7 - i][(v >> (8U * i)) & 0xFFU];
    }
    for (; n > 0; --n, ++p)
        c = (c >> 8U) ^ tables[0][(c ^ static_cast<std::uint32_t>(*p)) & 0xFFU];
    return ~c;
}

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t crc) noexcept {
#if defined(__x86_64__)
    static const bool hardware = __builtin_cpu_supports("sse4.2") != 0;
    if (hardware) return crc32cHardware(bytes, crc);
#endif
    return crc32cPortable(bytes, crc);
}

} // namespace eccrine
