// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/cass.hpp"

#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"

#include <algorithm>
#include <cmath>

namespace eccrine::analysis {
namespace {

using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr int knownSchema = 1;
// Grades of the scale (0 to 3), Low 1993.
constexpr int mild = 1, moderate = 2, severe = 3;

CassRules rulesOf(const toml::table& root) {
    StrictTable in(root, "the file");
    if (in.number("schema", 0, 1e6) != knownSchema)
        throw TomlRefusal{"the schema version is not " + std::to_string(knownSchema),
                          root.get("schema")->source().begin};
    CassRules out;
    out.version = in.text("version");
    out.citation = in.text("citation");
    out.certainty = in.text("certainty");
    out.enabled = in.flag("enabled");
    if (root.contains("verified_by")) out.verifiedBy = in.text("verified_by");
    out.sites = in.texts("sites");
    const auto oneOfTheSites = [&](const char* key) {
        std::string site = in.text(key);
        if (std::find(out.sites.begin(), out.sites.end(), site) == out.sites.end())
            throw TomlRefusal{"\"" + std::string(key) + "\" is not one of \"sites\"",
                              root.get(key)->source().begin};
        return site;
    };
    out.distalSite = oneOfTheSites("distal_site");
    out.proximalSite = oneOfTheSites("proximal_site");
    out.persistentSite = oneOfTheSites("persistent_site");
    out.distalOverProximal = in.number("distal_over_proximal_below", 0, 1);
    out.markedFractionOfLimit = in.number("marked_below_fraction_of_limit", 0, 1);
    out.anhidrosisModerateFrom_pct = in.number("anhidrosis_moderate_from_pct", 0, 100);
    out.anhidrosisSevereAbove_pct = in.number("anhidrosis_severe_above_pct", 0, 100);
    if (out.anhidrosisSevereAbove_pct < out.anhidrosisModerateFrom_pct)
        throw TomlRefusal{"\"anhidrosis_severe_above_pct\" is below \"anhidrosis_moderate_from_pct\"",
                          root.get("anhidrosis_severe_above_pct")->source().begin};
    in.refuseUnknownKeys();
    return out;
}

const CassSite* siteNamed(const CassInput& input, const std::string& name) {
    const auto found = std::find_if(input.sites.begin(), input.sites.end(),
                                    [&](const CassSite& s) { return s.site == name; });
    return found == input.sites.end() ? nullptr : &*found;
}

/// Why the score cannot be found; empty when it can.
std::string obstacle(const CassInput& input, const CassRules& rules, bool enabledByLab) {
    if (!enabledByLab) return "The sudomotor score is not enabled in the settings of the laboratory.";
    if (input.anhidrosis_pct && !(*input.anhidrosis_pct >= 0.0 && *input.anhidrosis_pct <= 100.0))
        return "The anhidrosis has to be 0 to 100 % of the body surface.";
    for (const std::string& name : rules.sites) {
        const CassSite* site = siteNamed(input, name);
        if (site == nullptr || !site->volume || !std::isfinite(site->volume->value))
            return "The site \"" + name + "\" has no volume.";
        if (site->norm.normClass == NormClass::None)
            return "The site \"" + name + "\" has no norm. " + site->norm.reason;
        if (!site->norm.verified)
            return "The norm set \"" + site->norm.setId +
                   "\" has been verified by nobody against its source.";
        if (!site->norm.lower || !(site->norm.lower->value > 0.0))
            return "The lower limit at the site \"" + name + "\" is 0, so that it cannot be graded.";
    }
    return {};
}

} // namespace

Result<CassRules> parseCassRules(const std::string& text, const std::string& name) {
    auto rules = datafiles::readStrictly<CassRules>(text, name, rulesOf);
    if (rules) rules->sha256 = datafiles::sha256Of(text);
    return rules;
}

Result<CassRules> loadCassRules(const std::filesystem::path& file) {
    const auto text = datafiles::smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parseCassRules(*text, file.string());
}

CassScore sudomotorSubscore(const CassInput& input, const CassRules& rules, bool enabledByLab) {
    CassScore out;
    out.rulesVersion = rules.version;
    out.rulesSha256 = rules.sha256;
    out.citation = rules.citation;
    out.certainty = rules.certainty;
    out.rulesVerified = !rules.verifiedBy.empty();
    out.absentBecause = obstacle(input, rules, enabledByLab);
    if (!out.absentBecause.empty()) return out;

    int score = 0;
    const auto holds = [&](int grade, std::string reason) {
        score = std::max(score, grade);
        out.reasons.push_back(std::move(reason));
    };
    const auto compared = [&](const std::string& name) {
        return std::max(*siteNamed(input, name)->volume, Microlitres{0.0});
    };
    int marked = 0;
    for (const std::string& name : rules.sites) {
        const CassSite& site = *siteNamed(input, name);
        if (site.norm.normClass == NormClass::Reduced)
            holds(mild, "The volume at the site \"" + name + "\" is below the lower limit.");
        if (compared(name) < rules.markedFractionOfLimit * *site.norm.lower) {
            ++marked;
            holds(moderate, "The volume at the site \"" + name + "\" is far below the lower limit.");
        }
    }
    if (marked >= 2) holds(severe, "Two sites or more are far below the lower limit.");
    if (compared(rules.distalSite) < rules.distalOverProximal * compared(rules.proximalSite))
        holds(mild, "The volume at the site \"" + rules.distalSite +
                        "\" is small in proportion to that at \"" + rules.proximalSite + "\".");
    if (siteNamed(input, rules.persistentSite)->persistent)
        holds(mild, "Sweating persists at the site \"" + rules.persistentSite + "\".");
    if (input.anhidrosis_pct && *input.anhidrosis_pct > 0.0) {
        const double area_pct = *input.anhidrosis_pct;
        holds(area_pct > rules.anhidrosisSevereAbove_pct     ? severe
              : area_pct >= rules.anhidrosisModerateFrom_pct ? moderate
                                                             : mild,
              "The thermoregulatory test shows anhidrosis.");
    }
    out.score = score;
    return out;
}

} // namespace eccrine::analysis
