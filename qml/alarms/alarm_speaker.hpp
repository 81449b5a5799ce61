// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "protocols/alarm_signal_file.hpp"

#include <QtCore/QObject>

#include <memory>

QT_BEGIN_NAMESPACE
class QAudioSink;
class QBuffer;
QT_END_NAMESPACE

namespace eccrine::ui {

/// What sounds an alarm. GUI thread.
class AlarmSpeaker : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Something is there that can be heard, as far as this computer knows.
    [[nodiscard]] virtual bool available() const = 0;
    /// One burst, now.
    virtual void sound(const protocols::AlarmSignal& signal) = 0;
    virtual void hush() = 0;

signals:
    void availableChanged();
};

/// The loudspeaker that is the usual one of this computer; another one is taken as soon as it is.
class ComputerSpeaker final : public AlarmSpeaker {
    Q_OBJECT
public:
    explicit ComputerSpeaker(QObject* parent = nullptr);
    ~ComputerSpeaker() override;

    [[nodiscard]] bool available() const override { return sink_ != nullptr && !broken_; }
    void sound(const protocols::AlarmSignal& signal) override;
    void hush() override;

private:
    void findOutput();
    void noteTrouble();

    std::unique_ptr<QBuffer> burst_;
    std::unique_ptr<QAudioSink> sink_;
    bool broken_ = false; ///< the last burst did not get through
};

} // namespace eccrine::ui
