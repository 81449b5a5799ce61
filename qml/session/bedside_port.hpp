// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rep_bedside_merged.h"

#include <QtCore/QObject>
#include <QtCore/QString>

namespace eccrine::ui {

/// What the view models need from the bedside process. The application hands in the link to the real one, a
/// test hands in its own. GUI thread; every command returns at once and is answered by a signal.
class BedsidePort : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    [[nodiscard]] virtual bool attached() const = 0; ///< the process is there and has told its state
    [[nodiscard]] virtual BedsideInstrument instrument() const = 0;
    [[nodiscard]] virtual BedsideState state() const = 0;
    [[nodiscard]] virtual QList<BedsideQuestion> questions() const = 0; ///< of the step that waits
    [[nodiscard]] virtual QList<BedsideAlarm> alarms() const = 0;       ///< the most urgent first
    [[nodiscard]] virtual QString recordingFile() const = 0;            ///< of the running or last test
    [[nodiscard]] virtual QString protocolFile() const = 0;

    virtual void connectInstrument(const QString& url) = 0;
    virtual void disconnectInstrument() = 0;
    virtual void start(const BedsideRequest& request) = 0;
    virtual void startStimulation(const QString& overrideReason) = 0;
    /// Current to zero for a while; and on again when its cause has been seen to.
    virtual void pauseCurrent() = 0;
    virtual void resumeCurrent() = 0;
    /// Answers the operator's step that waits; `site` as its state says, empty for none in particular.
    virtual void confirmStep(const QString& step, const QString& site, const QString& answer) = 0;
    /// A safety question; `decidedBy` and `reason` of the physician, or both empty.
    virtual void answerQuestion(const QString& question, bool yes, const QString& decidedBy,
                                const QString& reason) = 0;
    /// This site takes no further part (a burn, an electrode or collector that has come off).
    virtual void voidSite(const QString& site, const QString& reason) = 0;
    /// What latched the instrument has been seen to; `cause` says what it was.
    virtual void releaseLatch(const QString& cause) = 0;
    virtual void
    stop() = 0; ///< zero current; a stimulation that got enough charge may go on to its collection
    virtual void endTest() = 0; ///< zero current, and the test ends in any case
    /// As endTest(), without a ramp, and the instrument is latched.
    virtual void emergencyStop() = 0;
    virtual void extendRecording(int seconds) = 0;
    virtual void annotate(const QString& text) = 0;
    /// A person has seen the alarm of this number.
    virtual void acknowledgeAlarm(qulonglong number) = 0;
    /// Ends the bedside process if no test runs in it.
    virtual void release() = 0;

signals:
    void attachedChanged();
    void instrumentChanged();
    void stateChanged(); ///< also after the recording file has changed
    void finished(const QString& recordingFile, const QString& outcome);
    /// A command was refused, or the process could not be started: one sentence for a person.
    void refused(const QString& sentence);
};

} // namespace eccrine::ui
