// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QStringList>
#include <QtGui/QColor>
#include <QtQuick/QQuickPaintedItem>

namespace eccrine::ui {

/// A person seen from the front, with the places of a sweat test that are chosen. As one faces the patient:
/// the patient's right is on the left of the picture.
class BodyFigure : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QStringList chosen MEMBER chosen_ WRITE setChosen NOTIFY changed FINAL)
    Q_PROPERTY(QColor body MEMBER body_ WRITE setBody NOTIFY changed FINAL)
    Q_PROPERTY(QColor outline MEMBER outline_ WRITE setOutline NOTIFY changed FINAL)
    Q_PROPERTY(QColor accent MEMBER accent_ WRITE setAccent NOTIFY changed FINAL)
public:
    explicit BodyFigure(QQuickItem* parent = nullptr);
    void setChosen(const QStringList& keys);
    void setBody(const QColor& color);
    void setOutline(const QColor& color);
    void setAccent(const QColor& color);
    void paint(QPainter* painter) override;
    /// The place at a point of the item, "left_forearm"; empty if none.
    Q_INVOKABLE QString placeAt(double x, double y) const;

signals:
    void changed();

private:
    QStringList chosen_;
    QColor body_{Qt::lightGray}, outline_{Qt::gray}, accent_{Qt::red};
};

/// A forearm with both electrodes: the red positive one with the pilocarpine, the black negative one beside
/// it, and the current between them.
class PolarityFigure : public QQuickPaintedItem {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(QColor skin MEMBER skin_ WRITE setSkin NOTIFY changed FINAL)
    Q_PROPERTY(QColor ink MEMBER ink_ WRITE setInk NOTIFY changed FINAL)
    Q_PROPERTY(QStringList labels MEMBER labels_ WRITE setLabels NOTIFY changed FINAL)
public:
    explicit PolarityFigure(QQuickItem* parent = nullptr);
    void setSkin(const QColor& color);
    void setInk(const QColor& color);
    void setLabels(const QStringList& labels);
    void paint(QPainter* painter) override;

signals:
    void changed();

private:
    QColor skin_{Qt::lightGray}, ink_{Qt::black};
    QStringList labels_; ///< positive, negative, hand, elbow
};

} // namespace eccrine::ui
