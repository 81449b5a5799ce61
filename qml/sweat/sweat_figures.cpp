// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/sweat_figures.hpp"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace eccrine::ui {

namespace {

// The figure is drawn in a box of 200 x 420 units.
constexpr double boxWidth = 200.0;
constexpr double boxHeight = 420.0;

struct Place {
    const char* key;
    double x1, y1, x2, y2, width; ///< a limb's part as a thick line
};
// The patient's left is on the right of the picture.
constexpr std::array places{
    Place{"left_upper_arm", 138, 102, 152, 160, 22}, Place{"left_forearm", 155, 168, 170, 226, 20},
    Place{"left_thigh", 114, 236, 120, 304, 34},     Place{"right_upper_arm", 62, 102, 48, 160, 22},
    Place{"right_forearm", 45, 168, 30, 226, 20},    Place{"right_thigh", 86, 236, 80, 304, 34}};

double scaleFor(double width, double height) {
    return std::min(width / boxWidth, height / boxHeight);
}

QPainterPath stroked(const Place& place, double width) {
    QPainterPath line(QPointF(place.x1, place.y1));
    line.lineTo(place.x2, place.y2);
    QPainterPathStroker stroker;
    stroker.setWidth(width);
    stroker.setCapStyle(Qt::RoundCap);
    return stroker.createStroke(line);
}

QPainterPath bodyPath() {
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    path.addEllipse(QRectF(76, 8, 48, 60));
    path.addRoundedRect(QRectF(88, 60, 24, 24), 6, 6);
    QPainterPath trunk;
    trunk.moveTo(66, 84);
    trunk.quadTo(100, 74, 134, 84);
    trunk.quadTo(142, 90, 136, 130);
    trunk.quadTo(128, 172, 136, 222);
    trunk.quadTo(100, 244, 64, 222);
    trunk.quadTo(72, 172, 64, 130);
    trunk.quadTo(58, 90, 66, 84);
    path = path.united(trunk);
    for (const Place& place : places)
        path = path.united(stroked(place, place.width));
    for (const double side : {-1.0, 1.0}) {
        const Place shoulder{"", 100 + side * 32, 94, 100 + side * 38, 102, 24};
        const Place elbow{"", 100 + side * 52, 160, 100 + side * 55, 168, 20};
        const Place hand{"", 100 + side * 71, 232, 100 + side * 75, 246, 17};
        const Place hip{"", 100 + side * 15, 216, 100 + side * 14, 240, 36};
        const Place shin{"", 100 + side * 20, 306, 100 + side * 22, 388, 25};
        const Place foot{"", 100 + side * 24, 398, 100 + side * 32, 404, 19};
        for (const Place& part : {shoulder, elbow, hand, hip, shin, foot})
            path = path.united(stroked(part, part.width));
    }
    return path;
}

} // namespace

BodyFigure::BodyFigure(QQuickItem* parent) : QQuickPaintedItem(parent) {
    setImplicitSize(boxWidth, boxHeight);
    setAntialiasing(true);
}

void BodyFigure::setChosen(const QStringList& keys) {
    chosen_ = keys;
    update();
    emit changed();
}

void BodyFigure::setBody(const QColor& color) {
    body_ = color;
    update();
    emit changed();
}

void BodyFigure::setOutline(const QColor& color) {
    outline_ = color;
    update();
    emit changed();
}

void BodyFigure::setAccent(const QColor& color) {
    accent_ = color;
    update();
    emit changed();
}

QString BodyFigure::placeAt(double x, double y) const {
    const double scale = scaleFor(width(), height());
    const QPointF at((x - (width() - boxWidth * scale) / 2.0) / scale,
                     (y - (height() - boxHeight * scale) / 2.0) / scale);
    constexpr double glove = 16.0; // a finger in a glove need not hit the line
    for (const Place& place : places)
        if (stroked(place, place.width + glove).contains(at)) return QString::fromLatin1(place.key);
    return {};
}

void BodyFigure::paint(QPainter* painter) {
    const double scale = scaleFor(width(), height());
    painter->setRenderHint(QPainter::Antialiasing);
    painter->translate((width() - boxWidth * scale) / 2.0, (height() - boxHeight * scale) / 2.0);
    painter->scale(scale, scale);
    painter->setPen(QPen(outline_, 1.5));
    painter->setBrush(body_);
    painter->drawPath(bodyPath());
    for (const Place& place : places) {
        const bool chosen = chosen_.contains(QLatin1String(place.key));
        QPen pen(chosen ? accent_ : outline_, chosen ? 0 : 1.2, chosen ? Qt::SolidLine : Qt::DashLine);
        painter->setPen(chosen ? QPen(Qt::NoPen) : pen);
        painter->setBrush(chosen ? QBrush(accent_) : QBrush(Qt::NoBrush));
        painter->drawPath(stroked(place, place.width - 5.0).simplified());
        if (!chosen) continue;
        // a tick as well: colour is never alone
        const QPointF mid((place.x1 + place.x2) / 2.0, (place.y1 + place.y2) / 2.0);
        painter->setPen(QPen(body_, 2.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        painter->drawPolyline(
            QPolygonF{mid + QPointF(-4.5, 0.5), mid + QPointF(-1.2, 3.8), mid + QPointF(5, -3.8)});
    }
}

PolarityFigure::PolarityFigure(QQuickItem* parent) : QQuickPaintedItem(parent) {
    setImplicitSize(440, 190);
    setAntialiasing(true);
}

void PolarityFigure::setSkin(const QColor& color) {
    skin_ = color;
    update();
    emit changed();
}

void PolarityFigure::setInk(const QColor& color) {
    ink_ = color;
    update();
    emit changed();
}

void PolarityFigure::setLabels(const QStringList& labels) {
    labels_ = labels;
    update();
    emit changed();
}

void PolarityFigure::paint(QPainter* painter) {
    // A box of 440 x 190 units: the hand at the left, the elbow at the right.
    const double scale = std::min(width() / 440.0, height() / 190.0);
    painter->setRenderHint(QPainter::Antialiasing);
    painter->translate((width() - 440.0 * scale) / 2.0, (height() - 190.0 * scale) / 2.0);
    painter->scale(scale, scale);

    QPainterPath arm;
    arm.moveTo(430, 50);
    arm.cubicTo(330, 46, 230, 60, 120, 72);
    arm.cubicTo(100, 72, 92, 60, 76, 48); // thumb
    arm.cubicTo(66, 44, 62, 54, 70, 64);
    arm.cubicTo(76, 70, 74, 76, 62, 76);
    for (int finger = 0; finger < 4; ++finger) {
        const double y = 76 + finger * 13;
        const double tip = finger == 1 || finger == 2 ? 10 : 18;
        arm.lineTo(tip, y + 1);
        arm.quadTo(tip - 8, y + 6.5, tip, y + 12);
        arm.lineTo(58, y + 12);
    }
    arm.cubicTo(72, 134, 96, 128, 120, 126);
    arm.cubicTo(230, 138, 330, 152, 430, 148);
    painter->setPen(QPen(ink_, 1.6));
    painter->setBrush(skin_);
    painter->drawPath(arm);

    const auto electrode = [&](double x, const QColor& fill, const QString& sign, const QString& label,
                               bool drug) {
        // the lead
        painter->setPen(QPen(Qt::white, 7.0, Qt::SolidLine, Qt::RoundCap)); // black shows on dark, too
        painter->setBrush(Qt::NoBrush);
        QPainterPath lead(QPointF(x, 72));
        lead.cubicTo(x, 40, x + 12, 38, x + 14, 22);
        painter->drawPath(lead);
        painter->setPen(QPen(fill, 4.0, Qt::SolidLine, Qt::RoundCap));
        painter->drawPath(lead);
        painter->setPen(QPen(Qt::white, 2.0));
        painter->setBrush(fill);
        painter->drawEllipse(QPointF(x, 100), 37, 32);
        painter->setBrush(drug ? QColor(255, 255, 255, 70) : QColor(255, 255, 255, 30));
        painter->setPen(Qt::NoPen);
        painter->drawEllipse(QPointF(x, 100), 27, 23);
        QFont font = painter->font();
        font.setPixelSize(34);
        font.setWeight(QFont::Bold);
        painter->setFont(font);
        painter->setPen(Qt::white);
        painter->drawText(QRectF(x - 30, 78, 60, 44), Qt::AlignCenter, sign);
        font.setPixelSize(14);
        font.setWeight(QFont::DemiBold);
        painter->setFont(font);
        painter->setPen(ink_);
        painter->drawText(QRectF(x - 76, 150, 152, 40), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
                          label);
    };
    electrode(172, QColor("#C22A21"), QStringLiteral("+"), labels_.value(0), true);
    electrode(328, QColor("#1C2227"), QStringLiteral("−"), labels_.value(1), false);

    // The drug goes with the current, from plus to minus.
    painter->setPen(QPen(ink_, 2.4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->setBrush(Qt::NoBrush);
    painter->drawLine(QPointF(218, 100), QPointF(280, 100));
    painter->drawPolyline(QPolygonF{{271, 92}, {281, 100}, {271, 108}});
    QFont font = painter->font();
    font.setPixelSize(13);
    font.setWeight(QFont::Medium);
    painter->setFont(font);
    painter->setPen(ink_);
    painter->drawText(QRectF(0, 16, 110, 20), Qt::AlignLeft, labels_.value(2));
    painter->drawText(QRectF(360, 16, 76, 20), Qt::AlignRight, labels_.value(3));
}

} // namespace eccrine::ui
