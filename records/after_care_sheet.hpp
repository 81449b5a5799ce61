// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <filesystem>

namespace eccrine::records {

/// Writes the page that the patient takes home (A4, PDF/A-1b): when and where current was given, what to do,
/// when to see somebody, and room for the telephone number of the laboratory. No result, and of the person
/// only the identifier. Refused where no current has flowed. Needs a QGuiApplication; the offscreen platform
/// will do.
[[nodiscard]] Done writeAfterCareSheet(const RecordedTest& test, const std::filesystem::path& file,
                                       bool replace);

} // namespace eccrine::records
