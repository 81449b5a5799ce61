// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/site_signals.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace eccrine::records {

/// What stands against a number.
enum class Weight {
    Voids,     ///< the site cannot be used
    TakesAway, ///< a class or a number is not given for it
    Mind,      ///< to be kept in mind when reading
};

struct Remark {
    std::string text;  ///< what was seen, and what to do
    std::string place; ///< "100 to 111 s", or of each site; empty: nowhere in particular
    Weight weight = Weight::Mind;
};

/// Remarks that are the same at the same sites.
struct RemarkGroup {
    std::string title; ///< "Forearm, Foot", "All sites", "The test"
    std::vector<Remark> remarks;
    [[nodiscard]] Weight worst() const;
};

/// All remarks, the worst first, in each group as well.
[[nodiscard]] std::vector<RemarkGroup> remarksOf(const RecordedTest& test,
                                                 const analysis::TestAnalysis& result);
[[nodiscard]] std::size_t countOf(const std::vector<RemarkGroup>& groups);

/// Titles of the sites that cannot be used, "Forearm, Foot"; empty: none.
[[nodiscard]] std::string sitesNotUsable(const analysis::TestAnalysis& result);

} // namespace eccrine::records
