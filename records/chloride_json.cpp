// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/chloride_json.hpp"

namespace eccrine::records {
namespace {

using Json = nlohmann::ordered_json;

Json numberOrNull(const std::optional<Decimal>& value) {
    return value ? Json(value->toDouble()) : Json(nullptr);
}

Json textOrNull(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(text);
}

Json siteJson(const chloride::SiteEvaluation& site) {
    return {{"status", codeOf(site.status)},
            {"rate_g_m2_min", numberOrNull(site.rate_g_m2_min)},
            {"needed", numberOrNull(site.needed)},
            {"value", numberOrNull(site.value)},
            {"class", textOrNull(site.classCode)}};
}

} // namespace

Json chlorideJson(const chloride::Evaluation& e) {
    Json flags = Json::array();
    for (const chloride::Flag flag : e.flags)
        flags.push_back(codeOf(flag));
    Json holds = Json::array();
    for (const chloride::Hold& hold : e.holds)
        holds.push_back({{"side", nameOf(hold.side)},
                         {"cause", codeOf(hold.cause)},
                         {"what", hold.what},
                         {"next", hold.next}});
    return {
        {"case_id", e.caseId},
        {"profile", {{"id", e.guidelineId}, {"version", e.guidelineVersion}, {"sha256", e.guidelineSha256}}},
        {"qc", codeOf(e.qc)},
        {"left", siteJson(e.sites[0])},
        {"right", siteJson(e.sites[1])},
        {"agreement",
         {{"verdict", codeOf(e.agreement.verdict)},
          {"delta", numberOrNull(e.agreement.delta)},
          {"limit", numberOrNull(e.agreement.limit)}}},
        {"outcome", codeOf(e.outcome)},
        {"reported_value", e.reportedValue ? Json(*e.reportedValue) : Json(nullptr)},
        {"reported_text", textOrNull(e.reportedText)},
        {"unrounded_value", numberOrNull(e.unrounded)},
        {"class", e.classCode},
        {"flags", flags},
        {"follow_up", e.followUp},
        {"explanation", e.explanation},
        {"held_because", holds},
        {"compared", e.elsewhere}};
}

} // namespace eccrine::records
