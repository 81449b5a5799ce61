// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/site_reader.hpp"

#include "analysis/columns.hpp"
#include "analysis/current_look.hpp"
#include "analysis/flag_place.hpp"
#include "analysis/gas_survey.hpp"
#include "analysis/spike_filter.hpp"
#include "analysis/thinning.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace eccrine::analysis {
namespace {

constexpr double crossover_s = 30.0;
constexpr double windowTolerance_s = 1.0; // a sample interval or two at either end

/// From where the first hole of the window begins to where the last one ends.
Span holesOf(const CurveView& curve, double start_s, double from_s, const AnalysisParameters& p) {
    Span out;
    std::optional<double> last;
    for (std::size_t i = 0; i < curve.time_s.size(); ++i) {
        if (std::isnan(curve.rate_nl_per_min[i])) continue;
        const double t = curve.time_s[i] - start_s;
        if (last && t - *last > p.gap_s && t > from_s && *last < p.window_s) {
            out.add(*last);
            out.add(t);
        }
        last = t;
    }
    return out;
}

/// The site with its gas readings thinned; empty when they are slow enough as they are.
/// \param refused set to the reason when they cannot be
std::optional<SiteSignals> thin(const SiteSignals& signals, const AnalysisParameters& p,
                                std::string& refused) {
    Thinning thinning(p.mostHz);
    const std::size_t factor = thinning.factor(signals.humidity).value_or(1);
    if (factor < 2) return std::nullopt;
    SiteSignals out{signals.site, {}, {}, signals.capsule, signals.flowReference, signals.volumeMeter};
    if (!thinning.extend(signals.humidity, factor, out.humidity))
        refused = "the times do not rise at sample " + std::to_string(thinning.refusedAt() + 1);
    return out;
}

/// The site with its spikes of one reading replaced, without the current's samples; empty when there are
/// none. \param rows set to those that were replaced
std::optional<SiteSignals> withoutSpikes(const SiteSignals& signals, const AnalysisParameters& p,
                                         std::vector<std::size_t>& rows) {
    SpikeFilter filter(p);
    auto gas = filter.whole(signals.humidity);
    if (!gas) return std::nullopt;
    rows = filter.rows();
    return SiteSignals{signals.site,    std::move(*gas),       {},
                       signals.capsule, signals.flowReference, signals.volumeMeter};
}

} // namespace

SiteReader::SiteReader(const SiteSignals& signals, const TestStimulus& stimulus,
                       const AnalysisParameters& parameters, const ReaderMarks& marks)
    : withoutSpikes_(withoutSpikes(signals, parameters, spikes_)),
      clean_(withoutSpikes_ ? *withoutSpikes_ : signals), thinned_(thin(clean_, parameters, refused_)),
      signals_(thinned_ ? *thinned_ : clean_), recorded_(signals.humidity), current_(signals.current),
      stimulus_(stimulus), start_(stimulus.start_s), p_(parameters), marks_(marks) {
    site_.site = signals.site;
    site_.marks = marks;
    if (marks.end) p_.window_s = marks.end->count();
}

Result<SiteAnalysis> SiteReader::read() {
    if (!refused_.empty())
        return failed(refused_, "site " + site_.site, "sort the samples by time and remove doubles");
    const CurrentLook current(current_);
    if (!current.timesRise())
        return failed("the times of the current do not rise", "site " + site_.site,
                      "sort the samples by time and remove doubles");
    const auto rate = SiteRate::forSite(signals_, p_);
    if (!rate) return tl::unexpected(rate.error());
    auto surveyed = surveyGas(signals_, *rate, start_, p_);
    if (!surveyed) return tl::unexpected(surveyed.error());
    GasSurvey& survey = *surveyed;
    const CurveView curve(signals_.humidity.time_s, survey.curve.rate_nl_per_min); // in test time
    assumptions(survey);
    implausible(survey, *rate);
    spikes();
    site_.baseline = estimateBaseline(survey.rate, p_, marks_.baseline);
    readDelivered(current);
    stimulusTimes();
    const auto stop = stimulus_.stop_s;
    for (QualityFlag& f : signalFlags(signals_.humidity, survey, current, start_, stop, site_.baseline, p_))
        take(std::move(f));
    gasPath(survey);
    contact(current);
    pauses();
    site_.noise = hygrometerNoise(curve, start_, p_);
    if (site_.noise)
        for (QualityFlag& f : noiseFlags(*site_.noise, p_))
            take(std::move(f));
    if (!site_.baseline) {
        unusable("NO_BASELINE",
                 marks_.baseline ? "There are less than 10 s of samples in the baseline that was chosen: "
                                   "choose a longer one."
                                 : "There are less than 10 s of samples before the stimulus, so that there "
                                   "is no baseline: place it by hand where the curve rests, or repeat the "
                                   "test.",
                 marks_.baseline ? marks_.baseline->from.count() : -p_.baselineWindow_s,
                 marks_.baseline ? marks_.baseline->to.count() : 0.0);
    } else {
        baselineFlags();
        readMeasures(curve, survey);
    }
    if (!site_.usable)
        site_.normBar = {NoNorm::NoVolume, "The channel cannot be compared; its remarks say why."};
    site_.shape = shapeOf(survey.rate);
    means_ = std::move(survey.rate);
    site_.curve = std::move(survey.curve);
    return std::move(site_);
}

void SiteReader::flag(std::string code, std::string text, std::optional<double> from,
                      std::optional<double> to) {
    const auto seconds = [](const std::optional<double>& t) {
        return t ? std::optional(Seconds{*t}) : std::nullopt;
    };
    site_.flags.push_back({std::move(code), std::move(text), seconds(from), seconds(to), false});
}

void SiteReader::take(QualityFlag f) {
    if (f.voids) site_.usable = false;
    site_.flags.push_back(std::move(f));
}

void SiteReader::unusable(std::string code, std::string text, std::optional<double> from,
                          std::optional<double> to) {
    flag(std::move(code), std::move(text), from, to);
    site_.flags.back().voids = true;
    site_.usable = false;
}

void SiteReader::bar(NoNorm cause, std::string reason) {
    if (!site_.normBar || cause < site_.normBar.cause) site_.normBar = {cause, std::move(reason)};
}

std::pair<std::size_t, std::size_t> SiteReader::thatMatter() const {
    return samplesWithin(signals_.humidity.time_s, start_ - p_.baselineWindow_s, start_ + p_.window_s);
}

void SiteReader::baselineFlags() {
    const Baseline& b = *site_.baseline;
    if (b.drifting)
        flag("DRIFT",
             "The baseline drifts; it was extrapolated as a line. Read a small volume with care; wait "
             "longer next time.",
             b.from.count(), b.to.count());
    if (marks_.baseline && b.length.count() < p_.baselineLevel_s)
        flag("SHORT_BASELINE",
             "The baseline that was chosen is too short to show a drift and was taken as constant; the "
             "volume is "
             "uncertain. Choose " +
                 whole(p_.baselineLevel_s) + " s or more.",
             b.from.count(), b.to.count());
    if (!marks_.baseline && b.length.count() < 0.9 * p_.baselineWindow_s)
        flag("SHORT_BASELINE",
             "The baseline is shorter than it should be; small volumes are uncertain. Record three "
             "minutes next time.",
             b.from.count(), b.to.count());
}

void SiteReader::readMeasures(const CurveView& curve, const GasSurvey& survey) {
    const SecondMeans& means = survey.rate;
    const Baseline& b = *site_.baseline;
    const auto stop = stimulus_.stop_s ? std::optional(*stimulus_.stop_s - start_) : std::nullopt;
    site_.measures = measureCurve(curve, start_, stop, b, p_);
    if (!site_.measures) {
        unusable("NO_SAMPLES",
                 "There are no humidity samples after the stimulus start. Check the sensor "
                 "and repeat the test.",
                 0.0, p_.window_s);
        return;
    }
    findTheOnset(means, curve);
    accuracy();
    const CurveMeasures& m = *site_.measures;
    const Span holes = m.gaps.count() > 0 ? holesOf(curve, start_, m.from.count(), p_) : Span{};
    if (m.gaps.count() > p_.gapTotal_s)
        unusable("GAP",
                 "Humidity samples are missing for more than the analysis allows; the volume is "
                 "uncertain. Check the link and repeat the test.",
                 holes.from, holes.to);
    else if (m.gaps.count() > 0)
        flag("GAP_BRIDGED",
             "Short holes in the humidity were bridged by a line. Check the link if they come again.",
             holes.from, holes.to);
    window();
    saturation(survey);
    dryInlet(means);
    if (std::any_of(site_.flags.begin(), site_.flags.end(),
                    [](const QualityFlag& f) { return f.code == "CROSSOVER?"; }))
        bar(NoNorm::Crossover,
            "The rate is higher than skin can sweat: the volume may be stimulus solution.");
    if (signals_.capsule.area && signals_.capsule.area->value > 0.0)
        site_.volumePerArea = perArea(m.volume, *signals_.capsule.area);
    site_.volumeIsZero = std::abs(m.volume.value) <= 2.0 * m.uncertainty.value;

    if (!site_.volumeIsZero)
        site_.measures->riseSlope_nl_per_min2 = steepestRise(means, 0.0, m.peakTime.count());
    if (p_.lagCorrection)
        site_.lagCorrected = correctLag(means, b, m.peak.value, lagOf(signals_.capsule, p_), p_.window_s);
    if (site_.lagCorrected && !site_.lagCorrected->rejected.empty())
        flag("LAG_REJECTED", "The lag-corrected peak is not given: " + site_.lagCorrected->rejected + ".",
             0.0, p_.window_s);
    site_.expulsionsPerMin = expulsionsPerMin(means, 0.0, stop.value_or(p_.window_s) - 30.0);
    onsetFlags();
    if (site_.volumeIsZero)
        flag("ZERO_VOLUME",
             "The volume is not distinguishable from zero. Look at the curve before "
             "calling the response absent.",
             m.from.count(), p_.window_s);
    persistence();
}

/// The onset, found or placed, and the volume from it when it is to begin there.
void SiteReader::findTheOnset(const SecondMeans& means, const CurveView& curve) {
    const Baseline& b = *site_.baseline;
    if (!marks_.onset) {
        site_.onset = findOnset(means, b, site_.measures->peak.value, signals_.capsule, p_);
    } else {
        site_.onset.byReader = true;
        site_.onset.latency = marks_.onset->latency;
        site_.onset.verdict = marks_.onset->latency ? Onset::Verdict::Found : Onset::Verdict::None;
    }
    const bool fromOnset =
        p_.volumeFrom == VolumeFrom::Onset || (p_.volumeFrom == VolumeFrom::Marker && site_.onset.byReader);
    if (!fromOnset || !site_.onset.latency) return;
    const double from_s = std::max(0.0, site_.onset.latency->count());
    const auto stop = stimulus_.stop_s ? std::optional(*stimulus_.stop_s - start_) : std::nullopt;
    if (auto measures = measureCurve(curve, start_, stop, b, p_, from_s))
        site_.measures = measures;
    else
        flag("VOLUME_FROM",
             "There are no samples after the onset; the volume begins at the stimulus "
             "start: place the onset or the end of the window elsewhere.",
             from_s, p_.window_s);
}

/// What the sensors' errors leave open: in each rate, and as a gain in the volume.
void SiteReader::accuracy() {
    CurveMeasures& m = *site_.measures;
    const TimeSpan rest = marks_.baseline ? TimeSpan{start_ + marks_.baseline->from.count(),
                                                     start_ + marks_.baseline->to.count()}
                                          : TimeSpan{start_ - p_.baselineLevel_s, start_};
    const double peak = start_ + m.peakTime.count(), half = 0.5 * std::max(p_.peakSmoothing_s, 1.0);
    site_.rateAccuracy = rateAccuracyOf(signals_, rest, {peak - half, peak + half}, p_);
    if (!site_.rateAccuracy.gain) return;
    m.gainUncertainty = *site_.rateAccuracy.gain * Microlitres{std::abs(m.volume.value)};
    m.uncertainty = {std::hypot(m.uncertainty.value, m.gainUncertainty->value)};
}

/// Whether the volume is that of the whole window, and of the one that norms hold for.
void SiteReader::window() {
    const CurveMeasures& m = *site_.measures;
    if (m.covered.count() < p_.window_s - m.from.count() - windowTolerance_s)
        flag("SHORT_WINDOW",
             "The recording ends before the analysis window; the volume is that of the part recorded. Do "
             "not compare it with a norm of the whole window.",
             m.from.count() + m.covered.count(), p_.window_s);
    // A volume that begins with the onset leaves out no sweat; one that ends early does.
    const bool whole600 = m.from.count() + m.covered.count() >= p_.normWindow_s - windowTolerance_s &&
                          p_.window_s <= p_.normWindow_s + windowTolerance_s;
    if (!whole600)
        bar(NoNorm::OtherWindow, "The volume is not that of the " + whole(p_.normWindow_s) +
                                     " s after the stimulus start, for which norms hold.");
}

void SiteReader::onsetFlags() {
    const Onset& onset = site_.onset;
    switch (onset.verdict) {
    case Onset::Verdict::None:
        flag("NO_ONSET",
             onset.byReader ? "The reader sees no onset of sweating."
                            : "No onset of sweating was found. Look at the curve; a reader may place one.",
             0.0, p_.window_s);
        return;
    case Onset::Verdict::Indeterminate:
        if (onset.recordedTooShort)
            flag("INDETERMINATE",
                 "Whether sweating begins is not known: the recording ends before a response would have to "
                 "be seen. "
                 "Record for longer.",
                 site_.measures->covered.count(), p_.onsetLatest_s);
        else if (onset.sampledTooSlowly)
            flag("INDETERMINATE",
                 "Whether and when sweating begins is indeterminate: sampled too slowly. "
                 "Record a sample a second at least, or place the onset by hand.",
                 0.0, p_.window_s);
        else
            flag("INDETERMINATE",
                 "Sweating begins, but the onset is not known to within " +
                     std::to_string(static_cast<int>(p_.onsetIndeterminate_s)) + " s. A reader may place it.",
                 0.0, site_.measures->peakTime.count());
        return;
    case Onset::Verdict::Found:
        break;
    }
    const double latency = onset.latency->count();
    const CapsuleConstants& capsule = signals_.capsule;
    const bool lagStated =
        capsule.washout || capsule.sensorLag || capsule.transportDelay; // 0 s is one as well
    if (!lagStated && !onset.byReader && p_.lagCorrection)
        flag("LAG_UNKNOWN",
             "Capsule and sensor lag are not known; the latency contains them. Calibrate "
             "the channel by a step.",
             0.0, latency);
    if (latency < crossover_s)
        flag("CROSSOVER?",
             "The onset is very early: the stimulus solution may have reached the "
             "recording compartment. Check the seal of the capsule.",
             0.0, latency);
    if (latency < p_.onsetEarliest_s || latency > p_.onsetLatest_s)
        flag("LAT?",
             onset.byReader
                 ? "The onset that was placed is outside the plausible range. Check that it stands where the "
                   "curve begins to rise."
                 : "The onset latency is outside the plausible range. Look at the curve and place the "
                   "onset by hand if it is wrong.",
             latency, latency);
}

/// Residual and time to half are those of a response: without one, or of a peak that was cut off, there are
/// none.
void SiteReader::persistence() {
    CurveMeasures& m = *site_.measures;
    const bool unknown = site_.onset.sampledTooSlowly || site_.onset.recordedTooShort;
    if (site_.onset.verdict == Onset::Verdict::None || unknown || site_.volumeIsZero || !site_.peakReliable) {
        m.residual.reset();
        m.offHalfTime.reset();
        return;
    }
    if (!site_.usable || site_.onset.verdict != Onset::Verdict::Found || !m.courseSeen) return;
    // soon after the stimulus every response is still there
    const bool stays = seenToTheEnd() && m.residual && *m.residual > p_.residualLimit &&
                       *m.residual * m.peak.value > 3.0 * site_.baseline->noise.value;
    const bool slow = !m.offHalfTime ? stays : m.offHalfTime->count() > p_.offHalfTimeLimit_s;
    if (stays || slow)
        flag("PERSISTENT",
             "Sweating goes on after the stimulus (persistent, \"hung-up\" response): a finding. "
             "Record five minutes more if the patient is still there.",
             *stimulus_.stop_s - start_, p_.window_s);
}

/// The window is as long as that in which a response has to come back.
bool SiteReader::seenToTheEnd() const {
    return p_.window_s >= p_.normWindow_s - windowTolerance_s;
}

ResponseShape SiteReader::shapeOf(const SecondMeans& means) const {
    if (!site_.usable || !site_.measures || !site_.peakReliable || !site_.measures->courseSeen)
        return ResponseShape::Unknown;
    if (site_.onset.verdict == Onset::Verdict::None)
        return site_.volumeIsZero ? ResponseShape::Absent : ResponseShape::Unknown;
    const bool persistent = std::any_of(site_.flags.begin(), site_.flags.end(),
                                        [](const QualityFlag& f) { return f.code == "PERSISTENT"; });
    if (persistent) return ResponseShape::Persistent;
    if (!site_.measures->residual || !seenToTheEnd()) return ResponseShape::Unknown;
    return isBiphasic(means, *site_.baseline, p_.window_s) ? ResponseShape::Biphasic
                                                           : ResponseShape::NormalReturn;
}

} // namespace eccrine::analysis
