// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "records/sweat_test.hpp"

#include <filesystem>
#include <string>

namespace eccrine::records {

/// Writes the one-page report of a sweat test (A4, PDF/A-1b, selectable text), whole or not at all, from the
/// evaluation that the record holds. What other profiles would say is never printed. A simulated test is
/// marked SIMULATED across the page, one that nobody validated as preliminary. Needs a QGuiApplication.
/// \param guideline the very file that the result was made with (guidelineOfResult()); another is refused
/// \param instrument as instrumentOf() gives it; empty: not recorded
[[nodiscard]] Done writeSweatReport(const SweatTestRecord& record, const chloride::Guideline& guideline,
                                    const std::string& instrument, const std::filesystem::path& file,
                                    bool replace);

} // namespace eccrine::records
