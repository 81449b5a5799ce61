// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"

#include "analysis/thinning.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

namespace eccrine::analysis {
namespace {

constexpr double dryInletLimit_nl_per_min = -5.0;
constexpr double dryInletTime_s = 10.0;
constexpr double crossover_s = 30.0;
constexpr double leastWindow_s = 60.0; // as window.s
constexpr std::string_view sharedBurstCode = "AROUSAL";
constexpr double leastBaseline_s = 10.0;
const ReaderMarks noMarks{};

std::optional<double> numberOf(const std::map<std::string, std::string>& meta, const std::string& key) {
    const auto found = meta.find(key);
    if (found == meta.end()) return std::nullopt;
    double value = 0.0;
    const auto& text = found->second;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// "active_sites" of the recording: comma separated; without it every site counts.
bool takesPart(const RecordedTest& test, const std::string& site) {
    const auto found = test.meta.find("active_sites");
    if (found == test.meta.end() || found->second.empty()) return true;
    std::string_view rest = found->second;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        if (rest.substr(0, comma) == site) return true;
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return false;
}

class SiteReader {
public:
    SiteReader(const SiteSignals& signals, double start_s, std::optional<double> stop_s,
               std::optional<double> planned_mc, const AnalysisParameters& p, const ReaderMarks& marks)
        : thinned_(thin(signals, p)), signals_(thinned_ ? *thinned_ : signals), current_(signals.current),
          start_(start_s), stop_(stop_s), planned_(planned_mc), p_(p), marks_(marks) {
        site_.site = signals.site;
        site_.marks = marks;
        if (marks.end) p_.window_s = marks.end->count();
    }

    Result<SiteAnalysis> read() {
        if (!refused_.empty())
            return failed(refused_, "site " + site_.site, "sort the samples by time and remove doubles");
        auto curve = rateCurve(signals_, p_.enhancement, p_.saturationFormula);
        if (!curve) return tl::unexpected(curve.error());
        assumptions();
        const SecondMeans means = secondMeans(*curve, start_);
        site_.baseline = estimateBaseline(means, p_, marks_.baseline);
        readDelivered();
        for (QualityFlag& f :
             signalFlags(signals_.humidity, current_, start_, stop_, means, site_.baseline, p_))
            take(std::move(f));
        if (!site_.baseline) {
            unusable("NO_BASELINE",
                     marks_.baseline
                         ? "There are less than 10 s of samples in the baseline that was chosen: choose a "
                           "longer one."
                         : "There are less than 10 s of samples before the stimulus, so that there is no "
                           "baseline: place it by hand where the curve rests, or repeat the test.");
        } else {
            baselineFlags();
            readMeasures(*curve, means);
        }
        site_.shape = shapeOf(means);
        means_ = means;
        for (double& t : curve->time_s)
            t -= start_;
        site_.curve = std::move(*curve);
        return std::move(site_);
    }
    /// After read(): the 1 s means, 0 at the stimulus start.
    [[nodiscard]] SecondMeans takeMeans() { return std::move(means_); }

private:
    void flag(std::string code, std::string text, std::optional<double> from = {},
              std::optional<double> to = {}) {
        const auto seconds = [](const std::optional<double>& t) {
            return t ? std::optional(Seconds{*t}) : std::nullopt;
        };
        site_.flags.push_back({std::move(code), std::move(text), seconds(from), seconds(to), false});
    }
    void take(QualityFlag f) {
        if (f.voids) site_.usable = false;
        site_.flags.push_back(std::move(f));
    }
    void unusable(std::string code, std::string text) {
        flag(std::move(code), std::move(text));
        site_.flags.back().voids = true;
        site_.usable = false;
    }

    void assumptions() {
        const HumiditySignals& h = signals_.humidity;
        if (!h.rate_nl_per_min.empty()) return;
        if (h.pressure_kpa.empty())
            flag("NO_PRESSURE", "The pressure was not recorded; 101.325 kPa was assumed (3.6 % too high a "
                                "rate per 300 m above the sea). Connect a barometer, or state pressure_kpa.");
        if (h.humidityIn_pct.empty())
            flag("NO_INLET",
                 "The inlet humidity was not recorded; dry gas was assumed. Check that the gas is dry.");
    }

    void readDelivered() {
        site_.delivered = deliveredOf(current_, p_.stimulusFraction);
        if (current_.time_s.empty()) {
            flag("NO_CURRENT",
                 "The delivered current was not recorded. Take the dose from the stimulator's own record.");
            return;
        }
        if (!site_.delivered) {
            unusable("STIM_LOW",
                     "No current was delivered at this site. Check the electrode and repeat the test.");
            return;
        }
        if (planned_ && site_.delivered->charge.value < p_.stimulusLow * *planned_)
            unusable("STIM_LOW", "The delivered charge is below the planned one; the response is not "
                                 "comparable. Check the electrodes and repeat the test.");
    }

    void baselineFlags() {
        const Baseline& b = *site_.baseline;
        if (b.drifting)
            flag("DRIFT",
                 "The baseline drifts; it was extrapolated as a line. Read a small volume with care; wait "
                 "longer next time.",
                 -b.length.count(), 0.0);
        if (!marks_.baseline && b.length.count() < 0.9 * p_.baselineWindow_s)
            flag("SHORT_BASELINE",
                 "The baseline is shorter than it should be; small volumes are uncertain. Record three "
                 "minutes next time.",
                 -b.length.count(), 0.0);
    }

    void readMeasures(const RateCurve& curve, const SecondMeans& means) {
        const Baseline& b = *site_.baseline;
        const auto stop = stop_ ? std::optional(*stop_ - start_) : std::nullopt;
        site_.measures = measureCurve(curve, start_, stop, b, p_);
        if (!site_.measures) {
            unusable("NO_SAMPLES", "There are no humidity samples after the stimulus start. Check the sensor "
                                   "and repeat the test.");
            return;
        }
        findTheOnset(means, stop, curve);
        const CurveMeasures& m = *site_.measures;
        if (m.gaps.count() > p_.gapTotal_s)
            unusable("GAP", "Humidity samples are missing for more than the analysis allows; the volume is "
                            "uncertain. Check the link and repeat the test.");
        else if (m.gaps.count() > 0)
            flag("GAP_BRIDGED",
                 "Short holes in the humidity were bridged by a line. Check the link if they come again.");
        if (m.covered.count() < p_.window_s - m.from.count() - 1.0)
            flag("SHORT_WINDOW",
                 "The recording ends before the analysis window; the volume is that of the part recorded. Do "
                 "not compare it with a norm of the whole window.",
                 m.from.count() + m.covered.count(), p_.window_s);
        saturation();
        dryInlet(means);
        if (signals_.capsule.area && signals_.capsule.area->value > 0.0)
            site_.volumePerArea = perArea(m.volume, *signals_.capsule.area);
        site_.volumeIsZero = std::abs(m.volume.value) < 2.0 * m.uncertainty.value;

        if (!site_.volumeIsZero)
            site_.measures->riseSlope_nl_per_min2 = steepestRise(means, 0.0, m.peakTime.count());
        if (p_.lagCorrection)
            site_.lagCorrected = correctLag(means, b, m.peak.value, lagOf(signals_.capsule, p_), p_.window_s);
        if (site_.lagCorrected && !site_.lagCorrected->rejected.empty())
            flag("LAG_REJECTED",
                 "The lag-corrected peak is not given: " + site_.lagCorrected->rejected + ".");
        site_.expulsionsPerMin = expulsionsPerMin(means, 0.0, stop.value_or(p_.window_s) - 30.0);
        onsetFlags();
        if (site_.volumeIsZero)
            flag("ZERO_VOLUME", "The volume is not distinguishable from zero. Look at the curve before "
                                "calling the response absent.");
        if (site_.onset.verdict == Onset::Verdict::Found && stop && !site_.volumeIsZero) {
            const bool stays = m.residual && *m.residual > p_.residualLimit &&
                               *m.residual * m.peak.value > 3.0 * b.noise.value;
            const bool slow = !m.offHalfTime ? stays : m.offHalfTime->count() > p_.offHalfTimeLimit_s;
            if (stays || slow)
                flag("PERSISTENT",
                     "Sweating goes on after the stimulus (persistent, \"hung-up\" response): a finding. "
                     "Record five minutes more if the patient is still there.",
                     *stop, p_.window_s);
        }
    }

    /// The onset, found or placed, and the volume from it when it is to begin there.
    void findTheOnset(const SecondMeans& means, std::optional<double> stop, const RateCurve& curve) {
        const Baseline& b = *site_.baseline;
        if (!marks_.onset) {
            site_.onset = findOnset(means, b, site_.measures->peak.value, signals_.capsule, p_);
        } else {
            site_.onset.byReader = true;
            site_.onset.latency = marks_.onset->latency;
            site_.onset.verdict = marks_.onset->latency ? Onset::Verdict::Found : Onset::Verdict::None;
        }
        const bool fromOnset = p_.volumeFrom == VolumeFrom::Onset ||
                               (p_.volumeFrom == VolumeFrom::Marker && site_.onset.byReader);
        if (!fromOnset || !site_.onset.latency) return;
        const double from_s = std::max(0.0, site_.onset.latency->count());
        if (auto measures = measureCurve(curve, start_, stop, b, p_, from_s))
            site_.measures = measures;
        else
            flag("VOLUME_FROM", "There are no samples after the onset; the volume begins at the stimulus "
                                "start: place the onset or the end of the window elsewhere.");
    }

    [[nodiscard]] ResponseShape shapeOf(const SecondMeans& means) const {
        if (!site_.usable || !site_.measures) return ResponseShape::Unknown;
        if (site_.onset.verdict == Onset::Verdict::None && site_.volumeIsZero) return ResponseShape::Absent;
        const bool persistent = std::any_of(site_.flags.begin(), site_.flags.end(),
                                            [](const QualityFlag& f) { return f.code == "PERSISTENT"; });
        if (persistent) return ResponseShape::Persistent;
        return isBiphasic(means, *site_.baseline, p_.window_s) ? ResponseShape::Biphasic
                                                               : ResponseShape::NormalReturn;
    }

    void saturation() {
        const HumiditySignals& h = signals_.humidity;
        std::optional<double> from, to;
        for (std::size_t i = 0; i < h.humidityOut_pct.size(); ++i) {
            const double t = h.time_s[i] - start_;
            if (t < 0.0 || t > p_.window_s || !(h.humidityOut_pct[i] > p_.saturation_pct)) continue;
            if (!from) from = t;
            to = t;
        }
        if (!from) return;
        site_.peakReliable = false;
        flag("SAT", "The outlet hygrometer was saturated; the peak is not given. Raise the gas flow.", from,
             to);
    }

    void dryInlet(const SecondMeans& means) {
        double began = 0.0, length = 0.0;
        for (std::size_t i = 0; i < means.mean.size(); ++i) {
            if (!(means.mean[i] < dryInletLimit_nl_per_min)) {
                length = 0.0;
                continue;
            }
            if (length == 0.0) began = means.timeOf(i);
            length += 1.0;
            if (length <= dryInletTime_s) continue;
            flag("DRY_INLET",
                 "The outlet is drier than the inlet for a while: check the sensors' calibration and the "
                 "tubes.",
                 began, means.timeOf(i));
            return;
        }
    }

    void onsetFlags() {
        const Onset& onset = site_.onset;
        switch (onset.verdict) {
        case Onset::Verdict::None:
            flag("NO_ONSET",
                 onset.byReader
                     ? "The reader sees no onset of sweating."
                     : "No onset of sweating was found. Look at the curve; a reader may place one.");
            return;
        case Onset::Verdict::Indeterminate:
            flag("INDETERMINATE", "Sweating begins, but the onset is not known to within " +
                                      std::to_string(static_cast<int>(p_.onsetIndeterminate_s)) +
                                      " s. A reader may place it.");
            return;
        case Onset::Verdict::Found:
            break;
        }
        const double latency = onset.latency->count();
        if (!onset.lagCorrected && !onset.byReader && p_.lagCorrection)
            flag("LAG_UNKNOWN", "Capsule and sensor lag are not known; the latency contains them. Calibrate "
                                "the channel by a step.");
        if (latency < crossover_s)
            flag("CROSSOVER?", "The onset is very early: the stimulus solution may have reached the "
                               "recording compartment. Check the seal of the capsule.");
        if (latency < p_.onsetEarliest_s || latency > p_.onsetLatest_s)
            flag("LAT?", "The onset latency is outside the plausible range. Look at the curve and place the "
                         "onset by hand if it is wrong.");
    }

    /// The site with its gas readings thinned; empty when they are slow enough as they are.
    std::optional<SiteSignals> thin(const SiteSignals& signals, const AnalysisParameters& p) {
        Thinning thinning(p.mostHz);
        const std::size_t factor = thinning.factor(signals.humidity).value_or(1);
        if (factor < 2) return std::nullopt;
        SiteSignals out{signals.site, {}, {}, signals.capsule, signals.flowReference};
        if (!thinning.extend(signals.humidity, factor, out.humidity))
            refused_ = "the times do not rise at sample " + std::to_string(thinning.refusedAt() + 1);
        return out;
    }

    std::string refused_; ///< before what is set while it is thinned
    std::optional<SiteSignals> thinned_;
    const SiteSignals& signals_;
    const CurrentSignals& current_; ///< never thinned: ripple and charge need every sample
    double start_;
    std::optional<double> stop_;
    std::optional<double> planned_;
    AnalysisParameters p_; ///< with the window that a reader set
    const ReaderMarks& marks_;
    SiteAnalysis site_;
    SecondMeans means_;
};

/// The charge that was to be delivered, if anybody says.
std::optional<double> plannedCharge(const RecordedTest& test, const AnalysisParameters& parameters) {
    return parameters.plannedCharge_mc ? parameters.plannedCharge_mc
                                       : numberOf(test.meta, "protocol.charge_mc");
}

} // namespace

AutomaticValues automaticOf(const SiteAnalysis& untouched) {
    return {untouched.onset,        untouched.baseline,     untouched.measures,
            untouched.volumeIsZero, untouched.peakReliable, untouched.norm};
}

std::string_view nameOf(ResponseShape shape) {
    switch (shape) {
    case ResponseShape::Unknown:
        return "unknown";
    case ResponseShape::Absent:
        return "absent";
    case ResponseShape::NormalReturn:
        return "normal return";
    case ResponseShape::Persistent:
        return "persistent";
    case ResponseShape::Biphasic:
        return "biphasic";
    }
    return "";
}

Done checkMarks(const ReaderMarks& marks, std::string_view site, const AnalysisParameters& parameters) {
    const auto refused = [&](std::string what, std::string remedy) {
        return failed(std::move(what), "marks of " + std::string(site), std::move(remedy),
                      Failure::Kind::Call);
    };
    const auto finite = [](Seconds s) { return std::isfinite(s.count()); };
    if (marks.end && !(finite(*marks.end) && marks.end->count() >= leastWindow_s))
        return refused("the end of the window is less than 60 s after the stimulus start", "place it later");
    const double end = marks.end ? marks.end->count() : parameters.window_s;
    if (marks.onset && marks.onset->latency) {
        const double latency = marks.onset->latency->count();
        if (!std::isfinite(latency) || latency < 0.0 || latency >= end)
            return refused("the onset is not between the stimulus start and the end of the window",
                           "place it there, or state that there is none");
    }
    if (marks.baseline) {
        const auto [from, to] = *marks.baseline;
        if (!finite(from) || !finite(to) || (to - from).count() < leastBaseline_s)
            return refused("the baseline is shorter than 10 s", "choose a longer one");
        if (to.count() >= end)
            return refused("the baseline reaches beyond the window", "choose an earlier one");
    }
    return {};
}

void compareSites(TestAnalysis& out, const std::vector<SecondMeans>& means) {
    for (SiteAnalysis& site : out.sites)
        std::erase_if(site.flags, [](const QualityFlag& f) { return f.code == sharedBurstCode; });
    out.ratios.clear();
    std::vector<const SecondMeans*> usable;
    for (std::size_t i = 0; i < means.size(); ++i)
        if (out.sites[i].usable) usable.push_back(&means[i]);
    const auto stop =
        out.stimulusStop ? std::optional((*out.stimulusStop - out.stimulusStart).count()) : std::nullopt;
    for (const QualityFlag& burst : sharedBursts(usable, stop, out.parameters))
        for (SiteAnalysis& site : out.sites)
            if (site.usable) site.flags.push_back(burst);
    const auto volumeOf = [&](std::string_view name) -> std::optional<double> {
        for (const SiteAnalysis& s : out.sites)
            if (s.site == name && s.usable && s.measures && !s.volumeIsZero && s.measures->volume.value > 0.0)
                return s.measures->volume.value;
        return std::nullopt;
    };
    for (const auto& [over, under] : {std::pair{"distal_leg", "proximal_leg"},
                                      std::pair{"foot", "proximal_leg"}, std::pair{"foot", "forearm"}}) {
        const auto upper = volumeOf(over), lower = volumeOf(under);
        if (upper && lower) out.ratios.push_back({over, under, *upper / *lower});
    }
}

Result<SiteReading> analyzeSite(const RecordedTest& test, const TestAnalysis& frame, const std::string& site,
                                const ReaderMarks& marks) {
    if (auto done = checkMarks(marks, site, frame.parameters); !done) return tl::unexpected(done.error());
    const auto signals = std::find_if(test.sites.begin(), test.sites.end(),
                                      [&](const SiteSignals& s) { return s.site == site; });
    if (signals == test.sites.end())
        return failed("the recording does not have the site " + site, test.sourceFile,
                      "choose one that it has", Failure::Kind::Call);
    const auto stop = frame.stimulusStop ? std::optional(frame.stimulusStop->count()) : std::nullopt;
    SiteReader reader(*signals, frame.stimulusStart.count(), stop, plannedCharge(test, frame.parameters),
                      frame.parameters, marks);
    auto read = reader.read();
    if (!read) {
        Failure failure = read.error();
        if (!test.sourceFile.empty()) failure.where = test.sourceFile + ", " + failure.where;
        return tl::unexpected(failure);
    }
    return SiteReading{std::move(*read), reader.takeMeans()};
}

Result<TestAnalysis> analyzeTest(const RecordedTest& test, const AnalysisParameters& parameters,
                                 const MarksBySite& marks) {
    const auto refused = [&](std::string what, std::string remedy) {
        return failed(std::move(what), test.sourceFile, std::move(remedy));
    };
    if (test.sites.empty()) return refused("the recording has no sites", "choose another recording");
    TestAnalysis out;
    out.parameters = parameters;
    std::optional<Seconds> start = test.stimulusStart;
    out.stimulusStop = test.stimulusStop;
    if (!start || !out.stimulusStop) {
        std::optional<Seconds> first, last;
        for (const SiteSignals& site : test.sites) {
            const auto delivered = deliveredOf(site.current, parameters.stimulusFraction);
            if (!delivered) continue;
            first = first ? std::min(*first, delivered->start) : delivered->start;
            last = last ? std::max(*last, delivered->stop) : delivered->stop;
        }
        if (!start) start = first;
        if (!out.stimulusStop) out.stimulusStop = last;
    }
    if (!start)
        return refused("the stimulus start is neither stated nor seen in a current",
                       "give stimulus_start_s, or record the current");
    out.stimulusStart = *start;
    for (const auto& [site, placed] : marks) {
        if (auto done = checkMarks(placed, site, parameters); !done) return tl::unexpected(done.error());
        if (std::none_of(test.sites.begin(), test.sites.end(),
                         [&site = site](const SiteSignals& s) { return s.site == site; }))
            return refused("there are marks for a site that the recording does not have: " + site,
                           "take them out");
    }
    std::vector<SecondMeans> means;
    for (const SiteSignals& signals : test.sites) {
        if (!takesPart(test, signals.site)) continue;
        const auto placed = marks.find(signals.site);
        const bool marked = placed != marks.end() && !placed->second.empty();
        auto reading = analyzeSite(test, out, signals.site, marked ? placed->second : noMarks);
        if (!reading) return tl::unexpected(reading.error());
        if (marked)
            if (const auto untouched = analyzeSite(test, out, signals.site, noMarks))
                reading->site.automatic = automaticOf(untouched->site);
        out.sites.push_back(std::move(reading->site));
        means.push_back(std::move(reading->means));
    }
    if (out.sites.empty())
        return refused("no site of the recording took part in the test", "choose another recording");
    compareSites(out, means);
    return out;
}

} // namespace eccrine::analysis
