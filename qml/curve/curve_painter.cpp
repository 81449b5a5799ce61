// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/curve/curve_painter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace eccrine::ui {

namespace {

constexpr float far = 1.0e6F; // rows further away than this are all the same

/// Coverage of a trapezoid over rows: rises from `begin` over `ramp`, full in between, falls to `end`.
struct Trapezoid {
    float begin, end, ramp;

    /// Area of the part above `row`.
    [[nodiscard]] float above(float row) const {
        const float x = std::clamp(row - begin, 0.0F, end - begin);
        if (ramp < 1e-3F) return x;
        const float length = end - begin;
        const float into = std::min(x, ramp);
        const float out = std::max(0.0F, x - (length - ramp));
        return into * into / (2.0F * ramp) + std::max(0.0F, std::min(x, length - ramp) - ramp) + out -
               out * out / (2.0F * ramp);
    }
    [[nodiscard]] float in(int row) const {
        const auto y = static_cast<float>(row);
        return above(y + 1.0F) - above(y);
    }
};

/// How much of one row lies between two heights.
float overlap(int row, float begin, float end) {
    const auto y = static_cast<float>(row);
    return std::clamp(std::min(y + 1.0F, end) - std::max(y, begin), 0.0F, 1.0F);
}

/// How much of one row lies between two heights, of 255.
std::uint8_t shade(float coverage) {
    constexpr float half = 0.5F; // never negative: cutting off rounds, and vector code has no lround
    return static_cast<std::uint8_t>(std::clamp(coverage, 0.0F, 1.0F) * 255.0F + half);
}

QRgb over(QRgb upper, QRgb lower) {
    const int through = 255 - qAlpha(upper);
    const auto mix = [through](int u, int l) { return u + (l * through + 127) / 255; };
    return qRgba(mix(qRed(upper), qRed(lower)), mix(qGreen(upper), qGreen(lower)),
                 mix(qBlue(upper), qBlue(lower)), mix(qAlpha(upper), qAlpha(lower)));
}

/// A colour at each of 256 shades, premultiplied.
using Palette = std::array<QRgb, 256>;
Palette paletteOf(const QColor& color) {
    Palette palette{};
    for (int s = 0; s < 256; ++s) {
        const auto part = [&](int c) { return (c * color.alpha() * s + 255 * 127) / (255 * 255); };
        palette[static_cast<std::size_t>(s)] =
            qRgba(part(color.red()), part(color.green()), part(color.blue()), part(255));
    }
    return palette;
}

/// Columns to which a steep line spreads on each side.
int spreadOf(double lineWidth) {
    return std::max(0, static_cast<int>(std::ceil((lineWidth - 1.0) / 2.0)));
}

} // namespace

int CurvePainter::reach(double lineWidth) {
    return spreadOf(lineWidth) + 2;
}

void CurvePainter::follow(int firstColumn, int endColumn, const CurveView& view,
                          const MinMaxPyramid& samples) {
    courses_.assign(static_cast<std::size_t>(endColumn - firstColumn), Course{});
    const std::size_t n = samples.size();
    const auto row = [&](double value) {
        return static_cast<float>(std::clamp(view.yOf(value), -1.0e6, 1.0e6));
    };
    // Where the line crosses the border between two columns: from the sample before it to the one after.
    const auto crossing = [&](std::size_t after, double time_s) {
        if (after == 0 || after >= n) return std::numeric_limits<float>::quiet_NaN();
        const double t0 = samples.time(after - 1);
        const double t1 = samples.time(after);
        const double v0 = static_cast<double>(samples.value(after - 1));
        const double v1 = static_cast<double>(samples.value(after)); // NaN if either is missing
        return row(t1 > t0 ? v0 + (v1 - v0) * (time_s - t0) / (t1 - t0) : v1);
    };
    double border_s = view.timeOf(firstColumn);
    std::size_t at = samples.indexAt(border_s, n);
    std::size_t inColumn = 0;
    float left = crossing(at, border_s);
    for (int column = firstColumn; column < endColumn; ++column) {
        border_s = view.timeOf(column + 1);
        const std::size_t next = samples.indexAt(border_s, at + inColumn);
        inColumn = next - at;
        const float right = crossing(next, border_s);
        float high = std::fmin(left, right);
        float low = std::fmax(left, right);
        if (next > at) {
            const ColumnExtent e = samples.extent(at, next);
            if (e.count > 0) {
                high = std::fmin(high, row(static_cast<double>(e.maximum)));
                low = std::fmax(low, row(static_cast<double>(e.minimum)));
            }
        }
        if (!std::isnan(high)) {
            Course& course = courses_[static_cast<std::size_t>(column - firstColumn)];
            course.ink = true;
            course.high = high;
            course.low = low;
            const float height = low - high;
            const float net = std::isnan(left) || std::isnan(right) ? 0.0F : std::abs(left - right);
            course.kind = height > net + 0.5F ? Kind::Tangle : height > 1.5F ? Kind::Climb : Kind::Slope;
        }
        at = next;
        left = right;
    }
}

void CurvePainter::cover(int top, int rows, const Course* course, int spread, float halfWidth) {
    const auto rowOf = [&](float y) {
        return std::clamp(static_cast<int>(std::floor(std::clamp(y, -far, far))) - top, 0, rows);
    };
    // A bar of even coverage with ends between two rows; what is darker already stays.
    const auto bar = [&](float begin, float end, float weight) {
        const int first = rowOf(begin);
        const int last = std::min(rows, rowOf(end) + 1);
        for (int row = first; row < last; ++row) {
            const bool inside = row > first && row + 1 < last;
            const std::uint8_t s = shade(inside ? weight : weight * overlap(row + top, begin, end));
            coverage_[static_cast<std::size_t>(row)] = std::max(coverage_[static_cast<std::size_t>(row)], s);
        }
        firstCovered_ = std::min(firstCovered_, first);
        lastCovered_ = std::max(lastCovered_, last);
    };
    firstCovered_ = rows;
    lastCovered_ = 0;
    for (int k = 1; k <= spread; ++k) { // steep neighbours reach over
        const float weight = std::clamp(halfWidth - 0.5F - static_cast<float>(k - 1), 0.0F, 1.0F);
        for (const Course* other : {course - k, course + k})
            if (other->spreads()) bar(other->high - 0.5F, other->low + 0.5F, weight);
    }
    if (!course->ink) return;
    const float height = course->low - course->high;
    switch (course->kind) {
    case Kind::Tangle:
        bar(course->high - halfWidth, course->low + halfWidth, 1.0F);
        break;
    case Kind::Climb: { // its width comes from the columns beside it
        const float half = std::min(halfWidth, 0.5F);
        bar(course->high - half, course->low + half, 1.0F);
        break;
    }
    case Kind::Slope: {
        const float half = halfWidth * std::sqrt(1.0F + height * height);
        const Trapezoid stroke{course->high - half, course->low + half, height};
        const int first = rowOf(stroke.begin);
        const int last = std::min(rows, rowOf(stroke.end) + 1);
        for (int row = first; row < last; ++row)
            coverage_[static_cast<std::size_t>(row)] =
                std::max(coverage_[static_cast<std::size_t>(row)], shade(stroke.in(row + top)));
        firstCovered_ = std::min(firstCovered_, first);
        lastCovered_ = std::max(lastCovered_, last);
        break;
    }
    }
}

CurveTile CurvePainter::paint(int firstColumn, int columns, const CurveView& view, const CurveStyle& style,
                              const MinMaxPyramid& samples) {
    CurveTile tile;
    if (samples.empty() || columns <= 0 || view.width <= 0 || view.height <= 0 || !(view.span_s > 0.0) ||
        !(view.upper > view.lower))
        return tile;
    const int spread = spreadOf(style.width);
    follow(firstColumn - spread, firstColumn + columns + spread, view, samples);
    const Course* const first = courses_.data() + spread;

    const bool filled = style.fill.from_s < style.fill.to_s && style.fill.color.alpha() > 0;
    const auto baseRow = [&](int column) {
        const double t = view.timeOf(column + 0.5);
        return static_cast<float>(
            view.yOf(style.fill.base + style.fill.slope_per_s * (t - style.fill.from_s)));
    };
    const auto inFill = [&](int column) {
        const double t = view.timeOf(column + 0.5);
        return filled && t >= style.fill.from_s && t < style.fill.to_s;
    };

    const auto margin = static_cast<float>(1.0 + 1.5 * style.width);
    float highest = far;
    float lowest = -far;
    for (const Course& course : courses_)
        if (course.ink) {
            highest = std::min(highest, course.high - margin);
            lowest = std::max(lowest, course.low + margin);
        }
    if (highest > lowest) return tile;
    if (filled)
        for (const int column :
             {firstColumn, firstColumn + columns - 1}) // a straight line: its ends are enough
            if (inFill(firstColumn) || inFill(column) || inFill(firstColumn + columns / 2)) {
                highest = std::min(highest, baseRow(column) - 1.0F);
                lowest = std::max(lowest, baseRow(column) + 1.0F);
            }
    const auto limit = static_cast<float>(view.height);
    tile.top = static_cast<int>(std::floor(std::clamp(highest, 0.0F, limit)));
    const int bottom = static_cast<int>(std::ceil(std::clamp(lowest, 0.0F, limit)));
    if (bottom <= tile.top) return tile;
    tile.image = QImage(columns, bottom - tile.top, QImage::Format_ARGB32_Premultiplied);
    tile.image.fill(Qt::transparent);

    const int rows = tile.image.height();
    coverage_.assign(static_cast<std::size_t>(rows), 0);
    const Palette lineColors = paletteOf(style.color);
    const Palette fillColors = filled ? paletteOf(style.fill.color) : Palette{};
    const auto stride = tile.image.bytesPerLine() / static_cast<qsizetype>(sizeof(QRgb));
    for (int column = 0; column < columns; ++column) {
        const Course* const course = first + column;
        auto* const pixels = reinterpret_cast<QRgb*>(tile.image.bits()) + column;
        if (course->ink && inFill(firstColumn + column)) {
            const float curve = 0.5F * (course->high + course->low);
            const float base = baseRow(firstColumn + column);
            const float begin = std::min(curve, base);
            const float end = std::max(curve, base);
            const int endRow = std::min(rows, static_cast<int>(std::ceil(end)) - tile.top);
            for (int row = std::max(0, static_cast<int>(std::floor(begin)) - tile.top); row < endRow; ++row)
                pixels[row * stride] = fillColors[shade(overlap(row + tile.top, begin, end))];
        }
        cover(tile.top, rows, course, spread, static_cast<float>(style.width / 2.0));
        for (int row = firstCovered_; row < lastCovered_; ++row) {
            QRgb& pixel = pixels[row * stride];
            const QRgb line =
                lineColors[std::exchange(coverage_[static_cast<std::size_t>(row)], std::uint8_t{0})];
            pixel = pixel == 0 ? line : over(line, pixel);
        }
    }
    return tile;
}

} // namespace eccrine::ui
