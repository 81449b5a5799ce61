// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"

#include <QString>

#include <optional>

namespace eccrine::records {

class ReportPage;

/// What stands on the decision bar.
struct DecisionFigure {
    const chloride::Guideline* guideline = nullptr;
    const chloride::AgeBand* band = nullptr; ///< its classes are the zones
    std::optional<double> left, right;       ///< of the sites, as measured
    std::optional<double> result;            ///< the number that is reported
    QString resultLabel;                     ///< "mean 34"
};

/// Height that drawDecisionBar() takes.
inline constexpr double decisionBarHeight = 58.0;
/// Zones with their names and limits, both sites above, the result below. Opaque fills only; every zone and
/// mark has its words, so that nothing depends on colour.
void drawDecisionBar(ReportPage& page, double left, double top, double room, const DecisionFigure& figure);

} // namespace eccrine::records
