// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"

#include <filesystem>

namespace eccrine::benchmarks {

/// A QSART of four sites, 180 s of baseline and 600 s of response, as an instrument delivers it: humidity at
/// both sensors, temperature, flow, pressure and current, all at `rate_hz`; published response shape through
/// capsule, tube and sensor, with noise. The same numbers at every call with the same seed.
[[nodiscard]] RecordedTest benchRecord(double rate_hz, unsigned seed = 1);

/// The columns as raw doubles and `record.json` with the constants, for the peer.
void writeForPeer(const RecordedTest& test, const std::filesystem::path& folder);

} // namespace eccrine::benchmarks
