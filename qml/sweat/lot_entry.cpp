// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/sweat/lot_entry.hpp"

#include "qml/sweat/lot_scan.hpp"

namespace eccrine::ui {

void LotEntry::setTitle(const QString& text) {
    if (title_ == text) return;
    title_ = text;
    emit changed();
}

void LotEntry::setNumber(const QString& text) {
    if (number_ == text) return;
    number_ = text;
    emit changed();
}

void LotEntry::setExpiry(const QString& text) {
    if (expiry_ == text) return;
    expiry_ = text;
    emit changed();
}

void LotEntry::scan(const QString& text) {
    const LotScan found = readLotScan(text.toStdString());
    if (!found.number.empty()) number_ = QString::fromStdString(found.number);
    if (found.expiry) expiry_ = QString::fromStdString(found.expiry->text());
    emit changed();
}

std::optional<Date> LotEntry::date() const {
    return expiryOf(expiry_.trimmed().toStdString());
}

QString LotEntry::numberRemark() const {
    return number_.trimmed().isEmpty() ? tr("Scan or type the lot number") : QString();
}

QString LotEntry::expiryRemark() const {
    if (expiry_.trimmed().isEmpty()) return tr("Scan or type the expiry date as year-month-day");
    if (!date()) return tr("Not a date; type 2027-03-31 or 31.3.2027, or a month: 2027-03");
    return stopSentence();
}

QString LotEntry::lastDay() const {
    const auto last = date();
    if (!last || QString::fromStdString(last->text()) == expiry_.trimmed()) return {};
    return QString::fromStdString(last->text());
}

bool LotEntry::expired() const {
    const auto last = date();
    return last && *last < today_();
}

QString LotEntry::stopSentence() const {
    if (!expired()) return {};
    return tr("%1 lot %2 expired on %3. It must not be used: take another one.")
        .arg(title_, number_.trimmed(), QString::fromStdString(date()->text()));
}

records::SweatLot LotEntry::lot() const {
    return {kind_.toStdString(), number_.trimmed().toStdString(), date().value_or(Date{})};
}

void LotEntry::show(const records::SweatLot& lot) {
    number_ = QString::fromStdString(lot.number);
    expiry_ = QString::fromStdString(lot.expiry.text());
    emit changed();
}

void LotEntry::clear() {
    number_.clear();
    expiry_.clear();
    emit changed();
}

} // namespace eccrine::ui
