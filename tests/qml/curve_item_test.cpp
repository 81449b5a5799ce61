// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/curve/curve_item.hpp"

#include <QtGui/QGuiApplication>
#include <QtQuick/QQuickWindow>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace eccrine::ui {
namespace {

/// A window with one curve of 640 x 100 over 60 s.
class CurveInAWindow : public testing::Test {
protected:
    void SetUp() override {
        window.resize(640, 100);
        window.setColor(Qt::white);
        curve.setParentItem(window.contentItem());
        curve.setSize({640, 100});
        curve.setSpanS(60.0);
        curve.setUpper(100.0);
        curve.setColor(Qt::black);
        curve.setSource(&source);
        window.show();
    }
    void append(double from_s, double to_s) {
        std::vector<double> times;
        std::vector<double> values;
        for (double t = from_s; t < to_s - 1e-9; t += 0.02) {
            times.push_back(t);
            values.push_back(50.0 + 40.0 * std::sin(t / 5.0));
        }
        source.append(times, values);
    }
    QImage grab() { return window.grabWindow().convertToFormat(QImage::Format_RGB32); }

    CurveSource source;
    QQuickWindow window;
    CurveItem curve;
};

int inkedColumns(const QImage& image) {
    int n = 0;
    for (int x = 0; x < image.width(); ++x) {
        bool ink = false;
        for (int y = 0; y < image.height() && !ink; ++y)
            ink = qGray(image.pixel(x, y)) < 128;
        n += ink;
    }
    return n;
}

TEST_F(CurveInAWindow, IsSeenOnTheSoftwareRenderer) {
    append(0.0, 30.0);
    const QImage image = grab();
    const double ratio = image.width() / 640.0;
    EXPECT_NEAR(inkedColumns(image) / ratio, 320, 3);
}

TEST_F(CurveInAWindow, RedrawsTheNewestTileOnlyWhenItGrows) {
    append(0.0, 30.0);
    grab();
    const long before = curve.tilesPainted();
    append(30.0, 30.1);
    grab();
    EXPECT_LE(curve.tilesPainted() - before, 2);
    EXPECT_GE(curve.tilesPainted() - before, 1);
}

TEST_F(CurveInAWindow, LooksTheSameGrownInStepsAndDrawnAtOnce) {
    for (int second = 0; second < 40; ++second) {
        append(second, second + 1.0);
        if (second % 3 == 0) grab();
    }
    const QImage grown = grab();
    curve.setColor(Qt::red);
    curve.setColor(Qt::black); // redraws all
    EXPECT_EQ(grown, grab());
}

TEST_F(CurveInAWindow, GrowsInItsPlaceAndNotInTheWindowsCorner) {
    window.resize(640, 200);
    QQuickItem row; // as in a layout: an item in an item
    row.setParentItem(window.contentItem());
    row.setPosition({0, 60});
    curve.setParentItem(&row);
    curve.setPosition({0, 20});
    for (int second = 0; second < 40; ++second) {
        append(second, second + 1.0);
        grab();
    }
    const QImage grown = grab();
    EXPECT_EQ(inkedColumns(grown.copy(0, 0, grown.width(), grown.height() * 80 / 200)), 0);
    curve.setColor(Qt::red);
    curve.setColor(Qt::black); // redraws all
    EXPECT_EQ(grown, grab());
    curve.setParentItem(nullptr);
}

TEST_F(CurveInAWindow, DoesNotPaintAgainWhenNothingHasChanged) {
    append(0.0, 30.0);
    grab();
    const long before = curve.tilesPainted();
    curve.update();
    grab();
    EXPECT_EQ(curve.tilesPainted(), before);
}

TEST_F(CurveInAWindow, RedrawsAllAfterANewScale) {
    append(0.0, 30.0);
    const QImage before = grab();
    curve.setUpper(200.0);
    EXPECT_NE(before, grab());
    curve.setUpper(100.0);
    EXPECT_EQ(before, grab());
}

TEST_F(CurveInAWindow, IsEmptyAgainAfterItsSourceWasCleared) {
    append(0.0, 30.0);
    grab();
    source.clear();
    EXPECT_EQ(inkedColumns(grab()), 0);
    append(0.0, 10.0);
    EXPECT_GT(inkedColumns(grab()), 90);
}

TEST_F(CurveInAWindow, SurvivesTheEndOfItsSource) {
    auto* other = new CurveSource;
    curve.setSource(other);
    other->append(std::vector<double>{0.0, 10.0}, std::vector<double>{10.0, 20.0});
    grab();
    delete other;
    EXPECT_EQ(inkedColumns(grab()), 0);
}

} // namespace
} // namespace eccrine::ui
