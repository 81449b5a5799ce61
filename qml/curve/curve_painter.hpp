// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qml/curve/min_max_pyramid.hpp"

#include <QtGui/QColor>
#include <QtGui/QImage>

#include <cstdint>
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

/// A strip of painted columns, cut to the rows that have ink.
struct CurveTile {
    QImage image; ///< ARGB32 premultiplied; null when there is no ink
    int top = 0;  ///< row of the image's first line
};

/// Paints vertical strips of a curve, one column of pixels after another: first the exact range of values
/// that the line from sample to sample has in the column, then the ink of a line of that course, antialiased
/// by area. (A general stroker takes a hundred times as long over a noisy signal.) Each column depends on its
/// neighbours only, so strips join without a seam. Pure but for the buffer it keeps between calls.
class CurvePainter {
public:
    /// The strip of the columns [firstColumn, firstColumn + columns).
    [[nodiscard]] CurveTile paint(int firstColumn, int columns, const CurveView& view,
                                  const CurveStyle& style, const MinMaxPyramid& samples);
    /// How many columns to the left of a new sample can change their look.
    [[nodiscard]] static int reach(double lineWidth);

private:
    enum class Kind : std::uint8_t {
        Slope,  ///< a line that an ordinary stroke draws
        Climb,  ///< crosses more rows than columns: the stroke spreads sideways
        Tangle, ///< to and fro within the column: a solid bar
    };
    /// The course of the line in one column, rows from the top.
    struct Course {
        bool ink = false;
        Kind kind = Kind::Slope;
        float high = 0.0F; ///< smallest row
        float low = 0.0F;  ///< largest row
        [[nodiscard]] bool spreads() const { return ink && kind != Kind::Slope; }
    };
    void follow(int firstColumn, int endColumn, const CurveView& view, const MinMaxPyramid& samples);
    /// Fills coverage_ for one column, rows counted from `top`.
    void cover(int top, int rows, const Course* course, int spread, float halfWidth);

    std::vector<Course> courses_;
    std::vector<std::uint8_t> coverage_; ///< of one column, of 255; zero outside the covered rows
    int firstCovered_ = 0, lastCovered_ = 0;
};

} // namespace eccrine::ui
