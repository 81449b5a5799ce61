// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/comparison_text.hpp"

#include "records/result_text.hpp"

#include <cctype>

namespace eccrine::records {
namespace {

std::string lower(std::string title) {
    if (!title.empty()) title[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(title[0])));
    return title;
}

std::string signedPercent(double value) {
    return (value > 0.0 ? "+" : "") + fixed(value, 1) + " %";
}

std::string sideSentence(const analysis::SideComparison& side) {
    std::string text = siteTitle(side.site) + ", right over left: ";
    if (side.ratio)
        text += fixed(side.ratio, 2) + " ± " + fixed(side.uncertainty, 2);
    else
        text += "no ratio, " + side.absentBecause;
    if (side.difference_pct)
        text += "; right minus left " + signedPercent(*side.difference_pct) + " of their mean";
    if (side.restingDifference)
        text += "; resting output " + std::string(side.restingDifference->value > 0.0 ? "+" : "") +
                fixed(side.restingDifference->value, 1) + " nL/min";
    return text + ".";
}

} // namespace

std::vector<std::string> comparisonSentences(const analysis::TestAnalysis& result) {
    std::vector<std::string> out;
    for (const analysis::SiteRatio& r : result.ratios)
        out.push_back(siteTitle(r.over) + " over " + lower(siteTitle(r.under)) + ": " + fixed(r.value, 2) +
                      " ± " + fixed(r.uncertainty, 2) + ".");
    for (const analysis::SideComparison& side : result.sides)
        out.push_back(sideSentence(side));
    return out;
}

std::vector<std::string> accuracySentences(const analysis::TestAnalysis& result) {
    std::vector<std::string> out;
    for (const analysis::SiteAnalysis& s : result.sites) {
        const analysis::RateAccuracy& a = s.rateAccuracy;
        if (!s.usable || !a.atRest || !a.atPeak || !a.gain) continue;
        out.push_back(siteTitle(s.site) + ": u(rate) " + fixed(a.atRest->value, 1) + " nL/min at rest, " +
                      fixed(a.atPeak->value, 1) + " at the peak; gain " + fixed(100.0 * *a.gain, 1) + " %.");
    }
    return out;
}

std::string placeText(const analysis::QualityFlag& flag) {
    if (!flag.from || !flag.to) return {};
    const auto seconds = [](Seconds time) {
        const std::string text = fixed(time.count(), 0);
        return text.starts_with('-') ? "−" + text.substr(1) : text; // beside a dash, the sign of a number
    };
    return ", " + seconds(*flag.from) + " to " + seconds(*flag.to) + " s";
}

} // namespace eccrine::records
