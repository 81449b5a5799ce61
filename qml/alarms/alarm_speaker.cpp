// SPDX-License-Identifier: GPL-3.0-or-later
#include "qml/alarms/alarm_speaker.hpp"

#include "qml/alarms/alarm_burst.hpp"

#include <QtCore/QBuffer>
#include <QtMultimedia/QAudioDevice>
#include <QtMultimedia/QAudioSink>
#include <QtMultimedia/QMediaDevices>

namespace eccrine::ui {
namespace {
constexpr int samplesPerSecond = 44100;

/// What a sound server offers where there is no sound device takes every sound and lets nobody hear it.
bool canBeHeard(const QAudioDevice& output) {
    return !output.isNull() && !output.id().contains("auto_null");
}
} // namespace

ComputerSpeaker::ComputerSpeaker(QObject* parent)
    : AlarmSpeaker(parent), burst_(std::make_unique<QBuffer>()) {
    auto* devices = new QMediaDevices(this);
    connect(devices, &QMediaDevices::audioOutputsChanged, this, &ComputerSpeaker::findOutput);
    findOutput();
}

ComputerSpeaker::~ComputerSpeaker() = default;

void ComputerSpeaker::findOutput() {
    const bool before = available();
    sink_.reset();
    broken_ = false;
    QAudioFormat format;
    format.setSampleRate(samplesPerSecond);
    format.setChannelCount(1);
    format.setSampleFormat(QAudioFormat::Int16);
    const QAudioDevice output = QMediaDevices::defaultAudioOutput();
    if (canBeHeard(output) && output.isFormatSupported(format)) {
        sink_ = std::make_unique<QAudioSink>(output, format);
        connect(sink_.get(), &QAudioSink::stateChanged, this, &ComputerSpeaker::noteTrouble);
    }
    if (before != available()) emit availableChanged();
}

void ComputerSpeaker::noteTrouble() {
    const bool before = available();
    const QAudio::Error error = sink_->error();
    broken_ = error == QAudio::OpenError || error == QAudio::IOError || error == QAudio::FatalError;
    if (before != available()) emit availableChanged();
}

void ComputerSpeaker::sound(const protocols::AlarmSignal& signal) {
    if (!sink_) return;
    hush();
    const auto samples = alarmBurst(signal, protocols::shippedAlarmSignals(), samplesPerSecond);
    burst_->setData(reinterpret_cast<const char*>(samples.data()),
                    static_cast<int>(samples.size() * sizeof(samples[0])));
    burst_->open(QIODevice::ReadOnly);
    sink_->start(burst_.get());
}

void ComputerSpeaker::hush() {
    if (sink_) sink_->stop();
    burst_->close();
}

} // namespace eccrine::ui
