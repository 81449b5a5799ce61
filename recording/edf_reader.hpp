// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/site_signals.hpp"
#include "recording/bounded_curves.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

namespace eccrine::recording {

/// Which column a signal of a foreign file is: its label to SITE.QUANTITY, as in the recording CSV.
using SignalMap = std::map<std::string, std::string>;

/// Reads EDF, EDF+C, BDF and BDF+C (docs/formats/edf.md). Labels like "FA.rh_out" are known, others by the
/// map; the rest is named in `remarks`. The physical dimension has to fit the quantity. Annotations "eccrine:
/// key=value" are the keys of the recording CSV, "stimulus" with its duration, or "stimulus on" and "stimulus
/// off", its times, any other becomes an event. sha256 is that of the file's bytes. Fails for a discontinuous
/// file (EDF+D), a damaged one, a dimension that does not fit, a label of the map that is not there. A long
/// one is reduced to `mostValues` in memory (BoundedCurves).
[[nodiscard]] Result<RecordedTest> readEdf(const std::filesystem::path& file, const SignalMap& map = {},
                                           std::size_t mostValues = mostValuesHeld);

/// Whether the first bytes are those of EDF or BDF.
[[nodiscard]] bool startsLikeEdf(const std::filesystem::path& file);

} // namespace eccrine::recording
