// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/adverse_finding.hpp"

#include "records/result_text.hpp"

#include <algorithm>

namespace eccrine::records {
namespace {

using protocols::AdverseEffects;
using protocols::BodySign;
using protocols::SkinGrade;

const BodySign* signOf(const AdverseEffects& scale, const std::string& step) {
    const auto found = std::find_if(scale.signs.begin(), scale.signs.end(),
                                    [&](const BodySign& s) { return s.step == step; });
    return found == scale.signs.end() ? nullptr : &*found;
}

/// The answer in words; one that the scale does not know as it is.
std::string wordsOf(const AfterCurrent& answer, const AdverseEffects& scale) {
    if (const BodySign* sign = signOf(scale, answer.step)) {
        const auto place = AdverseEffects::placeOf(*sign, answer.answer);
        return place ? sign->words[*place] : "\"" + answer.answer + "\"";
    }
    const SkinGrade* grade = scale.gradeOf(answer.answer);
    if (grade == nullptr) return "\"" + answer.answer + "\", not graded";
    return grade->title + " (grade " + std::to_string(grade->grade) + ")";
}

std::string lower(std::string text) {
    if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
}

std::string joined(const std::vector<std::string>& parts, const char* between) {
    std::string out;
    for (const std::string& part : parts) {
        if (!out.empty()) out += between;
        out += part;
    }
    return out;
}

/// Who answered, each once.
std::string answeredBy(const std::vector<AfterCurrent>& answers) {
    std::vector<std::string> names;
    for (const AfterCurrent& a : answers)
        if (a.answered() && !a.by.empty() && std::find(names.begin(), names.end(), a.by) == names.end())
            names.push_back(a.by);
    return joined(names, ", ");
}

/// The reason that all of them lack an answer for; empty: it is not one reason, or one is answered.
std::string oneReason(const std::vector<AfterCurrent>& answers) {
    const bool same = !answers.empty() && std::all_of(answers.begin(), answers.end(), [&](const auto& a) {
        return a.absentBecause == answers.front().absentBecause;
    });
    return same ? answers.front().absentBecause : std::string();
}

void skinAndSigns(const SafetyRecord& record, const AdverseEffects& scale, std::vector<std::string>& out) {
    const std::string noSkin = oneReason(record.skin), noSigns = oneReason(record.signs);
    if (!noSkin.empty() && noSkin == noSigns) {
        out.push_back("Skin, pain, shock and fainting after the current: not known; " + noSkin + ".");
        return;
    }
    std::vector<std::string> parts;
    for (const AfterCurrent& look : record.skin)
        parts.push_back(siteTitle(look.site) + " " +
                        (look.answered() ? wordsOf(look, scale) : "not known, " + look.absentBecause));
    if (!noSkin.empty())
        out.push_back("Skin after the current: not known; " + noSkin + ".");
    else if (!parts.empty())
        out.push_back("Skin after the current: " + joined(parts, "; ") + ".");
    parts.clear();
    if (!noSigns.empty()) {
        out.push_back("Pain, shock and fainting: not known; " + noSigns + ".");
    } else {
        for (const AfterCurrent& sign : record.signs) {
            const BodySign* of = signOf(scale, sign.step);
            const std::string title = of != nullptr ? of->title : sign.step;
            parts.push_back((parts.empty() ? title : lower(title)) + ": " +
                            (sign.answered() ? wordsOf(sign, scale) : "not known, " + sign.absentBecause));
        }
        if (!parts.empty()) out.push_back(joined(parts, "; ") + ".");
    }
    std::vector<AfterCurrent> all = record.skin;
    all.insert(all.end(), record.signs.begin(), record.signs.end());
    if (const std::string by = answeredBy(all); !by.empty() && !out.empty())
        out.back() += " Answered by " + by + ".";
}

void questions(const SafetyRecord& record, std::vector<std::string>& out) {
    if (record.answers.empty()) {
        if (!record.unansweredBecause.empty())
            out.push_back("Safety questions: " + record.unansweredBecause + ".");
        return;
    }
    std::vector<std::string> names;
    for (const SafetyAnswer& a : record.answers)
        if (!a.by.empty() && std::find(names.begin(), names.end(), a.by) == names.end())
            names.push_back(a.by);
    const auto against = static_cast<std::size_t>(std::count_if(
        record.answers.begin(), record.answers.end(), [](const SafetyAnswer& a) { return !a.safe; }));
    out.push_back("Safety questions: " + std::to_string(record.answers.size()) + " answered" +
                  (names.empty() ? "" : " by " + joined(names, ", ")) +
                  (against == 0   ? "; none stood against current."
                   : against == 1 ? "; one stood against current:"
                                  : "; " + std::to_string(against) + " stood against current:"));
    for (const SafetyAnswer& a : record.answers) {
        if (a.safe) continue;
        std::string text = a.question + (a.yes ? " Yes." : " No.");
        text += a.physician.empty() ? " No physician decided otherwise."
                                    : " " + a.physician + " decided to go on: " + a.reason + ".";
        out.push_back(std::move(text));
    }
}

} // namespace

std::vector<AdverseFinding> adverseFindings(const SafetyRecord& record, const AdverseEffects& scale) {
    std::vector<AdverseFinding> out;
    for (const AfterCurrent& look : record.skin) {
        const SkinGrade* grade = look.answered() ? scale.gradeOf(look.answer) : nullptr;
        if (grade == nullptr || !grade->held) continue;
        out.push_back(
            {look.step, look.site, grade->grade,
             siteTitle(look.site) + ": skin grade " + std::to_string(grade->grade) + ", " + grade->title,
             grade->advice});
    }
    std::stable_sort(out.begin(), out.end(), [](const AdverseFinding& a, const AdverseFinding& b) {
        return a.grade.value_or(0) > b.grade.value_or(0);
    });
    for (const AfterCurrent& answer : record.signs) {
        const BodySign* sign = answer.answered() ? signOf(scale, answer.step) : nullptr;
        const auto place = sign != nullptr ? AdverseEffects::placeOf(*sign, answer.answer) : std::nullopt;
        if (place && *place >= sign->heldFrom)
            out.push_back({answer.step, {}, {}, sign->title + ": " + sign->words[*place], sign->advice});
    }
    return out;
}

std::vector<std::string> safetySentences(const SafetyRecord& record, const AdverseEffects& scale) {
    std::vector<std::string> out;
    skinAndSigns(record, scale, out);
    questions(record, out);
    if (!record.formerTrip.empty())
        out.push_back("The test before with this instrument ended with: " + record.formerTrip +
                      (record.releasedWith.empty()
                           ? std::string()
                           : " It was released with the words: \"" + record.releasedWith + "\"."));
    out.insert(out.end(), record.unreadable.begin(), record.unreadable.end());
    return out;
}

std::string afterCareText(const SafetyRecord& record, const AdverseEffects& scale) {
    if (!record.currentGiven) return {};
    std::string out = "After-care:";
    for (const protocols::AfterCareLine& line : scale.afterCare)
        out += " " + line.text;
    return out;
}

} // namespace eccrine::records
