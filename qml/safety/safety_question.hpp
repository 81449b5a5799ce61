// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocols/checklist.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

#include <optional>

namespace eccrine::ui {

/// One question before any current flows. It has no answer of its own; it is asked.
class SafetyQuestion : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of a test")
    Q_PROPERTY(QString id READ id CONSTANT FINAL)
    Q_PROPERTY(QString question READ question CONSTANT FINAL)
    Q_PROPERTY(QString advice READ advice CONSTANT FINAL)
    Q_PROPERTY(bool asksPhysician READ asksPhysician CONSTANT FINAL)
    Q_PROPERTY(QString answer READ answer NOTIFY changed FINAL) ///< "yes", "no", ""
    Q_PROPERTY(bool answered READ answered NOTIFY changed FINAL)
    Q_PROPERTY(bool safe READ safe NOTIFY changed FINAL)
    Q_PROPERTY(bool settled READ settled NOTIFY changed FINAL)
    Q_PROPERTY(QString overriddenBy READ overriddenBy NOTIFY changed FINAL)
public:
    SafetyQuestion(protocols::ChecklistItem item, QObject* parent)
        : QObject(parent), item_(std::move(item)) {}

    [[nodiscard]] QString id() const { return QString::fromStdString(item_.id); }
    [[nodiscard]] QString question() const { return QString::fromStdString(item_.question); }
    [[nodiscard]] QString advice() const { return QString::fromStdString(item_.advice); }
    [[nodiscard]] bool asksPhysician() const { return item_.block == protocols::ChecklistItem::Block::Ask; }
    [[nodiscard]] QString answer() const {
        return !answer_ ? QString() : answer_->yes ? QStringLiteral("yes") : QStringLiteral("no");
    }
    [[nodiscard]] bool answered() const { return answer_.has_value(); }
    [[nodiscard]] bool safe() const { return answer_ && answer_->yes == item_.safeAnswer; }
    [[nodiscard]] bool settled() const { return safe() || (answer_ && asksPhysician() && overridden()); }
    [[nodiscard]] QString overriddenBy() const {
        return answer_ ? QString::fromStdString(answer_->overriddenBy) : QString();
    }
    [[nodiscard]] const std::optional<protocols::ChecklistAnswer>& kept() const { return answer_; }

    Q_INVOKABLE void say(bool yes) {
        answer_ = protocols::ChecklistAnswer{yes, {}, {}};
        emit changed();
        emit given();
    }
    /// A physician decides to go on.
    Q_INVOKABLE void lift(const QString& physician, const QString& reason) {
        if (!answer_ || !asksPhysician()) return;
        answer_->overriddenBy = physician.trimmed().toStdString();
        answer_->reason = reason.trimmed().toStdString();
        emit changed();
        emit given();
    }
    /// What somebody else knows to have been answered.
    void show(const std::optional<protocols::ChecklistAnswer>& answer) {
        answer_ = answer;
        emit changed();
    }

signals:
    void changed();
    void given(); ///< by a person in this window

private:
    [[nodiscard]] bool overridden() const {
        return !answer_->overriddenBy.empty() && !answer_->reason.empty();
    }

    protocols::ChecklistItem item_;
    std::optional<protocols::ChecklistAnswer> answer_;
};

} // namespace eccrine::ui
