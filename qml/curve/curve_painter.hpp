// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qml/curve/min_max_pyramid.hpp"

#include <QtCore/QPointF>
#include <QtGui/QColor>
#include <QtGui/QImage>

#include <limits>
#include <vector>

namespace eccrine::ui {

/// What part of time and value a curve shows, in device pixels. A column of pixels is a fixed slice of
/// absolute time, so that a curve does not shimmer while it grows.
struct CurveView {
    double start_s = 0.0;
    double span_s = 600.0;
    double lower = 0.0;
    double upper = 1.0;
    int width = 0;
    int height = 0;
    double inset = 0.0; ///< pixels between the value range and the upper and lower edge

    friend bool operator==(const CurveView&, const CurveView&) = default;

    [[nodiscard]] double timeOf(double x) const { return start_s + x * span_s / width; }
    [[nodiscard]] double xOf(double time_s) const { return (time_s - start_s) * width / span_s; }
    [[nodiscard]] double yOf(double value) const {
        return inset + (upper - value) * (height - 2.0 * inset) / (upper - lower);
    }
};

/// The area between a straight base line and the curve, shaded from one time to another.
struct CurveFill {
    static constexpr double none = std::numeric_limits<double>::quiet_NaN();
    double from_s = none;
    double to_s = none;
    double base = 0.0;        ///< at from_s
    double slope_per_s = 0.0; ///< of the base line
    QColor color;

    friend bool operator==(const CurveFill&, const CurveFill&) = default;
};

struct CurveStyle {
    QColor color;
    double width = 1.75; ///< device pixels
    CurveFill fill;

    friend bool operator==(const CurveStyle&, const CurveStyle&) = default;
};

/// Paints one vertical strip of a curve. Pure but for the buffer it keeps between calls.
class CurvePainter {
public:
    /// Columns whose look a new sample can change, to the left of its own: half a line width and one joint.
    static constexpr int reach = 3;

    /// Clears `tile` and paints the columns [firstColumn, firstColumn + tile.width()) into it.
    void paint(QImage& tile, int firstColumn, const CurveView& view, const CurveStyle& style,
               const MinMaxPyramid& samples);

private:
    void collect(int firstColumn, int endColumn, const CurveView& view, const MinMaxPyramid& samples);
    void add(double x, double y);
    void breakLine();

    std::vector<QPointF> points_;
    std::vector<std::size_t> ends_; ///< of each unbroken piece in points_
};

} // namespace eccrine::ui
