// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "recording/recording_writer.hpp"

#include <filesystem>
#include <string>

namespace eccrine::ui {

/// A QSART at the forearm whose numbers are known: baseline 40 nL/min, 2 mA from 200 s to 500 s, sweating
/// from 90 s after the stimulus start, rising 1 nL/min each second to 100 above the baseline, falling from
/// 500 s on to the baseline at 700 s, the end at 805 s. Volume above the baseline: 5000 + 11000 + 10000
/// nL/min·s = 0.4333 µL. Humidity by hand from the psychrometric constants at 32 °C and 101.325 kPa (es
/// 4759.555 Pa, f 1.004719, 805.196 nL/min per sccm and mole ratio), not by the code under test.
class SyntheticRecording {
public:
    static constexpr double stimulusStart_s = 200.0;
    static constexpr double stimulusStop_s = 500.0;
    static constexpr double end_s = 805.0;
    static constexpr double latency_s = 90.0;
    static constexpr double peak_nl_per_min = 100.0;
    static constexpr double volume_ul = 26.0 / 60.0;
    static constexpr double charge_mc = 600.0;

    /// \param startedUtc as the recording states it; empty: not stated
    explicit SyntheticRecording(const std::filesystem::path& file,
                                const std::string& startedUtc = "2026-03-15T10:15:00Z");
    /// From now on current rests between these times.
    void pause(double from_s, double to_s);
    /// Appends what happens before `until_s` and commits it.
    void record(double until_s);
    /// As a person answers a step after the current; the test counts as one that had current.
    void answer(double at_s, const std::string& step, const std::string& site, const std::string& answer);
    void trip(double at_s, const std::string& sentence, bool ofStimulation);
    void close();
    [[nodiscard]] static double rateAt(double time_s);

private:
    recording::RecordingWriter writer_;
    double pauseFrom_s_ = stimulusStop_s, pauseTo_s_ = stimulusStop_s;
    std::uint64_t tick_ = 0;
    bool started_ = false, stopped_ = false;
};

} // namespace eccrine::ui
