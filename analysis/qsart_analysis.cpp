// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/qsart_analysis.hpp"

#include "analysis/site_reader.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

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
SiteAnalysis unreadableSite(const SiteSignals& signals, const Failure& why, const AnalysisParameters& p) {
    SiteAnalysis site;
    site.site = signals.site;
    site.usable = false;
    site.flags.push_back(
        {"UNREADABLE", "The channel could not be read: " + why.what + "; " + why.remedy + ".", {}, {}, true});
    site.delivered = deliveredOf(signals.current, p.stimulusFraction);
    site.normBar = {NoNorm::NoVolume, "The channel cannot be compared; its remarks say why."};
    return site;
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
            if (s.site == name && s.usable && s.measures && !s.volumeIsZero &&
                s.measures->volume.value > 0.0 && !s.normBar)
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
    const TestStimulus stimulus{
        frame.stimulusStart.count(),
        frame.stimulusStop ? std::optional(frame.stimulusStop->count()) : std::nullopt,
        test.stimulusStart.has_value(), test.stimulusStop.has_value(), plannedCharge(test, frame.parameters)};
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
            reading = SiteReading{unreadableSite(signals, reading.error(), parameters), {}};
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
