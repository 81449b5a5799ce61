// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/bedside_link.hpp"

#include "acquisition/bedside_socket.hpp"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>
#include <QLocalSocket>
#include <QProcess>
#include <QRemoteObjectNode>
#include <QRemoteObjectPendingCallWatcher>

#include <chrono>
#include <utility>

namespace eccrine::acquisition {
namespace {
using namespace std::chrono_literals;
constexpr auto heartbeatEvery = 100ms;
constexpr auto startWithin = 10s;
} // namespace

BedsideLink::BedsideLink(QString socket, QObject* parent)
    : QObject(parent), socket_(socket.isEmpty() ? defaultBedsideSocket() : std::move(socket)) {
    patience_.setSingleShot(true);
    connect(&patience_, &QTimer::timeout, this, [this] {
        giveUp(tr("The bedside process did not answer within 10 seconds. Restart the program."));
    });
    connect(&heartbeat_, &QTimer::timeout, this, [this] {
        if (attached()) replica_->heartbeat();
    });
    heartbeat_.start(heartbeatEvery);
}

BedsideLink::~BedsideLink() = default;

bool BedsideLink::attachIfRunning() {
    QLocalSocket probe;
    probe.connectToServer(socket_);
    constexpr int probeMs = 200;
    if (!probe.waitForConnected(probeMs)) return false;
    probe.abort();
    acquireReplica();
    return true;
}

void BedsideLink::attach() {
    if (attached() || attachIfRunning()) return;
    const QString program =
        QDir(QCoreApplication::applicationDirPath()).filePath(QStringLiteral("eccrine-acquire"));
    if (!QFileInfo(program).isExecutable()) {
        giveUp(tr("%1: the bedside process is missing. Install Eccrine again.").arg(program));
        return;
    }
    QProcess process;
    process.setProgram(program);
    process.setArguments(
        {QStringLiteral("--socket"), socket_, QStringLiteral("--log"), socket_ + QStringLiteral(".log")});
    process.setStandardOutputFile(QProcess::nullDevice());
    process.setStandardErrorFile(QProcess::nullDevice());
    process.setWorkingDirectory(QDir::rootPath());
    if (!process.startDetached()) {
        giveUp(tr("%1: the bedside process cannot be started. Check the installation.").arg(program));
        return;
    }
    acquireReplica();
}

void BedsideLink::acquireReplica() {
    wasAttached_ = false;
    patience_.start(startWithin);
    replica_.reset();
    node_ = std::make_unique<QRemoteObjectNode>();
    node_->setHeartbeatInterval(1000);
    node_->connectToNode(QUrl(QStringLiteral("local:") + socket_));
    replica_.reset(node_->acquire<BedsideReplica>(QStringLiteral("Bedside")));
    connect(replica_.get(), &QRemoteObjectReplica::stateChanged, this, [this](auto now, auto) {
        if (now == QRemoteObjectReplica::Valid) {
            patience_.stop();
            wasAttached_ = true;
            replica_->heartbeat();
            emit attachedChanged();
            emit instrumentChanged();
            emit stateChanged();
        } else if (wasAttached_) {
            wasAttached_ = false;
            emit attachedChanged();
            emit lost();
        }
    });
    connect(replica_.get(), &BedsideReplica::statusChanged, this, &BedsideLink::stateChanged);
    connect(replica_.get(), &BedsideReplica::questionsChanged, this, &BedsideLink::stateChanged);
    connect(replica_.get(), &BedsideReplica::alarmsChanged, this, &BedsideLink::stateChanged);
    connect(replica_.get(), &BedsideReplica::instrumentChanged, this, &BedsideLink::instrumentChanged);
    connect(replica_.get(), &BedsideReplica::finished, this, &BedsideLink::finished);
}

void BedsideLink::giveUp(const QString& sentence) {
    patience_.stop();
    emit failed(sentence);
}

bool BedsideLink::attached() const {
    return replica_ && replica_->isReplicaValid();
}
BedsideState BedsideLink::state() const {
    return attached() ? replica_->status() : BedsideState();
}
BedsideInstrument BedsideLink::instrument() const {
    return attached() ? replica_->instrument() : BedsideInstrument();
}
QList<BedsideQuestion> BedsideLink::questions() const {
    return attached() ? replica_->questions() : QList<BedsideQuestion>();
}
QList<BedsideAlarm> BedsideLink::alarms() const {
    return attached() ? replica_->alarms() : QList<BedsideAlarm>();
}
QString BedsideLink::recordingFile() const {
    return attached() ? replica_->recordingFile() : QString();
}
QString BedsideLink::protocolFile() const {
    return attached() ? replica_->protocolFile() : QString();
}
QString BedsideLink::sessionId() const {
    return attached() ? replica_->sessionId() : QString();
}

bool BedsideLink::testRuns() const {
    const int phase = state().phase();
    return attached() && phase >= 3 && phase <= 5;
}

void BedsideLink::objectIfRefused(const QRemoteObjectPendingReply<QString>& reply) {
    auto* watcher = new QRemoteObjectPendingCallWatcher(reply, this);
    connect(watcher, &QRemoteObjectPendingCallWatcher::finished, this,
            [this](QRemoteObjectPendingCallWatcher* done) {
                const QString objection = done->returnValue().toString();
                done->deleteLater();
                if (done->error() != QRemoteObjectPendingCall::NoError)
                    emit objected(tr("The bedside process did not answer. The test, if one runs, goes on."));
                else if (!objection.isEmpty())
                    emit objected(objection);
            });
}

void BedsideLink::connectInstrument(const QString& url) {
    if (attached()) replica_->connectInstrument(url);
}
void BedsideLink::disconnectInstrument() {
    if (attached()) replica_->disconnectInstrument();
}

void BedsideLink::start(const BedsideRequest& request) {
    if (!attached()) {
        emit objected(tr("The bedside process is not running."));
        return;
    }
    auto* watcher = new QRemoteObjectPendingCallWatcher(replica_->start(request), this);
    connect(watcher, &QRemoteObjectPendingCallWatcher::finished, this,
            [this](QRemoteObjectPendingCallWatcher* done) {
                const QString objection = done->returnValue().toString();
                done->deleteLater();
                if (done->error() != QRemoteObjectPendingCall::NoError)
                    emit objected(tr("The bedside process did not answer."));
                else if (objection.isEmpty())
                    emit started();
                else
                    emit objected(objection);
            });
}

void BedsideLink::startStimulation(const QString& overrideReason) {
    if (attached()) objectIfRefused(replica_->startStimulation(overrideReason));
}
void BedsideLink::pauseCurrent() {
    if (attached()) objectIfRefused(replica_->pauseCurrent());
}
void BedsideLink::resumeCurrent() {
    if (attached()) objectIfRefused(replica_->resumeCurrent());
}
void BedsideLink::confirmStep(const QString& step, const QString& site, const QString& answer) {
    if (attached()) objectIfRefused(replica_->confirmStep(step, site, answer));
}
void BedsideLink::answerQuestion(const QString& question, bool yes, const QString& decidedBy,
                                 const QString& reason) {
    if (attached()) objectIfRefused(replica_->answerQuestion(question, yes, decidedBy, reason));
}
void BedsideLink::voidSite(const QString& site, const QString& reason) {
    if (attached()) objectIfRefused(replica_->voidSite(site, reason));
}
void BedsideLink::releaseLatch(const QString& cause) {
    if (attached()) objectIfRefused(replica_->releaseLatch(cause));
}
void BedsideLink::stop() {
    if (attached()) replica_->stop();
}

void BedsideLink::endTest() {
    if (attached()) replica_->endTest();
}
void BedsideLink::emergencyStop() {
    if (attached()) replica_->emergencyStop();
}
void BedsideLink::extendRecording(int seconds) {
    if (attached()) objectIfRefused(replica_->extendRecording(seconds));
}
void BedsideLink::annotate(const QString& text) {
    if (attached()) objectIfRefused(replica_->annotate(text));
}
void BedsideLink::acknowledgeAlarm(qulonglong number) {
    if (attached()) replica_->acknowledgeAlarm(number);
}

void BedsideLink::shutdown() {
    if (attached()) objectIfRefused(replica_->shutdown());
}

} // namespace eccrine::acquisition
