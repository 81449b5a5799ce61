// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtGui/QColor>
#include <QtQuick/QQuickPaintedItem>

namespace eccrine::ui {

/// The few signs of the application, drawn and not taken from a font, so that they look the same everywhere:
/// the four site markers and the signs of a state.
class Glyph : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(Shape shape MEMBER shape_ WRITE setShape NOTIFY changed FINAL)
    Q_PROPERTY(QColor color MEMBER color_ WRITE setColor NOTIFY changed FINAL)
public:
    enum class Shape { Circle, Square, Triangle, Diamond, Check, Warning, Cross, Clock, Stop, Drop, Tick };
    Q_ENUM(Shape)

    explicit Glyph(QQuickItem* parent = nullptr);
    void setShape(Shape shape);
    void setColor(const QColor& color);
    void paint(QPainter* painter) override;

signals:
    void changed();

private:
    Shape shape_ = Shape::Circle;
    QColor color_{Qt::black};
};

} // namespace eccrine::ui
