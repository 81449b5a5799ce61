// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/result/site_result.hpp"

#include "qml/session/site_view.hpp"

#include <QtCore/QLocale>

namespace eccrine::ui {

namespace {
QString number(double value, int decimals) {
    return QLocale().toString(value, 'f', decimals);
}
const QString dash = QStringLiteral("–");
} // namespace

SiteResult::SiteResult(int index, const analysis::SiteAnalysis& site, QObject* parent)
    : QObject(parent), index_(index), key_(QString::fromStdString(site.site)), usable_(site.usable) {
    curve_.append(site.curve.time_s, site.curve.rate_nl_per_min);
    const analysis::SecondMeans seconds = analysis::secondMeans(site.curve, 0.0);
    std::vector<double> times;
    times.reserve(seconds.mean.size());
    for (std::size_t i = 0; i < seconds.mean.size(); ++i)
        times.push_back(seconds.timeOf(i));
    means_.append(times, seconds.mean);
    for (const analysis::QualityFlag& flag : site.flags)
        remarks_.append(QString::fromStdString(flag.text));

    latencyText_ = peakText_ = volumeText_ = chargeText_ = dash;
    if (site.baseline) {
        baseline_ = site.baseline->level.value;
        baselineSlopePerS_ = site.baseline->drifting ? site.baseline->slope_nl_per_min2 / 60.0 : 0.0;
    }
    using Verdict = analysis::Onset::Verdict;
    if (site.onset.verdict == Verdict::Found && site.onset.latency) {
        onsetS_ = site.onset.latency->count();
        latencyText_ = tr("%1 s").arg(number(onsetS_, 0));
        if (site.onset.halfWidth) {
            onsetHalfWidthS_ = site.onset.halfWidth->count();
            latencyAside_ = tr("± %1 s").arg(number(onsetHalfWidthS_, 1));
        }
    } else {
        latencyAside_ = site.onset.verdict == Verdict::None ? tr("no onset") : tr("uncertain");
    }
    if (site.measures) {
        const analysis::CurveMeasures& m = *site.measures;
        if (site.peakReliable) {
            peak_ = m.peak.value;
            peakAbsolute_ = m.peakAbsolute.value;
            peakTimeS_ = m.peakTime.count();
            peakText_ = tr("%1 nL/min").arg(number(peak_, 0));
            peakAside_ = tr("at %1 s").arg(number(peakTimeS_, 0));
        } else {
            peakAside_ = tr("saturated");
        }
        volume_ = m.volume.value;
        volumeText_ = tr("%1 µL").arg(number(volume_, 2));
        volumeAside_ =
            site.volumeIsZero ? tr("not above zero")
            : site.volumePerArea
                ? tr("%1 µL/cm²").arg(number(site.volumePerArea->value, 2))
                : tr("± %1 µL").arg(number(m.uncertainty.value, m.uncertainty.value < 0.01 ? 3 : 2));
    }
    if (site.delivered) {
        charge_ = site.delivered->charge.value;
        chargeText_ = tr("%1 mC").arg(number(charge_, 0));
        chargeAside_ = tr("%1 mA · %2 s")
                           .arg(number(site.delivered->meanCurrent.value, 2),
                                number(site.delivered->duration.count(), 0));
    } else {
        chargeAside_ = tr("no current");
    }
}

QString SiteResult::title() const {
    return SiteView::titleOf(key_);
}

} // namespace eccrine::ui
