// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/qsart_analysis.hpp"
#include "qml/curve/curve_source.hpp"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
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
    Q_PROPERTY(bool usable READ usable CONSTANT FINAL)
    Q_PROPERTY(double onsetS READ onsetS CONSTANT FINAL)
    Q_PROPERTY(double onsetHalfWidthS READ onsetHalfWidthS CONSTANT FINAL)
    Q_PROPERTY(double peakTimeS READ peakTimeS CONSTANT FINAL)
    Q_PROPERTY(double peakNlPerMin READ peakNlPerMin CONSTANT FINAL)
    Q_PROPERTY(double peakAbsoluteNlPerMin READ peakAbsoluteNlPerMin CONSTANT FINAL)
    Q_PROPERTY(double baselineNlPerMin READ baselineNlPerMin CONSTANT FINAL)
    Q_PROPERTY(double baselineSlopePerS READ baselineSlopePerS CONSTANT FINAL)
    Q_PROPERTY(double volumeUl READ volumeUl CONSTANT FINAL)
    Q_PROPERTY(double chargeMc READ chargeMc CONSTANT FINAL)
    Q_PROPERTY(QString latencyText READ latencyText CONSTANT FINAL)
    Q_PROPERTY(QString latencyAside READ latencyAside CONSTANT FINAL)
    Q_PROPERTY(QString peakText READ peakText CONSTANT FINAL)
    Q_PROPERTY(QString peakAside READ peakAside CONSTANT FINAL)
    Q_PROPERTY(QString volumeText READ volumeText CONSTANT FINAL)
    Q_PROPERTY(QString volumeAside READ volumeAside CONSTANT FINAL)
    Q_PROPERTY(QString chargeText READ chargeText CONSTANT FINAL)
    Q_PROPERTY(QString chargeAside READ chargeAside CONSTANT FINAL)
    Q_PROPERTY(QString remarks READ remarks CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::CurveSource* curve READ curve CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::CurveSource* means READ means CONSTANT FINAL)
public:
    SiteResult(int index, const analysis::SiteAnalysis& site, QObject* parent);

    [[nodiscard]] int index() const { return index_; }
    [[nodiscard]] QString key() const { return key_; }
    [[nodiscard]] QString title() const;
    [[nodiscard]] bool usable() const { return usable_; }
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
    /// What a reader of the numbers has to know, sentence after sentence; empty: nothing.
    [[nodiscard]] QString remarks() const { return remarks_.join(QLatin1Char(' ')); }
    [[nodiscard]] CurveSource* curve() { return &curve_; } ///< every sample
    [[nodiscard]] CurveSource* means() { return &means_; } ///< of one second each

private:
    static constexpr double none = std::numeric_limits<double>::quiet_NaN();
    int index_;
    QString key_;
    bool usable_ = true;
    double onsetS_ = none, onsetHalfWidthS_ = none, peakTimeS_ = none, peak_ = none, peakAbsolute_ = none;
    double baseline_ = none, baselineSlopePerS_ = 0.0, volume_ = none, charge_ = none;
    QString latencyText_, latencyAside_, peakText_, peakAside_, volumeText_, volumeAside_, chargeText_,
        chargeAside_;
    QStringList remarks_;
    CurveSource curve_;
    CurveSource means_;
};

} // namespace eccrine::ui
