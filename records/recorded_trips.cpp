// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/recorded_trips.hpp"

#include "records/result_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace eccrine::records {
namespace {

std::string sentenceOf(const nlohmann::json& detail) {
    if (detail.is_object())
        if (const auto found = detail.find("sentence"); found != detail.end() && found->is_string())
            if (auto text = found->get<std::string>(); !text.empty()) return text;
    return "The recording does not say why.";
}

/// Before recordings told it: whether the stimulus was not yet over.
bool ofStimulation(const nlohmann::json& detail, const TestEvent& event, const RecordedTest& test) {
    if (detail.is_object())
        if (const auto found = detail.find("stimulation"); found != detail.end() && found->is_boolean())
            return found->get<bool>();
    const auto at = [&](const char* kind) {
        return std::find_if(test.events.begin(), test.events.end(),
                            [&](const auto& e) { return e.kind == kind; });
    };
    const auto begun = at("stimulus_start"), over = at("stimulus_stop");
    return begun != test.events.end() && begun->at <= event.at &&
           (over == test.events.end() || event.at <= over->at);
}

/// Before recordings told it: the site that the sentence speaks of.
std::string siteIn(const std::string& sentence, const RecordedTest& test) {
    for (const SiteSignals& site : test.sites) {
        std::string spoken = "at " + site.site;
        std::replace(spoken.begin(), spoken.end(), '_', ' ');
        const auto at = sentence.find(spoken);
        if (at == std::string::npos || (at > 0 && sentence[at - 1] != ' ')) continue;
        const std::size_t behind = at + spoken.size();
        if (behind == sentence.size() || std::isalnum(static_cast<unsigned char>(sentence[behind])) == 0)
            return site.site;
    }
    return {};
}

} // namespace

std::vector<RecordedTrip> tripsOf(const RecordedTest& test) {
    std::vector<RecordedTrip> out;
    for (const TestEvent& event : test.events) {
        if (event.kind != "trip") continue;
        const auto detail = nlohmann::json::parse(event.detail, nullptr, false);
        std::string sentence = sentenceOf(detail);
        if (!out.empty() && out.back().sentence == sentence) continue;
        std::string site = event.site.empty() ? siteIn(sentence, test) : event.site;
        out.push_back({event.at, std::move(site), std::move(sentence), ofStimulation(detail, event, test)});
    }
    return out;
}

std::string headlineOf(const RecordedTrip& trip) {
    return trip.ofStimulation ? "THE CURRENT WAS STOPPED BEFORE ITS TIME" : "THE TEST WAS ENDED";
}

std::string tripSentence(const RecordedTrip& trip, Seconds stimulusStart) {
    return headlineOf(trip) + ", " + tripText(trip, stimulusStart);
}

std::string tripText(const RecordedTrip& trip, Seconds stimulusStart) {
    const double from = (trip.at - stimulusStart).count();
    return fixed(std::abs(from), 0) +
           (from < 0.0 ? " s before the stimulus start: " : " s after the stimulus start: ") + trip.sentence;
}

} // namespace eccrine::records
