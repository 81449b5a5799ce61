// SPDX-License-Identifier: GPL-3.0-or-later
#include "example_result.hpp"
#include "records/report_chart.hpp"

#include <QImage>
#include <QPainter>
#include <gtest/gtest.h>

#include <array>
#include <limits>
#include <utility>
#include <vector>

namespace eccrine::records {
namespace {

constexpr int width = 500, height = 260;
const QColor curveColour(0x00, 0x00, 0xff);
const QColor stimulusColour(0xfb, 0xf0, 0xd9);

/// The chart as pixels, without anti-aliasing, so that colours are exact.
QImage drawn(const analysis::SiteAnalysis& site,
             const std::vector<std::pair<double, double>>& stimulus = {{0.0, 300.0}}) {
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    ChartStyle style;
    style.title = QStringLiteral("Forearm");
    style.curve = curveColour;
    style.topNlPerMin = 400.0;
    drawChart(painter, QRectF(0, 0, width, height), site, stimulus, style);
    painter.end();
    return image;
}

/// First and last column, first and last row with this colour; -1 when there is none.
struct Extent {
    int left = -1, right = -1, top = -1, bottom = -1;
};
Extent extentOf(const QImage& image, const QColor& colour) {
    Extent extent;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixelColor(x, y) != colour) continue;
            extent.left = extent.left < 0 ? x : std::min(extent.left, x);
            extent.right = std::max(extent.right, x);
            extent.top = extent.top < 0 ? y : extent.top;
            extent.bottom = y;
        }
    return extent;
}

TEST(AxisCeiling, IsTheNextRoundNumber) {
    for (const auto& [value, ceiling] : std::array<std::pair<double, double>, 8>{{{0.7, 0.8},
                                                                                  {1.0, 1.0},
                                                                                  {1.01, 1.2},
                                                                                  {39.0, 40.0},
                                                                                  {41.0, 50.0},
                                                                                  {381.0, 400.0},
                                                                                  {999.0, 1000.0},
                                                                                  {1001.0, 1200.0}}})
        EXPECT_NEAR(niceCeiling(value), ceiling, 1e-9) << value;
}

TEST(AxisCeiling, IsOneWhenThereIsNothingToShow) {
    EXPECT_EQ(niceCeiling(0.0), 1.0);
    EXPECT_EQ(niceCeiling(-3.0), 1.0);
    EXPECT_EQ(niceCeiling(std::numeric_limits<double>::quiet_NaN()), 1.0);
}

TEST(ReportChart, ShadesTheStimulusFromItsStartToItsStop) {
    // The axis runs from −120 to 600 s, so the stimulus takes from 1/6 to 7/12 of the plot's width.
    analysis::SiteAnalysis site;
    const auto shade = extentOf(drawn(site), stimulusColour);
    const double plotLeft = 26.0, plotWidth = width - plotLeft;
    EXPECT_NEAR(shade.left, plotLeft + plotWidth / 6.0, 2.0);
    EXPECT_NEAR(shade.right, plotLeft + plotWidth * 7.0 / 12.0, 2.0);
}

TEST(ReportChart, LeavesAPauseWhiteAndKeepsTheShadeInThePlot) {
    const QImage image = drawn({}, {{0.0, 100.0}, {200.0, 900.0}});
    const auto shaded = [&](double time_s) {
        const int x = static_cast<int>(26.0 + (time_s + 120.0) / 720.0 * (width - 26.0));
        return image.pixelColor(x, height / 2 + 7) == stimulusColour;
    };
    EXPECT_FALSE(shaded(-10.0));
    EXPECT_TRUE(shaded(50.0));
    EXPECT_FALSE(shaded(150.0));
    EXPECT_TRUE(shaded(250.0));
    QImage wide(width, height, QImage::Format_RGB32); // with room on the right of the plot
    wide.fill(Qt::white);
    QPainter painter(&wide);
    const std::vector<std::pair<double, double>> late{{-400.0, 900.0}};
    drawChart(painter, QRectF(50, 0, width - 100, height), {}, late, ChartStyle{});
    painter.end();
    const auto shade = extentOf(wide, stimulusColour);
    EXPECT_GE(shade.left, 50 + 26 - 1);
    EXPECT_LE(shade.right, width - 50);
}

TEST(ReportChart, ShadesNothingWithoutAKnownStimulus) {
    EXPECT_EQ(extentOf(drawn({}, {}), stimulusColour).left, -1);
}

TEST(ReportChart, DrawsTheCurveWhereTheAxesSay) {
    analysis::SiteAnalysis site;
    site.curve = tests::triangleCurve();
    const auto curve = extentOf(drawn(site), curveColour);
    const double plotLeft = 26.0, plotTop = 18.0, plotBottom = height - 14.0;
    const auto y = [&](double rate) { return plotBottom - rate / 400.0 * (plotBottom - plotTop); };
    EXPECT_NEAR(curve.left, plotLeft, 3.0);
    EXPECT_NEAR(curve.right, width, 3.0);
    EXPECT_NEAR(curve.top, y(340.0), 3.0);
    EXPECT_NEAR(curve.bottom, y(40.0), 3.0);
}

TEST(ReportChart, LeavesAGapWhereSamplesAreMissing) {
    analysis::SiteAnalysis site;
    site.curve = tests::triangleCurve();
    for (std::size_t i = 0; i < site.curve.time_s.size(); ++i)
        if (site.curve.time_s[i] > 100 && site.curve.time_s[i] < 200)
            site.curve.rate_nl_per_min[i] = std::numeric_limits<double>::quiet_NaN();
    const QImage image = drawn(site);
    const auto columnHasCurve = [&](double time_s) {
        const int x = static_cast<int>(26.0 + (time_s + 120.0) / 720.0 * (width - 26.0));
        for (int y = 0; y < height; ++y)
            if (image.pixelColor(x, y) == curveColour) return true;
        return false;
    };
    EXPECT_TRUE(columnHasCurve(80.0));
    EXPECT_FALSE(columnHasCurve(150.0));
    EXPECT_TRUE(columnHasCurve(220.0));
}

TEST(ReportChart, StaysInsideItsAreaWhateverTheNumbers) {
    analysis::SiteAnalysis site;
    site.curve = tests::triangleCurve();
    for (double& rate : site.curve.rate_nl_per_min)
        rate *= 50.0;
    const auto curve = extentOf(drawn(site), curveColour);
    EXPECT_TRUE(curve.top == -1 || curve.top >= 16);
    EXPECT_LE(curve.bottom, height - 12);
}

} // namespace
} // namespace eccrine::records
