// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/result_csv.hpp"

#include "records/adverse_finding.hpp"
#include "records/csv_line.hpp"
#include "records/recorded_trips.hpp"
#include "records/result_document.hpp"
#include "records/review.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace eccrine::records {
namespace {

using analysis::SiteAnalysis;

/// What a cell is made from.
struct Row {
    const std::string& file;
    const RecordedTest& test;
    const analysis::TestAnalysis& result;
    const Review* review;
    const SiteAnalysis& site;
    const SafetyRecord& safety;

    /// Null where the peak must not be given.
    [[nodiscard]] const analysis::CurveMeasures* peak() const {
        return site.measures && site.peakReliable ? &*site.measures : nullptr;
    }
    [[nodiscard]] const analysis::CurveMeasures* measures() const {
        return site.measures ? &*site.measures : nullptr;
    }
    [[nodiscard]] const analysis::CorrectedCurve* corrected() const {
        const auto& curve = site.lagCorrected;
        return peak() != nullptr && curve && curve->rejected.empty() ? &*curve : nullptr;
    }
    [[nodiscard]] bool classified() const { return site.norm.normClass != analysis::NormClass::None; }
};

std::string text(double value) {
    if (!std::isfinite(value)) return {};
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    return {digits.data(), error == std::errc{} ? end : digits.data()};
}
std::string text(const std::optional<double>& value) {
    return value ? text(*value) : std::string();
}
std::string text(const std::optional<Seconds>& s) {
    return s ? text(s->count()) : std::string();
}
template <class Tag>
std::string text(const std::optional<Quantity<Tag>>& quantity) {
    return quantity ? text(quantity->value) : std::string();
}
std::string text(bool is) {
    return is ? "yes" : "no";
}

std::string ratioOver(const Row& row, std::string_view under) {
    for (const auto& ratio : row.result.ratios)
        if (ratio.over == row.site.site && ratio.under == under) return text(ratio.value);
    return {};
}
std::string metaOf(const Row& row, const char* key) {
    const auto found = row.test.meta.find(key);
    return found == row.test.meta.end() ? std::string() : found->second;
}
std::string joined(const std::vector<std::string>& parts) {
    std::string all;
    for (const std::string& part : parts)
        all += (all.empty() ? "" : " ") + part;
    return all;
}
std::string flagsOf(const SiteAnalysis& site) {
    std::vector<std::string> codes;
    for (const auto& flag : site.flags)
        codes.push_back(flag.code);
    return joined(codes);
}

std::string skinGrade(const Row& r) {
    const auto look = std::find_if(r.safety.skin.begin(), r.safety.skin.end(),
                                   [&](const AfterCurrent& a) { return a.site == r.site.site; });
    if (look == r.safety.skin.end() || !look->answered()) return {};
    const auto* grade = protocols::shippedAdverseEffects().gradeOf(look->answer);
    return grade != nullptr ? std::to_string(grade->grade) : std::string();
}

/// Why the whole result waits for a physician.
std::string held(const Row& r) {
    std::string out;
    for (const AdverseFinding& f : adverseFindings(r.safety, protocols::shippedAdverseEffects())) {
        if (!out.empty()) out += "; ";
        out += f.text;
    }
    return out;
}

/// What ended the current before its time.
std::string trip(const Row& r) {
    std::string out;
    for (const RecordedTrip& t : tripsOf(r.test))
        out += (out.empty() ? "" : " ") + tripText(t, r.result.stimulusStart);
    return out;
}

struct Column {
    const char* name;
    std::string (*cell)(const Row&);
};

// The first sixteen stand where they always stood; others are added behind them.
constexpr std::array columns{
    Column{"file", [](const Row& r) { return r.file; }},
    Column{"sha256", [](const Row& r) { return r.test.sha256; }},
    Column{"site", [](const Row& r) { return r.site.site; }},
    Column{"usable", [](const Row& r) { return text(r.site.usable); }},
    Column{"baseline_nl_per_min",
           [](const Row& r) { return r.site.baseline ? text(r.site.baseline->level.value) : ""; }},
    Column{"onset_latency_s", [](const Row& r) { return text(r.site.onset.latency); }},
    Column{"onset_half_width_s", [](const Row& r) { return text(r.site.onset.halfWidth); }},
    Column{"peak_nl_per_min", [](const Row& r) { return r.peak() ? text(r.peak()->peak.value) : ""; }},
    Column{"peak_time_s", [](const Row& r) { return r.peak() ? text(r.peak()->peakTime.count()) : ""; }},
    Column{"volume_ul", [](const Row& r) { return r.measures() ? text(r.measures()->volume.value) : ""; }},
    Column{"volume_uncertainty_ul",
           [](const Row& r) { return r.measures() ? text(r.measures()->uncertainty.value) : ""; }},
    Column{"charge_mc",
           [](const Row& r) { return r.site.delivered ? text(r.site.delivered->charge.value) : ""; }},
    Column{"shape", [](const Row& r) { return std::string(nameOf(r.site.shape)); }},
    Column{"norm",
           [](const Row& r) {
               return r.classified() ? std::string(nameOf(r.site.norm.normClass)) : std::string();
           }},
    Column{"flags", [](const Row& r) { return flagsOf(r.site); }},
    Column{"error", [](const Row&) { return std::string(); }},
    Column{"baseline_slope_nl_per_min2",
           [](const Row& r) { return r.site.baseline ? text(r.site.baseline->slope_nl_per_min2) : ""; }},
    Column{"baseline_model",
           [](const Row& r) {
               return std::string(!r.site.baseline ? "" : r.site.baseline->drifting ? "line" : "constant");
           }},
    Column{"resting_output_nl_per_min",
           [](const Row& r) { return r.site.baseline ? text(r.site.baseline->restingOutput.value) : ""; }},
    Column{"onset_verdict", [](const Row& r) { return std::string(verdictOf(r.site.onset)); }},
    Column{"onset_lag_corrected", [](const Row& r) { return text(r.site.onset.lagCorrected); }},
    Column{"peak_absolute_nl_per_min",
           [](const Row& r) { return r.peak() ? text(r.peak()->peakAbsolute.value) : ""; }},
    Column{"peak_nl_per_min_per_cm2", [](const Row& r) { return text(peakPerArea(r.test, r.site)); }},
    Column{"peak_lag_corrected_nl_per_min",
           [](const Row& r) { return r.corrected() ? text(r.corrected()->peak.value) : ""; }},
    Column{"peak_lag_corrected_lambda",
           [](const Row& r) { return r.corrected() ? text(r.corrected()->lambda) : ""; }},
    Column{"peak_time_from_onset_s", [](const Row& r) { return text(peakTimeFromOnset(r.site)); }},
    Column{"rise_slope_nl_per_min2",
           [](const Row& r) { return r.peak() ? text(r.peak()->riseSlope_nl_per_min2) : ""; }},
    Column{"volume_from_s",
           [](const Row& r) { return r.measures() ? text(r.measures()->from.count()) : ""; }},
    Column{"volume_during_stimulus_ul",
           [](const Row& r) { return r.measures() ? text(r.measures()->volumeDuring.value) : ""; }},
    Column{"volume_after_stimulus_ul",
           [](const Row& r) { return r.measures() ? text(r.measures()->volumeAfter.value) : ""; }},
    Column{"volume_ul_per_cm2", [](const Row& r) { return text(r.site.volumePerArea); }},
    Column{"volume_over_proximal_leg", [](const Row& r) { return ratioOver(r, "proximal_leg"); }},
    Column{"volume_over_forearm", [](const Row& r) { return ratioOver(r, "forearm"); }},
    Column{"residual", [](const Row& r) { return r.measures() ? text(r.measures()->residual) : ""; }},
    Column{"off_t50_s", [](const Row& r) { return r.measures() ? text(r.measures()->offHalfTime) : ""; }},
    Column{"sweat_expulsions_per_min", [](const Row& r) { return text(r.site.expulsionsPerMin); }},
    Column{"mean_current_ma",
           [](const Row& r) { return r.site.delivered ? text(r.site.delivered->meanCurrent.value) : ""; }},
    Column{"duration_s",
           [](const Row& r) { return r.site.delivered ? text(r.site.delivered->duration.count()) : ""; }},
    Column{"norm_reason", [](const Row& r) { return r.site.norm.reason; }},
    Column{"norm_p5_ul", [](const Row& r) { return r.classified() ? text(r.site.norm.lower) : ""; }},
    Column{"norm_p95_ul", [](const Row& r) { return r.classified() ? text(r.site.norm.upper) : ""; }},
    Column{"norm_percentile",
           [](const Row& r) { return r.classified() ? text(r.site.norm.percentile) : ""; }},
    Column{"norm_set", [](const Row& r) { return r.classified() ? r.site.norm.setId : ""; }},
    Column{"norm_version", [](const Row& r) { return r.classified() ? r.site.norm.setVersion : ""; }},
    Column{"distribution", [](const Row& r) { return std::string(nameOf(r.result.pattern.distribution)); }},
    Column{"cass_sudomotor",
           [](const Row& r) {
               return r.result.cass.score ? std::to_string(*r.result.cass.score) : std::string();
           }},
    Column{"recording_id", [](const Row& r) { return metaOf(r, "id"); }},
    Column{"protocol", [](const Row& r) { return r.test.protocol; }},
    Column{"started_utc", [](const Row& r) { return metaOf(r, "started_utc"); }},
    Column{"outcome", [](const Row& r) { return metaOf(r, "outcome"); }},
    Column{"simulated", [](const Row& r) { return text(r.test.simulated); }},
    Column{"interrupted", [](const Row& r) { return text(r.test.interrupted); }},
    Column{"stimulus_start_s", [](const Row& r) { return text(r.result.stimulusStart.count()); }},
    Column{"stimulus_stop_s", [](const Row& r) { return text(r.result.stimulusStop); }},
    Column{"review_version",
           [](const Row& r) { return r.review != nullptr ? std::to_string(r.review->version) : ""; }},
    Column{"remarks", [](const Row& r) { return joined(r.test.remarks); }},
    Column{"volume_gain_uncertainty_ul",
           [](const Row& r) { return r.measures() ? text(r.measures()->gainUncertainty) : ""; }},
    Column{"rate_uncertainty_at_rest_nl_per_min",
           [](const Row& r) { return text(r.site.rateAccuracy.atRest); }},
    Column{"rate_uncertainty_at_peak_nl_per_min",
           [](const Row& r) { return text(r.site.rateAccuracy.atPeak); }},
    Column{"rate_gain_uncertainty", [](const Row& r) { return text(r.site.rateAccuracy.gain); }},
    Column{"skin_grade", skinGrade},
    Column{"held", held},
    Column{"trip", trip},
};

/// Rows are lines: what would end one in the middle becomes a space.
std::string lineOf(std::vector<std::string> cells) {
    for (std::string& cell : cells)
        std::replace_if(
            cell.begin(), cell.end(), [](char c) { return c == '\n' || c == '\r' || c == '\0'; }, ' ');
    return csvLine(cells);
}

} // namespace

const std::string& resultCsvHead() {
    static const std::string head = [] {
        std::vector<std::string> names;
        names.reserve(columns.size());
        for (const Column& column : columns)
            names.emplace_back(column.name);
        return csvLine(names);
    }();
    return head;
}

bool isResultCsvHead(std::string_view line) {
    return line.starts_with("file,sha256,site,usable,");
}

std::string resultCsvRows(const std::string& file, const RecordedTest& test,
                          const analysis::TestAnalysis& result, const Review* review) {
    std::string rows;
    const SafetyRecord safety = safetyRecordOf(test, protocols::shippedAdverseEffects());
    for (const SiteAnalysis& site : result.sites) {
        const Row row{file, test, result, review, site, safety};
        std::vector<std::string> cells;
        cells.reserve(columns.size());
        for (const Column& column : columns)
            cells.push_back(column.cell(row));
        rows += lineOf(std::move(cells));
    }
    return rows;
}

std::string failedCsvRow(const std::string& file, const std::string& sentence) {
    std::vector<std::string> cells;
    for (const Column& column : columns) {
        const std::string_view name = column.name;
        cells.push_back(name == "file" ? file : name == "usable" ? "no" : name == "error" ? sentence : "");
    }
    return lineOf(std::move(cells));
}

} // namespace eccrine::records
