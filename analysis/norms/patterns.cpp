// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/norms/patterns.hpp"

#include "datafiles/strict_toml.hpp"
#include "datafiles/text_hash.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace eccrine::analysis {
namespace {

using datafiles::StrictTable;
using datafiles::TomlRefusal;

constexpr int knownSchema = 1;
constexpr std::array<std::string_view, 4> proximalFirst{"forearm", "proximal_leg", "distal_leg", "foot"};
constexpr std::string_view placeholder = "{sites}";

using Reduced = std::array<bool, proximalFirst.size()>;

Distribution distributionOf(const Reduced& reduced) {
    const auto count = std::count(reduced.begin(), reduced.end(), true);
    if (count == 0) return Distribution::None;
    if (count == static_cast<std::ptrdiff_t>(reduced.size())) return Distribution::Generalized;
    return std::is_sorted(reduced.begin(), reduced.end()) ? Distribution::LengthDependent
                                                          : Distribution::Focal;
}

bool isStandard(std::string_view site) {
    return std::find(proximalFirst.begin(), proximalFirst.end(), site) != proximalFirst.end();
}

/// A template. It has to name the sites exactly where sites are meant, and no placeholder that nobody fills.
std::string sentence(StrictTable& in, const toml::table& table, const char* key, bool namesSites) {
    std::string text = in.text(key);
    const auto at = text.find(placeholder);
    if (namesSites && at == std::string::npos)
        throw TomlRefusal{"\"" + std::string(key) + "\" has no {sites}", table.get(key)->source().begin};
    std::string rest = text;
    if (namesSites) rest.erase(at, placeholder.size());
    if (rest.find_first_of("{}") != std::string::npos)
        throw TomlRefusal{"\"" + std::string(key) + "\" has a { or } that nothing would fill" +
                              (namesSites ? "; {sites} stands in it once" : ""),
                          table.get(key)->source().begin};
    return text;
}

PatternTexts textsOf(const toml::table& root) {
    StrictTable in(root, "the file");
    if (in.number("schema", 0, 1e6) != knownSchema)
        throw TomlRefusal{"the schema version is not " + std::to_string(knownSchema),
                          root.get("schema")->source().begin};
    PatternTexts out;
    out.language = in.text("language");
    out.version = in.text("version");
    static_cast<void>(in.text("citation"));
    const toml::table& sentences = in.table("sentences");
    StrictTable say(sentences, "[sentences]");
    out.none = sentence(say, sentences, "none", false);
    out.generalized = sentence(say, sentences, "generalized", false);
    out.lengthDependent = sentence(say, sentences, "length_dependent", true);
    out.focal = sentence(say, sentences, "focal", true);
    out.unknown = sentence(say, sentences, "unknown", false);
    out.otherReduced = sentence(say, sentences, "other_reduced", true);
    out.increased = sentence(say, sentences, "increased", true);
    out.persistent = sentence(say, sentences, "persistent", true);
    out.unclassified = sentence(say, sentences, "unclassified", true);
    out.noNorm = sentence(say, sentences, "no_norm", true);
    out.clinicalCorrelation = sentence(say, sentences, "clinical_correlation", false);
    say.refuseUnknownKeys();
    const toml::table& list = in.table("list");
    StrictTable join(list, "[list]");
    out.listSeparator = join.text("separator");
    out.listLast = join.text("last");
    join.refuseUnknownKeys();
    for (const auto& [site, name] : in.table("site_names")) {
        const auto text = name.value<std::string>();
        if (!text || text->empty())
            throw TomlRefusal{"the name of the site \"" + std::string(site.str()) + "\" has to be a text",
                              name.source().begin};
        out.siteNames.emplace(std::string(site.str()), *text);
    }
    in.refuseUnknownKeys();
    return out;
}

std::string filled(const std::string& text, const std::vector<std::string>& sites,
                   const PatternTexts& texts) {
    std::string list;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        if (i > 0) list += i + 1 == sites.size() ? texts.listLast : texts.listSeparator;
        const auto name = texts.siteNames.find(sites[i]);
        list += name == texts.siteNames.end() ? sites[i] : name->second;
    }
    std::string out = text;
    if (const auto at = out.find(placeholder); at != std::string::npos)
        out.replace(at, placeholder.size(), list);
    return out;
}

const std::string& sentenceOf(Distribution distribution, const PatternTexts& texts) {
    switch (distribution) {
    case Distribution::None:
        return texts.none;
    case Distribution::Generalized:
        return texts.generalized;
    case Distribution::LengthDependent:
        return texts.lengthDependent;
    case Distribution::Focal:
        return texts.focal;
    case Distribution::Unknown:
        break;
    }
    return texts.unknown;
}

/// Standard sites from forearm to foot, then the others in the order given.
std::vector<SiteState> inOrder(std::span<const SiteState> sites) {
    std::vector<SiteState> out(sites.begin(), sites.end());
    std::stable_sort(out.begin(), out.end(), [](const SiteState& a, const SiteState& b) {
        return std::find(proximalFirst.begin(), proximalFirst.end(), a.site) <
               std::find(proximalFirst.begin(), proximalFirst.end(), b.site);
    });
    return out;
}

} // namespace

std::string_view nameOf(Distribution distribution) {
    switch (distribution) {
    case Distribution::Unknown:
        return "unknown";
    case Distribution::None:
        return "no reduced site";
    case Distribution::Generalized:
        return "generalized";
    case Distribution::LengthDependent:
        return "length-dependent";
    case Distribution::Focal:
        return "focal or patchy";
    }
    return "";
}

Distribution distributionOf(const std::map<std::string, NormClass>& sites) {
    std::vector<Reduced> possible{Reduced{}};
    for (std::size_t i = 0; i < proximalFirst.size(); ++i) {
        const auto found = sites.find(std::string(proximalFirst[i]));
        const bool open = found == sites.end() || found->second == NormClass::None ||
                          found->second == NormClass::Unclassified;
        const std::size_t before = possible.size();
        for (std::size_t p = 0; p < before; ++p) {
            possible[p][i] = !open && found->second == NormClass::Reduced;
            if (!open) continue;
            Reduced other = possible[p];
            other[i] = true;
            possible.push_back(other);
        }
    }
    const Distribution first = distributionOf(possible.front());
    const bool same = std::all_of(possible.begin(), possible.end(),
                                  [&](const Reduced& r) { return distributionOf(r) == first; });
    return same ? first : Distribution::Unknown;
}

Result<PatternTexts> parsePatternTexts(const std::string& text, const std::string& name) {
    auto texts = datafiles::readStrictly<PatternTexts>(text, name, textsOf);
    if (texts) texts->sha256 = datafiles::sha256Of(text);
    return texts;
}

Result<PatternTexts> loadPatternTexts(const std::filesystem::path& file) {
    const auto text = datafiles::smallFile(file);
    if (!text) return tl::unexpected(text.error());
    return parsePatternTexts(*text, file.string());
}

Pattern patternOf(std::span<const SiteState> sites, const PatternTexts& texts) {
    Pattern out;
    std::map<std::string, NormClass> classes;
    for (const SiteState& s : inOrder(sites)) {
        if (isStandard(s.site)) classes[s.site] = s.normClass;
        if (s.normClass == NormClass::Reduced)
            (isStandard(s.site) ? out.reduced : out.otherReduced).push_back(s.site);
        if (s.normClass == NormClass::Increased) out.increased.push_back(s.site);
        if (s.normClass == NormClass::Unclassified) out.unclassified.push_back(s.site);
        if (s.normClass == NormClass::None) out.noNorm.push_back(s.site);
        if (s.persistent) out.persistent.push_back(s.site);
    }
    out.distribution = distributionOf(classes);
    out.sentences.push_back(filled(sentenceOf(out.distribution, texts), out.reduced, texts));
    const auto state = [&](const std::string& text, const std::vector<std::string>& which) {
        if (!which.empty()) out.sentences.push_back(filled(text, which, texts));
    };
    state(texts.otherReduced, out.otherReduced);
    state(texts.increased, out.increased);
    state(texts.persistent, out.persistent);
    state(texts.unclassified, out.unclassified);
    state(texts.noNorm, out.noNorm);
    out.sentences.push_back(texts.clinicalCorrelation);
    return out;
}

} // namespace eccrine::analysis
