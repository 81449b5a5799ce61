// SPDX-License-Identifier: GPL-3.0-or-later
// What becomes of a result: who measured it on what, whether control still stands behind it, signature,
// report, telephone call, correction.
#include "qml/session/typed_date.hpp"
#include "qml/sweat/sweat_desk.hpp"
#include "records/stored_evaluation.hpp"
#include "records/sweat_outcome.hpp"
#include "records/sweat_words.hpp"
#include "records/test_versions.hpp"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QTime>

#include <algorithm>
#include <functional>

namespace eccrine::ui {

namespace {

const auto recordEnding = QStringLiteral(".sweat.json");

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

QString readable(const std::optional<Moment>& moment) {
    return moment ? text(moment->text()).replace(QLatin1Char('T'), QLatin1Char(' ')) : QString();
}

QString readableUtc(const std::string& utc) {
    return text(utc)
        .replace(QLatin1Char('T'), QLatin1Char(' '))
        .replace(QLatin1Char('Z'), QStringLiteral(" UTC"));
}

} // namespace

QString SweatDesk::person() const {
    const QString analyst = analyst_.trimmed();
    return analyst.isEmpty() ? patient_.operatorName().trimmed() : analyst;
}

QString SweatDesk::notControlled() const {
    const QString name = analyser_.trimmed();
    if (name.isEmpty() || qcNow_.analysers.isEmpty() || qcNow_.analysers.contains(name)) return {};
    return tr("No control of the analyser %1 was measured on %2; controlled: %3")
        .arg(name, text(today().text()), qcNow_.analysers.join(QStringLiteral(", ")));
}

QString SweatDesk::analyserRemark() const {
    QStringList sentences{notControlled()};
    for (const SweatSiteModel* site : sites_) {
        const records::SweatSite& kept = record_.sites[static_cast<std::size_t>(site->index())];
        const QString on = text(kept.analyser);
        if (!kept.used || !site->valueKnown() || on == analyser_.trimmed()) continue;
        sentences.append(
            on.isEmpty()
                ? tr("%1: the value names no analyser; enter it again to name it.").arg(site->sideName())
                : tr("%1: the value stays one of %2; if it is not, enter it again.")
                      .arg(site->sideName(), on));
    }
    sentences.removeAll(QString());
    return sentences.join(QLatin1Char(' '));
}

/// The name of the analyser of the values to come. A value that is there stays one of its own analyser, with
/// the control and the alarm of that one, until it is entered again.
void SweatDesk::setAnalyser(const QString& name) {
    if (name == analyser_ || record_.signedOff()) return;
    analyser_ = name;
    analyserTyped_ = true;
    options_.analyser = name.trimmed();
    emit changed();
}

/// A value that was entered today is one of an analyser that was controlled today.
bool SweatDesk::controlled(const records::SweatSite& site) const {
    const QString name = text(site.analyser);
    return !site.qcOn || *site.qcOn != today() || name.isEmpty() || qcNow_.analysers.isEmpty() ||
           qcNow_.analysers.contains(name);
}

/// The book is read once for each value, and again when it is asked for anew (laterFound_).
std::string SweatDesk::laterControls() {
    if (!options_.laterControl) return {};
    std::string all;
    for (std::size_t i = 0; i < record_.sites.size(); ++i) {
        const records::SweatSite& site = record_.sites[i];
        if (!site.used || !site.enteredAt || !(site.chloride || site.conductivity)) continue;
        const auto value = std::pair(site.analyser, site.enteredAt->text());
        auto found = laterFound_.find(value);
        if (found == laterFound_.end())
            found =
                laterFound_.emplace(value, options_.laterControl(text(site.analyser), *site.enteredAt)).first;
        const QString& why = found->second;
        if (why.isEmpty()) continue;
        all += std::string(all.empty() ? "" : "\n") + (i == 0 ? "Left: " : "Right: ") + why.toStdString();
    }
    return all;
}

void SweatDesk::validate(const QString& by) {
    laterFound_.clear();
    evaluate();
    records::SweatTestRecord signedRecord = record_;
    const bool secondPerson = !options_.laboratory || options_.laboratory->secondPerson;
    if (!record_.qcAlarm.empty()) { // nobody signs what its own quality control has put in doubt
        const std::string first = record_.qcAlarm.substr(0, record_.qcAlarm.find('\n'));
        emit problem(tr("The result was not validated"), text(first));
        return;
    }
    Done done = records::validateSweatTest(signedRecord, by.trimmed().toStdString(), nowUtc(), secondPerson);
    if (done) done = records::saveSweatTest(signedRecord, file_.toStdString());
    if (!done) {
        emit problem(tr("The result was not validated"), text(done.error().sentence()));
        return;
    }
    record_ = std::move(signedRecord);
    emit saved(tr("Validated by %1").arg(by.trimmed()), QString());
    emit changed();
}

void SweatDesk::saveReport() {
    if (!canReport()) return;
    const QString pdf = file_.chopped(recordEnding.size()) + QStringLiteral(".pdf");
    laterFound_.clear();
    records::SweatTestRecord printed = record_;
    printed.qcAlarm = laterControls(); // as it is today, also of a result that was signed before
    const Done done = options_.writeReport(printed, pdf.toStdString());
    if (!done)
        emit problem(tr("The report was not saved"), text(done.error().sentence()));
    else
        emit saved(tr("Report saved: %1").arg(pdf), pdf);
}

QString SweatDesk::clockNow() const {
    return options_.now().toString(QStringLiteral("H:mm"));
}

QStringList SweatDesk::calls() const {
    QStringList out;
    for (const records::PhoneCall& call : record_.calls)
        out.append(tr("%1: %2 was told by %3, %4")
                       .arg(readable(call.at), text(call.whom), text(call.by),
                            call.readBack ? tr("read back") : tr("not read back")));
    return out;
}

bool SweatDesk::logCall(const QString& whom, const QString& by, const QString& at, bool readBack) {
    const auto refused = [&](const Failure& failure) {
        emit problem(tr("The call was not noted"), text(failure.sentence()));
        return false;
    };
    const QString typed = at.trimmed();
    const auto moment = typedMoment(typed, today());
    if (!typed.isEmpty() && !moment)
        return refused(
            {QStringLiteral("\"%1\" is not a time").arg(typed).toStdString(), "call",
             "write hours and minutes, for example 15:20, with the day before it if it was not today"});
    if (moment && *moment > now())
        return refused(
            {QStringLiteral("the time %1 is yet to come").arg(typed).toStdString(), "call", "check it"});
    const auto& sites = record_.sites;
    const bool tooEarly = moment && std::any_of(sites.begin(), sites.end(), [&](const records::SweatSite& s) {
                              return s.used && s.enteredAt && *moment < *s.enteredAt;
                          });
    if (tooEarly)
        return refused(
            {QStringLiteral("the time %1 is before the value was entered").arg(typed).toStdString(), "call",
             "give the time at which the result was told"});
    records::SweatTestRecord told = record_;
    if (record_.signedOff()) { // to what was signed, as it lies there, and to nothing else
        auto kept = records::loadSweatTest(file_.toStdString());
        if (!kept) return refused(kept.error());
        told = std::move(*kept);
    }
    Done done = records::addPhoneCall(
        told, {moment, whom.trimmed().toStdString(), by.trimmed().toStdString(), readBack});
    if (done) {
        told.savedUtc = nowUtc();
        done = records::saveSweatTest(told, file_.toStdString());
    }
    if (!done) return refused(done.error());
    record_ = std::move(told);
    evaluate();
    if (record_.signedOff()) showSigned();
    emit changed();
    return true;
}

QString SweatDesk::versionText() const {
    return record_.version > 1 ? tr("corrected, version %1").arg(record_.version) : QString();
}

QString SweatDesk::correctionText() const {
    if (record_.former.empty()) return {};
    const records::FormerVersion& former = record_.former.back();
    return tr("Version %1, replaces version %2, which %3 validated on %4. Reason (%5): %6")
        .arg(record_.version)
        .arg(former.version)
        .arg(text(former.validatedBy), readableUtc(former.validatedUtc), text(former.by),
             text(former.reason));
}

bool SweatDesk::correctable() const {
    return std::any_of(record_.sites.begin(), record_.sites.end(), [](const records::SweatSite& site) {
        return site.used && site.amount && site.voidReason.empty() && site.skin != records::SkinFinding::Burn;
    });
}

QString SweatDesk::correctableText() const {
    return correctable()
               ? tr("What can be corrected are the amounts, the samples and their values, the analyser, the "
                    "profile and an accepted time; for what was entered before the collection, the patient "
                    "and the dates among it, repeat the test.")
               : tr("No sweat of this test was measured: there is nothing in it that could be corrected "
                    "here. "
                    "Repeat the test.");
}

void SweatDesk::correct(const QString& by, const QString& reason) {
    if (record_.signedOff() && !correctable()) {
        emit problem(tr("The result was not opened for correction"), correctableText());
        return;
    }
    const auto bytes = records::sweatTestFile(file_.toStdString());
    const Result<records::SweatTestRecord> next =
        bytes ? records::correctedVersion(record_, *bytes, by.trimmed().toStdString(),
                                          reason.trimmed().toStdString(), nowUtc())
              : tl::unexpected(bytes.error());
    if (!next) {
        emit problem(tr("The result was not opened for correction"), text(next.error().sentence()));
        return;
    }
    // NAME.sweat.json, NAME_v2.sweat.json, …
    QString stem = file_.chopped(recordEnding.size());
    const QString ending = QStringLiteral("_v%1");
    if (stem.endsWith(ending.arg(record_.version))) stem.chop(ending.arg(record_.version).size());
    const QString file = stem + ending.arg(next->version) + recordEnding;
    if (QFileInfo::exists(file)) {
        emit problem(
            tr("The result was not opened for correction"),
            tr("There is a version %1 already; go on with that one: %2").arg(next->version).arg(file));
        return;
    }
    record_ = *next;
    file_ = file;
    flow_ = SweatFlow(SweatStep::Laboratory);
    setAnalyst(by.trimmed());
    for (SweatSiteModel* site : sites_)
        site->readRecord(site->used() ? titleOf(site->key()) : QString());
    judgeSites();
    const QString edited = takeBackAcceptances(); // the correction is judged by the profile as it is now
    refreshQc();
    save();
    emit stepChanged();
    emit changed();
    if (!edited.isEmpty()) emit problem(tr("The profile is another one"), edited);
}

/// The signed result as it was: from the profile that the record keeps, and only if that gives what was
/// signed.
void SweatDesk::showSigned() {
    laterFound_.clear();
    result_ = {};
    bar_.clear();
    const auto stored = records::storedEvaluation(record_);
    const auto profile = records::guidelineOfResult(record_, options_.guidelineFolders);
    Result<records::EvaluatedSweatTest> again = failed("there is no profile");
    if (profile) again = records::evaluateSweatTest(record_, *profile, {});
    if (stored && again && codeOf(again->evaluation.outcome) == stored->outcome &&
        again->evaluation.reportedText == stored->reportedText &&
        again->evaluation.classCode == stored->classCode) {
        showEvaluation(*profile, again->evaluation);
        return;
    }
    if (stored) {
        showStored(*stored, profile ? &*profile : nullptr);
    } else {
        result_.title = tr("The signed result cannot be shown");
        result_.meaning = text(stored.error().sentence());
    }
    emit resultChanged();
    emit changed();
}

/// What was signed, where this program would find another result or has no profile for it: it stands.
void SweatDesk::showStored(const records::StoredEvaluation& stored, const chloride::Guideline* profile) {
    const std::string& said = stored.reported() ? stored.classCode : stored.outcome;
    const chloride::Wording* words = profile == nullptr ? nullptr : profile->words(said);
    result_.known = true;
    result_.outcome = text(stored.outcome);
    result_.classCode = text(stored.classCode);
    result_.value = text(stored.reportedText);
    result_.unit = profile == nullptr ? QString() : text(profile->unit);
    result_.title = !stored.reported() ? text(records::outcomeWords(stored.outcome))
                    : words == nullptr ? text(stored.classCode)
                                       : text(words->title);
    result_.meaning = words == nullptr ? QString() : text(words->meaning);
    result_.kind = stored.reported() ? kindOfClass(stored.classCode) : QStringLiteral("plain");
    const records::OutcomeWords happened = records::outcomeWordsOf(record_, stored, profile);
    if (!happened.title.empty()) result_.title = text(happened.title);
    if (!happened.meaning.empty()) result_.meaning = text(happened.meaning);
    for (const std::string& line : records::followUpWords(record_, stored, profile))
        result_.followUp.append(text(line));
    addAlarm();
    for (const std::string& flag : stored.flags)
        result_.flags.append(text(records::flagWords(flag)));
    if (profile != nullptr) addEarlyEnds(*profile);
    addCall(stored.outcome, stored.classCode);
}

bool SweatDesk::overWithoutResult(const records::SweatTestRecord& record) {
    const bool seen = std::none_of(record.sites.begin(), record.sites.end(), [](const records::SweatSite& s) {
        return s.used && s.skin == records::SkinFinding::NotInspected;
    });
    return !record.signedOff() && record.step == codeOf(SweatStep::Result) && record.evaluationJson.empty() &&
           seen;
}

void SweatDesk::refreshSignedResults() {
    signedResults_.clear();
    const QString folder = QDir(options_.dataFolder).absolutePath();
    for (const records::TestVersions& test : records::testVersionsIn(folder.toStdString())) {
        const records::SweatTestRecord& newest = test.newest;
        const QString lost = text(test.damaged.filename().string());
        if (test.file.empty()) { // nothing of it can be read
            signedResults_.append(
                QVariant::fromValue(UnfinishedTest{text(test.damaged.string()), lost, {}, tr("damaged")}));
            continue;
        }
        const bool damaged = test.lastIsDamaged();
        const bool over = overWithoutResult(newest);
        if (!newest.signedOff() && !over && !damaged) continue;
        QString version = newest.version > 1 ? tr("version %1").arg(newest.version) : QString();
        if (over) version = tr("ended without a sample");
        if (damaged)
            version = tr("version %1, NOT the last one: %2 is damaged").arg(newest.version).arg(lost);
        QStringList whose{text(newest.patientName), text(newest.patientId), text(newest.orderNumber)};
        whose.removeAll(QString());
        signedResults_.append(
            QVariant::fromValue(UnfinishedTest{text(test.file.string()), whose.join(QStringLiteral(" · ")),
                                               readable(newest.collectedAt), version}));
    }
    emit signedResultsChanged();
}

} // namespace eccrine::ui
