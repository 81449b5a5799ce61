// SPDX-License-Identifier: GPL-3.0-or-later
// How a sweat test begins: anew, taken up again from its file, or found running at the bedside.
#include "qml/sweat/sweat_desk.hpp"
#include "recording/recording_reader.hpp"
#include "records/stored_evaluation.hpp"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QJsonObject>
#include <QtCore/QUuid>

#include <algorithm>

namespace eccrine::ui {
namespace {

const std::string abandoned = "abandoned";

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

} // namespace

void SweatDesk::newTest() {
    if (running()) return;
    const std::string profile = record_.guidelineId;
    reading_ = true;
    record_ = {};
    record_.id = QUuid::createUuid().toString(QUuid::WithoutBraces).toStdString();
    record_.createdUtc = nowUtc();
    record_.guidelineId = profile;
    file_.clear();
    flow_ = SweatFlow();
    answered_.clear();
    qcNow_ = {};
    ended_ = false;
    wasStimulating_ = false;
    currentBegun_ = false;
    foundRunning_ = false;
    poorAt_ = -1;
    rang_ = {};
    patient_.clear();
    eligibility_.clear();
    orderNumber_.clear();
    requester_.clear();
    birthTime_.clear();
    analyst_.clear();
    analyser_ = options_.analyser;
    analyserTyped_ = false;
    laterFound_.clear();
    result_ = {};
    bar_.clear();
    emit resultChanged();
    for (SweatSiteModel* site : sites_)
        site->readRecord(QString());
    for (LotEntry* lot : std::as_const(lots_))
        lot->clear();
    reading_ = false;
    takeProtocol(protocol_);
    refreshUnfinished();
    emit orderChanged();
    spentLimb_.clear();
    emit stepChanged();
    emit changed();
}

void SweatDesk::readForms() {
    const auto meta = [&](const char* key, const std::string& value) {
        return std::pair(QString::fromLatin1(key), text(value));
    };
    patient_.readMeta(QMap<QString, QString>{
        meta("patient.id", record_.patientId), meta("patient.name", record_.patientName),
        meta("patient.sex", record_.sex), meta("operator", record_.operatorName),
        meta("patient.birth_date", record_.born ? record_.born->date.text() : std::string())});
    orderNumber_ = text(record_.orderNumber);
    requester_ = text(record_.requester);
    birthTime_.clear();
    if (record_.born && record_.born->minuteOfDay)
        birthTime_ = QStringLiteral("%1:%2")
                         .arg(*record_.born->minuteOfDay / 60)
                         .arg(*record_.born->minuteOfDay % 60, 2, 10, QLatin1Char('0'));
    paperArea_ = record_.area_cm2 ? text(record_.area_cm2->text()) : QString();
    eligibility_.read(record_);
    for (SafetyQuestion* question : std::as_const(questions_)) {
        const auto found = record_.eligibilityAnswers.find("check." + question->id().toStdString());
        if (found == record_.eligibilityAnswers.end()) continue;
        const QString answer = text(found->second);
        question->say(answer.startsWith(QLatin1String("yes")));
        const auto open = answer.indexOf(QLatin1Char('('));
        if (open < 0) continue;
        const QString by = answer.mid(open + 1).chopped(1);
        question->lift(by.section(QStringLiteral(": "), 0, 0), by.section(QStringLiteral(": "), 1));
    }
    for (const records::SweatLot& lot : record_.lots)
        for (LotEntry* entry : std::as_const(lots_))
            if (entry->kind() == text(lot.kind)) entry->show(lot);
    for (SweatSiteModel* site : sites_) {
        site->readRecord(QString());
        site->readRecord(titleOf(site->key()));
    }
}

namespace {

/// Current may have flowed, and nobody has looked at the skin under the electrodes.
bool skinOpen(const records::SweatTestRecord& record) {
    const bool stimulated = record.step == "stimulation" || record.step == "skin";
    return std::any_of(record.sites.begin(), record.sites.end(), [&](const records::SweatSite& site) {
        return site.used && site.skin == records::SkinFinding::NotInspected &&
               (stimulated || site.charge_mc.value_or(0.0) > 0.0);
    });
}

} // namespace

void SweatDesk::refreshUnfinished() {
    unfinished_.clear();
    const QDir folder(options_.dataFolder);
    for (const QString& name :
         folder.entryList({QStringLiteral("*.sweat.json")}, QDir::Files, QDir::Name | QDir::Reversed)) {
        const QString path = folder.absoluteFilePath(name);
        const auto record = records::loadSweatTest(path.toStdString());
        if (!record || record->signedOff() || record->step == abandoned || path == file_ ||
            overWithoutResult(*record))
            continue;
        unfinished_.append(QVariant::fromValue(
            UnfinishedTest{path, text(record->patientId) + QStringLiteral(" · ") + text(record->patientName),
                           text(record->createdUtc).left(16).replace(QLatin1Char('T'), QLatin1Char(' ')),
                           text(record->step), skinOpen(*record),
                           record->step == codeOf(SweatStep::Result) && !record->evaluationJson.empty()}));
    }
    emit unfinishedChanged();
}

QString SweatDesk::foundRunning() const {
    if (!foundRunning_ || !running()) return {};
    const QDateTime began = QDateTime::fromString(text(record_.createdUtc), Qt::ISODate).toLocalTime();
    return tr("Begun by %1 at %2. It may be shown in another window, too: what is answered in one of them "
              "counts, and STOP works in each.")
        .arg(text(record_.operatorName), began.toString(QStringLiteral("H:mm")));
}

void SweatDesk::resume(const QString& file) {
    auto record = records::loadSweatTest(file.toStdString());
    if (!record) {
        emit problem(tr("This test cannot be opened"), text(record.error().sentence()));
        return;
    }
    reading_ = true;
    record_ = std::move(*record);
    file_ = file;
    analyser_ = options_.analyser;
    analyserTyped_ = false;
    foundRunning_ = false;
    laterFound_.clear();
    const std::string protocol = record_.protocolId;
    const auto found =
        std::find_if(protocols_.begin(), protocols_.end(), [&](const auto& p) { return p.id == protocol; });
    if (found != protocols_.end()) {
        protocol_ = static_cast<std::size_t>(found - protocols_.begin());
        nameLots();
        makeParts();
    }
    readForms();
    reading_ = false;
    SweatStep step =
        record_.signedOff() ? SweatStep::Result : sweatStepOf(record_.step).value_or(SweatStep::Patient);
    // once a recording was begun, what is not running any more has ended
    state_ = port_.state();
    ended_ = !record_.recordingFile.empty() && !running();
    if (!record_.signedOff()) readWhatWasUnseen(); // a signed one is shown as it was signed
    constexpr int phaseBefore = 3;                 // of the stimulation, see bedside.rep
    // of a test that ended unseen at the start of its current nobody knows whether it flowed
    currentBegun_ =
        gotCharge() || (step >= SweatStep::Stimulation && !(running() && state_.phase() == phaseBefore));
    if (ended_ && step >= SweatStep::Preparation && step < SweatStep::Yield) {
        const bool collected = record_.sites[0].minutes || record_.sites[1].minutes;
        const bool begun = currentBegun_ || step > SweatStep::Preparation;
        step = collected ? SweatStep::Yield : begun ? SweatStep::Skin : SweatStep::Preparation;
    }
    flow_ = SweatFlow(step);
    if (step > SweatStep::Preparation)
        for (PreCheck* check : std::as_const(checks_))
            check->confirm(true);
    judgeEligibility();
    judgeSites();
    for (const records::SweatSite& kept : record_.sites)
        if (kept.used && !kept.analyser.empty()) {
            analyser_ = text(kept.analyser);
            analyserTyped_ = true;
        }
    const QString edited = takeBackAcceptances();
    if (step >= SweatStep::Laboratory) {
        setAnalyst(patient_.operatorName());
        refreshQc();
    }
    evaluate();
    if (record_.signedOff()) showSigned();
    readState();
    refreshUnfinished();
    emit orderChanged();
    emit stepChanged();
    emit changed();
    if (edited.isEmpty()) return;
    save();
    emit problem(tr("The profile is another one"), edited);
}

/// Who accepted something did so under the profile as it was: when its file was edited since the result was
/// found, the result is a new one. Says so; empty: nothing has changed.
QString SweatDesk::takeBackAcceptances() {
    const auto* profile = guideline();
    const auto stored = records::storedEvaluation(record_);
    if (record_.signedOff() || profile == nullptr || !stored || stored->guidelineId != profile->id ||
        stored->guidelineSha256 == profile->sha256)
        return {};
    QString sentence =
        tr("The profile %1 was edited after the result of this test was found. The result is found anew.")
            .arg(text(profile->id));
    for (SweatSiteModel* site : sites_) {
        if (site->timeAcceptedBy().isEmpty()) continue;
        sentence +=
            QLatin1Char(' ') + tr("%1: the collection time that %2 accepted has to be accepted again.")
                                   .arg(site->title(), site->timeAcceptedBy());
        site->acceptTime({}, {});
    }
    note(sentence);
    return sentence;
}

void SweatDesk::readWhatWasUnseen() {
    if (ended_ || state_.stepKind() != QLatin1String("recording")) readRecording();
    for (SweatSiteModel* site : sites_)
        if (ended_) site->keepMinutesOfTheClock();
}

/// Of a test that went on while the window was away: what its recording says was delivered, and for how long
/// was collected.
void SweatDesk::readRecording() {
    const bool missing = std::any_of(sites_.begin(), sites_.end(), [](const SweatSiteModel* site) {
        return site->used() && (!site->doseKept() || (site->attached() && !site->minutesKept()));
    });
    if (!missing || !QFileInfo::exists(recordingPath())) return;
    auto reader = recording::RecordingReader::open(recordingPath().toStdString());
    if (!reader) return; // it was closed badly or is not there: nothing is claimed
    const auto skip = [](const BlockPosition&, TestTime, std::span<const std::byte>) {};
    std::vector<recording::RecordedEvent> events;
    const Done done =
        reader->readNew(skip, [&](const recording::RecordedEvent& event) { events.push_back(event); });
    if (!done) return;
    const auto extent = reader->extent();
    // of a recording that nobody closed it is not known when the collectors came off
    std::optional<Seconds> end;
    if (ended_ && extent.complete) {
        end = extent.length;
        for (const recording::RecordedEvent& event : events)
            end = std::max(*end, Seconds{event.at.time_since_epoch()});
    }
    for (SweatSiteModel* site : sites_) {
        if (!site->used()) continue;
        std::optional<Seconds> attached, removed;
        for (const recording::RecordedEvent& event : events) {
            if (text(event.site) != site->key()) continue;
            const QJsonObject detail =
                QJsonDocument::fromJson(QByteArray::fromStdString(event.detail)).object();
            const Seconds at{event.at.time_since_epoch()};
            const QString step = detail.value(QLatin1String("id")).toString();
            if (event.kind == "operator_step" && step == QLatin1String("attach")) attached = at;
            if (event.kind == "operator_step" && step == QLatin1String("remove")) removed = at;
            const QJsonValue delivered = detail.value(QLatin1String("delivered_mc"));
            if (event.kind != "dose" || site->doseKept() || !delivered.isDouble()) continue;
            auto& kept = record_.sites[static_cast<std::size_t>(site->index())];
            kept.charge_mc = delivered.toDouble();
            kept.stimulusLow = detail.value(QLatin1String("verdict")).toString() == QLatin1String("STIM_LOW");
        }
        if (!removed) removed = end;
        if (attached && removed && *removed > *attached) site->keepMinutes((*removed - *attached).count());
    }
}

void SweatDesk::abandon(const QString& file) {
    auto record = records::loadSweatTest(file.toStdString());
    if (record) {
        record->step = abandoned;
        record->savedUtc = nowUtc();
        record->events.push_back({nowUtc(),
                                  {},
                                  skinOpen(*record) ? "given up without a result; the skin was not inspected"
                                                    : "given up without a result"});
        const Done done = records::saveSweatTest(*record, file.toStdString());
        if (!done) emit problem(tr("The test could not be saved"), text(done.error().sentence()));
    }
    refreshUnfinished();
}

void SweatDesk::adoptRunningTest() {
    const QString running = QFileInfo(port_.recordingFile()).fileName();
    if (running.isEmpty() || ours()) return;
    for (const QVariant& one : std::as_const(unfinished_)) {
        const QString file = one.value<UnfinishedTest>().file;
        const auto record = records::loadSweatTest(file.toStdString());
        constexpr int firstRunning = 3;
        constexpr int lastRunning = 5;
        const int phase = port_.state().phase();
        if (!record || text(record->recordingFile) != running || phase < firstRunning || phase > lastRunning)
            continue;
        resume(file);
        foundRunning_ = true;
        emit changed();
        emit adopted();
        return;
    }
}

} // namespace eccrine::ui
