// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/report_chart.hpp"

#include "records/result_text.hpp"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <cmath>

namespace eccrine::records {
namespace {

const QColor ink(0x1c, 0x25, 0x2b);
const QColor faint(0x5d, 0x6b, 0x74);
const QColor grid(0xe3, 0xe8, 0xea);
const QColor shade(0xfb, 0xf0, 0xd9); // the stimulus, opaque

constexpr double gridStepS = 120.0;

} // namespace

double niceCeiling(double value) {
    if (!(value > 0.0)) return 1.0;
    const double power = std::pow(10.0, std::floor(std::log10(value)));
    for (const double step :
         {1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 5.0, 6.0, 8.0, 10.0}) // each quarter is a plain number
        if (value <= step * power * (1.0 + 1e-9)) return step * power;
    return 10.0 * power;
}

void drawChart(QPainter& painter, const QRectF& area, const analysis::SiteAnalysis& site,
               std::span<const std::pair<double, double>> stimulus, const ChartStyle& style) {
    painter.save();
    const double labelWidth = 26.0;
    const double headHeight = 18.0;
    const double footHeight = style.timeLabels ? 14.0 : 4.0;
    const QRectF plot(area.left() + labelWidth, area.top() + headHeight, area.width() - labelWidth,
                      area.height() - headHeight - footHeight);
    const auto x = [&](double s) {
        return plot.left() + (s - style.fromS) / (style.toS - style.fromS) * plot.width();
    };
    const auto y = [&](double r) {
        return plot.bottom() -
               (r - style.bottomNlPerMin) / (style.topNlPerMin - style.bottomNlPerMin) * plot.height();
    };
    QFont font = painter.font();
    font.setPointSizeF(9.0);
    font.setWeight(QFont::DemiBold);
    painter.setFont(font);
    painter.setPen(ink);
    painter.drawText(QRectF(area.left(), area.top(), area.width(), headHeight - 2.0),
                     Qt::AlignLeft | Qt::AlignVCenter, style.title);
    font.setWeight(QFont::Normal);
    font.setPointSizeF(7.0);
    painter.setFont(font);

    for (const auto& [from, to] : stimulus) {
        const double left = std::max(x(from), plot.left()), right = std::min(x(to), plot.right());
        if (right > left)
            painter.fillRect(QRectF(QPointF(left, plot.top()), QPointF(right, plot.bottom())), shade);
    }
    const double step = (style.topNlPerMin - style.bottomNlPerMin) / 4.0;
    for (int i = 0; i <= 4; ++i) {
        const double value = style.bottomNlPerMin + i * step;
        painter.setPen(QPen(grid, 0.5));
        painter.drawLine(QPointF(plot.left(), y(value)), QPointF(plot.right(), y(value)));
        painter.setPen(faint);
        if (i % 2 == 0)
            painter.drawText(QRectF(area.left(), y(value) - 6.0, labelWidth - 4.0, 12.0),
                             Qt::AlignRight | Qt::AlignVCenter,
                             QString::fromStdString(fixed(value, step < 1.0 ? 1 : 0)));
    }
    for (double s = std::ceil(style.fromS / gridStepS) * gridStepS; s <= style.toS + 0.5; s += gridStepS) {
        painter.setPen(QPen(s == 0.0 ? faint : grid, 0.5));
        painter.drawLine(QPointF(x(s), plot.top()), QPointF(x(s), plot.bottom()));
        if (!style.timeLabels) continue;
        painter.setPen(faint);
        painter.drawText(QRectF(x(s) - 20.0, plot.bottom() + 3.0, 40.0, footHeight),
                         Qt::AlignHCenter | Qt::AlignTop, QString::number(static_cast<int>(s)));
    }

    // Half-second means: finer is not visible on paper, and the file stays small.
    painter.setClipRect(plot.adjusted(-1, -1, 1, 1));
    QPolygonF line;
    const auto flush = [&] {
        painter.setPen(QPen(style.curve, 1.1, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter.drawPolyline(line);
        line.clear();
    };
    constexpr double bin = 0.5;
    double sum = 0.0;
    int n = 0;
    double edge = -1e18;
    for (std::size_t i = 0; i < site.curve.time_s.size(); ++i) {
        const double t = site.curve.time_s[i];
        if (t < style.fromS - 1.0 || t > style.toS + 1.0) continue;
        if (t >= edge) {
            if (n > 0)
                line << QPointF(x(edge - 0.5 * bin), y(sum / n));
            else if (!line.isEmpty())
                flush();
            edge = (std::floor(t / bin) + 1.0) * bin;
            sum = 0.0;
            n = 0;
        }
        if (std::isnan(site.curve.rate_nl_per_min[i])) continue;
        sum += site.curve.rate_nl_per_min[i];
        ++n;
    }
    if (!line.isEmpty()) flush();

    if (site.baseline) {
        painter.setPen(QPen(faint, 0.8, Qt::DashLine));
        painter.drawLine(QPointF(x(style.fromS), y(site.baseline->at(style.fromS))),
                         QPointF(x(style.toS), y(site.baseline->at(style.toS))));
    }
    painter.setClipping(false);
    painter.setPen(ink);
    if (site.onset.byReader && site.automatic && site.automatic->onset.latency) {
        const double found = site.automatic->onset.latency->count();
        painter.setPen(QPen(faint, 0.8, Qt::DotLine));
        painter.drawLine(QPointF(x(found), plot.top() + 10.0), QPointF(x(found), plot.bottom()));
    }
    if (site.onset.latency && site.usable) {
        const double s = site.onset.latency->count();
        painter.setPen(QPen(ink, 0.8));
        painter.drawLine(QPointF(x(s), plot.top() + 10.0), QPointF(x(s), plot.bottom()));
        const QString words =
            site.onset.byReader ? QStringLiteral("onset %1 s, by reader") : QStringLiteral("onset %1 s");
        painter.drawText(QRectF(x(s) - 60.0, plot.top(), 120.0, 10.0), Qt::AlignHCenter | Qt::AlignVCenter,
                         words.arg(QString::fromStdString(fixed(s, 0))));
    }
    if (site.measures && site.usable && site.peakReliable && !site.volumeIsZero) {
        const QPointF at(x(site.measures->peakTime.count()), y(site.measures->peakAbsolute.value));
        painter.setBrush(Qt::white);
        painter.setPen(QPen(ink, 0.9));
        painter.drawEllipse(at, 2.2, 2.2);
        const QString text =
            QStringLiteral("peak %1").arg(QString::fromStdString(fixed(site.measures->peak.value, 0)));
        painter.drawText(QRectF(at.x() + 5.0, at.y() - 9.0, 60.0, 10.0), Qt::AlignLeft | Qt::AlignVCenter,
                         text);
    }
    if (site.curve.time_s.empty()) {
        painter.setPen(faint);
        painter.drawText(plot, Qt::AlignCenter, QStringLiteral("no samples"));
    }
    painter.restore();
}

} // namespace eccrine::records
