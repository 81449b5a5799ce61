// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/nice_scale.hpp"

#include <QColor>
#include <QRectF>
#include <QString>

#include <algorithm>
#include <span>

class QPainter;

namespace eccrine::records {

/// The colours of a figure.
struct FigurePalette {
    QColor paper, ink, faint, grid, stimulus, warning;
};

/// A field of a figure with its axes, in points: time from `from_s` to `to_s` across, values up. Draws what
/// is common to all fields; curves are thinned to what can be seen, so that a figure of a day is as small as
/// one of ten minutes.
class Lane {
public:
    Lane(QPainter& painter, const QRectF& plot, double from_s, double to_s, const NiceScale& scale,
         const FigurePalette& palette)
        : painter_(painter), plot_(plot), from_(from_s), to_(to_s), scale_(scale), palette_(palette) {}

    [[nodiscard]] const QRectF& plot() const { return plot_; }
    [[nodiscard]] double x(double time_s) const {
        return plot_.left() + (time_s - from_) / (to_ - from_) * plot_.width();
    }
    [[nodiscard]] double y(double value) const {
        return plot_.bottom() - (value - scale_.lower) / (scale_.upper - scale_.lower) * plot_.height();
    }
    /// y, kept within the field: Qt's SVG has no clipping.
    [[nodiscard]] double seen(double value) const {
        return std::clamp(y(value), plot_.top(), plot_.bottom());
    }
    [[nodiscard]] double from() const { return from_; }
    [[nodiscard]] double to() const { return to_; }
    /// A time span over the whole height.
    void shade(double from_s, double to_s, const QColor& colour) const;
    /// Grid lines, values at the left, times below when asked for. The font is the painter's.
    void axes(bool timeLabels) const;
    /// The range of the samples in each column as a band; a missing sample is a gap.
    void band(std::span<const double> time_s, std::span<const double> values, const QColor& colour) const;
    /// The mean of the samples in each column as a line.
    void line(std::span<const double> time_s, std::span<const double> values, const QColor& colour,
              double width, Qt::PenStyle style = Qt::SolidLine) const;
    /// The area between the column means and a straight base line.
    void area(std::span<const double> time_s, std::span<const double> values, double from_s, double to_s,
              double baseAtZero, double baseSlopePerS, const QColor& colour) const;
    /// A vertical line with a word at its head.
    void mark(double time_s, const QString& word, const QColor& colour, Qt::PenStyle style) const;

private:
    template <class Take>
    void columns(std::span<const double> time_s, std::span<const double> values, double from_s, double to_s,
                 const Take& take) const;
    QPainter& painter_;
    QRectF plot_;
    double from_, to_;
    NiceScale scale_;
    const FigurePalette& palette_;
};

/// The time between labels that leaves each `width` points of room.
[[nodiscard]] double timeStep(double span_s, double width, double labelWidth);

} // namespace eccrine::records
