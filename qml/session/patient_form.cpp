// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/patient_form.hpp"

#include "qml/session/typed_date.hpp"

#include <QtCore/QStringList>

namespace eccrine::ui {

namespace {
constexpr int oldestYears = 120; // an earlier birth date is a typing error
} // namespace

PatientForm::PatientForm(QObject* parent, QDate today, SexOf sexOf)
    : QObject(parent), today_(today), sexOf_(sexOf) {}

void PatientForm::change(QString& member, const QString& text) {
    if (member == text) return;
    member = text;
    emit changed();
}

QString PatientForm::identifierRemark() const {
    return identifier_.trimmed().isEmpty() ? tr("Scan or type the patient's identifier") : QString();
}

QString PatientForm::nameRemark() const {
    return name_.trimmed().isEmpty() ? tr("Type the patient's name") : QString();
}

QDate PatientForm::date() const {
    const auto typed = typedDate(birthDate_);
    return typed ? QDate(typed->year, typed->month, typed->day) : QDate();
}

QString PatientForm::birthDateRemark() const {
    if (birthDate_.trimmed().isEmpty()) return tr("Type the date of birth as year-month-day");
    const QDate born = date();
    if (!born.isValid()) return tr("Not a date; type 1979-04-30 or 30.4.1979");
    if (born > today_) return tr("This date is in the future");
    if (born.addYears(oldestYears) < today_)
        return tr("This date is more than %1 years ago").arg(oldestYears);
    return {};
}

QString PatientForm::sexRemark() const {
    if (!sex_.isEmpty()) return {};
    return sexOf_ == SexOf::NormalRange ? tr("Choose the sex used for the normal range")
                                        : tr("Choose the sex, as the order has it");
}

QString PatientForm::sideRemark() const {
    return side_.isEmpty() ? tr("Choose the side of the test") : QString();
}

QString PatientForm::operatorRemark() const {
    return operatorName_.trimmed().isEmpty() ? tr("Type your name or initials") : QString();
}

QStringList PatientForm::remarks() const {
    QStringList all{identifierRemark(), nameRemark(), birthDateRemark(), sexRemark(), operatorRemark()};
    all.removeAll(QString());
    return all;
}

QString PatientForm::ageText() const {
    const QDate born = date();
    if (!born.isValid() || !birthDateRemark().isEmpty()) return {};
    int months = (today_.year() - born.year()) * 12 + today_.month() - born.month();
    if (today_.day() < born.day()) --months;
    if (months < 24) return months == 1 ? tr("1 month") : tr("%1 months").arg(months);
    return tr("%1 years").arg(months / 12);
}

QString PatientForm::summary() const {
    QStringList parts{name_.trimmed(), identifier_.trimmed(), ageText()};
    parts.removeAll(QString());
    return parts.join(QStringLiteral(" · "));
}

QMap<QString, QString> PatientForm::meta() const {
    return {{QStringLiteral("patient.id"), identifier_.trimmed()},
            {QStringLiteral("patient.name"), name_.trimmed()},
            {QStringLiteral("patient.birth_date"), date().toString(Qt::ISODate)},
            {QStringLiteral("patient.sex"), sex_},
            {QStringLiteral("operator"), operatorName_.trimmed()},
            {QStringLiteral("side"), side_}};
}

void PatientForm::readMeta(const QMap<QString, QString>& meta) {
    identifier_ = meta.value(QStringLiteral("patient.id"));
    name_ = meta.value(QStringLiteral("patient.name"));
    birthDate_ = meta.value(QStringLiteral("patient.birth_date"));
    sex_ = meta.value(QStringLiteral("patient.sex"));
    side_ = meta.value(QStringLiteral("side")); // not stated is not "left"
    if (sex_ == QLatin1String("F")) sex_ = QStringLiteral("female");
    if (sex_ == QLatin1String("M")) sex_ = QStringLiteral("male");
    operatorName_ = meta.value(QStringLiteral("operator"));
    side_ = meta.value(QStringLiteral("side"));
    emit changed();
}

void PatientForm::clear() {
    identifier_.clear();
    name_.clear();
    birthDate_.clear();
    sex_.clear();
    side_.clear();
    emit changed();
}

} // namespace eccrine::ui
