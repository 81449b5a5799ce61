// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"

#include <QColor>
#include <QRectF>
#include <QString>

#include <span>
#include <utility>

class QPainter;

namespace eccrine::records {

/// How the curve of one site is drawn on paper. Lengths in points.
struct ChartStyle {
    QString title;
    QColor curve;
    double fromS = -120.0, toS = 600.0;
    double topNlPerMin = 100.0; ///< the axis begins at the lowest value or 0
    double bottomNlPerMin = 0.0;
    bool timeLabels = true;
};

/// Smallest round number that is at least `value` and whose quarters are plain numbers; 1 for nothing.
[[nodiscard]] double niceCeiling(double value);

/// Draws the curve with baseline, onset and peak marked. Vector only, no translucent fills (PDF/A-1b).
/// \param stimulus what is shaded, in seconds from the stimulus start, as far as it lies in the plot
void drawChart(QPainter& painter, const QRectF& area, const analysis::SiteAnalysis& site,
               std::span<const std::pair<double, double>> stimulus, const ChartStyle& style);

} // namespace eccrine::records
