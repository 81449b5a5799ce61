// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "records/report_sections.hpp"

#include <cstddef>

namespace eccrine::records {

/// Curves and table of a report hold so many sites.
inline constexpr std::size_t mostPrintedSites = 8;

/// Heights of the curves: what they need, and what they take when there is room.
struct ChartHeights {
    double least = 0.0, most = 0.0;
};
[[nodiscard]] ChartHeights chartHeights(const ReportMatter& matter);
/// \param height of all of them, of the line above and the space below
void drawCharts(ReportPage& page, const ReportMatter& matter, double height);

[[nodiscard]] double tableHeight(const ReportMatter& matter);
void drawTable(ReportPage& page, const ReportMatter& matter);

} // namespace eccrine::records
