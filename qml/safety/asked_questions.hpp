// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qml/safety/safety_question.hpp"
#include "qml/session/bedside_port.hpp"

#include <QtCore/QSet>
#include <QtQml/QQmlListProperty>
#include <QtQml/qqmlregistration.h>

namespace eccrine::ui {

/// The safety questions that the bedside process asks, and the way of the answers back to it. What it has not
/// taken is not shown as answered.
class AskedQuestions : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of TestSession")
    Q_PROPERTY(QQmlListProperty<eccrine::ui::SafetyQuestion> list READ list NOTIFY remade FINAL)
    Q_PROPERTY(bool any READ any NOTIFY remade FINAL)
    Q_PROPERTY(int open READ open NOTIFY changed FINAL) ///< not settled
public:
    /// `port` outlives this.
    explicit AskedQuestions(BedsidePort& port, QObject* parent = nullptr);

    [[nodiscard]] QQmlListProperty<SafetyQuestion> list() { return {this, &questions_}; }
    [[nodiscard]] bool any() const { return !questions_.isEmpty(); }
    [[nodiscard]] int open() const;

signals:
    void remade();
    void changed();

private:
    void read();
    void make(const QList<BedsideQuestion>& asked);

    BedsidePort& port_;
    QList<SafetyQuestion*> questions_;
    QSet<QString> underWay_; ///< answered here, not heard of yet
};

} // namespace eccrine::ui
