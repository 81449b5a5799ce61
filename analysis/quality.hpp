// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/gas_survey.hpp"
#include "analysis/parameters.hpp"
#include "analysis/rate_curve.hpp"
#include "core/site_signals.hpp"

#include <optional>
#include <string>
#include <vector>

namespace eccrine::analysis {

class CurrentLook;

/// Something about the signal that a reader of the numbers has to know.
struct QualityFlag {
    std::string code;                ///< "DRIFT", "GAP", ... (docs/formats/result-json.md lists them)
    std::string text;                ///< what was seen, and what to do about it
    std::optional<Seconds> from, to; ///< where in the curve, from the stimulus start
    bool voids = false;              ///< the numbers must not be compared with anything
    /// Whether it is about the whole window, so that there is no place in it to point at.
    [[nodiscard]] bool everywhere(double window_s) const {
        return from && to && from->count() <= 0.0 && to->count() >= window_s - 1.0;
    }
};

/// What the signals of one site show without knowing the response: frozen or jumping humidity, gas flow,
/// sensor temperature, an unsettled baseline, ripple of the current. Limits are product policy, in the
/// parameters.
/// \param survey of the gas readings, 0 at the stimulus start
/// \param current ripple is looked for where it flows
[[nodiscard]] std::vector<QualityFlag> signalFlags(const HumiditySignals& humidity, const GasSurvey& survey,
                                                   const CurrentLook& current, double start_s,
                                                   std::optional<double> stop_s,
                                                   const std::optional<Baseline>& baseline,
                                                   const AnalysisParameters& parameters);

/// Bursts of sweating at several sites at once, as arousal, pain or a cough make them: found in the means of
/// all sites (two at least; of more than three, three). Around the end of the stimulus all responses turn at
/// once: 30 s before and after it are left out.
[[nodiscard]] std::vector<QualityFlag> sharedBursts(const std::vector<const SecondMeans*>& sites,
                                                    std::optional<double> stop_s,
                                                    const AnalysisParameters& parameters);

/// Frequency of regular sweat expulsions between `from_s` and `to_s`, 1/min. Empty when no frequency between
/// 2 and 24 per minute stands out of the spectrum.
[[nodiscard]] std::optional<double> expulsionsPerMin(const SecondMeans& rate, double from_s, double to_s);

} // namespace eccrine::analysis
