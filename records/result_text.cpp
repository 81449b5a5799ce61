// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/result_text.hpp"

#include "records/adverse_finding.hpp"
#include "records/comparison_text.hpp"
#include "records/recorded_trips.hpp"
#include "records/result_document.hpp"
#include "records/review.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <set>
#include <utility>
#include <vector>

namespace eccrine::records {
namespace {

constexpr const char* voidSite = "void"; ///< a clean number of a site that cannot be used would be believed

/// Columns on a terminal: code points, as no wide characters occur here.
std::size_t width(const std::string& text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], width(row[i]));
    }
    std::string out;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string space(widths[i] - width(row[i]), ' ');
            out += i == 0 ? row[i] + space : "  " + space + row[i];
        }
        out += '\n';
    }
    return out;
}

using Rows = std::vector<std::vector<std::string>>;

/// A column of the further measures: shown when a site has something in it.
struct Measure {
    const char *title, *unit;
    std::string (*cell)(const RecordedTest&, const analysis::SiteAnalysis&, const analysis::CurveMeasures*);
};
using analysis::CurveMeasures;
using analysis::SiteAnalysis;

/// What the document has beside the first table. `m` is null where there is nothing to read off the curve;
/// `peak` of the site is not given where the sensor saturated.
constexpr std::array measures{
    Measure{"Peak", "nL/min/cm²",
            [](const RecordedTest& t, const SiteAnalysis& s, const CurveMeasures*) {
                return fixed(peakPerArea(t, s), 1);
            }},
    Measure{"Absolute peak", "nL/min",
            [](const RecordedTest&, const SiteAnalysis& s, const CurveMeasures* m) {
                return fixed(
                    m != nullptr && s.peakReliable ? std::optional(m->peakAbsolute.value) : std::nullopt, 1);
            }},
    Measure{"Peak without lag", "nL/min",
            [](const RecordedTest&, const SiteAnalysis& s, const CurveMeasures*) {
                const bool given = s.peakReliable && s.lagCorrected && s.lagCorrected->rejected.empty();
                return fixed(given ? std::optional(s.lagCorrected->peak.value) : std::nullopt, 1);
            }},
    Measure{"Onset to peak", "s",
            [](const RecordedTest&, const SiteAnalysis& s, const CurveMeasures*) {
                const auto time = peakTimeFromOnset(s);
                return fixed(time ? std::optional(time->count()) : std::nullopt, 0);
            }},
    Measure{"Steepest rise", "nL/min²",
            [](const RecordedTest&, const SiteAnalysis& s, const CurveMeasures* m) {
                return fixed(m != nullptr && s.peakReliable ? m->riseSlope_nl_per_min2 : std::nullopt, 1);
            }},
    Measure{"During stimulus", "µL",
            [](const RecordedTest&, const SiteAnalysis&, const CurveMeasures* m) {
                return fixed(m != nullptr ? std::optional(m->volumeDuring.value) : std::nullopt, 3);
            }},
    Measure{"After stimulus", "µL",
            [](const RecordedTest&, const SiteAnalysis&, const CurveMeasures* m) {
                return fixed(m != nullptr ? std::optional(m->volumeAfter.value) : std::nullopt, 3);
            }},
    Measure{"Resting output", "nL/min",
            [](const RecordedTest&, const SiteAnalysis& s, const CurveMeasures*) {
                return fixed(s.baseline ? std::optional(s.baseline->restingOutput.value) : std::nullopt, 1);
            }},
    Measure{"Residual", "of peak",
            [](const RecordedTest&, const SiteAnalysis&, const CurveMeasures* m) {
                return fixed(m != nullptr ? m->residual : std::nullopt, 2);
            }},
    Measure{"T50 after off", "s",
            [](const RecordedTest&, const SiteAnalysis&, const CurveMeasures* m) {
                return fixed(m != nullptr && m->offHalfTime ? std::optional(m->offHalfTime->count())
                                                            : std::nullopt,
                             0);
            }},
    Measure{"Expulsions", "/min",
            [](const RecordedTest&, const SiteAnalysis& s, const CurveMeasures*) {
                return fixed(s.expulsionsPerMin, 1);
            }},
};

/// The table of the further measures; of a site that cannot be used there is nothing.
std::string furtherMeasures(const RecordedTest& test, const analysis::TestAnalysis& result) {
    const std::string absent = fixed(std::nullopt, 0);
    Rows rows{{"Site"}, {""}};
    for (const auto& s : result.sites)
        rows.push_back({siteTitle(s.site)});
    for (const Measure& measure : measures) {
        std::vector<std::string> cells;
        for (const auto& s : result.sites)
            cells.push_back(s.usable ? measure.cell(test, s, s.measures ? &*s.measures : nullptr) : absent);
        if (std::all_of(cells.begin(), cells.end(), [&](const std::string& c) { return c == absent; }))
            continue;
        rows[0].emplace_back(measure.title);
        rows[1].emplace_back(measure.unit);
        for (std::size_t i = 0; i < cells.size(); ++i)
            rows[i + 2].push_back(std::move(cells[i]));
    }
    if (rows[0].size() == 1) return {};
    rows[0].emplace_back("Shape");
    rows[1].emplace_back("");
    for (std::size_t i = 0; i < result.sites.size(); ++i)
        rows[i + 2].emplace_back(nameOf(result.sites[i].shape));
    return "\n" + table(rows);
}

} // namespace

std::string siteTitle(const std::string& site) {
    std::string title = site;
    std::replace(title.begin(), title.end(), '_', ' ');
    if (!title.empty() && title[0] >= 'a' && title[0] <= 'z')
        title[0] = static_cast<char>(title[0] - 'a' + 'A');
    return title;
}

std::string fixed(std::optional<double> value, int decimals) {
    if (!value || !std::isfinite(*value)) return "–";
    std::array<char, 64> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), *value + 0.0,
                                            std::chars_format::fixed, decimals);
    if (error != std::errc{}) return "–";
    std::string text(digits.data(), end);
    if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos)
        text.erase(0, 1); // no minus zero
    return text;
}

std::string latencyText(const analysis::SiteAnalysis& site) {
    using Verdict = analysis::Onset::Verdict;
    if (!site.measures) return "–";
    if (!site.usable) return voidSite;
    switch (site.onset.verdict) {
    case Verdict::None:
        return "no onset";
    case Verdict::Indeterminate:
        return "indeterminate";
    case Verdict::Found:
        break;
    }
    std::string text = fixed(site.onset.latency->count(), 1);
    if (site.onset.halfWidth) text += " ± " + fixed(site.onset.halfWidth->count(), 1);
    return text;
}

std::string peakText(const analysis::SiteAnalysis& site) {
    if (site.measures && !site.usable) return voidSite;
    return fixed(site.measures && site.peakReliable ? std::optional(site.measures->peak.value) : std::nullopt,
                 1);
}

std::string volumeText(const analysis::SiteAnalysis& site) {
    if (site.measures && !site.usable) return voidSite;
    return fixed(site.measures ? std::optional(site.measures->volume.value) : std::nullopt, 3);
}

bool notCompared(analysis::NoNorm cause) {
    using analysis::NoNorm;
    switch (cause) {
    case NoNorm::OtherWindow:
    case NoNorm::LowerBound:
    case NoNorm::Crossover:
    case NoNorm::OtherStimulus:
    case NoNorm::DoseUnknown:
        return true;
    default:
        return false;
    }
}

std::string normText(const analysis::NormResult& norm) {
    using analysis::NormClass;
    const auto limit = [](const std::optional<Microlitres>& v) {
        return fixed(v ? std::optional(v->value) : std::nullopt, 2);
    };
    switch (norm.normClass) {
    case NormClass::None:
        return notCompared(norm.noNorm) ? "not compared" : "no norm";
    case NormClass::Reduced:
        return "reduced (< " + limit(norm.lower) + ")";
    case NormClass::Within:
        return norm.upper ? "within (" + limit(norm.lower) + " to " + limit(norm.upper) + ")"
                          : "within (≥ " + limit(norm.lower) + ")";
    case NormClass::Increased:
        return "increased (> " + limit(norm.upper) + ")";
    case NormClass::Unclassified:
        return "cannot be classified";
    }
    return "";
}

std::string normSources(const analysis::TestAnalysis& result) {
    std::vector<std::string> sources;
    for (const auto& site : result.sites) {
        if (site.norm.normClass == analysis::NormClass::None) continue;
        std::string source = site.norm.setId + " " + site.norm.setVersion +
                             (site.norm.verified ? "" : ", not verified against its source");
        if (std::find(sources.begin(), sources.end(), source) == sources.end())
            sources.push_back(std::move(source));
    }
    std::string text;
    for (const std::string& source : sources)
        text += (text.empty() ? "" : "; ") + source;
    return text;
}

std::vector<std::string> noNormSentences(const analysis::TestAnalysis& result) {
    std::vector<std::pair<std::string, std::string>> reasons; // with their sites
    for (const auto& site : result.sites) {
        if (site.norm.normClass != analysis::NormClass::None || site.norm.reason.empty()) continue;
        const auto same = std::find_if(reasons.begin(), reasons.end(),
                                       [&](const auto& r) { return r.first == site.norm.reason; });
        if (same == reasons.end())
            reasons.emplace_back(site.norm.reason, siteTitle(site.site));
        else
            same->second += ", " + siteTitle(site.site);
    }
    std::vector<std::string> out;
    out.reserve(reasons.size());
    for (const auto& [reason, sites] : reasons)
        out.push_back(std::string("No norm for ").append(sites).append(": ").append(reason));
    return out;
}

std::string resultText(const RecordedTest& test, const analysis::TestAnalysis& result, const Review* review) {
    std::string out;
    if (test.simulated) out += "SIMULATED: not a patient's result\n\n";
    const auto& effects = protocols::shippedAdverseEffects();
    const SafetyRecord safety = safetyRecordOf(test, effects);
    const auto held = adverseFindings(safety, effects);
    for (const AdverseFinding& finding : held)
        out += "HELD FOR A PHYSICIAN: " + finding.sentence() + "\n";
    if (!held.empty()) out += "\n";
    const auto trips = tripsOf(test);
    for (const RecordedTrip& trip : trips)
        out += tripSentence(trip, result.stimulusStart) + "\n";
    if (!trips.empty()) out += "\n";
    if (review != nullptr)
        out += "Read by " + review->reader + ", version " + std::to_string(review->version) +
               (review->comment.empty() ? "" : ": " + review->comment) + "\n\n";
    const std::string sources = normSources(result);
    const bool perArea = std::any_of(result.sites.begin(), result.sites.end(),
                                     [](const auto& s) { return s.volumePerArea.has_value(); });
    std::vector<std::vector<std::string>> rows{{"Site", "Onset latency", "Peak", "Time to peak", "Volume",
                                                "± u", "Baseline", "Charge", "Mean current"},
                                               {"", "s", "nL/min", "s", "µL", "µL", "nL/min", "mC", "mA"}};
    if (perArea) {
        rows[0].insert(rows[0].begin() + 6, "Volume");
        rows[1].insert(rows[1].begin() + 6, "µL/cm²");
    }
    if (!sources.empty()) {
        rows[0].emplace_back("Norm");
        rows[1].emplace_back("µL");
    }
    for (const auto& s : result.sites) {
        const auto& m = s.measures;
        std::vector<std::string> row{
            siteTitle(s.site),
            latencyText(s),
            peakText(s),
            fixed(m && s.usable && s.peakReliable ? std::optional(m->peakTime.count()) : std::nullopt, 0),
            volumeText(s),
            fixed(m && s.usable ? std::optional(m->uncertainty.value) : std::nullopt, 3),
            fixed(s.baseline ? std::optional(s.baseline->level.value) : std::nullopt, 1),
            fixed(s.delivered ? std::optional(s.delivered->charge.value) : std::nullopt, 1),
            fixed(s.delivered ? std::optional(s.delivered->meanCurrent.value) : std::nullopt, 3)};
        if (perArea)
            row.insert(
                row.begin() + 6,
                fixed(s.usable && s.volumePerArea ? std::optional(s.volumePerArea->value) : std::nullopt, 3));
        if (!sources.empty()) row.push_back(normText(s.norm));
        rows.push_back(std::move(row));
    }
    out += table(rows);
    out += furtherMeasures(test, result);
    if (!sources.empty()) {
        out += "\n";
        for (const std::string& sentence : result.pattern.sentences)
            out += "  " + sentence + "\n";
        out += "  Norms: " + sources + "\n";
    }
    const std::vector<std::string> withoutNorm = noNormSentences(result);
    if (!withoutNorm.empty()) out += "\n";
    for (const std::string& sentence : withoutNorm)
        out += "  " + sentence + "\n";
    if (review != nullptr && !review->marks.empty()) {
        out += "\n";
        for (const std::string& sentence : markSentences(*review, result))
            out += "  " + sentence + "\n";
    }
    const auto compared = comparisonSentences(result), accuracies = accuracySentences(result);
    for (const auto* sentences : {&compared, &accuracies}) {
        if (!sentences->empty()) out += "\n";
        for (const std::string& sentence : *sentences)
            out += "  " + sentence + "\n";
    }
    out += "\n";
    for (const std::string& sentence : safetySentences(safety, effects))
        out += "  " + sentence + "\n";
    if (const std::string care = afterCareText(safety, effects); !care.empty()) out += "  " + care + "\n";
    std::string remarks;
    for (const auto& s : result.sites)
        for (const auto& flag : s.flags)
            remarks +=
                "  " + siteTitle(s.site) + ": " + flag.text + " [" + flag.code + placeText(flag) + "]\n";
    for (const auto& remark : test.remarks)
        remarks += "  " + remark + "\n";
    if (test.interrupted)
        remarks += "  The recording was not closed by its writer; what had been stored was analysed.\n";
    if (!remarks.empty()) out += "\n" + remarks;
    out +=
        "\n" + std::filesystem::path(test.sourceFile).filename().string() + ", SHA-256 " + test.sha256 + "\n";
    return out;
}

} // namespace eccrine::records
