// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/device_thread.hpp"
#include "acquisition/latch_book.hpp"
#include "acquisition/latch_rule.hpp"
#include "acquisition/session.hpp"
#include "acquisition/session_thread.hpp"
#include "core/clock.hpp"
#include "devices/front_end.hpp"
#include "rep_bedside_merged.h"

#include <QThreadPool>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace eccrine::acquisition {

/// The bedside process's side of bedside.rep: owns the device, the session and their threads, answers the
/// clients. Main thread, which never waits for the disk longer than SessionThread::patience, so that STOP
/// gets through.
class BedsideHost final : public BedsideSimpleSource {
    Q_OBJECT
public:
    using OpenFrontEnd = std::function<Result<std::unique_ptr<devices::FrontEnd>>(const std::string& url,
                                                                                  const HostClock& clock)>;
    /// `log` takes one line without personal data. `memoryLocked`: recorded with each test. `latches`: of all
    /// instruments, kept there.
    BedsideHost(const HostClock& clock, OpenFrontEnd openFrontEnd,
                std::function<void(const std::string&)> log, bool memoryLocked, LatchBook latches);
    ~BedsideHost() override;

    void connectInstrument(const QString& url) override;
    void disconnectInstrument() override;
    QString start(const BedsideRequest& request) override;
    QString startStimulation(const QString& overrideReason) override;
    QString pauseCurrent() override;
    QString resumeCurrent() override;
    QString confirmStep(const QString& step, const QString& site, const QString& answer) override;
    QString answerQuestion(const QString& question, bool yes, const QString& decidedBy,
                           const QString& reason) override;
    QString voidSite(const QString& site, const QString& reason) override;
    void stop() override;
    void endTest() override;
    void emergencyStop() override;
    QString extendRecording(int seconds) override;
    QString annotate(const QString& text) override;
    void acknowledgeAlarm(qulonglong number) override;
    void heartbeat() override;
    QString releaseLatch(const QString& cause) override;
    QString shutdown() override;

    [[nodiscard]] bool testRuns() const;
    /// The process was asked to end: stop safely, close the recording, then quit.
    void endSafely();

signals:
    void
    idle(); ///< ends the process: nothing runs and it was asked for, or no client has been heard for a while

private:
    void watch();
    void publish();
    void fail(const QString& sentence);
    void keepLatch(const SessionSnapshot& now);
    void keep(const std::string& serial, const std::optional<Latch>& latch);
    [[nodiscard]] bool openDevice(const QString& url);
    [[nodiscard]] Done known(const devices::FrontEndIdentity& identity);
    /// False, with the reason as alarm, while a test runs or its recording is not stored.
    [[nodiscard]] bool mayLetGo();
    void letGo();
    template <class Command>
    [[nodiscard]] QString ask(Command&& command);

    const HostClock& clock_;
    OpenFrontEnd openFrontEnd_;
    std::function<void(const std::string&)> log_;
    SampleRing<SampleFrame> ring_;
    std::unique_ptr<devices::FrontEnd> device_;
    std::optional<devices::FrontEndIdentity> identity_;
    std::unique_ptr<DeviceLoop> loop_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<SessionThread> turns_; // these two stopped before the rest goes away
    std::unique_ptr<DeviceThread> thread_;
    /// Which device has passed its self-test, and when.
    struct Tested {
        std::string serial;
        std::uint32_t bootId = 0;
        MonotonicTime at{};
    };
    std::optional<Tested> tested_;
    std::string lastTrip_;      ///< of a test on this process; told in the next recording
    std::string lastCause_;     ///< what a person has said of it
    LatchBook latches_;         ///< touched by disk_ alone, or when nothing waits there
    std::optional<Latch> held_; ///< of the instrument that is connected
    enum class Kept : std::uint8_t {
        Nothing,
        UnderWay,
        SkinDue,
        Latched
    } kept_ = Kept::Nothing; ///< of this test
    std::optional<SessionPhase> lastPhase_;
    QString alarm_;
    bool failed_ = false; ///< the connection, as alarm_ says
    bool memoryLocked_ = false;
    bool wasRunning_ = false;
    bool wasTesting_ = false;
    bool endRequested_ = false;
    MonotonicTime lastClient_{};
    MonotonicTime endedAt_{};
    QThreadPool disk_; ///< one thread; STOP does not wait for the book
    QTimer watching_;
    QTimer publishing_;
};

} // namespace eccrine::acquisition
