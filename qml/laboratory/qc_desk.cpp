// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/laboratory/qc_desk.hpp"

#include "qml/laboratory/dot_chart.hpp"
#include "qml/sweat/lot_scan.hpp"
#include "records/later_controls.hpp"

#include <algorithm>
#include <limits>

namespace eccrine::ui {

namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t mostPoints = 30; // of a chart: a month of days
constexpr qsizetype mostRuns = 60;
constexpr int doubtDays = 7; // for so long a doubtful result is listed

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

QString readable(const Moment& moment) {
    return text(moment.text()).replace(QLatin1Char('T'), QLatin1Char(' '));
}

QString kindOf(const laboratory::JudgedControl& control) {
    if (control.runRejected) return QStringLiteral("bad");
    return control.verdict == laboratory::ControlVerdict::Warned ? QStringLiteral("warning")
                                                                 : QStringLiteral("good");
}

QString rulesOf(const laboratory::JudgedControl& control) {
    QStringList names;
    for (const auto rule : control.broken)
        names.append(QString::fromUtf8(codeOf(rule).data(), static_cast<qsizetype>(codeOf(rule).size())));
    return names.join(QLatin1Char(' '));
}

} // namespace

QcDesk::QcDesk(QcOptions options, QObject* parent) : QObject(parent), options_(std::move(options)) {
    refresh();
}

Moment QcDesk::now() const {
    const QDateTime at = options_.now();
    return {{at.date().year(), at.date().month(), at.date().day()},
            at.time().hour() * 60 + at.time().minute()};
}

std::string QcDesk::nowUtc() const {
    return options_.now().toUTC().toString(Qt::ISODate).toStdString();
}

records::QcOfDay QcDesk::on(const Date& day) const {
    return records::qcOfDay(options_.rules, records::readLaboratoryBook(options_.folder), day);
}

QString QcDesk::laterControl(const QString& analyser, const Moment& enteredAt) const {
    return text(records::laterRejection(options_.rules, records::readLaboratoryBook(options_.folder),
                                        analyser.trimmed().toStdString(), enteredAt));
}

void QcDesk::findDoubtful() {
    doubtful_.clear();
    if (options_.tests.empty()) return;
    const Date since = Date::ofDays(now().date.days() - doubtDays);
    for (const records::DoubtfulResult& one :
         records::doubtfulResults(options_.rules, book_, options_.tests, since))
        doubtful_.append(tr("%1, order %2, %3, entered %4: %5")
                             .arg(text(one.patient), text(one.order), text(one.side), readable(one.enteredAt),
                                  one.signedOff ? tr("signed, to be corrected") : tr("not signed yet")));
}

void QcDesk::refresh() {
    showBook();
    findDoubtful(); // reads the tests: not at each letter of a name
    emit changed();
}

void QcDesk::showBook() {
    book_ = records::readLaboratoryBook(options_.folder);
    day_ = records::qcOfDay(options_.rules, book_, now().date);
    charts_.clear();
    runs_.clear();
    if (analyser_.isEmpty() && !book_.values.empty()) analyser_ = text(book_.values.back().analyser);
    const auto judged = laboratory::judgeControls(options_.rules.control, book_.levels, book_.values);
    if (judged) {
        showCharts(*judged);
        for (auto control = judged->rbegin(); control != judged->rend() && runs_.size() < mostRuns;
             ++control) {
            const QString kind = kindOf(*control);
            const bool byOther =
                control->runRejected && control->verdict != laboratory::ControlVerdict::Rejected;
            const QString verdict = byOther                            ? tr("run rejected")
                                    : kind == QLatin1String("bad")     ? tr("rejected")
                                    : kind == QLatin1String("warning") ? tr("warning")
                                                                       : tr("accepted");
            runs_.append(QVariant::fromValue(QcLine{readable(control->given.at), text(control->sentence),
                                                    text(control->given.operatorName) +
                                                        QStringLiteral(" · ") + text(control->given.analyser),
                                                    kind, verdict}));
        }
    }
}

void QcDesk::showCharts(const std::vector<laboratory::JudgedControl>& judged) {
    for (const laboratory::ControlLevel& level : book_.levelsOn(now().date)) {
        const auto found = laboratory::leveyJennings(options_.rules.control, level, judged,
                                                     analyser_.trimmed().toStdString());
        QcChart chart;
        chart.title = tr("%1, lot %2: target %3 mmol/L, SD %4")
                          .arg(text(level.name), text(level.lot), text(level.target_mmol_l.text()),
                               text(level.sd_mmol_l.text()));
        chart.imprecision = found.imprecision ? tr("mean %1, CV %2 % of %3 values (goal below %4 %)")
                                                    .arg(found.imprecision->mean_mmol_l, 0, 'f', 1)
                                                    .arg(found.imprecision->cv_percent, 0, 'f', 1)
                                                    .arg(found.imprecision->values)
                                                    .arg(text(options_.rules.control.cvBelow_percent.text()))
                                              : text(found.imprecisionMissing);
        if (found.withinDay)
            chart.imprecision += tr(" · within a day CV %1 % of %2")
                                     .arg(found.withinDay->cv_percent, 0, 'f', 1)
                                     .arg(found.withinDay->values);
        for (int n = -3; n <= 3; ++n) {
            const Decimal at = level.target_mmol_l + level.sd_mmol_l * n;
            const QString name = n == 0 ? text(at.text())
                                        : QStringLiteral("%1%2s")
                                              .arg(n > 0 ? QStringLiteral("+") : QStringLiteral("−"))
                                              .arg(std::abs(n));
            const QString kind = n == 0             ? QStringLiteral("centre")
                                 : std::abs(n) == 3 ? QStringLiteral("limit")
                                                    : QStringLiteral("inner");
            chart.lines.append(QVariant::fromValue(ChartLine{static_cast<double>(n), name, kind}));
        }
        const std::size_t first = found.points.size() > mostPoints ? found.points.size() - mostPoints : 0;
        QStringList words;
        for (std::size_t i = first; i < found.points.size(); ++i) {
            const auto& control = found.points[i];
            chart.points.append(QVariant::fromValue(
                ChartPoint{control.z.toDouble(), unknown, unknown, text(control.given.at.date.text()).mid(5),
                           kindOf(control), rulesOf(control), text(control.sentence)}));
            words.append(text(control.sentence));
        }
        chart.spoken = words.isEmpty()
                           ? tr("no value yet")
                           : words.mid(std::max<qsizetype>(0, words.size() - 5)).join(QStringLiteral("; "));
        charts_.append(QVariant::fromValue(chart));
    }
}

QString QcDesk::state() const {
    using laboratory::DayControl;
    if (day_.state == chloride::QcState::NotStated) return QStringLiteral("plain");
    if (day_.state == chloride::QcState::Passed) return QStringLiteral("good");
    return day_.day == DayControl::State::NotDone ? QStringLiteral("wait") : QStringLiteral("bad");
}

QString QcDesk::stateTitle() const {
    const QString kind = state();
    if (kind == QLatin1String("good")) return tr("Passed today");
    if (book_.levels.empty() && day_.state == chloride::QcState::Failed)
        return tr("No control materials yet: result entry is locked");
    if (kind == QLatin1String("wait")) return tr("Not done today");
    if (kind == QLatin1String("bad")) return tr("Not passed: result entry is locked");
    return tr("No controls are asked for");
}

QString QcDesk::todayText() const {
    return text(now().date.text());
}

std::optional<Decimal> QcDesk::valueOf(const QString& level) const {
    const QString typed = entries_.value(level).trimmed();
    if (typed.isEmpty()) return std::nullopt;
    const auto value = Decimal::parse(typed.toStdString(), level.toStdString());
    return value ? std::optional(*value) : std::nullopt;
}

QVariantList QcDesk::levels() const {
    QVariantList out;
    for (const laboratory::ControlLevel& level : book_.levelsOn(now().date)) {
        const QString name = text(level.name), typed = entries_.value(name);
        QString remark;
        if (const auto value = Decimal::parse(typed.trimmed().toStdString(), level.name);
            !typed.trimmed().isEmpty() && !value)
            remark = text(value.error().what);
        QString about = tr("lot %1 · target %2 · SD %3 · until %4")
                            .arg(text(level.lot), text(level.target_mmol_l.text()),
                                 text(level.sd_mmol_l.text()), text(level.expiry.text()));
        if (const auto* corrected = book_.correctionOf(level.name, level.lot); corrected != nullptr)
            about += tr(" · corrected by %1: %2").arg(text(corrected->by), text(corrected->reason));
        out.append(QVariant::fromValue(QcLevel{name, text(level.lot), about, typed, remark,
                                               text(level.target_mmol_l.text()), text(level.sd_mmol_l.text()),
                                               text(level.expiry.text())}));
    }
    return out;
}

QStringList QcDesk::faults() const {
    QStringList out;
    for (const Failure& fault : book_.faults)
        out.append(text(fault.sentence()));
    return out;
}

QStringList QcDesk::analysers() const {
    QStringList out;
    for (const laboratory::ControlValue& value : book_.values)
        if (!out.contains(text(value.analyser))) out.append(text(value.analyser));
    return out;
}

QString QcDesk::hindrance() const {
    if (book_.levelsOn(now().date).empty()) return tr("Add the lots of two control levels first.");
    if (analyser_.trimmed().isEmpty()) return tr("Name the analyser.");
    if (operator_.trimmed().isEmpty()) return tr("Name who measures.");
    bool any = false;
    for (const laboratory::ControlLevel& level : book_.levelsOn(now().date)) {
        const QString name = text(level.name);
        if (entries_.value(name).trimmed().isEmpty()) continue;
        if (!valueOf(name)) return tr("Check the value of %1.").arg(name);
        any = true;
    }
    return any ? QString() : tr("Enter the values of the controls.");
}

void QcDesk::setAnalyser(const QString& name) {
    if (analyser_ == name) return;
    analyser_ = name;
    showBook();
    emit changed();
}

void QcDesk::setOperatorName(const QString& name) {
    operator_ = name;
    emit changed();
}

void QcDesk::enter(const QString& level, const QString& text) {
    entries_[level] = text;
    emit changed();
}

void QcDesk::record() {
    if (!mayRecord()) return;
    std::vector<laboratory::ControlValue> values;
    for (const laboratory::ControlLevel& level : book_.levelsOn(now().date))
        if (const auto value = valueOf(text(level.name)))
            values.push_back({level.name,
                              level.lot,
                              *value,
                              now(),
                              operator_.trimmed().toStdString(),
                              analyser_.trimmed().toStdString(),
                              {}});
    const Done done = records::addControlRun(options_.folder, options_.rules, values, nowUtc());
    if (!done) {
        emit problem(tr("The values were not recorded"), text(done.error().sentence()));
        return;
    }
    entries_.clear();
    refresh();
    if (state() == QLatin1String("good"))
        emit saved(stateTitle(), {});
    else
        emit warned(stateTitle());
}

Result<laboratory::ControlLevel> QcDesk::lotOf(const QString& level, const QString& lot,
                                               const QString& target, const QString& sd,
                                               const QString& expiry) const {
    const auto targetValue = Decimal::parse(target.trimmed().toStdString(), "target");
    if (!targetValue) return tl::unexpected(targetValue.error());
    const auto sdValue = Decimal::parse(sd.trimmed().toStdString(), "SD");
    if (!sdValue) return tl::unexpected(sdValue.error());
    const auto last = expiryOf(expiry.trimmed().toStdString());
    if (!last)
        return failed(QStringLiteral("\"%1\" is not a date").arg(expiry.trimmed()).toStdString(),
                      "last day of use", "write 2026-12-31, 31.12.2026, or a month: 2026-12");
    return laboratory::ControlLevel{level.trimmed().toStdString(), lot.trimmed().toStdString(), *targetValue,
                                    *sdValue, *last};
}

bool QcDesk::addLot(const QString& level, const QString& lot, const QString& target, const QString& sd,
                    const QString& expiry) {
    const auto refused = [&](const Failure& failure) {
        emit problem(tr("The lot was not added"), text(failure.sentence()));
        return false;
    };
    const auto given = lotOf(level, lot, target, sd, expiry);
    if (!given) return refused(given.error());
    if (given->expiry < now().date)
        return refused({"the lot expired on " + given->expiry.text(),
                        "control " + given->name + ", lot " + given->lot, "take one that is in date"});
    const Done done = records::addControlLevel(options_.folder, options_.rules, *given,
                                               operator_.trimmed().toStdString(), nowUtc());
    if (!done) return refused(done.error());
    refresh();
    return true;
}

bool QcDesk::correctLot(const QString& level, const QString& lot, const QString& target, const QString& sd,
                        const QString& expiry, const QString& reason) {
    const auto refused = [&](const Failure& failure) {
        emit problem(tr("The lot was not corrected"), text(failure.sentence()));
        return false;
    };
    const auto given = lotOf(level, lot, target, sd, expiry);
    if (!given) return refused(given.error());
    const Done done = records::correctControlLevel(options_.folder, options_.rules, *given,
                                                   operator_.trimmed().toStdString(),
                                                   reason.trimmed().toStdString(), nowUtc());
    if (!done) return refused(done.error());
    refresh();
    return true;
}

} // namespace eccrine::ui
