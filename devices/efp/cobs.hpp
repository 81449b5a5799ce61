// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace eccrine::devices::efp {

/// Consistent overhead byte stuffing (Cheshire and Baker): the coded bytes hold no 0x00, which then delimits
/// frames. Pure; any thread.

/// Most bytes that n bytes can become: one more, and one for every 254.
[[nodiscard]] constexpr std::size_t cobsBound(std::size_t n) {
    return n + 1 + n / 254;
}

/// Canonical (no extra 01 after a final full block). `out` holds at least cobsBound(in.size()). Returns the
/// bytes written.
std::size_t cobsEncode(std::span<const std::byte> in, std::span<std::byte> out) noexcept;

/// Empty when a block runs over the end, a 0x00 is inside, or `out` is too small. Accepts the non-canonical
/// extra block that some encoders emit. `out` may be as long as `in`.
[[nodiscard]] std::optional<std::size_t> cobsDecode(std::span<const std::byte> in,
                                                    std::span<std::byte> out) noexcept;

} // namespace eccrine::devices::efp
