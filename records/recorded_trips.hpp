// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"

#include <string>
#include <vector>

namespace eccrine::records {

/// What ended the current of a test before its time, as the bedside process has noted it.
struct RecordedTrip {
    Seconds at{};         ///< test time
    std::string site;     ///< where it was; empty: of the whole instrument
    std::string sentence; ///< what happened and what to do, for a person
};

/// In the order recorded, each sentence once.
[[nodiscard]] std::vector<RecordedTrip> tripsOf(const RecordedTest& test);

/// "200 s after the stimulus start: The emergency stop of the instrument is pressed; …"
[[nodiscard]] std::string tripText(const RecordedTrip& trip, Seconds stimulusStart);

} // namespace eccrine::records
