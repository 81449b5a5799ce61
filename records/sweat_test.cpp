// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/sweat_test.hpp"

#include "datafiles/csv_table.hpp"
#include "records/chloride_json.hpp"
#include "records/former_file.hpp"

#include <algorithm>
#include <utility>

namespace eccrine::records {
namespace {

using Json = nlohmann::ordered_json;

constexpr int mostMillimolar = 1000; // beyond it is a typing error, not a finding

/// The limits that were used, so that the result can be read without the profile.
Json limitsJson(const chloride::Guideline& g, const chloride::SweatTest& test) {
    Json classes = Json::array();
    const chloride::AgeBand* band = g.bandAt(test.born, test.collected);
    if (band != nullptr)
        for (const chloride::ClassRange& range : band->classes)
            classes.push_back({{"code", range.code}, {"limits", range.limits}});
    return {{"title", g.title},   {"edition", g.edition},
            {"unit", g.unit},     {"age_band", band == nullptr ? Json(nullptr) : Json(band->label)},
            {"classes", classes}, {"verified_by", g.verified() ? Json(g.verifiedBy) : Json(nullptr)}};
}

} // namespace

Result<chloride::SweatTest> sweatTestOf(const SweatTestRecord& record) {
    chloride::SweatTest test;
    test.caseId = record.orderNumber.empty() ? record.id : record.orderNumber;
    if (!record.born)
        return failed("the date of birth is missing", test.caseId, "enter it on the patient's page");
    if (!record.collectedAt)
        return failed("nothing has been collected yet", test.caseId, "collect sweat first");
    test.born = record.born->date;
    test.collected = record.collectedAt->date;
    test.collector = record.collector;
    test.area_cm2 = record.area_cm2;
    test.onModulator = record.onModulator;
    for (std::size_t i = 0; i < record.sites.size(); ++i) {
        const SweatSite& from = record.sites[i];
        const bool burned = from.skin == SkinFinding::Burn;
        if (!from.used || (!from.voidReason.empty() && !burned)) continue; // given up: nothing of it is used
        chloride::SiteReading& to = test.sites[i];
        to.amount = from.amount;
        to.minutes = from.minutes;
        to.chloride = from.secondDiffers ? std::nullopt : from.chloride;
        to.sodium = from.sodium;
        to.conductivity = from.conductivity;
        to.burned = burned;
        to.stimulusLow = from.stimulusLow;
        to.deviationAccepted = !from.acceptedBy.empty();
        to.amountIsLeast = from.amountIsLeast;
        to.amountAtMost = from.amountAtMost;
        to.amountsDiffer = !from.amountNote.empty();
        to.analysesDiffer = from.secondDiffers;
    }
    return test;
}

Result<EvaluatedSweatTest> evaluateSweatTest(const SweatTestRecord& record,
                                             const chloride::Guideline& guideline,
                                             std::span<const chloride::Guideline> compared) {
    const auto test = sweatTestOf(record);
    if (!test) return tl::unexpected(test.error());
    auto evaluation = evaluate(guideline, *test, record.qc, record.blockedBecause, compared);
    if (!evaluation) return tl::unexpected(evaluation.error());
    Json json = chlorideJson(*evaluation);
    json["limits"] = limitsJson(guideline, *test);
    return EvaluatedSweatTest{std::move(*evaluation), json.dump(), guideline.text};
}

void keepEvaluation(SweatTestRecord& record, const EvaluatedSweatTest& evaluated) {
    record.evaluationJson = evaluated.json;
    record.guidelineText = evaluated.guidelineText;
}

namespace {

/// A name as it is compared: without blanks, and "mk" is "MK".
std::string plainName(const std::string& name) {
    std::string plain;
    for (const char c : name)
        if (c != ' ' && c != '\t') plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return plain;
}

} // namespace

bool samePerson(const std::string& a, const std::string& b) {
    return !plainName(a).empty() && plainName(a) == plainName(b);
}

void noteHandler(SweatSite& site, const std::string& who) {
    if (plainName(who).empty() ||
        std::any_of(site.handledBy.begin(), site.handledBy.end(),
                    [&](const std::string& known) { return samePerson(known, who); }))
        return;
    site.handledBy.push_back(who);
}

namespace {

std::string nameOf(const SweatTestRecord& record) {
    return record.orderNumber.empty() ? record.id : record.orderNumber;
}

/// Refused: an outcome that waits for something; says for what.
Done refuseOpen(const SweatTestRecord& record) {
    const auto evaluation = Json::parse(record.evaluationJson, nullptr, false);
    const std::string outcome =
        evaluation.is_object() ? evaluation.value("outcome", std::string()) : std::string();
    if (outcome == codeOf(chloride::Outcome::QcLocked))
        return failed("the result is still open (" + outcome + ")", nameOf(record),
                      "pass the control of the day first");
    if (outcome != codeOf(chloride::Outcome::Held)) return {};
    std::string what, next;
    for (const auto& hold : evaluation.value("held_because", Json::array())) {
        what += " " + hold.value("what", std::string());
        next += (next.empty() ? "" : " ") + hold.value("next", std::string());
    }
    return failed("the result is still open (" + outcome + ")" + (what.empty() ? "" : ":" + what),
                  nameOf(record),
                  next.empty() ? "finish the analysis or the acceptance of the time first" : next);
}

/// Refused: somebody who had a hand in the test.
Done refuseOwnWork(const SweatTestRecord& record, const std::string& by) {
    const auto refused = [&](const std::string& what) {
        return failed(by + " " + what, nameOf(record), "another person has to validate it");
    };
    if (samePerson(record.operatorName, by)) return refused("ran this test");
    for (const SweatSite& site : record.sites) {
        if (!site.used) continue;
        if (samePerson(site.enteredBy, by)) return refused("entered a value of this test");
        for (const std::string& who : site.handledBy)
            if (samePerson(who, by)) return refused("entered or changed an amount or a value of this test");
    }
    if (!record.former.empty() && samePerson(record.former.back().by, by))
        return refused("began this correction");
    return {};
}

} // namespace

Done validateSweatTest(SweatTestRecord& record, const std::string& by, const std::string& nowUtc,
                       bool secondPerson) {
    const std::string where = nameOf(record);
    if (plainName(by).empty())
        return failed("nobody is named", where, "give the name of the person who validates");
    if (record.signedOff())
        return failed("the result was validated by " + record.validatedBy + " already", where,
                      "make a corrected version");
    if (record.evaluationJson.empty())
        return failed("there is no result to validate", where, "enter the values first");
    if (auto open = refuseOpen(record); !open) return open;
    for (const SweatSite& site : record.sites)
        if (site.used && (site.chloride || site.conductivity) && plainName(site.enteredBy).empty())
            return failed("nobody is named who entered the values", where, "name the analyst first");
    if (secondPerson)
        if (auto own = refuseOwnWork(record, by); !own) return own;
    record.validatedBy = by;
    record.validatedUtc = nowUtc;
    record.events.push_back({nowUtc, by, "result validated"});
    return {};
}

Result<SweatTestRecord> correctedVersion(const SweatTestRecord& record, const std::string& signedFile,
                                         const std::string& by, const std::string& reason,
                                         const std::string& nowUtc) {
    if (!record.signedOff())
        return failed("the result has not been validated", nameOf(record), "change it as it is");
    if (plainName(by).empty() || plainName(reason).empty())
        return failed("a correction has no name or no reason", nameOf(record), "give both");
    const auto kept = parseSweatTest(signedFile, nameOf(record));
    if (!kept) return tl::unexpected(kept.error());
    if (sweatTestText(*kept) != sweatTestText(record))
        return failed("the file of the signed result holds another record", nameOf(record),
                      "open the result again");
    SweatTestRecord next = record;
    keepFormerFile(next,
                   {record.version, record.validatedBy, record.validatedUtc, by, nowUtc, reason, {}, {}},
                   signedFile);
    next.version = record.version + 1;
    next.validatedBy.clear();
    next.validatedUtc.clear();
    next.calls.clear();
    next.savedUtc = nowUtc;
    next.events.push_back(
        {nowUtc, by, "version " + std::to_string(record.version) + " corrected: " + reason});
    return next;
}

Done addPhoneCall(SweatTestRecord& record, const PhoneCall& call) {
    if (!call.at || !call.at->minuteOfDay)
        return failed("the time of the call is missing", nameOf(record), "give hours and minutes");
    if (plainName(call.whom).empty() || plainName(call.by).empty())
        return failed("the call does not say who was told, or by whom", nameOf(record), "name both");
    record.calls.push_back(call);
    return {};
}

Result<std::vector<RefusedRow>> takeAnalyserResults(SweatTestRecord& record, const std::string& csv,
                                                    const std::string& name, const std::string& by) {
    const auto table = datafiles::parseCsvTable(csv, name);
    if (!table) return tl::unexpected(table.error());
    const auto sample = table->column("sample_id"), chloride = table->column("chloride");
    if (!sample || !chloride)
        return failed("the columns \"sample_id\" and \"chloride\" are missing", name,
                      "export them from the analyser");
    if (record.collector == chloride::Collector::Gauze || record.collector == chloride::Collector::Pad)
        return failed("the sweat was collected on " + std::string(codeOf(record.collector)) +
                          ": the analyser measured what was washed out of it, not sweat",
                      name, "enter its value as that of the eluate; the chloride of the sweat is computed");
    SweatTestRecord changed = record;
    std::array<std::size_t, 2> lines{};
    std::vector<RefusedRow> refused;
    for (const auto& row : table->rows) {
        const std::string where = name + ":" + std::to_string(row.line);
        const std::string& id = row.cells[*sample];
        const auto site = std::find_if(changed.sites.begin(), changed.sites.end(), [&](const SweatSite& s) {
            return s.used && !id.empty() && s.sampleId == id;
        });
        if (site == changed.sites.end()) {
            refused.push_back({row.line, id});
            continue;
        }
        std::size_t& line = lines[static_cast<std::size_t>(site - changed.sites.begin())];
        if (line != 0)
            return failed("the sample \"" + id + "\" has a result in line " + std::to_string(line) +
                              " already",
                          where, "keep one of them");
        line = row.line;
        for (const auto& [column, value] :
             {std::pair{"chloride", &site->chloride}, std::pair{"sodium", &site->sodium},
              std::pair{"conductivity", &site->conductivity}}) {
            const auto at = table->column(column);
            if (!at || row.cells[*at].empty()) continue;
            const auto number = Decimal::parse(row.cells[*at], where + ", " + column);
            if (!number) return tl::unexpected(number.error());
            if (*number < Decimal(0) || *number > Decimal(mostMillimolar))
                return failed(std::string(column) + " is " + number->text() + ", outside 0 to " +
                                  std::to_string(mostMillimolar),
                              where, "check the export of the analyser");
            *value = *number;
        }
        if (const auto at = table->column("analyser")) site->analyser = row.cells[*at];
        site->enteredBy = by;
        noteHandler(*site, by);
    }
    if (lines == std::array<std::size_t, 2>{}) {
        std::string own;
        for (const SweatSite& site : record.sites)
            if (site.used) own += (own.empty() ? "" : " and ") + site.sampleId;
        return failed("the file has no result of this test's samples", name,
                      "export the results of " + own + ", or correct the name of the sample here");
    }
    record = std::move(changed);
    return refused;
}

} // namespace eccrine::records
