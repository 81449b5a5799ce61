// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/bedside_link.hpp"
#include "qml/session/bedside_port.hpp"

#include <QtCore/QTimer>

namespace eccrine::ui {

/// The real bedside process. When it is gone it is started again: its recording is safe, and the next test
/// needs one.
class LinkPort final : public BedsidePort {
    Q_OBJECT
public:
    /// `link` outlives the port and is not attached yet.
    explicit LinkPort(acquisition::BedsideLink& link, QObject* parent = nullptr);

    [[nodiscard]] bool attached() const override { return link_.attached(); }
    [[nodiscard]] BedsideInstrument instrument() const override { return link_.instrument(); }
    [[nodiscard]] BedsideState state() const override { return link_.state(); }
    [[nodiscard]] QList<BedsideQuestion> questions() const override { return link_.questions(); }
    [[nodiscard]] QList<BedsideAlarm> alarms() const override { return link_.alarms(); }
    [[nodiscard]] QString recordingFile() const override { return link_.recordingFile(); }
    [[nodiscard]] QString protocolFile() const override { return link_.protocolFile(); }
    void connectInstrument(const QString& url) override { link_.connectInstrument(url); }
    void disconnectInstrument() override { link_.disconnectInstrument(); }
    void start(const BedsideRequest& request) override { link_.start(request); }
    void startStimulation(const QString& overrideReason) override { link_.startStimulation(overrideReason); }
    void pauseCurrent() override { link_.pauseCurrent(); }
    void resumeCurrent() override { link_.resumeCurrent(); }
    void confirmStep(const QString& step, const QString& site, const QString& answer) override {
        link_.confirmStep(step, site, answer);
    }
    void answerQuestion(const QString& question, bool yes, const QString& decidedBy,
                        const QString& reason) override {
        link_.answerQuestion(question, yes, decidedBy, reason);
    }
    void voidSite(const QString& site, const QString& reason) override { link_.voidSite(site, reason); }
    void releaseLatch(const QString& cause) override { link_.releaseLatch(cause); }
    void stop() override { link_.stop(); }
    void endTest() override { link_.endTest(); }
    void emergencyStop() override { link_.emergencyStop(); }
    void extendRecording(int seconds) override { link_.extendRecording(seconds); }
    void annotate(const QString& text) override { link_.annotate(text); }
    void acknowledgeAlarm(qulonglong number) override { link_.acknowledgeAlarm(number); }
    void release() override;

private:
    acquisition::BedsideLink& link_;
    QTimer again_;
    bool released_ = false;
};

} // namespace eccrine::ui
