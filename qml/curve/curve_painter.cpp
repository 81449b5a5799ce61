// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/curve/curve_painter.hpp"

#include <QtGui/QPainter>

#include <algorithm>
#include <cmath>

namespace eccrine::ui {

namespace {
/// Up to this many samples in a column are drawn where they are; more are drawn as their extent.
constexpr std::size_t exactSamples = 3;
/// An extent of less than this is one point.
constexpr double flat = 0.25;
} // namespace

void CurvePainter::add(double x, double y) {
    // QPainter's rasteriser takes 16-bit coordinates; what is off the tile by this much is not seen anyway.
    points_.emplace_back(x, std::clamp(y, -4096.0, 8192.0));
}

void CurvePainter::breakLine() {
    const std::size_t begin = ends_.empty() ? 0 : ends_.back();
    if (points_.size() > begin) ends_.push_back(points_.size());
}

void CurvePainter::collect(int firstColumn, int endColumn, const CurveView& view,
                           const MinMaxPyramid& samples) {
    points_.clear();
    ends_.clear();
    std::size_t at = samples.indexAt(view.timeOf(firstColumn), samples.size());
    const auto addSample = [&](std::size_t i) {
        const double v = static_cast<double>(samples.value(i));
        if (std::isnan(v))
            breakLine();
        else
            add(view.xOf(samples.time(i)), view.yOf(v));
    };
    if (at > 0) // the line comes in from the last sample before the tile
        addSample(at - 1);
    for (int column = firstColumn; column < endColumn && at < samples.size(); ++column) {
        const std::size_t next = samples.indexAt(view.timeOf(column + 1), at);
        if (next - at <= exactSamples) {
            for (; at < next; ++at)
                addSample(at);
            continue;
        }
        const ColumnExtent e = samples.extent(at, next);
        const bool gapBefore = std::isnan(samples.value(at));
        const bool gapAfter = std::isnan(samples.value(next - 1));
        at = next;
        if (gapBefore || e.count == 0) breakLine();
        if (e.count == 0) continue;
        const double x = column + 0.5;
        const double low = view.yOf(static_cast<double>(e.minimum));
        const double high = view.yOf(static_cast<double>(e.maximum));
        if (low - high < flat) {
            add(x, 0.5 * (low + high));
        } else if (e.last >= e.first) {
            add(x, low);
            add(x, high);
        } else {
            add(x, high);
            add(x, low);
        }
        if (gapAfter) breakLine();
    }
    if (at < samples.size()) addSample(at);
    breakLine();
}

void CurvePainter::paint(QImage& tile, int firstColumn, const CurveView& view, const CurveStyle& style,
                         const MinMaxPyramid& samples) {
    tile.fill(Qt::transparent);
    if (samples.empty() || view.width <= 0 || view.span_s <= 0.0 || view.upper <= view.lower) return;
    collect(firstColumn - reach, firstColumn + tile.width() + reach, view, samples);
    if (points_.empty()) return;

    QPainter painter(&tile);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.translate(-firstColumn, 0.0);

    if (style.fill.from_s < style.fill.to_s && style.fill.color.alpha() > 0) {
        painter.save();
        painter.setClipRect(QRectF(QPointF(view.xOf(style.fill.from_s), 0.0),
                                   QPointF(view.xOf(style.fill.to_s), tile.height())));
        painter.setPen(Qt::NoPen);
        painter.setBrush(style.fill.color);
        const auto baseY = [&](double x) {
            return view.yOf(style.fill.base + style.fill.slope_per_s * (view.timeOf(x) - style.fill.from_s));
        };
        std::size_t begin = 0;
        for (const std::size_t end : ends_) {
            QPolygonF area;
            area.reserve(static_cast<qsizetype>(end - begin + 2));
            for (std::size_t i = begin; i < end; ++i)
                area.append(points_[i]);
            const double right = points_[end - 1].x();
            const double left = points_[begin].x();
            area.append(QPointF(right, baseY(right)));
            area.append(QPointF(left, baseY(left)));
            painter.drawPolygon(area);
            begin = end;
        }
        painter.restore();
    }

    QPen pen(style.color, style.width);
    pen.setJoinStyle(Qt::RoundJoin);
    pen.setCapStyle(Qt::RoundCap);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    std::size_t begin = 0;
    for (const std::size_t end : ends_) {
        if (end - begin == 1)
            painter.drawPoint(points_[begin]);
        else
            painter.drawPolyline(points_.data() + begin, static_cast<int>(end - begin));
        begin = end;
    }
}

} // namespace eccrine::ui
