// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace eccrine::devices {

enum class Ready { Yes, TimedOut, Gone };

/// Waits until a descriptor can be read or written without blocking. A hang-up with nothing left to read is
/// Gone.
[[nodiscard]] Ready waitReadable(int fd, std::chrono::milliseconds atMost) noexcept;
[[nodiscard]] Ready waitWritable(int fd, std::chrono::milliseconds atMost) noexcept;

} // namespace eccrine::devices
