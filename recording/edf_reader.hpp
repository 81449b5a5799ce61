// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/site_signals.hpp"
#include "recording/reading_settings.hpp"

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

namespace eccrine::recording {

/// Reads EDF, EDF+C, BDF and BDF+C (docs/formats/edf.md). Labels like "FA.rh_out" are known, others by the
/// map; the rest is named in `remarks`. The physical dimension has to fit the quantity. Annotations "eccrine:
/// key=value" are the keys of the recording CSV, "stimulus" with its duration, or "stimulus on" and "stimulus
/// off", its times, any other becomes an event. sha256 is that of the file's bytes. Fails for a discontinuous
/// file (EDF+D), a damaged one, a dimension that does not fit, a label of the map that is not there.
[[nodiscard]] Result<RecordedTest> readEdf(const std::filesystem::path& file,
                                           const ReadingSettings& settings = {});

/// Whether the first bytes are those of EDF or BDF.
[[nodiscard]] bool startsLikeEdf(const std::filesystem::path& file);

} // namespace eccrine::recording
