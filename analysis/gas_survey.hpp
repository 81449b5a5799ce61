// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/parameters.hpp"
#include "analysis/rate_curve.hpp"
#include "analysis/second_means.hpp"
#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <limits>

namespace eccrine::analysis {

/// One column of the gas readings.
struct ColumnSurvey {
    SecondMeans seconds; ///< empty when it was not recorded
    double highest = -std::numeric_limits<double>::infinity();
    bool missing = false; ///< some reading is not there
    bool stays = false;   ///< some reading stays the same for `frozen.s`
};

/// What one pass over a site's gas readings finds. At a high rate these columns are much larger than the
/// processor's caches: whoever looks at each reading takes its turn while a piece of them is there. The time
/// axis is 0 at the origin.
struct GasSurvey {
    RateCurve curve;
    SecondMeans rate;
    bool rateMissing = false; ///< some sample of the curve is not there
    // `highest` and `missing` of those where they are asked for, `stays` of the sensors that can be stuck
    ColumnSurvey humidityIn, temperatureIn, humidityOut, temperatureOut, pressure;
    ColumnSurvey flow; ///< in mL/min where that was recorded instead
    ColumnSurvey flowOut, roomHumidity, roomTemperature;
};

/// Refused when the times do not rise.
[[nodiscard]] Result<GasSurvey> surveyGas(const SiteSignals& site, const SiteRate& rate, double origin_s,
                                          const AnalysisParameters& parameters);

} // namespace eccrine::analysis
