// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rep_bedside_merged.h"

#include <QObject>
#include <QTimer>

#include <memory>

class QRemoteObjectNode;

namespace eccrine::acquisition {

/// The client's side of bedside.rep: finds the bedside process or starts it, attaches, keeps it informed that
/// somebody watches. GUI thread. Destroying it leaves the bedside process alone: a test goes on.
class BedsideLink : public QObject {
    Q_OBJECT
    Q_PROPERTY(bool attached READ attached NOTIFY attachedChanged FINAL)
public:
    /// `socket` empty: the user's own.
    explicit BedsideLink(QString socket = {}, QObject* parent = nullptr);
    ~BedsideLink() override;

    /// Attaches to the running process, or starts `eccrine-acquire` (beside this program) and attaches.
    /// attachedChanged() or failed() follows.
    void attach();
    /// Attaches only if a process is running already; whether one is, is known at once.
    [[nodiscard]] bool attachIfRunning();

    [[nodiscard]] bool attached() const;
    [[nodiscard]] BedsideState state() const;
    [[nodiscard]] BedsideInstrument instrument() const;
    [[nodiscard]] QList<BedsideQuestion> questions() const; ///< of the step that waits
    [[nodiscard]] QList<BedsideAlarm> alarms() const;
    [[nodiscard]] QString recordingFile() const;
    [[nodiscard]] QString protocolFile() const;
    [[nodiscard]] QString sessionId() const;
    [[nodiscard]] bool testRuns() const; ///< phase is baseline, stimulation or recording

    void connectInstrument(const QString& url);
    void disconnectInstrument();
    void start(const BedsideRequest& request);                 ///< started() or objected()
    void startStimulation(const QString& overrideReason = {}); ///< objected() if refused
    void pauseCurrent();                                       ///< objected() if refused
    void resumeCurrent();                                      ///< objected() if refused
    void confirmStep(const QString& step, const QString& site,
                     const QString& answer); ///< objected() if refused
    void answerQuestion(const QString& question, bool yes, const QString& decidedBy,
                        const QString& reason);                ///< objected() if refused
    void voidSite(const QString& site, const QString& reason); ///< objected() if refused
    void releaseLatch(const QString& cause);                   ///< objected() if refused
    void stop();
    void endTest();
    void emergencyStop();
    void extendRecording(int seconds);
    void annotate(const QString& text);
    void acknowledgeAlarm(qulonglong number);
    void shutdown(); ///< ends the bedside process if no test runs

signals:
    void attachedChanged();
    void stateChanged();
    void instrumentChanged();
    void started();
    void objected(const QString& sentence); ///< a command was refused
    void failed(const QString& sentence);   ///< the bedside process could not be started or reached
    void lost();                            ///< it is gone although it was attached
    void finished(const QString& recordingFile, const QString& outcome);

private:
    void acquireReplica();
    void giveUp(const QString& sentence);
    void objectIfRefused(const QRemoteObjectPendingReply<QString>& reply);

    QString socket_;
    std::unique_ptr<QRemoteObjectNode> node_;
    std::unique_ptr<BedsideReplica> replica_;
    QTimer heartbeat_;
    QTimer patience_;
    bool wasAttached_ = false;
};

} // namespace eccrine::acquisition
