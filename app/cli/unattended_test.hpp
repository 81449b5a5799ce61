// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "acquisition/bedside_link.hpp"
#include "core/failure.hpp"

#include <QObject>
#include <QSet>
#include <QSocketNotifier>
#include <QTimer>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace eccrine::app {

/// A whole test without a person: attaches to the bedside process, connects the instrument, starts the
/// protocol, answers every operator's step with the first answer that goes on, shows progress on standard
/// error, waits for the end. Ctrl-C stops the test safely. Main thread
/// with an event loop.
class UnattendedTest final : public QObject {
    Q_OBJECT
public:
    /// `release`: what the caller says to an instrument that is latched; empty: nothing, and the test does
    /// not begin.
    /// `mayRelease` is asked with the instrument's serial number before that is done; a failure ends the
    /// test.
    UnattendedTest(QString instrumentUrl, BedsideRequest request, QString release,
                   std::function<Done(const std::string& serial)> mayRelease);
    ~UnattendedTest() override;
    void begin();

    [[nodiscard]] bool ended() const { return outcome_.has_value(); }
    [[nodiscard]] QString outcome() const {
        return outcome_.value_or(QString());
    }                                                            ///< "finished", "stopped", "failed"
    [[nodiscard]] QString sentence() const { return sentence_; } ///< what went wrong; empty: nothing

signals:
    void done();

private:
    void onAttached();
    void onState();
    void onConnected(const BedsideState& state);
    void giveUp(const QString& sentence);
    void answerStep(const BedsideState& state);
    void showProgress(const BedsideState& state);

    QString url_, release_;
    BedsideRequest request_;
    std::function<Done(const std::string&)> mayRelease_;
    acquisition::BedsideLink link_;
    std::unique_ptr<QSocketNotifier> interrupt_;
    int interruptDescriptor_ = -1;
    enum class Stage { Attaching, Connecting, Releasing, Starting, Running, Over } stage_ = Stage::Attaching;
    std::optional<QString> outcome_;
    QString sentence_;
    QString lastLine_;
    QString lastAlarm_;
    QString pause_;      ///< why the current was paused: nobody is here to let it go on
    QString answered_;   ///< step and site
    QSet<QString> said_; ///< safety questions
    bool terminal_ = false;
};

} // namespace eccrine::app
