// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/sweat_outcome.hpp"

#include "analysis/chloride/sufficiency.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace eccrine::records {
namespace {

constexpr std::size_t sides = 2;

/// "Left forearm"
std::string titleOf(const SweatTestRecord& record, std::size_t side) {
    std::string limb = record.sites[side].limb;
    std::replace(limb.begin(), limb.end(), '_', ' ');
    const std::string name = side == 0 ? "Left" : "Right";
    return limb.empty() ? name : name + " " + limb;
}

/// "21:30" of minutes with a fraction.
std::string clockText(const Decimal& minutes) {
    constexpr long perMinute = 60;
    const long seconds = std::lround(minutes.toDouble() * static_cast<double>(perMinute));
    std::array<char, 24> text{};
    std::snprintf(text.data(), text.size(), "%ld:%02ld", seconds / perMinute, seconds % perMinute);
    return text.data();
}

bool nothingCollected(const StoredEvaluation& evaluation) {
    return evaluation.outcome == "QNS" &&
           std::none_of(evaluation.sites.begin(), evaluation.sites.end(),
                        [](const StoredEvaluation::Site& site) { return site.status == "QNS"; });
}

/// Amount and time of a limb give a rate that skin does not.
bool rateTooHigh(const SweatTestRecord& record, const chloride::Guideline& guideline, std::size_t side) {
    const SweatSite& site = record.sites[side];
    const auto* rule = guideline.sufficiencyFor(record.collector);
    if (rule == nullptr || !site.used || !site.amount || !site.minutes) return false;
    const chloride::Collection collection{record.collector, *site.amount,       *site.minutes,
                                          record.area_cm2,  site.amountIsLeast, site.amountAtMost};
    return judgeSufficiency(*rule, collection).verdict == chloride::SiteStatus::Implausible;
}

/// Whether amounts or times alone make the test implausible: no value is to blame.
bool onlyRatesImplausible(const SweatTestRecord& record, const StoredEvaluation& evaluation,
                          const chloride::Guideline* guideline) {
    if (guideline == nullptr || evaluation.outcome != "IMPLAUSIBLE") return false;
    bool any = false;
    for (std::size_t side = 0; side < sides; ++side) {
        if (evaluation.sites[side].status != "IMPLAUSIBLE") continue;
        if (!rateTooHigh(record, *guideline, side)) return false;
        any = true;
    }
    return any;
}

std::string whatToCheck(chloride::Collector collector) {
    switch (collector) {
    case chloride::Collector::Coil:
        return "the length of the coil or the weight";
    case chloride::Collector::Gauze:
    case chloride::Collector::Pad:
        return "both weights";
    case chloride::Collector::Cell:
        return "the amount";
    }
    return "the amount";
}

} // namespace

std::string withoutSampleWords(const SweatTestRecord& record, std::size_t side) {
    const SweatSite& site = record.sites[side];
    if (!site.used) return {};
    const std::string where = titleOf(record, side) + ": ";
    if (site.skin == SkinFinding::Burn) return where + "burn under the electrode, nothing was collected.";
    if (!site.voidReason.empty()) return where + "given up (" + site.voidReason + "), nothing is used.";
    if (site.amount || site.chloride || site.conductivity) return {};
    if (!site.attachedUtc.empty()) return where + "no amount of sweat was measured.";
    return where + "stopped before its collection.";
}

OutcomeWords outcomeWordsOf(const SweatTestRecord& record, const StoredEvaluation& evaluation,
                            const chloride::Guideline* guideline) {
    OutcomeWords out;
    if (onlyRatesImplausible(record, evaluation, guideline)) {
        out.meaning = "Amount and time give a sweat rate that skin does not: one of them is wrong.";
        return out;
    }
    if (!nothingCollected(evaluation)) return out;
    bool burns = false, others = false;
    for (std::size_t side = 0; side < sides; ++side) {
        const std::string words = withoutSampleWords(record, side);
        if (words.empty()) continue;
        out.meaning += (out.meaning.empty() ? "" : " ") + words;
        const bool burn = record.sites[side].skin == SkinFinding::Burn;
        burns = burns || burn;
        others = others || !burn;
    }
    out.title = burns && !others ? "Burn: no sweat was collected" : "No sweat was collected";
    return out;
}

std::vector<std::string> followUpWords(const SweatTestRecord& record, const StoredEvaluation& evaluation,
                                       const chloride::Guideline* guideline) {
    std::vector<std::string> out;
    std::string burnt;
    for (std::size_t side = 0; side < sides; ++side)
        if (record.sites[side].used && record.sites[side].skin == SkinFinding::Burn)
            burnt += (burnt.empty() ? "" : ", ") + titleOf(record, side);
    if (!burnt.empty()) { // as the domain has it of burns and of incidents
        out.push_back(burnt + ", burn: cool it, have a physician look at it, describe it in the record, with "
                              "a photograph if the family agrees. The site is void, and not stimulated again "
                              "until it was reviewed.");
        out.emplace_back("Burn: set electrodes and current source aside, keep the lots, and report the "
                         "incident.");
    }
    const bool rates = onlyRatesImplausible(record, evaluation, guideline);
    if (rates)
        for (std::size_t side = 0; side < sides; ++side)
            if (rateTooHigh(record, *guideline, side))
                out.push_back(titleOf(record, side) + ": check " + whatToCheck(record.collector) +
                              " and the minutes of the collection, and correct what is wrong; repeat the "
                              "collection if nothing is.");
    const chloride::Wording* words = rates ? guideline->words(evaluation.outcome) : nullptr;
    for (const std::string& sentence : evaluation.followUp) {
        const bool ofAnalyser = words != nullptr && sentence == words->followUp;
        const bool saidAbove = rates && sentence.find("check the amount and the time") != std::string::npos;
        if (!ofAnalyser && !saidAbove) out.push_back(sentence);
    }
    return out;
}

std::string endedEarlyWords(const SweatTestRecord& record, std::size_t side,
                            const chloride::Guideline& guideline) {
    const SweatSite& site = record.sites[side];
    const auto* rule = guideline.sufficiencyFor(record.collector);
    if (rule == nullptr || !site.used || !site.minutes || *site.minutes >= rule->minutesAtMost) return {};
    return titleOf(record, side) + ": the collection was ended after " + clockText(*site.minutes) + " of " +
           rule->minutesAtMost.text() + " min.";
}

} // namespace eccrine::records
