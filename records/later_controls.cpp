// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/later_controls.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <system_error>
#include <utility>

namespace eccrine::records {
namespace {

/// The rejected control of the first run of an analyser after a moment, of whatever day; null: that run
/// passed, or there is none. A run of the very minute came before the entry when it passed, and after it when
/// it failed: a failed one would have locked it.
const laboratory::JudgedControl* rejectedAfter(std::span<const laboratory::JudgedControl> judged,
                                               const std::string& analyser, const Moment& moment) {
    const laboratory::JudgedControl* first = nullptr;         // of the first run after the minute
    const laboratory::JudgedControl* within = nullptr;        // of the last run of the minute
    for (const laboratory::JudgedControl& control : judged) { // in the order of time
        const laboratory::ControlValue& given = control.given;
        if (given.analyser != analyser || given.at < moment) continue;
        auto& kept = given.at == moment ? within : first;
        const bool another = kept == nullptr || kept->given.run != given.run;
        const bool tells = another || control.verdict == laboratory::ControlVerdict::Rejected;
        if (tells && (&kept == &within || kept == nullptr || !another)) kept = &control;
    }
    if (within != nullptr && within->runRejected) return within;
    return first != nullptr && first->runRejected ? first : nullptr;
}

/// "2026-03-02 12:00"
std::string timeText(const Moment& moment) {
    std::string text = moment.text();
    std::replace(text.begin(), text.end(), 'T', ' ');
    return text;
}

} // namespace

std::string laterRejection(const laboratory::LaboratoryRules& rules, const LaboratoryBook& book,
                           const std::string& analyser, const Moment& enteredAt) {
    const auto judged = laboratory::judgeControls(rules.control, book.levels, book.values);
    if (!judged) return {};
    std::set<std::string> analysers{analyser};
    if (analyser.empty()) {
        analysers.clear();
        for (const laboratory::ControlValue& value : book.values)
            analysers.insert(value.analyser);
    }
    for (const std::string& one : analysers)
        if (const auto* rejected = rejectedAfter(*judged, one, enteredAt); rejected != nullptr)
            return "the control of " + timeText(rejected->given.at) + " on " + one +
                   ", measured after this value was entered, has failed: " + rejected->sentence +
                   ". The value is in doubt; analyse the sample again or repeat the test.";
    return {};
}

std::vector<DoubtfulResult> doubtfulResults(const laboratory::LaboratoryRules& rules,
                                            const LaboratoryBook& book, const std::filesystem::path& tests,
                                            const Date& since) {
    std::map<std::string, std::pair<std::filesystem::path, SweatTestRecord>> newest; // by id
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(tests, error)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(".sweat.json")) continue;
        // A file is named by the day on which its test began, and a sample is analysed within days; a
        // correction (NAME_v2) may come whenever it comes.
        constexpr std::size_t dayLength = 10;
        constexpr int longestWait = 31;
        const auto begun = Date::parse(name.substr(0, dayLength), "day");
        if (begun && begun->days() < since.days() - longestWait && name.find("_v") == std::string::npos)
            continue;
        auto record = loadSweatTest(entry.path());
        if (!record) continue; // the start page names it
        auto& known = newest[record->id];
        if (known.first.empty() || known.second.version < record->version)
            known = {entry.path(), std::move(*record)};
    }
    std::vector<DoubtfulResult> out;
    for (const auto& [id, found] : newest) {
        const SweatTestRecord& r = found.second;
        for (std::size_t i = 0; i < r.sites.size(); ++i) {
            const SweatSite& site = r.sites[i];
            if (!site.used || !(site.chloride || site.conductivity) || !site.enteredAt ||
                site.enteredAt->date < since)
                continue;
            const std::string why = laterRejection(rules, book, site.analyser, *site.enteredAt);
            if (why.empty()) continue;
            out.push_back({found.first.filename().string(), r.patientName, r.orderNumber,
                           i == 0 ? "left" : "right", site.analyser, *site.enteredAt, r.signedOff(), why});
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const DoubtfulResult& a, const DoubtfulResult& b) {
        return b.enteredAt < a.enteredAt;
    });
    return out;
}

std::string laterControlsOf(const SweatTestRecord& record, const laboratory::LaboratoryRules& rules,
                            const LaboratoryBook& book) {
    std::string all;
    for (std::size_t i = 0; i < record.sites.size(); ++i) {
        const SweatSite& site = record.sites[i];
        if (!site.used || !site.enteredAt || !(site.chloride || site.conductivity)) continue;
        const std::string why = laterRejection(rules, book, site.analyser, *site.enteredAt);
        if (why.empty()) continue;
        all += std::string(all.empty() ? "" : "\n") + (i == 0 ? "Left: " : "Right: ") + why;
    }
    return all;
}

} // namespace eccrine::records
