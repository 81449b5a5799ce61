// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/safety_record.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace eccrine::records {
namespace {

using Json = nlohmann::json;

std::string textIn(const Json& detail, const char* key) {
    const auto found = detail.find(key);
    return found != detail.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<double> numberIn(const Json& detail, const char* key) {
    const auto found = detail.find(key);
    if (found == detail.end() || !found->is_number()) return std::nullopt;
    return found->get<double>();
}

std::string metaOf(const RecordedTest& test, const char* key) {
    const auto found = test.meta.find(key);
    return found == test.meta.end() ? std::string() : found->second;
}

/// Sites that took part; without the key of the recording every one that it has.
std::vector<std::string> sitesOf(const RecordedTest& test) {
    std::vector<std::string> out;
    if (const std::string active = metaOf(test, "active_sites"); !active.empty()) {
        for (std::size_t from = 0; from <= active.size();) {
            const std::size_t to = std::min(active.find(',', from), active.size());
            if (to > from) out.push_back(active.substr(from, to - from));
            from = to + 1;
        }
        return out;
    }
    for (const SiteSignals& site : test.sites)
        out.push_back(site.site);
    return out;
}

/// The events of a recording by what they say of safety.
class Reading {
public:
    Reading(const RecordedTest& test, const protocols::AdverseEffects& scale, SafetyRecord& out)
        : test_(test), scale_(scale), out_(out) {}

    void read() {
        for (const TestEvent& event : test_.events)
            take(event);
        if (out_.answers.empty()) out_.unansweredBecause = whyNoAnswers();
        for (const std::string& site : sitesOf(test_))
            out_.skin.push_back(after(scale_.skinSteps, site));
        for (const protocols::BodySign& sign : scale_.signs)
            out_.signs.push_back(after({sign.step}, {}));
    }

private:
    void take(const TestEvent& event) {
        const bool wanted = event.kind == "safety_answer" || event.kind == "operator_step" ||
                            event.kind == "soft_limit_confirmed" || event.kind == "step" ||
                            event.kind == "site_void" || event.kind == "delivery";
        if (!wanted) return;
        const Json detail = Json::parse(event.detail, nullptr, false);
        if (!detail.is_object()) {
            out_.unreadable.push_back("An event \"" + event.kind + "\" of the recording cannot be read.");
            return;
        }
        if (event.kind == "safety_answer") return answer(event, detail);
        if (event.kind == "operator_step")
            given_.push_back({textIn(detail, "id"),
                              event.site,
                              textIn(detail, "answer"),
                              textIn(detail, "answered_by"),
                              event.at,
                              {}});
        if (event.kind == "soft_limit_confirmed")
            out_.crossed.push_back({textIn(detail, "parameter"), textIn(detail, "unit"),
                                    numberIn(detail, "value"), numberIn(detail, "limit"),
                                    textIn(detail, "reason"), textIn(detail, "by")});
        if (event.kind == "step") steps_.insert(textIn(detail, "id"));
        if (event.kind == "site_void") void_.push_back({event.site, textIn(detail, "reason")});
        if (event.kind == "delivery" && textIn(detail, "to") == "S5") out_.currentGiven = true;
    }

    void answer(const TestEvent& event, const Json& detail) {
        const std::string said = textIn(detail, "answer");
        const auto safe = detail.find("safe");
        if (textIn(detail, "id").empty() || (said != "yes" && said != "no") || safe == detail.end() ||
            !safe->is_boolean()) {
            out_.unreadable.push_back("The answer to a safety question in the recording cannot be read.");
            return;
        }
        SafetyAnswer answer{textIn(detail, "id"),
                            textIn(detail, "question"),
                            said == "yes",
                            safe->get<bool>(),
                            textIn(detail, "answered_by"),
                            event.at,
                            textIn(detail, "decided_by"),
                            textIn(detail, "reason")};
        const auto before = std::find_if(out_.answers.begin(), out_.answers.end(),
                                         [&](const SafetyAnswer& a) { return a.id == answer.id; });
        if (before == out_.answers.end())
            out_.answers.push_back(std::move(answer));
        else
            *before = std::move(answer);
    }

    [[nodiscard]] AfterCurrent after(const std::vector<std::string>& steps, const std::string& site) const {
        const auto last = std::find_if(given_.rbegin(), given_.rend(), [&](const AfterCurrent& g) {
            return g.site == site && !g.answer.empty() &&
                   std::find(steps.begin(), steps.end(), g.step) != steps.end();
        });
        if (last != given_.rend()) return *last;
        AfterCurrent none;
        none.step = steps.empty() ? std::string() : steps.front();
        none.site = site;
        none.absentBecause = whyNot(steps, site);
        return none;
    }

    [[nodiscard]] bool endedEarly() const {
        const std::string outcome = metaOf(test_, "outcome");
        return test_.interrupted || (!outcome.empty() && outcome != "finished");
    }

    [[nodiscard]] std::string whyNot(const std::vector<std::string>& steps, const std::string& site) const {
        if (steps_.empty()) return "the recording does not tell of the steps of a test";
        const bool asked = std::any_of(steps.begin(), steps.end(),
                                       [&](const std::string& step) { return steps_.contains(step); });
        const auto gone = std::find_if(void_.begin(), void_.end(),
                                       [&](const Void& v) { return !site.empty() && v.site == site; });
        if (asked && gone != void_.end())
            return "not asked: the site took no further part (" + gone->reason + ")";
        if (asked) return "asked, but the recording ended before the answer";
        if (!out_.currentGiven && endedEarly()) return "not asked: no current had been given";
        if (endedEarly()) return "the recording ended before it was asked";
        return "not asked: the protocol does not ask it";
    }

    [[nodiscard]] std::string whyNoAnswers() const {
        if (!out_.checklistId.empty()) return "the recording ended before one was answered";
        if (steps_.empty()) return "the recording does not tell of the steps of a test";
        return "not asked in the recording: the protocol has no questions";
    }

    struct Void {
        std::string site, reason;
    };
    const RecordedTest& test_;
    const protocols::AdverseEffects& scale_;
    SafetyRecord& out_;
    std::vector<AfterCurrent> given_;
    std::vector<Void> void_;
    std::set<std::string> steps_; ///< that were entered
};

} // namespace

SafetyRecord safetyRecordOf(const RecordedTest& test, const protocols::AdverseEffects& scale) {
    SafetyRecord out;
    out.checklistId = metaOf(test, "checklist.id");
    out.checklistVersion = metaOf(test, "checklist.version");
    out.checklistSha256 = metaOf(test, "checklist.sha256");
    out.formerTrip = metaOf(test, "previous_trip");
    out.releasedWith = metaOf(test, "previous_trip.cause");
    Reading(test, scale, out).read();
    return out;
}

} // namespace eccrine::records
