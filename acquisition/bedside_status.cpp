// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/bedside_status.hpp"

#include <limits>
#include <vector>

namespace eccrine::acquisition {
namespace {

BedsidePhase phaseOf(SessionPhase phase) {
    switch (phase) {
    case SessionPhase::Connected:
        return BedsidePhase::Connected;
    case SessionPhase::Baseline:
        return BedsidePhase::Baseline;
    case SessionPhase::Stimulation:
        return BedsidePhase::Stimulation;
    case SessionPhase::Recording:
        return BedsidePhase::Recording;
    case SessionPhase::Finished:
        return BedsidePhase::Finished;
    case SessionPhase::Stopped:
        return BedsidePhase::Stopped;
    case SessionPhase::Failed:
        return BedsidePhase::Failed;
    }
    return BedsidePhase::Idle;
}

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
template <class Q>
double numberOf(const std::optional<Q>& quantity) {
    return quantity ? quantity->value : unknown;
}
double secondsOf(const std::optional<Seconds>& s) {
    return s ? s->count() : unknown;
}

const char* nameOf(protocols::Step::Kind kind) {
    switch (kind) {
    case protocols::Step::Kind::Baseline:
        return "baseline";
    case protocols::Step::Kind::Stimulation:
        return "stimulation";
    case protocols::Step::Kind::Recording:
        return "recording";
    case protocols::Step::Kind::Operator:
        return "operator";
    }
    return "";
}

void showStep(const SessionSnapshot& s, BedsideState& state) {
    if (!s.step || !s.running()) return;
    state.setStepKind(QString::fromLatin1(nameOf(s.step->kind)));
    state.setStepInstruction(QString::fromStdString(s.step->instruction));
    state.setStepSite(QString::fromStdString(s.stepSite));
    state.setStepAnswerableInS(s.progress.answerableIn.count());
    if (s.progress.reminderDue) state.setReminder(QString::fromStdString(s.step->reminder));
    QList<BedsideAnswer> answers;
    for (const protocols::Answer& a : s.step->answers)
        answers.append(BedsideAnswer(QString::fromStdString(a.id), QString::fromStdString(a.text),
                                     a.voidsSite, a.endsTest));
    state.setStepAnswers(answers);
}

BedsideSite shown(const SiteSnapshot& site, Seconds now) {
    const bool loadKnown = site.current && site.voltage && site.current->value > 0.05;
    BedsideSite out(QString::fromStdString(site.site), site.active, site.setCurrent.value,
                    numberOf(site.current), numberOf(site.voltage), site.charge.value,
                    loadKnown ? loadOf(*site.voltage, *site.current).value : unknown,
                    numberOf(site.humidityIn), numberOf(site.humidityOut), numberOf(site.temperature),
                    numberOf(site.flow), numberOf(site.rate), site.baseline.settled,
                    QString::fromStdString(site.baseline.remark), {}, false,
                    QString::fromStdString(site.voidReason), {}, unknown);
    std::string remark = site.earlyResponse.remark;
    bool warning = site.earlyResponse.warns();
    if (site.dose) {
        out.setDose(QString::fromLatin1(protocols::codeOf(site.dose->dose)));
        if (site.dose->dose != protocols::Dose::Full) {
            remark = describe(*site.dose) + (remark.empty() ? "" : "; " + remark);
            warning = true;
        }
    }
    out.setRemark(QString::fromStdString(remark));
    out.setWarning(warning);
    if (site.collectionStart) out.setCollectedS((now - *site.collectionStart).count());
    return out;
}

} // namespace

BedsideState stateWithout(BedsidePhase phase, const QString& sentence) {
    BedsideState state;
    state.setPhase(static_cast<int>(phase));
    state.setTestTimeS(0.0);
    for (const auto set : {&BedsideState::setStepRemainingS, &BedsideState::setTotalRemainingS,
                           &BedsideState::setStimulusStartS, &BedsideState::setStimulusStopS,
                           &BedsideState::setSampleAgeMs, &BedsideState::setClockDriftPpm})
        (state.*set)(unknown);
    state.setAlarm(sentence);
    return state;
}

BedsideState stateOf(const SessionSnapshot& s, const QString& sentence) {
    BedsideState state = stateWithout(s.selfTesting ? BedsidePhase::Connecting : phaseOf(s.phase),
                                      s.alarm.empty() ? sentence : QString::fromStdString(s.alarm));
    state.setStepName(QString::fromStdString(s.stepId));
    state.setStepTitle(QString::fromStdString(s.stepTitle));
    state.setTestTimeS(s.testTime.count());
    state.setStepElapsedS(s.progress.elapsed.count());
    state.setStepRemainingS(secondsOf(s.progress.remaining));
    state.setTotalRemainingS(s.progress.totalRemaining.count());
    state.setStimulusStartS(secondsOf(s.stimulusStart));
    state.setStimulusStopS(secondsOf(s.stimulusStop));
    state.setCurrentFlowing(s.currentFlowing);
    state.setReadyForStimulation(s.progress.readyForStimulation);
    state.setWaitingForOperator(s.progress.waitingForOperator);
    state.setTrip(QString::fromStdString(s.trip));
    state.setPaused(s.paused);
    state.setPause(QString::fromStdString(s.pause));
    state.setPauses(static_cast<int>(s.pauses));
    state.setRestedS(s.rested.count());
    state.setSkinDue(s.skinDue);
    if (s.sampleAge) state.setSampleAgeMs(static_cast<double>(s.sampleAge->count()));
    state.setLostTicks(static_cast<double>(s.lostTicks));
    state.setRingDropped(static_cast<double>(s.ringDropped));
    state.setLinkErrors(static_cast<double>(s.linkErrors));
    state.setPendingBytes(static_cast<double>(s.pendingBytes));
    if (s.clockDriftPpm) state.setClockDriftPpm(*s.clockDriftPpm);
    showStep(s, state);
    QList<BedsideSite> sites;
    for (const SiteSnapshot& site : s.sites)
        sites.append(shown(site, s.testTime));
    state.setSites(sites);
    return state;
}

QList<BedsideQuestion> questionsOf(const SessionSnapshot& session) {
    QList<BedsideQuestion> out;
    for (const auto& [item, answer] : session.questions)
        out.append(BedsideQuestion(QString::fromStdString(item.id), QString::fromStdString(item.question),
                                   QString::fromStdString(item.advice), item.safeAnswer,
                                   item.block == protocols::ChecklistItem::Block::Ask,
                                   !answer       ? QString()
                                   : answer->yes ? QStringLiteral("yes")
                                                 : QStringLiteral("no"),
                                   answer ? QString::fromStdString(answer->overriddenBy) : QString(),
                                   answer ? QString::fromStdString(answer->reason) : QString()));
    return out;
}

QList<BedsideAlarm> alarmsOf(const std::vector<Alarm>& alarms, const QString& sentence) {
    QList<BedsideAlarm> out;
    for (const Alarm& a : alarms)
        out.append(BedsideAlarm(a.number, QString::fromLatin1(nameOf(a.kind)), static_cast<int>(a.priority),
                                QString::fromStdString(a.sentence), a.holds, a.acknowledged));
    if (!sentence.isEmpty())
        out.append(BedsideAlarm(0, QStringLiteral("connection"), 0, sentence, true, true));
    return out;
}

} // namespace eccrine::acquisition
