// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/comparison.hpp"

#include <algorithm>
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

NormResult normOf(const NormLibrary& library, const NormQuery& query, bool usable, const NormBar& bar,
                  const std::optional<CurveMeasures>& measures) {
    if (usable && !bar && measures) return classify(library.sets, query, measures->volume);
    NormResult none;
    none.noNorm = bar ? bar.cause : NoNorm::NoVolume;
    none.reason = bar ? bar.reason : "The channel cannot be compared; its remarks say why.";
    return none;
}

/// A class that rests on a dose that nobody has recorded says so itself.
void sayUnknownDose(NormResult& norm, const SiteAnalysis& site) {
    const bool unknown = std::any_of(site.flags.begin(), site.flags.end(),
                                     [](const QualityFlag& f) { return f.code == "NO_CURRENT"; });
    if (unknown && norm.normClass != NormClass::None && norm.reason.empty())
        norm.reason = "The current was not recorded: the class holds only if the dose was that of the norm.";
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
        site.norm = normOf(library, query, site.usable, site.normBar, site.measures);
        sayUnknownDose(site.norm, site);
        if (site.automatic) {
            site.automatic->norm =
                normOf(library, query, true, site.automatic->normBar, site.automatic->measures);
            sayUnknownDose(site.automatic->norm, site);
        }
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
