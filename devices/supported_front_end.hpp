// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "devices/front_end.hpp"

namespace eccrine::devices {

/// Whether current may flow from this front end at all: its firmware is one that this version has been tested
/// with, and its protocol says what the host relies on. A minor version of the protocol only adds to the one
/// before, so that a higher one is accepted (docs/formats/efp.md).
[[nodiscard]] Done supported(const FrontEndIdentity& identity);

} // namespace eccrine::devices
