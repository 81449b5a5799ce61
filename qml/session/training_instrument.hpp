// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTemporaryFile>
#include <QtCore/QTimer>

#include <memory>

namespace eccrine::ui {

/// The virtual instrument as a process of its own, for training. It outlives the application, as hardware
/// would: a test on it goes on when the window is closed.
class TrainingInstrument : public QObject {
    Q_OBJECT
public:
    /// `program`: path of eccrine-instrument.
    explicit TrainingInstrument(QString program, QObject* parent = nullptr);

    /// Starts it; `ready` or `failed` follows. `speed`: device seconds per second.
    void start(double speed);
    /// Ends the one that was started here.
    void stop();
    [[nodiscard]] bool running() const { return process_ > 0; }

signals:
    void ready(const QString& url);
    void failed(const QString& sentence);

private:
    void readUrl();

    QString program_;
    qint64 process_ = 0;
    std::unique_ptr<QTemporaryFile> output_;
    QTimer poll_;
    QElapsedTimer since_;
};

} // namespace eccrine::ui
