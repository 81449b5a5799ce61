// SPDX-License-Identifier: GPL-3.0-or-later
#include "acquisition/bedside_host.hpp"

#include "acquisition/bedside_status.hpp"
#include "devices/supported_front_end.hpp"
#include "protocols/capsule_file.hpp"
#include "protocols/protocol_file.hpp"

#include <QFileInfo>

#include <algorithm>
#include <utility>
#include <vector>

namespace eccrine::acquisition {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t ringFrames =
    1U << 16U; // more than a second at 10 kHz, half a second of an accelerated instrument
constexpr auto connectWithin = 3000ms;
constexpr auto watchEvery = 20ms;
constexpr auto publishEvery = 50ms;
constexpr auto idleAfter = 10s;
// How long a process that is to end still tries to store what a full disk has refused.
constexpr auto storeWithin = 5s;

QString busy() {
    return QStringLiteral("The bedside process is waiting for the disk; try again in a moment.");
}

QString notStored() {
    return QStringLiteral("The last recording is not stored yet; free space on the disk or wait.");
}

} // namespace

BedsideHost::BedsideHost(const HostClock& clock, OpenFrontEnd openFrontEnd,
                         std::function<void(const std::string&)> log, bool memoryLocked, LatchBook latches)
    : clock_(clock), openFrontEnd_(std::move(openFrontEnd)), log_(std::move(log)), ring_(ringFrames),
      latches_(std::move(latches)), memoryLocked_(memoryLocked), lastClient_(clock.monotonic()) {
    connect(&watching_, &QTimer::timeout, this, &BedsideHost::watch);
    connect(&publishing_, &QTimer::timeout, this, &BedsideHost::publish);
    disk_.setMaxThreadCount(1);
    watching_.start(watchEvery);
    publishing_.start(publishEvery);
    setStatus(stateWithout(BedsidePhase::Idle, {}));
}

BedsideHost::~BedsideHost() = default;

bool BedsideHost::testRuns() const {
    return turns_ && turns_->snapshot().running();
}

template <class Command>
QString BedsideHost::ask(Command&& command) {
    const auto answer = turns_->between(std::forward<Command>(command));
    return answer ? QString::fromStdString(*answer) : busy();
}

void BedsideHost::fail(const QString& sentence) {
    alarm_ = sentence;
    failed_ = true;
    publish();
}

void BedsideHost::connectInstrument(const QString& url) {
    heartbeat();
    if (!mayLetGo()) return;
    disconnectInstrument();
    setStatus(stateWithout(BedsidePhase::Connecting, {}));
    static_cast<void>(openDevice(url));
    publish();
}

bool BedsideHost::openDevice(const QString& url) {
    auto device = openFrontEnd_(url.toStdString(), clock_);
    if (!device) {
        fail(QString::fromStdString(device.error().sentence()));
        return false;
    }
    auto identity = (*device)->open(connectWithin);
    if (!identity) {
        fail(QString::fromStdString(identity.error().sentence()));
        return false;
    }
    if (const Done done = known(*identity); !done) {
        (*device)->close();
        fail(QString::fromStdString(done.error().sentence()));
        return false;
    }
    for (const StreamDescription& s : identity->streams) {
        // a frame at least every 10 ms, at most what fits into one
        const auto perFrame =
            static_cast<std::uint16_t>(std::clamp<std::uint32_t>(s.rateMilliHz / 100'000U, 1U, 25U));
        if (!(*device)->startStream(s.id, s.siteMask, perFrame, s.rateMilliHz)) {
            fail(
                QStringLiteral("%1: the connection was lost while the streams were started; check the cable.")
                    .arg(url));
            return false;
        }
    }
    device_ = std::move(*device);
    identity_ = *identity;
    disk_.waitForDone();
    held_ = latches_.of(identity_->serial);
    alarm_.clear();
    failed_ = false;
    while (ring_.waiting() > 0)
        ring_.consume(ring_.peek(ring_.waiting()).size());
    // the self-test of the same device, not switched off since, holds for the next connection
    const bool same = tested_ && tested_->serial == identity_->serial &&
                      tested_->bootId == identity_->bootId &&
                      clock_.monotonic() - tested_->at <= DeliveryMachine::selfTestHoldsFor;
    loop_ = std::make_unique<DeviceLoop>(*device_, *identity_, ring_, clock_,
                                         same ? std::optional(tested_->at) : std::nullopt);
    session_ = std::make_unique<Session>(*loop_, ring_, *identity_, clock_);
    if (!same) static_cast<void>(session_->selfTest()); // an order to a queue that is empty
    turns_ = std::make_unique<SessionThread>(*session_);
    thread_ = std::make_unique<DeviceThread>(*loop_);
    lastPhase_.reset();
    setInstrument(BedsideInstrument(url, QString::fromStdString(identity_->serial),
                                    QString::fromStdString(identity_->firmware), identity_->sites,
                                    identity_->simulated, identity_->declaredSpeed,
                                    identity_->simulated ? QStringLiteral("simulated") : QString()));
    log_("instrument connected, serial " + identity_->serial);
    return true;
}

/// One that this version knows, and the one that was last at that port: cables are mixed up, and whoever goes
/// on with a test has not looked at the serial number. Connecting once more says that it is meant.
Done BedsideHost::known(const devices::FrontEndIdentity& identity) {
    if (Done done = devices::supported(identity); !done) return done;
    disk_.waitForDone();
    const std::string before = latches_.connected(identity.url, identity.serial);
    if (before.empty()) return {};
    return failed("the instrument here is " + identity.serial + " and no longer " + before, identity.url,
                  "check which one the electrodes are connected to, and connect once more if it is meant");
}

bool BedsideHost::mayLetGo() {
    if (!turns_) return true;
    const SessionSnapshot now = turns_->snapshot();
    if (now.running())
        alarm_ = QStringLiteral("A test is running; stop it before the instrument is changed.");
    else if (now.storing)
        alarm_ = notStored();
    else
        return true;
    publish();
    return false;
}

void BedsideHost::disconnectInstrument() {
    if (!mayLetGo()) return;
    if (turns_) keepLatch(turns_->snapshot());
    letGo();
}

/// What the session says of a latch is not kept: a person may just have released it.
void BedsideHost::letGo() {
    kept_ = Kept::Nothing;
    held_.reset();
    thread_.reset();
    turns_.reset();
    session_.reset();
    tested_.reset();
    if (const auto at = loop_ ? loop_->selfTestPassed() : std::nullopt)
        tested_ = Tested{identity_->serial, identity_->bootId, *at};
    loop_.reset();
    if (device_) device_->close();
    device_.reset();
    identity_.reset();
    alarm_.clear();
    failed_ = false;
    setInstrument(BedsideInstrument());
    publish();
}

QString BedsideHost::start(const BedsideRequest& request) {
    heartbeat();
    if (!session_) return QStringLiteral("No instrument is connected; connect one first.");
    const SessionSnapshot before = turns_->snapshot();
    if (before.running()) return QStringLiteral("A test is running already.");
    if (before.storing) return notStored();
    keepLatch(before);
    if (held_)
        return QString::fromStdString(held_->sentence) +
               QStringLiteral(
                   " Look at the skin under both electrodes, say what it was, or why nobody can look, and "
                   "release the instrument.");
    if (!before.trip.empty()) lastTrip_ = before.trip;
    if (before.phase != SessionPhase::Connected || before.stopPressed) {
        // a new test on the same instrument: a new connection, so that nothing of the last one lingers. That
        // a person asks for it clears a trip; the new recording tells of it.
        const QString url = instrument().url();
        disconnectInstrument();
        if (!openDevice(url)) return alarm_;
    }
    auto protocol = protocols::loadProtocol(request.protocolFile().toStdString());
    if (!protocol) return QString::fromStdString(protocol.error().sentence());
    SessionRequest session;
    session.protocol = std::move(*protocol);
    const auto capsuleFile =
        QFileInfo(request.protocolFile()).absolutePath() + QStringLiteral("/capsules.toml");
    if (QFileInfo::exists(capsuleFile)) {
        auto capsules = protocols::loadCapsules(capsuleFile.toStdString());
        if (!capsules) return QString::fromStdString(capsules.error().sentence());
        session.capsules = std::move(*capsules);
    }
    session.recordingFile = request.recordingFile().toStdString();
    std::vector<std::string> wanted;
    for (const QString& site : request.activeSites())
        wanted.push_back(site.toStdString());
    auto sites = chooseSites(session.protocol, wanted, identity_->sites);
    if (!sites) return QString::fromStdString(sites.error().sentence());
    session.siteNames = sites->names;
    session.active = sites->active;
    for (const auto& [key, value] : request.meta().toStdMap())
        session.meta[key.toStdString()] = value.toStdString();
    session.meta["scheduling"] =
        thread_->scheduling() == DeviceThread::Scheduling::RealTime ? "real-time" : "ordinary";
    session.meta["memory"] = memoryLocked_ ? "locked" : "not locked";
    if (!lastTrip_.empty()) session.meta["previous_trip"] = lastTrip_;
    if (!lastCause_.empty()) session.meta["previous_trip.cause"] = lastCause_;
    session.stimulateWithoutOperator = request.stimulateWithoutOperator();
    QString objection = ask([&](Session& s) {
        const Done done = s.start(std::move(session));
        return done ? std::string() : done.error().sentence();
    });
    if (!objection.isEmpty()) return objection;
    lastTrip_.clear();
    lastCause_.clear();
    kept_ = Kept::Nothing;
    wasRunning_ = true;
    setRecordingFile(request.recordingFile());
    setProtocolFile(request.protocolFile());
    const std::string id = turns_->snapshot().recordingId;
    setSessionId(QString::fromStdString(id));
    log_("test " + id + " started");
    publish();
    return {};
}

QString BedsideHost::startStimulation(const QString& overrideReason) {
    heartbeat();
    if (!testRuns()) return QStringLiteral("No test is running.");
    return ask([&](Session& s) { return s.confirmStimulation(overrideReason.toStdString()); });
}

QString BedsideHost::confirmStep(const QString& step, const QString& site, const QString& answer) {
    heartbeat();
    if (!testRuns()) return QStringLiteral("No test is running.");
    return ask([&](Session& s) {
        return s.confirmStep(step.toStdString(), site.toStdString(), answer.toStdString());
    });
}

QString BedsideHost::answerQuestion(const QString& question, bool yes, const QString& decidedBy,
                                    const QString& reason) {
    heartbeat();
    if (!testRuns()) return QStringLiteral("No test is running.");
    const protocols::ChecklistAnswer answer{yes, decidedBy.trimmed().toStdString(),
                                            reason.trimmed().toStdString()};
    QString objection = ask([&](Session& s) { return s.answerQuestion(question.toStdString(), answer); });
    publish();
    return objection;
}

QString BedsideHost::pauseCurrent() {
    heartbeat();
    if (!testRuns()) return QStringLiteral("No test is running.");
    return ask([](Session& s) { return s.pause(); });
}

QString BedsideHost::resumeCurrent() {
    heartbeat();
    if (!testRuns()) return QStringLiteral("No test is running.");
    return ask([](Session& s) { return s.resume(); });
}

QString BedsideHost::voidSite(const QString& site, const QString& reason) {
    heartbeat();
    if (!testRuns()) return QStringLiteral("No test is running.");
    return ask([&](Session& s) { return s.voidSite(site.toStdString(), reason.toStdString()); });
}

void BedsideHost::stop() {
    if (!session_) return;
    session_->stop(); // waits for nothing
    if (testRuns()) log_("stop");
}

void BedsideHost::endTest() {
    if (!session_) return;
    session_->endTest(); // waits for nothing
    if (testRuns()) log_("end of the test");
}

void BedsideHost::emergencyStop() {
    if (!session_) return;
    session_->emergencyStop(); // waits for nothing
    if (testRuns()) log_("emergency stop");
}

QString BedsideHost::extendRecording(int seconds) {
    heartbeat();
    if (!testRuns()) return QStringLiteral("No test is running.");
    return ask([&](Session& s) { return s.extendRecording(Seconds{static_cast<double>(seconds)}); });
}

QString BedsideHost::annotate(const QString& text) {
    heartbeat();
    if (!testRuns()) return QStringLiteral("No test is running.");
    return ask([&](Session& s) { return s.annotate(text.toStdString()); });
}

void BedsideHost::acknowledgeAlarm(qulonglong number) {
    heartbeat();
    if (session_) session_->acknowledgeAlarm(number); // waits for nothing
}

void BedsideHost::heartbeat() {
    lastClient_ = clock_.monotonic();
    if (session_) session_->heartbeat();
}

/// In the book, without waiting for the disk.
void BedsideHost::keep(const std::string& serial, const std::optional<Latch>& latch) {
    held_ = latch;
    disk_.start([this, serial, latch] {
        const Done done = latch ? latches_.set(serial, *latch) : latches_.release(serial);
        if (!done)
            QMetaObject::invokeMethod(this, [this, sentence = done.error().sentence()] {
                log_("the book of latches: " + sentence);
            });
    });
}

/// While current may flow, the book says that a test is under way: if this process dies, the next one knows
/// that nobody has looked at the skin. A test that has ended without the skin recorded says so (S9 to S3).
void BedsideHost::keepLatch(const SessionSnapshot& now) {
    const std::optional<Latch> latch = latchOf(now, clock_.wall());
    const bool latched = now.latched && latch;
    const Kept wanted = latched         ? Kept::Latched
                        : !latch        ? Kept::Nothing
                        : now.running() ? Kept::UnderWay
                                        : Kept::SkinDue;
    if (wanted == kept_ || (kept_ == Kept::Latched && wanted != Kept::Latched)) return;
    kept_ = wanted;
    keep(identity_->serial, latch);
}

QString BedsideHost::releaseLatch(const QString& cause) {
    heartbeat();
    if (!identity_) return QStringLiteral("No instrument is connected; connect it first.");
    if (testRuns()) return QStringLiteral("A test is running; stop it first.");
    if (!held_) return QStringLiteral("Nothing is latched.");
    if (cause.trimmed().isEmpty()) return QStringLiteral("Say what it was; the next recording keeps it.");
    if (!mayLetGo()) return alarm_;
    disk_.waitForDone();
    const std::string ended = held_->sentence;
    if (const Done done = latches_.release(identity_->serial); !done)
        return QString::fromStdString(done.error().sentence());
    lastTrip_ = ended;
    lastCause_ = cause.trimmed().toStdString();
    log_("latch released");
    const QString url = instrument().url();
    letGo();
    static_cast<void>(openDevice(url)); // it tests itself
    publish();
    return {};
}

QString BedsideHost::shutdown() {
    if (testRuns()) return QStringLiteral("A test is running; stop it first.");
    endRequested_ = true;
    return {};
}

void BedsideHost::endSafely() {
    endTest();
    endRequested_ = true;
}

void BedsideHost::watch() {
    const MonotonicTime now = clock_.monotonic();
    bool storing = false;
    if (turns_) {
        const SessionSnapshot s = turns_->snapshot();
        storing = s.storing;
        keepLatch(s);
        if (s.phase != lastPhase_ || s.selfTesting != wasTesting_) {
            lastPhase_ = s.phase;
            wasTesting_ = s.selfTesting;
            publish();
        }
        if (wasRunning_ && !s.running()) {
            wasRunning_ = false;
            endedAt_ = now;
            const char* outcome = s.phase == SessionPhase::Finished  ? "finished"
                                  : s.phase == SessionPhase::Stopped ? "stopped"
                                                                     : "failed";
            log_("test " + s.recordingId + " " + outcome + (storing ? ", not stored yet" : ""));
            emit finished(recordingFile(), QString::fromLatin1(outcome));
        }
        if (s.running()) return;
        // A self-test that failed, a link that was lost: nothing can be done on this connection. One on which
        // current flows that nobody asked for is kept: it goes on being looked at.
        if (s.phase == SessionPhase::Failed && s.recordingId.empty() && s.trip.empty()) {
            const QString sentence = QString::fromStdString(s.alarm);
            disconnectInstrument();
            fail(sentence);
            return;
        }
    }
    const bool forgotten = now - lastClient_ > idleAfter;
    if (!endRequested_ && !forgotten) return;
    if (storing && now - endedAt_ < storeWithin) return;
    if (storing && forgotten && !endRequested_) return; // nobody is waiting: there may be space again
    if (storing) log_("ended although the end of the recording could not be stored");
    emit idle();
}

void BedsideHost::publish() {
    if (!session_) {
        setQuestions({});
        setAlarms(alarmsOf({}, alarm_));
        setStatus(stateWithout(failed_ ? BedsidePhase::Failed : BedsidePhase::Idle, alarm_));
        return;
    }
    const SessionSnapshot s = turns_->snapshot();
    BedsideState state = stateOf(s, alarm_);
    if (held_ && !s.running()) state.setLatch(QString::fromStdString(held_->sentence));
    setQuestions(questionsOf(s));
    setAlarms(alarmsOf(s.alarms, alarm_));
    setStatus(state);
}

} // namespace eccrine::acquisition
