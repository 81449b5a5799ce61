// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/report_results.hpp"

#include "records/report_chart.hpp"
#include "records/report_words.hpp"
#include "records/result_text.hpp"
#include "records/stimulus_shade.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace eccrine::records {
namespace {

constexpr double margin = ReportPage::margin, inner = ReportPage::inner;
constexpr double above = 16.0, below = 10.0, between = 6.0; // around the curves
constexpr double headRows = 29.0, rowHeight = 15.0, underTable = 8.0;

// The sites' colours of the screen and of figures, so that no curve is taken for another.
const std::array<QColor, 4> curves{QColor(0x0b, 0x5c, 0xad), QColor(0xa9, 0x48, 0x0a),
                                   QColor(0x8c, 0x32, 0x73), QColor(0x0b, 0x6b, 0x4f)};

std::span<const analysis::SiteAnalysis> shown(const ReportMatter& matter) {
    return std::span(matter.result.sites).first(std::min(mostPrintedSites, matter.result.sites.size()));
}

double rowsOf(const ReportMatter& matter) {
    return std::max(1.0, std::ceil(0.5 * static_cast<double>(shown(matter).size())));
}

struct Column {
    const char *head, *unit;
    double right; ///< of the right-aligned cell, from the left margin
};
constexpr std::array columns{Column{"Onset latency", "s", 152.0}, Column{"Peak", "nL/min", 194.0},
                             Column{"To peak", "s", 232.0},       Column{"Volume", "µL", 302.0},
                             Column{"Norm", "µL", 398.0},         Column{"Resting", "nL/min", 440.0},
                             Column{"Charge", "mC", 478.0},       Column{"Current", "mA", 511.0}};

std::array<std::string, columns.size()> cellsOf(const analysis::SiteAnalysis& s) {
    const auto& m = s.measures;
    std::string volume = volumeText(s);
    if (m && s.usable) volume += " ± " + fixed(m->uncertainty.value, 3);
    return {latencyText(s),
            peakText(s),
            fixed(m && s.usable && s.peakReliable ? std::optional(m->peakTime.count()) : std::nullopt, 0),
            volume,
            normText(s.norm),
            fixed(s.baseline ? std::optional(s.baseline->restingOutput.value) : std::nullopt, 1),
            fixed(s.delivered ? std::optional(s.delivered->charge.value) : std::nullopt, 1),
            fixed(s.delivered ? std::optional(s.delivered->meanCurrent.value) : std::nullopt, 2)};
}

} // namespace

ChartHeights chartHeights(const ReportMatter& matter) {
    const double rows = rowsOf(matter);
    const double least = rows < 2.0 ? 110.0 : rows > 2.0 ? 55.0 : 90.0;
    const double most = rows < 2.0 ? 172.0 : 344.0 / rows;
    return {above + below + rows * (least + between), above + below + rows * (most + between)};
}

void drawCharts(ReportPage& page, const ReportMatter& matter, double height) {
    const analysis::TestAnalysis& result = matter.result;
    double highest = 0.0, lowest = 0.0;
    for (const auto& site : result.sites) {
        if (site.measures) highest = std::max(highest, site.measures->peakAbsolute.value);
        if (site.baseline) {
            highest = std::max(highest, 1.3 * site.baseline->level.value);
            lowest = std::min(lowest, site.baseline->level.value);
        }
    }
    const double top = niceCeiling(highest * 1.12);
    constexpr double gap = 14.0;
    const double width = (inner - gap) / 2.0, chart = (height - above - below) / rowsOf(matter) - between;
    std::vector<StimulusShade> shades;
    for (const auto& site : shown(matter))
        shades.push_back(stimulusShade(matter.test, result, site.site));
    const bool allRecorded =
        std::all_of(shades.begin(), shades.end(), [](const StimulusShade& s) { return s.recorded; });
    page.font(8.0, QFont::Normal, paper::faint);
    page.text(QRectF(margin, page.y, inner, 11.0),
              allRecorded
                  ? QStringLiteral("Sweat rate in nL/min over seconds from the stimulus start; shaded where "
                                   "current flowed, baseline dashed, one scale for all sites")
                  : QStringLiteral("Rate in nL/min over s; shaded where current flowed or, where "
                                   "current was not recorded, was to flow; baseline dashed, one scale"));
    for (std::size_t i = 0; i < shown(matter).size(); ++i) {
        const std::size_t row = i / 2;
        const QRectF area(margin + static_cast<double>(i % 2) * (width + gap),
                          page.y + above + static_cast<double>(row) * (chart + between), width, chart);
        ChartStyle style;
        style.title = qstring(siteTitle(result.sites[i].site));
        style.curve = curves[i % curves.size()];
        style.toS = result.parameters.window_s;
        style.topNlPerMin = top;
        style.bottomNlPerMin = lowest < -0.05 * top ? -niceCeiling(-lowest) : 0.0;
        page.font(8.0);
        drawChart(page.painter(), area, result.sites[i], shades[i].spans, style);
    }
    page.y += height;
}

double tableHeight(const ReportMatter& matter) {
    const bool more = matter.result.sites.size() > mostPrintedSites;
    return headRows + rowHeight * static_cast<double>(shown(matter).size() + (more ? 1 : 0)) + underTable;
}

void drawTable(ReportPage& page, const ReportMatter& matter) {
    const auto cell = [&](double right, double width, double top, const QString& s) {
        page.painter().drawText(QRectF(margin + right - width, top, width, 13.0),
                                Qt::AlignRight | Qt::AlignVCenter, s);
    };
    page.font(8.0, QFont::DemiBold);
    page.text(QRectF(margin, page.y, 80.0, 13.0), QStringLiteral("Site"));
    for (const Column& c : columns)
        cell(c.right, 80.0, page.y, QString::fromUtf8(c.head));
    page.font(7.5, QFont::Normal, paper::faint);
    for (const Column& c : columns)
        cell(c.right, 80.0, page.y + 11.0, QString::fromUtf8(c.unit));
    page.line(page.y + 25.0, 0.8);
    page.y += headRows;
    for (const auto& s : shown(matter)) {
        page.font(9.0, QFont::Medium);
        page.text(QRectF(margin, page.y, 92.0, 13.0), qstring(siteTitle(s.site)));
        page.font(9.0);
        const auto cells = cellsOf(s);
        for (std::size_t i = 0; i < columns.size(); ++i)
            cell(columns[i].right, 94.0, page.y, qstring(cells[i]));
        page.y += rowHeight;
    }
    if (const std::size_t more = matter.result.sites.size() - shown(matter).size(); more > 0) {
        page.font(8.0);
        page.text(QRectF(margin, page.y, inner, 13.0),
                  QStringLiteral("%1 more sites are in the result document.").arg(more));
        page.y += rowHeight;
    }
    page.line(page.y + 1.0);
    page.y += underTable;
}

} // namespace eccrine::records
