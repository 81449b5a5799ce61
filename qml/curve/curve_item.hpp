// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qml/curve/curve_painter.hpp"
#include "qml/curve/curve_source.hpp"

#include <QtCore/QPointer>
#include <QtQuick/QQuickItem>

#include <limits>

namespace eccrine::ui {

/// One curve over a fixed span of time, drawn as image tiles 64 pixels wide. Growing redraws the newest tile
/// only; another view, scale, colour or size redraws all from the pyramid. Images and not geometry: Qt's
/// software renderer draws no QSGGeometryNode. Axes, labels, shading and markers are ordinary items around
/// it.
class CurveItem : public QQuickItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(eccrine::ui::CurveSource* source READ source WRITE setSource NOTIFY sourceChanged FINAL)
    Q_PROPERTY(double startS MEMBER startS_ WRITE setStartS NOTIFY viewChanged FINAL)
    Q_PROPERTY(double spanS MEMBER spanS_ WRITE setSpanS NOTIFY viewChanged FINAL)
    Q_PROPERTY(double lower MEMBER lower_ WRITE setLower NOTIFY viewChanged FINAL)
    Q_PROPERTY(double upper MEMBER upper_ WRITE setUpper NOTIFY viewChanged FINAL)
    Q_PROPERTY(double inset MEMBER inset_ WRITE setInset NOTIFY viewChanged FINAL)
    Q_PROPERTY(QColor color MEMBER color_ WRITE setColor NOTIFY styleChanged FINAL)
    Q_PROPERTY(double lineWidth MEMBER lineWidth_ WRITE setLineWidth NOTIFY styleChanged FINAL)
    Q_PROPERTY(QColor fillColor MEMBER fillColor_ WRITE setFillColor NOTIFY styleChanged FINAL)
    Q_PROPERTY(double fillFromS MEMBER fillFromS_ WRITE setFillFromS NOTIFY styleChanged FINAL)
    Q_PROPERTY(double fillToS MEMBER fillToS_ WRITE setFillToS NOTIFY styleChanged FINAL)
    Q_PROPERTY(double fillBase MEMBER fillBase_ WRITE setFillBase NOTIFY styleChanged FINAL)
    Q_PROPERTY(double fillSlopePerS MEMBER fillSlopePerS_ WRITE setFillSlopePerS NOTIFY styleChanged FINAL)
public:
    static constexpr int tileWidth = 64; ///< device pixels

    explicit CurveItem(QQuickItem* parent = nullptr);

    [[nodiscard]] CurveSource* source() const { return source_; }
    void setSource(CurveSource* source);
    void setStartS(double value) { changeView(startS_, value); }
    void setSpanS(double value) { changeView(spanS_, value); }
    void setLower(double value) { changeView(lower_, value); }
    void setUpper(double value) { changeView(upper_, value); }
    void setInset(double value) { changeView(inset_, value); }
    void setColor(const QColor& value) { changeStyle(color_, value); }
    void setLineWidth(double value) { changeStyle(lineWidth_, value); }
    void setFillColor(const QColor& value) { changeStyle(fillColor_, value); }
    void setFillFromS(double value) { changeStyle(fillFromS_, value); }
    void setFillToS(double value) { changeStyle(fillToS_, value); }
    void setFillBase(double value) { changeStyle(fillBase_, value); }
    void setFillSlopePerS(double value) { changeStyle(fillSlopePerS_, value); }

    /// Tiles painted since the item exists; what the tests and the benchmark count.
    [[nodiscard]] long tilesPainted() const { return tilesPainted_; }

signals:
    void sourceChanged();
    void viewChanged();
    void styleChanged();

protected:
    QSGNode* updatePaintNode(QSGNode* old, UpdatePaintNodeData* data) override;
    void geometryChange(const QRectF& now, const QRectF& before) override;
    void itemChange(ItemChange change, const ItemChangeData& data) override;

private:
    static constexpr double none = std::numeric_limits<double>::quiet_NaN();

    template <class T>
    void changeView(T& member, const T& value) {
        if (member == value) return;
        member = value;
        redrawAll();
        emit viewChanged();
    }
    template <class T>
    void changeStyle(T& member, const T& value) {
        if (member == value) return;
        member = value;
        redrawAll();
        emit styleChanged();
    }
    void redrawAll();
    [[nodiscard]] CurveView viewInPixels(double ratio) const;
    [[nodiscard]] CurveStyle styleInPixels(double ratio) const;

    QPointer<CurveSource> source_;
    double startS_ = 0.0;
    double spanS_ = 600.0;
    double lower_ = 0.0;
    double upper_ = 100.0;
    double inset_ = 2.0;
    QColor color_{Qt::black};
    double lineWidth_ = 1.75;
    QColor fillColor_{Qt::transparent};
    double fillFromS_ = none;
    double fillToS_ = none;
    double fillBase_ = 0.0;
    double fillSlopePerS_ = 0.0;

    // What the tiles show. Touched while the GUI thread is held, or by redrawAll().
    bool stale_ = true;
    CurveView shownView_;
    std::size_t shownSamples_ = 0;
    CurvePainter painter_;
    long tilesPainted_ = 0;
};

} // namespace eccrine::ui
