// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/psychrometrics.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::analysis {

/// Changes with every change that can alter a number.
inline constexpr std::string_view algorithmVersion = "qsart-1";

/// Where the volume begins.
enum class VolumeFrom {
    Marker,   ///< at the stimulus start, or at the onset that a reader placed
    Stimulus, ///< at the stimulus start, whatever a reader placed
    Onset,    ///< at the onset, found or placed
};

enum class OnsetMethod { Rise, Hinge, Segmented, ThresholdSd, Cusum };
/// As --method and --set take it.
[[nodiscard]] std::string_view nameOf(OnsetMethod method);

/// Every parameter of the analysis. Defaults are product policy from simulation (docs/analysis.md), none is a
/// clinical norm. Stored with each result; `eccrine analyze --set NAME=VALUE` reaches each by the name that
/// parameterList() gives.
struct AnalysisParameters {
    bool enhancement = true;                                        ///< enhancement.on
    SaturationFormula saturationFormula = SaturationFormula::Iapws; ///< saturation.formula
    double mostHz = 50.0;    ///< rate.most_hz: faster gas readings are thinned to means of blocks
    double window_s = 600.0; ///< window.s: from stimulus start
    VolumeFrom volumeFrom = VolumeFrom::Marker; ///< volume.from
    double baselineWindow_s = 180.0;            ///< baseline.window_s: over which the slope is fitted
    double baselineLevel_s = 60.0;              ///< baseline.level_s: median of the last seconds
    double baselineSlopeLimit = 0.3; ///< baseline.slope_limit_nl_per_min2: below, the baseline is constant
    double peakSmoothing_s = 5.0;    ///< peak.smoothing_s
    double peakLeastShare = 0.5;     ///< peak.least_share: of the samples of the moving mean, for it to count
    OnsetMethod onsetMethod = OnsetMethod::Rise; ///< onset.method
    double onsetMinF = 100.0;                    ///< onset.min_f: significance of a fitted rise
    double onsetRiseFraction = 0.7;     ///< onset.rise_fraction (rise): of the peak, the end of the fit
    double onsetNoiseCorrelation = 2.0; ///< onset.noise_correlation (rise): variance of the noise over that
                                        ///< of independent seconds
    double onsetRoundedPrior = 0.4; ///< onset.rounded_prior (rise): weight of each of three steps from sharp
                                    ///< to rounded over that of the one before
    double onsetCourse_s = 3.0;     ///< onset.course_s (rise): half width for a skin whose course is none of
                                    ///< those that are fitted; joined with that of the noise
    double onsetIndeterminate_s = 20.0; ///< onset.indeterminate_s: half width above which no latency is given
    double onsetSd = 3.0;               ///< onset.sd (threshold-sd)
    double onsetHold_s = 10.0;          ///< onset.hold_s (threshold-sd)
    double onsetCusumSlack = 0.75;      ///< onset.cusum_slack (cusum), in SD
    double onsetCusumLimit = 15.0;      ///< onset.cusum_limit (cusum), in SD
    double onsetEarliest_s = 20.0;      ///< onset.earliest_s: below, LAT?
    double onsetLatest_s = 400.0;       ///< onset.latest_s: above, LAT?
    double onsetLeastFilled = 0.9;   ///< onset.least_filled: part of the seconds that need a sample, else no
                                     ///< onset that is not found is called absent
    bool lagCorrection = true;       ///< lag.correction: of latency, by capsule, tube and sensor constants
    double gap_s = 2.0;              ///< gap.s: longer is a gap
    double gapTotal_s = 10.0;        ///< gap.total_s: more in the window flags the volume
    double leastPressure_kpa = 50.0; ///< plausible.pressure_least_kpa: a sample below is left out
    double mostPressure_kpa = 110.0; ///< plausible.pressure_most_kpa
    double leastFlow_sccm = 5.0;     ///< plausible.flow_least_sccm
    double mostFlow_sccm = 2000.0;   ///< plausible.flow_most_sccm
    double mostRate = 10000.0;   ///< plausible.rate_nl_per_min: more than dry gas of 300 sccm can carry off
    double spikeLeast_pct = 1.5; ///< spikes.least_pct: a spike of one reading is higher than this, %RH
    double spikeNoiseFactor = 15.0;  ///< spikes.noise_factor: and than so many median changes of the readings
    double spikeResponse_s = 0.5;    ///< spikes.response_s: no hygrometer is faster (τ63)
    double spikeShare = 0.01;        ///< spikes.share: more of the readings of baseline or window void
    double saturation_pct = 90.0;    ///< saturation.pct: outlet humidity above which the peak is not given
    double frozen_s = 10.0;          ///< frozen.s: the same reading for so long may be a stuck sensor
    double detachJump_pct = 8.0;     ///< detach.jump_pct: change of the outlet humidity within 2 s, %RH
    double wet_pct = 70.0;           ///< wet.pct: outlet humidity above which evaporation may lag
    double leakRise_pct = 1.5;       ///< leak.rise_pct: least climb with the gas stopped, %RH
    double flowMismatch = 0.03;      ///< leak.flow_mismatch: relative, between the meters before and behind
    double ingressCorrelation = 0.7; ///< ingress.correlation: of outlet and room humidity, block by block
    double ingressShare = 0.01;      ///< ingress.share: of the room's changes that the outlet shows
    double condensationMargin_k = 0.0;   ///< condensation.margin_k: dew point above the coldest wall
    double noiseWhite = 3.0;             ///< noise.white_nl_per_min: standard deviation of 1 s means
    double noiseLine = 2.0;              ///< noise.line_nl_per_min: root mean square of a regular disturbance
    double detachOpen_s = 0.5;           ///< detach.open_s: without the commanded current
    double detachCompliance = 0.98;      ///< detach.compliance_share: of the source's highest voltage
    std::optional<double> compliance_v;  ///< stimulus.compliance_v: else as the recording says
    double flowTolerance = 0.03;         ///< flow.tolerance: relative, from the baseline's flow
    double thermalDrift_k_per_min = 0.1; ///< thermal.drift_k_per_min: in the baseline, at the outlet sensor
    double thermalRange_k = 0.5;         ///< thermal.range_k: in the window
    double unsettledSpread = 3.0;        ///< unsettled.spread_nl_per_min: standard deviation of 1 s means
    double unsettledRange = 15.0;        ///< unsettled.range_nl_per_min: over the last seconds
    double unsettledSlope = 3.0;         ///< unsettled.slope_nl_per_min2
    double restingHigh = 120.0;          ///< resting.high_nl_per_min: per capsule
    double flooded = 1000.0;             ///< flooded.nl_per_min: more than skin can sweat
    double dryInletShare = 0.5; ///< dry_inlet.share: of the window with an outlet drier than the inlet, voids
    double burst = 5.0;         ///< burst.nl_per_min: above its surroundings, at several sites at once
    double ripple = 0.05;       ///< ripple.limit: mains in the current over its mean
    double stimulusFraction = 0.1; ///< stimulus.fraction: of the set current, begins and ends the stimulus
    double stimulusLow = 0.95;     ///< stimulus.low: of the planned charge
    double startTolerance_s = 2.0; ///< stimulus.start_tolerance_s: between the stated and the delivered start
    std::optional<double> plannedCharge_mc; ///< stimulus.planned_charge_mc: else as the recording says
    double residualLimit = 0.25;            ///< persistent.residual
    double offHalfTimeLimit_s = 150.0;      ///< persistent.off_t50_s
    double normWindow_s =
        600.0; ///< norm.window_s: from the stimulus start, of the volumes that norms hold for
};

struct ParameterValue {
    std::string name;
    std::string value; ///< as --set takes it
    std::string unit;  ///< may be empty
    std::string meaning;
};

/// All of them, in a fixed order, for --help and for the result.
[[nodiscard]] std::vector<ParameterValue> parameterList(const AnalysisParameters& parameters);
/// Fails for an unknown name (with the nearest one) or a value outside the parameter's range.
[[nodiscard]] Done setParameter(AnalysisParameters& parameters, std::string_view name,
                                std::string_view value);

} // namespace eccrine::analysis
