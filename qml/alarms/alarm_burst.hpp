// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocols/alarm_signal_file.hpp"

#include <cstdint>
#include <vector>

namespace eccrine::ui {

/// One burst of pulses as sound: mono, 16 bits, never more than full scale. `samplesPerSecond` > 0.
[[nodiscard]] std::vector<std::int16_t> alarmBurst(const protocols::AlarmSignal& signal,
                                                   const protocols::AlarmSignals& file, int samplesPerSecond);

} // namespace eccrine::ui
