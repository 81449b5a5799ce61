// SPDX-License-Identifier: GPL-3.0-or-later
// The record of the sweat test: kept, and evaluated with what the laboratory enters.
#include "qml/sweat/sweat_desk.hpp"
#include "records/stored_evaluation.hpp"
#include "records/sweat_outcome.hpp"
#include "records/sweat_words.hpp"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QUrl>

#include <algorithm>

namespace eccrine::ui {

namespace {

constexpr qint64 largestAnalyserFile = 1'000'000;

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

QStringList list(const std::vector<std::string>& lines) {
    QStringList out;
    for (const std::string& line : lines)
        out.append(text(line));
    return out;
}

/// Which rows of an analyser's file were not taken over, for the screen only.
QString namesOf(const std::vector<records::RefusedRow>& rows) {
    constexpr std::size_t mostNamed = 6;
    QStringList names;
    for (std::size_t i = 0; i < std::min(rows.size(), mostNamed); ++i)
        names.append(
            SweatDesk::tr("line %1 (%2)")
                .arg(rows[i].line)
                .arg(rows[i].sampleId.empty() ? SweatDesk::tr("no sample") : text(rows[i].sampleId)));
    if (rows.size() > mostNamed) names.append(SweatDesk::tr("and %1 more").arg(rows.size() - mostNamed));
    return SweatDesk::tr("These rows are of samples that do not belong to this test, and nothing of them was "
                         "taken over: %1.")
        .arg(names.join(QStringLiteral(", ")));
}

QString flagText(chloride::Flag flag) {
    using chloride::Flag;
    switch (flag) {
    case Flag::Straddle:
        return SweatDesk::tr("The sites lie on different sides of a limit");
    case Flag::NearLimit:
        return SweatDesk::tr("Near a decision limit");
    case Flag::High150:
        return SweatDesk::tr("Very high value: check the sample for contamination");
    case Flag::NaClWarn:
        return SweatDesk::tr("Sodium and chloride differ more than they should");
    case Flag::NaClReject:
        return SweatDesk::tr("Sodium and chloride differ so much that the sample is invalid");
    case Flag::CondLtCl:
        return SweatDesk::tr("Conductivity below chloride: impossible, the sample is invalid");
    case Flag::CondNewborn:
        return SweatDesk::tr("Conductivity is not interpreted in the first days of life");
    case Flag::ReferChloride:
        return SweatDesk::tr("Refer for quantitative chloride");
    case Flag::StimLow:
        return SweatDesk::tr("Less charge was delivered than the protocol asks for");
    case Flag::ModulatorDrug:
        return SweatDesk::tr("On a CFTR modulator: monitoring, no diagnostic class");
    case Flag::DevTime:
        return SweatDesk::tr("A site was collected outside the allowed time");
    case Flag::RateHigh:
        return SweatDesk::tr("A sweat rate that skin does not give: amount or time is wrong");
    case Flag::AmountsDiffer:
        return SweatDesk::tr("Length of coil and measured amount contradict each other");
    }
    return {};
}

QString stateText(chloride::Outcome outcome) {
    using chloride::Outcome;
    switch (outcome) {
    case Outcome::ReportMean:
    case Outcome::ReportSingle:
        return {};
    case Outcome::Discordant:
        return SweatDesk::tr("The two sites do not agree");
    case Outcome::Implausible:
        return SweatDesk::tr("Not plausible");
    case Outcome::Held:
        return SweatDesk::tr("Held: no result yet");
    case Outcome::Qns:
        return SweatDesk::tr("Quantity not sufficient");
    case Outcome::Blocked:
        return SweatDesk::tr("Blocked by the eligibility rules");
    case Outcome::QcLocked:
        return SweatDesk::tr("Locked: quality control has not passed today");
    }
    return {};
}

} // namespace

void SweatDesk::note(const QString& what) {
    record_.events.push_back({nowUtc(), patient_.operatorName().trimmed().toStdString(), what.toStdString()});
}

void SweatDesk::writeForms() {
    const QMap<QString, QString> meta = patient_.meta();
    record_.patientName = meta.value(QStringLiteral("patient.name")).toStdString();
    record_.patientId = meta.value(QStringLiteral("patient.id")).toStdString();
    record_.sex = meta.value(QStringLiteral("patient.sex")).toStdString();
    record_.operatorName = meta.value(QStringLiteral("operator")).toStdString();
    record_.orderNumber = orderNumber_.trimmed().toStdString();
    record_.requester = requester_.trimmed().toStdString();
    record_.born = born();
    record_.step = std::string(codeOf(flow_.step()));
    eligibility_.write(record_);
    for (const SafetyQuestion* question : std::as_const(questions_)) {
        if (!question->answered()) continue;
        const auto& given = *question->kept();
        std::string answer = given.yes ? "yes" : "no";
        if (!given.overriddenBy.empty()) answer += " (" + given.overriddenBy + ": " + given.reason + ")";
        record_.eligibilityAnswers["check." + question->id().toStdString()] = answer;
    }
    record_.lots.clear();
    for (const LotEntry* lot : std::as_const(lots_))
        if (lot->date() && !lot->number().trimmed().isEmpty()) record_.lots.push_back(lot->lot());
}

void SweatDesk::save() {
    if (reading_ || record_.signedOff() || record_.id.empty()) return;
    if (flow_.step() == SweatStep::Patient && file_.isEmpty()) return; // nothing worth a file yet
    writeForms();
    if (file_.isEmpty()) {
        QDir().mkpath(options_.dataFolder);
        // The name says when and what, not who: files lie where others see them.
        const QString stem = options_.now().toString(QStringLiteral("yyyy-MM-dd_HHmmss'_sweat'"));
        QString name = stem;
        for (int again = 2; QFileInfo::exists(
                 QDir(options_.dataFolder).absoluteFilePath(name + QStringLiteral(".sweat.json")));
             ++again)
            name = QStringLiteral("%1_%2").arg(stem).arg(again);
        file_ = QDir(options_.dataFolder).absoluteFilePath(name + QStringLiteral(".sweat.json"));
    }
    record_.savedUtc = nowUtc();
    const Done done = records::saveSweatTest(record_, file_.toStdString());
    if (!done) emit problem(tr("The test could not be saved"), text(done.error().sentence()));
}

void SweatDesk::judgeSites() {
    for (SweatSiteModel* site : sites_)
        site->judge(guideline());
}

void SweatDesk::evaluate() {
    if (record_.signedOff()) return; // what was signed is not found anew
    const auto* profile = guideline();
    result_ = {};
    bar_.clear();
    emit resultChanged();
    const bool collected = record_.collectedAt && flow_.step() >= SweatStep::Yield;
    const bool burned = record_.sites[0].skin == records::SkinFinding::Burn ||
                        record_.sites[1].skin == records::SkinFinding::Burn;
    record_.evaluationJson.clear();
    record_.guidelineText.clear();
    record_.qcAlarm = laterControls();
    if (reading_ || profile == nullptr || (!collected && !(burned && record_.collectedAt))) return;
    writeForms();
    std::vector<chloride::Guideline> compared;
    for (const chloride::Guideline& other : library_.guidelines)
        if (other.analyte == profile->analyte && other.id != profile->id) compared.push_back(other);
    auto evaluated = records::evaluateSweatTest(record_, *profile, compared);
    if (!evaluated) {
        result_.title = stopped() ? tr("No sweat was collected") : tr("No result");
        result_.meaning = !stopped() ? text(evaluated.error().sentence())
                          : gotTooLittle()
                              ? tr("Too little charge was delivered. Today only another limb may be "
                                   "stimulated, in a new test.")
                              : whatHappened();
        result_.kind = QStringLiteral("plain");
        emit resultChanged();
        emit changed();
        return;
    }
    records::keepEvaluation(record_, *evaluated);
    showEvaluation(*profile, evaluated->evaluation);
}

QString SweatDesk::whatHappened() const {
    QStringList sentences;
    for (std::size_t side = 0; side < record_.sites.size(); ++side)
        sentences.append(text(records::withoutSampleWords(record_, side)));
    sentences.removeAll(QString());
    return sentences.join(QLatin1Char(' '));
}

void SweatDesk::showEvaluation(const chloride::Guideline& profile, const chloride::Evaluation& e) {
    using chloride::Outcome;
    const bool reported = e.outcome == Outcome::ReportMean || e.outcome == Outcome::ReportSingle;
    const chloride::Wording* words = profile.words(reported ? e.classCode : codeOf(e.outcome));
    result_.known = true;
    result_.held = e.outcome == chloride::Outcome::Held || e.outcome == chloride::Outcome::QcLocked;
    result_.outcome = text(codeOf(e.outcome));
    result_.classCode = text(e.classCode);
    result_.value = text(e.reportedText);
    result_.unit = text(profile.unit);
    result_.title = reported && words != nullptr ? text(words->title) : stateText(e.outcome);
    if (reported && words == nullptr) result_.title = text(e.classCode);
    result_.meaning = words == nullptr ? QString() : text(words->meaning);
    const auto stored = records::storedEvaluation(record_); // of this evaluation
    if (stored) {
        const records::OutcomeWords happened = records::outcomeWordsOf(record_, *stored, &profile);
        if (!happened.title.empty()) result_.title = text(happened.title);
        if (!happened.meaning.empty()) result_.meaning = text(happened.meaning);
    }
    QStringList causes; // of a held test each cause, and not the words for one of them
    for (const chloride::Hold& hold : e.holds)
        causes.append(text(hold.what));
    if (!causes.isEmpty()) result_.meaning = causes.join(QLatin1Char(' '));
    result_.kind = reported ? kindOfClass(e.classCode) : QStringLiteral("plain");
    if (e.outcome == Outcome::ReportMean) {
        result_.basis = tr("mean of both sites");
        if (e.agreement.delta && e.agreement.limit)
            result_.basis = tr("mean of both sites, which differ by %1 (limit %2)")
                                .arg(text(e.agreement.delta->text()), text(e.agreement.limit->text()));
    } else if (e.outcome == Outcome::ReportSingle) {
        const bool left = e.sites[0].value.has_value() && e.sites[0].status == chloride::SiteStatus::Ok;
        const SweatSiteModel* other = sites_[left ? 1 : 0];
        result_.basis = left ? tr("left side alone") : tr("right side alone");
        if (other->used())
            result_.basis +=
                QStringLiteral("; ") + other->title() + QStringLiteral(": ") + other->outcomeText();
    }
    result_.followUp = list(stored ? records::followUpWords(record_, *stored, &profile) : e.followUp);
    addAlarm();
    for (const chloride::Flag flag : e.flags)
        if (!result_.followUp.contains(flagText(flag) + QLatin1Char('.'))) // said once
            result_.flags.append(flagText(flag));
    addEarlyEnds(profile);
    addCall(codeOf(e.outcome), e.classCode);
    result_.explanation = list(e.explanation);
    result_.elsewhere = list(e.elsewhere);
    bar_.show(profile, record_, e);
    emit resultChanged();
    emit changed();
}

/// What is in doubt since a later control, of a signed result as it is now.
void SweatDesk::addAlarm() {
    const std::string alarm = record_.signedOff() ? laterControls() : record_.qcAlarm;
    result_.flags.append(text(alarm).split(QLatin1Char('\n'), Qt::SkipEmptyParts));
}

void SweatDesk::addEarlyEnds(const chloride::Guideline& profile) {
    for (std::size_t side = 0; side < record_.sites.size(); ++side)
        if (const std::string early = records::endedEarlyWords(record_, side, profile); !early.empty())
            result_.flags.append(text(early));
}

/// Whom to tell the same day, until somebody was and has read it back.
void SweatDesk::addCall(std::string_view outcome, const std::string& classCode) {
    const std::string call = records::sameDayWords(record_, outcome, classCode);
    const bool told = std::any_of(record_.calls.begin(), record_.calls.end(),
                                  [](const records::PhoneCall& done) { return done.readBack; });
    if (!call.empty() && !told) result_.followUp.prepend(text(call));
}

void SweatDesk::setAnalyst(const QString& name) {
    analyst_ = name;
    for (SweatSiteModel* site : sites_)
        site->setEnteredBy(name.trimmed());
    emit changed();
}

void SweatDesk::refreshQc() {
    laterFound_.clear();
    askQc();
    keepQc();
    evaluate();
    emit changed();
}

void SweatDesk::askQc() {
    qcNow_ =
        options_.qc
            ? options_.qc(today())
            : QcAnswer{chloride::QcState::NotStated, tr("Quality control of today is not known here."), {}};
    // the one that was controlled today, unless somebody has named another for this test
    if (!analyserTyped_ && qcNow_.analysers.size() == 1) analyser_ = qcNow_.analysers.first();
}

QString SweatDesk::controlOf(int index, const QString& analyser) {
    askQc();
    if (qcLocked()) return qcNow_.sentence;
    if (!analyser.isEmpty() && !qcNow_.analysers.isEmpty() && !qcNow_.analysers.contains(analyser))
        return tr("No control of the analyser %1 was measured on %2; controlled: %3")
            .arg(analyser, text(today().text()), qcNow_.analysers.join(QStringLiteral(", ")));
    records::SweatSite& site = record_.sites[static_cast<std::size_t>(index)];
    // what is entered beside the value of the result does not change the day of that value
    const bool valueThere = conductivityOnly() ? site.conductivity.has_value() : site.chloride.has_value();
    if (!valueThere || !site.qcOn) {
        site.qcOn = today();
        site.qc = qcNow_.state;
        site.qcText = qcNow_.sentence.toStdString();
    }
    return {};
}

/// Quality control of the test is that of its values; as long as there is none, that of now.
void SweatDesk::keepQc() {
    if (record_.signedOff()) return;
    std::vector<const records::SweatSite*> valued;
    for (records::SweatSite& site : record_.sites) {
        if (site.chloride || site.sodium || site.conductivity || site.secondChloride) {
            if (!site.qcOn) return; // a record of before: what it says stands
            valued.push_back(&site);
        } else {
            site.qcOn.reset();
            site.qc = chloride::QcState::NotStated;
            site.qcText.clear();
        }
    }
    record_.qc = qcNow_.state;
    record_.qcText = qcNow_.sentence.toStdString();
    if (valued.empty()) return;
    record_.qc = valued.front()->qc;
    record_.qcText = valued.front()->qcText;
    const records::SweatSite& last = *valued.back();
    if (last.qc == chloride::QcState::NotStated) record_.qc = last.qc; // nothing locked was ever taken
    if (last.qcOn != valued.front()->qcOn)
        record_.qcText = valued.front()->qcOn->text() + ": " + valued.front()->qcText + " " +
                         last.qcOn->text() + ": " + last.qcText;
}

void SweatDesk::importAnalyser(const QString& file) {
    refreshQc();
    if (qcLocked()) {
        emit problem(tr("Nothing was imported"), qcText());
        return;
    }
    QString path = file.trimmed();
    if (path.startsWith(QLatin1String("file:"))) path = QUrl(path).toLocalFile();
    QFile in(path);
    if (!in.open(QIODevice::ReadOnly) || in.size() > largestAnalyserFile) {
        emit problem(tr("Nothing was imported"),
                     tr("%1 cannot be read; choose the file of the analyser").arg(path));
        return;
    }
    records::SweatTestRecord taken = record_;
    for (records::SweatSite& site : taken.sites)
        site.analyser.clear(); // then what is there afterwards is what the file names
    const auto refused = records::takeAnalyserResults(taken, in.readAll().toStdString(),
                                                      QFileInfo(path).fileName().toStdString(),
                                                      analyst_.trimmed().toStdString());
    if (!refused) {
        emit problem(tr("Nothing was imported"), text(refused.error().sentence()));
        return;
    }
    for (std::size_t i = 0; i < taken.sites.size(); ++i) {
        records::SweatSite& entered = taken.sites[i];
        const records::SweatSite& before = record_.sites[i];
        // a value that stands keeps its analyser, its moment and its control, whatever comes beside it
        const auto value =
            conductivityOnly() ? &records::SweatSite::conductivity : &records::SweatSite::chloride;
        const bool elsewhere = !entered.analyser.empty() && entered.analyser != before.analyser;
        const bool stands = before.*value && entered.*value == before.*value;
        const bool same = entered.chloride == before.chloride && entered.sodium == before.sodium &&
                          entered.conductivity == before.conductivity;
        if (!elsewhere && (stands || same)) {
            entered.analyser = before.analyser;
            continue;
        }
        if (entered.analyser.empty()) entered.analyser = analyser_.trimmed().toStdString();
        entered.enteredAt = now();
        const QString locked = controlOf(static_cast<int>(i), text(entered.analyser));
        if (!locked.isEmpty()) {
            emit problem(tr("Nothing was imported"), locked);
            return;
        }
        entered.qcOn = today();
        entered.qc = qcNow_.state;
        entered.qcText = qcNow_.sentence.toStdString();
    }
    record_ = std::move(taken);
    keepQc();
    note(tr("Values imported from %1").arg(QFileInfo(path).fileName())); // and nothing of other samples
    for (SweatSiteModel* site : sites_)
        site->readRecord(site->used() ? titleOf(site->key()) : QString());
    judgeSites();
    evaluate();
    save();
    if (!refused->empty()) emit problem(tr("Imported, but not every row"), namesOf(*refused));
}

void SweatDesk::acceptTime(int site, const QString& by, const QString& reason) {
    if (by.trimmed().isEmpty() || reason.trimmed().isEmpty() || record_.signedOff()) return;
    if (site < 0 || site >= sites_.size() || sites_[site]->verdict() != QLatin1String("DEV_TIME")) return;
    if (records::samePerson(by.toStdString(), record_.operatorName)) {
        emit problem(tr("The collection time was not accepted"),
                     tr("%1 collected this sample. A supervisor has to accept the time.").arg(by.trimmed()));
        return;
    }
    sites_[site]->acceptTime(by.trimmed(), reason.trimmed());
    note(tr("%1: collection time accepted by %2: %3")
             .arg(sites_[site]->title(), by.trimmed(), reason.trimmed()));
    evaluate();
    save();
}

} // namespace eccrine::ui
