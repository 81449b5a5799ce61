// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/theme/glyph.hpp"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

#include <algorithm>

namespace eccrine::ui {

Glyph::Glyph(QQuickItem* parent) : QQuickPaintedItem(parent) {
    setImplicitSize(20, 20);
    setAntialiasing(true);
}

void Glyph::setShape(Shape shape) {
    if (shape_ == shape) return;
    shape_ = shape;
    update();
    emit changed();
}

void Glyph::setColor(const QColor& color) {
    if (color_ == color) return;
    color_ = color;
    update();
    emit changed();
}

void Glyph::paint(QPainter* painter) {
    // Drawn on a square of 20 units.
    const double side = std::min(width(), height());
    painter->translate((width() - side) / 2.0, (height() - side) / 2.0);
    painter->scale(side / 20.0, side / 20.0);
    painter->setRenderHint(QPainter::Antialiasing);
    QPen stroke(color_, 2.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    painter->setPen(Qt::NoPen);
    painter->setBrush(color_);
    const auto knockOut = [&] { // the sign inside a filled shape, in the colour of nothing
        painter->setCompositionMode(QPainter::CompositionMode_DestinationOut);
        painter->setPen(QPen(Qt::black, 2.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->setBrush(Qt::NoBrush);
    };
    switch (shape_) {
    case Shape::Circle:
        painter->drawEllipse(QRectF(3, 3, 14, 14));
        break;
    case Shape::Square:
        painter->drawRoundedRect(QRectF(3.5, 3.5, 13, 13), 1.5, 1.5);
        break;
    case Shape::Triangle:
        painter->drawPolygon(QPolygonF{{10, 2.5}, {18, 16.5}, {2, 16.5}});
        break;
    case Shape::Diamond:
        painter->drawPolygon(QPolygonF{{10, 1.5}, {18, 10}, {10, 18.5}, {2, 10}});
        break;
    case Shape::Check:
        painter->drawEllipse(QRectF(1, 1, 18, 18));
        knockOut();
        painter->drawPolyline(QPolygonF{{5.6, 10.4}, {8.8, 13.6}, {14.6, 7.0}});
        break;
    case Shape::Cross:
        painter->drawEllipse(QRectF(1, 1, 18, 18));
        knockOut();
        painter->drawLine(QPointF(6.6, 6.6), QPointF(13.4, 13.4));
        painter->drawLine(QPointF(13.4, 6.6), QPointF(6.6, 13.4));
        break;
    case Shape::Warning: {
        QPainterPath path;
        path.moveTo(10, 2.2);
        path.lineTo(18.6, 17.2);
        path.lineTo(1.4, 17.2);
        path.closeSubpath();
        painter->setPen(QPen(color_, 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->drawPath(path);
        knockOut();
        painter->drawLine(QPointF(10, 7.6), QPointF(10, 11.6));
        painter->drawPoint(QPointF(10, 14.8));
        break;
    }
    case Shape::Clock:
        painter->setPen(stroke);
        painter->setBrush(Qt::NoBrush);
        painter->drawEllipse(QRectF(2.2, 2.2, 15.6, 15.6));
        painter->drawPolyline(QPolygonF{{10, 5.8}, {10, 10.4}, {13, 12.2}});
        break;
    case Shape::Stop: {
        // An octagon: known from the road, and unlike any other sign here.
        const double a = 1.0;
        const double b = 6.3;
        painter->drawPolygon(QPolygonF{{b, a},
                                       {20 - b, a},
                                       {20 - a, b},
                                       {20 - a, 20 - b},
                                       {20 - b, 20 - a},
                                       {b, 20 - a},
                                       {a, 20 - b},
                                       {a, b}});
        break;
    }
    case Shape::Drop: {
        QPainterPath path;
        path.moveTo(10, 1.5);
        path.cubicTo(13.5, 6.5, 16.5, 9.5, 16.5, 12.8);
        path.cubicTo(16.5, 16.4, 13.6, 18.8, 10, 18.8);
        path.cubicTo(6.4, 18.8, 3.5, 16.4, 3.5, 12.8);
        path.cubicTo(3.5, 9.5, 6.5, 6.5, 10, 1.5);
        painter->drawPath(path);
        break;
    }
    case Shape::Tick:
        painter->setPen(stroke);
        painter->setBrush(Qt::NoBrush);
        painter->drawPolyline(QPolygonF{{5.2, 10.4}, {8.8, 14.0}, {15.0, 6.6}});
        break;
    }
}

} // namespace eccrine::ui
