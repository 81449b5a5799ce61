// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"

#include <filesystem>
#include <string>

namespace eccrine::records {

/// What the computer that the program runs on is there for: station.toml (docs/formats/station.md).
struct Station {
    enum class Use {
        Training, ///< what is recorded on a virtual instrument is shown and handed on, marked as simulated
        Patients, ///< it is shown, and leaves as no result
    };
    Use use = Use::Training;
    std::filesystem::path file; ///< that says so; empty: none does, and the use is training
};

/// Refused whole, with the line. \param name of the file, for sentences
[[nodiscard]] Result<Station> parseStation(const std::string& text, const std::filesystem::path& name);
[[nodiscard]] Result<Station> loadStation(const std::filesystem::path& file);

/// Whether what was recorded may leave this station as a result: as a file for others, a document for another
/// program, a picture, a copy. The one place that decides it; who only shows something need not ask.
/// \param simulated of the recording or the sweat test itself
/// \param what the sentence begins with: the recording's file
[[nodiscard]] Done mayLeaveAsResult(const Station& station, bool simulated, const std::string& what);

} // namespace eccrine::records
