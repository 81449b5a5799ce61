// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/evaluation.hpp"
#include "core/failure.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace eccrine::chloride {

/// A case as a laboratory writes it down: one cell a column of `eccrine chloride --csv`, or one option each.
struct ChlorideCase {
    std::string profile;
    SweatTest test;
    Moment bornAt, collectedAt; ///< with the time of day where it was given
    std::optional<Decimal> weight_kg, correctedGestation_weeks;
};

/// The columns in their order; the first nine and the right site's are those that every file has.
inline constexpr std::array<std::string_view, 18> caseColumns{
    "case_id",         "profile",      "dob",
    "collection_date", "method",       "left_amount",
    "left_unit",       "left_minutes", "left_chloride",
    "right_amount",    "right_unit",   "right_minutes",
    "right_chloride",  "area_cm2",     "sodium",
    "conductivity",    "weight_kg",    "corrected_gestation_weeks"};
inline constexpr std::size_t requiredCaseColumns = 13;

/// An empty or absent cell means not done. Minutes may be written "30", "30.5" or "30:59". A unit may be left
/// empty; written, it has to be the collector's.
/// \param where names the case in sentences ("case V01, line 3")
/// \param today of the laboratory: nothing was collected after it
[[nodiscard]] Result<ChlorideCase> caseOf(const std::map<std::string, std::string>& cells,
                                          const std::string& where, const Date& today);

} // namespace eccrine::chloride
