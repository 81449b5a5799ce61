// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocols/protocol_file.hpp"
#include "qml/session/test_session.hpp"
#include "tests/qml/fake_bedside.hpp"
#include "tests/qml/synthetic_recording.hpp"

#include <QtCore/QObject>
#include <QtCore/QTemporaryDir>
#include <QtCore/QTimer>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <memory>

namespace eccrine::ui {

/// A session on a bedside process that the test plays.
class Rig : public QObject {
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(eccrine::ui::TestSession* session READ session CONSTANT FINAL)
    Q_PROPERTY(QStringList commands READ commands NOTIFY commandsChanged FINAL)
    Q_PROPERTY(bool lose READ lose WRITE setLose NOTIFY commandsChanged FINAL) ///< answers to questions
    Q_PROPERTY(QString folder READ folder CONSTANT FINAL)
public:
    explicit Rig(QObject* parent = nullptr);

    [[nodiscard]] TestSession* session() { return &session_; }
    [[nodiscard]] QStringList commands() const { return bedside_.commands; }
    [[nodiscard]] bool lose() const { return bedside_.lose; }
    void setLose(bool lose) {
        bedside_.lose = lose;
        emit commandsChanged();
    }
    [[nodiscard]] QString folder() const { return folder_.path(); }

    /// From now on the bedside process tells its state again and again, as it does.
    Q_INVOKABLE void attach() {
        bedside_.attach();
        beat_.start(100);
    }
    Q_INVOKABLE void forget() { bedside_.commands.clear(); }
    /// Everything before Start, as if typed and ticked.
    Q_INVOKABLE void makeReady();
    /// The bedside process tells a phase of a running test, as of `time_s`; the recording has grown until
    /// then.
    Q_INVOKABLE void tell(int phase, double time_s);
    /// The shipped safety questions of the QSART, as the bedside process asks them.
    Q_INVOKABLE void askSafety();
    /// A step of the shipped QSART after its recording, asked about a site or none.
    Q_INVOKABLE void askAfter(const QString& id, const QString& site);
    Q_INVOKABLE void noStep(); ///< the test is being ended
    Q_INVOKABLE void pause(const QString& reason);
    Q_INVOKABLE void flow(const QString& site, double current_mA);
    Q_INVOKABLE void wet(const QString& site); ///< water runs in the capsule
    Q_INVOKABLE void refuse(const QString& sentence) { emit bedside_.refused(sentence); }
    Q_INVOKABLE void settle(bool settled);
    Q_INVOKABLE void trip(const QString& sentence); ///< and its alarm
    /// Kind and priority as in bedside.rep; without a sentence it is gone.
    Q_INVOKABLE void alarm(const QString& kind, int priority, const QString& sentence) {
        bedside_.alarm(kind, priority, sentence);
        emit commandsChanged();
    }
    Q_INVOKABLE void latch(const QString& sentence); ///< empty: released
    Q_INVOKABLE void loseSamples(int count);
    /// A finished recording on disk; its path.
    Q_INVOKABLE QString writeRecording(const QString& name,
                                       const QString& startedUtc = QStringLiteral("2026-03-15T10:15:00Z"));
    /// The same, with what ended its current at this test time.
    Q_INVOKABLE QString writeTripped(const QString& name, double at_s, const QString& sentence);
    /// The same, its current paused between these test times.
    Q_INVOKABLE QString writePaused(const QString& name, double from_s, double to_s);
    Q_INVOKABLE void finish();
    /// The test ends before its time, as of `time_s`: a person stopped it, or it failed with this trip.
    Q_INVOKABLE void stopAt(double time_s);
    Q_INVOKABLE void fail(const QString& trip, double time_s);
    Q_INVOKABLE QString text(const QString& file) const;
    /// Where a person wants pictures of the pages: ECCRINE_SHOTS=folder; empty: nowhere.
    Q_INVOKABLE QString pictures() const { return qEnvironmentVariable("ECCRINE_SHOTS"); }

signals:
    void commandsChanged();

private:
    [[nodiscard]] QString normFolder() const;
    void change(const QString& site, const std::function<void(BedsideSite&)>& how);
    void waitAt(const protocols::Step& step, const QString& site, int phase);
    QTemporaryDir folder_;
    FakeBedside bedside_;
    TestSession session_;
    std::unique_ptr<SyntheticRecording> recording_;
    QString recordingFile_;
    QTimer beat_;
};

} // namespace eccrine::ui
