// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/failure.hpp"
#include "core/quantity.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::analysis {

/// As used for norms. A table of both together ("any" in the file) has none.
enum class Sex { Female, Male };

/// What `certainty` says in a set that was made from a lab's own controls.
inline constexpr std::string_view ownData = "own data";

/// Confidence interval of a percentile. A side on which the sample gives no bound is empty.
struct PercentileInterval {
    std::optional<Microlitres> low, high;
    friend bool operator==(const PercentileInterval&, const PercentileInterval&) = default;
};

/// Percentiles of the volume at one site in one group, as published or as found in own controls.
struct NormTable {
    std::string site;                          ///< an open list: "forearm", "thumb", …
    std::optional<Sex> sex;                    ///< empty: any
    int ageFrom_y = 0, ageTo_y = 0;            ///< completed years, both included
    std::map<double, Microlitres> percentiles; ///< 5 → volume per capsule
    bool agesStated = true;                    ///< false only in a set for information: all ages
    unsigned n = 0; ///< persons in the group; 0 (not stated) only in a set for information
    std::string citation;
    std::string certainty; ///< how the numbers were come by, for the reader; `ownData` for own controls

    std::string quantile;                             ///< definition of the percentile; empty: not stated
    std::optional<double> confidence_pct;             ///< of the intervals, at least
    std::map<double, PercentileInterval> intervals{}; ///< percentile → interval, where one is stored
};

/// A set for information is shown, never compared with: classify() passes it over. Only its tables may leave
/// out what the source does not state, the ages and n.
enum class NormUse { Classification, Information };

/// Norms hold for one family of devices: volumes of two families differ at every site and in both sexes
/// (Sletten, Weigand, Low 2010).
struct NormSet {
    std::string id, version, title;
    std::string deviceFamily;
    std::string unit; ///< "uL per capsule", the only one there is
    NormUse use = NormUse::Classification;
    std::string licence, enteredBy;
    std::string verifiedBy; ///< empty: by nobody against the source yet
    std::string sha256;     ///< of the file, stored with each result
    std::vector<NormTable> tables;

    [[nodiscard]] bool verified() const { return !verifiedBy.empty(); }
};

inline constexpr int normSchema = 1;
inline constexpr std::string_view normUnit = "uL per capsule";

/// A norm set from a file like protocols/norms/qsweat-adults.toml (docs/formats/norms.md). Refused whole,
/// with line and column, when anything in it is wrong: an unknown key, percentiles that fall, ages that are
/// turned round, a table without a citation, two tables for the same group.
[[nodiscard]] Result<NormSet> loadNorms(const std::filesystem::path& file);
[[nodiscard]] Result<NormSet> parseNorms(const std::string& text, const std::string& name);

/// The set as the text of such a file; parseNorms() reads the same set from it.
[[nodiscard]] std::string normText(const NormSet& set);
/// Writes normText() under its name only when it is complete. An existing file is not written over.
[[nodiscard]] Done writeNorms(const NormSet& set, const std::filesystem::path& file);

} // namespace eccrine::analysis
