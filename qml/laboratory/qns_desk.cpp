// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/laboratory/qns_desk.hpp"

#include "qml/laboratory/dot_chart.hpp"
#include "recording/durable_file.hpp"

#include <QtCore/QDir>

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::ui {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double leastAxis = 20.0; // percent, so that 5 and 10 are told apart and one test fills no bar

QString text(std::string_view s) {
    return QString::fromUtf8(s.data(), static_cast<qsizetype>(s.size()));
}

QString countText(const laboratory::Proportion& p) {
    return QnsDesk::tr("%1 of %2").arg(p.count).arg(p.of);
}

QnsRow rowOf(const QString& title, const laboratory::Proportion& p) {
    QnsRow row;
    row.title = title;
    row.count = countText(p);
    row.kind = QStringLiteral("plain");
    const auto percent = p.percent();
    if (!percent) {
        row.percentText = QStringLiteral("–");
        return row;
    }
    row.percent = percent->toDouble();
    row.percentText = QString::number(row.percent, 'f', 1) + QStringLiteral(" %");
    if (const auto interval = p.wilson95()) {
        row.low = interval->low_percent;
        row.high = interval->high_percent;
    }
    return row;
}

} // namespace

QnsDesk::QnsDesk(QnsOptions options, QObject* parent) : QObject(parent), options_(std::move(options)) {}

Date QnsDesk::today() const {
    const QDate day = options_.now().date();
    return {day.year(), day.month(), day.day()};
}

QString QnsDesk::groupBy() const {
    return text(codeOf(by_));
}

void QnsDesk::setGroupBy(const QString& code) {
    if (const auto by = laboratory::groupByOf(code.toStdString())) by_ = *by;
    count();
    emit changed();
}

QString QnsDesk::window() const {
    const auto window = windowUntil(options_.rules, today());
    return tr("%1 to %2").arg(text(window.from.text()), text(window.until.text()));
}

QString QnsDesk::left() const {
    QStringList parts;
    if (found_.simulated > 0) parts.append(tr("%1 simulated").arg(found_.simulated));
    if (found_.notCollected > 0) parts.append(tr("%1 not collected to the end").arg(found_.notCollected));
    return parts.isEmpty() ? QString() : tr("Not counted: %1.").arg(parts.join(QStringLiteral(", ")));
}

QStringList QnsDesk::faults() const {
    QStringList out;
    for (const Failure& fault : found_.faults)
        out.append(QString::fromStdString(fault.sentence()));
    return out;
}

void QnsDesk::setLaboratoryName(const QString& name) {
    if (options_.laboratoryName == name) return;
    options_.laboratoryName = name;
    for (auto& occasion : found_.occasions)
        occasion.laboratory = name.trimmed().toStdString();
    count();
    emit changed();
}

void QnsDesk::refresh() {
    found_ = records::testOccasionsIn(options_.dataFolder.toStdString(),
                                      options_.laboratoryName.trimmed().toStdString());
    count();
    showCharts();
    showRepeats();
    emit changed();
}

void QnsDesk::count() {
    const auto window = windowUntil(options_.rules, today());
    rows_.clear();
    skin_.clear();
    axisTo_ = leastAxis;
    for (const auto& rate : qnsRates(options_.rules, found_.occasions, window, by_)) {
        if (rate.rate.of == 0) continue;
        QStringList title;
        if (!rate.group.empty()) title.append(text(rate.group));
        title.append(text(rate.band.label));
        if (rate.attempt == laboratory::Attempt::Repeat) title.append(tr("repeats"));
        QnsRow row = rowOf(title.join(QStringLiteral(" · ")), rate.rate);
        row.benchmark = rate.band.atMost_percent.toDouble();
        const bool meets = rate.verdict == laboratory::BenchmarkVerdict::Meets;
        row.kind = meets ? QStringLiteral("good") : QStringLiteral("bad");
        row.verdict = meets ? tr("meets ≤ %1 %").arg(row.benchmark) : tr("above %1 %").arg(row.benchmark);
        axisTo_ = std::max(axisTo_, row.high);
        rows_.append(QVariant::fromValue(row));
    }
    axisTo_ = std::min(100.0, 10.0 * std::ceil(axisTo_ / 10.0));
    for (const auto& rate : skinReactionRates(options_.rules, found_.occasions, window, by_)) {
        QnsRow row = rowOf(text(rate.group), rate.rate);
        if (rate.notRecorded > 0) row.verdict = tr("%1 not recorded").arg(rate.notRecorded);
        skin_.append(QVariant::fromValue(row));
    }
}

void QnsDesk::showCharts() {
    using Month = laboratory::ControlChart::Month;
    charts_.clear();
    for (const auto& found :
         controlCharts(options_.rules, found_.occasions, windowUntil(options_.rules, today()))) {
        QnsChart chart;
        const auto centre = found.centre.percent();
        chart.title = centre ? tr("First attempts, %1: %2 (%3 %)")
                                   .arg(text(found.band.label), countText(found.centre))
                                   .arg(centre->toDouble(), 0, 'f', 1)
                             : tr("First attempts, %1: no test").arg(text(found.band.label));
        const double benchmark = found.band.atMost_percent.toDouble();
        chart.upper = std::max(leastAxis, benchmark);
        chart.lines.append(
            QVariant::fromValue(ChartLine{0.0, QStringLiteral("0 %"), QStringLiteral("inner")}));
        chart.lines.append(
            QVariant::fromValue(ChartLine{benchmark, tr("≤ %1 %").arg(benchmark), QStringLiteral("inner")}));
        if (centre)
            chart.lines.append(
                QVariant::fromValue(ChartLine{centre->toDouble(), {}, QStringLiteral("centre")}));
        QStringList words;
        for (const Month& month : found.months) {
            const auto percent = month.rate.percent();
            ChartPoint point;
            point.value = percent ? percent->toDouble() : unknown;
            point.lowLimit = month.lower_percent && *month.lower_percent > 0 ? *month.lower_percent : unknown;
            point.highLimit =
                month.upper_percent && *month.upper_percent < 100 ? *month.upper_percent : unknown;
            point.label = text(month.text()).mid(2);
            point.kind = month.verdict == Month::Verdict::Above   ? QStringLiteral("bad")
                         : month.verdict == Month::Verdict::Below ? QStringLiteral("warning")
                                                                  : QStringLiteral("good");
            point.mark = month.rate.count > 0
                             ? QStringLiteral("%1/%2").arg(month.rate.count).arg(month.rate.of)
                             : QString();
            point.text =
                tr("%1: %2, %3").arg(text(month.text()), countText(month.rate), text(codeOf(month.verdict)));
            if (percent) {
                chart.upper = std::max(chart.upper, point.value);
                words.append(point.text);
            }
            chart.points.append(QVariant::fromValue(point));
        }
        chart.upper = std::min(100.0, 10.0 * std::ceil(1.15 * chart.upper / 10.0));
        chart.lines.append(QVariant::fromValue(
            ChartLine{chart.upper, QStringLiteral("%1 %").arg(chart.upper), QStringLiteral("inner")}));
        chart.spoken = words.join(QStringLiteral("; "));
        charts_.append(QVariant::fromValue(chart));
    }
}

void QnsDesk::showRepeats() {
    using State = laboratory::RepeatTracking::State;
    repeats_.clear();
    const auto found = trackRepeats(options_.rules, found_.occasions, windowUntil(options_.rules, today()));
    repeatSummary_ = found.cases.empty() ? tr("No insufficient test.")
                                         : tr("%1 in time (within %2 days), %3 late, %4 pending, %5 missing")
                                               .arg(found.count(State::InTime))
                                               .arg(options_.rules.repeatWithinDays)
                                               .arg(found.count(State::Late))
                                               .arg(found.count(State::Pending))
                                               .arg(found.count(State::Missing));
    for (auto one = found.cases.rbegin(); one != found.cases.rend(); ++one) {
        const bool bad = one->state == State::Missing || one->state == State::Late;
        repeats_.append(QVariant::fromValue(
            QnsRepeat{QStringLiteral("%1 · %2").arg(text(one->date.text()), text(one->caseId)),
                      one->repeatedOn
                          ? tr("repeated %1, %2").arg(text(one->repeatedOn->text()), text(codeOf(one->state)))
                          : text(codeOf(one->state)),
                      bad                            ? QStringLiteral("bad")
                      : one->state == State::Pending ? QStringLiteral("wait")
                                                     : QStringLiteral("good")}));
    }
}

QString QnsDesk::stem() const {
    return QDir(options_.dataFolder)
        .absoluteFilePath(
            QStringLiteral("qns_%1").arg(options_.now().toString(QStringLiteral("yyyy-MM-dd_HHmmss"))));
}

void QnsDesk::exportCsv() {
    const QString file = stem() + QStringLiteral(".csv");
    Done done;
    if (auto out = recording::DurableFile::create(file.toStdString(), false)) {
        done = out->write(records::occasionsCsv(found_.occasions));
        if (done) done = out->finish();
    } else {
        done = tl::unexpected(out.error());
    }
    if (!done)
        emit problem(tr("Nothing was exported"), QString::fromStdString(done.error().sentence()));
    else
        emit saved(tr("Tests exported: %1").arg(file), file);
}

QString QnsDesk::pictureFile() const {
    return stem() + QStringLiteral(".png");
}

void QnsDesk::pictureSaved(const QString& file, bool done) {
    if (done)
        emit saved(tr("Picture saved: %1").arg(file), file);
    else
        emit problem(tr("The picture was not saved"),
                     tr("%1 cannot be written; check the folder and the free space").arg(file));
}

} // namespace eccrine::ui
