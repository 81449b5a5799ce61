// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/curve/curve_painter.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace eccrine::ui {
namespace {

constexpr int height = 100;

MinMaxPyramid sineCurve(double until_s, double period_s) {
    MinMaxPyramid curve;
    for (int i = 0; i * period_s < until_s; ++i) {
        const double t = i * period_s;
        curve.append(t, static_cast<float>(50.0 + 40.0 * std::sin(t / 7.0)));
    }
    return curve;
}

CurveView viewOf(int width) {
    return {.start_s = 0.0, .span_s = 60.0, .lower = 0.0, .upper = 100.0, .width = width, .height = height};
}

CurveStyle blackLine() {
    return {.color = Qt::black, .width = 2.0, .fill = {}};
}

/// The strip on its full height.
QImage paint(int firstColumn, int columns, const CurveView& view, const CurveStyle& style,
             const MinMaxPyramid& samples) {
    CurvePainter painter;
    const CurveTile tile = painter.paint(firstColumn, columns, view, style, samples);
    QImage image(columns, view.height, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    for (int y = 0; y < tile.image.height(); ++y)
        for (int x = 0; x < columns; ++x)
            image.setPixel(x, y + tile.top, tile.image.pixel(x, y));
    return image;
}

/// Mean row of the ink in one column, -1 where there is none.
double inkRow(const QImage& image, int column) {
    double sum = 0.0;
    double weight = 0.0;
    for (int y = 0; y < image.height(); ++y) {
        const int alpha = qAlpha(image.pixel(column, y));
        sum += alpha * (y + 0.5);
        weight += alpha;
    }
    return weight > 0.0 ? sum / weight : -1.0;
}

TEST(CurvePainter, PutsTheLineWhereTheValuesAre) {
    const CurveView view = viewOf(600); // 0.1 s in a column
    const QImage image = paint(0, 600, view, blackLine(), sineCurve(60.0, 0.01));
    for (int column = 5; column < 590; column += 13) {
        const double t = (column + 0.5) * 0.1;
        EXPECT_NEAR(inkRow(image, column), view.yOf(50.0 + 40.0 * std::sin(t / 7.0)), 0.75) << column;
    }
}

TEST(CurvePainter, LeavesNoSeamBetweenTiles) {
    const CurveView view = viewOf(320);
    for (const double period :
         {0.001, 0.05, 0.3, 2.0}) { // many samples in a column, and many columns to a sample
        const MinMaxPyramid samples = sineCurve(60.0, period);
        const QImage whole = paint(0, 320, view, blackLine(), samples);
        for (int tile = 0; tile < 5; ++tile)
            EXPECT_EQ(paint(tile * 64, 64, view, blackLine(), samples), whole.copy(tile * 64, 0, 64, height))
                << "tile " << tile << ", period " << period;
    }
}

TEST(CurvePainter, DrawsNothingInAGap) {
    MinMaxPyramid samples;
    for (int i = 0; i < 6'000; ++i)
        samples.append(i * 0.01, i >= 2'000 && i < 4'000 ? std::numeric_limits<float>::quiet_NaN() : 50.0F);
    const QImage image = paint(0, 600, viewOf(600), blackLine(), samples);
    EXPECT_NEAR(inkRow(image, 100), 50.0, 0.75);
    for (int column = 203; column < 397; ++column)
        EXPECT_EQ(inkRow(image, column), -1.0) << column;
    EXPECT_NEAR(inkRow(image, 500), 50.0, 0.75);
}

TEST(CurvePainter, ShowsASpikeOfOneSampleAmongAThousandInItsColumn) {
    MinMaxPyramid samples;
    for (int i = 0; i < 60'000; ++i)
        samples.append(i * 0.001, i == 31'415 ? 90.0F : 10.0F);
    const QImage image = paint(0, 60, viewOf(60), blackLine(), samples); // 1 s in a column
    EXPECT_GT(qAlpha(image.pixel(31, 12)), 100);
    EXPECT_EQ(qAlpha(image.pixel(25, 12)), 0);
}

TEST(CurvePainter, GivesALevelLineExactlyItsWidthOfInk) {
    MinMaxPyramid samples;
    for (int i = 0; i < 6'000; ++i)
        samples.append(i * 0.01, 33.7F);
    for (const double width : {1.0, 1.5, 2.0, 4.0}) {
        CurveStyle style = blackLine();
        style.width = width;
        const QImage image = paint(0, 600, viewOf(600), style, samples);
        double ink = 0.0;
        for (int y = 0; y < height; ++y)
            ink += qAlpha(image.pixel(300, y)) / 255.0;
        EXPECT_NEAR(ink, width, 0.02);
    }
}

class Slope : public testing::TestWithParam<double> {};

TEST_P(Slope, HasTheInkOfAStrokeOfItsWidth) {
    // A stroke of width w that climbs s pixels in a column covers w · sqrt(1 + s²) of it.
    const double slope = GetParam();
    MinMaxPyramid samples;
    for (int i = 0; i <= 6'000; ++i)
        samples.append(i * 0.01, static_cast<float>(50.0 + slope * (i * 0.1 - 300.0)));
    const CurveView view = viewOf(600); // one column is 0.1 s, one value one row
    const QImage image = paint(0, 600, view, blackLine(), samples);
    double ink = 0.0;
    int columns = 0;
    for (int x = 300 - static_cast<int>(30.0 / slope); x < 300 + static_cast<int>(30.0 / slope) && x < 590;
         ++x) {
        if (x < 10) continue;
        ++columns;
        for (int y = 0; y < height; ++y)
            ink += qAlpha(image.pixel(x, y)) / 255.0;
    }
    ASSERT_GT(columns, 4);
    EXPECT_NEAR(ink / columns, 2.0 * std::sqrt(1.0 + slope * slope),
                0.2 * 2.0 * std::sqrt(1.0 + slope * slope));
}
INSTANTIATE_TEST_SUITE_P(OfEverySteepness, Slope, testing::Values(0.1, 0.5, 1.0, 1.4, 2.0, 4.0, 8.0));

TEST(CurvePainter, FillsBetweenBaseLineAndCurveInTheWindowOnly) {
    MinMaxPyramid samples;
    for (int i = 0; i < 6'000; ++i)
        samples.append(i * 0.01, 80.0F);
    CurveStyle style = blackLine();
    style.fill = {
        .from_s = 10.0, .to_s = 40.0, .base = 20.0, .slope_per_s = 0.0, .color = QColor(255, 0, 0, 255)};
    const QImage image = paint(0, 600, viewOf(600), style, samples);
    EXPECT_EQ(image.pixel(200, 50), qRgba(255, 0, 0, 255)); // between the base line and the curve
    EXPECT_EQ(qAlpha(image.pixel(200, 90)), 0);             // below the base line
    EXPECT_EQ(qAlpha(image.pixel(50, 50)), 0);              // before the window
    EXPECT_EQ(qAlpha(image.pixel(450, 50)), 0);             // after it
}

} // namespace
} // namespace eccrine::ui
