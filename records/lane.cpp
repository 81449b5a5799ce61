// SPDX-License-Identifier: GPL-3.0-or-later
#include "records/lane.hpp"

#include "records/result_text.hpp"

#include <QPainter>
#include <QPainterPath>
#include <QPolygonF>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace eccrine::records {
namespace {

constexpr double column = 0.5; // points; finer cannot be seen on paper

int decimalsOf(double step) {
    return std::clamp(static_cast<int>(std::ceil(-std::log10(step) - 1e-9)), 0, 6);
}

} // namespace

double timeStep(double span_s, double width, double labelWidth) {
    for (const double step : {1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1200.0, 1800.0,
                              3600.0, 7200.0, 14400.0, 21600.0, 43200.0})
        if (step / span_s * width >= labelWidth) return step;
    return 86400.0;
}

/// Calls take(x, low, high, mean) for each column that has samples, and take(x, NaN, ...) where a gap begins.
template <class Take>
void Lane::columns(std::span<const double> time_s, std::span<const double> values, double from_s, double to_s,
                   const Take& take) const {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    const double width_s = column / plot_.width() * (to_ - from_);
    const auto first = std::lower_bound(time_s.begin(), time_s.end(), std::max(from_, from_s));
    std::size_t i = static_cast<std::size_t>(first - time_s.begin());
    const double end = std::min(to_, to_s);
    double lastTime = none;
    while (i < time_s.size() && time_s[i] <= end) {
        const double columnEnd = (std::floor(time_s[i] / width_s) + 1.0) * width_s;
        double low = std::numeric_limits<double>::infinity(), high = -low, sum = 0.0, times = 0.0;
        std::size_t n = 0;
        for (; i < time_s.size() && time_s[i] < columnEnd && time_s[i] <= end; ++i) {
            if (std::isnan(values[i])) continue;
            low = std::min(low, values[i]);
            high = std::max(high, values[i]);
            sum += values[i];
            times += time_s[i];
            ++n;
        }
        if (n == 0) {
            take(none, none, none, none);
            continue;
        }
        const double t = times / static_cast<double>(n);
        if (t - lastTime > std::max(5.0, 4.0 * width_s)) take(none, none, none, none);
        lastTime = t;
        take(x(t), low, high, sum / static_cast<double>(n));
    }
}

void Lane::shade(double from_s, double to_s, const QColor& colour) const {
    const double left = std::clamp(x(from_s), plot_.left(), plot_.right());
    const double right = std::clamp(x(to_s), plot_.left(), plot_.right());
    if (right > left) painter_.fillRect(QRectF(left, plot_.top(), right - left, plot_.height()), colour);
}

void Lane::axes(bool timeLabels) const {
    const int steps = static_cast<int>(std::lround((scale_.upper - scale_.lower) / scale_.step));
    for (int i = 0; i <= steps; ++i) {
        const double value = scale_.lower + i * scale_.step;
        painter_.setPen(QPen(std::abs(value) < 1e-12 ? palette_.faint : palette_.grid, 0.5));
        painter_.drawLine(QPointF(plot_.left(), y(value)), QPointF(plot_.right(), y(value)));
        painter_.setPen(palette_.faint);
        painter_.drawText(QRectF(plot_.left() - 44.0, y(value) - 6.0, 40.0, 12.0),
                          Qt::AlignRight | Qt::AlignVCenter,
                          QString::fromStdString(fixed(value, decimalsOf(scale_.step))));
    }
    const double step = timeStep(to_ - from_, plot_.width(), 42.0);
    for (double s = std::ceil(from_ / step) * step; s <= to_ + 1e-9; s += step) {
        painter_.setPen(QPen(std::abs(s) < 1e-9 ? palette_.faint : palette_.grid, 0.5));
        painter_.drawLine(QPointF(x(s), plot_.top()), QPointF(x(s), plot_.bottom()));
        if (!timeLabels) continue;
        painter_.setPen(palette_.faint);
        painter_.drawText(QRectF(x(s) - 24.0, plot_.bottom() + 2.0, 48.0, 11.0),
                          Qt::AlignHCenter | Qt::AlignTop, QString::number(std::lround(s)));
    }
}

void Lane::band(std::span<const double> time_s, std::span<const double> values, const QColor& colour) const {
    painter_.save();
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(colour);
    std::vector<QPointF> upper, lower;
    const auto flush = [&] {
        if (upper.size() > 1) {
            QPolygonF shape(QList<QPointF>(upper.begin(), upper.end()));
            for (auto point = lower.rbegin(); point != lower.rend(); ++point)
                shape << *point;
            painter_.drawPolygon(shape);
        }
        upper.clear();
        lower.clear();
    };
    columns(time_s, values, from_, to_, [&](double at, double low, double high, double) {
        if (std::isnan(at)) {
            flush();
            return;
        }
        upper.emplace_back(at, seen(high));
        lower.emplace_back(at, seen(low));
    });
    flush();
    painter_.restore();
}

void Lane::line(std::span<const double> time_s, std::span<const double> values, const QColor& colour,
                double width, Qt::PenStyle style) const {
    painter_.save();
    painter_.setPen(QPen(colour, width, style, Qt::FlatCap, Qt::RoundJoin));
    painter_.setBrush(Qt::NoBrush);
    QPolygonF points;
    const auto flush = [&] {
        if (points.size() > 1) painter_.drawPolyline(points);
        points.clear();
    };
    columns(time_s, values, from_, to_, [&](double at, double, double, double mean) {
        if (std::isnan(at))
            flush();
        else
            points << QPointF(at, seen(mean));
    });
    flush();
    painter_.restore();
}

void Lane::area(std::span<const double> time_s, std::span<const double> values, double from_s, double to_s,
                double baseAtZero, double baseSlopePerS, const QColor& colour) const {
    painter_.save();
    painter_.setPen(Qt::NoPen);
    painter_.setBrush(colour);
    QPolygonF shape;
    const auto base = [&](double at) {
        const double t = from_ + (at - plot_.left()) / plot_.width() * (to_ - from_);
        return seen(baseAtZero + baseSlopePerS * t);
    };
    const auto flush = [&] {
        if (shape.size() > 1) {
            const double first = shape.first().x(), last = shape.last().x();
            shape << QPointF(last, base(last)) << QPointF(first, base(first));
            painter_.drawPolygon(shape);
        }
        shape.clear();
    };
    // holes are bridged as the volume bridges them
    columns(time_s, values, from_s, to_s, [&](double at, double, double, double mean) {
        if (!std::isnan(at)) shape << QPointF(at, seen(mean));
    });
    flush();
    painter_.restore();
}

void Lane::mark(double time_s, const QString& word, const QColor& colour, Qt::PenStyle style) const {
    if (time_s < from_ || time_s > to_) return;
    painter_.setPen(QPen(colour, 1.0, style));
    painter_.drawLine(QPointF(x(time_s), plot_.top()), QPointF(x(time_s), plot_.bottom()));
    if (word.isEmpty()) return;
    painter_.setPen(palette_.ink);
    const double width = 90.0;
    const bool leftwards = x(time_s) + width > plot_.right();
    painter_.drawText(
        QRectF(leftwards ? x(time_s) - width - 3.0 : x(time_s) + 3.0, plot_.top() + 1.0, width, 10.0),
        static_cast<int>((leftwards ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter), word);
}

} // namespace eccrine::records
