// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "core/nice_scale.hpp"
#include "qml/curve/curve_source.hpp"
#include "records/stimulus_shade.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVariant>
#include <QtQml/qqmlregistration.h>

namespace eccrine::ui {

/// The result of one site, in numbers for drawing (NaN: not found) and in words for reading.
class SiteResult : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of ResultView")
    Q_PROPERTY(int index READ index CONSTANT FINAL)
    Q_PROPERTY(QString key READ key CONSTANT FINAL)
    Q_PROPERTY(QString title READ title CONSTANT FINAL)
    Q_PROPERTY(bool usable READ usable NOTIFY changed FINAL)
    Q_PROPERTY(QString voidReason READ voidReason NOTIFY changed FINAL)
    Q_PROPERTY(double onsetS READ onsetS NOTIFY changed FINAL)
    Q_PROPERTY(double onsetHalfWidthS READ onsetHalfWidthS NOTIFY changed FINAL)
    Q_PROPERTY(double peakTimeS READ peakTimeS NOTIFY changed FINAL)
    Q_PROPERTY(double peakNlPerMin READ peakNlPerMin NOTIFY changed FINAL)
    Q_PROPERTY(double peakAbsoluteNlPerMin READ peakAbsoluteNlPerMin NOTIFY changed FINAL)
    Q_PROPERTY(double baselineNlPerMin READ baselineNlPerMin NOTIFY changed FINAL)
    Q_PROPERTY(double baselineSlopePerS READ baselineSlopePerS NOTIFY changed FINAL)
    Q_PROPERTY(double volumeUl READ volumeUl NOTIFY changed FINAL)
    Q_PROPERTY(double chargeMc READ chargeMc NOTIFY changed FINAL)
    Q_PROPERTY(QString latencyText READ latencyText NOTIFY changed FINAL)
    Q_PROPERTY(QString latencyAside READ latencyAside NOTIFY changed FINAL)
    Q_PROPERTY(QString peakText READ peakText NOTIFY changed FINAL)
    Q_PROPERTY(QString peakAside READ peakAside NOTIFY changed FINAL)
    Q_PROPERTY(QString volumeText READ volumeText NOTIFY changed FINAL)
    Q_PROPERTY(QString volumeAside READ volumeAside NOTIFY changed FINAL)
    Q_PROPERTY(QString chargeText READ chargeText NOTIFY changed FINAL)
    Q_PROPERTY(QString chargeAside READ chargeAside NOTIFY changed FINAL)
    Q_PROPERTY(QString remarks READ remarks NOTIFY changed FINAL)
    Q_PROPERTY(double baselineUncertainty READ baselineUncertainty NOTIFY changed FINAL)
    Q_PROPERTY(double baselineFromS READ baselineFromS NOTIFY changed FINAL)
    Q_PROPERTY(double baselineToS READ baselineToS NOTIFY changed FINAL)
    Q_PROPERTY(double volumeFromS READ volumeFromS NOTIFY changed FINAL)
    Q_PROPERTY(double endS READ endS NOTIFY changed FINAL)
    Q_PROPERTY(bool onsetPlaced READ onsetPlaced NOTIFY changed FINAL)
    Q_PROPERTY(bool baselinePlaced READ baselinePlaced NOTIFY changed FINAL)
    Q_PROPERTY(bool endPlaced READ endPlaced NOTIFY changed FINAL)
    Q_PROPERTY(double automaticOnsetS READ automaticOnsetS NOTIFY changed FINAL)
    Q_PROPERTY(double automaticVolumeUl READ automaticVolumeUl NOTIFY changed FINAL)
    Q_PROPERTY(QString automaticLatencyText READ automaticLatencyText NOTIFY changed FINAL)
    Q_PROPERTY(QString automaticVolumeText READ automaticVolumeText NOTIFY changed FINAL)
    Q_PROPERTY(QString volumeBeside READ volumeBeside NOTIFY changed FINAL)
    Q_PROPERTY(QString placedText READ placedText NOTIFY changed FINAL)
    Q_PROPERTY(QString normText READ normText NOTIFY changed FINAL)
    Q_PROPERTY(QString normAside READ normAside NOTIFY changed FINAL)
    Q_PROPERTY(QString normKind READ normKind NOTIFY changed FINAL)
    Q_PROPERTY(bool notCompared READ notCompared NOTIFY changed FINAL)
    Q_PROPERTY(double normLowerUl READ normLowerUl NOTIFY changed FINAL)
    Q_PROPERTY(double normUpperUl READ normUpperUl NOTIFY changed FINAL)
    Q_PROPERTY(double normMedianUl READ normMedianUl NOTIFY changed FINAL)
    Q_PROPERTY(double rateLower READ rateLower CONSTANT FINAL)
    Q_PROPERTY(double rateUpper READ rateUpper CONSTANT FINAL)
    Q_PROPERTY(double rateStep READ rateStep CONSTANT FINAL)
    Q_PROPERTY(QVariantList flags READ flags NOTIFY changed FINAL)
    Q_PROPERTY(QVariantList stimulus READ stimulus NOTIFY changed FINAL)
    Q_PROPERTY(eccrine::ui::CurveSource* curve READ curve CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::CurveSource* means READ means CONSTANT FINAL)
public:
    /// \param usualBaseline_s length of the baseline that nobody chose
    /// \param usualEnd_s end of the window that nobody placed
    SiteResult(int index, const analysis::SiteAnalysis& site, double usualBaseline_s, double usualEnd_s,
               QObject* parent);
    /// Other numbers for the same curve.
    void show(const analysis::SiteAnalysis& site);

    [[nodiscard]] int index() const { return index_; }
    [[nodiscard]] QString key() const { return key_; }
    [[nodiscard]] QString title() const;
    [[nodiscard]] bool usable() const { return usable_; }
    /// Why the site cannot be used; empty when it can.
    [[nodiscard]] QString voidReason() const { return voidReason_; }
    [[nodiscard]] double onsetS() const { return onsetS_; }
    [[nodiscard]] double onsetHalfWidthS() const { return onsetHalfWidthS_; }
    [[nodiscard]] double peakTimeS() const { return peakTimeS_; }
    [[nodiscard]] double peakNlPerMin() const { return peak_; }
    [[nodiscard]] double peakAbsoluteNlPerMin() const { return peakAbsolute_; }
    [[nodiscard]] double baselineNlPerMin() const { return baseline_; }
    [[nodiscard]] double baselineSlopePerS() const { return baselineSlopePerS_; }
    [[nodiscard]] double volumeUl() const { return volume_; }
    [[nodiscard]] double chargeMc() const { return charge_; }
    [[nodiscard]] QString latencyText() const { return latencyText_; }
    [[nodiscard]] QString latencyAside() const { return latencyAside_; }
    [[nodiscard]] QString peakText() const { return peakText_; }
    [[nodiscard]] QString peakAside() const { return peakAside_; }
    [[nodiscard]] QString volumeText() const { return volumeText_; }
    [[nodiscard]] QString volumeAside() const { return volumeAside_; }
    [[nodiscard]] QString chargeText() const { return chargeText_; }
    [[nodiscard]] QString chargeAside() const { return chargeAside_; }
    /// Half the width of the band that holds the baseline with 95 %, over the window [nL/min].
    [[nodiscard]] double baselineUncertainty() const { return baselineUncertainty_; }
    [[nodiscard]] double baselineFromS() const { return baselineFromS_; }
    [[nodiscard]] double baselineToS() const { return baselineToS_; }
    [[nodiscard]] double volumeFromS() const { return volumeFromS_; }
    [[nodiscard]] double endS() const { return endS_; }
    [[nodiscard]] bool onsetPlaced() const { return onsetPlaced_; }
    [[nodiscard]] bool baselinePlaced() const { return baselinePlaced_; }
    [[nodiscard]] bool endPlaced() const { return endPlaced_; }
    [[nodiscard]] double automaticOnsetS() const { return automaticOnsetS_; }
    [[nodiscard]] double automaticVolumeUl() const { return automaticVolume_; }
    [[nodiscard]] QString automaticLatencyText() const { return automaticLatencyText_; }
    [[nodiscard]] QString automaticVolumeText() const { return automaticVolumeText_; }
    /// volumeAside, and of a volume that rests on a reader's marks the one found without them.
    [[nodiscard]] QString volumeBeside() const;
    /// Who placed which marker and why: "onset by Dr Gray: artefact before it"; empty: nobody.
    [[nodiscard]] QString placedText() const { return placedText_; }
    void setPlacedText(const QString& text);
    /// "reduced", "within", …; "no norm" when there is none, "not compared" when none holds for the volume.
    [[nodiscard]] QString normText() const { return normText_; }
    /// The limits, and what has to be said of the class or of there being none.
    [[nodiscard]] QString normAside() const { return normAside_; }
    [[nodiscard]] bool notCompared() const { return notCompared_; }
    [[nodiscard]] QString normKind() const { return normKind_; } ///< "none", "good", "bad", "open"
    [[nodiscard]] double normLowerUl() const { return normLower_; }
    [[nodiscard]] double normUpperUl() const { return normUpper_; }
    [[nodiscard]] double normMedianUl() const { return normMedian_; }
    // An axis for this site alone
    [[nodiscard]] double rateLower() const { return scale_.lower; }
    [[nodiscard]] double rateUpper() const { return scale_.upper; }
    [[nodiscard]] double rateStep() const { return scale_.step; }
    /// Objects with code, label (the code in words), text, fromS, toS (NaN: the whole curve) and voids.
    [[nodiscard]] QVariantList flags() const { return flags_; }
    /// Where current flowed, without its pauses: objects with fromS and toS. Where it was not recorded, the
    /// stimulus as it is stated.
    [[nodiscard]] QVariantList stimulus() const { return stimulus_; }
    void setStimulus(const records::StimulusShade& shade);
    /// What a reader of the numbers has to know, sentence after sentence; empty: nothing.
    [[nodiscard]] QString remarks() const { return remarks_.join(QLatin1Char(' ')); }
    [[nodiscard]] CurveSource* curve() { return &curve_; } ///< every sample
    [[nodiscard]] CurveSource* means() { return &means_; } ///< of one second each

signals:
    void changed();

private:
    void showNorm(const analysis::NormResult& norm);
    void showMarks(const analysis::SiteAnalysis& site);

    static constexpr double none = std::numeric_limits<double>::quiet_NaN();
    int index_;
    QString key_;
    bool usable_ = true;
    QString voidReason_;
    double onsetS_ = none, onsetHalfWidthS_ = none, peakTimeS_ = none, peak_ = none, peakAbsolute_ = none;
    double baseline_ = none, baselineSlopePerS_ = 0.0, volume_ = none, charge_ = none;
    QString latencyText_, latencyAside_, peakText_, peakAside_, volumeText_, volumeAside_, chargeText_,
        chargeAside_;
    double usualBaselineS_, usualEndS_;
    double baselineUncertainty_ = none, baselineFromS_ = none, baselineToS_ = none, volumeFromS_ = 0.0,
           endS_ = none;
    bool onsetPlaced_ = false, baselinePlaced_ = false, endPlaced_ = false;
    double automaticOnsetS_ = none, automaticVolume_ = none;
    QString placedText_;
    QString automaticLatencyText_, automaticVolumeText_, normText_, normAside_, normKind_;
    bool notCompared_ = false;
    double normLower_ = none, normUpper_ = none, normMedian_ = none;
    NiceScale scale_;
    QVariantList flags_, stimulus_;
    QStringList remarks_;
    CurveSource curve_;
    CurveSource means_;
};

} // namespace eccrine::ui
