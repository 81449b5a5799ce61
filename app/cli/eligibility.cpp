// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/chloride/eligibility.hpp"

#include "app/cli/command_line.hpp"
#include "app/cli/output.hpp"
#include "app/data_files.hpp"

#include <nlohmann/json.hpp>

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace eccrine::app {
namespace {

using Json = nlohmann::ordered_json;
using namespace chloride;

struct Options {
    std::string profile;
    std::map<std::string, std::string> answers;
    std::vector<std::string> drugs, conditions;
    std::vector<std::string> overrides;
    std::string clinician, reason;
    bool json = false;
};

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ",") + word;
    return text;
}

Json jsonOf(const Guideline& g, const EligibilityInput& input, const EligibilityVerdict& verdict) {
    Json reasons = Json::array();
    for (const EligibilityReason& r : verdict.reasons)
        reasons.push_back({{"code", r.code},
                           {"action", codeOf(r.action)},
                           {"sentence", r.sentence},
                           {"source", r.source.empty() ? Json(nullptr) : Json(r.source)},
                           {"lift", codeOf(r.lift)},
                           {"lifted_by", r.liftedBy.empty() ? Json(nullptr) : Json(r.liftedBy)},
                           {"lift_reason", r.liftReason.empty() ? Json(nullptr) : Json(r.liftReason)}});
    const HoursPassed hours = hoursBetween(input.born, input.at);
    return {{"profile", {{"id", g.id}, {"version", g.version}, {"sha256", g.sha256}}},
            {"verdict", codeOf(verdict.result)},
            {"age",
             {{"days", daysBetween(input.born.date, input.at.date)},
              {"hours_at_least", hours.atLeast},
              {"hours_at_most", hours.atMost},
              {"text", ageText(input.born.date, input.at.date)}}},
            {"corrected_gestation", verdict.correctedGestation_days
                                        ? Json(gestationText(*verdict.correctedGestation_days))
                                        : Json(nullptr)},
            {"reasons", reasons}};
}

std::string textOf(const Guideline& g, const EligibilityInput& input, const EligibilityVerdict& verdict) {
    std::string text = codeOf(verdict.result) + " under " + g.id + ", at " +
                       ageText(input.born.date, input.at.date) + " of age";
    if (verdict.correctedGestation_days)
        text += ", corrected gestation " + gestationText(*verdict.correctedGestation_days);
    text += "\n";
    for (const EligibilityReason& r : verdict.reasons) {
        text += "  " + codeOf(r.action) + " " + r.code + ": " + r.sentence;
        if (!r.liftedBy.empty()) text += " Lifted by " + r.liftedBy + ": " + r.liftReason + ".";
        text += "\n";
    }
    return text;
}

int runEligibility(const Options& o) {
    const GuidelineLibrary library = loadGuidelines(guidelineFolders());
    Audit{}.notUsed("guideline", library.refused);
    const auto profile = library.require(o.profile);
    if (!profile) return reportFailure(profile.error(), o.json);
    const auto drugs = audited(loadDrugClasses(guidelineFolders()), "drug classes", {});
    if (!drugs) return reportFailure(drugs.error(), o.json);
    auto answers = o.answers;
    answers["drugs"] = joined(o.drugs);
    answers["conditions"] = joined(o.conditions);
    const auto input = eligibilityInputOf(answers);
    if (!input) return reportFailure(input.error(), o.json);
    for (const std::string& condition : input->conditions)
        if (!knowsCondition(**profile, condition))
            return reportFailure({"the condition \"" + condition + "\" is not known to " + (*profile)->id,
                                  "--condition", "write one of " + conditionsOf(**profile),
                                  Failure::Kind::Call},
                                 o.json);
    std::vector<EligibilityOverride> overrides;
    for (const std::string& code : o.overrides)
        overrides.push_back({code, o.clinician, o.reason});
    const auto verdict = judgeEligibility(**profile, *drugs, *input, overrides);
    if (!verdict) return reportFailure(verdict.error(), o.json);
    if (const int code = print(o.json ? jsonOf(**profile, *input, *verdict).dump(2) + "\n"
                                      : textOf(**profile, *input, *verdict));
        code != 0)
        return code;
    return verdict->result >= EligibilityVerdict::Result::Defer ? 1 : 0;
}

} // namespace

void addEligibility(CLI::App& program, Action& chosen) {
    auto o = std::make_shared<Options>();
    auto* verb = program.add_subcommand(
        "eligibility", "May this patient have a pilocarpine sweat test today? By the rules of a profile");
    verb->add_option("--profile", o->profile, "guideline profile; eccrine chloride --profiles lists them")
        ->required();
    const auto answer = [&](const char* option, const char* key, const char* meaning, const char* kind) {
        return verb
            ->add_option_function<std::string>(
                option, [o, key = std::string(key)](const std::string& value) { o->answers[key] = value; },
                meaning)
            ->type_name(kind);
    };
    answer("--dob", "born", "birth, YYYY-MM-DD or YYYY-MM-DDTHH:MM", "DATE")->required();
    answer("--at", "at", "day or time of the test", "DATE")->required();
    answer("--weight-kg", "weight_kg", "weight on the day", "KG");
    answer("--gestation-at-birth", "gestation_at_birth",
           "weeks and days, 30w2d; the corrected one is computed", "WEEKS");
    answer("--corrected-gestation", "corrected_gestation", "in place of the computed one, 36w0d", "WEEKS");
    answer("--newborn-screen", "newborn_screen", "positive, negative or unknown", "WORD");
    answer("--oxygen", "oxygen", "none, nasal, head_box or open (tent, loose mask)", "WORD");
    answer("--current-path", "current_path", "limb, trunk or head", "WORD");
    verb->add_option("--drug", o->drugs,
                     "a drug the patient takes, by name or class, or none; may be given several times")
        ->type_name("NAME");
    verb->add_option("--condition", o->conditions,
                     "a condition of the profile, for instance fever; may be given several times")
        ->type_name("CODE");
    verb->add_option("--override", o->overrides,
                     "code of a rule that a clinician answers for; may be given several times")
        ->type_name("CODE");
    verb->add_option("--clinician", o->clinician, "who answers for the overrides")->type_name("NAME");
    verb->add_option("--reason", o->reason, "why")->type_name("TEXT");
    verb->add_flag("--json", o->json, "one JSON document");
    verb->footer(
        "Exit codes: 0 GO or WARN, 1 DEFER or BLOCK (or the data were wrong), 2 the call was wrong.");
    verb->callback([o, &chosen] { chosen = [o] { return runEligibility(*o); }; });
}

} // namespace eccrine::app
