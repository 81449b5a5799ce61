// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/test_occasions.hpp"

#include "analysis/laboratory/qns_csv.hpp"
#include "records/csv_line.hpp"
#include "records/stored_evaluation.hpp"
#include "records/sweat_test.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace eccrine::records {
namespace {

using laboratory::Attempt;
using laboratory::TestOccasion;

constexpr std::string_view ending = ".sweat.json";
constexpr const char* notRecorded = "not recorded";

struct Found {
    SweatTestRecord record;
    bool qns = false;
    std::string device;
};

/// Whether there was too little sweat; empty: nothing was collected to its end. A bilateral test is
/// insufficient only if no site is sufficient; a burned site says nothing.
std::optional<bool> insufficient(const StoredEvaluation& evaluation) {
    bool qns = false;
    for (const auto& site : evaluation.sites) {
        if (site.status == "OK" || site.status == "DEV_TIME" || site.status == "IMPLAUSIBLE") return false;
        qns = qns || site.status == "QNS";
    }
    return qns ? std::optional(true) : std::nullopt;
}

std::optional<bool> skinReaction(const SweatTestRecord& record) {
    std::optional<bool> out;
    for (const SweatSite& site : record.sites) {
        if (!site.used || site.skin == SkinFinding::NotInspected) continue;
        const bool reaction = site.skin == SkinFinding::Welt || site.skin == SkinFinding::Burn;
        out = out.value_or(false) || reaction;
    }
    return out;
}

std::string orNotRecorded(const std::string& text) {
    return text.empty() ? notRecorded : text;
}

/// Latest version of each test, in the order of collection.
std::vector<Found> testsIn(const std::filesystem::path& folder, TestOccasions& out) {
    std::map<std::string, Found> latest;
    std::error_code error;
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
        if (entry.path().filename().string().ends_with(ending)) files.insert(entry.path());
    for (const auto& file : files) {
        auto record = loadSweatTest(file);
        if (!record) {
            out.faults.push_back(record.error());
            continue;
        }
        Found& known = latest[record->id];
        if (known.record.version < record->version || known.record.id.empty())
            known.record = std::move(*record);
    }
    std::vector<Found> tests;
    for (auto& [id, found] : latest) {
        const SweatTestRecord& r = found.record;
        if (r.simulated) {
            ++out.simulated;
            continue;
        }
        std::optional<bool> qns;
        if (!r.evaluationJson.empty()) {
            const auto evaluation = storedEvaluation(r);
            if (!evaluation) {
                out.faults.push_back(evaluation.error());
                continue;
            }
            qns = insufficient(*evaluation);
        }
        if (!qns || !r.born || !r.collectedAt) {
            ++out.notCollected;
            continue;
        }
        found.qns = *qns;
        const std::string instrument = instrumentOf(r, folder);
        found.device = instrument.substr(0, instrument.find(','));
        tests.push_back(std::move(found));
    }
    std::stable_sort(tests.begin(), tests.end(), [](const Found& a, const Found& b) {
        return std::pair(*a.record.collectedAt, a.record.createdUtc) <
               std::pair(*b.record.collectedAt, b.record.createdUtc);
    });
    return tests;
}

} // namespace

TestOccasions testOccasionsIn(const std::filesystem::path& folder, const std::string& laboratory) {
    TestOccasions out;
    struct Case {
        std::string id;
        bool insufficient = false;
    };
    std::map<std::string, Case> open; // by patient
    std::set<std::string> used;
    for (const Found& test : testsIn(folder, out)) {
        const SweatTestRecord& r = test.record;
        // Without an identifier nobody knows whose repeat it is.
        Case& its = open[r.patientId.empty() ? r.id : r.patientId + "\n" + r.born->date.text()];
        const bool repeat = its.insufficient;
        if (!repeat) its.id = !r.orderNumber.empty() && !used.contains(r.orderNumber) ? r.orderNumber : r.id;
        used.insert(its.id);
        its.insufficient = test.qns;
        out.occasions.push_back({its.id, r.collectedAt->date, r.born->date, laboratory,
                                 orNotRecorded(r.operatorName), orNotRecorded(test.device),
                                 repeat ? Attempt::Repeat : Attempt::First, test.qns, skinReaction(r)});
    }
    return out;
}

std::string occasionsCsv(std::span<const TestOccasion> occasions) {
    std::string text = csvLine({laboratory::occasionColumns.begin(), laboratory::occasionColumns.end()});
    for (const TestOccasion& o : occasions)
        text += csvLine({o.caseId, o.date.text(), o.born.text(), o.laboratory, o.operatorName, o.device,
                         std::string(codeOf(o.attempt)), o.qns ? "QNS" : "OK",
                         !o.skinReaction   ? ""
                         : *o.skinReaction ? "yes"
                                           : "no"});
    return text;
}

} // namespace eccrine::records
