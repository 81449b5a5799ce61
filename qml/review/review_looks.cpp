// SPDX-License-Identifier: GPL-3.0-or-later
// What the reader looks at beside the curves: raw lanes, an earlier recording, copies.
#include "qml/review/review_desk.hpp"
#include "qml/session/site_view.hpp"
#include "recording/recording_reader.hpp"
#include "records/result_text.hpp"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QImage>
#include <QtQml/QQmlEngine>

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::ui {

namespace {
constexpr double leastScaleNlPerMin = 50.0; // a flat curve looks flat
} // namespace

QList<QObject*> ReviewDesk::rawLanes(int site) {
    if (!work_ || site < 0 || site >= static_cast<int>(result_.sites.size())) return {};
    if (const auto made = lanes_.find(site); made != lanes_.end()) return made->second;
    const std::string& name = result_.sites[static_cast<std::size_t>(site)].site;
    QList<QObject*> lanes;
    const double origin_s = work_->frame.stimulusStart.count();
    for (const SiteSignals& s : work_->test->sites) {
        if (s.site != name) continue;
        const auto lane = [&](const QString& title, const QString& unit, const std::vector<double>& time,
                              const std::vector<double>& values, bool fromZero = false) {
            if (!values.empty())
                lanes.append(new RawLane(title, unit, time, values, origin_s, fromZero, this));
        };
        const HumiditySignals& h = s.humidity;
        lane(tr("Humidity, outlet"), QStringLiteral("%RH"), h.time_s, h.humidityOut_pct);
        lane(tr("Humidity, inlet"), QStringLiteral("%RH"), h.time_s, h.humidityIn_pct);
        lane(tr("Temperature, outlet"), QStringLiteral("°C"), h.time_s, h.temperatureOut_c);
        lane(tr("Gas flow"), QStringLiteral("sccm"), h.time_s, h.flow_sccm);
        lane(tr("Sweat rate, as imported"), QStringLiteral("nL/min"), h.time_s, h.rate_nl_per_min);
        lane(tr("Current"), QStringLiteral("mA"), s.current.time_s, s.current.current_ma, true);
        lane(tr("Electrode voltage"), QStringLiteral("V"), s.current.time_s, s.current.voltage_v);
    }
    lanes_[site] = lanes;
    return lanes;
}

double ReviewDesk::rateAt(int site, double timeS) const {
    if (site < 0 || static_cast<std::size_t>(site) >= means_.size() || !std::isfinite(timeS))
        return std::numeric_limits<double>::quiet_NaN();
    const analysis::SecondMeans& means = means_[static_cast<std::size_t>(site)];
    const double at = std::floor(timeS) - static_cast<double>(means.first);
    if (at < 0.0 || at >= static_cast<double>(means.mean.size()))
        return std::numeric_limits<double>::quiet_NaN();
    return means.mean[static_cast<std::size_t>(at)];
}

void ReviewDesk::compareWith(const QString& file) {
    ++reading_;
    emit workChanged();
    worker_.start([this, file] {
        struct Other {
            std::string site, volume;
            std::vector<double> time_s, rate;
        };
        QString title = QFileInfo(file).completeBaseName();
        auto others = std::make_shared<std::vector<Other>>();
        QString sentence;
        if (const auto test = recording::readTest(file.toStdString()); !test) {
            sentence = QString::fromStdString(test.error().sentence());
        } else if (const auto result = analysis::analyzeTest(*test, {}); !result) {
            sentence = QString::fromStdString(result.error().sentence());
        } else {
            const auto started = test->meta.find("started_utc");
            const QDateTime when =
                started == test->meta.end()
                    ? QDateTime()
                    : QDateTime::fromString(QString::fromStdString(started->second), Qt::ISODate)
                          .toLocalTime();
            if (when.isValid()) title = tr("test of %1").arg(QLocale().toString(when, QLocale::ShortFormat));
            for (const analysis::SiteAnalysis& s : result->sites) {
                const analysis::SecondMeans means = analysis::secondMeans(s.curve, 0.0);
                Other other{s.site, records::volumeText(s), {}, means.mean};
                for (std::size_t i = 0; i < means.mean.size(); ++i)
                    other.time_s.push_back(means.timeOf(i));
                others->push_back(std::move(other));
            }
        }
        QMetaObject::invokeMethod(
            this,
            [this, title, others, sentence] {
                --reading_;
                emit workChanged();
                if (!sentence.isEmpty()) {
                    emit failed(tr("The earlier recording cannot be shown"), sentence);
                    return;
                }
                compareWithNothing();
                for (const Other& other : *others) {
                    Earlier& earlier = earlier_[other.site];
                    earlier.volume = QString::fromStdString(other.volume);
                    earlier.curve = std::make_unique<CurveSource>();
                    // without a parent, the QML engine would take what a method returns for its own
                    QQmlEngine::setObjectOwnership(earlier.curve.get(), QQmlEngine::CppOwnership);
                    earlier.curve->append(other.time_s, other.rate);
                }
                earlierTitle_ = title;
                emit earlierChanged();
            },
            Qt::QueuedConnection);
    });
}

void ReviewDesk::compareWithNothing() {
    const auto before = std::exchange(earlier_, {});
    earlierTitle_.clear();
    emit earlierChanged(); // the items let go of the curves before they end
}

CurveSource* ReviewDesk::earlierCurve(int site) const {
    if (site < 0 || static_cast<std::size_t>(site) >= result_.sites.size()) return nullptr;
    const auto found = earlier_.find(result_.sites[static_cast<std::size_t>(site)].site);
    return found == earlier_.end() ? nullptr : found->second.curve.get();
}

QVariantMap ReviewDesk::ownAxis(int site) const {
    if (site < 0 || site >= static_cast<int>(sites_.size())) return {};
    const CurveSource& means = *sites_[site]->means();
    const CurveSource* earlier = earlierCurve(site);
    const double low = std::min(means.lowest(), earlier ? earlier->lowest() : 0.0);
    const double high = std::max(means.highest(), earlier ? earlier->highest() : 0.0);
    const NiceScale scale = niceScale(low, high, leastScaleNlPerMin, 3);
    return {{QStringLiteral("lower"), scale.lower},
            {QStringLiteral("upper"), scale.upper},
            {QStringLiteral("step"), scale.step}};
}

QVariantList ReviewDesk::marks() const {
    QVariantList out;
    for (const records::PlacedMark& m : review_.marks) {
        records::Review one;
        one.marks.push_back(m);
        const auto sentences = records::markSentences(one, result_);
        const auto when = QDateTime::fromString(QString::fromStdString(m.atUtc), Qt::ISODate).toLocalTime();
        const QString saved = when.isValid()
                                  ? tr("Saved %1.").arg(QLocale().toString(when, QLocale::ShortFormat))
                                  : tr("Not saved yet.");
        for (const std::string& sentence : sentences)
            out.append(QVariantMap{
                {QStringLiteral("site"), QString::fromStdString(m.site)},
                {QStringLiteral("marker"), QString::fromStdString(std::string(nameOf(m.marker)))},
                {QStringLiteral("text"), QString::fromStdString(sentence) + QLatin1Char(' ') + saved}});
    }
    return out;
}

QString ReviewDesk::earlierText(int site) const {
    if (site < 0 || static_cast<std::size_t>(site) >= result_.sites.size()) return {};
    const auto found = earlier_.find(result_.sites[static_cast<std::size_t>(site)].site);
    return found == earlier_.end() ? QString() : tr("%1 µL").arg(found->second.volume);
}

QString ReviewDesk::numbersText() const {
    QString out =
        QStringLiteral("site\tonset_latency_s\tautomatic_onset_latency_s\tpeak_nl_per_min\ttime_to_peak_s\t"
                       "volume_ul\tuncertainty_ul\tautomatic_volume_ul\tnorm\tcharge_mc\n");
    const auto cell = [](double value, int decimals) {
        return QString::fromStdString(records::fixed(value, decimals))
            .replace(QStringLiteral("–"), QString());
    };
    for (const analysis::SiteAnalysis& s : result_.sites) {
        const double none = std::numeric_limits<double>::quiet_NaN();
        const auto seconds = [&](const std::optional<Seconds>& t) { return t ? t->count() : none; };
        const auto& m = s.measures;
        const bool peak = m && s.peakReliable;
        const QStringList cells{
            QString::fromStdString(s.site),
            cell(seconds(s.onset.latency), 1),
            s.automatic ? cell(seconds(s.automatic->onset.latency), 1) : QString(),
            cell(peak ? m->peak.value : none, 1),
            cell(peak ? m->peakTime.count() : none, 0),
            cell(m ? m->volume.value : none, 3),
            cell(m ? m->uncertainty.value : none, 3),
            s.automatic && s.automatic->measures ? cell(s.automatic->measures->volume.value, 3) : QString(),
            QString::fromStdString(records::normText(s.norm)),
            cell(s.delivered ? s.delivered->charge.value : none, 1)};
        out += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return out;
}

void ReviewDesk::copyNumbers() const {
    QGuiApplication::clipboard()->setText(numbersText());
}

void ReviewDesk::copyImage(const QVariant& image) const {
    QGuiApplication::clipboard()->setImage(image.value<QImage>());
}

} // namespace eccrine::ui
