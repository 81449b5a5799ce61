// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/session/training_instrument.hpp"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QProcess>

#include <csignal>
#include <sys/types.h>

namespace eccrine::ui {

namespace {
constexpr int pollMs = 50;
constexpr qint64 patienceMs = 5000;
} // namespace

TrainingInstrument::TrainingInstrument(QString program, QObject* parent)
    : QObject(parent), program_(std::move(program)) {
    poll_.setInterval(pollMs);
    connect(&poll_, &QTimer::timeout, this, &TrainingInstrument::readUrl);
}

void TrainingInstrument::start(double speed) {
    stop();
    output_ =
        std::make_unique<QTemporaryFile>(QDir::tempPath() + QStringLiteral("/eccrine-instrument-XXXXXX"));
    if (!output_->open()) {
        emit failed(
            tr("The virtual instrument has nowhere to write its address: %1").arg(output_->errorString()));
        return;
    }
    QProcess process;
    process.setProgram(program_);
    process.setArguments({QStringLiteral("--pty"), QStringLiteral("--speed"), QString::number(speed)});
    process.setStandardOutputFile(output_->fileName());
    process.setStandardErrorFile(QProcess::nullDevice());
    if (!process.startDetached(&process_)) {
        process_ = 0;
        emit failed(
            tr("The virtual instrument could not be started: %1; install eccrine-instrument beside the "
               "application")
                .arg(process.errorString()));
        return;
    }
    since_.start();
    poll_.start();
}

void TrainingInstrument::readUrl() {
    QFile file(output_->fileName());
    if (file.open(QIODevice::ReadOnly)) {
        while (!file.atEnd()) {
            const QByteArray line = file.readLine();
            if (line.startsWith("url:") && line.endsWith('\n')) {
                poll_.stop();
                emit ready(QString::fromUtf8(line.mid(4)).trimmed());
                return;
            }
        }
    }
    if (since_.elapsed() > patienceMs) {
        poll_.stop();
        stop();
        emit failed(
            tr("The virtual instrument started but told no address within %1 s").arg(patienceMs / 1000));
    }
}

void TrainingInstrument::stop() {
    poll_.stop();
    // The number could by now belong to another program; only a process that still runs ours is ended.
    if (process_ > 0 &&
        QFile::symLinkTarget(QStringLiteral("/proc/%1/exe").arg(process_)) == QFile(program_).fileName())
        ::kill(static_cast<pid_t>(process_), SIGTERM);
    process_ = 0;
}

} // namespace eccrine::ui
