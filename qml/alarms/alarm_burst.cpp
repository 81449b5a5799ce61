// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/alarms/alarm_burst.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace eccrine::ui {
namespace {

constexpr double loudest = 0.8 * 32767.0;
constexpr double rises = 0.15; // of the pulse, and as long to fall

std::vector<std::int16_t> pulse(const protocols::AlarmSignal& signal, const protocols::AlarmSignals& file,
                                int samplesPerSecond) {
    const double length = std::chrono::duration<double>(signal.pulse).count();
    std::vector<std::int16_t> out(static_cast<std::size_t>(length * samplesPerSecond));
    const double parts = 1.0 + file.harmonics;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double t = static_cast<double>(i) / samplesPerSecond;
        double sum = 0.0;
        for (unsigned n = 1; n <= file.harmonics + 1; ++n)
            sum += std::sin(2.0 * std::numbers::pi * n * file.pitch_hz * t);
        const double envelope = std::min({1.0, t / (rises * length), (length - t) / (rises * length)});
        out[i] = static_cast<std::int16_t>(std::lround(loudest * envelope * sum / parts));
    }
    return out;
}

} // namespace

std::vector<std::int16_t> alarmBurst(const protocols::AlarmSignal& signal,
                                     const protocols::AlarmSignals& file, int samplesPerSecond) {
    const std::vector<std::int16_t> one = pulse(signal, file, samplesPerSecond);
    std::vector<std::int16_t> out = one;
    for (const auto gap : signal.gaps) {
        const double silence = std::chrono::duration<double>(gap).count() * samplesPerSecond;
        out.resize(out.size() + static_cast<std::size_t>(silence), 0);
        out.insert(out.end(), one.begin(), one.end());
    }
    return out;
}

} // namespace eccrine::ui
