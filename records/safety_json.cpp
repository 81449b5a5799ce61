// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/safety_json.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::records {
namespace {

using Json = nlohmann::ordered_json;
using protocols::AdverseEffects;

Json textOrNull(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json number(const std::optional<double>& value) {
    return value && std::isfinite(*value) ? Json(*value) : Json(nullptr);
}

Json answersJson(const SafetyRecord& record, Seconds start) {
    Json out = Json::array();
    for (const SafetyAnswer& a : record.answers)
        out.push_back(Json{{"id", a.id},
                           {"question", a.question},
                           {"answer", a.yes ? "yes" : "no"},
                           {"safe", a.safe},
                           {"answered_by", textOrNull(a.by)},
                           {"at_s", (a.at - start).count()},
                           {"physician", textOrNull(a.physician)},
                           {"physician_reason", textOrNull(a.reason)}});
    return out;
}

/// What every answer after the current has; null and a reason where there is none.
void addAnswer(Json& out, const AfterCurrent& a, const std::string& words, Seconds start) {
    out["answer"] = a.answered() ? Json(a.answer) : Json(nullptr);
    out["text"] = a.answered() ? textOrNull(words) : Json(nullptr);
    out["answered_by"] = a.answered() ? textOrNull(a.by) : Json(nullptr);
    out["at_s"] = a.answered() ? Json((a.at - start).count()) : Json(nullptr);
    out["reason"] = textOrNull(a.absentBecause);
}

} // namespace

Json heldJson(const std::vector<AdverseFinding>& findings) {
    if (findings.empty()) return nullptr;
    Json because = Json::array();
    for (const AdverseFinding& f : findings)
        because.push_back(Json{{"step", f.step},
                               {"site", textOrNull(f.site)},
                               {"grade", f.grade ? Json(*f.grade) : Json(nullptr)},
                               {"text", f.text},
                               {"advice", f.advice}});
    return Json{{"for", "physician"}, {"because", std::move(because)}};
}

Json safetyJson(const SafetyRecord& record, const AdverseEffects& scale, Seconds start) {
    Json out;
    Json questions;
    questions["checklist"] = textOrNull(record.checklistId);
    questions["version"] = textOrNull(record.checklistVersion);
    questions["sha256"] = textOrNull(record.checklistSha256);
    questions["answers"] = answersJson(record, start);
    questions["reason"] = textOrNull(record.unansweredBecause);
    out["questions"] = std::move(questions);
    out["skin"] = Json::array();
    for (const AfterCurrent& look : record.skin) {
        const protocols::SkinGrade* grade = look.answered() ? scale.gradeOf(look.answer) : nullptr;
        Json site;
        site["site"] = look.site;
        site["grade"] = grade != nullptr ? Json(grade->grade) : Json(nullptr);
        addAnswer(site, look, grade != nullptr ? grade->title : std::string(), start);
        out["skin"].push_back(std::move(site));
    }
    for (const AfterCurrent& answer : record.signs) {
        const auto sign = std::find_if(scale.signs.begin(), scale.signs.end(),
                                       [&](const auto& s) { return s.step == answer.step; });
        std::string words;
        if (sign != scale.signs.end())
            if (const auto place = AdverseEffects::placeOf(*sign, answer.answer)) words = sign->words[*place];
        Json one;
        addAnswer(one, answer, words, start);
        out[answer.step] = std::move(one);
    }
    out["soft_limits"] = Json::array();
    for (const CrossedLimit& c : record.crossed)
        out["soft_limits"].push_back(Json{{"parameter", c.parameter},
                                          {"value", number(c.value)},
                                          {"limit", number(c.limit)},
                                          {"unit", c.unit},
                                          {"reason", textOrNull(c.reason)},
                                          {"by", textOrNull(c.by)}});
    out["former_test"] = record.formerTrip.empty() ? Json(nullptr)
                                                   : Json{{"ended_with", record.formerTrip},
                                                          {"released_with", textOrNull(record.releasedWith)}};
    out["after_care"] = Json::array();
    if (record.currentGiven)
        for (const protocols::AfterCareLine& line : scale.afterCare)
            out["after_care"].push_back(line.text);
    out["unreadable"] = record.unreadable;
    out["scale"] = Json{{"id", scale.id}, {"version", scale.version}, {"sha256", scale.hash}};
    return out;
}

} // namespace eccrine::records
