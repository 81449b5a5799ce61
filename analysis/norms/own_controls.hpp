// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/norms/norm_set.hpp"
#include "core/failure.hpp"
#include "core/quantity.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eccrine::analysis {

/// One healthy person at one site.
struct Control {
    std::string site;
    Sex sex = Sex::Female;
    int age_y = 0;      ///< completed years
    Microlitres volume; ///< above the baseline, per capsule; may be negative
};

/// The controls of one device family.
struct Controls {
    std::string deviceFamily;
    std::vector<Control> persons;
    std::string sha256; ///< of the file
};

/// CSV with the columns site, sex (female, male), age_y, volume_ul, device_family, in any order, one row for
/// a person and site; `#` begins a comment line. Refused whole, with line and column, when anything in it is
/// wrong: a column that is missing or not known, a cell that is empty or no number, a second device family.
[[nodiscard]] Result<Controls> loadControls(const std::filesystem::path& file);
[[nodiscard]] Result<Controls> parseControls(std::string_view text, const std::string& name);

struct AgeBand {
    int from_y = 0, to_y = 0; ///< completed years, both included
};

/// How the controls become norms. The defaults are product policy (docs/formats/norms.md).
struct OwnControlsPlan {
    std::string id, version, title, licence, enteredBy, citation;
    std::vector<AgeBand> ages;       ///< must not overlap
    bool sexesApart = true;          ///< false: one table of any sex for a site and age
    std::size_t enoughForTails = 40; ///< fewer controls in a cell: the median only
    double confidence_pct = 90.0;    ///< of the intervals, at least; both sides together
};

/// What became of a cell (site, sex, ages).
struct ControlCell {
    std::string site;
    std::optional<Sex> sex;
    AgeBand ages;
    std::size_t n = 0;
    std::vector<double> refused; ///< percentiles that so few controls cannot support
    std::string remark;          ///< sentence; empty: all percentiles are given
};

struct OwnNorms {
    NormSet set; ///< tables of certainty `ownData`, verified by nobody; writeNorms() makes it a file
    std::vector<ControlCell> cells;
    std::size_t outsideAges = 0; ///< controls that are in no age band
    std::size_t takenAsZero = 0; ///< controls whose volume is below 0
};

/// Percentiles 2.5, 5, 50, 95 and 97.5 of each cell. A volume below 0 is taken as 0, as in classify().
[[nodiscard]] Result<OwnNorms> normsOfControls(const Controls& controls, const OwnControlsPlan& plan);

/// What `quantile` says in such a set.
inline constexpr std::string_view weibullQuantile =
    "order statistic of rank (n+1)p, linear between neighbours (Hyndman and Fan type 6)";

/// Quantile of type 6 of Hyndman and Fan 1996 (Am Stat 50:361), the definition that CLSI EP28 takes for
/// reference limits. Empty when the rank (n+1)p lies outside 1 to n.
/// \param sorted ascending  \param p 0 to 1, both excluded
[[nodiscard]] std::optional<Microlitres> quantile(std::span<const Microlitres> sorted, double p);

/// Ranks, from 1, of the order statistics that enclose a quantile whatever the distribution: by the binomial
/// distribution each lies on the wrong side with (1 - confidence)/2 at the most. A side that the sample
/// cannot bound is empty.
struct RankInterval {
    std::optional<std::size_t> low, high;
};
/// \param n size of the sample  \param p 0 to 1, both excluded  \param confidence 0 to 1
[[nodiscard]] RankInterval rankInterval(std::size_t n, double p, double confidence);

} // namespace eccrine::analysis
