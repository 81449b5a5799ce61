// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"

#include "analysis/site_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace eccrine::analysis {
namespace {

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

/// The charge that was to be delivered, if anybody says.
std::optional<double> plannedCharge(const RecordedTest& test, const AnalysisParameters& parameters) {
    return parameters.plannedCharge_mc ? parameters.plannedCharge_mc
                                       : numberOf(test.meta, "protocol.charge_mc");
}

/// What stands for a site that cannot be read, beside others that can.
SiteAnalysis unreadableSite(const SiteSignals& signals, const Failure& why, double start_s,
                            const AnalysisParameters& p) {
    SiteAnalysis site;
    site.site = signals.site;
    site.usable = false;
    QualityFlag flag{
        "UNREADABLE", "The channel could not be read: " + why.what + "; " + why.remedy + ".", {}, {}, true};
    // of a channel with samples, where they are; of one without there is no place to name
    if (const auto& time = signals.humidity.time_s; !time.empty()) {
        const auto [first, last] = std::minmax_element(time.begin(), time.end());
        flag.from = Seconds{*first - start_s};
        flag.to = Seconds{*last - start_s};
    }
    site.flags.push_back(std::move(flag));
    site.delivered = deliveredOf(signals.current, p.stimulusFraction);
    site.normBar = {NoNorm::NoVolume, "The channel cannot be compared; its remarks say why."};
    return site;
}

const SiteAnalysis* siteOf(const TestAnalysis& result, std::string_view name) {
    const auto found = std::find_if(result.sites.begin(), result.sites.end(),
                                    [&](const SiteAnalysis& s) { return s.site == name; });
    return found == result.sites.end() ? nullptr : &*found;
}

/// A volume that a ratio can be made of.
bool comparable(const SiteAnalysis* s) {
    return s != nullptr && s->usable && s->measures && !s->volumeIsZero && s->measures->volume.value > 0.0 &&
           !s->normBar;
}

SiteRatio ratioOf(const SiteAnalysis& over, const SiteAnalysis& under) {
    const CurveMeasures &a = *over.measures, &b = *under.measures;
    const double value = a.volume.value / b.volume.value;
    return {over.site, under.site, value,
            value * std::hypot(a.uncertainty.value / a.volume.value, b.uncertainty.value / b.volume.value)};
}

void siteRatios(TestAnalysis& out) {
    out.ratios.clear();
    for (const char* side : {"", "left_", "right_"})
        for (const auto& [over, under] : {std::pair{"distal_leg", "proximal_leg"},
                                          std::pair{"foot", "proximal_leg"}, std::pair{"foot", "forearm"}}) {
            const SiteAnalysis *upper = siteOf(out, std::string(side) + over),
                               *lower = siteOf(out, std::string(side) + under);
            if (comparable(upper) && comparable(lower)) out.ratios.push_back(ratioOf(*upper, *lower));
        }
}

/// Why the volumes of two sides have no ratio; empty: they have.
std::string reasonAgainst(const SiteAnalysis& left, const SiteAnalysis& right) {
    for (const SiteAnalysis* s : {&left, &right}) {
        const std::string side = s == &left ? "left" : "right";
        if (!s->usable || !s->measures) return "the " + side + " side cannot be used; its remarks say why";
        if (s->normBar.cause == NoNorm::OtherStimulus)
            return "the stimulation of the " + side + " side was paused";
        if (s->normBar) return "the volume of the " + side + " side is not that of the whole response";
    }
    if (left.volumeIsZero || !(left.measures->volume.value > 0.0))
        return "the volume of the left side is not distinguishable from zero";
    return {};
}

SideComparison sidesOf(const SiteAnalysis& left, const SiteAnalysis& right, std::string name) {
    SideComparison out;
    out.site = std::move(name);
    out.left = left.site;
    out.right = right.site;
    out.absentBecause = reasonAgainst(left, right);
    if (left.usable && right.usable && left.baseline && right.baseline)
        out.restingDifference =
            NanolitresPerMin{right.baseline->restingOutput.value - left.baseline->restingOutput.value};
    const bool whole =
        left.usable && right.usable && left.measures && right.measures && !left.normBar && !right.normBar;
    if (!whole) return out;
    const double l = left.measures->volume.value, r = right.measures->volume.value;
    if (out.absentBecause.empty()) {
        const SiteRatio ratio = ratioOf(right, left);
        out.ratio = ratio.value;
        // of a right side that is not distinguishable from zero the ratio is small, and known as well
        out.uncertainty = std::hypot(right.measures->uncertainty.value / l,
                                     ratio.value * left.measures->uncertainty.value / l);
    }
    // one side may be without sweat, which is the largest difference there is
    if (l + r > 0.0 && !(left.volumeIsZero && right.volumeIsZero))
        out.difference_pct = 100.0 * (r - l) / (0.5 * (l + r));
    return out;
}

void sideComparisons(TestAnalysis& out) {
    constexpr std::string_view leftSide = "left_";
    out.sides.clear();
    for (const SiteAnalysis& left : out.sites) {
        if (!std::string_view(left.site).starts_with(leftSide)) continue;
        std::string name = left.site.substr(leftSide.size());
        if (const SiteAnalysis* right = siteOf(out, "right_" + name))
            out.sides.push_back(sidesOf(left, *right, std::move(name)));
    }
}

} // namespace

AutomaticValues automaticOf(const SiteAnalysis& untouched) {
    return {untouched.onset,        untouched.baseline, untouched.measures, untouched.volumeIsZero,
            untouched.peakReliable, untouched.norm,     untouched.normBar};
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
    std::vector<const SecondMeans*> usable;
    for (std::size_t i = 0; i < means.size(); ++i)
        if (out.sites[i].usable) usable.push_back(&means[i]);
    const auto stop =
        out.stimulusStop ? std::optional((*out.stimulusStop - out.stimulusStart).count()) : std::nullopt;
    for (const QualityFlag& burst : sharedBursts(usable, stop, out.parameters))
        for (SiteAnalysis& site : out.sites)
            if (site.usable) site.flags.push_back(burst);
    siteRatios(out);
    sideComparisons(out);
}

namespace {

/// From the end of the current to its next ramp up, as the bedside process has noted them.
std::vector<std::pair<double, double>> pausesOf(const RecordedTest& test) {
    std::vector<std::pair<double, double>> out;
    double since = 0.0;
    bool rests = false;
    for (const TestEvent& event : test.events) {
        if (event.kind == "delivery_paused" && !std::exchange(rests, true)) since = event.at.count();
        const bool rampUp =
            event.kind == "delivery" && event.detail.find("\"to\":\"S5\"") != std::string::npos;
        if (rampUp && std::exchange(rests, false)) out.emplace_back(since, event.at.count());
    }
    return out;
}

} // namespace

Result<SiteReading> analyzeSite(const RecordedTest& test, const TestAnalysis& frame, const std::string& site,
                                const ReaderMarks& marks) {
    if (auto done = checkMarks(marks, site, frame.parameters); !done) return tl::unexpected(done.error());
    const auto signals = std::find_if(test.sites.begin(), test.sites.end(),
                                      [&](const SiteSignals& s) { return s.site == site; });
    if (signals == test.sites.end())
        return failed("the recording does not have the site " + site, test.sourceFile,
                      "choose one that it has", Failure::Kind::Call);
    const TestStimulus stimulus{
        frame.stimulusStart.count(),
        frame.stimulusStop ? std::optional(frame.stimulusStop->count()) : std::nullopt,
        test.stimulusStart.has_value(),
        test.stimulusStop.has_value(),
        plannedCharge(test, frame.parameters),
        numberOf(test.meta, "protocol.current_ma"),
        frame.parameters.compliance_v ? frame.parameters.compliance_v
                                      : numberOf(test.meta, "protocol.voltage_limit_v"),
        numberOf(test.meta, "tube_temperature_c"),
        pausesOf(test)};
    SiteReader reader(*signals, stimulus, frame.parameters, marks);
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
    if (const auto kind = test.meta.find("test"); kind != test.meta.end() && kind->second == "pilocarpine")
        return refused(
            "this is the recording of a pilocarpine sweat test, which has no sweat response to analyse",
            "make its report from its .sweat.json, or convert the recording for its signals");
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
    if (out.stimulusStop && !(*out.stimulusStop > *start)) {
        if (test.stimulusStop)
            return refused("the stimulus stop does not come after its start",
                           "correct stimulus_start_s and stimulus_stop_s");
        out.stimulusStop.reset(); // of a current that is not the stated stimulus
    }
    for (const auto& [site, placed] : marks) {
        if (auto done = checkMarks(placed, site, parameters); !done) return tl::unexpected(done.error());
        if (std::none_of(test.sites.begin(), test.sites.end(),
                         [&site = site](const SiteSignals& s) { return s.site == site; }))
            return refused("there are marks for a site that the recording does not have: " + site,
                           "take them out");
    }
    std::vector<SecondMeans> means;
    std::optional<Failure> unreadable;
    bool readable = false;
    for (const SiteSignals& signals : test.sites) {
        if (!takesPart(test, signals.site)) continue;
        const auto placed = marks.find(signals.site);
        const bool marked = placed != marks.end() && !placed->second.empty();
        auto reading = analyzeSite(test, out, signals.site, marked ? placed->second : noMarks);
        if (!reading) {
            if (!unreadable) unreadable = reading.error();
            reading = SiteReading{unreadableSite(signals, reading.error(), start->count(), parameters), {}};
        } else {
            readable = true;
        }
        if (marked)
            if (const auto untouched = analyzeSite(test, out, signals.site, noMarks))
                reading->site.automatic = automaticOf(untouched->site);
        out.sites.push_back(std::move(reading->site));
        means.push_back(std::move(reading->means));
    }
    if (out.sites.empty())
        return refused("no site of the recording took part in the test", "choose another recording");
    if (!readable) return tl::unexpected(*unreadable);
    compareSites(out, means);
    return out;
}

} // namespace eccrine::analysis
