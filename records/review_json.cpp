// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/review_json.hpp"

#include "records/result_document.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace eccrine::records {
namespace {

using Json = nlohmann::ordered_json;

constexpr int knownSchema = 1;

Json manualJson(const PlacedMark& m) {
    switch (m.marker) {
    case Marker::Onset:
        return Json{
            {"latency_s", m.mark.onset->latency ? Json(m.mark.onset->latency->count()) : Json(nullptr)}};
    case Marker::Baseline:
        return Json{{"from_s", m.mark.baseline->from.count()}, {"to_s", m.mark.baseline->to.count()}};
    case Marker::End:
        return Json{{"end_s", m.mark.end->count()}};
    }
    return nullptr;
}

/// What the analysis has at the marker's place by itself.
Json automaticJson(const PlacedMark& m, const analysis::TestAnalysis& result) {
    if (m.marker == Marker::End) return Json{{"end_s", result.parameters.window_s}};
    const auto site = std::find_if(result.sites.begin(), result.sites.end(),
                                   [&](const auto& s) { return s.site == m.site; });
    if (site == result.sites.end() || !site->automatic) return nullptr;
    const analysis::AutomaticValues& a = *site->automatic;
    if (m.marker == Marker::Onset)
        return Json{{"latency_s", a.onset.latency ? Json(a.onset.latency->count()) : Json(nullptr)}};
    if (!a.baseline) return nullptr;
    return Json{{"from_s", -result.parameters.baselineWindow_s},
                {"to_s", 0.0},
                {"level_nl_per_min", a.baseline->level.value}};
}

/// Thrown while a file is read only: the first thing wrong ends the reading.
struct Refusal {
    std::string what;
};

const Json& member(const Json& object, const char* key, Json::value_t type, const std::string& where) {
    const auto found = object.find(key);
    if (found == object.end() || found->type() != type)
        throw Refusal{where + " has no \"" + key + "\", or it is of another kind"};
    return *found;
}

std::string textOf(const Json& object, const char* key, const std::string& where) {
    return member(object, key, Json::value_t::string, where).get<std::string>();
}

double numberOf(const Json& object, const char* key, const std::string& where) {
    const auto found = object.find(key);
    if (found == object.end() || !found->is_number()) throw Refusal{where + " has no number \"" + key + "\""};
    return found->get<double>();
}

PlacedMark markOf(const Json& json, std::size_t number) {
    const std::string where = "mark " + std::to_string(number);
    if (!json.is_object()) throw Refusal{where + " is not an object"};
    PlacedMark m;
    m.site = textOf(json, "site", where);
    const std::string name = textOf(json, "marker", where);
    const auto marker = markerOf(name);
    if (!marker) throw Refusal{where + " is of an unknown kind, \"" + name + "\""};
    m.marker = *marker;
    m.reason = textOf(json, "reason", where);
    m.by = textOf(json, "by", where);
    m.atUtc = textOf(json, "at_utc", where);
    const Json& manual = member(json, "manual", Json::value_t::object, where);
    switch (m.marker) {
    case Marker::Onset:
        m.mark.onset.emplace();
        if (const auto latency = manual.find("latency_s"); latency == manual.end() || !latency->is_null())
            m.mark.onset->latency = Seconds{numberOf(manual, "latency_s", where)};
        break;
    case Marker::Baseline:
        m.mark.baseline = analysis::BaselineSpan{Seconds{numberOf(manual, "from_s", where)},
                                                 Seconds{numberOf(manual, "to_s", where)}};
        break;
    case Marker::End:
        m.mark.end = Seconds{numberOf(manual, "end_s", where)};
        break;
    }
    return m;
}

Review read(const Json& json, const std::string& sha256) {
    const std::string where = "the file";
    if (!json.is_object() || !json.contains("eccrine_review"))
        throw Refusal{"the file is not a review of a recording"};
    if (numberOf(json, "eccrine_review", where) != knownSchema)
        throw Refusal{"the review was written by a newer version of the program"};
    const Json& recording = member(json, "recording", Json::value_t::object, where);
    if (textOf(recording, "sha256", where) != sha256)
        throw Refusal{"the review belongs to another recording, or the recording was changed after it"};
    Review out;
    out.version = static_cast<int>(numberOf(json, "version", where));
    out.savedUtc = textOf(json, "saved_utc", where);
    out.reader = textOf(json, "reader", where);
    out.comment = textOf(json, "comment", where);
    for (const auto& [name, value] : member(json, "settings", Json::value_t::object, where).items()) {
        if (!value.is_string()) throw Refusal{"the setting " + name + " is not a text"};
        out.settings.emplace_back(name, value.get<std::string>());
    }
    std::size_t number = 0;
    for (const Json& mark : member(json, "marks", Json::value_t::array, where))
        out.marks.push_back(markOf(mark, ++number));
    return out;
}

} // namespace

std::string reviewJson(const Review& review, const RecordedTest& test, const analysis::TestAnalysis& result) {
    Json json;
    json["eccrine_review"] = knownSchema;
    json["version"] = review.version;
    json["saved_utc"] = review.savedUtc;
    json["reader"] = review.reader;
    json["comment"] = review.comment;
    json["recording"] =
        Json{{"file", std::filesystem::path(test.sourceFile).filename().string()}, {"sha256", test.sha256}};
    json["settings"] = Json::object();
    for (const auto& [name, value] : review.settings)
        json["settings"][name] = value;
    json["marks"] = Json::array();
    for (const PlacedMark& m : review.marks)
        json["marks"].push_back(Json{{"site", m.site},
                                     {"marker", nameOf(m.marker)},
                                     {"manual", manualJson(m)},
                                     {"automatic", automaticJson(m, result)},
                                     {"reason", m.reason},
                                     {"by", m.by},
                                     {"at_utc", m.atUtc}});
    json["result"] = Json::parse(resultJson(test, result));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Review> reviewOf(const std::string& text, const std::string& file, const std::string& sha256) {
    const Json json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        return failed("the review is damaged", file, "restore it from a backup, or move it away");
    try {
        return read(json, sha256);
    } catch (const Refusal& refusal) {
        return failed(refusal.what, file, "restore it from a backup, or move it away");
    }
}

} // namespace eccrine::records
