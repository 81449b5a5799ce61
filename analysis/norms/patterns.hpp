// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_match.hpp"
#include "core/failure.hpp"

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::analysis {

/// Distribution of reduced sites over the standard four (forearm, proximal leg, distal leg, foot), in neutral
/// words; product policy, not a diagnosis.
enum class Distribution {
    Unknown,         ///< a site without a class could change it
    None,            ///< no reduced site
    Generalized,     ///< all four
    LengthDependent, ///< foot; foot and distal leg; all but the forearm
    Focal,           ///< anything else
};
[[nodiscard]] std::string_view nameOf(Distribution distribution);

/// A site that is missing or has no class may be either: the distribution is stated when it is the same in
/// every case, else it is unknown. Sites beside the four do not take part.
[[nodiscard]] Distribution distributionOf(const std::map<std::string, NormClass>& sites);

struct SiteState {
    std::string site;
    NormClass normClass = NormClass::None;
    bool persistent = false; ///< the rate does not fall back within the window
};

/// The sentences, from an editable file like protocols/norms/pattern-texts.toml. `{sites}` stands for the
/// list of sites.
struct PatternTexts {
    std::string language, version;
    std::map<std::string, std::string>
        siteNames; ///< "foot" → what is printed; an unknown site keeps its name
    std::string none, generalized, lengthDependent, focal, unknown;
    std::string otherReduced; ///< reduced sites beside the standard four
    std::string increased, persistent, unclassified, noNorm;
    std::string listSeparator, listLast; ///< ", " and " and "
    std::string clinicalCorrelation;     ///< always the last sentence
    std::string sha256;                  ///< of the file, stored with each result
};
[[nodiscard]] Result<PatternTexts> loadPatternTexts(const std::filesystem::path& file);
[[nodiscard]] Result<PatternTexts> parsePatternTexts(const std::string& text, const std::string& name);

struct Pattern {
    Distribution distribution = Distribution::Unknown;
    std::vector<std::string> reduced;      ///< standard sites, in the order forearm to foot
    std::vector<std::string> otherReduced; ///< any other site
    std::vector<std::string> increased, persistent;
    std::vector<std::string> unclassified; ///< the limit is 0
    std::vector<std::string> noNorm;
    std::vector<std::string> sentences; ///< in reading order; the request for clinical correlation is last
};

/// Pure rule on the states of the sites. Persistent and increased sites are statements of their own and do
/// not change the distribution.
[[nodiscard]] Pattern patternOf(std::span<const SiteState> sites, const PatternTexts& texts);

} // namespace eccrine::analysis
