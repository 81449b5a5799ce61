// SPDX-License-Identifier: GPL-3.0-or-later
// What the reader looks at beside the curves: raw lanes, an earlier recording, copies.
#include "analysis/lag.hpp"
#include "qml/review/review_desk.hpp"
#include "qml/session/recording_list.hpp"
#include "qml/session/site_view.hpp"
#include "recording/recording_reader.hpp"
#include "records/recorded_trips.hpp"
#include "records/result_text.hpp"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtGui/QImage>
#include <QtGui/QPainter>
#include <QtQml/QQmlEngine>

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::ui {

namespace {
constexpr double leastScaleNlPerMin = 50.0; // a flat curve looks flat
constexpr double leastSeenNlPerMin = 20.0;  // the same for a part that is looked at closely

QString metaOf(const RecordedTest& test, const char* key) {
    const auto found = test.meta.find(key);
    return found == test.meta.end() ? QString() : QString::fromStdString(found->second);
}

QDateTime startOf(const RecordedTest& test) {
    return QDateTime::fromString(metaOf(test, "started_utc"), Qt::ISODate).toLocalTime();
}

/// Why `other` is not the earlier test of the same person as `now`; empty when nothing speaks against it.
QString cautionOf(const RecordedTest& now, const RecordedTest& other) {
    if (now.sha256 == other.sha256) return ReviewDesk::tr("This is the recording under review itself.");
    QStringList out;
    const QString here = metaOf(now, "patient.id"), there = metaOf(other, "patient.id");
    if (!here.isEmpty() && !there.isEmpty() && here != there)
        out.append(ReviewDesk::tr("It is of another patient: %1.").arg(there));
    const QDateTime mine = startOf(now), its = startOf(other);
    if (!mine.isValid() || !its.isValid())
        out.append(ReviewDesk::tr("Which of the two tests was first is not stated."));
    else if (its > mine)
        out.append(ReviewDesk::tr("It is LATER than the test under review."));
    return out.join(QLatin1Char(' '));
}

/// The range of what is seen of a curve, into `low` and `high`.
void widen(double& low, double& high, const analysis::SecondMeans& means, double fromS, double toS) {
    for (std::size_t i = 0; i < means.mean.size(); ++i) {
        if (means.timeOf(i) < fromS || means.timeOf(i) > toS || !std::isfinite(means.mean[i])) continue;
        low = std::min(low, means.mean[i]);
        high = std::max(high, means.mean[i]);
    }
}

QVariantMap axisOf(double low, double high, double atLeast) {
    const NiceScale scale = niceScale(low, high, atLeast, 3);
    return {{QStringLiteral("lower"), scale.lower},
            {QStringLiteral("upper"), scale.upper},
            {QStringLiteral("step"), scale.step}};
}
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
    worker_.start([this, file, work = work_] {
        struct Other {
            std::string site, volume;
            std::vector<double> time_s, rate;
        };
        QString title = QFileInfo(file).completeBaseName();
        auto others = std::make_shared<std::vector<Other>>();
        QString sentence, caution;
        if (const auto test = recording::readTest(file.toStdString()); !test) {
            sentence = QString::fromStdString(test.error().sentence());
        } else if (const auto result = analysis::analyzeTest(*test, {}); !result) {
            sentence = QString::fromStdString(result.error().sentence());
        } else {
            const QDateTime when = startOf(*test);
            if (when.isValid()) title = tr("test of %1").arg(QLocale().toString(when, QLocale::ShortFormat));
            caution = work ? cautionOf(*work->test, *test) : QString();
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
            [this, title, others, sentence, caution] {
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
                earlierCaution_ = caution;
                emit earlierChanged();
            },
            Qt::QueuedConnection);
    });
}

void ReviewDesk::compareWithNothing() {
    const auto before = std::exchange(earlier_, {});
    earlierTitle_.clear();
    earlierCaution_.clear();
    emit earlierChanged(); // the items let go of the curves before they end
}

CurveSource* ReviewDesk::earlierCurve(int site) const {
    if (site < 0 || static_cast<std::size_t>(site) >= result_.sites.size()) return nullptr;
    const auto found = earlier_.find(result_.sites[static_cast<std::size_t>(site)].site);
    return found == earlier_.end() ? nullptr : found->second.curve.get();
}

QVariantMap ReviewDesk::ownAxis(int site, double fromS, double toS) const {
    if (site < 0 || static_cast<std::size_t>(site) >= means_.size()) return {};
    const bool part = fromS > fromS_ || toS < toS_;
    double low = 0.0, high = 0.0;
    widen(low, high, means_[static_cast<std::size_t>(site)], fromS, toS);
    if (const CurveSource* earlier = earlierCurve(site); earlier && !part) {
        low = std::min(low, earlier->lowest());
        high = std::max(high, earlier->highest());
    }
    return axisOf(low, high, part ? leastSeenNlPerMin : leastScaleNlPerMin);
}

QVariantMap ReviewDesk::commonAxis(double fromS, double toS) const {
    const bool part = fromS > fromS_ || toS < toS_;
    double low = 0.0, high = 0.0;
    for (int i = 0; i < static_cast<int>(means_.size()); ++i) {
        widen(low, high, means_[static_cast<std::size_t>(i)], fromS, toS);
        if (const CurveSource* earlier = earlierCurve(i); earlier && !part) {
            low = std::min(low, earlier->lowest());
            high = std::max(high, earlier->highest());
        }
    }
    return axisOf(low, high, part ? leastSeenNlPerMin : leastScaleNlPerMin);
}

QString ReviewDesk::onsetLagText(int site) const {
    if (!work_ || site < 0 || static_cast<std::size_t>(site) >= result_.sites.size()) return {};
    const std::string& name = result_.sites[static_cast<std::size_t>(site)].site;
    for (const SiteSignals& s : work_->test->sites) {
        if (s.site != name) continue;
        const double lag = analysis::lagOf(s.capsule, result_.parameters).sum();
        if (lag > 0.0)
            return tr("Placed onsets are not lag-corrected: the visible rise is about %1 s late.")
                .arg(QLocale().toString(lag, 'f', 1));
        return tr("No lag is corrected for here: every onset is that of the visible rise.");
    }
    return {};
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

QStringList ReviewDesk::tripSentences() const {
    QStringList out;
    if (work_)
        for (const records::RecordedTrip& trip : records::tripsOf(*work_->test))
            out.append(QString::fromStdString(records::tripSentence(trip, work_->frame.stimulusStart)));
    return out;
}

QStringList ReviewDesk::headLines() const {
    if (!work_) return {};
    const RecordedTest& test = *work_->test;
    QStringList out;
    if (test.simulated) out.append(tr("SIMULATED: not a patient's result"));
    QStringList who{metaOf(test, "patient.name"), metaOf(test, "patient.id"),
                    metaOf(test, "patient.birth_date")};
    who.removeAll(QString());
    out.append(tr("Patient\t%1").arg(who.isEmpty() ? tr("not stated") : who.join(QStringLiteral(", "))));
    out.append(tr("Test\t%1").arg(testDateText(metaOf(test, "started_utc"))));
    out.append(tr("Recording\t%1\tSHA-256 %2")
                   .arg(QFileInfo(file_).fileName(), QString::fromStdString(test.sha256)));
    for (const QString& sentence : tripSentences())
        out.append(tr("End\t%1").arg(sentence));
    const QString unsaved = tr("with changes that are not saved");
    QString review =
        review_.version == 0
            ? tr("automatic analysis")
            : tr("version %1 by %2").arg(review_.version).arg(QString::fromStdString(review_.reader));
    if (dirty()) review += QStringLiteral(", ") + unsaved;
    out.append(tr("Review\t%1").arg(review));
    return out;
}

QString ReviewDesk::numbersText() const {
    QString out = headLines().join(QLatin1Char('\n'));
    out += QStringLiteral(
        "\nsite\tonset_latency_s\tonset_uncertainty_s\tautomatic_onset_latency_s\tpeak_nl_per_min\t"
        "time_to_peak_s\tvolume_ul\tuncertainty_ul\tautomatic_volume_ul\tnorm\tnorm_percentile\tcharge_mc\t"
        "placed_by_and_why\n");
    const auto cell = [](double value, int decimals) {
        return QString::fromStdString(records::fixed(value, decimals))
            .replace(QStringLiteral("–"), QString());
    };
    for (const analysis::SiteAnalysis& s : result_.sites) {
        const double none = std::numeric_limits<double>::quiet_NaN();
        const auto seconds = [&](const std::optional<Seconds>& t) { return t ? t->count() : none; };
        const auto& m = s.measures;
        const bool peak = m && s.peakReliable;
        QStringList placed;
        for (const records::PlacedMark& mark : review_.marks) {
            if (mark.site != s.site) continue;
            const auto name = nameOf(mark.marker);
            placed.append(QString::fromUtf8(name.data(), static_cast<qsizetype>(name.size())) +
                          (mark.reason.empty() ? tr(": not saved yet")
                                               : QStringLiteral(": %1, %2")
                                                     .arg(QString::fromStdString(mark.by),
                                                          QString::fromStdString(mark.reason))));
        }
        QStringList cells{QString::fromStdString(s.site),
                          cell(seconds(s.onset.latency), 1),
                          cell(seconds(s.onset.halfWidth), 1),
                          s.automatic ? cell(seconds(s.automatic->onset.latency), 1) : QString(),
                          cell(peak ? m->peak.value : none, 1),
                          cell(peak ? m->peakTime.count() : none, 0),
                          cell(m ? m->volume.value : none, 3),
                          cell(m ? m->uncertainty.value : none, 3),
                          s.automatic && s.automatic->measures ? cell(s.automatic->measures->volume.value, 3)
                                                               : QString(),
                          QString::fromStdString(records::normText(s.norm)),
                          s.norm.percentile ? cell(*s.norm.percentile, 0) : QString(),
                          cell(s.delivered ? s.delivered->charge.value : none, 1),
                          placed.join(QStringLiteral("; "))};
        // a clean number of a site that cannot be used would be believed
        constexpr qsizetype firstNumber = 1, lastNumber = 8;
        for (qsizetype i = firstNumber; !s.usable && i <= lastNumber; ++i)
            cells[i] = QStringLiteral("void");
        out += cells.join(QLatin1Char('\t')) + QLatin1Char('\n');
    }
    return out;
}

bool ReviewDesk::mayCopy() {
    const Done may =
        records::mayLeaveAsResult(station_, simulated(), QFileInfo(file_).fileName().toStdString());
    if (!may) emit failed(tr("It was not copied"), QString::fromStdString(may.error().sentence()));
    return may.has_value();
}

bool ReviewDesk::copyNumbers() {
    if (!mayCopy()) return false;
    QGuiApplication::clipboard()->setText(numbersText());
    return true;
}

bool ReviewDesk::copyImage(const QVariant& image, const QColor& ground, const QColor& ink) {
    const auto curves = image.value<QImage>();
    if (curves.isNull() || !mayCopy()) return false;
    const double scale = curves.devicePixelRatio();
    constexpr int lineHeight = 20, margin = 12;
    const QStringList lines = headLines();
    const int head = static_cast<int>((static_cast<double>(lines.size()) * lineHeight + 2 * margin) * scale);
    QImage whole(curves.width(), curves.height() + head, QImage::Format_RGB32);
    whole.fill(ground);
    QPainter painter(&whole);
    QImage plain = curves;
    plain.setDevicePixelRatio(1.0);
    painter.drawImage(0, head, plain);
    painter.scale(scale, scale);
    QFont font = QGuiApplication::font();
    font.setPixelSize(14);
    painter.setFont(font);
    painter.setPen(ink);
    double y = margin;
    for (QString line : lines) {
        line.replace(QLatin1Char('\t'), QStringLiteral("  "));
        painter.drawText(QRectF(margin, y, curves.width() / scale - 2.0 * margin, lineHeight),
                         Qt::AlignLeft | Qt::AlignVCenter, line);
        y += lineHeight;
    }
    painter.end();
    QGuiApplication::clipboard()->setImage(whole);
    return true;
}

} // namespace eccrine::ui
