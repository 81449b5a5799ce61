// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/result_document.hpp"

#include "records/adverse_finding.hpp"
#include "records/recorded_trips.hpp"
#include "records/review.hpp"
#include "records/safety_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <filesystem>

namespace eccrine::records {
namespace {

using Json = nlohmann::ordered_json;
using analysis::Onset;
using analysis::SiteAnalysis;

/// Null for what is absent or not a number: neither ever becomes 0.
Json number(double value) {
    return std::isfinite(value) ? Json(value) : Json(nullptr);
}
Json number(const std::optional<double>& value) {
    return value ? number(*value) : Json(nullptr);
}
template <class Q>
Json number(const std::optional<Q>& quantity) {
    return quantity ? number(quantity->value) : Json(nullptr);
}
Json seconds(const std::optional<Seconds>& s) {
    return s ? number(s->count()) : Json(nullptr);
}

/// A parameter's value as the number, switch or word that it is.
Json parameterValue(const std::string& text) {
    if (text == "on" || text == "off") return text == "on";
    const Json parsed = Json::parse(text, nullptr, false);
    if (text.empty()) return nullptr;
    return parsed.is_number() ? parsed : Json(text);
}

Json normJson(const analysis::NormResult& n) {
    Json out;
    const bool none = n.normClass == analysis::NormClass::None;
    out["class"] = none ? Json(nullptr) : Json(nameOf(n.normClass));
    out["reason"] = !n.reason.empty() ? Json(n.reason) : none ? Json("no norm set is loaded") : Json(nullptr);
    if (none) return out;
    out["p5_ul"] = number(n.lower);
    out["p95_ul"] = number(n.upper);
    out["percentile"] = number(n.percentile);
    out["set"] = n.setId;
    out["version"] = n.setVersion;
    out["sha256"] = n.sha256;
    out["citation"] = n.citation;
    out["certainty"] = n.certainty;
    return out;
}

/// What was placed by hand, by the marker's name.
Json marksJson(const analysis::ReaderMarks& marks) {
    Json out = Json::object();
    if (marks.onset) out["onset_latency_s"] = seconds(marks.onset->latency);
    if (marks.baseline) {
        out["baseline_from_s"] = number(marks.baseline->from.count());
        out["baseline_to_s"] = number(marks.baseline->to.count());
    }
    if (marks.end) out["window_s"] = number(marks.end->count());
    return out;
}

Json automaticJson(const analysis::AutomaticValues& a) {
    Json out;
    out["baseline_nl_per_min"] = a.baseline ? number(a.baseline->level.value) : Json(nullptr);
    out["onset_latency_s"] = seconds(a.onset.latency);
    out["onset_half_width_s"] = seconds(a.onset.halfWidth);
    out["onset_verdict"] = verdictOf(a.onset);
    out["peak_nl_per_min"] = a.measures && a.peakReliable ? number(a.measures->peak.value) : Json(nullptr);
    out["volume_ul"] = a.measures ? number(a.measures->volume.value) : Json(nullptr);
    out["volume_uncertainty_ul"] = a.measures ? number(a.measures->uncertainty.value) : Json(nullptr);
    out["norm"] = normJson(a.norm);
    return out;
}

Json reviewJson(const Review& review) {
    Json out;
    out["version"] = review.version;
    out["saved_utc"] = review.savedUtc.empty() ? Json(nullptr) : Json(review.savedUtc);
    out["reader"] = review.reader;
    out["comment"] = review.comment;
    out["marks"] = Json::array();
    for (const PlacedMark& m : review.marks)
        out["marks"].push_back(Json{{"site", m.site},
                                    {"marker", nameOf(m.marker)},
                                    {"reason", m.reason},
                                    {"by", m.by},
                                    {"at_utc", m.atUtc.empty() ? Json(nullptr) : Json(m.atUtc)}});
    return out;
}

Json accuracyJson(const analysis::RateAccuracy& a) {
    Json out;
    out["at_rest_nl_per_min"] = number(a.atRest);
    out["at_peak_nl_per_min"] = number(a.atPeak);
    out["gain_part"] = number(a.gain);
    out["reason"] = a.absentBecause.empty() ? Json(nullptr) : Json(a.absentBecause);
    return out;
}

Json noiseJson(const std::optional<analysis::HygrometerNoise>& n) {
    if (!n) return nullptr;
    Json out;
    out["white_nl_per_min"] = number(n->white.value);
    out["line_hz"] = number(n->line_hz);
    out["line_nl_per_min"] = n->line_hz ? number(n->line.value) : Json(nullptr);
    return out;
}

Json siteJson(const RecordedTest& test, const SiteAnalysis& s) {
    Json out;
    out["site"] = s.site;
    const auto& m = s.measures;
    out["baseline_nl_per_min"] = s.baseline ? number(s.baseline->level.value) : Json(nullptr);
    out["baseline_slope_nl_per_min2"] = s.baseline ? number(s.baseline->slope_nl_per_min2) : Json(nullptr);
    out["baseline_model"] = s.baseline ? Json(s.baseline->drifting ? "line" : "constant") : Json(nullptr);
    out["resting_output_nl_per_min"] = s.baseline ? number(s.baseline->restingOutput.value) : Json(nullptr);
    out["onset_latency_s"] = seconds(s.onset.latency);
    out["onset_half_width_s"] = seconds(s.onset.halfWidth);
    out["onset_verdict"] = verdictOf(s.onset);
    out["onset_lag_corrected"] = s.onset.lagCorrected;
    const bool peak = m && s.peakReliable;
    out["peak_nl_per_min"] = peak ? number(m->peak.value) : Json(nullptr);
    out["peak_absolute_nl_per_min"] = peak ? number(m->peakAbsolute.value) : Json(nullptr);
    out["peak_nl_per_min_per_cm2"] = number(peakPerArea(test, s));
    out["peak_time_s"] = peak ? number(m->peakTime.count()) : Json(nullptr);
    const bool corrected = peak && s.lagCorrected && s.lagCorrected->rejected.empty();
    out["peak_lag_corrected_nl_per_min"] = corrected ? number(s.lagCorrected->peak.value) : Json(nullptr);
    out["peak_lag_corrected_lambda"] = corrected ? number(s.lagCorrected->lambda) : Json(nullptr);
    out["peak_time_from_onset_s"] = seconds(peakTimeFromOnset(s));
    out["rise_slope_nl_per_min2"] = peak ? number(m->riseSlope_nl_per_min2) : Json(nullptr);
    out["volume_from_s"] = m ? number(m->from.count()) : Json(nullptr);
    out["volume_ul"] = m ? number(m->volume.value) : Json(nullptr);
    out["volume_uncertainty_ul"] = m ? number(m->uncertainty.value) : Json(nullptr);
    out["volume_gain_uncertainty_ul"] = m ? number(m->gainUncertainty) : Json(nullptr);
    out["volume_during_stimulus_ul"] = m ? number(m->volumeDuring.value) : Json(nullptr);
    out["volume_after_stimulus_ul"] = m ? number(m->volumeAfter.value) : Json(nullptr);
    out["volume_ul_per_cm2"] = number(s.volumePerArea);
    out["residual"] = m && m->residual ? number(*m->residual) : Json(nullptr);
    out["off_t50_s"] = m ? seconds(m->offHalfTime) : Json(nullptr);
    out["shape"] = nameOf(s.shape);
    out["sweat_expulsions_per_min"] = number(s.expulsionsPerMin);
    out["rate_uncertainty"] = accuracyJson(s.rateAccuracy);
    out["hygrometer_noise"] = noiseJson(s.noise);
    Json delivered;
    delivered["charge_mc"] = s.delivered ? number(s.delivered->charge.value) : Json(nullptr);
    delivered["mean_current_ma"] = s.delivered ? number(s.delivered->meanCurrent.value) : Json(nullptr);
    delivered["duration_s"] = s.delivered ? number(s.delivered->duration.count()) : Json(nullptr);
    out["delivered"] = std::move(delivered);
    Json flags = Json::array();
    for (const auto& flag : s.flags) {
        Json f;
        f["code"] = flag.code;
        f["text"] = flag.text;
        f["from_s"] = seconds(flag.from);
        f["to_s"] = seconds(flag.to);
        flags.push_back(std::move(f));
    }
    out["quality"] = Json{{"usable", s.usable}, {"flags", std::move(flags)}};
    out["norm"] = normJson(s.norm);
    if (s.automatic) {
        out["placed_by_reader"] = marksJson(s.marks);
        out["automatic"] = automaticJson(*s.automatic);
    }
    return out;
}

Json sidesJson(const analysis::TestAnalysis& result) {
    Json out = Json::array();
    for (const analysis::SideComparison& side : result.sides) {
        Json s;
        s["site"] = side.site;
        s["right"] = side.right;
        s["left"] = side.left;
        s["volume_ratio"] = number(side.ratio);
        s["volume_ratio_uncertainty"] = number(side.uncertainty);
        s["volume_difference_pct"] = number(side.difference_pct);
        s["resting_difference_nl_per_min"] = number(side.restingDifference);
        s["reason"] = side.absentBecause.empty() ? Json(nullptr) : Json(side.absentBecause);
        out.push_back(std::move(s));
    }
    return out;
}

/// What ended the current before its time.
Json tripsJson(const RecordedTest& test, Seconds stimulusStart) {
    Json out = Json::array();
    for (const RecordedTrip& trip : tripsOf(test))
        out.push_back(Json{{"at_s", number((trip.at - stimulusStart).count())},
                           {"site", trip.site.empty() ? Json(nullptr) : Json(trip.site)},
                           {"of_stimulation", trip.ofStimulation},
                           {"sentence", trip.sentence}});
    return out;
}

Json patternJson(const analysis::Pattern& p) {
    return Json{{"reduced", p.reduced},       {"other_reduced", p.otherReduced}, {"increased", p.increased},
                {"persistent", p.persistent}, {"unclassified", p.unclassified},  {"no_norm", p.noNorm},
                {"sentences", p.sentences}};
}

} // namespace

std::string_view verdictOf(const Onset& onset) {
    switch (onset.verdict) {
    case Onset::Verdict::Found:
        return "found";
    case Onset::Verdict::None:
        return "no onset";
    case Onset::Verdict::Indeterminate:
        return "indeterminate";
    }
    return "";
}

std::optional<double> peakPerArea(const RecordedTest& test, const SiteAnalysis& site) {
    const auto signals = std::find_if(test.sites.begin(), test.sites.end(),
                                      [&](const SiteSignals& s) { return s.site == site.site; });
    if (signals == test.sites.end() || !site.measures || !site.peakReliable) return std::nullopt;
    const auto& area = signals->capsule.area;
    if (!area || !(area->value > 0.0)) return std::nullopt;
    return site.measures->peak.value / area->value;
}

std::optional<Seconds> peakTimeFromOnset(const SiteAnalysis& site) {
    if (!site.measures || !site.peakReliable || !site.onset.latency) return std::nullopt;
    return site.measures->peakTime - *site.onset.latency;
}

std::string resultJson(const RecordedTest& test, const analysis::TestAnalysis& result, const Review* review) {
    const auto metaValue = [&](const char* key) {
        const auto found = test.meta.find(key);
        return found == test.meta.end() ? Json(nullptr) : Json(found->second);
    };
    Json recording;
    recording["file"] = std::filesystem::path(test.sourceFile).filename().string();
    recording["sha256"] = test.sha256;
    recording["id"] = metaValue("id");
    recording["simulated"] = test.simulated;
    recording["interrupted"] = test.interrupted;
    recording["outcome"] = metaValue("outcome");
    recording["trips"] = tripsJson(test, result.stimulusStart);
    recording["started_utc"] = metaValue("started_utc");
    recording["stimulus_start_s"] = number(result.stimulusStart.count());
    recording["stimulus_stop_s"] = seconds(result.stimulusStop);
    recording["remarks"] = test.remarks;

    Json method;
    method["algorithm"] = analysis::algorithmVersion;
    for (const auto& parameter : analysis::parameterList(result.parameters))
        method[parameter.name] = parameterValue(parameter.value);

    Json sites = Json::array();
    for (const SiteAnalysis& site : result.sites)
        sites.push_back(siteJson(test, site));

    Json document;
    document["recording"] = std::move(recording);
    document["protocol"] = test.protocol.empty() ? Json(nullptr) : Json(test.protocol);
    const auto& effects = protocols::shippedAdverseEffects();
    const SafetyRecord safety = safetyRecordOf(test, effects);
    document["held"] = heldJson(adverseFindings(safety, effects));
    document["method"] = std::move(method);
    document["sites"] = std::move(sites);
    Json ratios = Json::array();
    for (const auto& r : result.ratios)
        ratios.push_back(Json{{"over", r.over},
                              {"under", r.under},
                              {"volume_ratio", number(r.value)},
                              {"volume_ratio_uncertainty", number(r.uncertainty)}});
    document["ratios"] = std::move(ratios);
    document["sides"] = sidesJson(result);
    document["distribution"] = nameOf(result.pattern.distribution);
    document["pattern"] = patternJson(result.pattern);
    const analysis::CassScore& cass = result.cass;
    document["cass_sudomotor"] = cass.score ? Json(*cass.score) : Json(nullptr);
    document["cass_reason"] = cass.score                   ? Json(cass.reasons)
                              : cass.absentBecause.empty() ? Json("the score was not asked for")
                                                           : Json(cass.absentBecause);
    if (cass.score)
        document["cass_rules"] = Json{{"version", cass.rulesVersion},
                                      {"sha256", cass.rulesSha256},
                                      {"citation", cass.citation},
                                      {"certainty", cass.certainty},
                                      {"verified", cass.rulesVerified}};
    document["safety"] = safetyJson(safety, effects, result.stimulusStart);
    if (review != nullptr) document["review"] = reviewJson(*review);
    document["software"] = Json{{"name", "Eccrine"}, {"version", ECCRINE_VERSION}};
    // a name in another encoding must not make the document fail: it becomes replacement characters
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace eccrine::records
