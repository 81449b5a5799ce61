// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/eligibility.hpp"
#include "records/sweat_test.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVariantList>
#include <QtQml/qqmlregistration.h>

#include <optional>
#include <vector>

namespace eccrine::ui {

/// A condition that a rule of the profile asks about.
struct EligibilityCondition {
    Q_GADGET
    Q_PROPERTY(QString code MEMBER code FINAL)
    Q_PROPERTY(QString title MEMBER title FINAL)
public:
    QString code, title;
};

/// One reason of the verdict.
struct EligibilityLine {
    Q_GADGET
    Q_PROPERTY(QString kind MEMBER kind FINAL)
    Q_PROPERTY(QString sentence MEMBER sentence FINAL)
    Q_PROPERTY(QString lifted MEMBER lifted FINAL)
public:
    QString kind; ///< "BLOCK", "DEFER", "WARN", "ADVISE"
    QString sentence;
    QString lifted; ///< by whom and why; empty: it stands
};

/// What the rules of the profile ask about the patient, the verdict while it is typed, and who lifted it.
class EligibilityForm : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of SweatDesk")
    Q_PROPERTY(QString weightKg READ weightKg WRITE setWeightKg NOTIFY changed FINAL)
    Q_PROPERTY(QString gestation READ gestation WRITE setGestation NOTIFY changed FINAL)
    Q_PROPERTY(QString drugs READ drugs WRITE setDrugs NOTIFY changed FINAL) ///< names, separated by commas
    Q_PROPERTY(QString screen READ screen WRITE setScreen NOTIFY changed
                   FINAL) ///< "positive", "negative", "unknown"
    Q_PROPERTY(QString oxygen READ oxygen WRITE setOxygen NOTIFY changed
                   FINAL) ///< "none", "nasal", "head_box", "open"; empty: not answered
    Q_PROPERTY(QStringList conditions READ conditions NOTIFY changed FINAL)   ///< codes that were ticked
    Q_PROPERTY(QVariantList offered READ offered NOTIFY offeredChanged FINAL) ///< EligibilityCondition
    Q_PROPERTY(QString weightRemark READ weightRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString gestationRemark READ gestationRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString oxygenRemark READ oxygenRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString correctedGestation READ correctedGestation NOTIFY changed FINAL)
    Q_PROPERTY(QString verdict READ verdict NOTIFY changed
                   FINAL) ///< "GO", "WARN", "DEFER", "BLOCK"; empty: not judged
    Q_PROPERTY(bool ageKnown READ ageKnown NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList lines READ lines NOTIFY changed FINAL) ///< EligibilityLine
    Q_PROPERTY(bool liftable READ liftable NOTIFY changed FINAL)
    /// What stands against the test is done away with by confirming that it is (open oxygen taken away).
    Q_PROPERTY(bool confirmable READ confirmable NOTIFY changed FINAL)
    Q_PROPERTY(QString firstReason READ firstReason NOTIFY changed FINAL)
    Q_PROPERTY(bool mayGoOn READ mayGoOn NOTIFY changed FINAL)
public:
    using QObject::QObject;

    [[nodiscard]] QString weightKg() const { return weight_; }
    [[nodiscard]] QString gestation() const { return gestation_; }
    [[nodiscard]] QString drugs() const { return drugs_; }
    [[nodiscard]] QString screen() const { return screen_; }
    [[nodiscard]] QString oxygen() const { return oxygen_; }
    [[nodiscard]] QStringList conditions() const { return conditions_; }
    [[nodiscard]] QVariantList offered() const { return offered_; }
    [[nodiscard]] QString weightRemark() const;
    [[nodiscard]] QString gestationRemark() const;
    [[nodiscard]] QString oxygenRemark() const; ///< that it has to be answered; empty: it was
    [[nodiscard]] QString correctedGestation() const { return corrected_; }
    [[nodiscard]] QString verdict() const { return verdict_; }
    [[nodiscard]] bool ageKnown() const { return ageKnown_; }
    [[nodiscard]] QVariantList lines() const { return lines_; }
    [[nodiscard]] QString firstReason() const; ///< that stands against the test
    [[nodiscard]] bool liftable() const { return liftable_; }
    [[nodiscard]] bool confirmable() const;
    [[nodiscard]] bool mayGoOn() const;

    void setWeightKg(const QString& text) { change(weight_, text); }
    void setGestation(const QString& text) { change(gestation_, text); }
    void setDrugs(const QString& text) { change(drugs_, text); }
    void setScreen(const QString& code) { change(screen_, code); }
    void setOxygen(const QString& code) { change(oxygen_, code); }
    Q_INVOKABLE void tick(const QString& code, bool yes);
    /// A clinician decides to test although the rules say no: lifts all that can be lifted.
    Q_INVOKABLE void lift(const QString& clinician, const QString& reason);

    void setDrugClasses(chloride::DrugClasses classes) { classes_ = std::move(classes); }
    /// The verdict under a profile. Called by the desk whenever something that counts has changed.
    void judge(const chloride::Guideline* guideline, const std::optional<Moment>& born, const Moment& now);
    void write(records::SweatTestRecord& record) const;
    void read(const records::SweatTestRecord& record);
    void clear();

signals:
    void changed();
    void offeredChanged();
    void edited(); ///< an answer, so that the verdict has to be found again

private:
    void change(QString& member, const QString& text);
    void offer(const chloride::Guideline& guideline);
    [[nodiscard]] std::map<std::string, std::string> answers() const;

    QString weight_, gestation_, drugs_, screen_ = QStringLiteral("unknown"),
                                         oxygen_; ///< a danger of explosion has no answer of its own
    QStringList conditions_;
    QString offeredFor_;
    QVariantList offered_;
    chloride::DrugClasses classes_;
    std::vector<chloride::EligibilityOverride> overrides_;
    QString verdict_, corrected_;
    QVariantList lines_;
    std::vector<chloride::EligibilityReason> reasons_;
    std::string blockedBecause_;
    bool liftable_ = false, ageKnown_ = false;
};

} // namespace eccrine::ui
