// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

namespace eccrine::ui {

/// One thing that has to be right before a test may start. A confirmation is ticked by the technician, the
/// others the program sees by itself.
class PreCheck : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of TestSession")
    Q_PROPERTY(QString title READ title CONSTANT FINAL)
    Q_PROPERTY(bool confirmation READ confirmation CONSTANT FINAL)
    Q_PROPERTY(bool satisfied READ satisfied NOTIFY changed FINAL)
    Q_PROPERTY(QString remark READ remark NOTIFY changed FINAL)
    Q_PROPERTY(bool warned READ warned NOTIFY changed FINAL) ///< it may start, but somebody should know
public:
    PreCheck(QString title, bool confirmation, QObject* parent)
        : QObject(parent), title_(std::move(title)), confirmation_(confirmation) {}

    [[nodiscard]] QString title() const { return title_; }
    [[nodiscard]] bool confirmation() const { return confirmation_; }
    [[nodiscard]] bool satisfied() const { return satisfied_; }
    [[nodiscard]] QString remark() const { return remark_; } ///< what is wrong, or what was found
    [[nodiscard]] bool warned() const { return warned_; }
    void set(bool satisfied, const QString& remark, bool warned = false) {
        if (satisfied_ == satisfied && remark_ == remark && warned_ == warned) return;
        satisfied_ = satisfied;
        warned_ = warned;
        remark_ = remark;
        emit changed();
    }
    Q_INVOKABLE void confirm(bool yes) {
        if (!confirmation_ || satisfied_ == yes) return;
        satisfied_ = yes;
        emit changed();
    }

signals:
    void changed();

private:
    QString title_;
    bool confirmation_;
    bool satisfied_ = false;
    bool warned_ = false;
    QString remark_;
};

} // namespace eccrine::ui
