// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qml/curve/curve_source.hpp"
#include "rep_bedside_merged.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtQml/qqmlregistration.h>

#include <limits>

namespace eccrine::ui {

/// One site as the technician sees it: its place, its live values, its curve. Values not known are NaN.
class SiteView : public QObject {
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("Part of TestSession")
    Q_PROPERTY(int index READ index CONSTANT FINAL)
    Q_PROPERTY(QString key READ key CONSTANT FINAL)
    Q_PROPERTY(QString title READ title CONSTANT FINAL)
    Q_PROPERTY(QString placement READ placement CONSTANT FINAL)
    Q_PROPERTY(bool selected READ selected WRITE setSelected NOTIFY selectedChanged FINAL)
    Q_PROPERTY(QString leftOut READ leftOut NOTIFY selectedChanged FINAL)
    Q_PROPERTY(bool present READ present NOTIFY valuesChanged FINAL)
    Q_PROPERTY(bool active READ active NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double setCurrentMa READ setCurrentMa NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double currentMa READ currentMa NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double voltageV READ voltageV NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double chargeMc READ chargeMc NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double loadKohm READ loadKohm NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double humidityInPct READ humidityInPct NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double humidityOutPct READ humidityOutPct NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double temperatureC READ temperatureC NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double flowSccm READ flowSccm NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double rateNlPerMin READ rateNlPerMin NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double volumeUl READ volumeUl NOTIFY valuesChanged FINAL)
    Q_PROPERTY(double provisionalOnsetS READ provisionalOnsetS NOTIFY valuesChanged FINAL)
    Q_PROPERTY(bool baselineSettled READ baselineSettled NOTIFY valuesChanged FINAL)
    Q_PROPERTY(QString baselineRemark READ baselineRemark NOTIFY valuesChanged FINAL)
    Q_PROPERTY(QString signalRemark READ signalRemark NOTIFY valuesChanged FINAL)
    Q_PROPERTY(QString contactWord READ contactWord NOTIFY valuesChanged FINAL)
    Q_PROPERTY(bool contactGood READ contactGood NOTIFY valuesChanged FINAL)
    Q_PROPERTY(eccrine::ui::CurveSource* curve READ curve CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::CurveSource* means READ means CONSTANT FINAL)
    Q_PROPERTY(eccrine::ui::CurveSource* loads READ loads CONSTANT FINAL)
public:
    SiteView(int index, QString key, QObject* parent);

    /// The title and placement of a site by its key; an unknown key is its own title.
    [[nodiscard]] static QString titleOf(const QString& key);
    [[nodiscard]] static QString placementOf(const QString& key);

    [[nodiscard]] int index() const { return index_; }
    [[nodiscard]] QString key() const { return key_; }
    [[nodiscard]] QString title() const { return titleOf(key_); }
    [[nodiscard]] QString placement() const { return placementOf(key_); }
    [[nodiscard]] bool selected() const { return selected_; }
    void setSelected(bool selected);
    /// Why no current may flow here before a physician has looked at the skin; empty: nothing is known
    /// against it.
    [[nodiscard]] QString leftOut() const { return leftOut_; }
    /// Takes the site out for this reason; empty: puts back what was taken out for one.
    void leaveOut(const QString& reason);
    [[nodiscard]] bool present() const { return present_; }
    [[nodiscard]] bool active() const { return present_ && live_.active(); }
    [[nodiscard]] double setCurrentMa() const { return known(live_.setCurrentMa()); }
    [[nodiscard]] double currentMa() const { return known(live_.currentMa()); }
    [[nodiscard]] double voltageV() const { return known(live_.voltageV()); }
    [[nodiscard]] double chargeMc() const { return known(live_.chargeMc()); }
    [[nodiscard]] double loadKohm() const { return known(live_.loadKohm()); }
    [[nodiscard]] double humidityInPct() const { return known(live_.humidityInPct()); }
    [[nodiscard]] double humidityOutPct() const { return known(live_.humidityOutPct()); }
    [[nodiscard]] double temperatureC() const { return known(live_.temperatureC()); }
    [[nodiscard]] double flowSccm() const { return known(live_.flowSccm()); }
    /// Mean of the last second when a recording runs: a single sample dances with the sensor noise.
    [[nodiscard]] double rateNlPerMin() const;
    [[nodiscard]] double volumeUl() const { return volumeUl_; }
    /// From the stimulus start, as far as it can be seen by now; NaN: not yet.
    [[nodiscard]] double provisionalOnsetS() const { return provisionalOnsetS_; }
    [[nodiscard]] bool baselineSettled() const { return present_ && live_.baselineSettled(); }
    [[nodiscard]] QString baselineRemark() const { return live_.baselineRemark(); }
    /// Why the humidity, temperature or flow of this site cannot be right; empty: plausible.
    [[nodiscard]] QString signalRemark() const;
    [[nodiscard]] QString contactWord() const;
    [[nodiscard]] bool contactGood() const;
    [[nodiscard]] CurveSource* curve() { return &curve_; } ///< every sample
    [[nodiscard]] CurveSource* means() { return &means_; } ///< of one second each
    [[nodiscard]] CurveSource* loads() { return &loads_; } ///< kΩ while current flows, one a second

    void show(const BedsideSite& live);
    void showNothing();
    /// The load as it is now, at this test time; what is known is kept once a second.
    void noteLoad(double testTime_s);
    void setVolumeUl(double volume);
    void setProvisionalOnsetS(double latency);
    void forgetTest(); ///< empties the curve and the volume

signals:
    void selectedChanged();
    void valuesChanged();

private:
    [[nodiscard]] double known(double value) const {
        return present_ ? value : std::numeric_limits<double>::quiet_NaN();
    }

    int index_;
    QString key_;
    bool selected_ = true;
    QString leftOut_;
    bool present_ = false;
    BedsideSite live_;
    double volumeUl_ = std::numeric_limits<double>::quiet_NaN();
    double provisionalOnsetS_ = std::numeric_limits<double>::quiet_NaN();
    CurveSource curve_;
    CurveSource means_;
    CurveSource loads_;
};

} // namespace eccrine::ui
