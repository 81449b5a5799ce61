// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/comparison.hpp"

#include <map>
#include <string>

namespace eccrine::analysis {
namespace {

NormQuery queryOf(const RecordedTest& test) {
    const auto meta = [&](const char* key) {
        const auto found = test.meta.find(key);
        return found == test.meta.end() ? std::string() : found->second;
    };
    NormQuery query;
    query.deviceFamily = meta("device.family");
    const std::string sex = meta("patient.sex"); // one letter: as the first recordings have it
    if (sex == "female" || sex == "F") query.sex = Sex::Female;
    if (sex == "male" || sex == "M") query.sex = Sex::Male;
    const std::string day = meta("started_utc").empty() ? meta("started_local") : meta("started_utc");
    query.age_y = completedYears(meta("patient.birth_date"), day);
    return query;
}

/// What stands against a class; NotAsked: nothing.
NormBar barOf(const NormBar& ofTheVolume, bool hasVolume, bool doseKnown) {
    if (ofTheVolume) return ofTheVolume;
    if (!hasVolume) return {NoNorm::NoVolume, "The channel cannot be compared; its remarks say why."};
    if (!doseKnown)
        return {NoNorm::DoseUnknown,
                "The delivered current was not recorded, so that it is not known whether "
                "the dose was that of the norms."};
    return {};
}

/// \param measures of a channel that can be used
NormResult normOf(const NormLibrary& library, const NormQuery& query, const NormBar& ofTheVolume,
                  const std::optional<CurveMeasures>& measures, bool doseKnown) {
    const NormBar bar = barOf(ofTheVolume, measures.has_value(), doseKnown);
    if (!bar) return classify(library.sets, query, measures->volume);
    NormResult none;
    none.noNorm = bar.cause;
    none.reason = bar.reason;
    return none;
}

Pattern patternFor(const std::vector<SiteState>& states, const std::optional<PatternTexts>& texts) {
    if (texts) return patternOf(states, *texts);
    std::map<std::string, NormClass> classes;
    for (const SiteState& s : states)
        classes[s.site] = s.normClass;
    Pattern pattern;
    pattern.distribution = distributionOf(classes);
    return pattern;
}

} // namespace

void compareWithNorms(TestAnalysis& result, const RecordedTest& test, const NormLibrary& library) {
    NormQuery query = queryOf(test);
    std::vector<SiteState> states;
    CassInput input;
    for (SiteAnalysis& site : result.sites) {
        query.site = site.site;
        const bool doseKnown = site.delivered.has_value(); // a plan is none
        site.norm =
            normOf(library, query, site.normBar, site.usable ? site.measures : std::nullopt, doseKnown);
        if (site.automatic)
            site.automatic->norm =
                normOf(library, query, site.automatic->normBar, site.automatic->measures, doseKnown);
        const bool persistent = site.shape == ResponseShape::Persistent;
        states.push_back({site.site, site.norm.normClass, persistent});
        input.sites.push_back({site.site,
                               site.usable && !site.normBar && site.measures
                                   ? std::optional(site.measures->volume)
                                   : std::nullopt,
                               site.norm, persistent});
    }
    result.pattern = patternFor(states, library.texts);
    if (library.cass)
        result.cass = sudomotorSubscore(input, *library.cass, library.cass->enabled);
    else
        result.cass.absentBecause = "The rules of the sudomotor score are not loaded.";
}

} // namespace eccrine::analysis
