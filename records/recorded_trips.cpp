// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/recorded_trips.hpp"

#include "records/result_text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace eccrine::records {
namespace {

std::string sentenceOf(const TestEvent& event) {
    const auto detail = nlohmann::json::parse(event.detail, nullptr, false);
    if (detail.is_object())
        if (const auto found = detail.find("sentence"); found != detail.end() && found->is_string())
            if (const auto text = found->get<std::string>(); !text.empty()) return text;
    return "The current was stopped; the recording does not say why.";
}

/// The site that a sentence speaks of: the event itself is of the whole instrument.
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
        std::string sentence = sentenceOf(event);
        if (std::any_of(out.begin(), out.end(), [&](const auto& t) { return t.sentence == sentence; }))
            continue;
        std::string site = event.site.empty() ? siteIn(sentence, test) : event.site;
        out.push_back({event.at, std::move(site), std::move(sentence)});
    }
    return out;
}

std::string tripText(const RecordedTrip& trip, Seconds stimulusStart) {
    const double from = (trip.at - stimulusStart).count();
    return fixed(std::abs(from), 0) +
           (from < 0.0 ? " s before the stimulus start: " : " s after the stimulus start: ") + trip.sentence;
}

} // namespace eccrine::records
