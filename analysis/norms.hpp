// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/quantity.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::analysis {

/// As used for norms.
enum class Sex { Female, Male };

/// Percentiles of the volume at one site in one group, as published.
struct NormTable {
    std::string site;
    std::optional<Sex> sex;                    ///< empty: both together
    int ageFrom_y = 0, ageTo_y = 0;            ///< completed years, both included
    std::map<double, Microlitres> percentiles; ///< 5 → volume per capsule
    unsigned n = 0;                            ///< persons in the group
    std::string citation;
    std::string certainty; ///< how the numbers were come by, for the reader
};

/// Norms hold for one family of devices: volumes of two families differ at every site (Sletten 2010).
struct NormSet {
    std::string id, version, title;
    std::string deviceFamily;
    std::string licence, enteredBy;
    std::string verifiedBy; ///< empty: by nobody against the source yet
    std::string sha256;     ///< of the file, stored with each result
    std::vector<NormTable> tables;
};

struct NormQuery {
    std::string site, deviceFamily;
    std::optional<Sex> sex;
    std::optional<int> age_y; ///< completed years on the day of the test
};

enum class NormClass {
    None,         ///< no norm, `reason` says why
    Reduced,      ///< strictly below the 5th percentile; equality is normal
    Within,       ///< not below the 5th, nor above the 95th where there is one
    Increased,    ///< strictly above the 95th, which has to be stored
    Unclassified, ///< the limit is 0: a reduced volume cannot exist
};
[[nodiscard]] std::string_view nameOf(NormClass normClass);

struct NormResult {
    NormClass normClass = NormClass::None;
    std::string reason; ///< sentence
    std::string setId, setVersion, sha256, citation, certainty;
    std::optional<Microlitres> lower, upper; ///< 5th and 95th percentile
    std::optional<double> percentile;        ///< between stored ones, from three on; else empty
};

/// The most specific table that fits (a table of the sex before one of both, then the narrower ages). What
/// does not fit is never replaced by the nearest. A volume at or below zero is compared as zero.
[[nodiscard]] NormResult classify(const std::vector<NormSet>& sets, const NormQuery& query,
                                  Microlitres volume);

/// Distribution of reduced sites over the standard four, in neutral words; product policy.
enum class Distribution { Unknown, None, Generalized, LengthDependent, Focal };
[[nodiscard]] std::string_view nameOf(Distribution distribution);
/// Unknown unless all four standard sites are classified. Reduced at the foot, foot and distal leg, or all
/// but the forearm is length-dependent; at all four generalized; anything else focal.
[[nodiscard]] Distribution distributionOf(const std::map<std::string, NormClass>& sites);

/// Completed years between two dates written YYYY-MM-DD (what follows the day is ignored). Empty when one is
/// not a date, or the birth lies after the day.
[[nodiscard]] std::optional<int> completedYears(std::string_view birth, std::string_view day);

} // namespace eccrine::analysis
