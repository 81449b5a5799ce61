// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/parameters.hpp"

#include "core/nearest_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>
#include <variant>

namespace eccrine::analysis {
namespace {

using P = AnalysisParameters;

struct Real {
    double P::*member;
    double least, most;
};
struct OptionalReal {
    std::optional<double> P::*member;
    double least, most;
};
struct Switch {
    bool P::*member;
};
struct Method {};
struct Formula {};
struct Beginning {};

struct Entry {
    std::string_view name;
    std::variant<Real, OptionalReal, Switch, Method, Formula, Beginning> access;
    std::string_view unit;
    std::string_view meaning;
};

constexpr std::array<std::pair<OnsetMethod, std::string_view>, 5> methods{
    {{OnsetMethod::Rise, "rise"},
     {OnsetMethod::Hinge, "hinge"},
     {OnsetMethod::Segmented, "segmented"},
     {OnsetMethod::ThresholdSd, "threshold-sd"},
     {OnsetMethod::Cusum, "cusum"}}};
constexpr std::string_view methodNames = "rise, hinge, segmented, threshold-sd or cusum";

constexpr std::array<std::pair<VolumeFrom, std::string_view>, 3> beginnings{
    {{VolumeFrom::Marker, "marker"}, {VolumeFrom::Stimulus, "stimulus"}, {VolumeFrom::Onset, "onset"}}};

constexpr std::string_view formulaNames =
    "iapws, if97, hyland-wexler, sonntag, buck-1996, buck-1981 or magnus";

constexpr std::array entries{
    Entry{"enhancement.on", Switch{&P::enhancement}, "", "enhancement factor of moist air on or off"},
    Entry{"saturation.formula", Formula{}, "", formulaNames},
    Entry{"rate.most_hz", Real{&P::mostHz, 1, 1e6}, "Hz",
          "faster gas readings are thinned to means of blocks, at least so many a second"},
    Entry{"window.s", Real{&P::window_s, 60, 7200}, "s", "analysis window from the stimulus start"},
    Entry{"volume.from", Beginning{}, "",
          "where the volume begins: stimulus, onset or marker (stimulus, or the onset that a reader placed)"},
    Entry{"baseline.window_s", Real{&P::baselineWindow_s, 20, 3600}, "s",
          "baseline over which the slope is fitted"},
    Entry{"baseline.level_s", Real{&P::baselineLevel_s, 5, 3600}, "s",
          "last part of the baseline whose median is the level"},
    Entry{"baseline.slope_limit_nl_per_min2", Real{&P::baselineSlopeLimit, 0, 100}, "nL/min per min",
          "slope up to which the baseline is taken as constant"},
    Entry{"peak.smoothing_s", Real{&P::peakSmoothing_s, 0, 60}, "s", "moving mean before the peak is taken"},
    Entry{"peak.least_share", Real{&P::peakLeastShare, 0, 1}, "",
          "part of its samples that the moving mean needs, for a peak not to be read off a hole"},
    Entry{"onset.method", Method{}, "", methodNames},
    Entry{"onset.min_f", Real{&P::onsetMinF, 0, 1e15}, "",
          "F of the fitted rise against a straight line, below it: no onset"},
    Entry{"onset.rise_fraction", Real{&P::onsetRiseFraction, 0.2, 0.95}, "",
          "rise: part of the peak up to which the rise is fitted"},
    Entry{"onset.noise_correlation", Real{&P::onsetNoiseCorrelation, 1, 100}, "",
          "rise: variance of the noise over that of independent seconds"},
    Entry{"onset.rounded_prior", Real{&P::onsetRoundedPrior, 1e-6, 1}, "",
          "rise: weight of each step from a sharp to a rounded beginning"},
    Entry{"onset.course_s", Real{&P::onsetCourse_s, 0, 60}, "s",
          "rise: half width for a course unlike those that are fitted, joined with that of the noise"},
    Entry{"onset.indeterminate_s", Real{&P::onsetIndeterminate_s, 0, 600}, "s",
          "half width above which no latency is given"},
    Entry{"onset.sd", Real{&P::onsetSd, 0.1, 100}, "SD", "threshold-sd: height above the baseline"},
    Entry{"onset.hold_s", Real{&P::onsetHold_s, 1, 120}, "s", "threshold-sd: time above the threshold"},
    Entry{"onset.cusum_slack", Real{&P::onsetCusumSlack, 0, 10}, "SD", "cusum: rate that is not counted"},
    Entry{"onset.cusum_limit", Real{&P::onsetCusumLimit, 0.1, 1000}, "SD", "cusum: sum that means an onset"},
    Entry{"onset.earliest_s", Real{&P::onsetEarliest_s, 0, 600}, "s", "an earlier onset is flagged"},
    Entry{"onset.latest_s", Real{&P::onsetLatest_s, 0, 7200}, "s", "a later onset is flagged"},
    Entry{"onset.least_filled", Real{&P::onsetLeastFilled, 0, 1}, "",
          "part of the seconds that need a sample: with fewer an onset that is not found may be there"},
    Entry{"lag.correction", Switch{&P::lagCorrection}, "",
          "correct the latency for capsule, tube and sensor"},
    Entry{"gap.s", Real{&P::gap_s, 0.01, 60}, "s", "a longer hole in the humidity is a gap"},
    Entry{"gap.total_s", Real{&P::gapTotal_s, 0, 600}, "s",
          "more gaps than this in the window flag the volume"},
    Entry{"plausible.pressure_least_kpa", Real{&P::leastPressure_kpa, 0, 200}, "kPa",
          "a sample of less pressure is left out"},
    Entry{"plausible.pressure_most_kpa", Real{&P::mostPressure_kpa, 0, 200}, "kPa",
          "a sample of more pressure is left out"},
    Entry{"plausible.flow_least_sccm", Real{&P::leastFlow_sccm, 0, 100000}, "sccm",
          "a sample of less gas is left out"},
    Entry{"plausible.flow_most_sccm", Real{&P::mostFlow_sccm, 0, 100000}, "sccm",
          "a sample of more gas is left out"},
    Entry{"plausible.rate_nl_per_min", Real{&P::mostRate, 10, 1e6}, "nL/min",
          "a sample of a larger rate, of either sign, is left out"},
    Entry{"spikes.least_pct", Real{&P::spikeLeast_pct, 0.1, 100}, "%RH",
          "height above which a single reading of the outlet humidity can be a spike"},
    Entry{"spikes.noise_factor", Real{&P::spikeNoiseFactor, 1, 1e6}, "",
          "height of a spike over the median change from reading to reading"},
    Entry{"spikes.response_s", Real{&P::spikeResponse_s, 0.001, 60}, "s",
          "time constant (63 %) of the fastest hygrometer: what falls faster is a spike"},
    Entry{"spikes.share", Real{&P::spikeShare, 0, 1}, "",
          "part of the readings of baseline or window that may be spikes"},
    Entry{"saturation.pct", Real{&P::saturation_pct, 50, 105}, "%RH",
          "outlet humidity above which the peak is not given"},
    Entry{"frozen.s", Real{&P::frozen_s, 1, 600}, "s", "the same reading for so long may be a stuck sensor"},
    Entry{"detach.jump_pct", Real{&P::detachJump_pct, 0.1, 100}, "%RH",
          "jump within 2 s that means lift-off"},
    Entry{"wet.pct", Real{&P::wet_pct, 1, 105}, "%RH", "outlet humidity above which evaporation may lag"},
    Entry{"leak.rise_pct", Real{&P::leakRise_pct, 0, 50}, "%RH", "least climb while the gas is stopped"},
    Entry{"leak.flow_mismatch", Real{&P::flowMismatch, 0.001, 1}, "",
          "part by which the flow behind the capsule may differ from that before it"},
    Entry{"ingress.correlation", Real{&P::ingressCorrelation, 0, 1}, "",
          "correlation of outlet and room humidity that means air from the room"},
    Entry{"ingress.share", Real{&P::ingressShare, 0, 1}, "",
          "part of the room's changes that the outlet has to show for it"},
    Entry{"condensation.margin_k", Real{&P::condensationMargin_k, -20, 20}, "K",
          "dew point above the coldest wall that means condensation"},
    Entry{"noise.white_nl_per_min", Real{&P::noiseWhite, 0, 1000}, "nL/min",
          "white noise of the hygrometer in 1 s means"},
    Entry{"noise.line_nl_per_min", Real{&P::noiseLine, 0, 1000}, "nL/min",
          "root mean square of a regular disturbance at rest"},
    Entry{"detach.open_s", Real{&P::detachOpen_s, 0.01, 60}, "s",
          "time without the commanded current that means an open circuit"},
    Entry{"detach.compliance_share", Real{&P::detachCompliance, 0.5, 1}, "",
          "part of the highest voltage at which the source is at its limit"},
    Entry{"stimulus.compliance_v", OptionalReal{&P::compliance_v, 1, 200}, "V",
          "highest voltage of the source, else as recorded"},
    Entry{"flow.tolerance", Real{&P::flowTolerance, 0.001, 1}, "",
          "part by which the flow may leave its baseline"},
    Entry{"thermal.drift_k_per_min", Real{&P::thermalDrift_k_per_min, 0, 10}, "K/min",
          "drift at the outlet sensor in the baseline"},
    Entry{"thermal.range_k", Real{&P::thermalRange_k, 0, 50}, "K",
          "range at the outlet sensor in the window"},
    Entry{"unsettled.spread_nl_per_min", Real{&P::unsettledSpread, 0, 1000}, "nL/min",
          "standard deviation of 1 s means in the baseline"},
    Entry{"unsettled.range_nl_per_min", Real{&P::unsettledRange, 0, 1000}, "nL/min",
          "range of 1 s means in the last part of the baseline"},
    Entry{"unsettled.slope_nl_per_min2", Real{&P::unsettledSlope, 0, 1000}, "nL/min per min",
          "slope of the baseline"},
    Entry{"resting.high_nl_per_min", Real{&P::restingHigh, 0, 10000}, "nL/min",
          "resting output per capsule that is called high"},
    Entry{"flooded.nl_per_min", Real{&P::flooded, 10, 100000}, "nL/min", "rate higher than skin can sweat"},
    Entry{"dry_inlet.share", Real{&P::dryInletShare, 0, 1}, "",
          "part of the window with an outlet drier than the inlet that voids"},
    Entry{"burst.nl_per_min", Real{&P::burst, 0.1, 1000}, "nL/min", "rise at several sites at once"},
    Entry{"ripple.limit", Real{&P::ripple, 0, 1}, "", "mains ripple over the mean current"},
    Entry{"stimulus.fraction", Real{&P::stimulusFraction, 0.01, 0.9}, "",
          "part of the set current that begins and ends the stimulus"},
    Entry{"stimulus.low", Real{&P::stimulusLow, 0, 1}, "",
          "part of the planned charge below which the stimulus is too low"},
    Entry{"stimulus.start_tolerance_s", Real{&P::startTolerance_s, 0, 60}, "s",
          "by which the stated and the delivered start may differ"},
    Entry{"stimulus.planned_charge_mc", OptionalReal{&P::plannedCharge_mc, 1, 10000}, "mC",
          "planned charge, else as recorded"},
    Entry{"persistent.residual", Real{&P::residualLimit, 0, 10}, "",
          "rate at the window's end over the peak, above: persistent"},
    Entry{"persistent.off_t50_s", Real{&P::offHalfTimeLimit_s, 0, 3600}, "s",
          "time to half after the stimulus, above: persistent"},
    Entry{"norm.window_s", Real{&P::normWindow_s, 60, 7200}, "s",
          "time from the stimulus start of the volumes that norms hold for"},
};

std::string format(double value) {
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), error == std::errc{} ? end : digits.data()};
}

tl::unexpected<Failure> refused(std::string what, std::string_view name, std::string remedy) {
    return failed(std::move(what), "parameter " + std::string(name), std::move(remedy), Failure::Kind::Call);
}

Result<double> numberIn(std::string_view name, std::string_view value, double least, double most) {
    double number = 0.0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (error != std::errc{} || end != value.data() + value.size() || !std::isfinite(number))
        return refused("\"" + std::string(value) + "\" is not a number", name,
                       "write it with a decimal point");
    if (number < least || number > most)
        return refused(std::string(value) + " is outside " + format(least) + " to " + format(most), name,
                       "choose a value in the range");
    return number;
}

} // namespace

std::string_view nameOf(OnsetMethod method) {
    const auto* found =
        std::find_if(methods.begin(), methods.end(), [&](const auto& m) { return m.first == method; });
    return found->second;
}

std::vector<ParameterValue> parameterList(const AnalysisParameters& parameters) {
    std::vector<ParameterValue> list;
    for (const Entry& e : entries) {
        ParameterValue out{std::string(e.name), "", std::string(e.unit), std::string(e.meaning)};
        if (const auto* real = std::get_if<Real>(&e.access)) out.value = format(parameters.*real->member);
        if (const auto* real = std::get_if<OptionalReal>(&e.access))
            out.value = parameters.*real->member ? format(*(parameters.*real->member)) : "";
        if (const auto* on = std::get_if<Switch>(&e.access))
            out.value = parameters.*on->member ? "on" : "off";
        if (std::holds_alternative<Method>(e.access)) out.value = nameOf(parameters.onsetMethod);
        if (std::holds_alternative<Formula>(e.access)) out.value = nameOf(parameters.saturationFormula);
        if (std::holds_alternative<Beginning>(e.access))
            out.value = std::find_if(beginnings.begin(), beginnings.end(), [&](const auto& b) {
                            return b.first == parameters.volumeFrom;
                        })->second;
        list.push_back(std::move(out));
    }
    return list;
}

Done setParameter(AnalysisParameters& parameters, std::string_view name, std::string_view value) {
    const auto found =
        std::find_if(entries.begin(), entries.end(), [&](const Entry& e) { return e.name == name; });
    if (found == entries.end()) {
        const auto nearest =
            std::min_element(entries.begin(), entries.end(), [&](const Entry& a, const Entry& b) {
                return editDistance(a.name, name) < editDistance(b.name, name);
            });
        return refused("there is no parameter of this name", name,
                       "the nearest is " + std::string(nearest->name) +
                           "; eccrine analyze --help lists them all");
    }
    if (const auto* real = std::get_if<Real>(&found->access)) {
        const auto number = numberIn(name, value, real->least, real->most);
        if (!number) return tl::unexpected(number.error());
        parameters.*real->member = *number;
    } else if (const auto* optional = std::get_if<OptionalReal>(&found->access)) {
        const auto number = numberIn(name, value, optional->least, optional->most);
        if (!number) return tl::unexpected(number.error());
        parameters.*optional->member = *number;
    } else if (const auto* on = std::get_if<Switch>(&found->access)) {
        if (value != "on" && value != "off")
            return refused("\"" + std::string(value) + "\" is neither on nor off", name, "write on or off");
        parameters.*on->member = value == "on";
    } else if (std::holds_alternative<Formula>(found->access)) {
        const auto formula = saturationFormulaOf(value);
        if (!formula)
            return refused("\"" + std::string(value) + "\" is not a saturation formula", name,
                           "choose " + std::string(formulaNames));
        parameters.saturationFormula = *formula;
    } else if (std::holds_alternative<Beginning>(found->access)) {
        const auto beginning = std::find_if(beginnings.begin(), beginnings.end(),
                                            [&](const auto& b) { return b.second == value; });
        if (beginning == beginnings.end())
            return refused("\"" + std::string(value) + "\" is not where a volume can begin", name,
                           "choose marker, stimulus or onset");
        parameters.volumeFrom = beginning->first;
    } else {
        const auto method =
            std::find_if(methods.begin(), methods.end(), [&](const auto& m) { return m.second == value; });
        if (method == methods.end())
            return refused("\"" + std::string(value) + "\" is not an onset method", name,
                           "choose " + std::string(methodNames));
        parameters.onsetMethod = method->first;
    }
    return {};
}

} // namespace eccrine::analysis
