// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/result/site_result.hpp"

#include "qml/session/site_view.hpp"
#include "records/result_text.hpp"

#include <QtCore/QLocale>

#include <cmath>

namespace eccrine::ui {

namespace {

constexpr int volumeDecimals = 3;           // nL: what a marker moves has to be seen
constexpr double leastScaleNlPerMin = 50.0; // a flat curve looks flat
/// As the user's locale writes it, without a minus before nothing but zeros.
QString number(double value, int decimals) {
    const QString size = QLocale().toString(std::abs(value), 'f', decimals);
    return size == QLocale().toString(0.0, 'f', decimals) ? size : QLocale().toString(value, 'f', decimals);
}
const QString dash = QStringLiteral("–");

struct FlagLabel {
    const char* code;
    const char* label;
};
/// What stands at a remark's place in the curve; its sentence is in the notes.
constexpr FlagLabel flagLabels[] = {
    {"UNSETTLED", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "baseline not settled")},
    {"DETACH", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "capsule or electrode off")},
    {"WET", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "water in the capsule")},
    {"FLOW", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "gas flow off")},
    {"LEAK", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "leak")},
    {"THERMAL", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "temperature unsteady")},
    {"HIGH_RESTING", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "sweating at rest")},
    {"RIPPLE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "ripple")},
    {"AROUSAL", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "burst at all sites")},
    {"FROZEN", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "signal stands still")},
    {"COARSE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "coarse signal")},
    {"IMPLAUSIBLE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "implausible signal")},
    {"UNREADABLE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "not read")},
    {"STIM_TIME", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "stimulus time off")},
    {"STIM_LOW", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "current too low")},
    {"DRIFT", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "baseline drifts")},
    {"GAP", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "samples missing")},
    {"SPIKES", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "spikes of the humidity")},
    {"GAP_BRIDGED", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "gap bridged")},
    {"SAT", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "saturated")},
    {"DRY_INLET", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "dry gas at the inlet")},
    {"SHORT_BASELINE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "short baseline")},
    {"PERSISTENT", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "still sweating at the end")},
    {"CONDENSATION", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "water condenses")},
    {"NOISE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "noisy hygrometer")},
    {"NOISE_LINE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "regular disturbance")},
    {"NO_CURRENT", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "current not recorded")},
    {"NO_BASELINE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "no baseline")},
    {"LAG_UNKNOWN", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "lag not known")},
    {"LAT?", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "onset implausible")},
    {"CROSSOVER?", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "solution under the capsule?")},
    {"INDETERMINATE", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "onset uncertain")},
    {"VOLUME_FROM", QT_TRANSLATE_NOOP("eccrine::ui::SiteResult", "no samples")},
};

QString labelOf(const std::string& code) {
    for (const FlagLabel& one : flagLabels)
        if (code == one.code) return SiteResult::tr(one.label);
    return SiteResult::tr("see the remarks");
}
} // namespace

SiteResult::SiteResult(int index, const analysis::SiteAnalysis& site, double usualBaseline_s,
                       double usualEnd_s, QObject* parent)
    : QObject(parent), index_(index), key_(QString::fromStdString(site.site)),
      usualBaselineS_(usualBaseline_s), usualEndS_(usualEnd_s) {
    curve_.append(site.curve.time_s, site.curve.rate_nl_per_min);
    const analysis::SecondMeans seconds = analysis::secondMeans(site.curve, 0.0);
    std::vector<double> times;
    times.reserve(seconds.mean.size());
    for (std::size_t i = 0; i < seconds.mean.size(); ++i)
        times.push_back(seconds.timeOf(i));
    means_.append(times, seconds.mean);
    scale_ = niceScale(means_.lowest(), means_.highest(), leastScaleNlPerMin, 3);
    show(site);
}

void SiteResult::show(const analysis::SiteAnalysis& site) {
    usable_ = site.usable;
    voidReason_ = QString();
    remarks_.clear();
    flags_.clear();
    for (const analysis::QualityFlag& flag : site.flags) {
        remarks_.append(QString::fromStdString(flag.text));
        if (!usable_ && flag.voids && voidReason_.isEmpty()) voidReason_ = remarks_.back();
        const bool placed = !flag.everywhere(usualEndS_);
        flags_.append(QVariantMap{{QStringLiteral("code"), QString::fromStdString(flag.code)},
                                  {QStringLiteral("label"), labelOf(flag.code)},
                                  {QStringLiteral("text"), QString::fromStdString(flag.text)},
                                  {QStringLiteral("fromS"), placed && flag.from ? flag.from->count() : none},
                                  {QStringLiteral("toS"), placed && flag.to ? flag.to->count() : none},
                                  {QStringLiteral("voids"), flag.voids}});
    }
    if (!usable_ && voidReason_.isEmpty()) voidReason_ = tr("The signal cannot be used.");
    onsetS_ = onsetHalfWidthS_ = peakTimeS_ = peak_ = peakAbsolute_ = baseline_ = volume_ = charge_ = none;
    baselineUncertainty_ = none;
    baselineSlopePerS_ = volumeFromS_ = 0.0;
    latencyAside_ = peakAside_ = volumeAside_ = chargeAside_ = QString();
    latencyText_ = peakText_ = volumeText_ = chargeText_ = dash;
    if (site.baseline) {
        baseline_ = site.baseline->level.value;
        baselineSlopePerS_ = site.baseline->drifting ? site.baseline->slope_nl_per_min2 / 60.0 : 0.0;
        // what the baseline brings into the volume, spread over the window
        baselineUncertainty_ = 2.0 * site.baseline->volumeUncertainty.value * 1000.0 * 60.0 / usualEndS_;
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
        volumeFromS_ = m.from.count();
        volumeText_ = tr("%1 µL").arg(number(volume_, volumeDecimals));
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
    showMarks(site);
    showNorm(site.norm);
    emit changed();
}

void SiteResult::showMarks(const analysis::SiteAnalysis& site) {
    onsetPlaced_ = site.marks.onset.has_value();
    baselinePlaced_ = site.marks.baseline.has_value();
    endPlaced_ = site.marks.end.has_value();
    baselineFromS_ = baselinePlaced_ ? site.marks.baseline->from.count() : -usualBaselineS_;
    baselineToS_ = baselinePlaced_ ? site.marks.baseline->to.count() : 0.0;
    endS_ = endPlaced_ ? site.marks.end->count() : usualEndS_;
    automaticOnsetS_ = automaticVolume_ = none;
    automaticLatencyText_ = automaticVolumeText_ = QString();
    if (!site.automatic) return;
    const analysis::AutomaticValues& a = *site.automatic;
    using Verdict = analysis::Onset::Verdict;
    if (a.onset.latency) {
        automaticOnsetS_ = a.onset.latency->count();
        automaticLatencyText_ = tr("%1 s").arg(number(automaticOnsetS_, 0));
    } else {
        automaticLatencyText_ = a.onset.verdict == Verdict::None ? tr("no onset") : tr("uncertain");
    }
    if (a.measures) {
        automaticVolume_ = a.measures->volume.value;
        automaticVolumeText_ = tr("%1 µL").arg(number(automaticVolume_, volumeDecimals));
    }
}

void SiteResult::showNorm(const analysis::NormResult& norm) {
    using analysis::NormClass;
    notCompared_ = norm.normClass == NormClass::None && records::notCompared(norm.noNorm);
    normLower_ = norm.lower ? norm.lower->value : none;
    normUpper_ = norm.upper ? norm.upper->value : none;
    const auto median = norm.percentiles.find(50.0);
    normMedian_ = median == norm.percentiles.end() ? none : median->second.value;
    switch (norm.normClass) {
    case NormClass::None:
        normText_ = notCompared_ ? tr("not compared") : tr("no norm");
        normAside_ = QString::fromStdString(norm.reason);
        normKind_ = QStringLiteral("none");
        return;
    case NormClass::Reduced:
        normText_ = tr("reduced");
        normKind_ = QStringLiteral("bad");
        break;
    case NormClass::Within:
        normText_ = tr("within");
        normKind_ = QStringLiteral("good");
        break;
    case NormClass::Increased:
        normText_ = tr("increased");
        normKind_ = QStringLiteral("bad");
        break;
    case NormClass::Unclassified:
        normText_ = tr("cannot be classified");
        normKind_ = QStringLiteral("open");
        break;
    }
    normAside_ = norm.upper ? tr("norm %1 to %2 µL").arg(number(normLower_, 2), number(normUpper_, 2))
                            : tr("norm from %1 µL").arg(number(normLower_, 2));
    if (!norm.reason.empty()) normAside_ += QStringLiteral(". ") + QString::fromStdString(norm.reason);
    if (norm.percentile) normText_ += tr(", P%1").arg(number(*norm.percentile, 0));
}

QString SiteResult::volumeBeside() const {
    if (automaticVolumeText_.isEmpty() || automaticVolumeText_ == volumeText_) return volumeAside_;
    if (!volumeAside_.startsWith(QStringLiteral("±"))) return tr("found %1").arg(automaticVolumeText_);
    const QString unit = QStringLiteral(" µL"); // stands above
    return tr("%1, found %2")
        .arg(QString(volumeAside_).remove(unit), QString(automaticVolumeText_).remove(unit));
}

void SiteResult::setStimulus(const records::StimulusShade& shade) {
    stimulus_.clear();
    for (const auto& [from, to] : shade.spans)
        stimulus_.append(QVariantMap{{QStringLiteral("fromS"), from}, {QStringLiteral("toS"), to}});
    emit changed();
}

void SiteResult::setPlacedText(const QString& text) {
    placedText_ = text;
    emit changed();
}

QString SiteResult::title() const {
    return SiteView::titleOf(key_);
}

} // namespace eccrine::ui
