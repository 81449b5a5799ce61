// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace eccrine {

/// CRC-32C (Castagnoli: reflected polynomial 0x82F63B78, init and final xor 0xFFFFFFFF; RFC 3720 appendix
/// B.4). Protects EFP/1 frames and the chunks of a recording. `crc` continues an earlier result: crc32c(b,
/// crc32c(a)) is the checksum of a followed by b. Uses the SSE4.2 instruction where the processor has it,
/// slicing-by-8 tables elsewhere. Any thread; neither allocates nor throws.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t crc = 0) noexcept;

/// The portable path by itself, for tests and for processors without SSE4.2.
[[nodiscard]] std::uint32_t crc32cPortable(std::span<const std::byte> bytes, std::uint32_t crc = 0) noexcept;

} // namespace eccrine
