// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>
#include <QtCore/QVariantList>
#include <QtGui/QColor>
#include <QtQml/qqmlregistration.h>
#include <QtQuick/QQuickPaintedItem>

#include <vector>

namespace eccrine::ui {

/// A line across a chart.
struct ChartLine {
    Q_GADGET
    Q_PROPERTY(double value MEMBER value FINAL)
    Q_PROPERTY(QString label MEMBER label FINAL)
    Q_PROPERTY(QString kind MEMBER kind FINAL)
public:
    double value = 0.0;
    QString label;
    QString kind; ///< "centre", "inner", "limit"
};

/// Which of the lines get their label, so that none is written over another: the centre first, then the
/// limits, then those that lie furthest out. \param at height of each line \param room that a label takes
[[nodiscard]] std::vector<bool> labelled(const QVariantList& lines, const std::vector<double>& at,
                                         double room);

/// One value of a chart. NaN for what is not there.
struct ChartPoint {
    Q_GADGET
    Q_PROPERTY(double value MEMBER value FINAL)
    Q_PROPERTY(QString label MEMBER label FINAL)
    Q_PROPERTY(QString kind MEMBER kind FINAL)
    Q_PROPERTY(QString mark MEMBER mark FINAL)
    Q_PROPERTY(QString text MEMBER text FINAL)
public:
    double value = 0.0, lowLimit = 0.0, highLimit = 0.0; ///< limits of its own (p chart), or NaN
    QString label;                                       ///< below the axis
    QString kind; ///< "good" a disc, "warning" a triangle, "bad" a square, "plain" a ring
    QString mark; ///< beside the point: "1-3s"
    QString text; ///< the point in words
};

/// Values in a row with lines across: a Levey-Jennings chart, or a control chart by month with limits of each
/// month's own. Painted as an image, since Qt's software renderer draws no geometry nodes.
class DotChart : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QVariantList points MEMBER points_ NOTIFY changed FINAL) ///< ChartPoint
    Q_PROPERTY(QVariantList lines MEMBER lines_ NOTIFY changed FINAL)   ///< ChartLine
    Q_PROPERTY(double lower MEMBER lower_ NOTIFY changed FINAL)
    Q_PROPERTY(double upper MEMBER upper_ NOTIFY changed FINAL)
    Q_PROPERTY(QColor ink MEMBER ink_ NOTIFY changed FINAL)
    Q_PROPERTY(QColor muted MEMBER muted_ NOTIFY changed FINAL)
    Q_PROPERTY(QColor grid MEMBER grid_ NOTIFY changed FINAL)
    Q_PROPERTY(QColor good MEMBER good_ NOTIFY changed FINAL)
    Q_PROPERTY(QColor warning MEMBER warning_ NOTIFY changed FINAL)
    Q_PROPERTY(QColor bad MEMBER bad_ NOTIFY changed FINAL)
    Q_PROPERTY(QColor surface MEMBER surface_ NOTIFY changed
                   FINAL) ///< below the marks, so that no line runs through them
    Q_PROPERTY(int pixelSize MEMBER pixelSize_ NOTIFY changed FINAL)
public:
    explicit DotChart(QQuickItem* parent = nullptr);
    void paint(QPainter* painter) override;

signals:
    void changed();

private:
    void paintPoint(QPainter& painter, const QPointF& at, const ChartPoint& point) const;
    /// Where the mark of a point is written; empty without one.
    [[nodiscard]] QRectF markPlace(const QPainter& painter, const QPointF& at, const ChartPoint& point) const;

    QVariantList points_, lines_;
    double lower_ = -4.0, upper_ = 4.0;
    QColor ink_{Qt::black}, muted_{Qt::darkGray}, grid_{Qt::lightGray};
    QColor good_{Qt::darkGreen}, warning_{Qt::darkYellow}, bad_{Qt::red};
    QColor surface_{Qt::transparent};
    int pixelSize_ = 13;
};

} // namespace eccrine::ui
