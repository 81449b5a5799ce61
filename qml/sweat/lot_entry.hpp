// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/calendar.hpp"
#include "records/sweat_test.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

#include <functional>

namespace eccrine::ui {

/// A lot of kit or gel as it is typed or scanned. A lot that has expired is not used.
class LotEntry : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of SweatDesk")
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL) ///< "Gel discs"
    Q_PROPERTY(QString kind READ kind CONSTANT FINAL)
    Q_PROPERTY(QString number READ number WRITE setNumber NOTIFY changed FINAL)
    Q_PROPERTY(QString expiry READ expiry WRITE setExpiry NOTIFY changed FINAL)
    Q_PROPERTY(QString numberRemark READ numberRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString expiryRemark READ expiryRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString lastDay READ lastDay NOTIFY changed FINAL) ///< of a month; empty: a day was typed
    Q_PROPERTY(bool expired READ expired NOTIFY changed FINAL)
    Q_PROPERTY(QString stopSentence READ stopSentence NOTIFY changed FINAL)
public:
    LotEntry(QString kind, std::function<Date()> today, QObject* parent)
        : QObject(parent), kind_(std::move(kind)), today_(std::move(today)) {}

    [[nodiscard]] QString title() const { return title_; }
    [[nodiscard]] QString kind() const { return kind_; }
    [[nodiscard]] QString number() const { return number_; }
    [[nodiscard]] QString expiry() const { return expiry_; }
    void setTitle(const QString& text);
    void setNumber(const QString& text);
    void setExpiry(const QString& text);
    /// A barcode: fills in the lot and, where it says it, the date.
    Q_INVOKABLE void scan(const QString& text);
    [[nodiscard]] QString numberRemark() const;
    [[nodiscard]] QString expiryRemark() const;
    [[nodiscard]] QString lastDay() const;
    [[nodiscard]] bool expired() const;
    [[nodiscard]] QString stopSentence() const; ///< "The gel lot B7 expired on 2026-01-31. …"; empty if not
    [[nodiscard]] bool usable() const { return numberRemark().isEmpty() && expiryRemark().isEmpty(); }
    [[nodiscard]] std::optional<Date> date() const;
    [[nodiscard]] records::SweatLot lot() const;
    void show(const records::SweatLot& lot);
    void clear();

signals:
    void changed();

private:
    QString kind_, title_, number_, expiry_;
    std::function<Date()> today_;
};

} // namespace eccrine::ui
