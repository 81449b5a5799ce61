// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/laboratory/elution.hpp"
#include "analysis/laboratory/laboratory_rules.hpp"
#include "core/failure.hpp"
#include "records/sweat_test.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <optional>

namespace eccrine::ui {

/// What the laboratory needs for a sample: its rules, and the time. Outlives the samples; without rules
/// nothing is computed.
struct Bench {
    std::optional<laboratory::LaboratoryRules> rules;
    std::function<Moment()> now; ///< local time, with the time of day
    /// Asked before a value of a limb (0 left, 1 right) is taken: why quality
    /// control does not allow it, or empty. Keeps in the record what it was.
    std::function<QString(int)> control;
    std::function<QString()> person{};   ///< who is at the screen, for what is entered or changed
    std::function<QString()> analyser{}; ///< on which a value that is typed was measured
    std::function<std::string()> nowUtc{};
};

/// The sample of one limb on the laboratory's bench: washing out of a pad, second analysis, storage. Computes
/// by analysis/laboratory and writes into the record of the test. GUI thread.
class SampleModel : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of SweatSiteModel")
    // Washing out of a pad
    Q_PROPERTY(QString eluentText READ eluentText WRITE setEluentText NOTIFY changed FINAL) ///< µL
    Q_PROPERTY(QString eluateText READ eluateText WRITE setEluateText NOTIFY changed FINAL) ///< mmol/L
    Q_PROPERTY(QString blankText READ blankText WRITE setBlankText NOTIFY changed FINAL)    ///< mmol/L
    Q_PROPERTY(QString elutionRemark READ elutionRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString elutionShown READ elutionShown NOTIFY changed FINAL) ///< "diluted 42.667 times: 42.67"
    // Second analysis
    Q_PROPERTY(bool secondPossible READ secondPossible NOTIFY changed FINAL)
    Q_PROPERTY(QString secondText READ secondText WRITE setSecondText NOTIFY changed FINAL) ///< mmol/L
    Q_PROPERTY(QString secondRemark READ secondRemark NOTIFY changed FINAL)
    Q_PROPERTY(QString secondShown READ secondShown NOTIFY changed FINAL)
    Q_PROPERTY(bool secondDiffers READ secondDiffers NOTIFY changed FINAL)
    // Storage
    Q_PROPERTY(QString storageShown READ storageShown NOTIFY changed FINAL)
    Q_PROPERTY(bool tooOld READ tooOld NOTIFY changed FINAL)
    Q_PROPERTY(bool cold READ cold NOTIFY changed FINAL)
public:
    /// `record` and `bench` outlive the model. \param index 0 left, 1 right
    SampleModel(records::SweatTestRecord& record, int index, const Bench& bench, QObject* parent);

    [[nodiscard]] QString eluentText() const { return eluent_; }
    [[nodiscard]] QString eluateText() const { return eluate_; }
    [[nodiscard]] QString blankText() const { return blank_; }
    [[nodiscard]] QString elutionRemark() const { return elutionRemark_; }
    [[nodiscard]] QString elutionShown() const { return elutionShown_; }
    [[nodiscard]] bool secondPossible() const;
    [[nodiscard]] QString secondText() const { return second_; }
    [[nodiscard]] QString secondRemark() const { return secondRemark_; }
    [[nodiscard]] QString secondShown() const { return secondShown_; }
    [[nodiscard]] bool secondDiffers() const { return site().secondDiffers; }
    [[nodiscard]] QString storageShown() const { return storageShown_; }
    [[nodiscard]] bool tooOld() const { return tooOld_; }
    [[nodiscard]] bool cold() const { return site().coldSince.has_value(); }

    void setEluentText(const QString& text);
    void setEluateText(const QString& text);
    void setBlankText(const QString& text);
    void setSecondText(const QString& text);
    /// The capped sample goes into the refrigerator now, or that was ticked by mistake.
    Q_INVOKABLE void keepCold(bool cold);

    // The desk's
    void readRecord(); ///< the entries as the record has them
    /// The concentration in sweat from what was washed out; again when the amount of sweat is another. When
    /// it cannot be computed any more, the one that was is gone.
    void washOut();
    /// How long the sample may still be analysed; once it has a value, or is signed, what was so then stays.
    Q_INVOKABLE void judgeStorage();
    /// The chloride was measured or typed, and is not the one that was washed out.
    void chlorideTyped() { computed_ = false; }
    /// Whether the second analysis stands by the first. Of a signed record it changes nothing.
    void judgeSecond(bool typed = false);

signals:
    void changed();
    void entered();
    void washedOut(const QString& chloride); ///< the concentration in sweat, mmol/L, as it is written

private:
    [[nodiscard]] records::SweatSite& site() { return record_.sites[static_cast<std::size_t>(index_)]; }
    [[nodiscard]] const records::SweatSite& site() const {
        return record_.sites[static_cast<std::size_t>(index_)];
    }
    void eluted(QString& shown, const QString& text);
    /// Says how the second analysis stands by the first, and takes it away where it counts for nothing. True:
    /// they differ, and neither stands.
    [[nodiscard]] bool compareSecond(std::optional<Decimal>& second);
    /// Empty as long as something is missing.
    [[nodiscard]] std::optional<Result<laboratory::EluteResult>> elution() const;

    records::SweatTestRecord& record_;
    int index_;
    const Bench& bench_;
    QString eluent_, eluate_, blank_, elutionRemark_, elutionShown_;
    QString second_, secondRemark_, secondShown_;
    QString storageShown_;
    bool tooOld_ = false;
    bool computed_ = false; ///< the chloride is the one that was washed out
};

} // namespace eccrine::ui
