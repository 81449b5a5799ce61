// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/site_signals.hpp"
#include "protocols/adverse_effect_file.hpp"

#include <optional>
#include <string>
#include <vector>

namespace eccrine::records {

/// The answer to a safety question before the current; of several the last counts.
struct SafetyAnswer {
    std::string id, question;
    bool yes = false;
    bool safe = false;             ///< nothing stands against current
    std::string by;                ///< the operator, or "nobody, simulated"
    Seconds at{};                  ///< test time
    std::string physician, reason; ///< who decided to go on although it asks for a physician, and why
};

/// What was answered after the current, or why there is no answer.
struct AfterCurrent {
    std::string step; ///< of the protocol, by its id
    std::string site; ///< empty: of the whole person
    std::string answer, by;
    Seconds at{};              ///< test time
    std::string absentBecause; ///< empty: it was answered
    [[nodiscard]] bool answered() const { return absentBecause.empty(); }
};

/// A soft limit that the stimulation crosses, and who let it.
struct CrossedLimit {
    std::string parameter, unit;
    std::optional<double> value, limit;
    std::string reason, by;
};

/// What people found and decided about the safety of a test, as its recording has it.
struct SafetyRecord {
    bool currentGiven = false; ///< by what the events say: the source was armed and ramped up
    std::string checklistId, checklistVersion, checklistSha256;
    std::vector<SafetyAnswer> answers; ///< in the order in which they were first given
    std::string unansweredBecause;     ///< why there is none at all
    std::vector<AfterCurrent> skin;    ///< each site that took part
    std::vector<AfterCurrent> signs;   ///< in the order of the scale: pain, shock, fainting
    std::vector<CrossedLimit> crossed;
    std::string formerTrip;              ///< what ended the test before with this instrument; empty: nothing
    std::string releasedWith;            ///< what a person said of it when they released the instrument
    std::vector<std::string> unreadable; ///< events that are not as they should be, a sentence each
};

[[nodiscard]] SafetyRecord safetyRecordOf(const RecordedTest& test, const protocols::AdverseEffects& scale);

} // namespace eccrine::records
