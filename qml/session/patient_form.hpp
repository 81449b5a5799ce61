// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QDate>
#include <QtCore/QMap>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

namespace eccrine::ui {

/// Who is tested, by whom, on which side: what the technician types, and what is still wrong with it.
class PatientForm : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of TestSession")
    Q_PROPERTY(QString identifier MEMBER identifier_ WRITE setIdentifier NOTIFY changed FINAL)
    Q_PROPERTY(QString name MEMBER name_ WRITE setName NOTIFY changed FINAL)
    Q_PROPERTY(QString birthDate MEMBER birthDate_ WRITE setBirthDate NOTIFY changed FINAL)
    Q_PROPERTY(QString sex MEMBER sex_ WRITE setSex NOTIFY changed FINAL)
    Q_PROPERTY(QString side MEMBER side_ WRITE setSide NOTIFY changed FINAL)
    Q_PROPERTY(QString operatorName MEMBER operatorName_ WRITE setOperatorName NOTIFY changed FINAL)
    Q_PROPERTY(QString identifierRemark READ identifierRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString nameRemark READ nameRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString birthDateRemark READ birthDateRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString sexRemark READ sexRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString sideRemark READ sideRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString operatorRemark READ operatorRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString ageText READ ageText NOTIFY changed FINAL)
    Q_PROPERTY(QString summary READ summary NOTIFY changed FINAL)
    Q_PROPERTY(bool complete READ complete NOTIFY changed FINAL)
public:
    /// What the sex is asked for.
    enum class SexOf { NormalRange, Identity };

    /// `today` decides about ages; a test hands in its own.
    explicit PatientForm(QObject* parent = nullptr, QDate today = QDate::currentDate(),
                         SexOf sexOf = SexOf::NormalRange);

    void setIdentifier(const QString& text) { change(identifier_, text); }
    void setName(const QString& text) { change(name_, text); }
    void setBirthDate(const QString& text) { change(birthDate_, text); }
    void setSex(const QString& text) { change(sex_, text); }
    void setSide(const QString& text) { change(side_, text); }
    void setOperatorName(const QString& text) { change(operatorName_, text); }

    [[nodiscard]] QString sex() const { return sex_; }
    [[nodiscard]] QString side() const { return side_; }
    [[nodiscard]] QString operatorName() const { return operatorName_; }
    [[nodiscard]] QString identifierRemark() const;
    [[nodiscard]] QString nameRemark() const;
    [[nodiscard]] QString birthDateRemark() const;
    [[nodiscard]] QString sexRemark() const;
    /// Not among `remarks`: only a sudomotor test is done on one side.
    [[nodiscard]] QString sideRemark() const;
    [[nodiscard]] QString operatorRemark() const;
    [[nodiscard]] QString ageText() const; ///< "46 years", "8 months"; empty without a date
    [[nodiscard]] QString summary() const; ///< "Doe, Jane · 10023 · 46 years"
    [[nodiscard]] QStringList remarks() const;
    [[nodiscard]] bool complete() const { return remarks().isEmpty(); }
    /// As typedDate() reads it; invalid when it is none.
    [[nodiscard]] QDate date() const;

    /// The fields as a recording keeps them.
    [[nodiscard]] QMap<QString, QString> meta() const;
    void readMeta(const QMap<QString, QString>& meta);
    /// Another patient: everything but the operator.
    void clear();

signals:
    void changed();

private:
    void change(QString& member, const QString& text);

    QDate today_;
    SexOf sexOf_;
    QString identifier_;
    QString name_;
    QString birthDate_;
    QString sex_;  ///< "female", "male" or empty
    QString side_; ///< "left", "right" or empty: not stated
    QString operatorName_;
};

} // namespace eccrine::ui
