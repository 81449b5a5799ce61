// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/recording_writer.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace eccrine::recording {

/// CRC-32C of a row as docs/formats/recording.md says: place and times are as much a part of a measurement as
/// the samples. As a number of SQLite (0 to 2^32 - 1).
[[nodiscard]] std::int64_t checksumOf(const BlockPosition& position, TestTime at,
                                      std::span<const std::byte> raw);
[[nodiscard]] std::int64_t checksumOf(const RecordedEvent& event);

} // namespace eccrine::recording
