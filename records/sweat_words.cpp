// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/sweat_words.hpp"

#include "records/stored_evaluation.hpp"

#include <array>
#include <utility>

namespace eccrine::records {
namespace {

using Words = std::pair<std::string_view, std::string_view>;

constexpr std::array outcomes{
    Words{"DISCORDANT", "The two sites do not agree"},
    Words{"IMPLAUSIBLE", "Not plausible"},
    Words{"HELD", "Held: no result yet"},
    Words{"QNS", "QNS – quantity not sufficient"},
    Words{"BLOCKED", "No result: the test was not allowed"},
    Words{"QC_LOCKED", "No result: quality control has not passed"},
};

constexpr std::array flags{
    Words{"STRADDLE", "The two sites lie on different sides of a decision limit (information)."},
    Words{"NEAR_LIMIT", "The value lies near a decision limit (information)."},
    Words{"HIGH_150", "A site is so high that the sample should be checked for contamination (information)."},
    Words{"NA_CL_WARN", "Sodium and chloride differ more than they should: check the sample."},
    Words{"NA_CL_REJECT", "Sodium and chloride differ so much that the sample is not valid."},
    Words{"COND_LT_CL", "Conductivity is below the chloride of the same sample, which is impossible."},
    Words{"COND_NEWBORN", "Conductivity is not interpreted in the first days of life."},
    Words{"REFER_CHLORIDE", "Refer for quantitative chloride."},
    Words{"STIM_LOW", "Less charge was delivered than the protocol asks for."},
    Words{"MODULATOR_DRUG", "On a CFTR modulator: monitoring, no diagnostic class."},
    Words{"DEV_TIME", "A site was collected outside the allowed time."},
    Words{"RATE_HIGH", "A sweat rate that skin does not give: amount or time of the collection is wrong."},
    Words{"AMOUNTS_DIFFER", "Length of coil and measured amount of a sample contradict each other."},
};

template <std::size_t N>
std::string find(const std::array<Words, N>& words, std::string_view code) {
    for (const auto& [known, text] : words)
        if (known == code) return std::string(text);
    return std::string(code);
}

/// Whether a correction has changed the class or the outcome.
bool saysOtherwise(const SweatTestRecord& record, std::string_view outcome, std::string_view classCode) {
    if (record.former.empty()) return false;
    const auto former = parseSweatTest(record.former.back().text, "the former version");
    if (!former) return true; // nobody can say that it is the same
    const auto stored = storedEvaluation(*former);
    return !stored || stored->outcome != outcome || stored->classCode != classCode;
}

} // namespace

std::string outcomeWords(std::string_view code) {
    return find(outcomes, code);
}

std::string flagWords(std::string_view code) {
    return find(flags, code);
}

std::string collectorWords(chloride::Collector collector) {
    switch (collector) {
    case chloride::Collector::Coil:
        return "Collection coil";
    case chloride::Collector::Gauze:
        return "Gauze";
    case chloride::Collector::Pad:
        return "Filter paper";
    case chloride::Collector::Cell:
        return "In-line conductivity cell";
    }
    return {};
}

std::string lotWords(std::string_view kind, chloride::Collector collector) {
    const bool weighed = collector == chloride::Collector::Gauze || collector == chloride::Collector::Pad;
    if (kind == "kit") return weighed ? "Pads" : "Kit";
    if (kind == "gel") return weighed ? "Pilocarpine solution" : "Gel";
    return std::string(kind);
}

std::string sameDayWords(const SweatTestRecord& record, std::string_view outcome,
                         std::string_view classCode) {
    const auto screen = record.eligibilityAnswers.find("newborn_screen");
    const bool infant =
        record.born && record.collectedAt && completedYears(record.born->date, record.collectedAt->date) < 1;
    const bool screened = infant && screen != record.eligibilityAnswers.end() && screen->second == "positive";
    const bool open = classCode == "INTERMEDIATE" || outcome == "QNS";
    const std::string whom =
        record.requester.empty() ? "the requester" : "the requester, " + record.requester;
    if (saysOtherwise(record, outcome, classCode))
        return "Phone " + whom +
               ", the same day: the corrected result differs from the former one; note who was told, when, "
               "and "
               "that it was read back.";
    if (classCode != "CF_INDICATED" && !(screened && open)) return {};
    return "Phone " + whom + ", the same day; note who was told, when, and that it was read back.";
}

std::string skinWords(SkinFinding finding) {
    switch (finding) {
    case SkinFinding::NotInspected:
        return "not inspected";
    case SkinFinding::Normal:
        return "no reaction";
    case SkinFinding::Erythema:
        return "redness (usual)";
    case SkinFinding::Welt:
        return "welt, no burn";
    case SkinFinding::Burn:
        return "BURN: site void";
    }
    return {};
}

} // namespace eccrine::records
