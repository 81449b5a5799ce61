// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "qml/session/bedside_port.hpp"

#include <QtCore/QStringList>

#include <algorithm>
#include <cmath>
#include <limits>

namespace eccrine::ui {

/// A bedside process without a process: the test says what it tells and sees what it was told.
class FakeBedside : public BedsidePort {
    Q_OBJECT
public:
    using BedsidePort::BedsidePort;

    [[nodiscard]] bool attached() const override { return attached_; }
    [[nodiscard]] BedsideInstrument instrument() const override { return instrument_; }
    [[nodiscard]] BedsideState state() const override { return state_; }
    [[nodiscard]] QList<BedsideQuestion> questions() const override { return questions_; }
    [[nodiscard]] QList<BedsideAlarm> alarms() const override { return alarms_; }
    [[nodiscard]] QString recordingFile() const override { return recordingFile_; }
    [[nodiscard]] QString protocolFile() const override { return request.protocolFile(); }

    void connectInstrument(const QString& url) override {
        commands.append("connect " + url);
        instrument_ = BedsideInstrument(url, "SN-0042", "1.2.3", 4, true, 1.0, {});
        state_ = blank(2);
        QList<BedsideSite> sites;
        for (const char* site : {"forearm", "proximal_leg", "distal_leg", "foot"}) {
            sites.append(BedsideSite(site, true, 0.0, 0.0, 0.0, 0.0, std::numeric_limits<double>::quiet_NaN(),
                                     0.1, 8.0, 32.0, 100.0, 45.0, false, "recording the baseline", {}, false,
                                     {}, {}, std::numeric_limits<double>::quiet_NaN()));
        }
        state_.setSites(sites);
        emit instrumentChanged();
        emit stateChanged();
    }
    void disconnectInstrument() override {
        commands.append("disconnect");
        instrument_ = {};
        state_ = blank(0);
        emit instrumentChanged();
        emit stateChanged();
    }
    void start(const BedsideRequest& wanted) override {
        commands.append("start");
        request = wanted;
        recordingFile_ = wanted.recordingFile();
        state_.setPhase(3);
        state_.setTestTimeS(0.0);
        emit stateChanged();
    }
    void startStimulation(const QString& reason) override { commands.append("stimulate " + reason); }
    void pauseCurrent() override { commands.append("pause"); }
    void releaseLatch(const QString& cause) override { commands.append("release latch: " + cause); }
    void emergencyStop() override { commands.append("emergency stop"); }
    void resumeCurrent() override { commands.append("resume"); }
    void confirmStep(const QString& step, const QString& site, const QString& answer) override {
        commands.append(QStringList{"answer", step, site, answer}.join(' '));
        emit commanded();
    }
    void answerQuestion(const QString& question, bool yes, const QString& decidedBy,
                        const QString& reason) override {
        commands.append(
            QStringList{"say", question, yes ? "yes" : "no", decidedBy, reason}.join(' ').trimmed());
        for (BedsideQuestion& asked : questions_)
            if (asked.id() == question && !lose) {
                asked.setAnswer(yes ? "yes" : "no");
                asked.setDecidedBy(decidedBy);
                asked.setReason(reason);
            }
        emit stateChanged();
    }
    void voidSite(const QString& site, const QString& reason) override {
        commands.append("void " + site + ": " + reason);
        emit commanded();
    }
    void stop() override { commands.append("stop"); }
    void endTest() override { commands.append("endTest"); }
    void extendRecording(int seconds) override { commands.append("extend " + QString::number(seconds)); }
    void annotate(const QString& text) override { commands.append("note " + text); }
    void acknowledgeAlarm(qulonglong number) override {
        commands.append("acknowledge " + QString::number(number));
        for (BedsideAlarm& alarm : alarms_)
            if (alarm.number() == number) alarm.setAcknowledged(true);
        alarms_.removeIf([](const BedsideAlarm& a) { return a.acknowledged() && !a.holds(); });
        emit stateChanged();
    }
    void release() override { commands.append("release"); }

    // What the process tells
    void attach() {
        attached_ = true;
        emit attachedChanged();
        emit stateChanged();
    }
    void detach() {
        attached_ = false;
        emit attachedChanged();
    }
    void tell(const BedsideState& state) {
        state_ = state;
        emit stateChanged();
    }
    void ask(const QList<BedsideQuestion>& questions) { questions_ = questions; }
    /// As the bedside process does: the most urgent first, of each kind one.
    void alarm(const QString& kind, int priority, const QString& sentence) {
        alarms_.removeIf([&](const BedsideAlarm& a) { return a.kind() == kind; });
        const auto at = std::find_if(alarms_.begin(), alarms_.end(),
                                     [&](const BedsideAlarm& a) { return a.priority() <= priority; });
        if (!sentence.isEmpty())
            alarms_.insert(at, BedsideAlarm(++lastAlarm_, kind, priority, sentence, true, priority == 0));
        emit stateChanged();
    }
    void record(const QString& file) { recordingFile_ = file; }
    static BedsideState blank(int phase) {
        BedsideState state;
        state.setPhase(phase);
        if (phase == 3) state.setStepKind("baseline");
        if (phase == 4) state.setStepKind("stimulation");
        if (phase == 5) state.setStepKind("recording");
        const double unknown = std::numeric_limits<double>::quiet_NaN();
        state.setTestTimeS(0.0);
        state.setStepRemainingS(unknown);
        state.setTotalRemainingS(unknown);
        state.setStimulusStartS(unknown);
        state.setStimulusStopS(unknown);
        state.setSampleAgeMs(20.0);
        return state;
    }

    QStringList commands;
    BedsideRequest request;
    bool lose = false; ///< answers to safety questions

signals:
    void commanded();

private:
    bool attached_ = false;
    BedsideInstrument instrument_;
    BedsideState state_ = blank(0);
    QList<BedsideQuestion> questions_;
    QList<BedsideAlarm> alarms_;
    qulonglong lastAlarm_ = 0;
    QString recordingFile_;
};

} // namespace eccrine::ui
