// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/latch_book.hpp"
#include "acquisition/session.hpp"

#include <optional>

namespace eccrine::acquisition {

/// What holds back the next test with an instrument, by how its last one stands: a latched fault or emergency
/// stop; current that may flow; skin that nobody has recorded after current (S9 to S3). Empty: nothing.
[[nodiscard]] std::optional<Latch> latchOf(const SessionSnapshot& test, WallTime now);

} // namespace eccrine::acquisition
