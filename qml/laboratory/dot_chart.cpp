// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/laboratory/dot_chart.hpp"

#include <QtGui/QFontMetricsF>
#include <QtGui/QPainter>
#include <QtGui/QPolygonF>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace eccrine::ui {

namespace {
constexpr double pointRadius = 5.0;
}

std::vector<bool> labelled(const QVariantList& lines, const std::vector<double>& at, double room) {
    std::vector<std::size_t> order(at.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto rank = [&](std::size_t i) {
        const auto line = lines[static_cast<qsizetype>(i)].value<ChartLine>();
        const int kind = line.kind == QLatin1String("centre")  ? 0
                         : line.kind == QLatin1String("limit") ? 1
                                                               : 2;
        return std::pair(kind, -std::abs(line.value));
    };
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return rank(a) < rank(b); });
    std::vector<bool> out(at.size(), false);
    for (const std::size_t i : order) {
        bool free = true;
        for (std::size_t other = 0; other < at.size(); ++other)
            free = free && (!out[other] || std::abs(at[i] - at[other]) >= room);
        out[i] = free;
    }
    return out;
}

DotChart::DotChart(QQuickItem* parent) : QQuickPaintedItem(parent) {
    setAntialiasing(true);
    connect(this, &DotChart::changed, this, [this] { update(); });
}

QRectF DotChart::markPlace(const QPainter& painter, const QPointF& at, const ChartPoint& point) const {
    if (point.mark.isEmpty()) return {};
    const double wide = QFontMetricsF(painter.font()).horizontalAdvance(point.mark) + 2.0;
    const double left = std::clamp(at.x() - wide / 2.0, 0.0, std::max(0.0, width() - wide));
    const bool roomAbove = at.y() - pointRadius - pixelSize_ - 3.0 >= 0.0;
    const bool below = point.value < (lower_ + upper_) / 2.0 || !roomAbove;
    return {left, below ? at.y() + pointRadius : at.y() - pointRadius - pixelSize_ - 3.0, wide,
            pixelSize_ + 3.0};
}

void DotChart::paintPoint(QPainter& painter, const QPointF& at, const ChartPoint& point) const {
    constexpr double r = pointRadius;
    const QColor colour = point.kind == QLatin1String("bad")       ? bad_
                          : point.kind == QLatin1String("warning") ? warning_
                          : point.kind == QLatin1String("good")    ? good_
                                                                   : muted_;
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    if (point.kind == QLatin1String("bad")) {
        painter.drawRect(QRectF(at.x() - r, at.y() - r, 2 * r, 2 * r));
    } else if (point.kind == QLatin1String("warning")) {
        painter.drawPolygon(
            QPolygonF{{QPointF(at.x(), at.y() - r - 1), QPointF(at.x() - r - 1, at.y() + r - 1),
                       QPointF(at.x() + r + 1, at.y() + r - 1)}});
    } else if (point.kind == QLatin1String("good")) {
        painter.drawEllipse(at, r - 0.5, r - 0.5);
    } else {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(colour, 1.5));
        painter.drawEllipse(at, r - 1.0, r - 1.0);
    }
    painter.setPen(colour);
    painter.drawText(markPlace(painter, at, point), Qt::AlignCenter, point.mark);
}

void DotChart::paint(QPainter* painter) {
    QFont font = painter->font();
    font.setPixelSize(pixelSize_);
    painter->setFont(font);
    const QFontMetricsF metrics(font);
    double labelRoom = 0.0;
    for (const QVariant& entry : lines_)
        labelRoom = std::max(labelRoom, metrics.horizontalAdvance(entry.value<ChartLine>().label));
    const QRectF plot(labelRoom + 10.0, 6.0, width() - labelRoom - 18.0, height() - pixelSize_ - 18.0);
    if (plot.width() < 20.0 || plot.height() < 20.0 || !(upper_ > lower_)) return;
    const auto y = [&](double value) {
        return plot.bottom() - std::clamp((value - lower_) / (upper_ - lower_), 0.0, 1.0) * plot.height();
    };
    std::vector<double> heights;
    for (const QVariant& entry : lines_)
        heights.push_back(y(entry.value<ChartLine>().value));
    const std::vector<bool> written = labelled(lines_, heights, metrics.height());
    for (qsizetype i = 0; i < lines_.size(); ++i) {
        const auto line = lines_[i].value<ChartLine>();
        const bool limit = line.kind == QLatin1String("limit"), centre = line.kind == QLatin1String("centre");
        painter->setPen(QPen(limit    ? bad_
                             : centre ? ink_
                                      : grid_,
                             limit || centre ? 1.3 : 1.0, limit ? Qt::DashLine : Qt::SolidLine));
        painter->drawLine(QPointF(plot.left(), y(line.value)), QPointF(plot.right(), y(line.value)));
        if (!written[static_cast<std::size_t>(i)]) continue;
        painter->setPen(muted_);
        painter->drawText(QRectF(0.0, y(line.value) - pixelSize_, labelRoom + 2.0, 2.0 * pixelSize_),
                          Qt::AlignRight | Qt::AlignVCenter, line.label);
    }
    if (points_.isEmpty()) return;
    const double step = plot.width() / static_cast<double>(points_.size());
    const auto x = [&](qsizetype i) { return plot.left() + (static_cast<double>(i) + 0.5) * step; };

    painter->setPen(QPen(bad_, 1.3, Qt::DashLine)); // limits of each point's own
    for (qsizetype i = 0; i < points_.size(); ++i) {
        const auto point = points_[i].value<ChartPoint>();
        for (const double limit : {point.lowLimit, point.highLimit})
            if (std::isfinite(limit))
                painter->drawLine(QPointF(x(i) - step / 2.0 + 1.0, y(limit)),
                                  QPointF(x(i) + step / 2.0 - 1.0, y(limit)));
    }
    QPolygonF path;
    painter->setPen(QPen(muted_, 1.0));
    for (qsizetype i = 0; i < points_.size(); ++i) {
        const auto point = points_[i].value<ChartPoint>();
        if (std::isfinite(point.value)) {
            path.append(QPointF(x(i), y(point.value)));
            continue;
        }
        painter->drawPolyline(path);
        path.clear();
    }
    painter->drawPolyline(path);
    for (qsizetype i = 0; i < points_.size(); ++i) { // lines end before the words
        const auto point = points_[i].value<ChartPoint>();
        if (std::isfinite(point.value))
            painter->fillRect(markPlace(*painter, QPointF(x(i), y(point.value)), point), surface_);
    }
    double labelledTo = -1e9;
    for (qsizetype i = 0; i < points_.size(); ++i) {
        const auto point = points_[i].value<ChartPoint>();
        if (std::isfinite(point.value)) paintPoint(*painter, QPointF(x(i), y(point.value)), point);
        const double wide = metrics.horizontalAdvance(point.label);
        if (x(i) - wide / 2.0 < labelledTo + 8.0 || x(i) + wide / 2.0 > width()) continue; // no room
        painter->setPen(muted_);
        painter->drawText(QRectF(x(i) - wide / 2.0 - 1.0, plot.bottom() + 8.0, wide + 2.0, pixelSize_ + 3.0),
                          Qt::AlignCenter, point.label);
        labelledTo = x(i) + wide / 2.0;
    }
}

} // namespace eccrine::ui
