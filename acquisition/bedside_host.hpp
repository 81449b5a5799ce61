// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/device_thread.hpp"
#include "acquisition/session.hpp"
#include "core/clock.hpp"
#include "devices/front_end.hpp"
#include "rep_bedside_merged.h"

#include <QTimer>

#include <functional>
#include <memory>
#include <optional>

namespace eccrine::acquisition {

/// The bedside process's side of bedside.rep: owns the device, its thread and the session, answers the
/// clients. Main thread.
class BedsideHost final : public BedsideSimpleSource {
    Q_OBJECT
public:
    using OpenFrontEnd = std::function<Result<std::unique_ptr<devices::FrontEnd>>(const std::string& url,
                                                                                  const HostClock& clock)>;
    /// `log` takes one line without personal data.
    BedsideHost(const HostClock& clock, OpenFrontEnd openFrontEnd,
                std::function<void(const std::string&)> log);
    ~BedsideHost() override;

    void connectInstrument(const QString& url) override;
    void disconnectInstrument() override;
    QString start(const BedsideRequest& request) override;
    QString startStimulation(const QString& overrideReason) override;
    void stop() override;
    QString extendRecording(int seconds) override;
    QString annotate(const QString& text) override;
    void heartbeat() override;
    QString shutdown() override;

    [[nodiscard]] bool testRuns() const;
    /// The process was asked to end: stop safely, close the recording, then quit.
    void endSafely();

signals:
    void
    idle(); ///< ends the process: nothing runs and it was asked for, or no client has been heard for a while

private:
    void turn();
    void publish();
    void fail(const QString& sentence);
    [[nodiscard]] bool openDevice(const QString& url);

    const HostClock& clock_;
    OpenFrontEnd openFrontEnd_;
    std::function<void(const std::string&)> log_;
    SampleRing<SampleFrame> ring_;
    std::unique_ptr<devices::FrontEnd> device_;
    std::optional<devices::FrontEndIdentity> identity_;
    std::unique_ptr<DeviceLoop> loop_;
    std::unique_ptr<Session> session_;
    std::unique_ptr<DeviceThread> thread_; // stopped before the rest goes away
    std::optional<SessionPhase> lastPhase_;
    QString alarm_;
    int failedPhase_ = 0;
    bool endRequested_ = false;
    MonotonicTime lastClient_{};
    QTimer turns_;
    QTimer publishing_;
};

} // namespace eccrine::acquisition
