// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/delivered.hpp"
#include "analysis/onset.hpp"
#include "analysis/parameters.hpp"
#include "analysis/sweat_curve.hpp"
#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <optional>
#include <string>
#include <vector>

namespace eccrine::analysis {

/// Something about the signal that a reader of the numbers has to know.
struct QualityFlag {
    std::string code;                ///< "DRIFT", "GAP", ... (docs/formats/result-json.md lists them)
    std::string text;                ///< one sentence
    std::optional<Seconds> from, to; ///< where in the curve, from the stimulus start
};

/// Result of one site. A number that could not be found is absent, and a flag says why.
struct SiteAnalysis {
    std::string site;
    bool usable = true; ///< false: the numbers must not be compared with anything
    std::vector<QualityFlag> flags;
    std::optional<Baseline> baseline;
    Onset onset;
    std::optional<CurveMeasures> measures;
    std::optional<MicrolitresPerCm2> volumePerArea; ///< only with a known recording area
    std::optional<Delivered> delivered;
    bool peakReliable = true;  ///< false: the outlet saturated, the peak is not given
    bool volumeIsZero = false; ///< not distinguishable from zero: |V| < 2 u(V)
    RateCurve curve;           ///< time in s from the stimulus start
};

struct TestAnalysis {
    AnalysisParameters parameters;
    Seconds stimulusStart{};             ///< test time
    std::optional<Seconds> stimulusStop; ///< test time
    std::vector<SiteAnalysis> sites;
};

/// The whole analysis of a recorded QSART. Pure and deterministic: the same recording and parameters give the
/// same bits. Fails when there is no site, when times go back, when a flow has no reference, or when the
/// stimulus start is neither stated nor seen in the current.
[[nodiscard]] Result<TestAnalysis> analyzeTest(const RecordedTest& test,
                                               const AnalysisParameters& parameters);

} // namespace eccrine::analysis
