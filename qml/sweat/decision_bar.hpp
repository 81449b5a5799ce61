// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/evaluation.hpp"
#include "records/sweat_test.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QVariantList>
#include <QtQml/qqmlregistration.h>

namespace eccrine::ui {

/// A class of the profile as a stretch of the bar.
struct DecisionZone {
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString limits MEMBER limits FINAL)
    Q_PROPERTY(double from MEMBER from FINAL)
    Q_PROPERTY(double to MEMBER to FINAL)
    Q_PROPERTY(QString kind MEMBER kind FINAL)
public:
    QString title, limits;
    double from = 0.0, to = 0.0; ///< in the profile's unit
    QString kind;                ///< "good", "warning", "bad", "plain"
};

/// A value on the bar.
struct DecisionMark {
    Q_GADGET
    Q_PROPERTY(QString label MEMBER label FINAL)
    Q_PROPERTY(QString text MEMBER text FINAL)
    Q_PROPERTY(double value MEMBER value FINAL)
    Q_PROPERTY(QString kind MEMBER kind FINAL)
public:
    QString label, text;
    double value = 0.0;
    QString kind; ///< "left", "right", "result"
};

/// The result of a sweat test on the zones of its profile: where both arms and their mean lie.
class DecisionBarModel : public QObject {
    Q_OBJECT
    QML_NAMED_ELEMENT(DecisionBarModel)
    QML_UNCREATABLE("Part of SweatDesk")
    Q_PROPERTY(QVariantList zones READ zones NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList marks READ marks NOTIFY changed FINAL)
    Q_PROPERTY(double upper READ upper NOTIFY changed FINAL)
    Q_PROPERTY(QString unit READ unit NOTIFY changed FINAL)
    Q_PROPERTY(QString band READ band NOTIFY changed FINAL)       ///< ages that the zones hold for
    Q_PROPERTY(QString refusal READ refusal NOTIFY changed FINAL) ///< why there are no zones
    Q_PROPERTY(QString spoken READ spoken NOTIFY changed FINAL)   ///< the bar in words
public:
    using QObject::QObject;

    [[nodiscard]] QVariantList zones() const { return zones_; }
    [[nodiscard]] QVariantList marks() const { return marks_; }
    [[nodiscard]] double upper() const { return upper_; }
    [[nodiscard]] QString unit() const { return unit_; }
    [[nodiscard]] QString band() const { return band_; }
    [[nodiscard]] QString refusal() const { return refusal_; }
    [[nodiscard]] QString spoken() const;

    void show(const chloride::Guideline& guideline, const records::SweatTestRecord& record,
              const chloride::Evaluation& evaluation);
    void clear();

signals:
    void changed();

private:
    QVariantList zones_, marks_;
    double upper_ = 0.0;
    QString unit_, band_, refusal_;
};

/// How bad a class is, for its colour: "good", "warning", "bad", "plain".
[[nodiscard]] QString kindOfClass(const std::string& code);

} // namespace eccrine::ui
