// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"

#include <string>
#include <vector>

namespace eccrine::records {

/// What ended the current of a test before its time, or the test, as the bedside process has noted it.
struct RecordedTrip {
    Seconds at{};               ///< test time
    std::string site;           ///< where it was; empty: of the whole instrument
    std::string sentence;       ///< what happened and what to do, for a person
    bool ofStimulation = false; ///< current flowed or rested for the stimulus, which is shorter for it
};

/// In the order recorded; what is told again right after it counts once.
[[nodiscard]] std::vector<RecordedTrip> tripsOf(const RecordedTest& test);

/// "THE CURRENT WAS STOPPED BEFORE ITS TIME", or what else has ended.
[[nodiscard]] std::string headlineOf(const RecordedTrip& trip);

/// Both of these in one sentence.
[[nodiscard]] std::string tripSentence(const RecordedTrip& trip, Seconds stimulusStart);

/// "200 s after the stimulus start: The emergency stop of the instrument is pressed; …"
[[nodiscard]] std::string tripText(const RecordedTrip& trip, Seconds stimulusStart);

} // namespace eccrine::records
