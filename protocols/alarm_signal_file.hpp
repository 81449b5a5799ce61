// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/clock.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"
#include "protocols/source.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace eccrine::protocols {

/// How alarms of one priority are seen and heard.
struct AlarmSignal {
    double flash_hz = 0.0; ///< 0: lit without flashing
    double litPart = 1.0;  ///< of a flash
    std::chrono::milliseconds pulse{};
    std::vector<std::chrono::milliseconds> gaps; ///< from the end of a pulse to the beginning of the next one
    Seconds repeat{};                     ///< from the beginning of a burst to the beginning of the next one
    std::string flashSource, burstSource; ///< ids of AlarmSignals::sources
};

/// The alarm signals as the cited file has them. The file is refused whole when anything in it is wrong.
struct AlarmSignals {
    std::string id, version, title;
    AlarmSignal high, medium, low;
    Seconds soundPaused{}; ///< at most
    double pitch_hz = 0.0; ///< of a pulse
    unsigned harmonics = 0;
    std::string pauseSource, pitchSource;
    std::vector<Source> sources;
};

[[nodiscard]] Result<AlarmSignals> parseAlarmSignals(const std::string& text, const std::string& name);
/// The file that came with the program, built in: an alarm has to be seen wherever the program runs.
[[nodiscard]] const AlarmSignals& shippedAlarmSignals();

} // namespace eccrine::protocols
