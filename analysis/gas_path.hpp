// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/current_look.hpp"
#include "analysis/gas_survey.hpp"
#include "analysis/quality.hpp"
#include "analysis/rate_curve.hpp"
#include "core/site_signals.hpp"

#include <optional>
#include <vector>

namespace eccrine::analysis {

/// What is wrong on the way of the gas, as far as the sensors for it were recorded: outlet and inlet meter
/// that differ (LEAK), an outlet that follows the humidity of the room (LEAK), water that condenses between
/// capsule and hygrometer (CONDENSATION). Limits are product policy, in the parameters.
/// \param wall_c coldest temperature between capsule and hygrometer when it is stated; else that of the room,
/// else that of the inlet sensor
/// \param survey of these readings, 0 at the stimulus start
[[nodiscard]] std::vector<QualityFlag> gasPathFlags(const HumiditySignals& gas, const GasSurvey& survey,
                                                    std::optional<double> wall_c,
                                                    const AnalysisParameters& parameters);

/// Noise of the hygrometer at rest, from Welch's spectrum of the rate before the stimulus.
struct HygrometerNoise {
    NanolitresPerMin white{};      ///< standard deviation that white noise alone gives 1 s means
    std::optional<double> line_hz; ///< of a regular disturbance, when one stands out
    NanolitresPerMin line{};       ///< its root mean square; 0 without one
    Seconds from{}, to{};          ///< what was looked at, from the stimulus start
};
/// From the last samples before the stimulus that follow each other without a hole. Empty with less than 60 s
/// of them or less than 2 a second.
[[nodiscard]] std::optional<HygrometerNoise> hygrometerNoise(const CurveView& curve, double start_s,
                                                             const AnalysisParameters& parameters);
[[nodiscard]] std::vector<QualityFlag> noiseFlags(const HygrometerNoise& noise,
                                                  const AnalysisParameters& parameters);

/// What was to be delivered at a site.
struct CommandedStimulus {
    double start_s = 0.0, stop_s = 0.0; ///< test time
    double current_ma = 0.0;
    std::optional<double> compliance_v; ///< highest voltage of the source
};
/// An electrode that had come off (DETACH): no current any more although it was commanded, or the voltage at
/// the limit of the source with less than the commanded current. Looked for from where the current has first
/// come up to what an open circuit stays below: before, a ramp is no different from it.
[[nodiscard]] std::vector<QualityFlag> contactFlags(const CurrentLook& look,
                                                    const CommandedStimulus& commanded, double origin_s,
                                                    const AnalysisParameters& parameters);

} // namespace eccrine::analysis
