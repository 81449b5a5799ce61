// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/site_reader.hpp"

#include "analysis/columns.hpp"
#include "analysis/thinning.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

namespace eccrine::analysis {
namespace {

constexpr double dryInletLimit_nl_per_min = -5.0;
constexpr double dryInletTime_s = 10.0;
constexpr double crossover_s = 30.0;
constexpr double hottest_c = 80.0;        // as devices and recordings have it: beyond, the sensor is broken
constexpr double windowTolerance_s = 1.0; // a sample interval or two at either end

std::string whole(double value) {
    return std::to_string(std::lround(value));
}

/// From the earliest to the latest time that was added.
struct Span {
    std::optional<double> from, to;
    void add(double t) {
        from = std::min(from.value_or(t), t);
        to = std::max(to.value_or(t), t);
    }
};

/// From where the first hole of the window begins to where the last one ends.
Span holesOf(const RateCurve& curve, double start_s, double from_s, const AnalysisParameters& p) {
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

bool recorded(const CurrentSignals& current) {
    return std::any_of(current.current_ma.begin(), current.current_ma.end(),
                       [](double ma) { return !std::isnan(ma); });
}

/// Time between two moments for which no current was recorded, in s. What lies between two readings of a
/// second or less counts as recorded.
double unrecorded(const CurrentSignals& current, double from_s, double to_s) {
    constexpr double bridged_s = 1.0;
    double missing_s = 0.0, last_s = from_s;
    const auto until = [&](double t) {
        if (t - last_s > bridged_s) missing_s += t - last_s;
        last_s = std::max(last_s, t);
    };
    for (std::size_t i = 0; i < current.time_s.size(); ++i)
        if (!std::isnan(current.current_ma[i])) until(std::min(current.time_s[i], to_s));
    until(to_s);
    return missing_s;
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

} // namespace

SiteReader::SiteReader(const SiteSignals& signals, const TestStimulus& stimulus,
                       const AnalysisParameters& parameters, const ReaderMarks& marks)
    : thinned_(thin(signals, parameters, refused_)), signals_(thinned_ ? *thinned_ : signals),
      current_(signals.current), stimulus_(stimulus), start_(stimulus.start_s), p_(parameters),
      marks_(marks) {
    site_.site = signals.site;
    site_.marks = marks;
    if (marks.end) p_.window_s = marks.end->count();
}

Result<SiteAnalysis> SiteReader::read() {
    if (!refused_.empty())
        return failed(refused_, "site " + site_.site, "sort the samples by time and remove doubles");
    const auto rate = SiteRate::forSite(signals_, p_);
    if (!rate) return tl::unexpected(rate.error());
    auto curve = rateCurve(signals_, p_);
    if (!curve) return tl::unexpected(curve.error());
    assumptions();
    implausible(*curve, *rate);
    const SecondBins bins(curve->time_s, start_);
    const SecondMeans means = bins.means(curve->rate_nl_per_min);
    site_.baseline = estimateBaseline(means, p_, marks_.baseline);
    readDelivered();
    stimulusTimes();
    const auto stop = stimulus_.stop_s;
    for (QualityFlag& f :
         signalFlags(signals_.humidity, bins, current_, start_, stop, means, site_.baseline, p_))
        take(std::move(f));
    gasPath(bins);
    contact();
    site_.noise = hygrometerNoise(*curve, start_, p_);
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
        readMeasures(*curve, means);
    }
    if (!site_.usable)
        site_.normBar = {NoNorm::NoVolume, "The channel cannot be compared; its remarks say why."};
    site_.shape = shapeOf(means);
    means_ = means;
    for (double& t : curve->time_s)
        t -= start_;
    site_.curve = std::move(*curve);
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
    if (!site_.normBar) site_.normBar = {cause, std::move(reason)};
}

std::pair<std::size_t, std::size_t> SiteReader::thatMatter() const {
    return samplesWithin(signals_.humidity.time_s, start_ - p_.baselineWindow_s, start_ + p_.window_s);
}

void SiteReader::assumptions() {
    const HumiditySignals& h = signals_.humidity;
    // Thinned readings are fast enough; of what was averaged to less than that, something is lost.
    if (h.samplesPerRow > 1 && h.time_s.size() > 1)
        if (const double hz = static_cast<double>(h.time_s.size() - 1) / (h.time_s.back() - h.time_s.front());
            hz < p_.mostHz)
            flag("REDUCED", "The recording is so long that its gas readings were averaged to " + whole(hz) +
                                " a second while reading: a reading that is stuck or saturated for less than "
                                "some of these is not seen. Cut the recording to the test.");
    if (!h.rate_nl_per_min.empty()) return;
    constexpr std::string_view low =
        "101.325 kPa was assumed, which makes the rate 3.6 % too low per 300 m above the sea. Connect a "
        "barometer, or state pressure_kpa.";
    const auto [first, end] = thatMatter();
    Span missing, all;
    if (first < end)
        all = {h.time_s[first] - start_, h.time_s[end - 1] - start_};
    else if (!h.time_s.empty())
        all = {h.time_s.front() - start_, h.time_s.back() - start_};
    if (!h.pressure_kpa.empty() && anyMissing(std::span(h.pressure_kpa).subspan(first, end - first)))
        for (std::size_t i = first; i < end; ++i)
            if (std::isnan(h.pressure_kpa[i])) missing.add(h.time_s[i] - start_);
    if (h.pressure_kpa.empty())
        flag("NO_PRESSURE", "The pressure was not recorded; " + std::string(low), all.from, all.to);
    else if (missing.from)
        flag("NO_PRESSURE",
             "The pressure was not recorded all the time; where it is missing " + std::string(low),
             missing.from, missing.to);
    if (h.humidityIn_pct.empty())
        flag("NO_INLET",
             "The inlet humidity was not recorded; dry gas was assumed. Check that the gas is dry.", all.from,
             all.to);
}

void SiteReader::implausible(const RateCurve& curve, const SiteRate& rate) {
    const HumiditySignals& h = signals_.humidity;
    Span pressure, flow, rates, temperature;
    const auto [first, end] = thatMatter();
    for (const auto* column : {&h.temperatureOut_c, &h.temperatureIn_c}) {
        if (column->empty() || !anyAbove(std::span(*column).subspan(first, end - first), hottest_c)) continue;
        for (std::size_t i = first; i < end; ++i)
            if ((*column)[i] > hottest_c) temperature.add(curve.time_s[i] - start_);
    }
    const bool complete = !anyMissing(std::span(curve.rate_nl_per_min).subspan(first, end - first));
    for (std::size_t i = first; i < end && !complete; ++i) {
        const double t = curve.time_s[i] - start_;
        if (!std::isnan(curve.rate_nl_per_min[i])) continue;
        switch (rate.implausible(h, i)) {
        case Implausible::No:
            break;
        case Implausible::Pressure:
            pressure.add(t);
            break;
        case Implausible::Flow:
            // gas that is stopped before the stimulus is the test for a leak
            if (const double sccm = (h.flow_sccm.empty() ? h.flow_ml_per_min : h.flow_sccm)[i];
                t >= 0.0 || sccm > p_.leastFlow_sccm || sccm < 0.0)
                flow.add(t);
            break;
        case Implausible::Rate:
            rates.add(t);
            break;
        }
    }
    const auto outside = [&](const Span& span, const std::string& what, const char* remedy) {
        if (span.from)
            flag("IMPLAUSIBLE", what + "; those samples were left out. " + remedy, span.from, span.to);
    };
    if (temperature.from)
        flag("IMPLAUSIBLE",
             "The recorded temperature of the gas is above " + whole(hottest_c) +
                 " °C: there is no skin that warm. Check its unit: 305 K are 32 °C.",
             temperature.from, temperature.to);
    outside(pressure,
            "The recorded pressure is outside " + whole(p_.leastPressure_kpa) + " to " +
                whole(p_.mostPressure_kpa) + " kPa",
            "Check its unit: 1013 hPa are 101.3 kPa.");
    outside(flow,
            "The recorded gas flow is outside " + whole(p_.leastFlow_sccm) + " to " +
                whole(p_.mostFlow_sccm) + " sccm",
            "Check its unit and the meter.");
    outside(rates, "The rate is larger than " + whole(p_.mostRate) + " nL/min", "Check the recording.");
}

void SiteReader::gasPath(const SecondBins& bins) {
    if (!signals_.humidity.rate_nl_per_min.empty()) return;
    for (QualityFlag& f : gasPathFlags(signals_.humidity, bins, stimulus_.tube_c, p_)) {
        if (f.code == "CONDENSATION") {
            site_.peakReliable = false;
            bar(NoNorm::LowerBound, "Water condensed before the hygrometer: the volume is at least the one "
                                    "that is given, and may "
                                    "be more.");
        }
        take(std::move(f));
    }
}

/// The current that came out against the one that was commanded.
void SiteReader::contact() {
    if (!site_.delivered) return; // none at all: STIM_LOW
    const Delivered& d = *site_.delivered;
    double stop = d.stop.count();
    if (stimulus_.stopStated && stimulus_.stop_s && *stimulus_.stop_s > stop) {
        // a source that stops each channel by its charge is done with this one before the last: what is
        // missing at the end is no open circuit as long as the charge is enough
        const double planned_mc =
            stimulus_.planned_mc.value_or(d.plateau.value * (*stimulus_.stop_s - d.start.count()));
        if (d.charge.value < p_.stimulusLow * planned_mc) stop = *stimulus_.stop_s;
    }
    const CommandedStimulus commanded{d.start.count(), stop,
                                      std::max(d.plateau.value, stimulus_.set_ma.value_or(0.0)),
                                      stimulus_.compliance_v};
    for (QualityFlag& f : contactFlags(current_, commanded, start_, p_))
        take(std::move(f));
}

/// The stated stimulus against the samples and against the current that came out.
void SiteReader::stimulusTimes() {
    const std::vector<double>& time = signals_.humidity.time_s;
    if (time.empty()) return;
    const double off = site_.delivered ? site_.delivered->start.count() - start_ : 0.0;
    if (start_ < time.front() || start_ > time.back())
        unusable("STIM_TIME",
                 "The stimulus start lies outside the samples of this site. Correct "
                 "stimulus_start_s: it counts from the same zero as time_s.",
                 time.front() - start_, time.back() - start_);
    else if (stimulus_.startStated && std::abs(off) > p_.startTolerance_s)
        unusable("STIM_TIME",
                 "The current began " + whole(std::abs(off)) + " s " + (off > 0.0 ? "after" : "before") +
                     " the stimulus start that is stated, so that baseline, latency and volume are those of "
                     "another time. Correct stimulus_start_s.",
                 std::min(0.0, off), std::max(0.0, off));
    if (stimulus_.stop_s && *stimulus_.stop_s > time.back() + p_.gap_s)
        flag("STIM_TIME",
             "The stimulus stop lies after the last sample: nothing is said about the course "
             "after it. Correct stimulus_stop_s, or record for longer.",
             time.back() - start_, *stimulus_.stop_s - start_);
}

void SiteReader::readDelivered() {
    const double stop = stimulus_.stop_s ? *stimulus_.stop_s - start_ : p_.window_s;
    if (!recorded(current_)) {
        flag("NO_CURRENT",
             "The delivered current was not recorded: the dose is not known and the volume is "
             "not compared with norms. Record the current of the stimulator.",
             0.0, stop);
        return;
    }
    site_.delivered = deliveredOf(current_, p_.stimulusFraction);
    if (!site_.delivered) {
        unusable("STIM_LOW",
                 "No current was delivered at this site. Check the electrode and repeat the test.", 0.0,
                 stop);
        return;
    }
    const double charge_mc = site_.delivered->charge.value;
    const double from = site_.delivered->start.count() - start_, to = site_.delivered->stop.count() - start_;
    const Delivered& d = *site_.delivered;
    const bool stated = stimulus_.stopStated && stimulus_.stop_s;
    if (!stimulus_.planned_mc && !stated) return;
    const double due_mc =
        stimulus_.planned_mc.value_or(stated ? d.plateau.value * (*stimulus_.stop_s - start_) : 0.0);
    if (charge_mc >= p_.stimulusLow * due_mc) return;
    const double missing_s =
        unrecorded(current_, d.start.count(), stimulus_.stop_s ? *stimulus_.stop_s : d.stop.count());
    if (charge_mc + d.plateau.value * missing_s >= p_.stimulusLow * due_mc)
        unusable(
            "STIM_LOW",
            "The current was not recorded for " + whole(missing_s) +
                " s of the stimulus: whether the charge was delivered is not known, and the response is not "
                "comparable. Check the link and repeat the test.",
            0.0, stop);
    else if (stimulus_.planned_mc)
        unusable("STIM_LOW",
                 "The delivered charge is below the planned one; the response is not "
                 "comparable. Check the electrodes and repeat the test.",
                 from, to);
    else
        unusable("STIM_LOW",
                 "The delivered charge is below that of the current over the stated time: it "
                 "was interrupted; the response is not comparable. Check the electrodes and "
                 "repeat the test.",
                 0.0, stop);
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

void SiteReader::readMeasures(const RateCurve& curve, const SecondMeans& means) {
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
    saturation();
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
void SiteReader::findTheOnset(const SecondMeans& means, const RateCurve& curve) {
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

void SiteReader::saturation() {
    const HumiditySignals& h = signals_.humidity;
    if (!anyAbove(h.humidityOut_pct, p_.saturation_pct)) return;
    Span wet;
    for (std::size_t i = 0; i < h.humidityOut_pct.size(); ++i) {
        const double t = h.time_s[i] - start_;
        if (t >= 0.0 && t <= p_.window_s && h.humidityOut_pct[i] > p_.saturation_pct) wet.add(t);
    }
    if (!wet.from) return;
    site_.peakReliable = false;
    flag("SAT",
         "The outlet hygrometer was saturated: the volume is at least the one that is given, and the peak is "
         "not given. Raise the gas flow.",
         wet.from, wet.to);
    bar(NoNorm::LowerBound, "The outlet hygrometer was saturated: the volume is at least the one that is "
                            "given, and may be more.");
}

void SiteReader::dryInlet(const SecondMeans& means) {
    Span first, all;
    double began = 0.0, length = 0.0, inWindow = 0.0;
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        const double t = means.timeOf(i);
        if (!(means.mean[i] < dryInletLimit_nl_per_min)) {
            length = 0.0;
            continue;
        }
        if (t >= 0.0 && t <= p_.window_s) {
            inWindow += 1.0;
            all.add(t);
        }
        if (length == 0.0) began = t;
        length += 1.0;
        if (length > dryInletTime_s && !first.from) first = {began, t};
    }
    if (!first.from) return;
    if (inWindow > p_.dryInletShare * p_.window_s)
        unusable("DRY_INLET",
                 "The outlet is drier than the inlet over most of the window: the sensors or the tubes are "
                 "exchanged, or a calibration is wrong. There is no sweat rate to read.",
                 all.from, all.to);
    else
        flag("DRY_INLET",
             "The outlet is drier than the inlet for a while: check the sensors' calibration and the tubes.",
             first.from, first.to);
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
