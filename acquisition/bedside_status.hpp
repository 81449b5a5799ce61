// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/session.hpp"
#include "rep_bedside_merged.h"

#include <QList>
#include <QString>

/// What a session has seen, in the words of bedside.rep.
namespace eccrine::acquisition {

/// BedsideState::phase().
enum class BedsidePhase : int {
    Idle,
    Connecting,
    Connected,
    Baseline,
    Stimulation,
    Recording,
    Finished,
    Stopped,
    Failed
};

/// Without a session: nothing is known but the phase, and a sentence about the connection.
[[nodiscard]] BedsideState stateWithout(BedsidePhase phase, const QString& sentence);
/// All but the latch. `sentence`: about the connection, where the session has none of its own.
[[nodiscard]] BedsideState stateOf(const SessionSnapshot& session, const QString& sentence);
[[nodiscard]] QList<BedsideQuestion> questionsOf(const SessionSnapshot& session);
/// The alarms of a session, and below them what the process itself has to say; empty: nothing.
[[nodiscard]] QList<BedsideAlarm> alarmsOf(const std::vector<Alarm>& alarms, const QString& sentence);

} // namespace eccrine::acquisition
