// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/qml/pages/rig.hpp"

#include "protocols/protocol_file.hpp"

#include <QtCore/QDir>
#include <QtCore/QFile>

namespace eccrine::ui {

Rig::Rig(QObject* parent)
    : QObject(parent), session_(bedside_, SessionOptions{.dataFolder = folder_.path(),
                                                         .protocolFile = "qsart.toml",
                                                         .instrumentProgram = {},
                                                         .instrumentUrl = {},
                                                         .recentUrls = {},
                                                         .normFolders = {normFolder().toStdString()}}) {
    connect(&beat_, &QTimer::timeout, &bedside_, &BedsidePort::stateChanged);
}

QString Rig::normFolder() const {
    const QString folder = folder_.filePath("norms");
    QDir().mkpath(folder);
    // the volume of the synthetic recording, 0.43 µL, lies within
    QFile file(folder + "/rig.toml");
    file.open(QIODevice::WriteOnly);
    file.write(R"(schema = 1
id = "rig"
version = "1"
title = "Norms of the rig"
device_family = "virtual"
unit = "uL per capsule"
use = "classification"
licence = "none"
entered_by = "test"
[[norm]]
site = "forearm"
sex = "any"
age_from_y = 20
age_to_y = 69
n = 40
citation = "invented"
certainty = "invented"
percentiles = { p5 = 0.3, p50 = 0.6, p95 = 1.2 }
)");
    return folder;
}

QString Rig::text(const QString& file) const {
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? QString::fromUtf8(in.readAll()) : QString();
}

void Rig::makeReady() {
    bedside_.attach();
    session_.connectInstrument("tcp://127.0.0.1:4001");
    session_.patient()->setIdentifier("10023");
    session_.patient()->setName("Doe, Jane");
    session_.patient()->setBirthDate("1979-04-30");
    session_.patient()->setSex("female");
    session_.patient()->setSide("left");
    session_.patient()->setOperatorName("MK");
    auto checks = session_.checks();
    for (qsizetype i = 0; i < checks.count(&checks); ++i)
        checks.at(&checks, i)->confirm(true);
}

void Rig::tell(int phase, double time_s) {
    if (!recording_) {
        recordingFile_ = folder_.filePath("running.eccrine");
        recording_ = std::make_unique<SyntheticRecording>(recordingFile_.toStdString());
        bedside_.record(recordingFile_);
    }
    recording_->record(time_s);
    const QList<BedsideSite> sites = bedside_.state().sites();
    BedsideState state = FakeBedside::blank(phase);
    state.setSites(sites);
    state.setTestTimeS(time_s);
    if (time_s > SyntheticRecording::stimulusStart_s)
        state.setStimulusStartS(SyntheticRecording::stimulusStart_s);
    if (time_s > SyntheticRecording::stimulusStop_s)
        state.setStimulusStopS(SyntheticRecording::stimulusStop_s);
    state.setCurrentFlowing(phase == 4);
    bedside_.tell(state);
}

void Rig::askSafety() {
    const auto qsart =
        protocols::loadProtocol(std::filesystem::path(ECCRINE_SOURCE_PROTOCOLS) / "qsart.toml").value();
    QList<BedsideQuestion> asked;
    for (const protocols::ChecklistItem& item : qsart.questions->items)
        asked.append(BedsideQuestion(QString::fromStdString(item.id), QString::fromStdString(item.question),
                                     QString::fromStdString(item.advice), item.safeAnswer,
                                     item.block == protocols::ChecklistItem::Block::Ask, {}, {}, {}));
    bedside_.ask(asked);
    waitAt(qsart.steps.front(), {}, bedside_.state().phase());
}

void Rig::askAfter(const QString& id, const QString& site) {
    const auto qsart =
        protocols::loadProtocol(std::filesystem::path(ECCRINE_SOURCE_PROTOCOLS) / "qsart.toml").value();
    bedside_.ask({});
    for (const protocols::Step& step : qsart.steps)
        if (step.id == id.toStdString()) waitAt(step, site, 5);
}

void Rig::waitAt(const protocols::Step& step, const QString& site, int phase) {
    BedsideState state = bedside_.state();
    state.setPhase(phase);
    state.setStepKind("operator");
    state.setStepName(QString::fromStdString(step.id));
    state.setStepTitle(QString::fromStdString(step.title));
    state.setStepInstruction(QString::fromStdString(step.instruction));
    state.setStepSite(site);
    QList<BedsideAnswer> answers;
    for (const protocols::Answer& answer : step.answers)
        answers.append(BedsideAnswer(QString::fromStdString(answer.id), QString::fromStdString(answer.text),
                                     answer.voidsSite, answer.endsTest));
    state.setStepAnswers(answers);
    bedside_.tell(state);
}

void Rig::settle(bool settled) {
    BedsideState state = bedside_.state();
    state.setReadyForStimulation(settled);
    QList<BedsideSite> sites = state.sites();
    for (BedsideSite& site : sites)
        site.setBaselineSettled(settled);
    state.setSites(sites);
    bedside_.tell(state);
}

void Rig::latch(const QString& sentence) {
    BedsideState state = bedside_.state();
    state.setLatch(sentence);
    bedside_.tell(state);
    emit commandsChanged();
}

void Rig::trip(const QString& sentence) {
    BedsideState state = bedside_.state();
    state.setTrip(sentence);
    bedside_.tell(state);
    alarm(QStringLiteral("current_off"), 3, sentence);
}

void Rig::noStep() {
    BedsideState state = bedside_.state();
    state.setStepKind({});
    bedside_.tell(state);
}

void Rig::pause(const QString& reason) {
    BedsideState state = bedside_.state();
    state.setPaused(true);
    state.setPause(reason);
    bedside_.tell(state);
}

void Rig::change(const QString& site, const std::function<void(BedsideSite&)>& how) {
    BedsideState state = bedside_.state();
    QList<BedsideSite> sites = state.sites();
    for (BedsideSite& one : sites)
        if (one.site() == site) how(one);
    state.setSites(sites);
    bedside_.tell(state);
}

void Rig::flow(const QString& site, double current_mA) {
    change(site, [&](BedsideSite& s) { s.setCurrentMa(current_mA); });
}

void Rig::wet(const QString& site) {
    change(site, [](BedsideSite& s) { s.setHumidityOutPct(99.0); });
}

void Rig::loseSamples(int count) {
    BedsideState state = bedside_.state();
    state.setLostTicks(count);
    bedside_.tell(state);
}

QString Rig::writeRecording(const QString& name, const QString& startedUtc) {
    const QString file = folder_.filePath(name);
    SyntheticRecording recording(file.toStdString(), startedUtc.toStdString());
    recording.record(SyntheticRecording::end_s);
    recording.close();
    return file;
}

QString Rig::writeTripped(const QString& name, double at_s, const QString& sentence) {
    const QString file = folder_.filePath(name);
    SyntheticRecording recording(file.toStdString());
    recording.record(SyntheticRecording::end_s);
    recording.trip(at_s, sentence.toStdString(), true);
    recording.close();
    return file;
}

QString Rig::writePaused(const QString& name, double from_s, double to_s) {
    const QString file = folder_.filePath(name);
    SyntheticRecording recording(file.toStdString());
    recording.pause(from_s, to_s);
    recording.record(SyntheticRecording::end_s);
    recording.close();
    return file;
}

void Rig::finish() {
    tell(6, SyntheticRecording::end_s);
    recording_->close();
    emit bedside_.finished(recordingFile_, "finished");
}

void Rig::stopAt(double time_s) {
    tell(7, time_s);
    recording_->close();
    emit bedside_.finished(recordingFile_, "stopped");
}

void Rig::fail(const QString& sentence, double time_s) {
    tell(8, time_s);
    trip(sentence);
    recording_->close();
    emit bedside_.finished(recordingFile_, "failed");
}

} // namespace eccrine::ui
