// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/report_remarks.hpp"

#include "records/comparison_text.hpp"
#include "records/result_text.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace eccrine::records {
namespace {

/// Flags that take no class and no number away (docs/formats/result-json.md). One that is not known here is
/// taken for one that does: too much said of a new flag is better than too little.
constexpr std::array<std::string_view, 27> onlyToMind{
    "DRIFT",        "SHORT_BASELINE", "NO_ONSET",     "LAT?",    "LAG_UNKNOWN", "FROZEN",      "FLOW",
    "LEAK",         "NOISE",          "NOISE_LINE",   "COARSE",  "WET",         "THERMAL",     "UNSETTLED",
    "HIGH_RESTING", "RIPPLE",         "AROUSAL",      "SPIKES",  "GAP_BRIDGED", "ZERO_VOLUME", "IMPLAUSIBLE",
    "PERSISTENT",   "VOLUME_FROM",    "NOT_ASSESSED", "REDUCED", "NO_PRESSURE", "NO_INLET"};

Weight weightOf(const analysis::QualityFlag& flag) {
    if (flag.voids) return Weight::Voids;
    const bool mind = std::find(onlyToMind.begin(), onlyToMind.end(), flag.code) != onlyToMind.end();
    return mind ? Weight::Mind : Weight::TakesAway;
}

/// A remark and the sites that have it.
struct Shared {
    Remark remark;
    std::vector<std::string> sites, places; ///< of each site, where it has it
};

/// One place, when it is the same everywhere; else that of each site.
std::string placeOf(const Shared& shared) {
    std::string out;
    bool same = true;
    for (std::size_t i = 0; i < shared.sites.size(); ++i) {
        same = same && shared.places[i] == shared.places[0];
        if (!shared.places[i].empty())
            out += (out.empty() ? "" : ", ") + siteTitle(shared.sites[i]) + " " + shared.places[i];
    }
    return same ? shared.places[0] : out;
}

std::vector<Shared> sharedRemarks(const analysis::TestAnalysis& result) {
    std::vector<Shared> out;
    for (const auto& site : result.sites)
        for (const auto& flag : site.flags) {
            std::string place = placeText(flag);
            if (place.starts_with(", ")) place.erase(0, 2);
            const auto same = std::find_if(out.begin(), out.end(), [&](const Shared& s) {
                return s.remark.text == flag.text && s.sites.back() != site.site;
            });
            if (same == out.end()) {
                out.push_back({{flag.text, {}, weightOf(flag)}, {site.site}, {std::move(place)}});
                continue;
            }
            same->sites.push_back(site.site);
            same->places.push_back(std::move(place));
            same->remark.weight = std::min(same->remark.weight, weightOf(flag));
        }
    for (Shared& shared : out)
        shared.remark.place = placeOf(shared);
    return out;
}

std::string titleOf(const std::vector<std::string>& sites, std::size_t all) {
    if (all > 1 && sites.size() == all) return "All sites";
    std::string out;
    for (const std::string& site : sites)
        out += (out.empty() ? "" : ", ") + siteTitle(site);
    return out;
}

std::vector<Remark> ofTheTest(const RecordedTest& test) {
    std::vector<Remark> out;
    const auto outcome = test.meta.find("outcome");
    if (outcome != test.meta.end() && outcome->second == "tripped")
        out.push_back(
            {"The test was ended by its instrument or its safety rules; the numbers are of a partial test.",
             {},
             Weight::TakesAway});
    else if (outcome != test.meta.end() && !outcome->second.empty() && outcome->second != "finished")
        out.push_back(
            {"The test was " + outcome->second + " before its end; the numbers are of a partial test.",
             {},
             Weight::TakesAway});
    if (test.interrupted)
        out.push_back(
            {"The recording was interrupted; what had been stored was analysed.", {}, Weight::TakesAway});
    for (const std::string& remark : test.remarks)
        out.push_back({remark, {}, Weight::Mind});
    return out;
}

} // namespace

Weight RemarkGroup::worst() const {
    Weight out = Weight::Mind;
    for (const Remark& r : remarks)
        out = std::min(out, r.weight);
    return out;
}

std::vector<RemarkGroup> remarksOf(const RecordedTest& test, const analysis::TestAnalysis& result) {
    std::vector<RemarkGroup> out;
    if (auto general = ofTheTest(test); !general.empty()) out.push_back({"The test", std::move(general)});
    for (Shared& shared : sharedRemarks(result)) {
        const std::string title = titleOf(shared.sites, result.sites.size());
        auto group = std::find_if(out.begin(), out.end(), [&](const auto& g) { return g.title == title; });
        if (group == out.end()) group = out.insert(out.end(), RemarkGroup{title, {}});
        group->remarks.push_back(std::move(shared.remark));
    }
    for (RemarkGroup& group : out)
        std::stable_sort(group.remarks.begin(), group.remarks.end(),
                         [](const Remark& a, const Remark& b) { return a.weight < b.weight; });
    std::stable_sort(out.begin(), out.end(),
                     [](const RemarkGroup& a, const RemarkGroup& b) { return a.worst() < b.worst(); });
    return out;
}

std::size_t countOf(const std::vector<RemarkGroup>& groups) {
    std::size_t out = 0;
    for (const RemarkGroup& group : groups)
        out += group.remarks.size();
    return out;
}

std::string sitesNotUsable(const analysis::TestAnalysis& result) {
    std::string out;
    for (const auto& site : result.sites)
        if (!site.usable) out += (out.empty() ? "" : ", ") + siteTitle(site.site);
    return out;
}

} // namespace eccrine::records
