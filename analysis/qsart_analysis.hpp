// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/baseline.hpp"
#include "analysis/delivered.hpp"
#include "analysis/gas_path.hpp"
#include "analysis/lag_correction.hpp"
#include "analysis/norms/cass.hpp"
#include "analysis/norms/norm_match.hpp"
#include "analysis/norms/patterns.hpp"
#include "analysis/onset.hpp"
#include "analysis/parameters.hpp"
#include "analysis/quality.hpp"
#include "analysis/rate_accuracy.hpp"
#include "analysis/reader_marks.hpp"
#include "analysis/sweat_curve.hpp"
#include "core/failure.hpp"
#include "core/site_signals.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::analysis {

/// Course of the response, in neutral words; limits in the parameters.
enum class ResponseShape {
    Unknown,      ///< not usable
    Absent,       ///< no onset and a volume not distinguishable from zero
    NormalReturn, ///< falls back towards the baseline within the window
    Persistent,   ///< does not ("hung-up")
    Biphasic,     ///< two peaks with a trough below 70 % of the lower one
};
[[nodiscard]] std::string_view nameOf(ResponseShape shape);

/// What the analysis finds by itself, kept beside the numbers that rest on a reader's marks.
struct AutomaticValues {
    Onset onset;
    std::optional<Baseline> baseline;
    std::optional<CurveMeasures> measures;
    bool volumeIsZero = false;
    bool peakReliable = true;
    NormResult norm;   ///< filled by compareWithNorms()
    NormBar normBar{}; ///< why the volume must not be compared, if it must not
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
    std::optional<CorrectedCurve> lagCorrected; ///< with known constants of the channel
    std::optional<double> expulsionsPerMin;     ///< regular sweat expulsions during the response
    std::optional<HygrometerNoise> noise;       ///< before the stimulus
    RateAccuracy rateAccuracy;                  ///< from the data sheets of the sensors
    ResponseShape shape = ResponseShape::Unknown;
    NormResult norm;                          ///< filled by compareWithNorms()
    NormBar normBar{};                        ///< why the volume must not be compared, if it must not
    bool peakReliable = true;                 ///< false: the outlet saturated, the peak is not given
    bool volumeIsZero = false;                ///< not distinguishable from zero: |V| <= 2 u(V)
    ReaderMarks marks;                        ///< on which the numbers rest
    std::optional<AutomaticValues> automatic; ///< only with marks
    RateCurve curve;                          ///< time in s from the stimulus start
};

/// What stands beside a reader's numbers, from the site as it is without marks.
[[nodiscard]] AutomaticValues automaticOf(const SiteAnalysis& untouched);

/// Volume of one site over that of another, both usable, of the whole window, and distinguishable from zero.
struct SiteRatio {
    std::string over, under; ///< sites
    double value = 0.0;
    double uncertainty = 0.0; ///< standard uncertainty
};

/// The two sides of one site: what laboratories compare when one limb is suspected. No limits for it are
/// published; it is shown and not classified.
struct SideComparison {
    std::string site;                                  ///< "foot" of left_foot and right_foot
    std::string left, right;                           ///< the sites
    std::optional<double> ratio;                       ///< right volume over left volume
    std::optional<double> uncertainty;                 ///< standard uncertainty of the ratio
    std::optional<double> difference_pct;              ///< right minus left, in % of their mean
    std::optional<NanolitresPerMin> restingDifference; ///< of the resting outputs, right minus left
    std::string absentBecause;                         ///< sentence, when there is no ratio
};

struct TestAnalysis {
    AnalysisParameters parameters;
    Seconds stimulusStart{};             ///< test time
    std::optional<Seconds> stimulusStop; ///< test time
    std::vector<SiteAnalysis> sites;
    Pattern pattern;               ///< of the sites' classes; filled by compareWithNorms()
    CassScore cass;                ///< the same
    std::vector<SiteRatio> ratios; ///< distal over proximal leg, foot over proximal leg, foot over forearm;
                                   ///< of each side when the sites are of two
    std::vector<SideComparison> sides; ///< of the sites that are there as left_NAME and right_NAME
};

/// The whole analysis of a recorded QSART. Pure and deterministic: the same recording and parameters give the
/// same bits. Fails when there is no site that can be read, when the stimulus start is neither stated nor
/// seen in the current or its stop does not come after it; and for marks outside their range. A site that
/// cannot be read (no samples, times that go back, a flow without a reference) beside others that can is not
/// usable and says why in its flag UNREADABLE.
[[nodiscard]] Result<TestAnalysis> analyzeTest(const RecordedTest& test, const AnalysisParameters& parameters,
                                               const MarksBySite& marks = {});

/// One site as it is read, and the means by which sites are compared.
struct SiteReading {
    SiteAnalysis site;
    SecondMeans means; ///< time axis: 0 at the stimulus start
};

/// One site of a test that was analysed already, with other marks: what a reader sees while a marker moves.
/// \param frame parameters and stimulus of the whole test
[[nodiscard]] Result<SiteReading> analyzeSite(const RecordedTest& test, const TestAnalysis& frame,
                                              const std::string& site, const ReaderMarks& marks);

/// Bursts shared by the sites, the ratios of their volumes and the comparison of their sides, in place of
/// those that are there. \param means of the sites, in their order
void compareSites(TestAnalysis& result, const std::vector<SecondMeans>& means);

/// Whether a reader's marks can be used: an onset between the stimulus start and the end of the window, a
/// baseline of 10 s at least before that end, an end 60 s at least after the start.
[[nodiscard]] Done checkMarks(const ReaderMarks& marks, std::string_view site,
                              const AnalysisParameters& parameters);

} // namespace eccrine::analysis
