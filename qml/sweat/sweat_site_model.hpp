// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/chloride/guideline.hpp"
#include "qml/sweat/sample_model.hpp"
#include "records/sweat_test.hpp"
#include "rep_bedside_merged.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

#include <limits>
#include <optional>

namespace eccrine::ui {

/// One limb of a pilocarpine sweat test as the screens see it: what flows, what was seen, collected and
/// measured. Writes what is entered into the record of the test.
class SweatSiteModel : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of SweatDesk")
    Q_PROPERTY(int index READ index CONSTANT FINAL)
    Q_PROPERTY(QString sideName READ sideName CONSTANT FINAL) ///< "LEFT"
    Q_PROPERTY(QString key READ key NOTIFY changed FINAL)     ///< "left_forearm"; empty: not used
    Q_PROPERTY(QString title READ title NOTIFY changed FINAL) ///< "Left forearm"
    Q_PROPERTY(bool used READ used NOTIFY changed FINAL)
    Q_PROPERTY(bool takesPart READ takesPart NOTIFY changed FINAL)
    Q_PROPERTY(QString voidReason READ voidReason NOTIFY changed FINAL)
    // Live
    Q_PROPERTY(double currentMa READ currentMa NOTIFY liveChanged FINAL)
    Q_PROPERTY(double voltageV READ voltageV NOTIFY liveChanged FINAL)
    Q_PROPERTY(double chargeMc READ chargeMc NOTIFY liveChanged FINAL)
    Q_PROPERTY(double loadKohm READ loadKohm NOTIFY liveChanged FINAL)
    Q_PROPERTY(double rateNlPerMin READ rateNlPerMin NOTIFY liveChanged FINAL)
    Q_PROPERTY(double collectedS READ collectedS NOTIFY liveChanged FINAL)
    /// Of this limb's own collection, which began with its own collector; NaN: not under way.
    Q_PROPERTY(double remainingS READ remainingS NOTIFY liveChanged FINAL)
    Q_PROPERTY(bool timeIsUp READ timeIsUp NOTIFY liveChanged FINAL) ///< its collector has to come off
    Q_PROPERTY(QString remark READ remark NOTIFY liveChanged FINAL)
    Q_PROPERTY(bool warning READ warning NOTIFY liveChanged FINAL)
    // Skin
    Q_PROPERTY(QString skin READ skin NOTIFY changed
                   FINAL) ///< "not_inspected", "normal", "erythema", "welt", "burn"
    Q_PROPERTY(QString skinText READ skinText NOTIFY changed FINAL)
    Q_PROPERTY(QString skinNote READ skinNote WRITE setSkinNote NOTIFY changed FINAL)
    Q_PROPERTY(bool burned READ burned NOTIFY changed FINAL)
    // Collection
    Q_PROPERTY(bool attached READ attached NOTIFY changed FINAL)
    Q_PROPERTY(bool removed READ removed NOTIFY changed FINAL)
    Q_PROPERTY(bool dyeSeen READ dyeSeen NOTIFY changed FINAL)
    Q_PROPERTY(QString minutesText READ minutesText NOTIFY changed FINAL)
    // Yield
    Q_PROPERTY(QString coilText READ coilText WRITE setCoilText NOTIFY changed FINAL)
    Q_PROPERTY(QString amountText READ amountText WRITE setAmountText NOTIFY changed FINAL)
    Q_PROPERTY(QString tareText READ tareText WRITE setTareText NOTIFY changed FINAL)
    Q_PROPERTY(QString grossText READ grossText WRITE setGrossText NOTIFY changed FINAL)
    Q_PROPERTY(QString taredText READ taredText WRITE setTaredText NOTIFY changed
                   FINAL) ///< "8:10", "2026-03-02 8:10"
    Q_PROPERTY(QString taredRemark READ taredRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString coilRemark READ coilRemark NOTIFY changed FINAL) ///< what is wrong with the length
    Q_PROPERTY(QString tareRemark READ tareRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString amountRemark READ amountRemark NOTIFY changed FINAL) ///< … amount, or gross weight
    Q_PROPERTY(QString amountShown READ amountShown NOTIFY changed FINAL)   ///< "≥ 15.1 µL"
    /// That the length and the measured amount contradict each other; empty: they do not.
    Q_PROPERTY(QString amountNote READ amountNote NOTIFY changed FINAL)
    Q_PROPERTY(bool amountKnown READ amountKnown NOTIFY changed FINAL)
    Q_PROPERTY(QString verdict READ verdict NOTIFY changed
                   FINAL) ///< "OK", "QNS", "WEIGH", "DEV_TIME", "IMPLAUSIBLE", "BURN"; empty: not known
    Q_PROPERTY(QString verdictText READ verdictText NOTIFY changed FINAL)
    /// The verdict; of a limb without one what happened at it.
    Q_PROPERTY(QString outcomeText READ outcomeText NOTIFY changed FINAL)
    Q_PROPERTY(QString explanation READ explanation NOTIFY changed FINAL)
    /// The time of collection lies outside the profile's, and nobody has accepted it.
    Q_PROPERTY(bool timeHeld READ timeHeld NOTIFY changed FINAL)
    Q_PROPERTY(QString timeAcceptedBy READ timeAcceptedBy NOTIFY changed FINAL)
    // Laboratory
    Q_PROPERTY(eccrine::ui::SampleModel* sample READ sample CONSTANT FINAL)
    Q_PROPERTY(QString sampleId READ sampleId WRITE setSampleId NOTIFY changed FINAL)
    Q_PROPERTY(QString chlorideText READ chlorideText WRITE setChlorideText NOTIFY changed FINAL)
    Q_PROPERTY(QString sodiumText READ sodiumText WRITE setSodiumText NOTIFY changed FINAL)
    Q_PROPERTY(QString conductivityText READ conductivityText WRITE setConductivityText NOTIFY changed FINAL)
    Q_PROPERTY(QString chlorideRemark READ chlorideRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString sodiumRemark READ sodiumRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString conductivityRemark READ conductivityRemark NOTIFY changed FINAL)
    Q_PROPERTY(bool analysable READ analysable NOTIFY changed FINAL)
    Q_PROPERTY(QString notAnalysedBecause READ notAnalysedBecause NOTIFY changed FINAL)
public:
    /// `record` and `bench` outlive the model. \param index 0 left, 1 right
    SweatSiteModel(records::SweatTestRecord& record, int index, const Bench& bench, QObject* parent);

    [[nodiscard]] int index() const { return index_; }
    [[nodiscard]] QString sideName() const { return index_ == 0 ? tr("LEFT") : tr("RIGHT"); }
    [[nodiscard]] QString key() const;
    [[nodiscard]] QString title() const;
    [[nodiscard]] bool used() const { return site().used; }
    [[nodiscard]] bool burned() const { return site().skin == records::SkinFinding::Burn; }
    [[nodiscard]] bool takesPart() const { return used() && !burned() && site().voidReason.empty(); }
    [[nodiscard]] QString voidReason() const { return QString::fromStdString(site().voidReason); }
    [[nodiscard]] double currentMa() const { return live_.currentMa(); }
    [[nodiscard]] double voltageV() const { return live_.voltageV(); }
    [[nodiscard]] double chargeMc() const;
    [[nodiscard]] double loadKohm() const { return live_.loadKohm(); }
    [[nodiscard]] double rateNlPerMin() const { return live_.rateNlPerMin(); }
    [[nodiscard]] double collectedS() const { return live_.collectedS(); }
    [[nodiscard]] double remainingS() const { return remaining_s_; }
    [[nodiscard]] bool timeIsUp() const { return timeIsUp_; }
    [[nodiscard]] QString remark() const { return live_.remark(); }
    [[nodiscard]] bool warning() const { return live_.warning(); }
    [[nodiscard]] QString skin() const { return QString::fromStdString(records::codeOf(site().skin)); }
    [[nodiscard]] QString skinText() const;
    [[nodiscard]] QString skinNote() const { return QString::fromStdString(site().skinNote); }
    [[nodiscard]] bool inspected() const { return site().skin != records::SkinFinding::NotInspected; }
    [[nodiscard]] bool attached() const { return !site().attachedUtc.empty(); }
    [[nodiscard]] bool removed() const { return !site().removedUtc.empty(); }
    [[nodiscard]] bool dyeSeen() const { return !site().dyeSeenUtc.empty(); }
    [[nodiscard]] QString minutesText() const;
    [[nodiscard]] QString coilText() const { return coil_; }
    [[nodiscard]] QString amountText() const { return amount_; }
    [[nodiscard]] QString tareText() const { return tare_; }
    [[nodiscard]] QString grossText() const { return gross_; }
    [[nodiscard]] QString taredText() const { return tared_; }
    [[nodiscard]] QString taredRemark() const { return taredRemark_; }
    [[nodiscard]] QString coilRemark() const { return coilRemark_; }
    [[nodiscard]] QString tareRemark() const { return tareRemark_; }
    [[nodiscard]] QString amountRemark() const { return amountRemark_; }
    /// Something that was typed about the amount cannot be read.
    [[nodiscard]] bool amountWrong() const {
        return !coilRemark_.isEmpty() || !tareRemark_.isEmpty() || !amountRemark_.isEmpty() ||
               !taredRemark_.isEmpty();
    }
    [[nodiscard]] QString amountShown() const;
    [[nodiscard]] QString amountNote() const { return QString::fromStdString(site().amountNote); }
    [[nodiscard]] bool amountKnown() const { return site().amount.has_value(); }
    [[nodiscard]] QString verdict() const { return verdict_; }
    [[nodiscard]] QString verdictText() const;
    [[nodiscard]] QString outcomeText() const;
    [[nodiscard]] QString explanation() const { return explanation_; }
    [[nodiscard]] bool timeHeld() const {
        return verdict_ == QLatin1String("DEV_TIME") && site().acceptedBy.empty();
    }
    [[nodiscard]] QString timeAcceptedBy() const { return QString::fromStdString(site().acceptedBy); }
    void acceptTime(const QString& by, const QString& reason);
    [[nodiscard]] SampleModel* sample() { return &sample_; }
    [[nodiscard]] QString sampleId() const { return QString::fromStdString(site().sampleId); }
    [[nodiscard]] QString chlorideText() const { return chloride_; }
    [[nodiscard]] QString sodiumText() const { return sodium_; }
    [[nodiscard]] QString conductivityText() const { return conductivity_; }
    [[nodiscard]] QString chlorideRemark() const { return chlorideRemark_; }
    [[nodiscard]] QString sodiumRemark() const { return sodiumRemark_; }
    [[nodiscard]] QString conductivityRemark() const { return conductivityRemark_; }
    [[nodiscard]] bool analysable() const;
    /// Whether the sample has a value that stands: two analyses that differ leave none.
    [[nodiscard]] bool valueKnown() const;
    [[nodiscard]] QString notAnalysedBecause() const;

    void setSkinNote(const QString& text);
    void setCoilText(const QString& text);
    void setAmountText(const QString& text);
    void setTareText(const QString& text);
    void setGrossText(const QString& text);
    void setTaredText(const QString& text);
    void setSampleId(const QString& text);
    void setChlorideText(const QString& text);
    void setSodiumText(const QString& text);
    void setConductivityText(const QString& text);
    Q_INVOKABLE void seeDye(); ///< is kept: it is not asked for again after a restart
    /// There is no sweat at all: an amount of 0, which is not sufficient and says so.
    void noSweat();
    void attach(const QString& nowUtc);
    void remove(const QString& nowUtc);
    /// The test has ended with the collector on: it was collected until now.
    void endCollection(const QString& nowUtc);
    [[nodiscard]] bool minutesKept() const { return site().minutes.has_value(); }
    /// It was collected so long, as the recording has it, while nobody watched. What is kept already stays.
    void keepMinutes(double seconds);
    /// By the times at which the collector was put on and taken off, where nothing better is left.
    void keepMinutesOfTheClock();
    /// The bedside process has judged what was delivered.
    [[nodiscard]] bool dosed() const { return !live_.dose().isEmpty(); }
    [[nodiscard]] bool doseKept() const { return site().charge_mc.has_value(); }
    /// What was delivered, once the current is off.
    void keepDose(double stimulation_s);

    // The desk's
    void choose(const QString& key, const QString& title); ///< empty key: this side is not used
    /// \param collection_s how long a limb is collected
    /// \param over the bedside process asks for the collectors
    void show(const BedsideSite& live, double collection_s, bool over);
    void showNothing();
    void judge(const chloride::Guideline* guideline); ///< is it enough?
    void setFinding(records::SkinFinding found);
    void readRecord(const QString& title); ///< the entries as the record has them
    void setEnteredBy(const QString& name) { enteredBy_ = name; }
    void tell() { emit changed(); }

signals:
    void changed();
    void liveChanged();
    void entered(); ///< a value of the record was entered
    void sampleEntered();

private:
    [[nodiscard]] records::SweatSite& site() { return record_.sites[static_cast<std::size_t>(index_)]; }
    [[nodiscard]] const records::SweatSite& site() const {
        return record_.sites[static_cast<std::size_t>(index_)];
    }
    void takeChloride(const QString& text);
    void readAmount();
    void readVolume();
    void noteHandler();
    void readWeights();
    [[nodiscard]] std::optional<Decimal> amountOf(const QString& typed, const char* name, QString& remark);
    [[nodiscard]] std::optional<Moment> taredMoment() const;
    void takeValue(const QString& text, const char* name, QString& shown, QString& remark,
                   std::optional<Decimal>& value);

    records::SweatTestRecord& record_;
    int index_;
    const Bench& bench_;
    SampleModel sample_;
    QString key_, title_, enteredBy_;
    BedsideSite live_;
    double remaining_s_ = std::numeric_limits<double>::quiet_NaN();
    bool timeIsUp_ = false;
    double lastCollected_s_ = std::numeric_limits<double>::quiet_NaN(); ///< still known when nothing is live
    QString coil_, amount_, tare_, gross_, tared_, taredRemark_, coilRemark_, tareRemark_, amountRemark_;
    QString verdict_, explanation_;
    QString chloride_, sodium_, conductivity_;
    QString chlorideRemark_, sodiumRemark_, conductivityRemark_;
};

} // namespace eccrine::ui
