// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace eccrine::devices {

/// How often this thread has taken memory with operator new. allocation_count.cpp replaces the operator for
/// the whole executable.
[[nodiscard]] std::uint64_t allocationsOfThisThread() noexcept;

} // namespace eccrine::devices
