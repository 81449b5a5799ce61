// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>

namespace eccrine::devices {

enum class Ready { Yes, TimedOut, Gone };

using Deadline = std::chrono::steady_clock::time_point;

/// Waits until a descriptor can be read or written without blocking. A hang-up with nothing left to read is
/// Gone. A deadline that has passed still looks once.
[[nodiscard]] Ready waitReadable(int fd, Deadline deadline) noexcept;
[[nodiscard]] Ready waitWritable(int fd, Deadline deadline) noexcept;

} // namespace eccrine::devices
